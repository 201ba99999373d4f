"""A folder or a zip file that is filled once, file by file, with the SHA-256 of everything in it."""

from __future__ import annotations

import hashlib
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from tracker.errors import UsageError
from tracker.exchange.output_files import written_file, written_folder

SUMS = "SHA256SUMS"


class Bundle(ABC):
    """Takes files by name; their folders need no making."""

    def __init__(self) -> None:
        self._sums: dict[str, str] = {}

    def add(self, name: str, content: str | bytes) -> None:
        """Text is written in UTF-8."""
        with self.stream(name) as sink:
            sink.write(content.encode() if isinstance(content, str) else content)

    @contextmanager
    def stream(self, name: str) -> Iterator[Hashed]:
        """For a file that is written piece by piece; one at a time."""
        with self._opened(name) as file:
            sink = Hashed(file)
            yield sink
        self._sums[name] = sink.digest

    def add_sums(self) -> str:
        """Write SHA256SUMS, of everything that was added: the SHA-256 of that file itself. The last thing to do."""
        content = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
        self.add(SUMS, content)
        return self._sums[SUMS]

    def __len__(self) -> int:
        return len(self._sums)

    @abstractmethod
    def _opened(self, name: str) -> AbstractContextManager[IO[bytes]]: ...


class Hashed:
    """Passes bytes on and hashes them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: bytes, /) -> None:
        self._hash.update(data)
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class _Folder(Bundle):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._root = folder

    def _opened(self, name: str) -> IO[bytes]:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


class _Zip(Bundle):
    """Everything lies in one folder inside, so that unpacking spills nothing."""

    def __init__(self, file: zipfile.ZipFile, folder: str, now: datetime) -> None:
        super().__init__()
        self._file, self._folder = file, folder
        self._date = (now.year, now.month, now.day, now.hour, now.minute, now.second)

    def _opened(self, name: str) -> IO[bytes]:
        info = zipfile.ZipInfo(f"{self._folder}/{name}", self._date)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return self._file.open(info, "w", force_zip64=True)


@contextmanager
def bundle_at(path: Path, now: datetime) -> Iterator[Bundle]:
    """A new folder, or a zip file where the name ends in `.zip`; it bears its name only when it is whole.

    Raises UsageError where there is something of that name, TrackerError where it cannot be written.
    """
    if path.suffix.lower() != ".zip":
        with written_folder(path) as folder:
            yield _Folder(folder)
        return
    if path.exists():
        raise UsageError(f"{path} exists already; name a file that does not.")
    with written_file(path) as stream, zipfile.ZipFile(stream, "w") as file:
        yield _Zip(file, path.stem, now)
