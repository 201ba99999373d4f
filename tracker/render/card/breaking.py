"""Where a line may end: a part of the Unicode line breaking algorithm (UAX #14), as much as running text needs."""

from __future__ import annotations

from collections.abc import Iterator

import regex

# What no line begins with (closing, small kana, iteration and lengthening marks), and what no line ends with: the core
# of JIS X 4051, clreq and klreq for Japanese, Chinese and Korean.
_NOT_FIRST = regex.compile(
    r"[\p{Pe}\p{Pf}!-/:;?%‰°′″、。，．・：；？！‥…ー～〜々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ！％]"
)
_NOT_LAST = regex.compile(r"[\p{Ps}\p{Pi}$£¥＄￥“‘]")
_IDEOGRAPHIC = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}")
_CLUSTER = regex.compile(r"\X")
# After these a word may go on in the next line.
_JOINTS = frozenset("-‐–—/")


def clusters(text: str) -> list[str]:
    """What a reader takes for one character each (UAX #29)."""
    found: list[str] = _CLUSTER.findall(text)
    return found


def units(text: str) -> Iterator[str]:
    """The text in parts that a line may end after; spaces stand at the end of their part."""
    unit = ""
    for cluster in clusters(text):
        if unit and _may_break(unit, cluster):
            yield unit
            unit = ""
        unit += cluster
    if unit:
        yield unit


def _may_break(before: str, cluster: str) -> bool:
    last = before[-1]
    if cluster[0] == " ":
        return False
    if last == " ":
        return True
    if _NOT_FIRST.match(cluster) or _NOT_LAST.match(last):
        return False
    if last in _JOINTS:
        return len(before) > 2 and not cluster[0].isdigit()
    return bool(_IDEOGRAPHIC.match(cluster) or _IDEOGRAPHIC.match(last))
