"""Looks that go round once more: through the real cycle, with real pages of our own and a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle
from tracker.judge import Judge
from tracker.look import see
from tracker.look_again import LookAgain
from tracker.model import Batch, Fetch, LookOrder, Outcome, Sighting, State
from tracker.store import Store

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://paper.example/islands/night-ferry"
TEXT = (
    "The ferry company said on Monday that the night service to the islands would stop at the end of the month.",
    "Residents of the two northern villages, who number about 400, had asked the council to pay for a smaller boat.",
    '"We were told in March that nothing would change," said Ada Holm, who runs the bakery beside the old pier.',
    "The council will meet on Thursday to decide whether it can find the 90,000 crowns that a replacement would cost.",
    "On the quay, Jonas Berg was selling smoked fish to the last passengers of the evening, as his father had done.",
)
EDITED = (TEXT[0], TEXT[1].replace("400", "430"), *TEXT[2:])


OTHER = (
    "Whisk six eggs with sugar until pale, then fold in ground almonds, lemon zest and a little melted butter by hand.",
    "Bake it for forty minutes in a low oven, and do not open the door before the top has browned and begun to crack.",
    "Serve cold alongside cream or plums; it keeps well under a cloth for days, and it freezes badly, as cooks know.",
    "Hazelnuts may stand in for almonds, orange for lemon, and rye crumbs dusted over the tin make a darker crust.",
)


def page(paragraphs: tuple[str, ...] = TEXT, noise: str = "") -> str:
    column = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        "<!DOCTYPE html><html lang=en><head><title>Night ferry</title></head><body>"
        f"<nav><a href='/'>Home</a></nav>{noise}"
        f"<main><article><h1>Night ferry to the islands will stop</h1>{column}</article></main></body></html>"
    )


Answer = Callable[[str], Fetch]


class Site:
    """What is served for each URL, and the looks at it, an hour apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START
        self.served: dict[str, str | Answer] = {URL: page()}
        self.see: Callable[[LookOrder, Fetch], Sighting] = see
        self.checks: list[tuple[Outcome, str]] = []

    def look(self) -> list[tuple[Outcome, str]]:
        """At every article, due or not; the outcomes with their reasons."""
        self.checks = []
        with ThreadPoolExecutor(2) as executor:
            self._cycle(executor).run(self.store.orders_for(one.article_id for one in self.store.articles()))
        self.now += timedelta(hours=1)
        return self.checks

    def outcome(self) -> Outcome:
        ((outcome, _),) = self.look()
        return outcome

    def _cycle(self, executor: ThreadPoolExecutor) -> CheckCycle:
        return CheckCycle(
            store=self.store,
            executor=executor,
            look=self._looked,
            judge=Judge(CadencePolicy(timedelta(minutes=5), timedelta(days=30))),
            now=lambda: self.now,
            jitter=lambda: 0.0,
            workers=2,
            look_again=LookAgain(),
            witness=lambda verdict, _: self.checks.append((verdict.outcome, verdict.reason)),
        )

    def _looked(self, batch: Batch) -> tuple[Sighting, ...]:
        return tuple(self.see(order, self._fetch(order.url)) for order in batch.orders)

    def _fetch(self, url: str) -> Fetch:
        served = self.served[url]
        if not isinstance(served, str):
            return served(url)
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return Fetch(url, url, self.now, status=200, headers=headers, body=served.encode())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        store.add_article(URL, START)
        yield Site(store)
        assert list(store.verify()) == []


def texts(site: Site) -> list[tuple[str, ...]]:
    return [revision.extract.paragraphs for revision in site.store.revisions(1)]


def test_an_edit_is_one_revision_however_noisy_the_page_is(site: Site) -> None:
    banner = (
        "<div><p>We value your privacy, and so do the 400 partners that are listed at the foot of this page.</p></div>"
    )
    assert site.outcome() is Outcome.FIRST_SEEN
    site.served[URL] = page(noise=banner)
    assert site.outcome() is Outcome.UNCHANGED
    site.served[URL] = page(EDITED, noise=banner)
    assert site.outcome() is Outcome.CHANGED
    assert texts(site) == [TEXT, EDITED]
    assert [(each.change.before, each.change.after) for each in site.store.changes()] == [("400", "430")]


def test_a_newer_extractor_makes_no_edit(site: Site) -> None:
    """An earlier extractor lost the last paragraph: that it is read now is nothing that the paper did."""

    def earlier(order: LookOrder, fetch: Fetch) -> Sighting:
        sighting = see(order, fetch)
        assert sighting.extract is not None
        cut = replace(sighting.extract, paragraphs=sighting.extract.paragraphs[:-1])
        return replace(sighting, extract=cut, extractor="tracker 0")

    site.see = earlier
    assert site.outcome() is Outcome.FIRST_SEEN
    site.see = see
    site.served[URL] = page(noise="<p>12 readers</p>")
    assert site.outcome() is Outcome.UNCHANGED
    assert texts(site) == [TEXT[:-1]]
    site.served[URL] = page(EDITED)
    assert site.outcome() is Outcome.CHANGED
    assert texts(site) == [TEXT[:-1], TEXT, EDITED]
    assert [revision.reread_of_number for revision in site.store.revisions(1)] == [None, 1, None]
    (told,) = site.store.changes()
    assert (told.from_number, told.to_number, told.change.before, told.change.after) == (2, 3, "400", "430")


def test_going_back_and_forth_is_recorded_and_marked(site: Site) -> None:
    outcomes = []
    for turn in range(5):
        site.served[URL] = page(EDITED if turn % 2 else TEXT)
        outcomes.append(site.outcome())
    assert outcomes == [Outcome.FIRST_SEEN, Outcome.CHANGED, *[Outcome.REVERTED] * 3]
    assert texts(site) == [TEXT, EDITED, TEXT, EDITED, TEXT]
    assert [each.is_flap for each in site.store.changes()] == [False, False, True, True]


def test_two_addresses_of_one_article_are_joined_and_nothing_is_lost(site: Site) -> None:
    home = "https://paper.example/2026/night-ferry-to-the-islands-will-stop"
    site.store.add_article(home, START)
    site.served[home] = page()
    site.look()
    declared = page(EDITED).replace("</head>", f"<link rel=canonical href='{home}'></head>")
    site.served[URL] = declared
    assert {outcome for outcome, _ in site.look()} == {Outcome.CHANGED, Outcome.UNCHANGED}
    assert site.store.joined_into(2) == ()  # they do not say the same
    site.served[home] = page(EDITED)
    site.look()
    site.look()
    assert [one.article_id for one in site.store.joined_into(2)] == [1]
    first, second = (site.store.resolve(reference) for reference in ("1", "2"))
    assert (first.state, first.next_check_at, first.revision_count) == (State.MOVED, None, 2)
    assert (second.state, second.revision_count) == (State.LIVE, 2)
    assert site.store.add_article(URL, site.now) == (2, False)


def test_a_page_in_doubt_is_kept_and_believed_when_it_stays(site: Site) -> None:
    site.look()
    site.served[URL] = page(OTHER)
    assert site.outcome() is Outcome.SUSPECT
    site.served[URL] = page()
    assert site.look() == [(Outcome.UNCHANGED, "the doubtful page of the look before is forgotten")]
    site.served[URL] = page(OTHER)
    assert [site.outcome(), site.outcome()] == [Outcome.SUSPECT, Outcome.CHANGED]
    assert texts(site) == [TEXT, OTHER]
    assert [capture.captured_at.hour for capture in site.store.captures_of(1)] == [12, 13, 15, 16]
