"""A replay as tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from replay_findings import Absence, Findings

_PAGE_BYTES = """
SELECT (SELECT coalesce(sum(packed_bytes), 0) FROM _frames) + (SELECT coalesce(sum(packed_bytes), 0) FROM _frame_keys)
"""
_MOST_LINES = 60  # of one list: more would hide the rest


class TurnLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def checks(self) -> int: ...
    @property
    def cpu_s(self) -> float: ...
    @property
    def wall_s(self) -> float: ...


class ReplayLike(Protocol):
    @property
    def findings(self) -> Findings: ...
    @property
    def turns(self) -> Sequence[TurnLike]: ...
    @property
    def peak_bytes(self) -> int: ...
    @property
    def database(self) -> Path: ...


def print_report(replay: ReplayLike) -> None:
    findings = replay.findings
    _counts(findings)
    _costs(replay)
    _sources(findings)
    _listed("No article in the page", [_absence(absence) for absence in findings.absences])
    _listed("Believed at the second look only", findings.doubted)
    _listed("Real page pairs labelled otherwise", findings.label_disagreements)
    _listed("Changes of a plain text that gave no revision", findings.source_lost)
    _listed("Revisions without a change of the plain text", findings.source_invented)
    _listed("MISSED", findings.missed)


def _counts(findings: Findings) -> None:
    print(f"documents tracked       {findings.documents:8,}")
    print(f"versions served         {findings.versions:8,}")
    print(f"revisions recorded      {findings.revisions:8,}")
    print(f"diffs that rebuild      {findings.diffs:8,}   ({findings.coarse_diffs} coarse)")
    print(f"expected, not found     {len(findings.missed):8,}")
    print(
        f"noise beside the last   {len(findings.told_as_noise):8,}  (pages that differ only when they are read alone)"
    )
    print(f"a line or two otherwise {len(findings.read_otherwise):8,}  (read beside the page before)")
    print(f"pages read anew         {findings.rereads:8,}")
    _table("checks by outcome", [(outcome.value, count) for outcome, count in findings.checks.most_common()])
    _table(f"{findings.kinds.total():,} changes by kind", findings.kinds.most_common())


def _table(title: str, rows: Sequence[tuple[str, int]]) -> None:
    print(f"\n{title}")
    for name, count in rows:
        print(f"  {name:22}{count:8,}")


def _costs(replay: ReplayLike) -> None:
    print("\nturn               checks  CPU ms a check  wall s   (the server's CPU taken off)")
    for turn in replay.turns:
        print(f"  {turn.name:15} {turn.checks:8,} {_ms_a_check([turn]):15.2f} {turn.wall_s:7.1f}")
    checks = sum(turn.checks for turn in replay.turns)
    print(
        f"  {'all':15} {checks:8,} {_ms_a_check(replay.turns):15.2f} {sum(turn.wall_s for turn in replay.turns):7.1f}"
    )
    print(f"\npeak memory             {replay.peak_bytes / 1e6:8.0f} MB (server included)")
    size = replay.database.stat().st_size
    pages = _page_bytes(replay.database)
    revisions = max(1, replay.findings.revisions)
    print(f"database                {size / 1e6:8.1f} MB, of which pages as sent {pages / 1e6:.1f} MB")
    print(f"bytes a revision        {size / revisions:8,.0f}; without the pages {(size - pages) / revisions:,.0f}")


def _ms_a_check(turns: Sequence[TurnLike]) -> float:
    return 1000 * sum(turn.cpu_s for turn in turns) / max(1, sum(turn.checks for turn in turns))


def _page_bytes(database: Path) -> int:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as raw:
        return int(raw.execute(_PAGE_BYTES).fetchone()[0])


def _sources(findings: Findings) -> None:
    print(f"\nplain texts: {findings.source_versions} versions, {findings.source_exact} came out word for word;")
    exact, total = findings.source_paragraphs_exact, findings.source_paragraphs
    print(f"  {exact:,} of {total:,} paragraphs exact; {findings.source_steps} steps changed the text, of which")
    lost, invented = len(findings.source_lost), len(findings.source_invented)
    print(f"  {lost} gave no revision; {invented} revisions without such a change")
    for label in sorted({label for label, _ in findings.labels}):
        seen, unseen = findings.labels[label, True], findings.labels[label, False]
        print(f"real page pairs labelled {label}: {seen} gave a revision, {unseen} did not")


def _absence(absence: Absence) -> str:
    gold = "" if absence.gold_words is None else f" of {absence.gold_words}"
    words = f"{absence.extracted_words}{gold} words"
    return f"{absence.document} v{absence.version}: {absence.outcome.value}, {words}: {absence.reason}"


def _listed(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    print(f"\n{title}: {len(lines)}")
    for line in lines[:_MOST_LINES]:
        print(f"  {line}")
    if len(lines) > _MOST_LINES:
        print(f"  ... and {len(lines) - _MOST_LINES} more")
