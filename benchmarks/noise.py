"""False changes and missed edits through the real check cycle, with its memory: pages visited again and again.

    python benchmarks/noise.py [--pages N] [--visits N] [--show]

Every page lives on a host of its own (a port on loopback) amid ten other articles of that host. It is seen plain, then
four times with noise of another kind each (16 visits show every kind on every page), then with an edit on top of noise,
then with the same edit and other noise. A day passes between two visits. Counted are visits with nothing but noise that
gave a revision, and edits that gave none with their mark.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import random
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from noise_pages import EDITS, NOISE, Churn, Subject, mark_of, siblings, subjects

from tracker.check import CheckCycle
from tracker.config import Config, FetchSettings, ScheduleSettings
from tracker.model import Extract, Outcome, Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for

_ADDRESS = "127.0.0.1"
_STEP = timedelta(days=1)
_CONFIG = Config(
    fetch=FetchSettings(allow_private_addresses=True, host_interval_s=0.0), schedule=ScheduleSettings(workers=4)
)
_FALSE_TO_REACH, _MISSED_TO_REACH = 0.01, 0.02
_FOUND_NOTHING = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})


# -- the hosts -------------------------------------------------------------------------------------------------------


class _Host(ThreadingHTTPServer):
    """Serves what was put into `bodies` (deflated, by path), and 404 for the rest."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((_ADDRESS, 0), _Handler)
        self.bodies: dict[str, bytes] = {}

    def put(self, path: str, page: bytes) -> str:
        self.bodies[path] = zlib.compress(page, 1)
        return f"http://{_ADDRESS}:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Host

    def do_GET(self) -> None:
        found = self.server.bodies.get(self.path)
        body = zlib.decompress(found) if found is not None else b""
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        pass


@contextlib.contextmanager
def _hosts(count: int) -> Iterator[list[_Host]]:
    with contextlib.ExitStack() as stack:
        hosts = []
        for _ in range(count):
            host = stack.enter_context(_Host())
            thread = threading.Thread(target=host.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(host.shutdown)
            hosts.append(host)
        yield hosts


# -- the visits ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """What a page shows at one visit."""

    page: bytes
    noise: Churn
    edit: Churn | None = None
    is_new_edit: bool = False


def visits(subject: Subject, number: int, noisy: int) -> Iterator[list[Visit]]:
    """Visit after visit; an empty list where the noise is not possible. All kinds are drawn in turn over the pages."""
    kinds = [NOISE[(number * noisy + k) % len(NOISE)] for k in range(noisy + 2)]
    for noise in kinds[:noisy]:
        page = subject.with_noise(noise)
        yield [Visit(page, noise)] if page else []
    edits = [EDITS[(number + k) % len(EDITS)] for k in range(len(EDITS))]
    edit = next((edit for edit in edits if subject.edited(edit, kinds[-2])), None)
    for noise, is_new in zip(kinds[noisy:], (True, False), strict=True):
        page = subject.edited(edit, noise) if edit else None
        yield [Visit(page, noise, edit, is_new)] if page else []


@dataclass
class Count:
    """What came of the visits, by the kind of noise, or of edit."""

    tried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str | None) -> None:
        """`what` went wrong; None: nothing did."""
        self.tried[kind] += 1
        self.failed[kind] += what is not None
        if what is not None:
            self.told.append(what)

    def rate(self) -> float:
        return self.failed.total() / max(1, self.tried.total())


@dataclass
class Stage:
    """The tracker at work, and what is counted."""

    store: Store
    cycle: CheckCycle
    hosts: list[_Host]
    subjects: Sequence[Subject]
    moment: list[datetime]
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    noise: Count = field(default_factory=Count)
    edits: Count = field(default_factory=Count)
    other_outcomes: Counter[str] = field(default_factory=Counter)
    article_ids: list[int] = field(default_factory=list)

    def settle_in(self) -> None:
        """The first visit: every article of every host."""
        urls = []
        for host, subject in zip(self.hosts, self.subjects, strict=True):
            urls.append(host.put(subject.path, subject.plain()))
            pages = siblings(subject, self.subjects)
            urls += [host.put(f"/other/{number}{subject.path}", page) for number, page in enumerate(pages)]
        article_ids = [article_id for article_id, _ in self.store.add_articles(urls, self.moment[0])]
        self.article_ids = article_ids[:: len(urls) // len(self.subjects)]
        self.look(article_ids)

    def look(self, article_ids: Sequence[int]) -> None:
        """A day later; what was not believed is looked at once more, as the tracker would within minutes."""
        self.moment[0] += _STEP
        self.verdicts.clear()
        self.cycle.run(self.store.orders_for(article_ids))
        doubted = [each for each, verdict in self.verdicts.items() if verdict.outcome is Outcome.SUSPECT]
        self.moment[0] += _STEP
        self.cycle.run(self.store.orders_for(doubted))

    def visit(self, shown: Sequence[Sequence[Visit]]) -> None:
        """One visit to all pages."""
        seen = [(number, visit) for number, given in enumerate(shown) for visit in given]
        for number, visit in seen:
            self.hosts[number].put(self.subjects[number].path, visit.page)
        self.look([self.article_ids[number] for number, _ in seen])
        for number, visit in seen:
            self._count(number, visit)

    def _count(self, number: int, visit: Visit) -> None:
        verdict = self.verdicts[self.article_ids[number]]
        is_new = verdict.new_revision is not None
        name = f"{self.subjects[number].name} {visit.noise.__name__}"
        if visit.edit is not None and visit.is_new_edit:
            mark = mark_of(visit.edit)
            is_seen = is_new and (mark is None or mark in _words(verdict.new_revision))
            self.edits.add(visit.edit.__name__, None if is_seen else f"missed: {name}, {visit.edit.__name__}")
            return
        if not is_new and verdict.outcome not in _FOUND_NOTHING:
            self.other_outcomes[f"{verdict.outcome}: {verdict.reason}"] += 1
        kind = visit.noise.__name__ if visit.edit is None else "after an edit"
        self.noise.add(kind, _told(name, verdict) if is_new else None)


def _words(extract: Extract | None) -> str:
    return "\n".join(map(str, (extract.headline, extract.subheadline, extract.text))) if extract else ""


def _told(name: str, verdict: Verdict) -> str:
    changes = verdict.comparison.changes if verdict.comparison else ()
    lines = [f"false: {name} ({verdict.outcome})"]
    lines += [
        f"      {change.field} {change.kind}: {change.before[:90]!r} -> {change.after[:90]!r}" for change in changes
    ]
    return "\n".join(lines[:8])


# -- the whole -------------------------------------------------------------------------------------------------------


def measure(pages: int, noisy: int, database: Path) -> Stage:
    chosen = subjects(pages)
    moment = [datetime(2026, 1, 1, tzinfo=UTC)]
    world = World(now=lambda: moment[0], random=random.Random(0))
    with Store.open(database, create=True) as store, _hosts(len(chosen)) as hosts:
        verdicts: dict[int, Verdict] = {}

        def witness(verdict: Verdict, _recorded: Recorded) -> None:
            verdicts[verdict.sighting.order.article_id] = verdict

        with check_cycle(_CONFIG, store, fetcher_for(_CONFIG, world), world, witness) as cycle:
            stage = Stage(store, cycle, hosts, chosen, moment, verdicts)
            stage.settle_in()
            for shown in zip(*(visits(subject, number, noisy) for number, subject in enumerate(chosen)), strict=True):
                stage.visit(shown)
    return stage


def report(stage: Stage) -> None:
    print(f"{'noise alone':24}{'visits':>8}{'false changes':>16}")
    for kind, tried in stage.noise.tried.items():
        print(f"{kind:24}{tried:8}{stage.noise.failed[kind]:16}")
    print(f"\n{'edit amid noise':24}{'edits':>8}{'missed':>16}")
    for kind, tried in stage.edits.tried.items():
        print(f"{kind:24}{tried:8}{stage.edits.failed[kind]:16}")
    for outcome, count in stage.other_outcomes.most_common():
        print(f"\nnoise that came to another outcome, {count} times: {outcome}")
    print(f"\n{'':24}{'measured':>10}{'to reach':>10}")
    for name, rate, limit in (
        ("false changes", stage.noise.rate(), _FALSE_TO_REACH),
        ("edits missed", stage.edits.rate(), _MISSED_TO_REACH),
    ):
        print(f"{name:24}{rate:10.4f}{limit:10.2f}{'' if rate <= limit else '   missed'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=60, help="real pages, each with ten others (default: 60)")
    parser.add_argument("--visits", type=int, default=4, help="with noise alone, to each page (default: 4)")
    parser.add_argument("--show", action="store_true", help="tell every false change and every missed edit")
    wanted = parser.parse_args()
    logging.disable(logging.WARNING)  # trafilatura logs every page without text
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = measure(wanted.pages, wanted.visits, Path(folder) / "noise.db")
    report(stage)
    if wanted.show:
        print("", *stage.noise.told, *stage.edits.told, sep="\n")
    print(f"\n{len(stage.subjects)} pages in {time.monotonic() - began_s:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
