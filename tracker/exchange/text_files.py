"""Bytes of a file that somebody hands in, as text."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import FormatError, NotFound


def read_file(path: Path) -> bytes:
    """Raises NotFound for a file that is not there, FormatError for one that cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from None


def decode(content: bytes, name: str) -> str:
    """UTF-8 with or without byte order mark, line ends as newlines. Raises FormatError for what is no such text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is not a text file in UTF-8 (byte {error.start + 1:,}); save it as UTF-8.") from None
    if "\x00" in text:
        raise FormatError(f"{name} is not a text file: it holds null bytes.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
