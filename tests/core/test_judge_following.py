"""What a look tells of how an article changes, and when it is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.cadence import CadencePolicy, Finding, after_look, begin, from_counts, planned
from tracker.judge import Judge, reads_otherwise
from tracker.model import (
    Extract,
    Fetch,
    HostHistory,
    Known,
    LookOrder,
    Outcome,
    ProblemKind,
    Redirect,
    Revision,
    Sighting,
    State,
    Verdict,
)

URL = "https://paper.example/story"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = CadencePolicy(timedelta(minutes=5), 30 * DAY)
JUDGE = Judge(POLICY)
HOST = HostHistory(articles=40, changes=90.0, exposure=60.0)
STORY = Extract(headline="Pier reopens", paragraphs=("The pier reopened on Monday.", "Twelve boats came in."))
EDITED = replace(STORY, paragraphs=("The pier reopened on Monday.", "Fifteen boats came in."))
SEEN_SINCE_NOON_YESTERDAY = after_look(begin(NOW - DAY), HOST, NOW - DAY, Finding.SAME)
NEW = Known(1, URL, added_at=NOW, host_history=HOST, aliases=frozenset({URL}))


def saw(extract: Extract | None, **told: object) -> Sighting:
    fetch = replace(Fetch(URL, URL, NOW, status=200), **told)  # type: ignore[arg-type]
    return Sighting(LookOrder(1, URL), fetch, extract=extract, page_sha256="page", extractor="x 1")


def knowing(extract: Extract, *, same_as: int | None = None, seen: tuple[Extract, ...] = (), **told: object) -> Known:
    latest = Revision(3, 1, 3, NOW - DAY, extract, extract.content_sha256, same_as_number=same_as)
    known = Known(
        1,
        URL,
        State.LIVE,
        latest,
        seen_before=frozenset(one.content_sha256 for one in (extract, *seen)),
        added_at=NOW - DAY,
        aliases=frozenset({URL}),
        history=SEEN_SINCE_NOON_YESTERDAY,
        host_history=HOST,
    )
    return replace(known, **told)  # type: ignore[arg-type]


def is_followed(verdict: Verdict, known: Known, finding: Finding, jitter: float = 0.0) -> bool:
    """Is the verdict's history that of the cadence with this finding, and its plan made from it?"""
    assert known.history is not None
    history = after_look(known.history, HOST, NOW, finding)
    plan = planned(history, HOST, NOW, POLICY, known.price, jitter)
    return (verdict.history, verdict.plan, verdict.next_check_at) == (history, plan, plan.next_check_at)


def test_looks_that_show_the_article_make_its_history_and_its_plan() -> None:
    known = knowing(STORY)
    assert is_followed(JUDGE(saw(STORY), known), known, Finding.SAME)
    assert is_followed(JUDGE(saw(None, status=304), known), known, Finding.SAME)
    assert is_followed(JUDGE(saw(EDITED), known), known, Finding.CHANGED)
    assert is_followed(JUDGE(saw(EDITED), known, 0.7), known, Finding.CHANGED, 0.7)
    back = knowing(STORY, seen=(EDITED,))
    assert is_followed(JUDGE(saw(EDITED), back), back, Finding.CHANGED)


def test_going_back_and_forth_between_known_wordings_counts_little() -> None:
    known = knowing(STORY, same_as=1, seen=(EDITED,))
    verdict = JUDGE(saw(EDITED), known)
    assert verdict.outcome is Outcome.REVERTED
    assert is_followed(verdict, known, Finding.FLAPPED)
    new_wording = replace(EDITED, headline="Pier open")
    assert is_followed(JUDGE(saw(new_wording), known), known, Finding.CHANGED)


def test_a_look_costs_what_it_is_told() -> None:
    dear, cheap = (JUDGE(saw(STORY), knowing(STORY, price=price)).next_check_at for price in (3.0, 0.03))
    assert dear is not None
    assert cheap is not None
    assert dear - NOW > 50 * (cheap - NOW)


def test_the_first_sight_tells_when_the_article_was_born() -> None:
    published = NOW - 5 * HOUR
    first = JUDGE(saw(replace(STORY, published_at=published)), NEW)
    assert first.history is not None
    assert (first.history.born_at, first.history.seen_from, first.history.changes) == (published, NOW, 0.0)
    undated = JUDGE(saw(STORY), NEW)
    assert undated.history is not None
    assert undated.history.born_at == NOW
    assert first.next_check_at is not None
    assert undated.next_check_at is not None
    assert first.next_check_at > undated.next_check_at
    later = JUDGE(saw(replace(STORY, published_at=published)), knowing(STORY))
    assert later.history is not None
    assert later.history.born_at == SEEN_SINCE_NOON_YESTERDAY.born_at


@pytest.mark.parametrize("published", [NOW - 3000 * DAY, datetime(1970, 1, 1, tzinfo=UTC)])
def test_an_old_page_that_was_just_added_is_not_given_up_after_one_look(published: datetime) -> None:
    verdict = JUDGE(saw(replace(STORY, published_at=published)), NEW)
    assert verdict.next_check_at is not None


@pytest.mark.parametrize("status", [404, 403, 500, 402])
def test_a_look_that_shows_nothing_leaves_the_history_alone(status: int) -> None:
    verdict = JUDGE(saw(None, status=status), knowing(STORY))
    assert (verdict.history, verdict.plan) == (None, None)
    assert verdict.next_check_at == NOW + POLICY.min_interval
    walled = JUDGE(replace(saw(None), page_problem=ProblemKind.PAYWALL, problem="a wall"), knowing(STORY))
    assert (walled.history, walled.plan) == (None, None)


def test_a_move_is_planned_on_but_not_counted() -> None:
    new_home = "https://paper.example/2026/story"
    verdict = JUDGE(saw(STORY, url=new_home, redirects=(Redirect(301, new_home),)), knowing(STORY))
    assert (verdict.outcome, verdict.history) == (Outcome.MOVED, None)
    assert verdict.next_check_at is not None


OLD = from_counts(NOW - 400 * DAY, NOW - 400 * DAY, NOW - DAY, changes=0)


def test_an_article_of_which_nothing_is_to_be_expected_is_given_up() -> None:
    verdict = JUDGE(saw(STORY), knowing(STORY, history=OLD))
    assert (verdict.outcome, verdict.state, verdict.next_check_at) == (Outcome.UNCHANGED, State.LIVE, None)
    edited = JUDGE(saw(EDITED), knowing(STORY, history=OLD))
    assert edited.next_check_at is not None
    gone = JUDGE(saw(None, status=404), knowing(STORY, history=OLD, failures_in_row=3))
    assert gone.next_check_at is not None
    still_gone = JUDGE(saw(None, status=404), knowing(STORY, history=OLD, failures_in_row=30))
    assert still_gone.next_check_at is None


def test_a_clock_that_went_back_plans_nothing_far_ahead() -> None:
    """The look before was recorded by a clock that was a year ahead."""
    ahead = after_look(begin(NOW + 365 * DAY), HOST, NOW + 365 * DAY, Finding.SAME)
    for history in (ahead, begin(NOW + 365 * DAY)):
        for sighting in (saw(STORY), saw(EDITED), saw(None, status=500)):
            moment = JUDGE(sighting, knowing(STORY, history=history), 0.999).next_check_at
            assert moment is not None
            assert NOW < moment <= NOW + POLICY.max_interval * 1.1


def test_an_import_leaves_the_article_itself_to_be_looked_at_at_once() -> None:
    judge = Judge(POLICY, is_doubting=False)
    assert judge(saw(STORY), NEW).next_check_at == NOW
    assert judge(saw(EDITED), knowing(STORY)).next_check_at == NOW


def test_of_a_headline_that_is_tracked_alone_the_text_is_neither_kept_nor_compared() -> None:
    known = knowing(STORY.headline_only(), is_headline_only=True)
    first = JUDGE(saw(STORY), replace(NEW, is_headline_only=True))
    assert first.new_revision == STORY.headline_only()
    assert not reads_otherwise(saw(EDITED), known)
    assert JUDGE(saw(EDITED), known).outcome is Outcome.UNCHANGED
    renamed = replace(EDITED, headline="Pier open")
    assert reads_otherwise(saw(renamed), known)
    for sighting in (saw(renamed), replace(saw(renamed), before=STORY)):
        verdict = JUDGE(sighting, known)
        assert (verdict.outcome, verdict.new_revision, verdict.reread) == (
            Outcome.CHANGED,
            renamed.headline_only(),
            None,
        )


def test_a_text_that_is_tracked_only_from_now_on_is_no_edit() -> None:
    known = knowing(STORY.headline_only())
    assert JUDGE(replace(saw(STORY), before=STORY), known).outcome is Outcome.UNCHANGED
    verdict = JUDGE(replace(saw(EDITED), before=STORY), known)
    assert (verdict.outcome, verdict.new_revision, verdict.reread) == (Outcome.CHANGED, EDITED, STORY)
