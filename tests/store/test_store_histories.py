"""How articles and hosts have changed so far, what is expected of them, and whose turn it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, STORY, History

from tracker.cadence import Allowance, CadencePolicy, Finding, after_look, begin, interval_at, planned, turns_at
from tracker.model import Demand, HostHistory, Outcome, Plan, State
from tracker.store import Fault, Identity, Store, Wanted

DAY = timedelta(days=1)
POLICY = CadencePolicy(timedelta(minutes=5), 30 * DAY)
TURNS = turns_at(1.0, POLICY)
HOST = "www.example.com"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


def shown(article: History, finding: Finding = Finding.SAME, *, plan: Plan | None = None) -> None:
    """A look that showed the article, with what the cadence makes of it; the first one gives a revision."""
    known = article.store.known([article.article_id])[article.article_id]
    assert known.history is not None
    now = article.at
    history = after_look(known.history, known.host_history, now, finding)
    made = plan or planned(history, known.host_history, now, POLICY, 1.0, 0.0)
    text = f"Seen {now}." if finding is Finding.CHANGED or known.latest is None else known.latest.extract.paragraphs[0]
    article.show(text, history=history, plan=made)


def demands(store: Store, now: datetime = NOW) -> dict[int, Demand]:
    return {each.promise: each for each in store.load(now, now, 100).demands if each.articles}


def history_of(article: History) -> object:
    return article.store.known([article.article_id])[article.article_id].history


def host_of(store: Store, article: History) -> HostHistory:
    return store.known([article.article_id])[article.article_id].host_history


def test_an_article_begins_when_it_is_added_and_is_due_at_once_in_the_order_of_its_promise(store: Store) -> None:
    article = History(store)
    assert history_of(article) == begin(NOW)
    assert store.load(NOW, NOW, 100).overdue_count == 1
    assert demands(store) == {}  # a first look is no demand that lasts
    assert in_turn(store) == [HOST]


def test_what_looks_tell_is_kept_and_added_up(store: Store, path: Path) -> None:
    one, other = History(store), History(store, "https://www.example.com/other")
    for _ in range(3):
        shown(one)
    shown(one, Finding.CHANGED)
    shown(other)
    first, second = (store.known([each.article_id])[each.article_id] for each in (one, other))
    assert first.history is not None
    assert (first.history.seen_from, first.history.seen_until) == (NOW, NOW + 3 * HOUR)
    assert first.history.changes >= first.history.edits_seen == 1.0
    assert first.history.exposure > 0
    host = first.host_history
    assert (host.articles, host.changes, host.edits_seen) == (2, first.history.changes, 1.0)
    assert host.exposure == pytest.approx(first.history.exposure)
    asked = demands(store)
    assert sum(each.articles for each in asked.values()) == 2
    assert sum(each.looks_per_day for each in asked.values()) == pytest.approx(host.looks_per_day)
    assert second.host_history == host
    assert list(store.verify()) == []
    with Store.open(path) as again:
        assert again.known([1, 2]) == store.known([1, 2])
        assert demands(again) == asked


def test_an_article_that_cannot_be_seen_asks_for_nothing_until_it_is_back(store: Store) -> None:
    article = History(store)
    shown(article)
    asked = demands(store)
    before = history_of(article)
    recorded = replace(article.verdict(Outcome.GONE, status=404), failures_in_row=1)
    store.record([recorded])
    assert demands(store) == {}
    assert history_of(article) == before
    assert list(store.verify()) == []
    article.look(Outcome.UNCHANGED)
    assert demands(store) == asked
    assert list(store.verify()) == []


GIVEN_UP = Plan(None, 0.0, -12)


def test_an_article_that_was_given_up_comes_back_when_something_names_it_again(store: Store) -> None:
    article = History(store)
    shown(article, plan=GIVEN_UP)
    status = store.resolve(STORY)
    assert (status.state, status.next_check_at) == (State.LIVE, None)
    assert store.claim_due(NOW + 900 * DAY, 10) == ()
    assert demands(store) == {}
    assert store.stir([article.article_id], NOW + DAY) == 0  # named by the same reading, maybe
    assert store.stir([article.article_id, 77], NOW + 90 * DAY) == 1
    assert store.stir([article.article_id], NOW + 91 * DAY) == 0
    (batch,) = store.claim_in_turn(NOW + 90 * DAY, 10, Allowance(10, 0, TURNS))
    assert batch.orders[0].article_id == article.article_id
    history = store.known([1])[1].history
    assert history is not None
    assert history.stirred_at == NOW + 90 * DAY
    assert list(store.verify()) == []


def test_who_adds_by_hand_what_was_given_up_sees_it_looked_at_again(store: Store) -> None:
    shown(History(store), plan=GIVEN_UP)
    assert store.add_article(STORY, NOW + HOUR) == (1, False)
    assert store.resolve(STORY).next_check_at == NOW + HOUR
    assert list(store.verify()) == []


def test_an_article_that_was_joined_to_another_asks_for_nothing(store: Store) -> None:
    home = History(store, "https://www.example.com/home")
    shown(home)
    article = History(store)
    shown(article)
    article.look(Outcome.MOVED, state=State.LIVE, moved_to="https://www.example.com/home")
    assert store.resolve(str(article.article_id)).joined_to_article_id == home.article_id
    assert sum(each.articles for each in demands(store).values()) == 1
    assert store.stir([article.article_id], NOW + 90 * DAY) == 0
    assert list(store.verify()) == []


@pytest.mark.parametrize(
    ("sql", "faults"),
    [
        ("UPDATE _demands SET looks_per_day = looks_per_day + 1 WHERE article_count", {"_demands"}),
        ("UPDATE _demands SET article_count = 3", {"_demands"}),
        ("UPDATE _host_histories SET exposure = exposure + 0.1", {"_host_histories"}),
        ("UPDATE _host_histories SET last_success_at = '2027-01-01T00:00:00Z'", {"_host_histories"}),
        ("DELETE FROM _host_histories", {"_host_histories"}),
        ("INSERT INTO _host_histories VALUES ('a.example', 1, 0, 0, 0, 0, '2026')", {"_host_histories"}),
    ],
)
def test_wrong_sums_are_found(store: Store, path: Path, sql: str, faults: set[str]) -> None:
    shown(History(store))
    with closing(sqlite3.connect(path)) as other:
        other.execute(sql)
        other.commit()
    found: list[Fault] = list(store.verify())
    assert {fault.table for fault in found} == faults


def test_the_sums_stay_right_whoever_writes(store: Store, path: Path) -> None:
    for number in range(5):
        shown(History(store, f"https://www.example.com/{number}"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE _article_states SET looks_per_day = 7.0, promise = 2 WHERE article_id <= 3")
        other.execute("UPDATE _article_states SET next_check_at = NULL WHERE article_id = 4")
        other.commit()
    assert list(store.verify()) == []
    assert demands(store)[2] == Demand(2, 3, 21.0)


def test_hosts_that_are_edited_faster_than_they_are_looked_at_are_named(store: Store) -> None:
    busy, quiet = History(store, "https://busy.example/1"), History(store, "https://quiet.example/1")
    for each, evidence in ((busy, 1.5), (quiet, 1.0)):
        shown(each)
        for _ in range(12):
            known = store.known([each.article_id])[each.article_id].history
            assert known is not None
            seen = replace(known, changes=known.changes + evidence, edits_seen=known.edits_seen + 1.0)
            each.look(Outcome.UNCHANGED, history=seen)
    (told,) = store.health(busy.at).misses
    assert (told.host, told.edits_seen) == ("busy.example", 12.0)
    assert told.missed_share == pytest.approx(1 / 3)


# -- whose turn it is --------------------------------------------------------------------------------------------------


def planned_at(store: Store, host: str, promise: int, next_check_at: datetime, *, failures: int = 0) -> int:
    """An article of that promise."""
    article = History(store, f"https://{host}/story")
    shown(article, plan=Plan(next_check_at, 2.0**promise, promise))
    if failures:
        failed = article.verdict(Outcome.FAILED, status=500)
        store.record([replace(failed, failures_in_row=failures, next_check_at=next_check_at)])
    return article.article_id


def in_turn(store: Store, limit: int = 10, spare: int = 0, busy: frozenset[str] = frozenset()) -> list[str]:
    return [batch.host for batch in store.claim_in_turn(NOW, 200, Allowance(limit, spare, TURNS), busy)]


def test_the_latest_for_its_kind_is_looked_at_first(store: Store) -> None:
    planned_at(store, "yearly.example", -9, NOW - 2 * DAY)
    planned_at(store, "hourly.example", 5, NOW - 2 * HOUR)
    planned_at(store, "daily.example", 0, NOW - DAY)
    planned_at(store, "soon.example", 0, NOW + timedelta(minutes=1))
    assert in_turn(store) == ["hourly.example", "daily.example", "yearly.example"]
    assert in_turn(store, limit=2) == ["hourly.example", "daily.example"]
    assert in_turn(store, busy=frozenset({"hourly.example"})) == ["daily.example", "yearly.example"]
    assert [batch.host for batch in store.claim_due(NOW, 2)] == ["yearly.example", "daily.example"]


def test_what_is_spare_is_spent_on_what_is_nearly_due_but_not_on_retries(store: Store) -> None:
    planned_at(store, "due.example", 0, NOW)
    planned_at(store, "soon.example", 0, NOW + HOUR)
    planned_at(store, "sooner.example", 0, NOW + HOUR / 2)
    planned_at(store, "later.example", 0, NOW + 20 * HOUR)
    planned_at(store, "failing.example", 0, NOW + HOUR / 4, failures=2)
    assert in_turn(store, spare=0) == ["due.example"]
    assert in_turn(store, spare=1) == ["due.example"]
    assert in_turn(store, spare=2) == ["due.example", "sooner.example"]
    assert in_turn(store, spare=9) == ["due.example", "sooner.example", "soon.example"]
    assert in_turn(store, limit=2, spare=2) == ["due.example", "sooner.example"]


def test_first_looks_take_turns_with_all_others_the_newest_first(store: Store) -> None:
    for number in range(5):
        store.add_article(f"https://flood{number}.example/1", NOW - 20 * HOUR)
    store.add_article("https://news.example/1", NOW)
    planned_at(store, "hourly.example", 5, NOW - HOUR / 2)
    planned_at(store, "daily.example", 0, NOW - timedelta(minutes=5))
    first_two = Allowance(4, 0, TURNS)
    claimed = [batch.host for batch in store.claim_in_turn(NOW, 200, first_two)]
    assert claimed[0] == "news.example"
    assert claimed[1::2] == ["hourly.example", "daily.example"]
    assert claimed[2].startswith("flood")
    others_first = Allowance(1, 0, TURNS, begins_with_first_look=False)
    assert [batch.host for batch in store.claim_in_turn(NOW, 200, others_first)] == ["hourly.example"]
    assert len(in_turn(store, limit=100)) == 8


def test_an_old_article_that_a_sitemap_names_promises_less_than_news(store: Store) -> None:
    old = Wanted(Identity.of("https://old.example/1"), published_at=NOW - 300 * DAY)
    fresh = Wanted(Identity.of("https://fresh.example/1"), published_at=NOW - 2 * HOUR)
    store.track([old], NOW - HOUR, how="sitemap")
    store.track([fresh], NOW - HOUR, how="sitemap")
    assert in_turn(store) == ["fresh.example", "old.example"]


def test_hosts_that_asked_to_be_left_alone_are(store: Store) -> None:
    planned_at(store, "held.example", 0, NOW - HOUR)
    planned_at(store, "free.example", 0, NOW - HOUR)
    store.save_host_holds({"held.example": NOW + HOUR}, NOW)
    assert in_turn(store, spare=9) == ["free.example"]


def test_when_looks_became_cheaper_what_was_planned_far_ahead_is_brought_forward(store: Store) -> None:
    far = NOW + interval_at(2.0, POLICY, 20.0)
    moved = [planned_at(store, f"h{number}.example", 1, far + number * HOUR) for number in range(3)]
    kept = planned_at(store, "near.example", 1, NOW + HOUR)
    failing = planned_at(store, "failing.example", 1, far, failures=3)
    slow = planned_at(store, "slow.example", 1, far)

    def bring_forward() -> int:
        return store.bring_forward(NOW, TURNS, lambda: 0.5, 2, lambda host, looks: host == "slow.example" and looks > 0)

    assert [bring_forward() for _ in range(3)] == [2, 1, 0]
    due = {article.article_id: article.next_check_at for article in store.articles()}
    interval = next(turn.interval for turn in TURNS if turn.promise == 1)
    for article_id in moved:
        at = due[article_id]
        assert at is not None
        assert abs(at - NOW - interval / 2) < timedelta(seconds=1)
    assert (due[kept], due[failing], due[slow]) == (NOW + HOUR, far, far)
    assert list(store.verify()) == []


def test_what_a_clock_that_was_ahead_has_planned_comes_back_with_it(store: Store) -> None:
    ahead = History(store, "https://ahead.example/1", at=NOW + 365 * DAY)
    shown(ahead, plan=Plan(NOW + 365 * DAY + HOUR, 1.0, 0))
    new = History(store, "https://new.example/1", at=NOW + 365 * DAY)
    right = planned_at(store, "right.example", 0, NOW + 3 * DAY)
    store.clock_went_back(NOW + HOUR, timedelta(days=-365))
    due = {article.article_id: article.next_check_at for article in store.articles()}
    assert due[ahead.article_id] == NOW + HOUR
    assert due[new.article_id] == NOW + HOUR
    assert due[right] == NOW + 3 * DAY
    assert list(store.verify()) == []


def test_recent_looks_and_what_is_overdue_are_counted(store: Store) -> None:
    for number in range(4):
        planned_at(store, f"h{number}.example", number, NOW - HOUR)
    assert store.load(NOW, NOW - HOUR, 100).overdue_count == 4
    assert store.load(NOW, NOW - HOUR, 3).overdue_count == 3
    assert store.load(NOW, NOW - HOUR, 3).recent_look_count == 4
    assert store.load(NOW, NOW, 3).recent_look_count == 0
