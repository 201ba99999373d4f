"""Word to the service manager, as systemd's sd_notify(3) says it: one datagram to the socket that it named."""

from __future__ import annotations

import socket
from collections.abc import Mapping


class ServiceManager:
    """Silent where no service manager listens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address  # "@": the abstract namespace

    def ready(self) -> None:
        self._say("READY=1")

    def alive(self) -> None:
        """Feeds the watchdog."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def status(self, sentence: str) -> None:
        """Shown by `systemctl status`."""
        self._say(f"STATUS={' '.join(sentence.split())}")

    def _say(self, word: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
                door.setblocking(False)
                door.sendto(word.encode(), self._address)
        except OSError:
            pass  # nobody listens any more, or not now: the watchdog is fed again in a second
