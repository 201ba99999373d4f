"""What the notices' tests are made of: changes in few words, and a courier with clocks of its own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.courier import Courier, Outlet, Outside
from tracker.model import (
    Change,
    ChangeDetail,
    Comparison,
    Diff,
    Extract,
    Fetch,
    Field,
    Hunk,
    Kind,
    LookOrder,
    Operation,
    Outcome,
    Recorded,
    Sighting,
    State,
    Verdict,
)
from tracker.notices import Letter, Rule
from tracker.notify import Delivered, Delivery
from tracker.store import Store

NOW = datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC)
SECRET = "correct horse battery staple"
_PATIENCE_S = 60.0  # a minute means that it never will


def wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(_PATIENCE_S / 0.01)):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to that")


# -- changes -----------------------------------------------------------------------------------------------------------

NUMBER = Change(
    Kind.NUMBER,
    Field.BODY,
    Operation.REPLACE,
    "12",
    "15",
    6,
    8,
    6,
    8,
    sentence_before="About 12 people died.",
    sentence_after="About 15 people died.",
    reasons=("a number",),
)


def detail(change: Change = NUMBER, **facts: Any) -> ChangeDetail:
    known: dict[str, Any] = {
        "change_id": 1,
        "article_id": 1,
        "url": "https://www.example.com/story",
        "host": "www.example.com",
        "headline": "Breakwater is closed",
        "from_number": 1,
        "to_number": 2,
        "changed_after": NOW,
        "changed_before": NOW + timedelta(minutes=5),
        "engine": "test 1",
    }
    return ChangeDetail(change=change, **(known | facts))


@dataclass
class Story:
    """One article in a database, and looks at it."""

    store: Store
    url: str = "https://www.example.com/story"
    headline: str = "Breakwater is closed"
    text: str = ""
    article_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.article_id, _ = self.store.add_article(self.url, NOW)

    def verdict(self, text: str, at: datetime, *changes: Change, origin: str | None = None) -> Verdict:
        """What a look at `at` comes to that shows this text, with these changes (none given: a number)."""
        seen = Extract(headline=self.headline, paragraphs=(text,))
        told = changes or (replace(NUMBER, before=self.text, after=text),)
        comparison = None
        if self.text:
            diff = Diff(self.text, text, (Hunk(0, len(self.text), 0, len(text)),))
            comparison = Comparison(diff, tuple(replace(each, old_start=0, new_start=0) for each in told), "test 1")
        outcome = Outcome.CHANGED if self.text else Outcome.FIRST_SEEN
        self.text = text
        fetch = Fetch(self.url, self.url, at, status=200, body=text.encode())
        sighting = Sighting(LookOrder(self.article_id, self.url), fetch, seen, extractor="test 1", origin=origin)
        due = at + timedelta(hours=1)
        return Verdict(sighting, outcome, State.LIVE, due, new_revision=seen, comparison=comparison)

    def show(self, text: str, at: datetime, *changes: Change, origin: str | None = None) -> Recorded:
        (recorded,) = self.store.record([self.verdict(text, at, *changes, origin=origin)])
        return recorded


# -- a courier ---------------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    """Goes on when it is told to."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def go_on(self, span: timedelta) -> None:
        self.at += span


@dataclass
class Pigeonhole:
    """A channel of the tests' own: keeps letters, and answers as it is told, the last answer for ever."""

    answers: list[Delivery] = field(default_factory=lambda: [Delivered()])
    letters: list[Letter] = field(default_factory=list)

    def __call__(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def new_courier(store: Store, clock: Clock, outlets: list[Outlet]) -> Courier:
    numbers = itertools.count(1)
    outside = Outside(clock.now, clock.monotonic, lambda: 0.0, lambda: f"notice-{next(numbers)}", UTC)
    courier = Courier(store, outlets, outside)
    courier.start()
    return courier


def beat(courier: Courier) -> None:
    """Until nothing is under way: several beats of the daemon, at one moment of the clock."""
    courier.beat()
    while courier.is_busy:
        courier.close(_PATIENCE_S)
        courier.beat()


@dataclass
class Desk:
    """A database, one channel that is told of what these rules ask for, and a clock."""

    path: Path
    rule: Rule
    hole: Pigeonhole = field(default_factory=Pigeonhole)
    clock: Clock = field(default_factory=Clock)
    store: Store = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store.open(self.path, create=True)
        self.store.announce([self.rule])
        self.courier = new_courier(self.store, self.clock, [Outlet(self.rule, self.hole)])

    def after(self, span: timedelta) -> int:
        """The clock goes on, the courier does its round: how many letters have arrived so far."""
        self.clock.go_on(span)
        beat(self.courier)
        return len(self.hole.letters)
