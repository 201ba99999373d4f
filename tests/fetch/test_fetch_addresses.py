"""Nothing inside is ever connected to, by whatever name or number it is called."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import make_fetcher
from loopback import Reply, Site, redirect

from tracker.fetch.addresses import forbidden_reason
from tracker.model import FailureKind, LookOrder

TRICKS = {
    "plain": "127.0.0.1",
    "another loopback": "127.8.8.8",
    "name": "localhost",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "unspecified": "0.0.0.0",
    "zero": "0",
    "full-width digits": "１２７.0.0.1",
    "ideographic full stops": "127。0。0。1",
    "trailing dot": "127.0.0.1.",
    "IPv6": "[::1]",
    "IPv6 unspecified": "[::]",
    "IPv6 in full": "[0:0:0:0:0:0:0:1]",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped in hexadecimal": "[::ffff:7f00:1]",
    "compatible": "[::127.0.0.1]",
    "translated": "[::ffff:0:127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "local NAT64": "[64:ff9b:1::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "ISATAP": "[2a00:1450::5efe:127.0.0.1]",
    "site-local": "[fec0::1]",
    "unique local": "[fd00::2]",
    "link-local": "[fe80::1]",
    "metadata": "169.254.169.254",
    "metadata over IPv6": "[fd00:ec2::254]",
    "hexadecimal in parts": "0x7f.0x0.0x0.0x1",
    "octal without points": "017700000001",
    "short octal": "0177.1",
    "percent-encoded": "%31%32%37.0.0.1",
    "credentials before": "example.com@127.0.0.1",
    "credentials with a port": "example.com:80@127.0.0.1",
    "name with a trailing dot": "localhost.",
    "name below localhost": "news.localhost",
    "circled digits": "①②⑦.0.0.1",
    "zone": "[fe80::1%25lo]",
    "NAT64 of a private address": "[64:ff9b::10.0.0.1]",
    "6to4 of a private address": "[2002:c0a8:0101::]",
    "metadata of another cloud": "100.100.100.200",
    "host agent of another cloud": "168.63.129.16",
    "private": "10.0.0.1",
    "private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
}


@pytest.mark.parametrize("host", TRICKS.values(), ids=TRICKS.keys())
def test_tricks_are_refused_before_connecting(host: str) -> None:
    with Site({"/a": Reply()}) as site:
        fetch = make_fetcher(allow_private_addresses=False).fetch(LookOrder(1, f"http://{host}:{site.port}/a"))
        assert fetch.failure in {FailureKind.FORBIDDEN_ADDRESS, FailureKind.BAD_URL, FailureKind.UNRESOLVED}
        assert fetch.failure_detail
        assert site.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "[2002:7f00:1::]"])
def test_a_refused_address_is_called_that(host: str) -> None:
    fetch = make_fetcher(allow_private_addresses=False).fetch(LookOrder(1, f"http://{host}/a"))
    assert fetch.failure is FailureKind.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1"])
def test_tests_and_intranets_may_be_looked_at_when_the_setting_says_so(host: str) -> None:
    with Site({"/a": Reply()}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"http://{host}:{site.port}/a")).status == 200


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%lo"])
def test_a_name_that_resolves_inside_is_refused(inside: str) -> None:
    with Site({"/a": Reply()}) as site:
        fetcher = make_fetcher(allow_private_addresses=False, resolve=lambda host, port: [inside])
        fetch = fetcher.fetch(LookOrder(1, f"http://news.example:{site.port}/a"))
        assert fetch.failure is FailureKind.FORBIDDEN_ADDRESS
        assert site.connections == 0


@pytest.fixture
def second_loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that may be connected to and at which nobody answers, without leaving this machine."""
    address = "127.0.0.2"
    real = forbidden_reason
    monkeypatch.setattr(
        "tracker.fetch.connections.forbidden_reason", lambda given: None if given == address else real(given)
    )
    return address


def test_a_name_that_answers_public_first_and_loopback_second_never_reaches_loopback(
    second_loopback_is_public: str,
) -> None:
    answers = [second_loopback_is_public]

    def resolve(host: str, port: int) -> list[str]:
        return [answers.pop() if answers else "127.0.0.1"]

    with Site({"/a": Reply()}) as site:
        fetcher = make_fetcher(allow_private_addresses=False, respect_robots=False, resolve=resolve)
        url = f"http://news.example:{site.port}/a"
        first, second = (fetcher.fetch(LookOrder(1, url)) for _ in range(2))
        assert first.failure is FailureKind.UNREACHABLE
        assert second.failure is FailureKind.FORBIDDEN_ADDRESS
        assert site.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(second_loopback_is_public: str) -> None:
    """The name answers "public" once and "inside" ever after: one look each way, on one session."""
    answers = [second_loopback_is_public]

    def resolve(host: str, port: int) -> list[str]:
        return [answers.pop() if answers else "127.0.0.1"]

    pages = {"/a": Reply(b"here"), "/b": Reply(b"still here", then_close=True), "/c": Reply()}
    with Site(pages, host=second_loopback_is_public) as site:
        fetcher = make_fetcher(allow_private_addresses=False, respect_robots=False, resolve=resolve)
        with fetcher.session() as session:
            fetches = [session.look(LookOrder(1, f"http://news.example:{site.port}/{path}")) for path in "abc"]
        assert [fetch.body for fetch in fetches] == [b"here", b"still here", b""]
        assert [fetch.failure for fetch in fetches] == [None, None, FailureKind.FORBIDDEN_ADDRESS]
        assert site.connections == 1


def test_a_robots_txt_that_redirects_inside_is_refused(second_loopback_is_public: str) -> None:
    with Site({"/robots.txt": Reply(b"secret")}) as inside:
        pages = {"/robots.txt": redirect(f"{inside.url}/robots.txt"), "/a": Reply()}
        with Site(pages, host=second_loopback_is_public) as site:
            fetch = make_fetcher(allow_private_addresses=False).fetch(LookOrder(1, f"{site.url}/a"))
            assert fetch.failure is FailureKind.FORBIDDEN_ADDRESS
            assert inside.connections == 0


@pytest.mark.parametrize("port", [22, 25, 6000])
def test_another_services_port_is_not_spoken_to(second_loopback_is_public: str, port: int) -> None:
    elsewhere = f"http://{second_loopback_is_public}:{port}/"
    with Site({"/a": redirect(elsewhere)}, host=second_loopback_is_public) as site:
        for url in (f"{site.url}/a", elsewhere):
            fetch = make_fetcher(allow_private_addresses=False).fetch(LookOrder(1, url))
            assert (fetch.failure, fetch.url) == (FailureKind.FORBIDDEN_ADDRESS, elsewhere)
            assert f"port {port}" in fetch.failure_detail


def test_a_name_is_resolved_once_a_connection() -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Site({"/a": Reply()}) as site:
        make_fetcher(respect_robots=False, resolve=resolve).fetch(LookOrder(1, f"http://news.example:{site.port}/a"))
        assert asked == ["news.example"]


def test_of_several_addresses_only_public_ones_are_tried(second_loopback_is_public: str) -> None:
    addresses = ["127.0.0.1", second_loopback_is_public, "::1"]
    with Site({"/a": Reply()}) as site:
        fetcher = make_fetcher(allow_private_addresses=False, resolve=lambda host, port: addresses)
        fetch = fetcher.fetch(LookOrder(1, f"http://news.example:{site.port}/a"))
        assert fetch.failure is FailureKind.UNREACHABLE
        assert site.connections == 0


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://inside.example/", "http://[::ffff:10.0.0.1]/"])
def test_a_redirect_inside_is_refused(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_site_is_public(address: str) -> str | None:
        return None if address == "127.0.0.1" else forbidden_reason(address)

    monkeypatch.setattr("tracker.fetch.connections.forbidden_reason", only_the_site_is_public)
    with Site({"/a": redirect(target)}) as site:
        fetcher = make_fetcher(
            allow_private_addresses=False,
            resolve=lambda host, port: ["192.168.0.1" if host == "inside.example" else "127.0.0.1"],
        )
        fetch = fetcher.fetch(LookOrder(1, f"http://news.example:{site.port}/a"))
        assert fetch.failure is FailureKind.FORBIDDEN_ADDRESS
        assert fetch.url == target
        assert [followed.url for followed in fetch.redirects] == [target]


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::1"]
)
def test_the_internet_is_open(address: str) -> None:
    assert forbidden_reason(address) is None


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_closed(address: IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved:
        assert forbidden_reason(str(address))
    assert bool(forbidden_reason(f"::ffff:{address}")) == bool(forbidden_reason(str(address)))
    assert bool(forbidden_reason(f"64:ff9b::{address}")) == bool(forbidden_reason(str(address)))


@given(st.ip_addresses(v=6))
def test_of_ipv6_only_global_unicast_is_open(address: IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert forbidden_reason(str(address))
