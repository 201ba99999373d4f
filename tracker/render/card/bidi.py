"""In which order letters stand that are read in two directions: the Unicode bidirectional algorithm (UAX #9).

Without explicit embeddings and isolates (rules X1 to X8): `safe_text` lets none of them through.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

_STRONG = frozenset({"L", "R", "AL"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN"})
_BRACKETS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "⟨": "⟩",
    "（": "）",
    "［": "］",
    "｛": "｝",
    "「": "」",
    "『": "』",
    "【": "】",
}
_CLOSING = frozenset(_BRACKETS.values())
_MOST_OPEN = 63  # BD16


def base_level(text: str) -> int:
    """0: read from left to right, 1: from right to left; the first letter with a direction decides (P2, P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _STRONG:
            return 0 if kind == "L" else 1
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of every character; odd ones are read from right to left."""
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    edge = "R" if base % 2 else "L"
    _resolve_weak(kinds, edge)
    _resolve_brackets(text, kinds, edge)
    _resolve_neutral(kinds, edge)
    return [_implicit(kind, base) for kind in kinds]


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """Indexes of runs from left to right (L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        at = 0
        for is_turned, group in groupby(list(order), key=lambda index, level=level: run_levels[index] >= level):  # type: ignore[misc]
            length = len(list(group))
            if is_turned:
                order[at : at + length] = reversed(order[at : at + length])
            at += length
    return order


def _resolve_weak(kinds: list[str], edge: str) -> None:
    """W1 to W7."""
    previous = strong = edge
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = previous
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
        if kind in _STRONG:
            strong = kind
        previous = kinds[at]
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    _resolve_separators(kinds)
    _resolve_terminators(kinds)
    strong = edge
    for at, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _resolve_separators(kinds: list[str]) -> None:
    """W4: one separator between two numbers belongs to them."""
    for at in range(1, len(kinds) - 1):
        before, kind, after = kinds[at - 1 : at + 2]
        if before == after and ((kind == "ES" and before == "EN") or (kind == "CS" and before in ("EN", "AN"))):
            kinds[at] = before


def _resolve_terminators(kinds: list[str]) -> None:
    """W5 and W6: signs beside a European number belong to it; the others are neutral."""
    at = 0
    for kind, group in groupby(list(kinds)):
        length = len(list(group))
        if kind == "ET":
            is_beside = "EN" in kinds[max(at - 1, 0) : at] + kinds[at + length : at + length + 1]
            kinds[at : at + length] = ["EN" if is_beside else "ON"] * length
        elif kind in ("ES", "CS"):
            kinds[at : at + length] = ["ON"] * length
        at += length


def _resolve_brackets(text: str, kinds: list[str], edge: str) -> None:
    """N0: both brackets of a pair go the way of what stands in them, or before them."""
    for start, end in _bracket_pairs(text, kinds):
        inside = {_direction(kind) for kind in kinds[start + 1 : end]} - {None}
        if edge in inside:
            kinds[start] = kinds[end] = edge
        elif inside:
            before = next((found for kind in reversed(kinds[:start]) if (found := _direction(kind))), edge)
            kinds[start] = kinds[end] = before if before != edge else edge


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for at, character in enumerate(text):
        if kinds[at] != "ON":
            continue
        if character in _BRACKETS:
            if len(opened) == _MOST_OPEN:
                return []
            opened.append((_BRACKETS[character], at))
        elif character in _CLOSING:
            place = next((n for n in range(len(opened) - 1, -1, -1) if opened[n][0] == character), None)
            if place is not None:
                pairs.append((opened[place][1], at))
                del opened[place:]
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], edge: str) -> None:
    """N1 and N2: neutrals between two of one direction take it; the others take the paragraph's."""
    at = 0
    for is_neutral, group in groupby(list(kinds), key=_NEUTRAL.__contains__):
        length = len(list(group))
        if is_neutral:
            before = _direction(kinds[at - 1]) if at else edge
            after = _direction(kinds[at + length]) if at + length < len(kinds) else edge
            kinds[at : at + length] = [(before if before == after else edge) or edge] * length
        at += length


def _direction(kind: str) -> str | None:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else None


def _implicit(kind: str, base: int) -> int:
    """I1 and I2."""
    if base % 2:
        return base + 1 if kind in ("L", "EN", "AN") else base
    return base + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)
