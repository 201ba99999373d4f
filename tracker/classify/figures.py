"""Numbers, amounts, dates and times that changed, in value or in form."""

from __future__ import annotations

from functools import lru_cache

from tracker.classify.context import Context, Finding, Side
from tracker.classify.dates import calendar_names, is_date_word, moments
from tracker.classify.numbers import figure_words, is_numeric, is_unit, is_unit_part, quantities, unit_of
from tracker.classify.vocabulary import vocabulary
from tracker.classify.words import Shape, Token, tokens
from tracker.model import Kind

# How far beside a changed number a month or weekday is looked for: "24 September", "Sunday the 24th".
_NEAR = 14

_SAME_VALUE = Finding(Kind.VARIANT, 0.9, ("the same value in another form",))
_SAME_DATE = Finding(Kind.VARIANT, 0.9, ("the same date in another form",))
_SAME_UNIT = Finding(Kind.VARIANT, 0.9, ("the same unit in another form",))


def figures(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if the change is one of numbers or dates, with at most little words beside them."""
    found = (*old.tokens, *new.tokens)
    if not any(_is_figure(token, context) for token in found) or any(_is_other_word(token, context) for token in found):
        return None
    if _is_dated(old, context) or _is_dated(new, context):
        before, after = moments(old.tokens, context), moments(new.tokens, context)
        return _SAME_DATE if before and before == after else Finding(Kind.DATE, 0.9, ("a date or time",))
    if same_value(old, new, context):
        return _SAME_VALUE
    if old.tokens and new.tokens and all(is_unit(token) or is_unit_part(token) for token in found):
        if unit_of(old.tokens) == unit_of(new.tokens):
            return _SAME_UNIT
        return Finding(Kind.NUMBER, 0.9, ("the unit differs",))
    return Finding(Kind.NUMBER, 0.95, ("the value differs",) if old.tokens and new.tokens else ("a number",))


def same_value(old: Side, new: Side, context: Context) -> bool:
    """Whether both sides say the same quantities, however written. False where one says none."""
    said = quantities(old.tokens, context.vocabulary, context.language)
    return bool(said) and said == quantities(new.tokens, context.vocabulary, context.language)


def may_hold_figure(found: tuple[Token, ...], said: frozenset[str], language: str | None) -> bool:
    """Whether there is a digit, or a word that is ever part of a number or date. `said`: the tokens, folded."""
    return not said.isdisjoint(_figure_words(language)) or any(token.shape is Shape.NUMBER for token in found)


@lru_cache(maxsize=64)
def _figure_words(language: str | None) -> frozenset[str]:
    lists = vocabulary(language)
    dates = lists.date_words | lists.time_words | (frozenset(calendar_names(language)) if language else frozenset())
    return figure_words(lists) | dates


def _is_figure(token: Token, context: Context) -> bool:
    return is_numeric(token, context.vocabulary) or is_date_word(token, context)


def _is_other_word(token: Token, context: Context) -> bool:
    lists = context.vocabulary
    return (
        token.shape is not Shape.SIGN
        and not _is_figure(token, context)
        and token.folded not in lists.function_words
        and token.folded not in lists.time_words
        and not is_unit_part(token)
    )


def _is_dated(side: Side, context: Context) -> bool:
    if any(is_date_word(token, context) for token in side.tokens):
        return True
    if not side.content:
        return False
    low, high = max(side.sentence_start, side.start - _NEAR), min(side.sentence_end, side.end + _NEAR)
    left, right = tokens(side.text, low, side.start)[-1:], tokens(side.text, side.end, high)[:1]
    return any(is_date_word(token, context, names_only=True) for token in (*left, *right))
