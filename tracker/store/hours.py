"""Looks of days that are over, by weekday and hour. Triggers of the schema add them up, see `schema/more_views.sql`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tracker.store.records import Fault

# When a single look took place is forgotten where looks were folded; how many there were of each host is not.
_SUMS = "SELECT host, sum(checks), sum(changed), sum(first_seen)"
_WRONG = f"""
SELECT DISTINCT host FROM (
    SELECT * FROM ({_SUMS} FROM _hours GROUP BY host EXCEPT {_SUMS} FROM _days GROUP BY host)
    UNION ALL
    SELECT * FROM ({_SUMS} FROM _days GROUP BY host EXCEPT {_SUMS} FROM _hours GROUP BY host)
)
ORDER BY host
"""  # noqa: S608 - only constants are put in


def hour_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (host,) in raw.execute(_WRONG):
        yield Fault("_hours", None, f"the hours of {host} do not add up to its days")
