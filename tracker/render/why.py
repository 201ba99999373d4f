"""`tracker show --why`: where a revision was read, what was left out of it, and why the article stands as it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.console import RenderableType
from rich.text import Text

from tracker.model import ArticleStatus, CheckEntry, LeftOutLine, Revision, SiteLine, utc_text
from tracker.render.excerpt import shortened
from tracker.render.json_form import JSONValue, article_row
from tracker.render.marked_text import Page, bulleted, indented
from tracker.render.plain import safe_text
from tracker.render.standing import standing_text
from tracker.render.wording import bytes_text, count, moment_text, outcome_name, revision_title, span_text

# Enough to see what kind of line it is; `--verbose` and JSON tell all.
_LINES_SHOWN = 5
_LINE_CHARACTERS = 160
_UNBOUNDED = 2**31


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The page that a revision was read from, as it was kept."""

    capture_id: int
    captured_at: datetime
    url: str
    content_type: str | None  # None: the server named none
    body_bytes: int


@dataclass(frozen=True, slots=True)
class Why:
    """All that is known of how a revision came about."""

    article: ArticleStatus
    revision: Revision
    page: PageFacts | None  # None: the page is not kept as sent
    rules: Mapping[str, JSONValue]  # what the configuration says of this host, by key; empty: nothing
    left_out: tuple[LeftOutLine, ...]  # of all pages of the article
    site_lines: tuple[SiteLine, ...]  # of the host
    last_check: CheckEntry | None  # None: not looked at yet

    @property
    def site_lines_here(self) -> tuple[SiteLine, ...]:
        """Those that stand on the article's pages, left out or (before they were known) in this revision."""
        here = {line.text for line in self.left_out} | set(self.revision.extract.paragraphs)
        return tuple(line for line in self.site_lines if line.text in here)

    @property
    def left_out_by_reason(self) -> dict[str, tuple[LeftOutLine, ...]]:
        """The reason that took most lines first, under each the line that was seen last."""
        groups: dict[str, list[LeftOutLine]] = {}
        for line in self.left_out:
            groups.setdefault(line.reason, []).append(line)
        by_size = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        return {
            reason: tuple(sorted(lines, key=lambda line: line.last_seen_at, reverse=True)) for reason, lines in by_size
        }


def why_view(why: Why, now: datetime, tz: tzinfo | None, *, is_whole: bool = False) -> RenderableType:
    """In the order of the questions: how read, what left out, what the site is known for, how the article stands.

    `is_whole`: every line, each in full; else a few of a kind, and how many more there are.
    """
    limit = _UNBOUNDED if is_whole else _LINES_SHOWN
    return Page(
        Text(safe_text(why.revision.extract.headline or why.article.url), "bold"),
        Text(safe_text(why.article.url), "dim", overflow="fold"),
        Text(safe_text(revision_title(why.revision, tz))),
        *_section("How it was read", _reading(why, tz)),
        *_section("What was left out of the article's pages", _left_out(why, limit, tz)),
        *_section(f"Lines of {why.article.host} that are known to be the site's own", _site(why, limit, tz)),
        *_section("How the article stands", _standing(why, now, tz)),
    )


def _section(title: str, lines: Iterator[RenderableType]) -> Iterator[RenderableType]:
    yield Text()
    yield Text(safe_text(title), "bold cyan")
    for line in lines:
        yield indented(line, 2)


def _line(text: str, style: str = "") -> Text:
    return Text(safe_text(text), style, overflow="fold")


def _reading(why: Why, tz: tzinfo | None) -> Iterator[RenderableType]:
    page = why.page
    if page is None:
        yield _line("From a page that is not kept as sent.")
    else:
        kind = page.content_type or "no content type named"
        facts = [moment_text(page.captured_at, tz), kind, bytes_text(page.body_bytes)]
        yield _line(f"From capture {page.capture_id}, {', '.join(facts)}")
        yield _line(page.url)
    yield _line(f"By {why.revision.extractor or 'an extractor that is not known'}.")
    if not why.rules:
        yield _line(f"No rule of config.toml for {why.article.host}; none is needed.")
    for key, value in why.rules.items():
        yield _line(f"Rule of config.toml for {why.article.host}: {key} = {_rule_text(value)}")


def _rule_text(value: JSONValue) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_rule_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _left_out(why: Why, limit: int, tz: tzinfo | None) -> Iterator[RenderableType]:
    if not why.left_out:
        yield _line("Nothing that a reader may take for a part of it.")
    for reason, lines in why.left_out_by_reason.items():
        yield _line(f"{reason}: {count(len(lines), 'line')}", "yellow")
        for line in lines[:limit]:
            seen = span_text(line.first_seen_at, line.last_seen_at, tz, joiner=" to ")
            yield bulleted(Text.assemble(_shown(line.text, limit), (f"  (seen {seen})", "dim")))
        yield from _more(len(lines), limit)


def _shown(text: str, limit: int) -> str:
    return safe_text(text if limit == _UNBOUNDED else shortened(text, _LINE_CHARACTERS))


def _more(number: int, limit: int) -> Iterator[RenderableType]:
    if number > limit:
        yield _line(f"and {number - limit:,} more; --verbose tells them all", "dim")


def _site(why: Why, limit: int, tz: tzinfo | None) -> Iterator[RenderableType]:
    here = why.site_lines_here
    if not why.site_lines:
        yield _line("None yet: a line is learnt when it stands in several articles.")
        return
    yield _line(f"{len(here):,} of {count(len(why.site_lines), 'known line')} on this article's pages.")
    for line in here[:limit]:
        facts = f"  (in {count(line.article_count, 'article')} when learnt, {moment_text(line.learnt_at, tz)})"
        yield bulleted(Text.assemble(_shown(line.text, limit), (facts, "dim")))
    yield from _more(len(here), limit)


def _standing(why: Why, now: datetime, tz: tzinfo | None) -> Iterator[RenderableType]:
    yield _line(f"Now {standing_text(why.article, now, tz)}.")
    check = why.last_check
    if check is None:
        return
    status = f", HTTP {check.http_status}" if check.http_status is not None else ""
    yield _line(f"Last look {moment_text(check.checked_at, tz)}: {outcome_name(check.outcome)}{status}")
    if check.final_url is not None:
        yield _line(f"answered from {check.final_url}")
    if check.reason:
        yield _line(check.reason)


def why_form(why: Why) -> dict[str, JSONValue]:
    """The same for machines, every line of it."""
    page, check = why.page, why.last_check
    return {
        "article": article_row(why.article),
        "revision_number": why.revision.number,
        "first_seen_at": utc_text(why.revision.first_seen_at),
        "same_as_number": why.revision.same_as_number,
        "reread_of_number": why.revision.reread_of_number,
        "extractor": why.revision.extractor,
        "capture": None if page is None else _page_form(page),
        "site_rules": dict(why.rules),
        "left_out": [_left_out_form(line) for line in why.left_out],
        "site_line_count": len(why.site_lines),
        "site_lines": [
            {"text": line.text, "article_count": line.article_count, "learnt_at": utc_text(line.learnt_at)}
            for line in why.site_lines_here
        ],
        "last_check": None if check is None else _check_form(check),
    }


def _page_form(page: PageFacts) -> dict[str, JSONValue]:
    return {
        "capture_id": page.capture_id,
        "captured_at": utc_text(page.captured_at),
        "url": page.url,
        "content_type": page.content_type,
        "body_bytes": page.body_bytes,
    }


def _left_out_form(line: LeftOutLine) -> dict[str, JSONValue]:
    return {
        "text": line.text,
        "reason": line.reason,
        "first_seen_at": utc_text(line.first_seen_at),
        "last_seen_at": utc_text(line.last_seen_at),
    }


def _check_form(check: CheckEntry) -> dict[str, JSONValue]:
    return {
        "check_id": check.check_id,
        "checked_at": utc_text(check.checked_at),
        "outcome": check.outcome.value,
        "reason": check.reason,
        "http_status": check.http_status,
        "final_url": check.final_url,
    }
