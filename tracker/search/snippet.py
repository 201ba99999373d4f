"""The part of a long passage that shows what was searched for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracker.search.matching import Span

ELLIPSIS = "…"
# Three or four lines of an 80-column screen; a passage not much longer is shown whole.
_WHOLE = 320
# Enough on both sides to know what is spoken of; what follows a word tells more than what goes before.
_BEFORE = 60
_AFTER = 100


class Fragment(NamedTuple):
    text: str
    is_found: bool


def snippet(text: str, spans: Sequence[Span]) -> tuple[Fragment, ...]:
    """The text around the places, cut at words; `spans` ascending, not overlapping, as `find` gives them."""
    fragments: list[Fragment] = []
    for window in _windows(text, spans):
        if window[0] > 0:
            fragments.append(Fragment(f" {ELLIPSIS} " if fragments else f"{ELLIPSIS} ", is_found=False))
        fragments.extend(_fragments(text, window, spans))
        end = window[1]
    if end < len(text):
        fragments.append(Fragment(f" {ELLIPSIS}", is_found=False))
    return tuple(fragments)


def _windows(text: str, spans: Sequence[Span]) -> list[Span]:
    """One or more, apart from each other, together about as long as a passage shown whole."""
    if len(text) <= _WHOLE:
        return [(0, len(text))]
    windows: list[Span] = []
    shown = 0
    for start, end in spans:
        window = (_left(text, start - _BEFORE), _right(text, end + _AFTER))
        if windows and window[0] <= windows[-1][1]:
            window = (windows[-1][0], window[1])
            shown -= windows[-1][1] - windows.pop()[0]
        windows.append(window)
        shown += window[1] - window[0]
        if shown >= _WHOLE:
            break
    return windows


def _left(text: str, at: int) -> int:
    """The beginning of the word there, where the script has spaces."""
    if at <= 0:
        return 0
    space = text.find(" ", at, at + _BEFORE // 2)
    return at if space < 0 else space + 1


def _right(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - _AFTER // 2, at)
    return at if space < 0 else space


def _fragments(text: str, window: Span, spans: Sequence[Span]) -> Iterator[Fragment]:
    at, end = window
    for start, stop in spans:
        if start >= at and stop <= end:
            if at < start:
                yield Fragment(text[at:start], is_found=False)
            yield Fragment(text[start:stop], is_found=True)
            at = stop
    if at < end:
        yield Fragment(text[at:end], is_found=False)
