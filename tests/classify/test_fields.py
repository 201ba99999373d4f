"""Headline, byline and dates are compared too, each in its own text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Change, Extract, Field, Kind, Operation

ARTICLE = Extract(
    headline="Minister opens bridge in Latakia",
    subheadline="Hundreds came to see it",
    byline="By Jane Doe",
    published_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    language="en",
    paragraphs=("The minister opened the bridge on Monday.", "Hundreds of people came to see it."),
)


def changes(old: Extract, new: Extract) -> list[Change]:
    return list(classify(diff(old.text, new.text), old, new))


def test_the_headline_is_compared_word_by_word() -> None:
    [change] = changes(replace(ARTICLE, headline="Minister opens bridge in Lakatia"), ARTICLE)
    assert (change.field, change.kind, change.before, change.after) == (
        Field.HEADLINE,
        Kind.SPELLING,
        "Lakatia",
        "Latakia",
    )
    assert (change.new_start, change.new_end) == (25, 32)


def test_another_headline_is_rewritten() -> None:
    [change] = changes(ARTICLE, replace(ARTICLE, headline="Voters turn away from government after storm"))
    assert (change.field, change.kind, change.operation) == (Field.HEADLINE, Kind.SENTENCE_REWRITTEN, Operation.REPLACE)
    assert change.before == ARTICLE.headline


def test_a_field_that_appears_or_goes() -> None:
    without = replace(ARTICLE, subheadline=None)
    [gone] = changes(ARTICLE, without)
    assert (gone.field, gone.operation, gone.before, gone.after) == (
        Field.SUBHEADLINE,
        Operation.DELETE,
        "Hundreds came to see it",
        "",
    )
    [there] = changes(without, ARTICLE)
    assert (there.operation, there.after) == (Operation.INSERT, "Hundreds came to see it")


def test_the_byline_is_a_name_and_the_dates_are_dates() -> None:
    later = replace(
        ARTICLE, byline="By John Doe", published_at=datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=1)))
    )
    byline, published = changes(ARTICLE, later)
    assert (byline.field, byline.kind, byline.after) == (Field.BYLINE, Kind.NAME, "By John Doe")
    assert (published.field, published.kind) == (Field.PUBLISHED_AT, Kind.DATE)
    assert (published.before, published.after) == ("2026-03-01T12:00:00Z", "2026-03-02T11:00:00Z")


def test_the_same_moment_in_another_zone_is_no_change() -> None:
    shifted = replace(ARTICLE, published_at=datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1))))
    assert changes(ARTICLE, shifted) == []


def test_body_and_headline_together() -> None:
    new = replace(
        ARTICLE,
        headline="Minister opens tunnel in Latakia",
        paragraphs=("The minister opened the bridge on Tuesday.", ARTICLE.paragraphs[1]),
    )
    assert [(change.field, change.kind) for change in changes(ARTICLE, new)] == [
        (Field.HEADLINE, Kind.WORDING),
        (Field.BODY, Kind.DATE),
    ]
