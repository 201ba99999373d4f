"""An article's life in the demo: its stages, the edits between them, and how visitors are led through it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.demo.articles import load_outlets, load_timelines
from tracker.demo.timeline import (
    EditRecord,
    Page,
    Progress,
    StepRecord,
    Story,
    Timeline,
    after_visit,
    is_over,
    stage_shown,
    timeline_of,
)
from tracker.model import Field, Kind, Outcome

STORY = Story(
    slug="pier",
    outlet="gazette",
    section="Town",
    headline="Pier loses 12 planks",
    subheadline="Nobody fell in.",
    byline="A Writer",
    published_minutes_ago=10,
    paragraphs=("The storm took 12 planks.", "It came at night.", "The pier is shut."),
)
TIMELINES = load_timelines()


def step(*edits: EditRecord, minute: float = 5.0) -> StepRecord:
    return StepRecord(minute, Outcome.CHANGED, edits=edits)


def edited(*edits: EditRecord) -> Timeline:
    return timeline_of(STORY, [step(*edits)])


def body_of(timeline: Timeline) -> tuple[str, ...]:
    return timeline.stages[-1].story.paragraphs


def test_a_marked_edit_changes_its_place_and_nothing_else() -> None:
    timeline = edited(EditRecord(Kind.NUMBER, change="took [12 -> 15] planks"))
    assert body_of(timeline) == ("The storm took 15 planks.", "It came at night.", "The pier is shut.")
    assert timeline.stages[-1].story.headline == STORY.headline
    truth = timeline.stages[-1].expected
    assert [one.what for one in truth] == [Outcome.CHANGED, Kind.NUMBER]
    assert (truth[1].field, truth[1].before, truth[1].after) == (Field.BODY, "12", "15")


def test_a_headline_is_edited_without_the_body() -> None:
    timeline = edited(EditRecord(Kind.NUMBER, field=Field.HEADLINE, change="loses [12 -> 15] planks"))
    assert timeline.stages[-1].story.headline == "Pier loses 15 planks"
    assert body_of(timeline) == STORY.paragraphs


def test_an_added_sentence_is_expected_without_the_space_that_sets_it_apart() -> None:
    timeline = edited(EditRecord(Kind.SENTENCE_ADDED, change="The pier is shut.[ ->  Repairs begin soon.]"))
    assert body_of(timeline)[-1] == "The pier is shut. Repairs begin soon."
    assert timeline.stages[-1].expected[1].after == "Repairs begin soon."


def test_a_paragraph_moves() -> None:
    timeline = edited(EditRecord(Kind.MOVED, move="The pier", to_after="The storm"))
    assert body_of(timeline) == ("The storm took 12 planks.", "The pier is shut.", "It came at night.")
    assert timeline.stages[-1].expected[1].before == timeline.stages[-1].expected[1].after == "The pier is shut."


def test_a_notice_comes_and_goes() -> None:
    notice = "Correction: it was 15."
    timeline = timeline_of(
        STORY,
        [
            step(EditRecord(Kind.NOTICE_ADDED, insert=notice)),
            step(EditRecord(Kind.NOTICE_REMOVED, remove=notice), minute=9.0),
        ],
    )
    assert timeline.stages[1].story.paragraphs == (*STORY.paragraphs, notice)
    assert timeline.stages[2].story == STORY


@pytest.mark.parametrize(
    "edit",
    [
        EditRecord(Kind.NUMBER, change="took [13 -> 15] planks"),
        EditRecord(Kind.WORDING, change="[T -> t]he"),
        EditRecord(Kind.WORDING, change="no mark"),
        EditRecord(Kind.WORDING, field=Field.BYLINE, change="[A -> B] Writer"),
        EditRecord(Kind.MOVED, move="Nowhere", to_after="The storm"),
        EditRecord(Kind.NOTICE_REMOVED, remove="The"),
        EditRecord(Kind.WORDING),
    ],
)
def test_an_edit_that_does_not_fit_the_text_is_refused(edit: EditRecord) -> None:
    with pytest.raises(ValueError, match="pier"):
        edited(edit)


def test_minutes_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        timeline_of(STORY, [step(minute=9.0), step(minute=5.0)])


# -- visitors ----------------------------------------------------------------------------------------------------------

THREE_STAGES = timeline_of(STORY, [step(minute=10.0), step(minute=20.0)])


@given(st.lists(st.floats(0, 60), max_size=30), st.integers(1, 3))
def test_no_visitor_is_shown_an_edit_too_early_or_misses_one(minutes: list[float], visits_needed: int) -> None:
    progress = Progress()
    shown = []
    for minute in sorted(minutes):
        stage = stage_shown(THREE_STAGES, progress, minute, visits_needed)
        assert minute >= THREE_STAGES.stages[stage].minute
        progress = after_visit(progress, stage)
        shown.append(stage)
    assert shown == sorted(shown)
    assert set(shown) == set(range(max(shown, default=-1) + 1))
    assert all(shown.count(stage) >= visits_needed for stage in range(max(shown, default=0)))


def test_a_late_visitor_sees_every_stage_in_turn() -> None:
    progress = Progress()
    shown = []
    while not is_over(THREE_STAGES, progress, visits_needed=1):
        shown.append(stage_shown(THREE_STAGES, progress, 60.0, visits_needed=1))
        progress = after_visit(progress, shown[-1])
    assert shown == [0, 1, 2]


def test_an_edit_waits_for_its_minute() -> None:
    seen = Progress(0, 5)
    assert stage_shown(THREE_STAGES, seen, 9.9, 1) == 0
    assert stage_shown(THREE_STAGES, seen, 10.0, 1) == 1


# -- the demo's own articles -------------------------------------------------------------------------------------------


def test_a_dozen_articles_of_three_outlets_are_of_a_believable_length() -> None:
    stories = [timeline.stages[0].story for timeline in TIMELINES]
    assert len(stories) == len({story.slug for story in stories}) == 12
    assert {story.outlet for story in stories} == {outlet.key for outlet in load_outlets()}
    for story in stories:
        assert 6 <= len(story.paragraphs) <= 12, story.slug
        assert 350 <= len(" ".join(story.paragraphs).split()) <= 600, story.slug


def test_prose_is_stored_as_an_extractor_hands_it_out() -> None:
    for timeline in TIMELINES:
        for stage in timeline.stages:
            for text in (stage.story.headline, stage.story.subheadline, *stage.story.paragraphs):
                assert text == " ".join(text.split()), timeline.slug
                assert not set(text) & set("'\"<>[]"), text


def test_every_promised_edit_is_made() -> None:
    made = {truth.what for timeline in TIMELINES for stage in timeline.stages for truth in stage.expected}
    assert made >= {
        Kind.SPELLING,
        Kind.NUMBER,
        Kind.SENTENCE_REWRITTEN,
        Kind.WORDING,
        Kind.MOVED,
        Kind.SENTENCE_ADDED,
        Kind.NOTICE_ADDED,
        Kind.NOTICE_REMOVED,
        Outcome.GONE,
        Outcome.UNREADABLE,
        Outcome.MOVED,
        Outcome.REVERTED,
        Outcome.UNCHANGED,
    }
    assert sum(len(timeline.stages) == 1 for timeline in TIMELINES) == 1, "one article is never touched"


def test_what_is_expected_agrees_with_the_texts() -> None:
    for timeline in TIMELINES:
        stories = [stage.story for stage in timeline.stages]
        for number, stage in enumerate(timeline.stages[1:], start=1):
            outcome = stage.expected[0].what
            is_edited = stories[number] != stories[number - 1]
            assert is_edited == (outcome in (Outcome.CHANGED, Outcome.REVERTED)), timeline.slug
            assert is_edited == (len(stage.expected) > 1), timeline.slug
            if outcome in (Outcome.CHANGED, Outcome.REVERTED):
                assert (stories[number] in stories[:number]) == (outcome is Outcome.REVERTED), timeline.slug
            assert (stage.page is Page.ARTICLE) == (
                outcome in (Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED)
            ), timeline.slug


def test_all_happens_within_the_hour_and_no_two_edits_at_once() -> None:
    minutes = [stage.minute for timeline in TIMELINES for stage in timeline.stages[1:]]
    assert len(minutes) == len(set(minutes))
    assert 0 < min(minutes) < max(minutes) < 60


def test_an_article_keeps_its_frame() -> None:
    for timeline in TIMELINES:
        first = timeline.stages[0].story
        for stage in timeline.stages:
            kept = dataclasses.replace(stage.story, headline=first.headline, paragraphs=first.paragraphs)
            assert kept == first
