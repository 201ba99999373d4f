"""Which of a page's titles is the headline, and which part of it is the site's name or a kicker.

Readers see a heading; the publisher names the headline to machines as JSON-LD `headline`, og:title, twitter:title and
<title>. On half of real pages these differ: an <h1> may hold a kicker, a badge or a text for search engines only,
og:title and <title> may end in the site's name or be written for search engines, JSON-LD may be written for nobody.
So a heading that is shown decides, the declared ones say which heading and how much of it, and none is cut unless
another surface shows the rest alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.extract import jsonld
from tracker.extract.page import Page
from tracker.extract.text import comparable, fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What stands between a headline and a kicker before it or a site's name after it.
_SEPARATOR = re.compile(r"\s+[-–—|·•*«»:/]+\s+|\s*[|｜]\s*|:\s+|\s*--+\s*")
_LONGEST = 500  # characters; a longer "headline" is a container that was marked wrongly
_OFF_STAGE = frozenset(
    {"a", "li", "nav", "aside", "footer"}
)  # a heading in one of these is a breadcrumb, or leads elsewhere


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands on the page, folded."""

    tag: str
    text: str
    is_on_stage: bool  # not in a navigation, a list or a link

    def is_like(self, other: Heading) -> bool:
        """Of the same rank, in a like place."""
        return (self.tag, self.is_on_stage) == (other.tag, other.is_on_stage)


def find_headline(page: Page) -> str | None:
    """The headline as the page's readers see it, without the site's name; None when no surface names one."""
    surfaces = list(titles(page).values())
    heading = _decisive(page, surfaces)
    if heading is not None:
        return _settle(heading, surfaces)
    return _without_ends(surfaces[0], surfaces[1:]) if surfaces else None


def find_heading(page: Page) -> str | None:
    """The heading over the article as it stands, whether it is the headline or the page names another everywhere."""
    return _decisive(page, list(titles(page).values()))


def titles(page: Page) -> dict[str, str]:
    """What the page names its headline to machines, without the site's name, by surface."""
    stated: dict[str, list[str | None]] = {
        "social": [*page.meta.get("og:title", []), *page.meta.get("twitter:title", [])],
        "declared": [
            jsonld.string(node.get("headline")) or jsonld.string(node.get("name")) for node in page.articles[:1]
        ],
        "title": [page.tree.findtext(".//title")],
    }
    return {name: _without_site(texts[0], page) for name, given in stated.items() if (texts := _clean(given))}


def headings(page: Page) -> tuple[Heading, ...]:
    """The first and second rank, each in document order."""
    return (*_headings(page, "h1"), *_headings(page, "h2"))


def shown(headline: str, headings: Iterable[Heading]) -> Heading | None:
    """The heading that shows the headline: one on stage before one that is not, a whole one before a longer one."""
    agreeing = [heading for heading in headings if _agree(heading.text, headline)]
    return min(agreeing, key=lambda h: (h.tag, not h.is_on_stage, len(h.text)), default=None)


def _decisive(page: Page, surfaces: list[str]) -> str | None:
    """The heading that is meant: the first <h1> on stage that another surface repeats.

    An <h1> inside a list or a navigation is a breadcrumb, put there for search engines; the headline is then the <h2>
    that another surface repeats.
    """
    first = _headings(page, "h1")
    on_stage = [heading.text for heading in first if heading.is_on_stage]
    if first and not on_stage:
        on_stage = [h.text for h in _headings(page, "h2") if h.is_on_stage and _is_repeated(h.text, surfaces)]
    choice = on_stage or [heading.text for heading in first]
    return next((text for text in choice if _is_repeated(text, surfaces)), choice[0] if choice else None)


def _is_repeated(heading: str, surfaces: list[str]) -> bool:
    return any(_agree(heading, surface) for surface in surfaces)


def _settle(heading: str, surfaces: list[str]) -> str:
    """How the heading is spelt, and how much of it is the headline.

    Where the words agree, the commonest spelling holds, then the first declared one: a heading's pieces lose the
    colon or space between them, and many systems set typographic quotes only on display.
    """
    trimmed = [_without_ends(surface, [heading, *surfaces]) for surface in surfaces]
    same = [surface for surface in trimmed if _squeezed(surface) == _squeezed(heading)]
    if same:
        return Counter([*same, heading]).most_common(1)[0][0]
    agreeing = [surface for surface in trimmed if _agree(heading, surface)]
    if agreeing:
        return agreeing[0]
    tails = (_common_tail(heading, surface) for surface in surfaces)
    return _majority(trimmed) or next((tail for tail in tails if tail), None) or heading


def _majority(surfaces: list[str]) -> str | None:
    """What at least three declared surfaces say alike, against a heading that none of them supports."""
    return next((surface for surface in surfaces if surfaces.count(surface) >= 3), None)


def _agree(heading: str, surface: str) -> bool:
    """The same words; or one of the two has a kicker or a site's name more, set apart by a separator."""
    if _squeezed(heading) == _squeezed(surface):
        return True
    longer, shorter = (heading, surface) if len(heading) > len(surface) else (surface, heading)
    wanted = _squeezed(shorter)
    cuts = [match.span() for match in _SEPARATOR.finditer(longer)]
    return bool(wanted) and any(wanted in (_squeezed(longer[:start]), _squeezed(longer[end:])) for start, end in cuts)


def _common_tail(heading: str, surface: str) -> str | None:
    """`Kicker - headline` and `Another kicker: headline` name the same headline: what stands after both kickers."""
    tails = {_squeezed(surface[match.end() :]) for match in _SEPARATOR.finditer(surface)} - {""}
    candidates = (heading[match.end() :] for match in _SEPARATOR.finditer(heading))
    # Two words are no headline: `... - News` would be one.
    return next((tail for tail in candidates if _squeezed(tail) in tails and len(tail.split()) > 3), None)


def _without_ends(title: str, witnesses: list[str]) -> str:
    """The title up to where another surface ends: ` - The Daily Example` goes when a witness has the rest alone."""
    alone = {_squeezed(witness) for witness in witnesses}
    cuts = (title[: match.start()] for match in _SEPARATOR.finditer(title))
    return next((kept for kept in cuts if _squeezed(kept) in alone), title)


def _without_site(title: str, page: Page) -> str:
    """The title up to the site's own name, as the page gives it."""
    names = {_squeezed(name) for name in page.meta.get("og:site_name", []) + page.meta.get("application-name", [])}
    cuts = (title[: match.start()] for match in _SEPARATOR.finditer(title) if _squeezed(title[match.end() :]) in names)
    return next(cuts, title)


def _squeezed(text: str) -> str:
    """Letters and digits alone: a heading in pieces may lack the very spaces."""
    return comparable(text).replace(" ", "")


def _headings(page: Page, tag: str) -> list[Heading]:
    found = ((element, fold(element.text_content())) for element in page.tree.iter(tag))
    return [Heading(tag, text, _is_on_stage(element)) for element, text in found if text and len(text) <= _LONGEST]


def _is_on_stage(element: HtmlElement) -> bool:
    return not any(parent.tag in _OFF_STAGE for parent in element.iterancestors())


def _clean(texts: Iterable[str | None]) -> list[str]:
    return [text for text in map(fold, texts) if text and len(text) <= _LONGEST and comparable(text)]
