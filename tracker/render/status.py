"""`tracker status` and `tracker list`: the whole at a glance, and article by article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.model import ArticleStatus, Health, HostHealth, State
from tracker.render.marked_text import Page
from tracker.render.plain import safe_text
from tracker.render.wording import bytes_text, clock_text, count, moment_text, state_name

_STATE_STYLES = {State.LIVE: "green", State.NEW: "dim", State.GONE: "red", State.MOVED: "yellow"}
_TROUBLE = "yellow"
# Rows are looked up, not read through: they may be wider than prose.
_TABLE_MEASURE = 160
# What is due waits for its host's pause and for a free worker; only a longer wait means that the daemon falls behind.
_LATE = timedelta(minutes=15)


def status_view(health: Health, now: datetime, tz: tzinfo | None) -> RenderableType:
    """`tz` None: the zone that this computer is set to."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(health, now, tz):
        facts.add_row(name, value)
    if not health.troubled_hosts:
        return Page(facts)
    return Page(facts, Text(), _hosts_table(health.troubled_hosts, tz))


def _facts(health: Health, now: datetime, tz: tzinfo | None) -> Iterator[tuple[str, Text]]:
    states = ", ".join(f"{number:,} {state_name(state)}" for state, number in health.states)
    yield "Articles", Text(f"{health.article_count:,}" + (f": {states}" if states else ""))
    yield "Recorded", Text(f"{count(health.revision_count, 'revision')}, {count(health.change_count, 'change')}")
    yield "Due now", _queue_text(health, now)
    yield "Next look", _next_look_text(health, tz)
    yield "Last look", Text(moment_text(health.last_check_at, tz) if health.last_check_at else "none yet")
    yield "Last day", _last_day_text(health)
    yield "Database", Text(bytes_text(health.database_bytes))


def _queue_text(health: Health, now: datetime) -> Text:
    if not health.due_count or health.oldest_due_at is None:
        return Text("nothing")
    lag = now - health.oldest_due_at
    words = f"{count(health.due_count, 'article')}, the longest for {duration_text(lag)}"
    return Text(words, _TROUBLE if lag > _LATE else "")


def _next_look_text(health: Health, tz: tzinfo | None) -> Text:
    if health.next_due_at is not None:
        return Text(moment_text(health.next_due_at, tz))
    return Text("due now" if health.due_count else "none planned")


def _last_day_text(health: Health) -> Text:
    failed = health.failed_count_last_day
    words = f"{count(health.check_count_last_day, 'look')}, {failed:,} failed"
    return Text(words, _TROUBLE if failed else "")


def duration_text(duration: timedelta) -> str:
    """`45 s`, `12 min`, `3.5 h`, `2.1 days`."""
    seconds = max(duration.total_seconds(), 0)
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7_200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def _hosts_table(hosts: Sequence[HostHealth], tz: tzinfo | None) -> Table:
    table = _table("Hosts in trouble", "Failing", "Last success", "Last problem")
    for host in hosts:
        table.add_row(
            Text(safe_text(host.host), overflow="fold"),
            f"{host.failing_count:,} of {host.article_count:,}",
            _time_or(host.last_success_at, "never", tz),
            Text(safe_text(host.last_problem or ""), overflow="fold"),
        )
    return table


def articles_view(articles: Iterable[ArticleStatus], tz: tzinfo | None) -> RenderableType:
    """One row an article; its host under its headline, its URL where no headline is known yet."""
    table = _table("Id", "Article", "State", "Rev.", "Changes", "Last look")
    for column in table.columns:
        column.no_wrap = column.header != "Article"
        column.justify = "right" if column.header in ("Id", "Rev.", "Changes") else "left"
    for article in articles:
        table.add_row(
            str(article.article_id),
            _title(article),
            Text(state_name(article.state), _STATE_STYLES.get(article.state, _TROUBLE)),
            f"{article.revision_count:,}",
            f"{article.change_count:,}",
            _time_or(article.last_checked_at, "not yet", tz),
        )
    return Page(table, measure=_TABLE_MEASURE) if table.row_count else Text("No articles.")


def _title(article: ArticleStatus) -> Text:
    if not article.headline:
        return Text(safe_text(article.url), overflow="fold")
    return Text("\n").join([Text(safe_text(article.headline)), Text(safe_text(article.host), "dim", overflow="fold")])


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _time_or(moment: datetime | None, otherwise: str, tz: tzinfo | None) -> str:
    return otherwise if moment is None else clock_text(moment, tz)
