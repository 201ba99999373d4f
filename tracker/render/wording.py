"""The words in which times, counts and kinds are told, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from tracker.model import Change, Field, Inconsistency, Kind, Outcome, Revision, State

_FIELD_NAMES = {
    Field.HEADLINE: "headline",
    Field.SUBHEADLINE: "subheadline",
    Field.BYLINE: "byline",
    Field.PUBLISHED_AT: "publication time",
    Field.MODIFIED_AT: "modification time",
    Field.BODY: "body",
}


def field_name(field: Field) -> str:
    return _FIELD_NAMES[field]


def kind_name(kind: Kind) -> str:
    """`sentence_added` -> `sentence added`."""
    return kind.replace("_", " ")


def outcome_name(outcome: Outcome) -> str:
    return "not modified" if outcome is Outcome.NOT_MODIFIED else outcome.replace("_", " ")


def state_name(state: State) -> str:
    """`live_page` -> `live page`."""
    return state.replace("_", " ")


def state_count(number: int, state: State) -> str:
    """`1,100 live`, `2 live pages`."""
    return count(number, state_name(state)) if state is State.LIVE_PAGE else f"{number:,} {state_name(state)}"


def change_name(change: Change) -> str:
    """Kind and flags, such as `number in quotation`."""
    flags = [
        *(["in quotation"] if change.in_quotation else []),
        *(["in attribution"] if change.in_attribution and change.kind is not Kind.ATTRIBUTION else []),
    ]
    return " ".join([kind_name(change.kind), " and ".join(flags)]).rstrip()


def change_title(change: Change) -> str:
    """As `change_name`, with the field where it is not the body: `headline, wording`."""
    name = change_name(change)
    return name if change.field is Field.BODY else f"{field_name(change.field)}, {name}"


def inconsistency_title(inconsistency: Inconsistency) -> str:
    """`Spelt two ways in this revision: Latakia (3), Lakatia (1)`: the doubtful one last, each with its places."""
    likely = f"{inconsistency.likely} ({inconsistency.likely_count:,})"
    return f"Spelt two ways in this revision: {likely}, {inconsistency.doubtful} ({inconsistency.doubtful_count:,})"


def reading_text(reread: Revision, source: Revision | None) -> str:
    """`revision 2 is the page of revision 1, read anew by a newer extractor`.

    `source`: the revision that it rereads, where it is at hand. The same extractor reads a page otherwise when more is
    known of its site.
    """
    is_same_extractor = source is not None and source.extractor == reread.extractor
    by = "with more known of its site" if is_same_extractor else "by a newer extractor"
    return f"revision {reread.number} is the page of revision {reread.reread_of_number}, read anew {by}"


def revision_title(revision: Revision, tz: tzinfo | None) -> str:
    """`Revision 3, first seen 2026-11-23 10:05 UTC, says what revision 1 said`."""
    told = f"Revision {revision.number}, first seen {moment_text(revision.first_seen_at, tz)}"
    if revision.reread_of_number is not None:
        return f"{told}, the page of revision {revision.reread_of_number} read anew"
    return told if revision.same_as_number is None else f"{told}, says what revision {revision.same_as_number} said"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 look`, `1,200 looks`; `plural` where it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def counted_names(names: Iterable[str]) -> str:
    """`2 spelling, 1 number`: most frequent first, then as they came."""
    return ", ".join(f"{number:,} {name}" for name, number in Counter(names).most_common())


def moment_text(moment: datetime, tz: tzinfo | None, *, seconds: bool = False) -> str:
    """`2026-11-23 10:05 UTC`. `tz` None: the zone that this computer is set to."""
    return f"{clock_text(moment, tz, seconds=seconds)} {zone_name(moment, tz)}".rstrip()


def clock_text(moment: datetime, tz: tzinfo | None, *, seconds: bool = False) -> str:
    """As `moment_text`, without the zone's name."""
    return moment.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def zone_name(moment: datetime, tz: tzinfo | None) -> str:
    return moment.astimezone(tz).tzname() or ""


def span_text(first: datetime, last: datetime, tz: tzinfo | None, *, joiner: str = " and ") -> str:
    """`2026-11-23 10:05 and 12:20 UTC`: the day once where it is one day, seconds where minutes would hide the gap."""
    seconds = first != last and _same_minute(first, last)
    start, end = (clock_text(moment, tz, seconds=seconds) for moment in (first, last))
    zones = [zone_name(moment, tz) for moment in (first, last)]
    if start == end and zones[0] == zones[1]:
        return moment_text(first, tz)
    if start[:10] == end[:10]:
        end = end[11:]
    start = start if zones[0] == zones[1] else f"{start} {zones[0]}"
    return f"{start}{joiner}{end} {zones[1]}".rstrip()


def between_text(first: datetime, last: datetime, tz: tzinfo | None) -> str:
    """`between 10:05 and 10:20 UTC`; `on ...` where both are the same moment."""
    return f"on {moment_text(first, tz)}" if first == last else f"between {span_text(first, last, tz)}"


def duration_text(duration: timedelta) -> str:
    """`45 s`, `12 min`, `3.5 h`, `2.1 days`; nothing after the point where it is a nought."""
    seconds = max(duration.total_seconds(), 0)
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7_200:
        return f"{seconds / 60:.0f} min"
    number, unit = (seconds / 3_600, "h") if seconds < 172_800 else (seconds / 86_400, "days")
    return f"{number:,.1f}".removesuffix(".0") + f" {unit}"


def _same_minute(first: datetime, last: datetime) -> bool:
    return abs((last - first).total_seconds()) < 60


def bytes_text(number: int) -> str:
    """`12.3 MB`, in powers of ten, as disks are sold and limits configured."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{number:,} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
