"""`tracker report` on a terminal: what matters first, form in counts, all within the width there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import chain, islice

from rich.console import Group, RenderableType
from rich.text import Text

from tracker.render import digest_words as words
from tracker.render.digest import Digest, Entry, HostEntries, Section, Told
from tracker.render.excerpt import marked_sentence
from tracker.render.marked_text import Marked, Page, bulleted, indented
from tracker.render.plain import safe_text

_FAINT = "dim"
_LABEL = "bold cyan"
_NOTE = "yellow"
_TITLE = "bold underline"
_INDENT = 2
# Printing costs little a time, and what is printed at once lies in memory: some hundreds of lines.
_PARTS_AT_ONCE = 200


def digest_view(digest: Digest, tz: tzinfo | None, scope: str = "") -> RenderableType:
    """`tz` None: the zone that this computer is set to. `scope`: what was asked for, in a line."""
    return Group(*digest_parts(digest, tz, scope))


def digest_parts(
    digest: Digest, tz: tzinfo | None, scope: str = "", *, tells_onward: bool = True
) -> Iterator[RenderableType]:
    """The same in parts to be printed one after the other, so that the first are there at once.

    `tells_onward`: the commands at the end, which find the database that the configuration names.
    """
    parts = chain(_head(digest, scope), _parts(digest, tz), _foot(digest) if tells_onward else ())
    while some := tuple(islice(parts, _PARTS_AT_ONCE)):
        yield Page(*some)


def _head(digest: Digest, scope: str) -> Iterator[RenderableType]:
    yield Text(words.summary_text(digest), "bold")
    if scope:
        yield Text(safe_text(scope), _FAINT)
    overview = words.overview_text(digest)
    if overview:
        yield Text(overview)
    for line in words.unseen_lines(digest):
        yield Text(safe_text(line), _NOTE)


def _parts(digest: Digest, tz: tzinfo | None) -> Iterator[RenderableType]:
    first = words.before_gone(digest)
    several = digest.host_count > 1
    for section in first:
        yield from _section(section, tz, names_hosts=several)
    yield from _gone(digest, tz)
    for section in digest.sections[len(first) :]:
        yield from _section(section, tz, names_hosts=several)
    yield from _flaps(digest, tz)


def _section(section: Section, tz: tzinfo | None, *, names_hosts: bool) -> Iterator[RenderableType]:
    yield Text()
    yield Text(words.section_title(section), _TITLE)
    note = words.section_note(section)
    if note:
        yield Text(note, _FAINT)
    if section.counts:
        yield from _in_counts(section)
    for host in section.hosts:
        yield from _host(host, tz, is_named=names_hosts)
    rest = words.rest_text(section)
    if rest:
        yield indented(Text(rest, _FAINT), _INDENT)


def _in_counts(section: Section) -> Iterator[RenderableType]:
    yield indented(Text(words.counts_text(section)), _INDENT)
    for example in section.examples:
        yield indented(bulleted(Text(words.example_text(example))), _INDENT)


def _host(host: HostEntries, tz: tzinfo | None, *, is_named: bool) -> Iterator[RenderableType]:
    for at, article in enumerate(host.articles):
        yield Text()
        if is_named and not at:
            yield Text(safe_text(host.host), "bold cyan", overflow="fold")
        yield from _name(article.headline, article.url)
        for entry in article.entries:
            yield from _entry(entry, tz)


def _name(headline: str | None, url: str) -> Iterator[RenderableType]:
    """Where it is to be read, too."""
    if headline:
        yield indented(Text(safe_text(headline), "bold", overflow="fold"), _INDENT)
    yield indented(Text(safe_text(url), _FAINT if headline else "bold", overflow="fold"), _INDENT)


def _entry(entry: Entry, tz: tzinfo | None) -> Iterator[RenderableType]:
    yield indented(Text(words.revision_text(entry, tz), _FAINT), _INDENT)
    for told in entry.told:
        yield indented(bulleted(Marked(marked_sentence(told.detail.change), lead=_lead(told))), _INDENT)
        for line in filter(None, (words.correction_text(told, entry, tz), words.also_text(told))):
            yield indented(Text(line, _FAINT), _INDENT + 2)
    if entry.untold_count:
        yield indented(Text(words.more_text(entry.untold_count), _FAINT), _INDENT + 2)


def _lead(told: Told) -> Text:
    return Text(f"{words.told_title(told)}: ", _LABEL)


def _gone(digest: Digest, tz: tzinfo | None) -> Iterator[RenderableType]:
    if not digest.findings.gone_count:
        return
    yield Text()
    yield Text(words.gone_title(digest), _TITLE)
    for absence in digest.findings.gone:
        yield from _name(absence.headline, absence.url)
        yield indented(Text(words.gone_text(absence, tz), _FAINT), _INDENT)
    rest = words.gone_rest_text(digest)
    if rest:
        yield indented(Text(rest, _FAINT), _INDENT)


def _flaps(digest: Digest, tz: tzinfo | None) -> Iterator[RenderableType]:
    if not digest.flaps:
        return
    yield Text()
    yield Text(words.flaps_title(digest), _TITLE)
    for flap in digest.flaps:
        lead = Text(f"{words.flap_text(flap, tz)}: ")
        yield indented(bulleted(Marked(marked_sentence(flap.shown.change), lead=lead)), _INDENT)
    rest = words.flaps_rest_text(digest)
    if rest:
        yield indented(Text(rest, _FAINT), _INDENT)


def _foot(digest: Digest) -> Iterator[RenderableType]:
    onward = words.onward_text(digest)
    if onward:
        yield Text()
        yield Text(onward, _FAINT)
