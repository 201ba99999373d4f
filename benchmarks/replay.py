"""The whole tracker on real input: pages and version chains served on loopback, looked at version after version.

python benchmarks/replay.py [--database FILE]

Every document must be tracked, every version found, every diff must rebuild the newer text exactly. What a version
should give is asked twice: of `extract` on the very page that was served (the check cycle must lose nothing of it),
and, for the pages made of a plain text, of that text (what extraction itself loses or invents). Exit status 1:
something expected was not found.
"""

from __future__ import annotations

import argparse
import logging
import random
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from replay_documents import Document, extraction_documents, revision_documents
from replay_findings import Findings, Found, compare_with_what_was_served
from replay_report import print_report
from replay_server import Press, serving

from tracker.check import CheckCycle
from tracker.config import Config, FetchSettings, ScheduleSettings
from tracker.model import Outcome, Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

_HOSTS = 4  # looked at side by side; more would only wait for the two cores that this is measured on
_STEP = timedelta(days=1)
_CONFIG = Config(
    fetch=FetchSettings(allow_private_addresses=True, host_interval_s=0.0),
    schedule=ScheduleSettings(workers=_HOSTS, max_interval_s=_STEP.total_seconds() / 2),
)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    moment: datetime = _EPOCH

    def now(self) -> datetime:
        return self.moment

    def step(self) -> None:
        self.moment += _STEP


@dataclass(frozen=True, slots=True)
class Turn:
    """One round of looks: how many, and what they cost the tracker, the server's share taken off."""

    name: str
    checks: int
    cpu_s: float
    wall_s: float


@dataclass(slots=True)
class Log:
    """What was told of every check, by article and turn."""

    turn: int = 0
    found: dict[int, list[Found]] = field(default_factory=dict)

    def witness(self, verdict: Verdict, recorded: Recorded) -> None:
        found = Found(self.turn, verdict.outcome, verdict.reason, recorded.revision_number)
        self.found.setdefault(verdict.sighting.order.article_id, []).append(found)

    def doubted(self) -> list[int]:
        """Articles whose last look was not believed."""
        return [article_id for article_id, found in self.found.items() if found[-1].outcome is Outcome.SUSPECT]


@dataclass(frozen=True, slots=True)
class Replay:
    findings: Findings
    turns: tuple[Turn, ...]
    peak_bytes: int  # of this process, the server and the reading of the corpus included
    database: Path


def replay(documents: Sequence[Document], database: Path) -> Replay:
    """Track the documents through all of their versions into a new database, then compare it with what was served."""
    press, clock, log = Press(documents), Clock(), Log()
    world = World(now=clock.now, random=random.Random(0))  # the same jitter every time
    with Store.open(database, create=True) as store, serving(press, documents, _HOSTS) as urls:
        added = store.add_articles([urls[document.name] for document in documents], clock.now())
        article_ids = {document.name: added_as[0] for document, added_as in zip(documents, added, strict=True)}
        with check_cycle(_CONFIG, store, fetcher_for(_CONFIG, world), world, log.witness) as cycle:
            unpriced = replace(cycle, budget=None)  # every version is looked at: what is asked is not when
            turns = _run_turns(_Stage(store, unpriced, press, clock, log), documents, article_ids)
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        findings = compare_with_what_was_served(store, documents, urls, article_ids, log.found)
    return Replay(findings, turns, peak_bytes, database)


@dataclass(frozen=True, slots=True)
class _Stage:
    store: Store
    cycle: CheckCycle
    press: Press
    clock: Clock
    log: Log


def _run_turns(stage: _Stage, documents: Sequence[Document], article_ids: Mapping[str, int]) -> tuple[Turn, ...]:
    """Turn n shows version n; only what has one is looked at. At last all is due once more, and nothing is new."""
    turns = [_turn(stage, 0, "first look", None)]
    longest = max(len(document.versions) for document in documents)
    for number in range(1, longest):
        renewed = [article_ids[document.name] for document in documents if number < len(document.versions)]
        turns.append(_turn(stage, number, f"version {number + 1}", renewed))
    return (*turns, _turn(stage, longest, "all unchanged", None))


def _turn(stage: _Stage, number: int, name: str, article_ids: list[int] | None) -> Turn:
    """Looks at these articles, or (None) at all that is due; then again at those that were not believed at once."""
    stage.press.turn = stage.log.turn = number
    stage.clock.step()
    served_s, cpu_s, wall_s = stage.press.cpu_s, time.process_time(), time.monotonic()
    cycle, store = stage.cycle, stage.store
    checks = (cycle.drain() if article_ids is None else cycle.run(store.orders_for(article_ids))).checks
    if doubted := stage.log.doubted():
        stage.clock.step()
        checks += cycle.run(store.orders_for(doubted)).checks
    served_s = stage.press.cpu_s - served_s
    return Turn(name, checks, time.process_time() - cpu_s - served_s, time.monotonic() - wall_s)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", type=Path, help="keep the database here (a new file)")
    wanted: Path | None = parser.parse_args().database
    if not DATA.is_dir():
        print(f"{DATA} is missing: this benchmark needs the folder of real pages and revisions.", file=sys.stderr)
        return 2
    if wanted is not None and wanted.exists():
        print(f"{wanted} exists already; name a new file.", file=sys.stderr)
        return 2
    logging.disable(logging.WARNING)  # trafilatura logs every page without text
    documents = [*extraction_documents(DATA / "extraction"), *revision_documents(DATA / "revisions")]
    with tempfile.TemporaryDirectory() as folder:
        result = replay(documents, wanted or Path(folder) / "replay.db")
        print_report(result)
    return 1 if result.findings.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
