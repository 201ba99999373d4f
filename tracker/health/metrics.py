"""A snapshot in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tracker.health.snapshot import Snapshot
from tracker.model import Health, State


def metrics_text(snapshot: Snapshot) -> bytes:
    """Every figure of `/health` that is a number or a moment (seconds since 1970)."""
    registry = CollectorRegistry()
    registry.register(_Collected(snapshot))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        snapshot = self._snapshot
        yield _gauge("well", "1 when nothing is wrong", int(snapshot.is_well))
        yield _gauge("troubles", "Things that are wrong now", len(snapshot.troubles))
        yield _gauge("snapshot_timestamp_seconds", "When these figures were taken", snapshot.at.timestamp())
        yield _gauge("start_timestamp_seconds", "When the daemon was started", snapshot.started_at.timestamp())
        if snapshot.free_bytes is not None:
            yield _gauge("free_bytes", "Free on the disk of the database", snapshot.free_bytes)
        if snapshot.health is not None:
            yield from _figures(snapshot.health)


def _figures(health: Health) -> Iterator[Metric]:
    articles = GaugeMetricFamily("tracker_articles", "Tracked articles by state", labels=["state"])
    counts = dict(health.states)
    for state in State:
        articles.add_metric([state.value], counts.get(state, 0))
    yield articles
    yield _gauge("due_articles", "Articles that are due now", health.due_count)
    yield from _moment(
        "oldest_due_timestamp_seconds", "Since when the longest overdue article is due", health.oldest_due_at
    )
    yield from _moment("next_due_timestamp_seconds", "When the next article will be due", health.next_due_at)
    yield from _moment("last_check_timestamp_seconds", "When an article was last looked at", health.last_check_at)
    yield from _moment("last_backup_timestamp_seconds", "When the last backup was made", health.last_backup_at)
    yield _gauge("silent_sources", "Sources that cannot be read or bring nothing any more", len(health.silent_sources))
    yield _gauge("held_hosts", "Hosts that are left alone because they asked for it", len(health.held_hosts))
    yield _gauge("channels_down", "Channels that did not take their latest notice", len(health.channels_down))
    yield _gauge("checks_last_day", "Looks in the last 24 hours", health.check_count_last_day)
    yield _gauge("failed_checks_last_day", "Looks in the last 24 hours that failed", health.failed_count_last_day)
    yield _gauge("database_bytes", "Size of the database", health.database_bytes)
    yield CounterMetricFamily("tracker_revisions", "Revisions recorded since the beginning", health.revision_count)
    yield CounterMetricFamily("tracker_changes", "Changes recorded since the beginning", health.change_count)
    troubled = GaugeMetricFamily(
        "tracker_host_failing_articles", "Articles in trouble, of the worst hosts", labels=["host"]
    )
    for host in health.troubled_hosts:
        troubled.add_metric([host.host], host.failing_count)
    yield troubled


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tracker_{name}", meaning, value)


def _moment(name: str, meaning: str, moment: datetime | None) -> Iterator[Metric]:
    """Left out where there is none: zero would be 1970."""
    if moment is not None:
        yield _gauge(name, meaning, moment.timestamp())
