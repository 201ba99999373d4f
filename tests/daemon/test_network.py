"""A failure is the network's fault only when sites that answered lately do not open either."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import closing

import pytest

from tracker.daemon.network import Network, Place, SystemRoads, place_of

A, B, C, D = (Place(f"{name}.example", 443) for name in "abcd")


class Map:
    """Which places open, and a clock by hand."""

    def __init__(self, open_places: Iterable[Place] = (), *, has_ways: bool = True) -> None:
        self.open_places = set(open_places)
        self.has_ways = has_ways
        self.knocked: list[Place] = []
        self.now_s = 0.0
        self.network = Network(lambda: self.now_s, self)

    def opens(self, place: Place) -> bool:
        self.knocked.append(place)
        return place in self.open_places

    def has_route(self, place: Place) -> bool:
        return self.has_ways

    def answered(self, *places: Place) -> None:
        for place in places:
            self.network.answered(place)
        self.now_s += 60


def test_a_site_that_is_down_among_others_is_to_blame_itself() -> None:
    known = Map({B, C})
    known.answered(A, B, C)
    assert not known.network.is_to_blame(A)
    assert known.network.hindrance() is None
    assert A not in known.knocked


def test_when_no_site_opens_the_network_is_gone_until_one_does() -> None:
    known = Map()
    known.answered(A, B, C)
    assert known.network.is_to_blame(A)
    assert known.network.is_to_blame(D)
    assert known.network.hindrance() is not None
    known.now_s += 60
    assert known.network.hindrance() is not None
    known.open_places.add(B)
    known.now_s += 60
    assert known.network.hindrance() is None
    assert not known.network.is_to_blame(A)


def test_while_answers_come_in_nobody_is_knocked_at() -> None:
    known = Map()
    for place in (A, B, C):
        known.network.answered(place)
    assert not known.network.is_to_blame(D)
    assert known.knocked == []


def test_one_other_site_is_too_few_to_tell() -> None:
    known = Map()
    known.answered(A, B)
    assert not known.network.is_to_blame(A)


def test_without_any_way_out_it_is_the_network_however_few_sites_there_are() -> None:
    known = Map(has_ways=False)
    assert known.network.is_to_blame(A)
    known.has_ways = True
    known.now_s += 60
    assert known.network.hindrance() is None


def test_a_lost_network_is_looked_for_more_and_more_seldom() -> None:
    known = Map()
    known.answered(A, B, C)
    assert known.network.is_to_blame(A)
    before = len(known.knocked)
    for _ in range(3_600):
        known.now_s += 1
        known.network.hindrance()
    assert 60 <= (len(known.knocked) - before) / 2 <= 70


def test_an_answer_ends_it() -> None:
    known = Map()
    known.answered(A, B, C)
    assert known.network.is_to_blame(A)
    known.network.answered(D)
    assert known.network.hindrance() is None


def test_few_places_are_remembered() -> None:
    known = Map()
    known.answered(*(Place(f"{number}.example", 80) for number in range(1_000)))
    known.network.is_to_blame(A)
    assert len(known.knocked) == 8


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.example.com/a", Place("www.example.com", 443)),
        ("http://example.com:8080/", Place("example.com", 8080)),
        ("http://[::1]/", Place("::1", 80)),
        ("http://[::1/", None),
        ("http://a:99999999/", None),
        ("nothing", None),
    ],
)
def test_places(url: str, place: Place | None) -> None:
    assert place_of(url) == place


def test_the_system_knows_the_way_to_itself() -> None:
    roads = SystemRoads()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        here = Place("127.0.0.1", server.getsockname()[1])
        assert roads.has_route(here)
        assert roads.opens(here)
    assert roads.opens(here)  # refused: the machine was reached
    assert not roads.opens(Place("no-such-host.invalid", 80))
    assert not roads.opens(Place("a" * 70 + ".example", 80))
