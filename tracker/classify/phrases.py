"""A stretch of words inside a kept sentence and what took its place: which kind of change that is."""

from __future__ import annotations

from tracker.classify.attribution import attribution
from tracker.classify.context import Context, Finding, Side
from tracker.classify.figures import figures
from tracker.classify.names import names
from tracker.classify.negation import negation
from tracker.classify.spelling import other_form, respelling
from tracker.classify.writing import writing
from tracker.model import Kind

_OTHER_WORDS = Finding(Kind.WORDING, 0.8, ("other words",))


def judge(old: Side, new: Side, context: Context) -> Finding:
    """The kind of the change: the first rule that speaks decides.

    From the surest to the vaguest: how it is written, what dictionaries say of the word, then what the words mean. A
    misspelling comes before every meaning ("twleve" is no number), and a fact before its wording.
    """
    for rule in _RULES:
        found = rule(old, new, context)
        if found is not None:
            return found
    return _often_confused(old, new, context) or _OTHER_WORDS


def _often_confused(old: Side, new: Side, context: Context) -> Finding | None:
    """Two words of which one is often written for the other: which was meant, only the sense can tell."""
    pair = frozenset(token.folded for token in (*old.words, *new.words))
    if pair in context.vocabulary.confusions:
        return Finding(Kind.WORDING, 0.6, ("both are words, often mistaken for each other",))
    return None


def single_word(old: Side, new: Side, context: Context) -> Finding | None:
    """One word for one word: another form of it, or a misspelling set right."""
    a, b = old.words, new.words
    if len(a) != 1 or len(b) != 1 or not (a[0].is_word and b[0].is_word):
        return None
    return other_form(a[0].text, b[0].text, context) or respelling(
        a[0], b[0], context, begins_sentence=old.begins_sentence
    )


_RULES = (writing, single_word, figures, negation, attribution, names)
