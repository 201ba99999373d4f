"""The article's small fields on two pages of it: what a reader sees changed, or a page only names it elsewhere now.

A field is read from the first of several surfaces that states it: a heading, a statement of the head, an element that
is marked by a class. Which of them a page offers changes without an edit. So where the two readings of a field differ,
it is asked what became of the surface that the earlier value was read from.

- The headline is what readers see. As long as the heading that it was read from stands, it stands, whatever og:title
  tries on; when that heading changed, the headline did, whatever stale statements still say. Where no heading shows
  it, it stands as long as most of the surfaces that said so still do.
- Other fields stand as long as the surface that they were read from says the same; or, where that surface is gone,
  as long as their words are shown as often as before.
- A date that only a search through the text found is no witness against itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.extract import byline, dates, headline
from tracker.extract.alignment import resemblance
from tracker.extract.blocks import Block
from tracker.extract.headline import Heading
from tracker.extract.page import Page
from tracker.extract.rules import SiteRules
from tracker.model import Extract

_VERY_LIKE = 0.6  # share of words in common of a line under the headline before and after an edit


@dataclass(frozen=True, slots=True)
class Surfaces:
    """What the page says of each field, by the name of the surface, the first choice first."""

    headings: tuple[Heading, ...]
    titles: Mapping[str, str]
    authors: Mapping[str, tuple[str, ...]]
    published: Mapping[str, datetime]
    lines: tuple[str, ...]
    words: str  # of the whole page, without blanks

    def count(self, text: str) -> int:
        """How often the page shows a text."""
        return self.words.count(_squeezed(text))


def surfaces(page: Page, blocks: tuple[Block, ...], rules: SiteRules) -> Surfaces:
    """To be asked before the page's tree is used up."""
    lines = tuple(block.text for block in blocks)
    return Surfaces(
        headings=headline.headings(page),
        titles=headline.titles(page),
        authors=byline.sources(page),
        published=dates.published(page, rules.timezone),
        lines=lines,
        words="".join(map(_squeezed, lines)),
    )


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def settled(before: Extract, now: Extract, old: Surfaces, new: Surfaces, rules: SiteRules) -> Extract:
    """`now` with every field as `before` has it, where nothing but the surface changed."""
    pair = _Pair(before, now, old, new)
    return replace(
        now,
        headline=now.headline if rules.headline else pair.headline(),
        subheadline=pair.subheadline(),
        byline=now.byline if rules.byline else pair.byline(),
        published_at=pair.published_at(),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    before: Extract
    now: Extract
    old: Surfaces
    new: Surfaces

    def headline(self) -> str | None:
        was, now = self.before.headline, self.now.headline
        if was is None or now is None:
            return now
        shown = headline.shown(was, self.old.headings)
        if shown is None:
            return was if was != now and self._is_still_named(was) else now
        if shown in self.new.headings:
            return was
        return self._fresh_heading(shown) if was == now else now

    def _fresh_heading(self, shown: Heading) -> str | None:
        """What stands in the place of a heading that went, when the head still names the earlier one."""
        known = set(self.old.headings)
        fresh = [heading for heading in self.new.headings if heading.is_like(shown) and heading not in known]
        return fresh[0].text if fresh else self.now.headline

    def _is_still_named(self, was: str) -> bool:
        named = [name for name, text in self.old.titles.items() if text == was]
        return 2 * sum(self.new.titles.get(name) == was for name in named) > len(named)

    def subheadline(self) -> str | None:
        was, now = self.before.subheadline, self.now.subheadline
        if was == now:
            return now
        if was is None:
            return None if now is not None and self._is_old(now) else now
        if self._stands(was):
            return was
        return now if now is not None and not self._stands(now) else self._edited(was)

    def _stands(self, text: str) -> bool:
        """Shown on both pages, and on the later one as often."""
        return 0 < self.old.count(text) <= self.new.count(text)

    def _is_old(self, text: str) -> bool:
        """Shown on both pages alike: it is only read from another surface now."""
        return 0 < self.old.count(text) == self.new.count(text)

    def _edited(self, was: str) -> str | None:
        """The new line that the line under the headline became, if there is one."""
        known = set(self.old.lines)
        fresh = ((resemblance(was, line), line) for line in self.new.lines if line not in known)
        likeness, line = max(fresh, default=(0.0, ""))
        return line if likeness >= _VERY_LIKE else None

    def byline(self) -> str | None:
        was, now = self.before.byline, self.now.byline
        if was == now:
            return now
        if was is None:
            return None if self._was_there(now or "") else now
        source = next((name for name, names in self.old.authors.items() if ", ".join(names) == was), None)
        if source is not None and source in self.new.authors and source != byline.MARKED:
            return ", ".join(self.new.authors[source])
        if now is not None and self._has_more_names(was, now):
            return now
        return was if all(map(self._stands, was.split(", "))) else now

    def _has_more_names(self, was: str, now: str) -> bool:
        """Whether a name that the earlier page showed nowhere stands beside the known ones."""
        return was in now and any(not self.old.count(name) and self.new.count(name) for name in now.split(", "))

    def _was_there(self, names: str) -> bool:
        is_stated = any(", ".join(known) == names for known in self.old.authors.values())
        return is_stated or all(map(self._is_old, names.split(", ")))

    def published_at(self) -> datetime | None:
        was, now = self.before.published_at, self.now.published_at
        if was == now or was is None:
            return now
        source = next((name for name, moment in self.old.published.items() if moment == was), None)
        if source is None:  # found by a search
            return was if now not in self.new.published.values() else now
        return self.new.published.get(source, was if was in self.new.published.values() else now)
