"""`tracker diff` and `tracker report` on a terminal, readable from 60 columns up, with colour or without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from tracker.model import Change, ChangeDetail
from tracker.render.excerpt import focused, marked_sentence, quote
from tracker.render.marked_text import Marked, Page, bulleted, indented
from tracker.render.pair import RevisionPair, notes, sum_text, when_text
from tracker.render.passages import Passage, Shape, passages
from tracker.render.plain import safe_text
from tracker.render.reports import ArticleChanges, Flap, RevisionChanges, grouped, sum_of
from tracker.render.titles import folded_title, in_short, passage_title, place_text
from tracker.render.wording import change_title

_INDENT = 4
_FAINT = "dim"
_LABEL = "bold cyan"
_NOTE = "yellow"


def diff_view(pair: RevisionPair, tz: tzinfo | None) -> RenderableType:
    """Two revisions: the facts, the fields outside the body, then the body with what did not change folded away.

    `tz`: the zone of the times shown; None: the one that this computer is set to.
    """
    return Page(*diff_head(pair, tz), *_fields(pair.field_changes), *diff_body(pair, _passage))


def diff_head(pair: RevisionPair, tz: tzinfo | None) -> Iterator[RenderableType]:
    """The facts that stand above a diff."""
    yield Text(safe_text(pair.headline), "bold")
    yield Text(safe_text(pair.url), _FAINT, overflow="fold")
    yield Text(when_text(pair, tz))
    for note in notes(pair):
        yield Text(safe_text(note), _NOTE)
    yield Text(sum_text(pair))
    if pair.comparison.diff.coarse:
        yield Text(f"Compared coarsely: {safe_text(pair.comparison.diff.coarse)}", _NOTE)
    yield Text()


def _fields(changes: Sequence[Change]) -> Iterator[RenderableType]:
    for change in changes:
        yield Text(change_title(change), _LABEL)
        yield indented(Marked(marked_sentence(change)), _INDENT)
        yield Text()


def diff_body(pair: RevisionPair, view: Callable[[Passage], Iterator[RenderableType]]) -> Iterator[RenderableType]:
    """The passages one after the other, each as `view` shows it, with what did not change folded away."""
    stream = passages(pair.comparison.diff, pair.comparison.changes)
    if all(passage.shape is Shape.KEPT for passage in stream):
        yield Text("The body is unchanged.", _FAINT)
        return
    for is_kept, group in groupby(stream, key=lambda passage: passage.shape is Shape.KEPT):
        run = tuple(group)
        if is_kept:
            yield Text(f"  {folded_title(len(run))}", _FAINT)
            yield Text()
        else:
            for passage in run:
                yield from view(passage)


def _passage(passage: Passage) -> Iterator[RenderableType]:
    title = Text.assemble((f"{place_text(passage)}  ", _FAINT), (passage_title(passage), _LABEL))
    if passage.shape is Shape.MOVED_AWAY:
        words = quote("".join(piece.text for piece in passage.pieces))
        yield Text.assemble(title, (f": {safe_text(words)}", _FAINT))
    else:
        yield title
        yield indented(Marked(focused(in_short(passage))), _INDENT)
    yield Text()


def report_view(details: Iterable[ChangeDetail], tz: tzinfo | None) -> RenderableType:
    """Changes of many articles, by article and revision, most telling first, each with its sentence."""
    articles = grouped(details)
    if not articles:
        return Text("No changes.")
    parts = [part for article in articles for part in _article(article, tz)]
    return Page(*parts, Text(sum_of(articles)))


def _article(article: ArticleChanges, tz: tzinfo | None) -> Iterator[RenderableType]:
    yield Text(safe_text(article.headline or article.url), "bold")
    yield Text(safe_text(article.url), _FAINT, overflow="fold")
    for part in article.parts:
        yield from _part(part, tz)
    yield Text()


def _part(part: RevisionChanges | Flap, tz: tzinfo | None) -> Iterator[RenderableType]:
    yield indented(Text(part.title(tz)), 2)
    for detail in part.details:
        yield indented(bulleted(change_line(detail.change)), 2)


def change_line(change: Change) -> RenderableType:
    """One change in one to three lines: its name, then its sentence with the change marked."""
    return Marked(marked_sentence(change), lead=Text(f"{change_title(change)}: ", _LABEL))
