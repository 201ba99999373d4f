"""Files that are written: beside their place first, so that one that was cut short never bears its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tracker.errors import TrackerError, UsageError


def partial_path(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


@contextmanager
def written_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file `path` at the end of the block, in one step; a device is written directly.

    Raises UsageError where it cannot be begun, TrackerError where it cannot be finished (a full disk).
    """
    is_direct = path.exists() and not path.is_file()
    place = path if is_direct else partial_path(path)
    try:
        stream = place.open("wb")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        try:
            with stream:
                yield stream
                stream.flush()
                if not is_direct:
                    os.fsync(stream.fileno())
            if not is_direct:
                place.replace(path)
        finally:
            if not is_direct:
                place.unlink(missing_ok=True)
    except OSError as error:
        raise TrackerError(f"{path} cannot be written: {error.strerror or error}.") from None


@contextmanager
def written_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `path` at the end of the block, in one step.

    Raises UsageError where there is something of that name, or where it cannot be begun; TrackerError where it cannot
    be finished.
    """
    if path.exists():
        raise UsageError(f"{path} exists already; name a folder that does not.")
    place = partial_path(path)
    try:
        shutil.rmtree(place, ignore_errors=True)  # left by one that was killed
        place.mkdir()
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        try:
            yield place
            place.rename(path)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    except OSError as error:
        raise TrackerError(f"{path} cannot be written: {error.strerror or error}.") from None
