"""Diffs, reports and articles as one self-contained HTML file: no script, nothing loaded, light and dark.

Every text of an article goes through `_safe`, the only way into the page.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from importlib.resources import files
from itertools import groupby, pairwise

from tracker.model import Change, ChangeDetail, Inconsistency, Revision
from tracker.render.excerpt import marked_sentence, quote
from tracker.render.pair import RevisionPair, notes, sum_text, when_text
from tracker.render.passages import Passage, Shape, passages
from tracker.render.pieces import Mark, Piece, runs_together
from tracker.render.plain import safe_change, safe_text
from tracker.render.reports import ArticleChanges, Flap, RevisionChanges, grouped, sum_of
from tracker.render.titles import folded_title, passage_title, place_text
from tracker.render.wording import change_title, inconsistency_title, moment_text, revision_title

_TAGS = {Mark.DELETED: "del", Mark.INSERTED: "ins"}
# Nothing may be loaded or run, whatever a text holds; the styles stand in the page itself.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def diff_html(pair: RevisionPair, tz: tzinfo | None) -> str:
    """Two revisions as a page: the whole text, unchanged passages folded. `tz` None: this computer's zone."""
    told = [when_text(pair, tz), *notes(pair), sum_text(pair)]
    facts = [_link(pair.url), *map(_safe, told)]
    if pair.comparison.diff.coarse:
        facts.append(f"Compared coarsely: {_safe(pair.comparison.diff.coarse)}")
    return _page(
        pair.headline,
        _heading(pair.headline, facts),
        *(_field(change) for change in pair.field_changes),
        *_body(passages(pair.comparison.diff, pair.comparison.changes)),
    )


def _field(change: Change) -> str:
    return _block(change_title(change), f'<p dir="auto">{_pieces(marked_sentence(change))}</p>')


def _body(stream: Sequence[Passage]) -> Iterator[str]:
    for is_kept, group in groupby(stream, key=lambda passage: passage.shape is Shape.KEPT):
        run = tuple(group)
        if is_kept:
            inside = "\n".join(_paragraph(passage.pieces) for passage in run)
            yield f"<details><summary>{_escape(folded_title(len(run)))}</summary>\n{inside}\n</details>"
        else:
            yield from map(_passage, run)


def _passage(passage: Passage) -> str:
    if passage.shape is not Shape.MOVED_AWAY:
        return _block(_title(passage), _paragraph(passage.pieces))
    words = quote("".join(piece.text for piece in passage.pieces))
    return _block(_title(passage), f'<p class="note" dir="auto">{_safe(words)}</p>')


def _title(passage: Passage) -> str:
    return f"{place_text(passage)} {passage_title(passage)}"


def report_html(details: Iterable[ChangeDetail], tz: tzinfo | None, scope: str = "") -> str:
    """Changes of many articles as a page, by article and revision, most telling first.

    `scope`: what was asked for, in a line, for one who finds the page later.
    """
    articles = grouped(details)
    return _page(
        "What changed",
        _heading("What changed", [_safe(line) for line in (scope, sum_of(articles)) if line]),
        *(part for article in articles for part in _article(article, tz)),
    )


def _article(article: ArticleChanges, tz: tzinfo | None) -> Iterator[str]:
    yield f'<h2 dir="auto">{_safe(article.headline or article.url)}</h2>'
    yield f'<div class="facts"><p>{_link(article.url)}</p></div>'
    for part in article.parts:
        yield _part(part, tz)


def _part(part: RevisionChanges | Flap, tz: tzinfo | None) -> str:
    items = "\n".join(_item(detail.change) for detail in part.details)
    return f'<h3>{_escape(part.title(tz))}</h3>\n<ul class="changes">\n{items}\n</ul>'


def _item(change: Change) -> str:
    label = f'<p class="label">{_escape(change_title(change))}</p>'
    return f'<li>{label}<span dir="auto">{_pieces(marked_sentence(change))}</span></li>'


def revision_html(
    revision: Revision, url: str, tz: tzinfo | None, inconsistencies: Sequence[Inconsistency] = ()
) -> str:
    """One revision as a page to read, the names that it spells in two ways before the text."""
    extract = revision.extract
    seen = revision_title(revision, tz)
    published = extract.published_at and f"Published {moment_text(extract.published_at, tz)}"
    facts = [_safe(fact) for fact in (extract.subheadline, extract.byline, published) if fact]
    headline = extract.headline or url
    paragraphs = (f'<p dir="auto">{_safe(paragraph)}</p>' for paragraph in extract.paragraphs)
    return _page(
        headline, _heading(headline, [*facts, _link(url), _escape(seen)]), *map(_doubt, inconsistencies), *paragraphs
    )


def _doubt(inconsistency: Inconsistency) -> str:
    label = safe_text(inconsistency_title(inconsistency))
    return _block(label, f'<p class="note" dir="auto">{_safe(inconsistency.sentence)}</p>')


# -- parts of a page ---------------------------------------------------------------------------------------------------


def _page(title: str, *parts: str) -> str:
    style = (files("tracker.render") / "page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_safe(title)}</title>\n<style>\n{style}</style>"
    )
    body = "\n".join(["<main>", *parts, "</main>"])
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _heading(title: str, facts: Iterable[str]) -> str:
    lines = "\n".join(f'<p dir="auto">{fact}</p>' for fact in facts)
    return f'<header>\n<h1 dir="auto">{_safe(title)}</h1>\n<div class="facts">\n{lines}\n</div>\n</header>'


def _block(label: str, inside: str) -> str:
    return f'<section class="passage">\n<p class="label">{_escape(label)}</p>\n{inside}\n</section>'


def _paragraph(pieces: Sequence[Piece]) -> str:
    return f'<p dir="auto">{_pieces(pieces)}</p>'


def _pieces(pieces: Iterable[Piece]) -> str:
    parts = []
    for previous, piece in pairwise([None, *pieces]):
        if piece is not None:
            parts.append(f"{' ' if runs_together(previous, piece) else ''}{_piece(piece)}")
    return "".join(parts)


def _piece(piece: Piece) -> str:
    if piece.mark is Mark.KEPT:
        return _safe(piece.text)
    if piece.mark is Mark.MOVED_AWAY:
        return f'<span class="note">[moved away: {_safe(quote(piece.text))}]</span>'
    tag = _TAGS[piece.mark]
    return f"<{tag}>{_escape(safe_change(piece.text))}</{tag}>" if piece.text else ""


def _link(url: str) -> str:
    """A link only where it leads to the web: `javascript:` and the like stay text."""
    shown = _safe(url)
    return f'<a href="{shown}">{shown}</a>' if url.startswith(("http://", "https://")) else shown


def _safe(text: str) -> str:
    return _escape(safe_text(text))


def _escape(text: str) -> str:
    return html.escape(text, quote=True)
