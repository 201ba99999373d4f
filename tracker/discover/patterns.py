"""Which of a source's articles are wanted: pieces of URLs, as people write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patterns:
    """A URL is wanted if a pattern of `include` fits it (or there is none), and none of `exclude` does.

    A pattern is a piece of a URL, upper and lower case alike. `*` stands for any characters and a final `$` for the
    URL's end, as in robots.txt (RFC 9309 section 2.2.3); `/live/`, `news.example.com`, `/2026/*-update.html$`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def admit(self, url: str) -> bool:
        if any(fits(pattern, url) for pattern in self.exclude):
            return False
        return not self.include or any(fits(pattern, url) for pattern in self.include)


def fits(pattern: str, url: str) -> bool:
    """Whether the pieces between the stars stand in the URL in this order: linear, whatever the pattern."""
    wanted, given = pattern.strip().lower(), url.lower()
    if not wanted.endswith("$"):
        return _position_after(wanted.split("*"), given) is not None
    *pieces, last = wanted[:-1].split("*")
    position = _position_after(pieces, given)
    return position is not None and given.endswith(last) and position <= len(given) - len(last)


def _position_after(pieces: list[str], text: str) -> int | None:
    position = 0
    for piece in pieces:
        found = text.find(piece, position)
        if found < 0:
            return None
        position = found + len(piece)
    return position
