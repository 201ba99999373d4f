"""Dates, weekdays and times of day, read as values where they can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from tracker.classify.context import Context, Side
from tracker.classify.foldings import bare
from tracker.classify.words import Shape, Token

_CLOCK = re.compile(r"^([01]?\d|2[0-4])[:.h]([0-5]\d)([ap]m)?$|^(1[0-2]|0?[1-9])([ap]m)$")
_ISO_LIKE = re.compile(r"^\d{1,2}[.:]\d{1,2}[.:]\d{2,4}$")
_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")
# Signs that a date in figures is written with: "10/06/2024", "18-10-2021", "2021-10-18".
_FIGURE_OR_SIGN = frozenset("0123456789/.-")
_LONGEST_DATE = 10
# A year of two digits only behind slashes: "1.2.10" may be a version, "3-4-10" a score.
_PART = r"(?:0?[1-9]|[12]\d|3[01])"
_IN_FIGURES = re.compile(
    rf"(?:{_PART}([/.-]){_PART}\1[12]\d{{3}}|{_PART}/{_PART}/\d\d|[12]\d{{3}}([/.-]){_PART}\2{_PART})[.-]?"
)
# "1950s", German "1950er".
_YEAR_OR_DECADE = re.compile(r"^(?:1[5-9]|20)\d\d(?:s|er|ern)?$")
_DAY = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|er|\.)?$")
# A short form of a month with fewer letters is a word of its own in some language.
_SHORT = 3
# English month and day names that are also words or names: only capitalised ones are dates.
_AMBIGUOUS = frozenset({"may", "march", "mar", "sun", "sat", "mon", "wed", "august", "dec", "jan"})
_NEWSROOM_FORMS = {
    "en": {"sept": ("month", 9), "tues": ("weekday", 1), "thurs": ("weekday", 3), "weds": ("weekday", 2)}
}


@lru_cache(maxsize=32)
def calendar_names(language: str) -> Mapping[str, tuple[str, int]]:
    """Month and weekday names of a language by CLDR, long and short, case-folded.

    The values are ("month", 1 to 12) or ("weekday", 0 to 6); empty for a language that CLDR does not know.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loads locale data, and only dates need it

    code = language.replace("_", "-").split("-")[0]
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, tuple[str, int]] = {}
    for what, table in (("month", locale.months), ("weekday", locale.days)):
        for form in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                names = {
                    name.casefold().rstrip("."): (what, int(number)) for number, name in table[form][width].items()
                }
                found |= {name: value for name, value in names.items() if len(name) >= _SHORT and name.isalpha()}
    return found | _NEWSROOM_FORMS.get(code, {})


def is_date_word(token: Token, context: Context, *, names_only: bool = False) -> bool:
    """Whether the word names a month or weekday; without `names_only` also a day near today or a time of day."""
    if not token.is_word:
        word = token.folded
        return not names_only and bool(
            (_CLOCK.match(word) and not word.replace(".", "").isdigit()) or _ISO_LIKE.match(word)
        )
    if context.language is None:
        return False
    word = bare(token.folded)  # "Tuesday's"
    if not names_only and (word in context.vocabulary.date_words or word in context.vocabulary.time_words):
        return True
    return word in calendar_names(context.language) and (word not in _AMBIGUOUS or token.is_capitalised)


def lies_in_date_of_figures(side: Side) -> bool:
    """Whether the side is, or lies in, a date like 10/06/2024."""
    start, end = side.start, side.end
    content = side.content.strip(" ,;()–—")
    if content:
        start = side.text.index(content, start)
        end = start + len(content)
    low, high = max(side.sentence_start, start - _LONGEST_DATE), min(side.sentence_end, end + _LONGEST_DATE)
    while start > low and side.text[start - 1] in _FIGURE_OR_SIGN:
        start -= 1
    while end < high and side.text[end] in _FIGURE_OR_SIGN:
        end += 1
    return _IN_FIGURES.fullmatch(side.text, start, end) is not None


def holds_years(side: Side, context: Context, preceding: Token | None, following: Token | None) -> bool:
    """Whether all numbers of the side are years or decades: a word says so, or none follows that they could count."""
    numbers = [token for token in side.tokens if token.shape is Shape.NUMBER]
    if not numbers or not all(_YEAR_OR_DECADE.match(token.folded) for token in numbers):
        return False
    if any(token.is_word and token.folded not in context.vocabulary.function_words for token in side.tokens):
        return False
    if preceding is not None and preceding.folded in context.vocabulary.year_words:
        return True
    return following is None or not following.is_word or following.folded in context.vocabulary.function_words


def moments(found: tuple[Token, ...], context: Context) -> tuple[tuple[str, int], ...]:
    """What the tokens say of a calendar and a clock, sorted, so that "17 September" and "Sept. 17" are equal."""
    names = calendar_names(context.language) if context.language else {}
    folded = [word for token in found if (word := token.folded.replace(".", ""))]
    half = next((word for word in folded if word in {"am", "pm"}), "")
    if not half and "".join(folded[-2:]) in {"am", "pm"}:
        half = "".join(folded[-2:])
    said = [moment for token in found if (moment := _moment(bare(token.folded), half, names, context)) is not None]
    return tuple(sorted(said))


def _moment(word: str, half: str, names: Mapping[str, tuple[str, int]], context: Context) -> tuple[str, int] | None:
    clock = _CLOCK.match(word)
    if clock is not None:
        return "minute", _minutes(clock, half)
    if word in names:
        return names[word]
    if _YEAR.match(word):
        return "year", int(word)
    day = _DAY.match(word)
    if day is not None:
        return ("minute", _hour(int(day.group(1)), half) * 60) if half else ("day", int(day.group(1)))
    return (word, 0) if word in context.vocabulary.date_words else None


def _minutes(clock: re.Match[str], half: str) -> int:
    hour, minute = int(clock.group(1) or clock.group(4)), int(clock.group(2) or 0)
    return _hour(hour, clock.group(3) or clock.group(5) or half) * 60 + minute


def _hour(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0) if half else hour
