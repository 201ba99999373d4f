"""Hosts that asked to be left alone: what a restart must not forget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker.model import HeldHost, utc_text
from tracker.store.connection import Connection
from tracker.store.values import moment

_ASKED = "the host asked for it with Retry-After"

# Ends are counted from now on by one clock and kept by another: they tremble a little without meaning it.
_TREMBLING = timedelta(seconds=10)


def host_holds(connection: Connection, now: datetime) -> tuple[HeldHost, ...]:
    """Those that last, the one that lasts longest first."""
    rows = connection.rows(
        "SELECT host, held_until_at, reason FROM _host_holds WHERE held_until_at > ? ORDER BY held_until_at DESC, host",
        (utc_text(now),),
    )
    return tuple(HeldHost(host, moment(until), reason) for host, until, reason in rows)


def save_host_holds(connection: Connection, holds: Mapping[str, datetime], now: datetime) -> int:
    """Writes only what is new or lasts longer now; the number of such hosts. Ends of holds that others know of stay."""
    known = {each.host: each.held_until for each in host_holds(connection, now)}
    longer = [
        (host, utc_text(until), _ASKED)
        for host, until in holds.items()
        if until > now and (host not in known or until - known[host] > _TREMBLING)
    ]
    if longer:
        with connection.writing() as raw:
            raw.executemany(
                "INSERT INTO _host_holds (host, held_until_at, reason) VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
                "SET held_until_at = max(held_until_at, excluded.held_until_at), reason = excluded.reason",
                longer,
            )
    return len(longer)
