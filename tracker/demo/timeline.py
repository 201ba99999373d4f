"""What happens to an article and when: stages, the edits between them, and what a tracker should report. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model import Field, Kind, Outcome

# `kills at least [12 -> 15] as search`: what stands in the brackets changes, what stands around them says where.
_MARKED = re.compile(r"(?P<lead>.*)\[(?P<before>.*) -> (?P<after>.*)\](?P<tail>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Story:
    """An article's own words, as its outlet has them at one moment."""

    slug: str
    outlet: str
    section: str
    headline: str
    subheadline: str
    byline: str
    published_minutes_ago: int  # before the site opened
    paragraphs: tuple[str, ...]


class Page(StrEnum):
    """What stands at the article's address."""

    ARTICLE = "article"
    MISSING = "missing"  # 404
    CONSENT_WALL = "consent_wall"  # 200, and no article in it
    MOVED = "moved"  # 301 to `Stage.moved_to`, where the article stands


@dataclass(frozen=True, slots=True)
class Expected:
    """One happening that a tracker should report, and in this order.

    An Outcome says what the first look at a stage should come to; the Kinds that follow are the changes it should list.
    `before` and `after` are what stood there without the spaces around; both are empty for an Outcome.
    """

    slug: str
    stage: int  # 0 is the article as first published
    minute: float  # of the demo's hour
    what: Outcome | Kind
    field: Field | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """An article's life from `minute` on, until the next stage."""

    minute: float
    page: Page
    story: Story
    expected: tuple[Expected, ...]
    moved_to: str = ""  # path; for Page.MOVED only


@dataclass(frozen=True, slots=True)
class Timeline:
    slug: str
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        minutes = [stage.minute for stage in self.stages]
        if minutes != sorted(set(minutes)):
            raise ValueError(f"{self.slug}: the minutes of its steps do not ascend: {minutes}")


# -- edits -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditRecord:
    """One edit as an article's file tells it: exactly one of `change`, `insert`, `remove`, `move` is set."""

    kind: Kind
    field: Field = Field.BODY
    change: str | None = None  # marked text, see _MARKED
    insert: str | None = None  # a paragraph put at the end
    remove: str | None = None  # a whole paragraph
    move: str | None = None  # how the moving paragraph begins
    to_after: str = ""  # how the paragraph begins that it goes behind


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step as an article's file tells it."""

    minute: float
    outcome: Outcome
    page: Page = Page.ARTICLE
    moved_to: str = ""
    edits: tuple[EditRecord, ...] = ()


def timeline_of(story: Story, steps: Sequence[StepRecord]) -> Timeline:
    """The article's stages. Raises ValueError for an edit that does not fit the text it is made to."""
    first = Expected(story.slug, 0, 0.0, Outcome.FIRST_SEEN)
    stages = [Stage(0.0, Page.ARTICLE, story, (first,))]
    for number, step in enumerate(steps, start=1):
        stages.append(_next_stage(stages[-1].story, number, step))
    return Timeline(story.slug, tuple(stages))


def _next_stage(story: Story, number: int, step: StepRecord) -> Stage:
    expected = [Expected(story.slug, number, step.minute, step.outcome)]
    for edit in step.edits:
        story, before, after = _edited(story, edit)
        truth = Expected(story.slug, number, step.minute, edit.kind, edit.field, before.strip(), after.strip())
        expected.append(truth)
    return Stage(step.minute, step.page, story, tuple(expected), step.moved_to)


def _edited(story: Story, edit: EditRecord) -> tuple[Story, str, str]:
    """The story after the edit, what stood there before, what stands there now."""
    if edit.change is not None:
        return _substitute(story, edit.field, edit.change)
    if edit.insert is not None:
        return replace(story, paragraphs=(*story.paragraphs, edit.insert)), "", edit.insert
    if edit.remove is not None:
        at = _only_paragraph(story, edit.remove)
        return replace(story, paragraphs=story.paragraphs[:at] + story.paragraphs[at + 1 :]), edit.remove, ""
    if edit.move is not None:
        return _move(story, edit.move, edit.to_after)
    raise ValueError(f"{story.slug}: an edit of kind {edit.kind} says nothing of what is to be done")


def _substitute(story: Story, field: Field, marked: str) -> tuple[Story, str, str]:
    match = _MARKED.fullmatch(marked)
    if match is None:
        raise ValueError(f"{story.slug}: {marked!r} holds no [before -> after]")
    lead, before, after, tail = match.group("lead", "before", "after", "tail")
    old, new = lead + before + tail, lead + after + tail
    if field is Field.HEADLINE:
        _require_once(story.slug, old, story.headline)
        return replace(story, headline=story.headline.replace(old, new)), before, after
    if field is Field.BODY:
        _require_once(story.slug, old, "\n".join(story.paragraphs))
        return replace(story, paragraphs=tuple(text.replace(old, new) for text in story.paragraphs)), before, after
    raise ValueError(f"{story.slug}: no edits are made to the {field}")


def _require_once(slug: str, needle: str, text: str) -> None:
    if text.count(needle) != 1:
        raise ValueError(f"{slug}: {needle!r} stands {text.count(needle)} times in the text, not once")


def _move(story: Story, start: str, to_after: str) -> tuple[Story, str, str]:
    at = _only_paragraph(story, start)
    moving = story.paragraphs[at]
    rest = replace(story, paragraphs=story.paragraphs[:at] + story.paragraphs[at + 1 :])
    place = _only_paragraph(rest, to_after) + 1
    return replace(rest, paragraphs=(*rest.paragraphs[:place], moving, *rest.paragraphs[place:])), moving, moving


def _only_paragraph(story: Story, start: str) -> int:
    found = [at for at, text in enumerate(story.paragraphs) if text.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{story.slug}: {len(found)} paragraphs begin with {start!r}, not one")
    return found[0]


# -- progress ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far visitors have seen an article's life."""

    stage: int = 0
    visit_count: int = 0  # of this stage


def stage_shown(timeline: Timeline, progress: Progress, minute: float, visits_needed: int) -> int:
    """The stage that a visit now gets: the next one if its minute has come and this one was seen often enough.

    Never two stages further at once, so that no edit is overtaken by the next one on a slow machine.
    """
    following = progress.stage + 1
    if following == len(timeline.stages) or progress.visit_count < visits_needed:
        return progress.stage
    return following if minute >= timeline.stages[following].minute else progress.stage


def after_visit(progress: Progress, stage: int) -> Progress:
    """The progress once a visit to `stage` has been answered."""
    return Progress(stage, progress.visit_count + 1 if stage == progress.stage else 1)


def is_over(timeline: Timeline, progress: Progress, visits_needed: int) -> bool:
    """Whether the last stage has been seen often enough."""
    return progress.stage == len(timeline.stages) - 1 and progress.visit_count >= visits_needed
