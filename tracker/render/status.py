"""`tracker status` and `tracker list`: the whole at a glance, and article by article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from tracker.model import ArticleStatus, ChannelHealth, Health, HeldHost, HostHealth, HostMisses, SilentSource, State
from tracker.render.marked_text import Page
from tracker.render.plain import safe_text
from tracker.render.standing import since_text, standing_name
from tracker.render.wording import bytes_text, clock_text, count, duration_text, moment_text, state_count, state_name

_STATE_STYLES = {
    State.LIVE: "green",
    State.NEW: "dim",
    State.GONE: "red",
    State.MOVED: "yellow",
    State.LIVE_PAGE: "dim",
}
_TROUBLE = "yellow"
# Rows are looked up, not read through: they may be wider than prose.
_TABLE_MEASURE = 160
# Columns of a screen; below this a headline would be left a dozen characters a line.
_NARROW = 80
# What is due waits for its host's pause and for a free worker; only a longer wait means that the daemon falls behind.
_LATE = timedelta(minutes=15)
# Every fifth edit: more than a budget of the usual size misses of news.
_MUCH_MISSED = 0.2


def status_view(health: Health, now: datetime, tz: tzinfo | None) -> RenderableType:
    """`tz` None: the zone that this computer is set to."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(health, now, tz):
        facts.add_row(name, value)
    tables = [
        *([_state_changes_table(health.state_changes, now, tz)] if health.state_changes else []),
        *([_hosts_table(health.troubled_hosts, tz)] if health.troubled_hosts else []),
        *([_silent_table(health.silent_sources, tz)] if health.silent_sources else []),
        *([_held_table(health.held_hosts, now, tz)] if health.held_hosts else []),
        *([_misses_table(health.misses)] if health.misses else []),
        *([_channels_table(health.channels_down, now, tz)] if health.channels_down else []),
    ]
    return Page(facts, *(part for table in tables for part in (Text(), table)))


def _facts(health: Health, now: datetime, tz: tzinfo | None) -> Iterator[tuple[str, Text]]:
    states = ", ".join(state_count(number, state) for state, number in health.states)
    yield "Articles", Text(f"{health.article_count:,}" + (f": {states}" if states else ""))
    yield "Recorded", Text(f"{count(health.revision_count, 'revision')}, {count(health.change_count, 'change')}")
    yield "Due now", _queue_text(health, now)
    yield "Next look", _next_look_text(health, tz)
    yield "Last look", Text(moment_text(health.last_check_at, tz) if health.last_check_at else "none yet")
    yield (
        "Last hour",
        Text(f"{count(health.check_count_last_hour, 'look')}, {health.check_count_last_hour / 60:.1f} a minute"),
    )
    yield "Last day", _last_day_text(health)
    free = "" if health.free_bytes is None else f", {bytes_text(health.free_bytes)} free on its disk"
    yield "Database", Text(f"{bytes_text(health.database_bytes)}{free}")
    yield "Backup", Text(moment_text(health.last_backup_at, tz) if health.last_backup_at else "none yet")


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


def _state_changes_table(articles: Sequence[ArticleStatus], now: datetime, tz: tzinfo | None) -> Table:
    """The latest first; how long ago that is, because it is what one asks of a page that is gone."""
    table = _table("State since", "For", "State", "Article")
    for column in table.columns[:2]:
        column.no_wrap = True
    for article in articles:
        since = article.state_since_at
        table.add_row(
            _time_or(since, "", tz),
            duration_text(now - since) if since is not None else "",
            Text(standing_name(article), _STATE_STYLES.get(article.state, _TROUBLE)),
            Text(safe_text(article.headline or article.url), overflow="fold"),
        )
    return table


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


def _misses_table(hosts: Sequence[HostMisses]) -> Table:
    """Estimated: edits that follow each other faster than any look leave no trace."""
    table = _table("Edited faster than looked at", "Edits seen", "Likely missed")
    for host in hosts:
        table.add_row(
            Text(safe_text(host.host), overflow="fold"),
            f"{host.edits_seen:,.0f}",
            Text(f"at least {host.missed_share:.0%}", _TROUBLE if host.missed_share >= _MUCH_MISSED else ""),
        )
    return table


def _silent_table(sources: Sequence[SilentSource], tz: tzinfo | None) -> Table:
    table = _table("Silent sources", "Last new article", "Because")
    for source in sources:
        table.add_row(
            Text(safe_text(source.url), overflow="fold"),
            _time_or(source.last_new_at, "never", tz),
            Text(safe_text(source.problem or "nothing new for ten times as long as usual"), overflow="fold"),
        )
    return table


def _held_table(hosts: Sequence[HeldHost], now: datetime, tz: tzinfo | None) -> Table:
    table = _table("Left alone", "Until", "In", "Because")
    for host in hosts:
        table.add_row(
            Text(safe_text(host.host), overflow="fold"),
            clock_text(host.held_until, tz),
            duration_text(host.held_until - now),
            Text(safe_text(host.reason), overflow="fold"),
        )
    return table


def _channels_table(channels: Sequence[ChannelHealth], now: datetime, tz: tzinfo | None) -> Table:
    table = _table("Channels in trouble", "Since", "Waiting", "Because")
    for channel in channels:
        waiting = count(channel.waiting_notice_count, "notice")
        if channel.waiting_change_count:
            waiting = f"{waiting}, {count(channel.waiting_change_count, 'more change')}"
        next_try = "" if channel.next_try_at is None else f"; next try in {duration_text(channel.next_try_at - now)}"
        table.add_row(
            Text(safe_text(channel.channel), overflow="fold"),
            clock_text(channel.down_since, tz),
            waiting,
            Text(safe_text(channel.problem) + next_try, _TROUBLE, overflow="fold"),
        )
    return table


def articles_view(articles: Iterable[ArticleStatus], tz: tzinfo | None, *, tells_since: bool = False) -> RenderableType:
    """One row an article; its URL under its headline.

    `tells_since`: since when it stands as it does also where it is simply there.
    """
    rows = tuple(articles)
    return _Articles(rows, tz, tells_since=tells_since) if rows else Text("No articles.")


class _Articles:
    """It looks at the screen: on a narrow one the time of the last look stands under the headline too. For a program
    that reads it there is no screen, and an address stays in one line."""

    def __init__(self, articles: Sequence[ArticleStatus], tz: tzinfo | None, *, tells_since: bool) -> None:
        self.articles = articles
        self.tz = tz
        self.tells_since = tells_since

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        measure = _TABLE_MEASURE if console.is_terminal else options.max_width
        yield Page(self._table(is_narrow=options.max_width < _NARROW), measure=measure)

    def _table(self, *, is_narrow: bool) -> Table:
        table = _table("Id", "Article", "State", "Rev.", "Changes", *([] if is_narrow else ["Last look"]))
        for column in table.columns:
            column.no_wrap = column.header != "Article"
            column.justify = "right" if column.header in ("Id", "Rev.", "Changes") else "left"
        for article in self.articles:
            since = since_text(article, self.tz, is_always=self.tells_since)
            last_look = _time_or(article.last_checked_at, "not yet", self.tz)
            table.add_row(
                str(article.article_id),
                _title(article, since, f"last look {last_look}" if is_narrow else ""),
                Text(state_name(article.state), _STATE_STYLES.get(article.state, _TROUBLE)),
                f"{article.revision_count:,}",
                f"{article.change_count:,}",
                *([] if is_narrow else [last_look]),
            )
        return table


def _title(article: ArticleStatus, *facts: str) -> Text:
    """The headline, if there is one; below it, in the column that has room, the URL and these facts, if any."""
    lines = [Text(safe_text(article.headline), overflow="fold")] if article.headline else []
    lines.append(Text(safe_text(article.url), "dim" if lines else "", overflow="fold"))
    if told := ", ".join(filter(None, facts)):
        lines.append(Text(safe_text(told), "dim", overflow="fold"))
    return Text("\n").join(lines)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _time_or(moment: datetime | None, otherwise: str, tz: tzinfo | None) -> str:
    return otherwise if moment is None else clock_text(moment, tz)
