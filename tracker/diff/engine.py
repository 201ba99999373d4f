"""The whole way from two texts to a Diff: paragraphs, then sentences, then words."""

from __future__ import annotations

from tracker.diff.kept import Kept, Range, hunks_between
from tracker.diff.pairs import Texts
from tracker.diff.paragraphs import Comparison
from tracker.diff.similarity import WordCodes
from tracker.diff.trim import common_prefix, common_suffix
from tracker.model import Diff

# Name and version of the rules: stored with every diff, raised whenever the same two texts may give another script.
ENGINE = "diff 2"

_COARSE = "a stretch was too long to be compared in full, and is shown as one replacement"


def diff(old: str, new: str) -> Diff:
    """The script that turns `old` into `new`. Any two strings; paragraphs are separated by newlines.

    Deterministic: bounds are sizes, never times. Where one was reached, `coarse` says so. Hunks ascend; moves come in
    the order of the new text.
    """
    if old == new:
        return Diff(old, new, ())
    differing = _differing_paragraphs(old, new)
    found = Comparison(Texts(old, new, WordCodes()), differing)
    found.run()
    kept = [Kept(0, 0, differing.old_start)] if differing.old_start else []
    kept += found.kept
    kept.append(Kept(differing.old_end, differing.new_end, len(old) - differing.old_end))
    hunks = tuple(hunks_between(old, new, kept, Range(0, len(old), 0, len(new))))
    return Diff(old, new, hunks, tuple(found.moves), _COARSE if found.is_coarse else None, tuple(found.units))


def _differing_paragraphs(old: str, new: str) -> Range:
    """What lies between the paragraphs that the texts share at their beginnings and at their ends."""
    start = old.rfind("\n", 0, common_prefix(old, new)) + 1
    suffix = common_suffix(old, new, start)
    line_end = old.find("\n", len(old) - suffix) if suffix else -1
    if line_end < 0:
        return Range(start, len(old), start, len(new))
    suffix = len(old) - line_end
    # CR LF is one cluster, and may not be parted where only one side has the CR.
    if old[line_end - 1 : line_end] == "\r" or new[len(new) - suffix - 1 : len(new) - suffix] == "\r":
        suffix -= 1
    return Range(start, len(old) - suffix, start, len(new) - suffix)
