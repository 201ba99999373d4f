"""The whole thing from outside: commands in processes of their own, a small changing site, prose of our own."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from serving import Loopback, Visit

from tracker.store import Store

NOBODY = 65_534
ESCAPE = "\x1b"


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What was said on standard error, which must be one line and no traceback."""
        assert "Traceback" not in self.err
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        return self.err.strip()


@dataclass(frozen=True)
class Started:
    """A command on its way."""

    pid: int
    _launcher: Launcher
    _output: Path
    _errors: Path

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def errors_so_far(self) -> str:
        return self._errors.read_text(encoding="utf-8") if self._errors.exists() else ""

    def wait(self) -> Result:
        status = self._launcher.wait(self.pid)
        out, err = (path.read_bytes().decode() if path.is_file() else "" for path in (self._output, self._errors))
        return Result(status, out, err)


class Launcher:
    """Starts commands; see launcher.py. `home` is the user's folder that they see, without any configuration."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._numbers = itertools.count(1)
        self._running: set[int] = set()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("launcher.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self._home), "TZ": "UTC", "COLUMNS": "80", "LANG": "C.UTF-8"}

    def ask(self, order: Mapping[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(
        self,
        *arguments: str | Path | int,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        output: Path | None = None,
        user: int | None = None,
    ) -> Started:
        number = next(self._numbers)
        out, err = output or self._home / f"{number}.out", self._home / f"{number}.err"
        order = {
            "arguments": [str(argument) for argument in arguments],
            "folder": str(folder),
            "environment": self.environment | dict(environment or {}),
            "output": str(out),
            "errors": str(err),
            "user": user,
        }
        pid = self.ask(order)
        self._running.add(pid)
        return Started(pid, self, out, err)

    def wait(self, pid: int) -> int:
        """Its exit status."""
        status = self.ask({"wait": pid})
        self._running.discard(pid)
        return status

    def close(self) -> None:
        for pid in self._running:  # left behind by a test that failed
            os.kill(pid, signal.SIGKILL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass(frozen=True)
class Home:
    """A folder that `tracker` is used in."""

    folder: Path
    launcher: Launcher

    def __call__(
        self,
        *arguments: str | Path | int,
        environment: Mapping[str, str] | None = None,
        output: Path | None = None,
        user: int | None = None,
    ) -> Result:
        return self.start(*arguments, environment=environment, output=output, user=user).wait()

    def start(
        self,
        *arguments: str | Path | int,
        environment: Mapping[str, str] | None = None,
        output: Path | None = None,
        user: int | None = None,
    ) -> Started:
        return self.launcher.start(*arguments, folder=self.folder, environment=environment, output=output, user=user)

    @property
    def database(self) -> Path:
        return self.folder / "db" / "tracker.db"

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def configure(self, *, interval_s: int = 300) -> None:
        """For a site on loopback; the database lies where `init` puts it."""
        self.write(
            "config.toml",
            "[fetch]\nallow_private_addresses = true\nhost_interval_s = 0.0\n"
            f"[schedule]\nworkers = 4\nmin_interval_s = {interval_s}\nmax_interval_s = {interval_s}\n",
        )
        (self.folder / "db").mkdir(exist_ok=True)


_PATIENCE_S = 60.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """A minute means that it never will be."""
    clock = threading.Event()
    for _ in range(int(_PATIENCE_S / 0.02)):
        if is_so():
            return
        clock.wait(0.02)
    raise AssertionError("it never came to that")


def wait_for_log(started: Started, wanted: str) -> None:
    """Until the daemon said so; a minute means that it never will."""
    clock = threading.Event()
    for _ in range(int(_PATIENCE_S / 0.02)):
        if wanted in started.errors_so_far():
            return
        clock.wait(0.02)
    raise AssertionError(f"{wanted!r} was never logged; this was: {started.errors_so_far()}")


def digest_of_rows(database: Path) -> str:
    """Of all that is in it, so that a byte more or less shows. The word index is in its shadow tables."""
    digest = hashlib.sha256()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        named = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
        for name, sql in connection.execute(named).fetchall():
            digest.update(repr((name, sql)).encode())
            for row in connection.execute(f"SELECT * FROM {name}"):
                digest.update(repr(row).encode())
    connection.close()
    return digest.hexdigest()


def faults_of(database: Path) -> list[str]:
    with Store.open(database, read_only=True) as store:
        return [str(fault) for fault in store.verify()]


# -- a site ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    body: str | bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


Page = Answer | Callable[[], Answer]


@dataclass
class LoopbackSite(Loopback):
    """Answers by path, 404 to what it does not have. Pages may be replaced at any time."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_asked: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.listen(_Handler)

    def wait_for(self, path: str) -> None:
        """Until that path was asked for; a minute means that it never will be."""
        with self.is_asked:
            assert self.is_asked.wait_for(lambda: path in self.asked, timeout=60)


class _Handler(Visit[LoopbackSite]):
    def answer(self) -> None:
        with self.site.is_asked:
            self.site.asked.append(self.path)
            self.site.is_asked.notify_all()
        page = self.site.pages.get(self.path, Answer("<h1>Not found</h1>", 404))
        answer = page if isinstance(page, Answer) else page()
        body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
        try:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True  # the visitor was killed, which is what some tests are about


# -- prose -------------------------------------------------------------------------------------------------------------

_BODY = (
    (
        "The harbour office at Port Ellin said on Tuesday that the eastern breakwater would be closed to walkers until "
        "the spring, because the sea had washed the mortar out from between its stones."
    ),
    (
        "Divers who looked at the foundations in the autumn found {} gaps wide enough to put an arm through. The "
        "harbour master, Odile Farrant, said that none of them was dangerous yet."
    ),
    (
        "Repairs will cost about two years of mooring fees. The town has asked the county for half of the sum, and the "
        "fishermen have offered to carry the stone."
    ),
    "Anglers may go on using the western mole, where a lamp and a lifebelt have been put up for the winter months.",
)


def paragraphs(gaps: int | str = 12) -> tuple[str, ...]:
    return tuple(text.format(gaps) for text in _BODY)


def article(headline: str, gaps: int | str = 12) -> Answer:
    body = "".join(f"<p>{text}</p>" for text in paragraphs(gaps))
    return Answer(
        f'<!doctype html><html lang="en"><head><title>{headline}</title></head>'
        f"<body><main><article><h1>{headline}</h1>{body}</article></main></body></html>"
    )


def printed(headline: str, url: str, gaps: int | str = 12, *, index: int = 0, total: int = 1) -> str:
    """One version in NewsDiffs' printed form."""
    return "\n\n".join([headline, url, f"Version {index} of {total}.", *paragraphs(gaps)])


# -- what the folders of the fixtures hold -----------------------------------------------------------------------------

FIRST = "https://www.example.com/harbour/breakwater-closed"
SECOND = "https://www.example.com/harbour/lamp-put-up"

URL = "https://www.example.com/harbour/breakwater-closed"
HEADLINE = "Breakwater is closed for the winter"
SECOND_HEADLINE = "Breakwater is closed until the spring"
