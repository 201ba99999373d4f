"""The form of every text that leaves the extraction: NFC, one line, nothing that a database or a diff cannot take."""

from __future__ import annotations

import re
import unicodedata

# Surrogates and NUL cannot be stored as UTF-8 text; the other controls and the zero-width marks are never part of
# what a reader sees, and sites put soft hyphens in and out at will. Zero-width joiners (200C, 200D) carry meaning and
# stay.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def fold(text: str | None) -> str:
    """One line of text: NFC, whitespace runs as one space, none at the ends. Empty for None."""
    if not text:
        return ""
    return " ".join(unicodedata.normalize("NFC", _UNWANTED.sub("", text)).split())


def comparable(text: str) -> str:
    """The words of a text alone, to ask whether two surfaces say the same: case and punctuation are folded away."""
    return " ".join(re.findall(r"\w+", text.casefold()))
