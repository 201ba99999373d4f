"""What two texts have in common at their beginning and their end, cut where a hunk may start."""

from __future__ import annotations

import re

from rapidfuzz.distance import Postfix, Prefix

from tracker.diff.tokens import PLAIN

# Most pairs differ within this many characters of a space; past it a longer look back is no faster than tokenising.
_REACH = 200

# Two characters: space on one side only, or a word beside a sign that is no part of it (neither don't, nor 1,500, nor
# 12:30 is cut), both of them plain; or two ideographs or kana, each of which stands alone and joins nothing.
_CUT = re.compile(
    rf"(?:\s\S|\S\s|\w[^\w\s'’.,:]|[^\W\d][.,:]|[^\w\s'’.,:]\w)(?<=[{PLAIN}][{PLAIN}])|[\u3041-\u3096\u4e00-\u9fff]{{2}}"
)
_NO_WORD = re.compile(r"[^\w'’]")


def common_prefix(old: str, new: str) -> int:
    """Length of the longest common beginning, in code points."""
    return int(Prefix.similarity(old, new))


def common_suffix(old: str, new: str, prefix: int) -> int:
    """Length of the longest common end, in code points, that leaves out the common beginning."""
    return min(int(Postfix.similarity(old, new)), min(len(old), len(new)) - prefix)


def is_cut(text: str, at: int) -> bool:
    """Whether a hunk may surely start or end here: beside space or beside a word, and inside no cluster."""
    return at == 0 or at == len(text) or _CUT.match(text, at - 1) is not None


def whole_prefix(old: str, new: str, common: int) -> int:
    """The `common` beginning, shortened until it ends between two words of both texts."""
    length = common
    least = max(0, common - _REACH)
    while length > least:
        if is_cut(old, length) and is_cut(new, length):
            return length
        length = max(old.rfind(" ", least, length - 1), old.rfind("\n", least, length - 1)) + 1
    return 0


def whole_suffix(old: str, new: str, common: int) -> int:
    """The `common` end, shortened until it starts between two words of both texts."""
    o, n = len(old), len(new)
    length = common
    least = max(0, common - _REACH)
    while length > least:
        if is_cut(old, o - length) and is_cut(new, n - length):
            return length
        sign = _NO_WORD.search(old, o - length + 1)
        length = o - sign.start() if sign else 0
    return 0


def whole_ends(old: str, new: str) -> tuple[int, int]:
    """Lengths of what both texts begin and end with, in whole words; the two do not overlap."""
    prefix = whole_prefix(old, new, common_prefix(old, new))
    return prefix, whole_suffix(old, new, common_suffix(old, new, prefix))
