"""The sentences of a digest, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from tracker.model import Field
from tracker.render.digest import Absence, Digest, Entry, Example, FlapFigures, Section, Told, Topic
from tracker.render.excerpt import shortened
from tracker.render.plain import safe_change
from tracker.render.wording import (
    between_text,
    change_title,
    count,
    duration_text,
    field_name,
    kind_name,
    moment_text,
    outcome_name,
)

DIGEST_TITLE = "What changed"
_TITLES = {
    Topic.NOTICE_REMOVED: "Notices taken away",
    Topic.SILENT: "Silent edits",
    Topic.HEADLINE: "Headlines",
    Topic.CORRECTION: "Corrections",
    Topic.SUBSTANCE: "Other changes of substance",
    Topic.WORDING: "Wording",
    Topic.FORM: "Spelling and form",
}
_NOTES = {
    Topic.SILENT: "Numbers, names, dates, negations and quotations that changed without a notice within a day",
    Topic.CORRECTION: "Notices that were added or altered, and the changes that they speak of",
}
# Articles that are gone are told after that topic.
_BEFORE_GONE = Topic.NOTICE_REMOVED
GONE_TITLE = "Gone"
FLAPS_TITLE = "Back and forth"
_UNSEEN = "Could not always be read"
_EXAMPLE_CHARACTERS = 32
_MOST_HOSTS = 3


def before_gone(digest: Digest) -> tuple[Section, ...]:
    """The sections that are told before the articles that are gone; the others are told after them."""
    return tuple(section for section in digest.sections if section.topic is _BEFORE_GONE)


def section_title(section: Section) -> str:
    """`Silent edits: 6 changes in 3 articles`."""
    return f"{_TITLES[section.topic]}: {_changes_in(section.change_count, section.article_count)}"


def _changes_in(changes: int, articles: int) -> str:
    return f"{count(changes, 'change')} in {count(articles, 'article')}"


def section_note(section: Section) -> str:
    """What belongs to the section, in a sentence; empty: its title says it."""
    note = _NOTES.get(section.topic, "")
    if not section.open_count:
        return note and f"{note}."
    fresh = "all" if section.open_count == section.change_count else f"{section.open_count:,}"
    return f"{note}. Too early to be sure of {fresh} of them: a notice may still come until they are read a day later."


def summary_text(digest: Digest) -> str:
    """`15 changes in 9 articles of 3 hosts`."""
    if not digest.change_count:
        return "No change"
    told = _changes_in(digest.change_count, digest.article_count)
    return f"{told} of {count(digest.host_count, 'host')}" if digest.host_count > 1 else told


def overview_text(digest: Digest) -> str:
    """`Notices taken away 1, silent edits 6, headlines 1`: what a reader finds below, and how much of it."""
    parts = [f"{_TITLES[section.topic]} {section.change_count:,}" for section in digest.sections]
    parts += [f"{GONE_TITLE} {digest.findings.gone_count:,}"] if digest.findings.gone_count else []
    return ", ".join([*parts[:1], *(part[0].lower() + part[1:] for part in parts[1:])])


def revision_text(entry: Entry, tz: tzinfo | None) -> str:
    """`Article 4, revision 1 → 2, between 10:05 and 10:20 UTC`."""
    title = entry.revision.title(tz)
    return f"Article {entry.article_id}, {title[0].lower()}{title[1:]}"


def also_text(told: Told) -> str:
    """`also in the body`, `also 3 times in the body`; empty: nowhere else."""
    places: dict[str, int] = {}
    for change in told.also:
        name = "the body" if change.field is Field.BODY else f"the {field_name(change.field)}"
        places[name] = places.get(name, 0) + 1
    parts = [f"in {name}" if times == 1 else f"{times:,} times in {name}" for name, times in places.items()]
    return f"also {' and '.join(parts)}" if parts else ""


def correction_text(told: Told, entry: Entry, tz: tzinfo | None) -> str:
    """`corrects number 340 → 430; the error stood for about 9 min`; empty: it cannot be told."""
    correction = told.correction
    if correction is None:
        return ""
    parts = []
    beside = {each.detail.change_id for each in entry.told}
    if correction.kind is not None and correction.corrected_change_id not in beside:
        parts.append(f"corrects {kind_name(correction.kind)} {_replacement(correction.before, correction.after)}")
    if correction.error_stood_s is not None:
        parts.append(f"the error stood for about {duration_text(timedelta(seconds=correction.error_stood_s))}")
    if correction.removed_at is not None:
        parts.append(f"the notice was gone again on {moment_text(correction.removed_at, tz)}")
    return "; ".join(parts)


def _replacement(before: str, after: str) -> str:
    return f"{_quoted(before)} → {_quoted(after)}"


def _quoted(text: str) -> str:
    return f"“{safe_change(shortened(' '.join(text.split()) or text, _EXAMPLE_CHARACTERS))}”" if text else "nothing"


def told_title(told: Told) -> str:
    return change_title(told.detail.change)


def more_text(number: int) -> str:
    """Of one revision."""
    return f"and {count(number, 'more change', 'more changes')} of this kind in this revision"


def rest_text(section: Section) -> str:
    """What is only counted; empty: all is told."""
    if not section.untold_count:
        return ""
    if section.counts:
        return f"and {section.untold_count:,} more; `tracker report -v` tells all"
    return f"and {count(section.untold_count, 'more change', 'more changes')}; `tracker report -v` tells all"


def counts_text(section: Section) -> str:
    """`2 spelling, 1 moved`."""
    return ", ".join(f"{number:,} {name}" for name, number in section.counts)


def example_text(example: Example) -> str:
    """`spelling “Margraet” → “Margaret”, 3 times (articles 2, 5, 9, ...)`."""
    times = "" if example.times == 1 else f", {example.times:,} times"
    ids = ", ".join(map(str, example.article_ids))
    more = ", …" if example.times > len(example.article_ids) > 2 else ""
    where = f"({'article' if len(example.article_ids) == 1 else 'articles'} {ids}{more})"
    return f"{example.name} {_replacement(example.before, example.after)}{times} {where}"


# -- what is no change -------------------------------------------------------------------------------------------------


def gone_title(digest: Digest) -> str:
    return f"{GONE_TITLE}, for a time or for good: {count(digest.findings.gone_count, 'absence')}"


def gone_text(absence: Absence, tz: tzinfo | None) -> str:
    """`Article 10, gone between 16:58 and 17:21 UTC, then back`."""
    if absence.ended_at is None:
        return f"Article {absence.article_id}, gone since {moment_text(absence.began_at, tz)}"
    return f"Article {absence.article_id}, gone {between_text(absence.began_at, absence.ended_at, tz)}, then back"


def gone_rest_text(digest: Digest) -> str:
    rest = digest.findings.gone_count - len(digest.findings.gone)
    return f"and {rest:,} more; `tracker report -v` tells all" if rest else ""


def unseen_lines(digest: Digest) -> Iterator[str]:
    """`Could not always be read: 12 articles of www.example.com (40 looks blocked, 2 failed)`, a line a host."""
    hosts = digest.findings.unseen
    for host in hosts[:_MOST_HOSTS]:
        (first, times), *others = host.outcomes
        looks = [f"{count(times, 'look')} {outcome_name(first)}"]
        looks += [f"{times:,} {outcome_name(outcome)}" for outcome, times in others]
        yield f"{_UNSEEN}: {count(host.article_count, 'article')} of {host.host} ({', '.join(looks)})"
    if len(hosts) > _MOST_HOSTS:
        rest = count(len(hosts) - _MOST_HOSTS, "more host")
        yield f"{_UNSEEN}: articles of {rest}; `tracker status` tells how they are now"


def flaps_title(digest: Digest) -> str:
    return f"{FLAPS_TITLE}: {count(digest.turn_count, 'turn')} folded into {count(len(digest.flaps), 'line')}"


def flap_text(flap: FlapFigures, tz: tzinfo | None) -> str:
    """`Article 1 between revisions 1 and 2, 14 times, last between 10:05 and 10:20 UTC`."""
    last = between_text(flap.latest.changed_after, flap.latest.changed_before, tz)
    times = "once more" if flap.turn_count == 1 else f"{flap.turn_count:,} times, last"
    lower, higher = flap.wordings
    return f"Article {flap.latest.article_id} between revisions {lower} and {higher}, {times} {last}"


def flaps_rest_text(digest: Digest) -> str:
    rest = digest.flap_count - len(digest.flaps)
    return f"and {count(rest, 'more such page', 'more such pages')}; `tracker report -v` tells all" if rest else ""


def onward_text(digest: Digest) -> str:
    """How to go on from here; empty: nothing to go on to."""
    section = next((each for each in digest.sections if each.hosts), None)
    if section is None:
        return ""
    entry = section.hosts[0].articles[0].entries[0]
    revision = entry.revision
    shown = f"tracker diff {entry.article_id} {revision.from_number} {revision.to_number}"
    return f"`{shown}` shows the first of these in full, `tracker log {entry.article_id}` its article's history."
