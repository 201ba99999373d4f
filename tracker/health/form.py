"""A snapshot as JSON: the figures of `tracker status`, and whether all is well."""

from __future__ import annotations

import json
from datetime import datetime

from tracker.health.snapshot import Snapshot
from tracker.model import Health, HostHealth, utc_text

Cell = str | int | None


def health_json(snapshot: Snapshot) -> str:
    """Times are UTC, `2026-11-23T01:02:03Z`; what is not known is null."""
    form: dict[str, object] = {
        "is_well": snapshot.is_well,
        "troubles": list(snapshot.troubles),
        "at": utc_text(snapshot.at),
        "started_at": utc_text(snapshot.started_at),
        "free_bytes": snapshot.free_bytes,
        **({} if snapshot.health is None else _figures(snapshot.health)),
    }
    return json.dumps(form, indent=2) + "\n"


def _figures(health: Health) -> dict[str, object]:
    return {
        "article_count": health.article_count,
        "states": {state.value: count for state, count in health.states},
        "due_count": health.due_count,
        "oldest_due_at": _time(health.oldest_due_at),
        "next_due_at": _time(health.next_due_at),
        "check_count_last_day": health.check_count_last_day,
        "failed_count_last_day": health.failed_count_last_day,
        "revision_count": health.revision_count,
        "change_count": health.change_count,
        "last_check_at": _time(health.last_check_at),
        "database_bytes": health.database_bytes,
        "last_backup_at": _time(health.last_backup_at),
        "troubled_hosts": [_host(host) for host in health.troubled_hosts],
        "check_count_last_hour": health.check_count_last_hour,
        "silent_sources": [
            {"url": source.url, "last_new_at": _time(source.last_new_at), "problem": source.problem}
            for source in health.silent_sources
        ],
        "held_hosts": [
            {"host": host.host, "held_until": _time(host.held_until), "reason": host.reason}
            for host in health.held_hosts
        ],
        "channels_down": [
            {
                "channel": channel.channel,
                "down_since": _time(channel.down_since),
                "problem": channel.problem,
                "waiting_notice_count": channel.waiting_notice_count,
            }
            for channel in health.channels_down
        ],
    }


def _host(host: HostHealth) -> dict[str, Cell]:
    return {
        "host": host.host,
        "article_count": host.article_count,
        "failing_count": host.failing_count,
        "last_success_at": _time(host.last_success_at),
        "last_problem": host.last_problem,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
