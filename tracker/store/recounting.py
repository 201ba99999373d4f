"""The part of verifying that adds up again what the database keeps added up for the cadence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tracker.store.records import Fault

# Sums of fractions, kept by differences, come apart in their last digits.
_DIFFERS = "abs({kept} - {counted}) > 1e-6 * (1 + abs({counted}))"

_IS_ASKED_FOR = "next_check_at IS NOT NULL AND failures_in_row = 0"

_WRONG_DEMANDS = f"""
SELECT kept.promise FROM _demands AS kept
LEFT JOIN (
    SELECT promise, count(*) AS article_count, total(looks_per_day) AS looks_per_day FROM _article_states
    WHERE last_success_at IS NOT NULL AND {_IS_ASKED_FOR} GROUP BY promise
) AS counted ON counted.promise = kept.promise
WHERE kept.article_count <> coalesce(counted.article_count, 0)
    OR {_DIFFERS.format(kept="kept.looks_per_day", counted="coalesce(counted.looks_per_day, 0)")}
"""  # noqa: S608 - only constants are put in

_WRONG_HOSTS = f"""
SELECT counted.host
FROM (
    SELECT
        host,
        count(*) AS article_count,
        total(edit_evidence) AS edit_evidence,
        total(exposure) AS exposure,
        total(edits_seen) AS edits_seen,
        total(iif({_IS_ASKED_FOR}, looks_per_day, 0.0)) AS looks_per_day,
        max(last_success_at) AS last_success_at
    FROM _article_states WHERE last_success_at IS NOT NULL GROUP BY host
) AS counted
LEFT JOIN _host_histories AS kept ON kept.host = counted.host
WHERE kept.article_count IS NOT counted.article_count
    OR {_DIFFERS.format(kept="kept.edit_evidence", counted="counted.edit_evidence")}
    OR {_DIFFERS.format(kept="kept.exposure", counted="counted.exposure")}
    OR {_DIFFERS.format(kept="kept.edits_seen", counted="counted.edits_seen")}
    OR {_DIFFERS.format(kept="kept.looks_per_day", counted="counted.looks_per_day")}
    OR kept.last_success_at IS NOT counted.last_success_at
UNION ALL
SELECT host FROM _host_histories
WHERE host NOT IN (SELECT host FROM _article_states WHERE last_success_at IS NOT NULL)
"""  # noqa: S608 - only constants are put in


def sum_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (promise,) in raw.execute(_WRONG_DEMANDS):
        yield Fault("_demands", promise, "its sums differ from a recount")
    for (host,) in raw.execute(_WRONG_HOSTS):
        yield Fault("_host_histories", None, f"the sums of {host} differ from a recount")
