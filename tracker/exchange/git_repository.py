"""Repositories that an export makes and goes on with, by the program `git`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker.errors import TrackerError, UsageError
from tracker.exchange.git_out import BRANCH, REVISION_TRAILER
from tracker.exchange.output_files import partial_path

_OURS = "articletracker.export"  # a setting of the repository that says who made it
_TRAILER = re.compile(rf"^{REVISION_TRAILER}: (\d+)$", re.MULTILINE)

Feed = Callable[[IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a repository stands."""

    commit_count: int
    revision_id: int  # of the last commit


class GitRepository:
    """A folder with a work tree, or without one where its name ends in `.git`; made by an earlier export or new."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where there is something else in that place, or no git on this machine."""
        if shutil.which("git") is None:
            raise UsageError("A git repository needs the program git, which is not installed.")
        self._folder = folder
        self._is_new = not folder.exists()
        self._is_bare = folder.suffix == ".git"
        if self._is_new and not folder.parent.is_dir():
            raise UsageError(f"{folder} cannot be written: there is no folder {folder.parent}.")
        if not self._is_new and not self._is_ours():
            raise UsageError(f"{folder} exists already and no export made it; name a folder that does not.")

    def head(self) -> Head | None:
        """None: it holds no revision yet."""
        if self._is_new or self._ask("rev-parse", "--verify", "--quiet", BRANCH) is None:
            return None
        found = _TRAILER.search(self._ask("log", "-1", "--format=%B", BRANCH) or "")
        number = self._ask("rev-list", "--count", BRANCH)
        return Head(int(number or 0), int(found[1])) if found else None

    def take(self, feed: Feed) -> None:
        """Put in what `feed` writes, all of it or nothing. Raises TrackerError where git cannot."""
        with self._filling() as folder:
            errors = self._fed(folder, feed)
            if errors is not None:
                raise TrackerError(f"git could not take the revisions into {self._folder}: {_last_line(errors)}")
            if not self._is_bare:
                self._run(folder, "reset", "--quiet", "--hard", BRANCH)

    def _fed(self, folder: Path, feed: Feed) -> str | None:
        """None, or what git had to say: one that ends early closes its ear, and its words tell why, not ours."""
        with ExitStack() as ends:
            process = ends.enter_context(self._importing(folder))
            ends.callback(process.kill)  # nothing, where it has ended
            if process.stdin is None or process.stderr is None:
                raise AssertionError("both were asked for")
            ends.callback(_closed, process.stdin)
            with suppress(BrokenPipeError):
                feed(process.stdin)
                process.stdin.close()
            errors = process.stderr.read().decode("utf-8", "replace")
            return errors if process.wait() else None

    def _importing(self, folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - git itself, and no word of it comes from a stranger
            self._command(folder, "fast-import", "--quiet", "--force"),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )

    @contextmanager
    def _filling(self) -> Iterator[Path]:
        """A new one is filled in another place first, so that one cut short never bears its name."""
        if not self._is_new:
            yield self._folder
            return
        partial = partial_path(self._folder)
        shutil.rmtree(partial, ignore_errors=True)
        try:
            bare = ("--bare",) if self._is_bare else ()
            self._run(None, "init", "--quiet", "--initial-branch=main", *bare, str(partial))
            self._run(partial, "config", _OURS, "true")
            yield partial
            partial.rename(self._folder)
        except OSError as error:
            raise TrackerError(f"{self._folder} cannot be written: {error.strerror}.") from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _is_ours(self) -> bool:
        return self._folder.is_dir() and self._ask("config", "--local", "--get", _OURS) == "true"

    def _ask(self, *arguments: str) -> str | None:
        """What git prints; None where it says no."""
        done = self._done(self._folder, *arguments)
        return done.stdout.strip() if done.returncode == 0 else None

    def _run(self, folder: Path | None, *arguments: str) -> None:
        done = self._done(folder, *arguments)
        if done.returncode:
            raise TrackerError(f"git could not write {self._folder}: {_last_line(done.stderr)}")

    def _done(self, folder: Path | None, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = self._command(folder, *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())  # noqa: S603 - as above

    def _command(self, folder: Path | None, *arguments: str) -> list[str]:
        place = [] if folder is None else ["-C", str(folder), "--git-dir", "." if self._is_bare else ".git"]
        return ["git", *place, *arguments]


def _closed(stream: IO[bytes]) -> None:
    with suppress(OSError):  # what was not yet written can no longer be
        stream.close()


def _environment() -> dict[str, str]:
    """The user's own settings (hooks, signatures, line ends) must not change what is made."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def _last_line(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.startswith(("fatal:", "error:"))]
    said = lines[-1] if lines else "it said nothing"
    return said if said.endswith(".") else f"{said}."
