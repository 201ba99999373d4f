"""Leaving out what is the site's own: lines that are known to stand in many of a host's articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.model import Extract, LeftOut

SITE_LINE = "stands in many articles of this site"
BARE_HEADING = "a heading with nothing under it"
_LONGEST_HEADING = 90  # characters
# A line that ends like a sentence heads nothing; a colon does.
_SENTENCE_END = re.compile(r"[.!?…。！？।॥؟۔][\"'»”“’)\]]*$")


def without_site_lines(extract: Extract, lines: frozenset[str]) -> tuple[Extract, tuple[LeftOut, ...]]:
    """The extract without the paragraphs that are `lines`, and those paragraphs in their order, with the reason.

    A heading over a left-out line, with nothing else under it, goes with it. Where nothing would be left, the extract
    stays as it is: a page of the site's own lines alone is for others to judge.
    """
    marks = _marked(extract.paragraphs, lines)
    kept = tuple(text for text, reason in zip(extract.paragraphs, marks, strict=True) if not reason)
    if not kept or len(kept) == len(extract.paragraphs):
        return extract, ()
    left = tuple(LeftOut(text, reason) for text, reason in zip(extract.paragraphs, marks, strict=True) if reason)
    return replace(extract, paragraphs=kept), left


def _marked(paragraphs: Sequence[str], lines: frozenset[str]) -> list[str]:
    """For each paragraph the reason why it goes; empty: it stays."""
    marks = [SITE_LINE if text in lines else "" for text in paragraphs]
    for at in range(len(marks) - 1):
        if not marks[at] and marks[at + 1] == SITE_LINE and _heads_nothing(paragraphs, marks, at):
            marks[at] = BARE_HEADING
    return marks


def _heads_nothing(paragraphs: Sequence[str], marks: Sequence[str], at: int) -> bool:
    """Whether a lone short line is a heading whose text is gone: only left-out lines follow, up to the text's end.

    Paragraphs do not say which of them are headings. In the middle of a text a short line before a gap may as well
    be an item of a list or a line of verse, and so may one of several at the end: those stay.
    """
    if not _is_like_heading(paragraphs[at]) or not all(marks[at + 1 :]):
        return False
    return at > 0 and not marks[at - 1] and not _is_like_heading(paragraphs[at - 1])


def _is_like_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not _SENTENCE_END.search(text)
