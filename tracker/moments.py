"""Moments as people write them: `24h`, `3 days ago`, `yesterday`, `last monday`, `november`, `2026-11-01T12:00`.

Read as a clock on the wall shows time. A day, a week or a month means its beginning, and the latest one that has begun:
`monday` is this week's or last week's, `november` last year's until November comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EXAMPLES = "24h, yesterday, this morning, last monday, 3 days ago, november, 2026-11-23 or 2026-11-23T10:30"

_DAY = timedelta(days=1)
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": _DAY,
    "w": timedelta(weeks=1),
}
_MONTHS_OF_UNIT = {"mo": 1, "y": 12}
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: float(number) for number, word in enumerate(_WORDS, 1)} | {
    "a": 1.0,
    "an": 1.0,
    "half an": 0.5,
    "a couple of": 2.0,
    "couple of": 2.0,
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# When the parts of a day begin: by daily use, no standard says so.
_HOURS = {"midnight": 0, "night": 21, "morning": 6, "noon": 12, "midday": 12, "afternoon": 12, "evening": 18}

_NUMBER = rf"(\d+(?:\.\d+)?|(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?=\s))"
_UNIT = (
    "(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|mths?|months?|y|yrs?|years?)(?![a-z])"
)
_AMOUNT = re.compile(rf"{_NUMBER}\s*{_UNIT}")
_AMOUNTS = re.compile(rf"(?:{_NUMBER}\s*{_UNIT}(?:,?\s+and\s+|,\s*|\s*))+")
# The last hour, the past week: as long as one. But last week is the one before this week, see `_period`.
_PAST = re.compile(rf"(?:(?:the )?past|the last|last(?= (?:second|minute|hour|day)\b)|last(?= {_NUMBER}\s*{_UNIT})) ")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*(am|pm)?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_OPENING = re.compile(r"^(?:since|on|in|from|at)\s+")


def moment(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment a text means, aware. A duration counts back from `now`; a time without a zone is one of `zone`.

    `zone` None: the one that this computer is set to. Raises ValueError for anything else.
    """
    try:
        written = _of_iso(text.strip(), zone)
        return written if written is not None else _in_words(_plain(text), now, zone)
    except OverflowError:
        raise ValueError(text) from None


def _plain(text: str) -> str:
    words = " ".join(text.casefold().replace("’", "'").split())
    return _OPENING.sub("", _ORDINAL.sub("", words))


def _of_iso(text: str, zone: tzinfo | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else _placed(found, zone)


def _placed(wall: datetime, zone: tzinfo | None) -> datetime:
    """The moment at which clocks of the zone show that."""
    return wall.astimezone() if zone is None else wall.replace(tzinfo=zone)


def _in_words(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    back = _duration(words)
    if back is not None:
        return (now.astimezone(UTC) - back).astimezone(now.tzinfo)
    wall = now.astimezone(zone).replace(tzinfo=None)
    for read in (_calendar_units, _named_moment, _clock_alone, _day_and_clock):
        found = read(words, wall)
        if found is not None:
            return now if found == wall else _placed(found, zone)
    raise ValueError(words)


# -- lengths of time ---------------------------------------------------------------------------------------------------


def _duration(words: str) -> timedelta | None:
    """`24h`, `1 day 3 hours ago`, `the last 20 minutes`, `last hour`: lengths that are always the same."""
    amounts = _amounts(words)
    if not amounts or any(unit in _MONTHS_OF_UNIT for _, unit in amounts):
        return None
    return sum((number * _UNITS[unit] for number, unit in amounts), timedelta())


def _amounts(words: str) -> list[tuple[float, str]]:
    core = words.removesuffix(" ago")
    if past := _PAST.match(core):
        core = core[past.end() :]
        core = core if _AMOUNT.match(core) else f"1 {core}"
    if not _AMOUNTS.fullmatch(core):
        return []
    return [(_NUMBERS.get(number) or float(number), _unit(unit)) for number, unit in _AMOUNT.findall(core)]


def _unit(word: str) -> str:
    """`m` is a minute, `mo` a month."""
    return "mo" if word.startswith(("mo", "mth")) else word[0]


def _calendar_units(words: str, wall: datetime) -> datetime | None:
    """`3 months ago`, `a year`: the same day of the month, or the last day that month has."""
    amounts = _amounts(words)
    if not amounts or any(unit in _MONTHS_OF_UNIT and number % 1 for number, unit in amounts):
        return None
    months = sum(int(number) * _MONTHS_OF_UNIT[unit] for number, unit in amounts if unit in _MONTHS_OF_UNIT)
    rest = sum((number * _UNITS[unit] for number, unit in amounts if unit in _UNITS), timedelta())
    return _months_before(wall, months) - rest


def _months_before(wall: datetime, months: int) -> datetime:
    year, month = divmod(wall.year * 12 + wall.month - 1 - months, 12)
    if not 1 <= year <= date.max.year:
        raise OverflowError(months)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1) if (year, month) != (date.max.year, 11) else date.max
    return wall.replace(year=year, month=month + 1, day=min(wall.day, (after - _DAY).day))


# -- names of moments --------------------------------------------------------------------------------------------------


def _named_moment(words: str, wall: datetime) -> datetime | None:
    if words == "now":
        return wall
    part = re.fullmatch(r"(?:this )?(morning|noon|midday|afternoon|evening)|midnight", words)
    if part:
        return _part_of_today(part[1] or "midnight", wall)
    if words == "last night":
        return _start(wall.date() - _DAY) + timedelta(hours=_HOURS["night"])
    return None


def _part_of_today(name: str, wall: datetime) -> datetime:
    """Where it has not begun yet: yesterday's noon or evening; the morning then begins at midnight."""
    begun = _start(wall.date()) + timedelta(hours=_HOURS[name])
    if begun <= wall:
        return begun
    return _start(wall.date()) if name == "morning" else begun - _DAY


def _clock_alone(words: str, wall: datetime) -> datetime | None:
    """`10:30`, `9am`: today's, or yesterday's where that is still to come."""
    clock = _clock(words)
    if clock is None:
        return None
    today = datetime.combine(wall.date(), clock)
    return today if today <= wall else today - _DAY


def _clock(words: str) -> time | None:
    """A bare number is none: 9 o'clock is `9:00` or `9am`."""
    found = _CLOCK.fullmatch(words)
    if not found or (found[2] is None and found[4] is None):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4] is not None:
        if not 1 <= hour <= 12:
            raise ValueError(words)
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return time(hour, minute, second)


def _day_and_clock(words: str, wall: datetime) -> datetime | None:
    """`monday`, `yesterday evening`, `november 5 at 10:30`."""
    day = _day(words, wall.date())
    if day is not None:
        return _start(day)
    for at in range(len(words)):
        if words[at] != " ":
            continue
        day = _day(words[:at].removesuffix(" at").rstrip(","), wall.date())
        clock = _hour(words[at + 1 :]) if day is not None else None
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
    return None


def _hour(words: str) -> time | None:
    return time(_HOURS[words]) if words in _HOURS else _clock(words)


def _start(day: date) -> datetime:
    return datetime.combine(day, time())


# -- days --------------------------------------------------------------------------------------------------------------


def _day(words: str, today: date) -> date | None:
    readers: tuple[Callable[[str, date], date | None], ...] = (_near_day, _weekday, _period, _month, _date_in_words)
    return next((found for read in readers if (found := read(words, today)) is not None), None)


def _near_day(words: str, today: date) -> date | None:
    days = {"today": 0, "yesterday": 1, "the day before yesterday": 2, "day before yesterday": 2}
    if words in days:
        return today - days[words] * _DAY
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _weekday(words: str, today: date) -> date | None:
    """`monday`: the latest, today included; `last monday`: the latest before today."""
    name = words.removeprefix("last ").removeprefix("this ")
    number = _named(name, _WEEKDAYS)
    if number is None:
        return None
    back = (today.weekday() - number) % 7
    return today - timedelta(days=back or (7 if words.startswith("last ") else 0))


def _period(words: str, today: date) -> date | None:
    """Where this or the last week, month or year began; weeks begin on Monday (ISO 8601)."""
    first = today.replace(day=1)
    return {
        "this week": today - timedelta(days=today.weekday()),
        "last week": today - timedelta(days=today.weekday() + 7),
        "this month": first,
        "last month": (first - _DAY).replace(day=1),
        "this year": first.replace(month=1),
        "last year": first.replace(year=today.year - 1, month=1) if today.year > 1 else None,
    }.get(words)


def _month(words: str, today: date) -> date | None:
    """`november`, `nov 2025`, `2025-11`, `2025`, each from its first day."""
    if found := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?", words):
        return date(int(found[1]), int(found[2] or 1), 1)
    name, _, year = words.removeprefix("last ").partition(" ")
    number = _named(name, _MONTHS)
    if number is None or (year and not re.fullmatch(r"\d{4}", year)):
        return None
    return date(int(year), number + 1, 1) if year else _latest(number + 1, 1, today)


def _date_in_words(words: str, today: date) -> date | None:
    """`november 5`, `5 nov 2025`, `5. november, 2025`."""
    found = re.fullmatch(r"(?:(\d{1,2})\.? )?([a-z]{3,9})\.?(?: (\d{1,2}))?(?:,? (\d{4}))?", words)
    if not found or (found[1] is None) == (found[3] is None):
        return None
    month = _named(found[2], _MONTHS)
    if month is None:
        return None
    day = int(found[1] or found[3])
    return date(int(found[4]), month + 1, day) if found[4] else _latest(month + 1, day, today)


def _latest(month: int, day: int, today: date) -> date:
    """The latest such day that has begun; a 29 February may lie some years back."""
    for year in range(today.year, max(today.year - 9, 0), -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(f"no month {month} has a day {day}")


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """The place of a name among names, also by its first three letters or more."""
    if len(word.rstrip(".")) < 3:
        return None
    return next((at for at, name in enumerate(names) if name.startswith(word.rstrip("."))), None)
