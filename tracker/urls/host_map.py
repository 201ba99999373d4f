"""What is said of hosts, to be looked up by host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

_PORT = re.compile(r":\d+\Z")


def without_port(host: str) -> str:
    return _PORT.sub("", host)


class HostMap(Mapping[str, T], Generic[T]):
    """Keys are hosts as `host_of` writes them; one without a port stands for all ports without a key of their own."""

    def __init__(self, said: Mapping[str, T]) -> None:
        self._said = dict(said)

    def __getitem__(self, host: str) -> T:
        return self._said[host] if host in self._said else self._said[without_port(host)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)
