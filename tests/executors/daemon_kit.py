"""The daemon as a process of its own, in a folder with a configuration and a database; and what it recorded."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from cluster_kit import Cluster, until
from logging_site import INTERVAL_S, LoggingSite

from tracker.clock import utc_now
from tracker.store import Store

_ROOT = str(Path(__file__).parents[2])


def worker_of(nanny: subprocess.Popen[bytes]) -> int:
    """The process that a nanny looks after, as soon as there is one."""
    found: list[int] = []

    def is_found() -> bool:
        children = " ".join(path.read_text() for path in Path(f"/proc/{nanny.pid}/task").glob("*/children"))
        found[:] = [int(child) for child in children.split() if "spawn_main" in _command(int(child))]
        return bool(found)

    until(is_found, "a worker process")
    return found[0]


def is_alive(process_id: int) -> bool:
    """Also one that was killed and not yet waited for is dead."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _command(process_id: int) -> str:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_text()
    except OSError:
        return ""


class Folder:
    """Where one daemon after the other is at home."""

    def __init__(self, path: Path, cluster: Cluster) -> None:
        self._path = path
        self._cluster = cluster
        self._daemons: list[subprocess.Popen[bytes]] = []
        self.database = path / "tracker.db"
        self.configure()

    def configure(
        self, *, fetch: str = "deadline_s = 2.0", interval_s: float = INTERVAL_S, feeds: Iterable[LoggingSite] = ()
    ) -> None:
        sources = "".join(f'[[sources]]\nfeed = "{site.url("/feed")}"\n' for site in feeds)
        (self._path / "config.toml").write_text(
            f'[database]\npath = "tracker.db"\n'
            f"[fetch]\nallow_private_addresses = true\nhost_interval_s = {interval_s}\n{fetch}\n"
            f"[schedule]\nworkers = 8\nrequests_per_day = 10_000_000\n"
            f'[executor]\nkind = "dask"\nscheduler = "{self._cluster.address}"\n{sources}'
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """After a failure what the daemon was at is in its log."""
        for process in self._daemons:
            process.send_signal(signal.SIGKILL if kind is None else signal.SIGABRT)
            process.wait()
        if kind is not None:
            print(self.told)

    def track(self, urls: Sequence[str]) -> None:
        with Store.open(self.database, create=not self.database.exists()) as store:
            store.add_articles(urls, utc_now())

    def start(self) -> subprocess.Popen[bytes]:
        errors_of = self._path / f"{len(self._daemons)}.err"
        with errors_of.open("wb") as errors:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "tracker", "run"],
                cwd=self._path,
                env={**os.environ, "PYTHONPATH": _ROOT, "PYTHONFAULTHANDLER": "1"},
                stderr=errors,
            )
        self._daemons.append(daemon)
        until(lambda: "watching" in errors_of.read_text(), "a daemon at its work")
        return daemon

    def stop(self, daemon: subprocess.Popen[bytes]) -> None:
        """In order."""
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait() == 0, self.told

    @property
    def told(self) -> str:
        """By all daemons that there were."""
        return "".join(path.read_text() for path in sorted(self._path.glob("*.err")))

    @property
    def checks(self) -> Counter[str]:
        """How many there are of each article."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return Counter(
                dict(connection.execute("SELECT url, count(*) FROM checks JOIN articles USING (article_id) GROUP BY 1"))
            )

    def until_recorded(self, looks: int) -> None:
        until(lambda: self.checks.total() >= looks, f"{looks} looks recorded; {self.checks.total()} are")

    def faults(self) -> list[str]:
        with Store.open(self.database, read_only=True) as store:
            return [str(fault) for fault in store.verify()]
