"""Diffs, reports and articles as one self-contained HTML file: no script, nothing loaded, light and dark.

Every text of an article goes through `safe`, the only way into the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import groupby

from tracker.model import Change, ChangeDetail, Inconsistency, Revision
from tracker.render.excerpt import marked_sentence, quote
from tracker.render.html_parts import block, escape, heading, link, marked, page, paragraph_of, safe
from tracker.render.pair import RevisionPair, notes, sum_text, when_text
from tracker.render.passages import Passage, Shape, passages
from tracker.render.plain import safe_text
from tracker.render.reports import ArticleChanges, Flap, RevisionChanges, grouped, sum_of
from tracker.render.titles import folded_title, passage_title, place_text
from tracker.render.wording import change_title, inconsistency_title, moment_text, revision_title


def diff_html(pair: RevisionPair, tz: tzinfo | None) -> str:
    """Two revisions as a page: the whole text, unchanged passages folded. `tz` None: this computer's zone."""
    told = [when_text(pair, tz), *notes(pair), sum_text(pair)]
    facts = [link(pair.url), *map(safe, told)]
    if pair.comparison.diff.coarse:
        facts.append(f"Compared coarsely: {safe(pair.comparison.diff.coarse)}")
    return page(
        pair.headline,
        heading(pair.headline, facts),
        *(_field(change) for change in pair.field_changes),
        *_body(passages(pair.comparison.diff, pair.comparison.changes)),
    )


def _field(change: Change) -> str:
    return block(change_title(change), f'<p dir="auto">{marked(marked_sentence(change))}</p>')


def _body(stream: Sequence[Passage]) -> Iterator[str]:
    for is_kept, group in groupby(stream, key=lambda passage: passage.shape is Shape.KEPT):
        run = tuple(group)
        if is_kept:
            inside = "\n".join(paragraph_of(passage.pieces) for passage in run)
            yield f"<details><summary>{escape(folded_title(len(run)))}</summary>\n{inside}\n</details>"
        else:
            yield from map(_passage, run)


def _passage(passage: Passage) -> str:
    if passage.shape is not Shape.MOVED_AWAY:
        return block(_title(passage), paragraph_of(passage.pieces))
    words = quote("".join(piece.text for piece in passage.pieces))
    return block(_title(passage), f'<p class="note" dir="auto">{safe(words)}</p>')


def _title(passage: Passage) -> str:
    return f"{place_text(passage)} {passage_title(passage)}"


def report_html(details: Iterable[ChangeDetail], tz: tzinfo | None, scope: str = "") -> str:
    """Changes of many articles as a page, by article and revision, most telling first.

    `scope`: what was asked for, in a line, for one who finds the page later.
    """
    articles = grouped(details)
    return page(
        "What changed",
        heading("What changed", [safe(line) for line in (scope, sum_of(articles)) if line]),
        *(part for article in articles for part in _article(article, tz)),
    )


def _article(article: ArticleChanges, tz: tzinfo | None) -> Iterator[str]:
    yield f'<h2 dir="auto">{safe(article.headline or article.url)}</h2>'
    yield f'<div class="facts"><p>{link(article.url)}</p></div>'
    for part in article.parts:
        yield _part(part, tz)


def _part(part: RevisionChanges | Flap, tz: tzinfo | None) -> str:
    items = "\n".join(_item(detail.change) for detail in part.details)
    return f'<h3>{escape(part.title(tz))}</h3>\n<ul class="changes">\n{items}\n</ul>'


def _item(change: Change) -> str:
    label = f'<p class="label">{escape(change_title(change))}</p>'
    return f'<li>{label}<span dir="auto">{marked(marked_sentence(change))}</span></li>'


def revision_html(
    revision: Revision, url: str, tz: tzinfo | None, inconsistencies: Sequence[Inconsistency] = ()
) -> str:
    """One revision as a page to read, the names that it spells in two ways before the text."""
    extract = revision.extract
    seen = revision_title(revision, tz)
    published = extract.published_at and f"Published {moment_text(extract.published_at, tz)}"
    facts = [safe(fact) for fact in (extract.subheadline, extract.byline, published) if fact]
    headline = extract.headline or url
    paragraphs = (f'<p dir="auto">{safe(paragraph)}</p>' for paragraph in extract.paragraphs)
    return page(
        headline, heading(headline, [*facts, link(url), escape(seen)]), *map(_doubt, inconsistencies), *paragraphs
    )


def _doubt(inconsistency: Inconsistency) -> str:
    label = safe_text(inconsistency_title(inconsistency))
    return block(label, f'<p class="note" dir="auto">{safe(inconsistency.sentence)}</p>')
