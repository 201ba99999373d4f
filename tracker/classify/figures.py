"""Numbers, amounts, dates and times that changed, in value or in form."""

from __future__ import annotations

from functools import lru_cache

from tracker.classify.clocks import HALVES, clock_tokens
from tracker.classify.context import Context, Finding, Side
from tracker.classify.dates import calendar_names, holds_years, is_date_word, lies_in_date_of_figures, moments
from tracker.classify.numbers import figure_words, is_numeric, is_unit, is_unit_part, quantities, unit_of
from tracker.classify.vocabulary import vocabulary
from tracker.classify.words import Shape, Token, tokens
from tracker.model import Kind

# How far beside a changed number a month or weekday is looked for: "24 September", "Sunday the 24th".
_NEAR = 14
# Where a day is written with a stop ("31. Dezember"), which may have been taken for the end of a sentence.
_STOP_AFTER_DAY = frozenset({"de", "da", "no", "nb", "nn", "fi", "cs", "sk", "sl", "is"})

_SAME_VALUE = Finding(Kind.VARIANT, 0.9, ("the same value in another form",))
_SAME_DATE = Finding(Kind.VARIANT, 0.9, ("the same date in another form",))
_SAME_UNIT = Finding(Kind.VARIANT, 0.9, ("the same unit in another form",))


def figures(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if the change is one of numbers or dates, with at most little words beside them."""
    found = (*old.tokens, *new.tokens)
    timed = clock_tokens(old, context) | clock_tokens(new, context)
    others = [token for token in found if token not in timed]
    if not (timed or any(_is_figure(token, context) for token in others)):
        return None
    if any(_is_other_word(token, context) for token in others):
        return None
    if timed or _is_dated(old, context) or _is_dated(new, context):
        return _SAME_DATE if _is_same_date(old, new, context) else Finding(Kind.DATE, 0.9, ("a date or time",))
    return _number(old, new, context)


def _number(old: Side, new: Side, context: Context) -> Finding:
    if same_value(old, new, context):
        return _SAME_VALUE
    found = (*old.tokens, *new.tokens)
    if old.tokens and new.tokens and all(is_unit(token) or is_unit_part(token) for token in found):
        if unit_of(old.tokens) == unit_of(new.tokens):
            return _SAME_UNIT
        return Finding(Kind.NUMBER, 0.9, ("the unit differs",))
    return Finding(Kind.NUMBER, 0.95, ("the value differs",) if old.tokens and new.tokens else ("a number",))


def _is_same_date(old: Side, new: Side, context: Context) -> bool:
    before = moments(old.tokens, context)
    if before and before == moments(new.tokens, context):
        return True
    are_numbers = all(is_numeric(token, context.vocabulary) for token in (*old.tokens, *new.tokens))
    return are_numbers and same_value(old, new, context)  # "six o'clock", "6 o'clock"


def same_value(old: Side, new: Side, context: Context) -> bool:
    """Whether both sides say the same quantities, however written. False where one says none."""
    said = quantities(old.tokens, context.vocabulary, context.language)
    return bool(said) and said == quantities(new.tokens, context.vocabulary, context.language)


def may_hold_figure(found: tuple[Token, ...], said: frozenset[str], language: str | None) -> bool:
    """Whether there is a digit, or a word that is ever part of a number or date. `said`: the tokens, folded."""
    if not said.isdisjoint(_figure_words(language)):
        return True
    # A possessive is settled by who looks closer: "today's".
    return any(token.shape is Shape.NUMBER or token.folded.endswith("'s") for token in found)


@lru_cache(maxsize=64)
def _figure_words(language: str | None) -> frozenset[str]:
    lists = vocabulary(language)
    dates = (
        lists.date_words
        | lists.time_words
        | HALVES
        | (frozenset(calendar_names(language)) if language else frozenset())
    )
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
    left, right = _beside(side, context)
    near = (*left[-1:], *_without_joint(right, context)[:1])
    if any(is_date_word(token, context, names_only=True) for token in near):
        return True
    return _is_of_years(side, left, right, context) or lies_in_date_of_figures(side)


def _beside(side: Side, context: Context) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """The tokens shortly before and shortly after the side, in its sentence."""
    low, high = max(side.sentence_start, side.start - _NEAR), min(side.sentence_end, side.end + _NEAR)
    if context.language in _STOP_AFTER_DAY and side.text.startswith(". ", side.end):
        high = side.end + _NEAR
    return tokens(side.text, low, side.start), tokens(side.text, side.end, high)


def _without_joint(right: tuple[Token, ...], context: Context) -> tuple[Token, ...]:
    """Without the word or stop between a day and its month: "the 6th of December", "31. Dezember"."""
    is_joint = bool(right) and (right[0].text == "." or right[0].folded in context.vocabulary.date_joints)
    return right[1:] if is_joint else right


def _is_of_years(side: Side, left: tuple[Token, ...], right: tuple[Token, ...], context: Context) -> bool:
    """Whether the side's numbers are years: nothing that they could count or measure stands beside them."""
    if any(is_unit(token) for token in (*left[-1:], *right[:1])):
        return False
    return holds_years(side, context, left[-1] if left else None, right[0] if right else None)
