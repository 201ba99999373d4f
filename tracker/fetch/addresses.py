"""Which addresses the tracker may connect to: those of the public internet, and nothing that leads back inside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA's special-purpose registries (RFC 6890 and successors) as networks of our own, because `ipaddress.is_global`
# differs between Python's patch releases and passes multicast and addresses that carry an IPv4 address inside.
_CLOSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's inner service"),  # Azure's host agent, public only by its number
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_OPEN_V6 = IPv6Network("2000::/3")  # all that is handed out for the internet
_CLOSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "reserved"),  # Teredo is read below, before this
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
    )
)
# Where in an IPv6 address an IPv4 address stands, as the number of bits to its right.
_CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped (RFC 4291)
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated (RFC 2765)
    (IPv6Network("::/96"), 0),  # compatible (RFC 4291)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052): how IPv6-only networks see public IPv4
    (IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056)
)
_TEREDO = IPv6Network("2001::/32")
_LOCAL_V6 = frozenset({IPv6Address("::"), IPv6Address("::1")})
_ISATAP_MARKS = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214: the upper half of the interface identifier
_V4_BITS = 0xFFFF_FFFF


def forbidden_reason(address: str) -> str | None:
    """Why the tracker does not connect to this numeric address, in a few words; None: it is on the public internet.

    Raises ValueError for text that is no address.
    """
    parsed = ip_address(address)
    return _reason_v4(parsed) if isinstance(parsed, IPv4Address) else _reason_v6(IPv6Address(int(parsed)))


def _reason_v4(address: IPv4Address) -> str | None:
    return next((name for network, name in _CLOSED_V4 if address in network), None)


def _reason_v6(address: IPv6Address) -> str | None:
    closed = next((name for network, name in _CLOSED_V6 if address in network and address not in _TEREDO), None)
    if closed:
        return closed
    for carried in _carried_v4(address):
        reason = _reason_v4(carried)
        if reason:
            return f"{reason}, as IPv4 inside IPv6"
    is_open = address in _OPEN_V6 or any(address in network for network, _ in _CARRIERS)
    return None if is_open and address not in _LOCAL_V6 and address not in _TEREDO else "reserved"


def _carried_v4(address: IPv6Address) -> list[IPv4Address]:
    number = int(address)
    found = [IPv4Address(number >> shift & _V4_BITS) for network, shift in _CARRIERS if address in network]
    if number >> 32 & _V4_BITS in _ISATAP_MARKS:
        found.append(IPv4Address(number & _V4_BITS))
    if address in _TEREDO:  # the client's address is stored inverted (RFC 4380)
        found.append(IPv4Address(~number & _V4_BITS))
    return found
