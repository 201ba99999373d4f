"""Is it the site, or is it our own network? What fails because of us is not held against an article.

Nobody is asked while answers come in. When a look fails that may be the network's fault, the sites that answered
lately are knocked at: a connection, no request. If not one of them opens, the network is gone: the failed looks are
dropped, their articles stay due, and nothing more is looked at until a site opens again. Nothing of that is recorded:
it is no fact about any article. With too few sites to compare with, only a missing route counts as a lost network.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from tracker.daemon.trouble import Hindrance, Topic
from tracker.model import FailureKind, Sighting

# What a lost network looks like from here. Others (a certificate, a cut answer) come from someone out there.
_MAY_BE_OURS = frozenset({FailureKind.UNRESOLVED, FailureKind.UNREACHABLE, FailureKind.DEADLINE})
_FRESH_S = 2.0  # so long an answer says that the network works: a knock costs far less than the look that failed
_LANDMARKS = 8  # sites kept to compare with: that all of them are down at once is no accident
_LEAST_LANDMARKS = 2  # one that is down says nothing about the network
_KNOCK_TIMEOUT_S = 5.0
_LONGEST_PAUSE_S = 60.0  # between two attempts to find the network again
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
# Addresses for documentation (RFC 5737, RFC 3849): nothing is sent, the system only looks whether it knows a way.
_ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))

REASON = "no site can be reached that answered before; articles stay due, nothing is recorded of this"


@dataclass(frozen=True, slots=True)
class Place:
    """A site as something to connect to."""

    host: str
    port: int


class Roads(Protocol):
    """What can be found out about the network without asking for anything."""

    def opens(self, place: Place) -> bool:
        """Does somebody answer there?"""

    def has_route(self, place: Place) -> bool:
        """Does the system know a way to the place, or at least to any other network?"""


class Network:
    """Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float], roads: Roads) -> None:
        self._monotonic = monotonic
        self._roads = roads
        self._lock = threading.Lock()
        self._landmarks: OrderedDict[Place, None] = OrderedDict()  # those that answered last stand at the end
        self._works_until_s: float | None = None
        self._lost_since: Place | None = None
        self._try_at_s = 0.0
        self._pause_s = 0.0

    def answered(self, place: Place) -> None:
        with self._lock:
            self._landmarks[place] = None
            self._landmarks.move_to_end(place)
            if len(self._landmarks) > _LANDMARKS:
                self._landmarks.popitem(last=False)
            self._works()

    def is_to_blame(self, place: Place) -> bool:
        """A look at this place failed: was it our network's fault?"""
        with self._lock:
            if self._lost_since is not None:
                return True
            if self._works_until_s is not None and self._monotonic() < self._works_until_s:
                return False
            if self._is_there(place):
                self._works()
                return False
            self._lost_since = place
            self._pause_s = 1.0
            self._try_at_s = self._monotonic() + self._pause_s
            return True

    def hindrance(self) -> Hindrance | None:
        """None: as far as is known, the network is there. Tries now and then whether a lost one is back."""
        with self._lock:
            if self._lost_since is None:
                return None
            if self._monotonic() >= self._try_at_s:
                if self._is_there(self._lost_since):
                    self._works()
                    return None
                self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
                self._try_at_s = self._monotonic() + self._pause_s
            return Hindrance(Topic.NETWORK, REASON)

    def _works(self) -> None:
        self._lost_since = None
        self._works_until_s = self._monotonic() + _FRESH_S

    def _is_there(self, failed: Place) -> bool:
        if not self._roads.has_route(failed):
            return False
        others = [place for place in reversed(self._landmarks) if place != failed]
        return len(others) < _LEAST_LANDMARKS or any(self._roads.opens(place) for place in others)


@dataclass(frozen=True, slots=True)
class NetworkWitness:
    """What was seen, without what only our own network is to blame for: an article that is not sighted stays due."""

    network: Network

    def counted(self, sightings: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
        return tuple(sighting for sighting in sightings if self._counts(sighting))

    def _counts(self, sighting: Sighting) -> bool:
        place = place_of(sighting.fetch.url)
        if place is None:
            return True
        if sighting.fetch.status is not None:
            self.network.answered(place)
            return True
        return sighting.fetch.failure not in _MAY_BE_OURS or not self.network.is_to_blame(place)


def place_of(url: str) -> Place | None:
    """None: it is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        return None
    return Place(parts.hostname, port) if parts.hostname else None


class SystemRoads:
    """Asks the operating system."""

    def opens(self, place: Place) -> bool:
        """A connection that is closed at once. One that is refused was reached, too."""
        try:
            with socket.create_connection((place.host, place.port), timeout=_KNOCK_TIMEOUT_S):
                return True
        except ConnectionRefusedError:
            return True
        except (OSError, UnicodeError):  # UnicodeError: a name that cannot be asked for
            return False

    def has_route(self, place: Place) -> bool:
        try:
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_DGRAM)
            ways = [(str(address[0]), family) for family, _, _, _, address in found]
        except (OSError, UnicodeError):
            ways = []
        return any(_knows_way(address, family) for address, family in (*ways, *_ELSEWHERE))


def _knows_way(address: str, family: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))  # the discard port; a datagram socket sends nothing to connect
            return True
    except OSError as error:
        return error.errno not in _NO_ROUTE and error.errno != errno.EAFNOSUPPORT
