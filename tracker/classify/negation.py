"""A not, no or never put in or taken out."""

from __future__ import annotations

from tracker.classify.context import Context, Finding, Side
from tracker.classify.lexicon import base_form
from tracker.model import Kind


def negation(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if one side alone denies, and nothing else of weight differs ("goes", "does not go")."""
    negations = context.vocabulary.negations
    a, b = _words(old, negations), _words(new, negations)
    before, after = [word for word in a if word in negations], [word for word in b if word in negations]
    if bool(before) == bool(after):
        return None
    is_one_word = len(a) <= 1 and len(b) <= 1
    if not is_one_word and _weight(a, context) != _weight(b, context):
        return None
    return Finding(Kind.NEGATION, 0.95, (f"“{(before or after)[0]}” was {'taken out' if before else 'put in'}",))


def _words(side: Side, negations: frozenset[str]) -> list[str]:
    """The words of the side, an elided negation apart: French "n'est" is "n" and "est"."""
    found: list[str] = []
    for token in side.words:
        head, apostrophe, rest = token.folded.partition("'")
        found += [head, rest] if apostrophe and head in negations else [token.folded]
    return found


def _weight(found: list[str], context: Context) -> list[str]:
    """The base forms of what remains without negations and the auxiliaries that come and go with them."""
    lists, language = context.vocabulary, context.spelling_language
    kept = [word for word in found if word not in lists.negations and word not in lists.auxiliaries]
    return [base_form(word, language) for word in kept] if language else kept
