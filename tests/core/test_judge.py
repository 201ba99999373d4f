"""What a look means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.cadence import CadencePolicy
from tracker.judge import Judge, reads_otherwise
from tracker.model import (
    Extract,
    FailureKind,
    Fetch,
    Inconsistency,
    Known,
    LookOrder,
    Outcome,
    ProblemKind,
    Redirect,
    Revision,
    Sighting,
    State,
)

URL = "https://paper.example/story"
FRONT = "https://paper.example/"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
JUDGE = Judge(POLICY)
ORDER = LookOrder(1, URL)
STORY = Extract(
    headline="Ferry service resumes after storm",
    paragraphs=(
        "The ferry between Norrick and Sand Island sailed again on Monday after three days in harbour.",
        "Twelve passengers were treated for the cold, the harbour office said in the afternoon.",
        "Gusts of up to ninety kilometres an hour had kept every boat tied up since Friday morning.",
        "Islanders shared what bread the only bakery could still make from its last sacks of flour.",
    ),
)
EDITED = replace(
    STORY, paragraphs=(STORY.paragraphs[0], STORY.paragraphs[1].replace("Twelve", "Fifteen"), *STORY.paragraphs[2:])
)
OTHER = Extract(
    headline="Recipe of the week",
    paragraphs=(
        "Whisk six eggs with sugar until pale; fold in ground almonds, lemon zest, melted butter; bake forty minutes.",
        "Serve cold alongside cream, plums, honey; keeps well under cloth; freezes badly though, sadly, alas, sigh.",
        "Variations: hazelnut instead, orange peel, cardamom pods crushed finely, rye crumbs replacing some nuts.",
    ),
)


def fetch(**given: Any) -> Fetch:
    return replace(Fetch(requested_url=URL, url=URL, fetched_at=NOW, status=200), **given)


def saw(extract: Extract | None, **given: Any) -> Sighting:
    return Sighting(ORDER, fetch(**given), extract=extract, page_sha256="page", extractor="x 1")


def knowing(extract: Extract, *earlier: Extract, **given: Any) -> Known:
    history = (*earlier, extract)
    latest = Revision(len(history), 1, len(history), NOW - timedelta(days=2), extract, extract.content_sha256)
    known = Known(
        article_id=1,
        url=URL,
        state=State.LIVE,
        latest=latest,
        seen_before=frozenset(one.content_sha256 for one in history),
        last_changed_at=latest.first_seen_at,
        aliases=frozenset({URL}),
    )
    return replace(known, **given)


NEW = Known(article_id=1, url=URL, aliases=frozenset({URL}))


def test_the_first_sight() -> None:
    verdict = JUDGE(saw(STORY), NEW)
    assert (verdict.outcome, verdict.state, verdict.new_revision) == (Outcome.FIRST_SEEN, State.LIVE, STORY)
    assert verdict.comparison is None


def test_the_same_text_is_unchanged_whatever_the_page_did() -> None:
    touched = replace(STORY, modified_at=NOW, language="en", canonical_url=FRONT)
    verdict = JUDGE(saw(touched), knowing(STORY))
    assert (verdict.outcome, verdict.new_revision) == (Outcome.UNCHANGED, None)


def test_the_same_page_is_unchanged_without_extraction() -> None:
    same = replace(saw(None), is_same_page=True)
    assert JUDGE(same, knowing(STORY)).outcome is Outcome.UNCHANGED


def test_not_modified() -> None:
    verdict = JUDGE(saw(None, status=304), knowing(STORY))
    assert (verdict.outcome, verdict.state) == (Outcome.NOT_MODIFIED, State.LIVE)


def test_a_change_is_recorded_with_its_comparison() -> None:
    verdict = JUDGE(saw(EDITED), knowing(STORY))
    assert (verdict.outcome, verdict.new_revision) == (Outcome.CHANGED, EDITED)
    assert verdict.comparison is not None
    assert verdict.comparison.diff.apply(STORY.text) == EDITED.text
    assert ("Twelve", "Fifteen") in [(change.before, change.after) for change in verdict.comparison.changes]


def test_every_new_revision_is_proofread_and_nothing_else() -> None:
    doubt = Inconsistency("Norick", "Norrick", 1, 1, 4, 10, "In Norick it rained.")
    judge = Judge(POLICY, proofread=lambda extract: (doubt,) if extract is EDITED else ())
    assert judge(saw(EDITED), NEW).inconsistencies == (doubt,)
    assert judge(saw(EDITED), knowing(STORY)).inconsistencies == (doubt,)
    assert judge(saw(EDITED), knowing(STORY, EDITED)).inconsistencies == (doubt,)
    assert judge(saw(STORY), NEW).inconsistencies == ()
    assert judge(saw(EDITED), knowing(EDITED)).inconsistencies == ()
    assert judge(saw(EDITED, status=404), knowing(STORY)).inconsistencies == ()


def test_a_name_spelt_in_two_ways_is_told_of_the_revision_that_has_it() -> None:
    torn = replace(
        STORY,
        language="en",
        paragraphs=(*STORY.paragraphs, "Ships to Brasken wait, those in Brasken and in Braksen too."),
    )
    [found] = JUDGE(saw(torn), knowing(STORY)).inconsistencies
    assert (found.doubtful, found.likely) == ("Braksen", "Brasken")
    assert torn.text[found.start : found.end] == "Braksen"


def test_a_return_to_an_earlier_text_is_a_revision_too() -> None:
    verdict = JUDGE(saw(STORY), knowing(EDITED, STORY))
    assert (verdict.outcome, verdict.new_revision) == (Outcome.REVERTED, STORY)


@pytest.mark.parametrize(
    ("status", "outcome", "state"),
    [
        (404, Outcome.GONE, State.GONE),
        (410, Outcome.GONE, State.GONE),
        (401, Outcome.BLOCKED, State.BLOCKED),
        (402, Outcome.PAYWALLED, State.PAYWALLED),
        (406, Outcome.BLOCKED, State.BLOCKED),
        (403, Outcome.BLOCKED, State.BLOCKED),
        (429, Outcome.BLOCKED, State.BLOCKED),
        (451, Outcome.BLOCKED, State.BLOCKED),
        (500, Outcome.FAILED, State.LIVE),
        (503, Outcome.FAILED, State.LIVE),
        (302, Outcome.FAILED, State.LIVE),
        (418, Outcome.FAILED, State.LIVE),
        (204, Outcome.FAILED, State.LIVE),
        (206, Outcome.FAILED, State.LIVE),
    ],
)
def test_answers_without_a_page(status: int, outcome: Outcome, state: State) -> None:
    verdict = JUDGE(saw(None, status=status), knowing(STORY))
    assert (verdict.outcome, verdict.state, verdict.new_revision) == (outcome, state, None)
    assert str(status) in verdict.reason
    assert verdict.next_check_at == NOW + POLICY.min_interval


@pytest.mark.parametrize("status", [200, 202, 403, 503])
def test_a_wall_is_named_by_its_headers_whatever_the_status(status: int) -> None:
    challenged = saw(None, status=status, headers=(("CF-Mitigated", "challenge"),))
    verdict = JUDGE(challenged, knowing(STORY))
    assert (verdict.outcome, verdict.state, verdict.new_revision) == (Outcome.BLOCKED, State.BLOCKED, None)
    assert "Cloudflare" in verdict.reason
    assert str(status) in verdict.reason


def test_what_workers_die_of_is_put_off_for_longer_and_longer() -> None:
    waits = []
    for failures in range(7):
        known = knowing(STORY, failures_in_row=failures)
        died = Sighting(ORDER, fetch(status=None, failure=FailureKind.DEADLY, failure_detail="each of 3 workers died"))
        verdict = JUDGE(died, known)
        assert (verdict.outcome, verdict.state) == (Outcome.UNREADABLE, State.UNREADABLE)
        assert verdict.reason == "each of 3 workers died"
        assert verdict.next_check_at is not None
        waits.append((verdict.next_check_at - NOW).days)
    assert waits == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("kind", list(FailureKind))
def test_no_answer_is_never_unchanged(kind: FailureKind) -> None:
    verdict = JUDGE(saw(None, status=None, failure=kind, failure_detail="so it was"), knowing(STORY))
    named = {
        FailureKind.ROBOTS: Outcome.BLOCKED,
        FailureKind.HELD_OFF: Outcome.BLOCKED,
        FailureKind.DEADLY: Outcome.UNREADABLE,
    }
    assert verdict.outcome is named.get(kind, Outcome.FAILED)
    assert verdict.reason == "so it was"


def test_three_failures_in_a_row_are_a_state() -> None:
    sighting = saw(None, status=500)
    assert JUDGE(sighting, knowing(STORY, failures_in_row=1)).state is State.LIVE
    third = JUDGE(sighting, knowing(STORY, failures_in_row=2))
    assert (third.state, third.failures_in_row) == (State.FAILING, 3)
    assert JUDGE(saw(STORY), knowing(STORY, failures_in_row=3)).failures_in_row == 0


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (ProblemKind.CONSENT_WALL, Outcome.UNREADABLE),
        (ProblemKind.EMPTY_SHELL, Outcome.UNREADABLE),
        (ProblemKind.BOT_WALL, Outcome.BLOCKED),
        (ProblemKind.PAYWALL, Outcome.PAYWALLED),
        (ProblemKind.SOFT_404, Outcome.GONE),
        (ProblemKind.LIVE_PAGE, Outcome.UNREADABLE),
    ],
)
def test_a_page_that_is_no_article_is_no_edit(problem: ProblemKind, outcome: Outcome) -> None:
    verdict = JUDGE(replace(saw(OTHER), page_problem=problem, problem="a wall"), knowing(STORY))
    assert (verdict.outcome, verdict.new_revision, verdict.reason) == (outcome, None, "a wall")


def test_a_page_without_an_article_is_unreadable() -> None:
    assert JUDGE(saw(None), knowing(STORY)).outcome is Outcome.UNREADABLE
    assert JUDGE(saw(Extract(headline="Only this")), NEW).outcome is Outcome.UNREADABLE


def test_coming_back_is_told() -> None:
    verdict = JUDGE(saw(STORY), knowing(STORY, state=State.GONE))
    assert (verdict.outcome, verdict.state, verdict.reason) == (Outcome.UNCHANGED, State.LIVE, "back after gone")


def test_another_text_altogether_is_doubted_once_and_then_believed() -> None:
    doubted = JUDGE(saw(OTHER), knowing(STORY))
    assert (doubted.outcome, doubted.state, doubted.new_revision) == (Outcome.SUSPECT, State.LIVE, None)
    assert doubted.suspect_sha256 == OTHER.content_sha256
    assert doubted.next_check_at == NOW + POLICY.min_interval
    confirmed = JUDGE(saw(OTHER), knowing(STORY, suspect_sha256=doubted.suspect_sha256))
    assert (confirmed.outcome, confirmed.suspect_sha256) == (Outcome.CHANGED, None)
    forgotten = JUDGE(saw(STORY), knowing(STORY, suspect_sha256=doubted.suspect_sha256))
    assert (forgotten.outcome, forgotten.suspect_sha256) == (Outcome.UNCHANGED, None)


def redirected(extract: Extract | None, to: str, status: int = 301) -> Sighting:
    return saw(extract, url=to, redirects=(Redirect(status, to),))


def test_a_permanent_redirect_to_the_same_article_is_a_move_told_once() -> None:
    new_home = "https://paper.example/2026/story"
    verdict = JUDGE(redirected(STORY, new_home), knowing(STORY))
    assert (verdict.outcome, verdict.state, verdict.moved_to) == (Outcome.MOVED, State.LIVE, new_home)
    known = knowing(STORY, aliases=frozenset({URL, new_home}))
    assert JUDGE(redirected(STORY, new_home), known).outcome is Outcome.UNCHANGED
    unmodified = replace(redirected(None, new_home), fetch=replace(redirected(None, new_home).fetch, status=304))
    assert JUDGE(unmodified, knowing(STORY)).moved_to == new_home
    assert JUDGE(unmodified, known).outcome is Outcome.NOT_MODIFIED
    edited = JUDGE(redirected(EDITED, new_home), knowing(STORY))
    assert (edited.outcome, edited.moved_to) == (Outcome.CHANGED, new_home)


def test_an_address_that_the_page_declares_is_learnt_if_it_can_be_believed() -> None:
    declared = "https://paper.example/2026/ferry-service-resumes-after-storm-4711"
    verdict = JUDGE(saw(replace(STORY, canonical_url=declared)), knowing(STORY))
    assert (verdict.outcome, verdict.moved_to, verdict.learnt_by) == (Outcome.UNCHANGED, declared, "canonical")
    known = knowing(STORY, aliases=frozenset({URL, declared}))
    assert JUDGE(saw(replace(STORY, canonical_url=declared)), known).moved_to is None
    for wrong in (FRONT, URL, "https://other.example/story", "mailto:desk@paper.example"):
        assert JUDGE(saw(replace(STORY, canonical_url=wrong)), knowing(STORY)).moved_to is None


def test_a_permanent_redirect_elsewhere_is_no_edit() -> None:
    front = JUDGE(redirected(OTHER, FRONT), knowing(STORY))
    assert (front.outcome, front.state, front.new_revision) == (Outcome.MOVED, State.MOVED, None)
    other = JUDGE(redirected(OTHER, "https://paper.example/recipe"), knowing(STORY))
    assert (other.outcome, other.state, other.new_revision) == (Outcome.MOVED, State.MOVED, None)


def test_a_passing_redirect_moves_nothing() -> None:
    verdict = JUDGE(redirected(STORY, "https://paper.example/a/story", status=302), knowing(STORY))
    assert (verdict.outcome, verdict.moved_to) == (Outcome.UNCHANGED, None)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_patience_gets_it(status: int) -> None:
    verdict = JUDGE(saw(None, status=status, headers=(("Retry-After", "7200"),)), knowing(STORY))
    assert verdict.next_check_at == NOW + timedelta(hours=2)


def test_a_look_held_off_tells_nothing_of_the_article() -> None:
    held = saw(None, status=None, failure=FailureKind.HELD_OFF, headers=(("Retry-After", "3600"),))
    verdict = JUDGE(held, knowing(STORY, failures_in_row=1))
    assert (verdict.outcome, verdict.state, verdict.failures_in_row) == (Outcome.BLOCKED, State.LIVE, 1)
    assert verdict.next_check_at == NOW + timedelta(hours=1)


LONG = Extract(
    headline="Ferry service resumes after storm",
    paragraphs=tuple(f"{text} Part {number} of the long report." for number in range(8) for text in STORY.paragraphs),
)


def test_most_of_the_text_gone_is_doubted() -> None:
    teaser = replace(LONG, paragraphs=LONG.paragraphs[:4])
    verdict = JUDGE(saw(teaser), knowing(LONG))
    assert (verdict.outcome, verdict.new_revision) == (Outcome.SUSPECT, None)
    assert "words are left" in verdict.reason
    assert JUDGE(saw(replace(LONG, paragraphs=LONG.paragraphs[:16])), knowing(LONG)).outcome is Outcome.CHANGED


def test_doubts_that_are_never_twice_alike_are_believed_at_the_third() -> None:
    known = knowing(STORY)
    for number in range(3):
        other = replace(OTHER, paragraphs=(*OTHER.paragraphs, f"Seen by {number} readers."))
        verdict = JUDGE(saw(other), known)
        known = replace(known, suspect_sha256=verdict.suspect_sha256, failures_in_row=verdict.failures_in_row)
        assert verdict.outcome is (Outcome.CHANGED if number == 2 else Outcome.SUSPECT)


SIGN_UP = "Sign up for the evening letter of this paper, and read it before everybody else does."


def test_like_is_compared_with_like() -> None:
    """The latest revision was recorded with a line that is known by now to be the site's own."""
    recorded = replace(STORY, paragraphs=(*STORY.paragraphs, SIGN_UP))
    known = knowing(recorded, site_lines=frozenset({SIGN_UP}))
    assert JUDGE(saw(STORY), known).outcome is Outcome.UNCHANGED
    assert JUDGE(saw(recorded), known).outcome is Outcome.UNCHANGED
    edited = JUDGE(saw(replace(EDITED, paragraphs=(*EDITED.paragraphs, SIGN_UP))), known)
    assert (edited.outcome, edited.new_revision, edited.reread) == (Outcome.CHANGED, EDITED, STORY)
    assert edited.comparison is not None
    assert [change.after for change in edited.comparison.changes] == ["Fifteen"]
    assert [line.text for line in edited.left_out] == [SIGN_UP]


def test_a_change_of_reading_is_no_edit() -> None:
    read_otherwise = replace(STORY, paragraphs=STORY.paragraphs[1:])
    settled = JUDGE(replace(saw(read_otherwise), before=read_otherwise), knowing(STORY))
    assert (settled.outcome, settled.new_revision) == (Outcome.UNCHANGED, None)
    edited = replace(EDITED, paragraphs=EDITED.paragraphs[1:])
    changed = JUDGE(replace(saw(edited), before=read_otherwise), knowing(STORY))
    assert (changed.outcome, changed.reread) == (Outcome.CHANGED, read_otherwise)
    assert changed.comparison is not None
    assert [(change.before, change.after) for change in changed.comparison.changes] == [("Twelve", "Fifteen")]


def test_only_what_reads_otherwise_is_looked_at_again() -> None:
    assert not reads_otherwise(saw(STORY), knowing(STORY))
    assert not reads_otherwise(saw(EDITED), NEW)
    assert not reads_otherwise(saw(None), knowing(STORY))
    assert not reads_otherwise(replace(saw(EDITED), page_problem=ProblemKind.PAYWALL), knowing(STORY))
    assert reads_otherwise(saw(EDITED), knowing(STORY))
    with_line = replace(STORY, paragraphs=(*STORY.paragraphs, SIGN_UP))
    assert not reads_otherwise(saw(with_line), knowing(STORY, site_lines=frozenset({SIGN_UP})))
