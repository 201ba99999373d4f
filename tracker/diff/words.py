"""The words that two matched stretches of text share."""

from __future__ import annotations

from typing import NamedTuple

from tracker.diff.cleanup import unless_rewritten, without_chance_matches
from tracker.diff.kept import Kept
from tracker.diff.sequence import Run, common_runs
from tracker.diff.tokens import Tokens, is_plain, tokenise

# Characters of both sides together. Cutting a text into grapheme clusters takes ten times as long as into words: 0.4 s
# for so many. Whole paragraphs and sentences are found before; this is one sentence of more than fifty pages.
_LONGEST_CLUSTERS = 200_000


class WordDiff(NamedTuple):
    kept: list[Kept]
    is_coarse: bool


def diff_between(old: str, new: str, prefix: int, suffix: int, old_at: int, new_at: int) -> WordDiff:
    """What two stretches keep, ascending, given how much they share at their ends.

    `old_at` and `new_at` say where the stretches stand in the whole texts, whose offsets the answer has.
    """
    old_end, new_end = len(old) - suffix, len(new) - suffix
    kept = [Kept(old_at, new_at, prefix)] if prefix else []
    is_coarse = False
    if prefix < old_end and prefix < new_end:
        inner = _diff_words(old[prefix:old_end], new[prefix:new_end])
        is_coarse = inner.is_coarse
        if inner.kept:
            inside = unless_rewritten(inner.kept, prefix + suffix, max(len(old), len(new)))
            kept += [Kept(k.old + old_at + prefix, k.new + new_at + prefix, k.length) for k in inside]
    if suffix:
        kept.append(Kept(old_at + old_end, new_at + new_end, suffix))
    return WordDiff(kept, is_coarse)


def _diff_words(old: str, new: str) -> WordDiff:
    if len(old) + len(new) > _LONGEST_CLUSTERS and not (is_plain(old) and is_plain(new)):
        return WordDiff([], is_coarse=True)
    if _is_lone_word(old, new) or _is_lone_word(new, old):
        return WordDiff([], is_coarse=False)
    old_tokens, new_tokens = tokenise(old), tokenise(new)
    if set(old_tokens.texts).isdisjoint(new_tokens.texts):
        return WordDiff([], is_coarse=False)
    common = common_runs(old_tokens.texts, new_tokens.texts)
    kept: list[Kept] = []
    for run in common.runs:
        kept += _as_text(run, old, new, old_tokens, new_tokens)
    return WordDiff(without_chance_matches(kept, old, new), common.is_coarse)


def _is_lone_word(one: str, other: str) -> bool:
    """The usual edit, told without cutting into words: `one` is a single word, and the other side does not hold it."""
    return one.isascii() and one.isalnum() and one not in other


def _as_text(run: Run, old: str, new: str, old_tokens: Tokens, new_tokens: Tokens) -> list[Kept]:
    """One stretch of text where the space between the words is the same too, else one for each word."""
    i, j, length = run
    old_start, new_start = old_tokens.starts[i], new_tokens.starts[j]
    size = old_tokens.starts[i + length - 1] + len(old_tokens.texts[i + length - 1]) - old_start
    if old[old_start : old_start + size] == new[new_start : new_start + size]:
        return [Kept(old_start, new_start, size)]
    return [
        Kept(old_tokens.starts[i + k], new_tokens.starts[j + k], len(old_tokens.texts[i + k])) for k in range(length)
    ]
