"""A stretch of words inside a kept sentence and what took its place: which kind of change that is."""

from __future__ import annotations

import re

from tracker.classify.attribution import attribution
from tracker.classify.context import Context, Finding, Side
from tracker.classify.figures import figures, may_hold_figure
from tracker.classify.names import names, place_tells_nothing
from tracker.classify.negation import negation
from tracker.classify.spelling import other_form, respelling
from tracker.classify.writing import writing
from tracker.model import Kind

# English contractions that stand for one thing only; 's and 'd may each be two.
_PARTS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am"}
_CONTRACTED = re.compile("(?:" + "|".join(_PARTS) + ")$")
_IRREGULAR = {"won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not"}

_OTHER_WORDS = Finding(Kind.WORDING, 0.8, ("other words",))


def judge(old: Side, new: Side, context: Context) -> Finding:
    """The kind of the change: the first rule that speaks decides.

    From the surest to the vaguest: how it is written, what dictionaries say of the word, then what the words mean. A
    misspelling comes before every meaning ("twleve" is no number), and a fact before its wording.
    """
    found = writing(old, new, context) or contraction(old, new) or single_word(old, new, context)
    return found or _by_meaning(old, new, context) or _OTHER_WORDS


def _by_meaning(old: Side, new: Side, context: Context) -> Finding | None:
    """A rule is asked only where a word that it knows stands: for most changes that settles it."""
    found = (*old.tokens, *new.tokens)
    said = frozenset(token.folded for token in found)
    lists = context.vocabulary
    finding = figures(old, new, context) if may_hold_figure(found, said, context.language) else None
    if finding is None and not said.isdisjoint(lists.negations):
        finding = negation(old, new, context)
    if finding is None and not said.isdisjoint(lists.reporting_or_leading):
        finding = attribution(old, new, context)
    if finding is None and not (old.content.islower() or new.content.islower()):
        finding = names(old, new, context)
    return finding or _often_confused(said, context)


def _often_confused(said: frozenset[str], context: Context) -> Finding | None:
    """Two words of which one is often written for the other: which was meant, only the sense can tell."""
    if said in context.vocabulary.confusions:
        return Finding(Kind.WORDING, 0.6, ("both are words, often mistaken for each other",))
    return None


def contraction(old: Side, new: Side) -> Finding | None:
    """Whether one side writes out what the other contracts: "was not", "wasn't"."""
    before, after = ([token.folded for token in side.words] for side in (old, new))
    if len(before) == len(after) or _written_out(before) != _written_out(after):
        return None
    return Finding(Kind.VARIANT, 0.95, ("the same words, contracted on one side",))


def _written_out(words: list[str]) -> str:
    return " ".join(_IRREGULAR.get(word) or _CONTRACTED.sub(_part_written_out, word) for word in words)


def _part_written_out(match: re.Match[str]) -> str:
    return f" {_PARTS[match[0]]}"


def single_word(old: Side, new: Side, context: Context) -> Finding | None:
    """One word for one word: another form of it, or a misspelling set right."""
    a, b = old.words, new.words
    if len(a) != 1 or len(b) != 1 or not (a[0].is_word and b[0].is_word):
        return None
    negations = context.vocabulary.negations
    if (a[0].folded in negations) != (b[0].folded in negations):
        return None  # "did" and "didn't" are forms of one word, and say the contrary
    is_capital_mute = a[0].is_capitalised and place_tells_nothing(old)
    return other_form(a[0].text, b[0].text, context) or respelling(a[0], b[0], context, is_capital_mute=is_capital_mute)
