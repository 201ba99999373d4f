"""Where a server of ours listens, as a person writes it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """Port 0: any that is free."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """`9178` (loopback), `127.0.0.1:9178`, `[::1]:9178` or `localhost:9178`. Raises ValueError with what is wrong."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or _LOOPBACK
    if not (port.isascii() and port.isdigit() and int(port) <= 65_535):
        raise ValueError(f'"{text}" names no port; write 9178 or 127.0.0.1:9178')
    if host != "localhost":
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise ValueError(f'"{host}" is no IP address; write 127.0.0.1, or 0.0.0.0 for every network') from None
    return Address(host, int(port))
