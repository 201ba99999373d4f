"""One replaced stretch taken apart where words of separate kinds stand side by side: "Iraq 12" became "Iran 15"."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from tracker.classify.context import Context, Finding, Side
from tracker.classify.foldings import plain_signs
from tracker.classify.phrases import judge
from tracker.classify.words import Shape, Token
from tracker.model import Kind

# In a longer stretch, words that pair off by place do so by chance.
_MOST_TOKENS = 20
# A kind said with less confidence than this is no reason to leave a stretch whole.
_SURE = 0.85
# Kinds that say how the two words of a pair belong to each other. Other words are no reason to cut.
_TELLING = frozenset(
    {
        Kind.SPELLING, Kind.VARIANT, Kind.CAPITALISATION, Kind.PUNCTUATION, Kind.NUMBER, Kind.DATE, Kind.NAME,
        Kind.ATTRIBUTION,
    }
)  # fmt: skip

_Piece = tuple[Side, Side, Finding]


def pieces(old: Side, new: Side, context: Context) -> list[_Piece]:
    """The changes that one replaced stretch holds, with their kinds; mostly one."""
    whole = judge(old, new, context)
    is_vague = whole.kind is Kind.WORDING or whole.confidence < _SURE or _has_equal_edge(old, new, whole)
    if is_vague and old.content and new.content and 1 < max(len(old.tokens), len(new.tokens)) <= _MOST_TOKENS:
        for take_apart in (_without_equal_edges, _paired, _around_kept_words):
            found = take_apart(old, new, context)
            if found is not None:
                return found
    return [(old, new, whole)]


def _has_equal_edge(old: Side, new: Side, whole: Finding) -> bool:
    """Whether a name holds a word that stayed: "Workout Suppelment" and "Workout Supplement" differ in one word."""
    a, b = old.tokens, new.tokens
    return whole.kind is Kind.NAME and bool(a and b) and (a[0].text == b[0].text or a[-1].text == b[-1].text)


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Token
    new: Token
    finding: Finding | None  # None: the same on both sides


def _paired(old: Side, new: Side, context: Context) -> list[_Piece] | None:
    """Word by word, if both sides have as many, and how the pairs differ is told by more than that they differ."""
    if len(old.tokens) != len(new.tokens):
        return None
    if any(a.shape is not b.shape for a, b in zip(old.tokens, new.tokens, strict=True)):
        return None
    pairs = [_pair(old, new, a, b, context) for a, b in zip(old.tokens, new.tokens, strict=True)]
    kinds = {pair.finding.kind for pair in pairs if pair.finding is not None}
    if not kinds or not kinds <= _TELLING | {Kind.WORDING} or not (kinds & _TELLING):
        return None
    if (
        len(kinds) == 1
        and all(pair.finding is not None for pair in pairs)
        and kinds & {Kind.NAME, Kind.DATE, Kind.NUMBER}
    ):
        return None  # "John Smith" -> "Paul Jones" is one name, "5 March" -> "6 April" one date
    return _runs(old, new, pairs)


def _pair(old: Side, new: Side, a: Token, b: Token, context: Context) -> _Pair:
    if a.text == b.text:
        return _Pair(a, b, None)
    return _Pair(a, b, judge(old.part(a, a), new.part(b, b), context))


def _runs(old: Side, new: Side, pairs: list[_Pair]) -> list[_Piece]:
    """Neighbouring pairs of one kind put together again, except what is a kind by its word alone."""
    found: list[_Piece] = []
    last: _Pair | None = None
    for pair in pairs:
        if pair.finding is not None:
            joins = last is not None and last.finding is not None and last.finding.kind is pair.finding.kind
            if joins and pair.finding.kind not in {Kind.SPELLING, Kind.VARIANT, Kind.ATTRIBUTION}:
                before, after, finding = found.pop()
                old_part = Side(old.text, before.start, pair.old.end, old.sentence_start, old.sentence_end)
                new_part = Side(new.text, after.start, pair.new.end, new.sentence_start, new.sentence_end)
                found.append((old_part, new_part, finding))
            else:
                found.append((old.part(pair.old, pair.old), new.part(pair.new, pair.new), pair.finding))
        last = pair
    return found


def _around_kept_words(old: Side, new: Side, context: Context) -> list[_Piece] | None:
    """Cut at words on both sides, whatever their case, if that shows more: "it has" -> "it has allegedly"."""
    a, b = old.tokens, new.tokens
    found: list[_Piece] = []
    at_old = at_new = 0
    for i, j in [*_kept_words(a, b), (len(a), len(b))]:
        if i > at_old or j > at_new:
            before, after = _between(old, a, at_old, len(a) - i), _between(new, b, at_new, len(b) - j)
            found.append((before, after, judge(before, after, context)))
        if i < len(a) and a[i].text != b[j].text:
            kept = old.part(a[i], a[i]), new.part(b[j], b[j])
            found.append((*kept, judge(*kept, context)))
        at_old, at_new = i + 1, j + 1
    # A capital follows from the words put before it, so it alone is no reason to cut.
    telling = _TELLING - {Kind.CAPITALISATION} | {Kind.NEGATION}
    is_telling = any(finding.kind in telling for _, _, finding in found)
    return found if len(found) > 1 and is_telling else None


def _kept_words(a: tuple[Token, ...], b: tuple[Token, ...]) -> list[tuple[int, int]]:
    """Indices of the words (not signs) that stand on both sides, in order, whatever their case."""
    steps = Indel.opcodes([token.folded for token in a], [token.folded for token in b])
    return [
        (step.src_start + offset, step.dest_start + offset)
        for step in steps
        if step.tag == "equal"
        for offset in range(step.src_end - step.src_start)
        if a[step.src_start + offset].shape is not Shape.SIGN
    ]


def _without_equal_edges(old: Side, new: Side, context: Context) -> list[_Piece] | None:
    """Signs or words at the edges that differ in their writing only, apart from what lies between them."""
    a, b = old.tokens, new.tokens
    most = min(len(a), len(b))
    lead = 0
    while lead < most and _same_writing(a[lead], b[lead]):
        lead += 1
    tail = 0
    while tail < most - lead and _same_writing(a[-1 - tail], b[-1 - tail]):
        tail += 1
    if not (lead or tail) or lead + tail == len(a) == len(b):
        return None
    edges = [*zip(a[:lead], b[:lead], strict=True), *zip(a[len(a) - tail :], b[len(b) - tail :], strict=True)]
    found = [
        (old.part(x, x), new.part(y, y), judge(old.part(x, x), new.part(y, y), context))
        for x, y in edges
        if x.text != y.text
    ]
    middle_old = _between(old, a, lead, tail)
    middle_new = _between(new, b, lead, tail)
    found += pieces(middle_old, middle_new, context)
    return sorted(found, key=lambda piece: (piece[0].start, piece[1].start))


def _between(side: Side, tokens: tuple[Token, ...], lead: int, tail: int) -> Side:
    inner = tokens[lead : len(tokens) - tail]
    if inner:
        return side.part(inner[0], inner[-1])
    place = tokens[lead - 1].end if lead else tokens[0].start
    return Side(side.text, place, place, side.sentence_start, side.sentence_end)


def _same_writing(a: Token, b: Token) -> bool:
    return plain_signs(a.text) == plain_signs(b.text)
