"""Two sentences that kept their words but few runs of letters: aligned again, word by word, whatever the case.

The diff takes letters as they are, so a headline set from Title Case to sentence case has little in common with itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Indel, Opcode

from tracker.classify.kept import phrase_changes
from tracker.classify.making import Text, make_change
from tracker.classify.sentences import Span
from tracker.classify.words import Token, tokens
from tracker.model import Change, Hunk, Kind

# A word that a title writes small anyway ("Decline and Fall") does not part the words whose case changed around it.
_MOST_BETWEEN = 1


def realigned_changes(text: Text, old: Span, new: Span) -> Iterator[Change]:
    """What differs between the two sentences: words whose case changed, and stretches of other words."""
    a, b = tokens(text.old.text, *old), tokens(text.new.text, *new)
    steps = Indel.opcodes([token.folded for token in a], [token.folded for token in b])
    for exchanged, in_old, in_new in _blocks(steps):
        if exchanged:
            place = Hunk(*_range(a, in_old, old.start), *_range(b, in_new, new.start))
            yield from phrase_changes(text, place, old, new, within=(old, new))
            continue
        for run in _case_runs(a[in_old], b[in_new]):
            first, last = run[0], run[-1]
            place = Hunk(first[0].start, last[0].end, first[1].start, last[1].end)
            reasons = ("only capitals differ",)
            yield make_change(text, place, Kind.CAPITALISATION, 0.95, reasons, (old, new))


def _blocks(steps: Iterable[Opcode]) -> Iterator[tuple[bool, slice, slice]]:
    """Equal blocks and what lies between them: whether it was exchanged, and where it lies in both lists."""
    for exchanged, block in itertools.groupby(steps, key=lambda step: step.tag != "equal"):
        parts = list(block)
        yield (
            exchanged,
            slice(parts[0].src_start, parts[-1].src_end),
            slice(parts[0].dest_start, parts[-1].dest_end),
        )


def _range(found: tuple[Token, ...], where: slice, start: int) -> tuple[int, int]:
    """Where the tokens lie; for none of them, the place behind the token before."""
    inner = found[where]
    if inner:
        return inner[0].start, inner[-1].end
    place = found[where.start - 1].end if where.start else start
    return place, place


def _case_runs(a: tuple[Token, ...], b: tuple[Token, ...]) -> list[list[tuple[Token, Token]]]:
    """Words that differ in case only, neighbours together."""
    runs: list[list[tuple[Token, Token]]] = []
    last = -1
    for index, (old, new) in enumerate(zip(a, b, strict=True)):
        if old.text == new.text:
            continue
        if runs and index - last <= _MOST_BETWEEN + 1:
            runs[-1].append((old, new))
        else:
            runs.append([(old, new)])
        last = index
    return runs
