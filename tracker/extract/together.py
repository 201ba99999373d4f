"""Two pages of one article read in each other's light: what is new on the page is told from what was read otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.extract import Reading, read_page
from tracker.extract.agreement import agree
from tracker.extract.blocks import Block, blocks
from tracker.extract.lines import Fields, fields
from tracker.extract.page import Unreadable, parse
from tracker.extract.prune import drop
from tracker.extract.rules import NO_RULES, SiteRules, select
from tracker.extract.sides import side
from tracker.extract.site_lines import without_site_lines
from tracker.extract.surfaces import Surfaces, settled, surfaces
from tracker.model import Extract, LeftOut


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it came: the body's bytes, where from, and the Content-Type header as sent."""

    html: bytes
    url: str
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """The earlier and the later page of one article, read by the same rules."""

    before: Reading
    now: Reading


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page's article, and everything that stood on the page."""

    extract: Extract
    left_out: tuple[LeftOut, ...]
    blocks: tuple[Block, ...]
    surfaces: Surfaces

    def reading(self) -> Reading:
        return Reading(self.extract, "", self.left_out)


def read_together(
    before: StoredPage,
    now: StoredPage,
    rules: SiteRules | None = None,
    site_lines: frozenset[str] = frozenset(),
    recorded: Extract | None = None,
) -> Together:
    """Both pages read by the same extractor and rules, without the lines that are the site's own.

    `recorded` is what the earlier page was read as when it was recorded, by the extractor of today; None: it is read
    anew. Where a page cannot be read, each is read for itself. Never raises for what a page holds.
    """
    known = rules or NO_RULES
    old, new = _seen(before, known), _seen(now, known)
    if isinstance(old, _Seen) and recorded is not None:
        old = replace(old, extract=recorded)
    if isinstance(old, _Seen) and isinstance(new, _Seen):
        old, new = _agreed(old, new, known, site_lines)
    pair = (seen.reading() if isinstance(seen, _Seen) else seen for seen in (old, new))
    return Together(*(_without(reading, site_lines) for reading in pair))


def _seen(page: StoredPage, rules: SiteRules) -> _Seen | Reading:
    """What stands on the page; the reading alone, which says why, where there is no article."""
    try:
        parsed = parse(page.html, page.url, page.content_type)
    except Unreadable as error:
        return Reading(None, str(error))
    for selector in rules.remove:
        drop(parsed.tree, select(parsed.tree, selector))
    lines = blocks(parsed.tree)
    stated = surfaces(parsed, lines, rules)
    reading = read_page(parsed, rules)
    return reading if reading.extract is None else _Seen(reading.extract, reading.left_out, lines, stated)


def _agreed(old: _Seen, new: _Seen, rules: SiteRules, site_lines: frozenset[str]) -> tuple[_Seen, _Seen]:
    after = settled(old.extract, new.extract, old.surfaces, new.surfaces, rules)
    if rules.body:  # whoever names the text has decided what is in it
        return old, replace(new, extract=after)
    rejected = frozenset(line.text for line in new.left_out)
    before, now = side(old.blocks, old.extract.paragraphs), side(new.blocks, after.paragraphs)
    texts = agree(before, now, rejected, site_lines, _own(old, new, after))
    return (
        replace(
            old, extract=replace(old.extract, paragraphs=texts.before), left_out=(*old.left_out, *texts.left_before)
        ),
        replace(new, extract=replace(after, paragraphs=texts.now), left_out=(*new.left_out, *texts.left_now)),
    )


def _own(old: _Seen, new: _Seen, after: Extract) -> tuple[Fields, ...]:
    """What the later page says in fields of their own, by any of its surfaces.

    The line under the headline is the text's too where it was on the earlier page: a paragraph that is the description.
    """
    was = old.extract.subheadline
    under = after.subheadline if was is not None and was not in old.extract.paragraphs else None
    names = ", ".join(name for names in new.surfaces.authors.values() for name in names)
    return fields(after.headline, byline=after.byline, standfirst=under), fields(byline=names)


def _without(reading: Reading, site_lines: frozenset[str]) -> Reading:
    if reading.extract is None:
        return reading
    extract, left = without_site_lines(reading.extract, site_lines)
    return replace(reading, extract=extract, left_out=(*reading.left_out, *left))
