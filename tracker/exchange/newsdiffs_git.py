"""Files at commits of a git repository, read one after another by one `git cat-file --batch`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tracker.errors import FormatError

# No text of an article has a hundredth of it; what is longer is passed over, never held.
MOST_BLOB_BYTES = 8_000_000

_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_STEP_BYTES = 65_536
# A stranger's repository: whatever its configuration says, nothing is fetched and no other program is started.
_CLOSED = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class _BrokenOffError(Exception):
    """Git ended in the middle of an answer, or before it."""


class GitFiles:
    """One repository, open until `close`. Raises FormatError where git is missing or the folder is no repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        program = shutil.which("git")
        if program is None:
            raise FormatError("NewsDiffs keeps its texts in git, and there is no program git here; install it.")
        inner = folder / ".git"
        self._command = [program, f"--git-dir={inner if inner.exists() else folder}", "cat-file", "--batch"]
        self._process = self._started()
        self._check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends git."""
        requests, answers = self._pipes()
        with suppress(BrokenPipeError):  # it ended by itself
            requests.close()
        answers.close()
        self._process.wait()

    def read(self, commit: str, path: str) -> bytes | None:
        """What the file held at that commit. None: it is not there, damaged, or longer than MOST_BLOB_BYTES.

        Raises FormatError where the repository cannot be read any more.
        """
        if not _COMMIT.fullmatch(commit) or not _is_plain(path):
            return None
        try:
            return self._content(f"{commit}:{path}")
        except _BrokenOffError:  # git ends at the first damaged object that it meets; another reads on
            self.close()
            self._process = self._started()
            self._check()
            return None

    def _content(self, name: str) -> bytes | None:
        requests, answers = self._pipes()
        try:
            requests.write(f"{name}\n".encode())
            requests.flush()
        except BrokenPipeError:
            raise _BrokenOffError from None
        return self._answer(answers)

    def _answer(self, answers: IO[bytes]) -> bytes | None:
        """`<object> <type> <size>`, a line, then so many bytes and a newline; or one line that ends otherwise."""
        line = answers.readline()
        if not line.endswith(b"\n"):
            raise _BrokenOffError
        words = line.split()
        if len(words) < 3 or not words[-1].isdigit():  # missing, ambiguous
            return None
        size = int(words[-1])
        if words[-2] != b"blob" or size > MOST_BLOB_BYTES:
            self._skip(answers, size + 1)
            return None
        content = answers.read(size + 1)
        if len(content) != size + 1:
            raise _BrokenOffError
        return content[:size]

    def _skip(self, answers: IO[bytes], count: int) -> None:
        left = count
        while left:
            piece = answers.read(min(left, _STEP_BYTES))
            if not piece:
                raise _BrokenOffError
            left -= len(piece)

    def _check(self) -> None:
        """Git says nothing until it is asked; an object that cannot be is answered, unless there is no repository."""
        try:
            self._content("0" * 40)
        except _BrokenOffError:
            self.close()
            raise FormatError(f"{self._folder} is not a git repository that can be read.") from None

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("both are pipes")
        return self._process.stdin, self._process.stdout

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - git as found on the PATH, every argument ours
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(os.environ),
        )


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Without the GIT_ variables of a hook or a shell, which could point it at another repository."""
    return {name: value for name, value in given.items() if not name.startswith("GIT_")} | _CLOSED


def _is_plain(path: str) -> bool:
    """Whether it is one line and leads nowhere but down: git leaves the room for what is written otherwise."""
    return bool(path) and not {"\n", "\0"} & set(path) and not {"", ".", ".."} & set(path.split("/"))
