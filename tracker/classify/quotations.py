"""What stands inside quotation marks."""

from __future__ import annotations

import re

# Opening mark -> the marks that may close it. Languages share signs in opposite roles (German „…“ closes with what
# English opens with, Danish »…« with what French opens with), so a pair is looked for, never a single sign.
_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "「": "」", "『": "』", '"': '"', "‘": "’"}
_OPENING = re.compile("[" + "".join(_PAIRS) + "]")
# An apostrophe is written with the sign that closes a single quotation: before a letter it is one.
_CLOSING = {
    opening: re.compile(f"[{closing}]" + (r"(?!\w)" if opening == "‘" else "")) for opening, closing in _PAIRS.items()
}
# A quotation longer than this within one paragraph is rather a mark that was never closed.
_LONGEST_QUOTATION = 3_000


def quotations(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The quotations of one paragraph `text[start:end]`: ranges between the marks, which are left out.

    A quotation that opens at the start of the paragraph and never closes runs to its end: newspapers open every
    paragraph of a long quotation and close only the last.
    """
    found: list[tuple[int, int]] = []
    at = start
    while (opening := _OPENING.search(text, at, end)) is not None:
        closing = _closing(text, opening, end)
        if closing >= 0:
            found.append((opening.end(), closing))
            at = closing + 1
        elif opening.group() != "‘" and not text[start : opening.start()].strip():
            found.append((opening.end(), end))
            break
        else:
            at = opening.end()
    return tuple(found)


def _closing(text: str, opening: re.Match[str], end: int) -> int:
    """Where the quotation closes; -1 where it does not, or where the sign is no opening mark here."""
    sign = opening.group()
    if sign == "»" and text[opening.end() : opening.end() + 1].isspace():
        return -1
    if sign == "‘" and opening.start() > 0 and text[opening.start() - 1].isalnum():
        return -1
    closing = _CLOSING[sign].search(text, opening.end(), min(end, opening.end() + _LONGEST_QUOTATION))
    return -1 if closing is None else closing.start()
