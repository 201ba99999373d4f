"""What a search found, on a terminal, readable from 60 columns up, with colour or without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from tracker.model import Field, SearchHit, Stretch
from tracker.render.marked_text import Page, bulleted, indented
from tracker.render.plain import safe_text
from tracker.render.wording import between_text, count, field_name, moment_text, state_name
from tracker.search.snippet import Fragment, snippet

# More of one article would push the others off the screen.
_PASSAGES_SHOWN = 3
_FOUND = "bold underline"
_FAINT = "dim"
_LABEL = "bold cyan"


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """One article with all of its passages."""

    hits: tuple[SearchHit, ...]  # at least one

    @property
    def title(self) -> str:
        return self.hits[0].article_headline or self.hits[0].url


def by_article(hits: Iterable[SearchHit]) -> tuple[FoundArticle, ...]:
    """In the order in which they come; the hits of one article stand together."""
    return tuple(FoundArticle(tuple(each)) for _, each in groupby(hits, key=lambda hit: hit.article_id))


def search_view(
    articles: Sequence[FoundArticle], tz: tzinfo | None, *, is_whole: bool = False, has_more: bool = False
) -> RenderableType:
    """`is_whole`: every passage of an article; `has_more`: there are more articles than these."""
    parts = [part for article in articles for part in _article(article, tz, is_whole=is_whole)]
    return Page(*parts, Text(sum_text(articles, has_more=has_more)))


def sum_text(articles: Sequence[FoundArticle], *, has_more: bool) -> str:
    """`7 passages in 3 articles`."""
    passages = sum(len(article.hits) for article in articles)
    told = f"{count(passages, 'passage')} in {count(len(articles), 'article')}"
    return f"{told}; there are more: a higher --limit, or more words" if has_more else told


def _article(article: FoundArticle, tz: tzinfo | None, *, is_whole: bool) -> Iterator[RenderableType]:
    first = article.hits[0]
    yield Text(safe_text(article.title), "bold")
    if article.title != first.url:
        yield Text(safe_text(first.url), _FAINT, overflow="fold")
    if first.joined_to_article_id is not None:
        yield Text(f"Goes on as article {first.joined_to_article_id:,}", "cyan")
    shown = article.hits if is_whole else article.hits[:_PASSAGES_SHOWN]
    for hit in shown:
        yield indented(bulleted(_Passage(hit)), 2)
        yield indented(Text(life_text(hit, tz), _FAINT), 4)
    if len(shown) < len(article.hits):
        yield indented(Text(f"and {count(len(article.hits) - len(shown), 'more passage')}; -v shows all", _FAINT), 2)
    yield Text()


class _Passage:
    """Snippet with the words marked; it looks at the console to know whether marks must do without colour."""

    def __init__(self, hit: SearchHit) -> None:
        self.hit = hit

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        has_colour = console.color_system is not None and not console.no_color
        label = "" if self.hit.field is Field.BODY else f"{field_name(self.hit.field)}: "
        fragments = snippet(self.hit.text, self.hit.spans)
        yield Text.assemble((label, _LABEL), *(_marked(each, signs=not has_colour) for each in fragments))


def _marked(fragment: Fragment, *, signs: bool) -> Text:
    shown = safe_text(fragment.text)
    if not fragment.is_found:
        return Text(shown)
    return Text(f"[{shown}]" if signs else shown, _FOUND)


def snippet_text(hit: SearchHit) -> str:
    """In one line, the words in square brackets."""
    return "".join(_marked(each, signs=True).plain for each in snippet(hit.text, hit.spans))


def life_text(hit: SearchHit, tz: tzinfo | None) -> str:
    """`stands since revision 1`, `removed between 12:09 and 12:11 UTC (revision 2 → 3), stood since revision 1`."""
    last = hit.stretches[-1]
    told = _end_text(hit, last, tz)
    earlier = len(hit.stretches) - 1
    times = "once" if earlier == 1 else f"{earlier:,} times"
    return f"{told}; was taken out and put back {times} before" if earlier else told


def _end_text(hit: SearchHit, last: Stretch, tz: tzinfo | None) -> str:
    begin = _begin_text(last, tz)
    if last.gone_by_reading:
        return f"not read as a part of the article any more since revision {last.gone_number}, its page read anew"
    if last.gone_number is not None and last.gone_after is not None and last.gone_before is not None:
        between = between_text(last.gone_after, last.gone_before, tz)
        return f"removed {between} (revision {last.last_number} → {last.gone_number}), stood {begin}"
    if hit.joined_to_article_id is not None:
        return f"stood to the end, {begin}"
    if not hit.stands:
        return f"stood to the end, {begin}; {state_name(hit.state)} since {moment_text(hit.state_since_at, tz)}"
    return f"stands {begin}"


def _begin_text(stretch: Stretch, tz: tzinfo | None) -> str:
    """`since revision 1, seen 2026-11-23 12:09 UTC`, `since revision 2, added between 12:09 and 12:11 UTC`."""
    told = f"since revision {stretch.first_number}"
    if stretch.came_by_reading:
        return f"{told}, a page read anew"
    if stretch.came_after is None:
        return f"{told}, seen {moment_text(stretch.first_seen_at, tz)}"
    return f"{told}, added {between_text(stretch.came_after, stretch.first_seen_at, tz)}"
