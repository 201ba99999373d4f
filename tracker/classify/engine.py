"""A Diff and both extracts -> every change, with its kind."""

from __future__ import annotations

from datetime import datetime

from tracker.classify.body import text_changes
from tracker.classify.context import Context
from tracker.diff import diff as compare
from tracker.model import Change, Diff, Extract, Field, Kind, Operation, utc_text

ENGINE = "classify 3"


def classify(d: Diff, old: Extract | str, new: Extract | str, language: str | None = None) -> tuple[Change, ...]:
    """Every change between two revisions, headline first, the body last.

    `d` is the diff of the two body texts. With Extracts the other fields are compared too. `language` is ISO 639-1;
    without one the Extracts' is taken, and failing that it is detected from the body. Where it stays unknown, kinds
    that need it are not given.
    """
    if isinstance(old, str) or isinstance(new, str):
        if not d.hunks:
            return ()
        return tuple(text_changes(d, Field.BODY, Context(language, d.old, d.new)))
    if old == new:
        return ()
    context = Context(language or new.language or old.language, d.old, d.new)
    changes: list[Change] = []
    changes += _text_field(Field.HEADLINE, old.headline, new.headline, context)
    changes += _text_field(Field.SUBHEADLINE, old.subheadline, new.subheadline, context)
    changes += _byline(old.byline, new.byline)
    changes += _moment(Field.PUBLISHED_AT, old.published_at, new.published_at)
    changes += _moment(Field.MODIFIED_AT, old.modified_at, new.modified_at)
    changes += text_changes(d, Field.BODY, context)
    return tuple(changes)


def _text_field(field: Field, old: str | None, new: str | None, context: Context) -> list[Change]:
    before, after = old or "", new or ""
    if before == after:
        return []
    if not before or not after:
        kind = Kind.SENTENCE_ADDED if after else Kind.SENTENCE_REMOVED
        return [_whole(field, kind, before, after, ())]
    return text_changes(compare(before, after), field, context)


def _byline(old: str | None, new: str | None) -> list[Change]:
    before, after = old or "", new or ""
    return [] if before == after else [_whole(Field.BYLINE, Kind.NAME, before, after, ("the byline",))]


def _moment(field: Field, old: datetime | None, new: datetime | None) -> list[Change]:
    before = "" if old is None else utc_text(old)
    after = "" if new is None else utc_text(new)
    return [] if before == after else [_whole(field, Kind.DATE, before, after, ())]


def _whole(field: Field, kind: Kind, before: str, after: str, reasons: tuple[str, ...]) -> Change:
    operation = Operation.REPLACE if before and after else Operation.INSERT if after else Operation.DELETE
    return Change(kind, field, operation, before, after, 0, len(before), 0, len(after), before, after, reasons=reasons)
