"""One page with everything that the rules ask about, each part made when the first rule asks for it."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from tracker.extract import jsonld
from tracker.extract.page import Page
from tracker.extract.rules import SiteRules
from tracker.extract.text import comparable, fold
from tracker.extract.verdicts.marks import marks
from tracker.model import Extract, ProblemKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Words. Chosen, not measured: real articles go down to 57 words, so a low count alone is never a problem; a mark must
# be there too.
WALL_AT_MOST = 120
TEASER_AT_MOST = 250
SHELL_AT_MOST = 40  # of the whole page's text: navigation and footer alone have more
# Less than a sentence or two is no article; less than a sentence is none even on a page that calls itself one.
NOTE_AT_MOST = 40
_CAPTION_AT_MOST = 15

_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CHARACTERS_A_WORD = 2  # in scripts that put no space between words
_DIVIDERS = re.compile(r"\s+[-|–—·•»«›>/]+\s+|\s*[|]\s*")
_HALVES = re.compile(r"\s*:\s+")  # of one heading: both must say it, for "404: the story of an error" does not
_LONGEST_QUOTED = 80  # characters of what a page says: a log line has room for no more
_LAST_PARAGRAPHS = 3
# Characters of a surface that are searched: the pages that marks are for have a tenth of it, hostile ones millions.
_MOST_SEARCHED = 500_000
_LONGEST_TITLE = 2_000
_HEADINGS_READ = 3  # of a page: what stands below is not about the page itself
_LONGEST_HEADING = 300
_NEXT_PAGE = re.compile(r'"page":\s*"(/[^"]{0,80})"')
_UNSHOWN = frozenset({"script", "style", "template"})
_FRAME_META = ("prerender-status-code", "errorpage")
# One, told twice by some; a list of others has more.
_OWN_ARTICLES_AT_MOST = 2
_ARTICLE_ITEM = re.compile(r"schema\.org/\w*(?:Article|BlogPosting)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """A page as it came: `url` was asked for, `final_url` answered, `extract` was read from it."""

    status: int | None
    url: str
    final_url: str
    page: Page
    extract: Extract | None
    rules: SiteRules

    @cached_property
    def words(self) -> int:
        """Of the article that was read; 0 without one."""
        return count_words(self.extract.text) if self.extract else 0

    @cached_property
    def is_bare(self) -> bool:
        """Whether there is as good as no article in it."""
        return self.words < _CAPTION_AT_MOST or (self.words < NOTE_AT_MOST and not self.says_article)

    @cached_property
    def is_elsewhere(self) -> bool:
        """Whether the answer came from another address than the one asked for, the final slash and case aside."""
        asked, got = self.asked, self.got
        return (asked.netloc.lower(), asked.path.rstrip("/")) != (got.netloc.lower(), got.path.rstrip("/"))

    @cached_property
    def asked(self) -> urllib.parse.SplitResult:
        return _split(self.url)

    @cached_property
    def got(self) -> urllib.parse.SplitResult:
        return _split(self.final_url)

    @cached_property
    def title(self) -> str:
        return fold(self.page.tree.findtext(".//title"))[:_LONGEST_TITLE]

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """What the page is headed by: each part of the title, og:title, and the first <h1>s."""
        heads = (
            fold(h1.text_content()) for _, h1 in zip(range(_HEADINGS_READ), self.page.tree.iter("h1"), strict=False)
        )
        named = (self.title, *(fold(text) for text in self.page.meta.get("og:title", ())), *heads)
        parts = (part for name in named for part in (name, *_DIVIDERS.split(name)))
        return tuple(dict.fromkeys(part for part in parts if part and len(part) <= _LONGEST_HEADING))

    @cached_property
    def text(self) -> str:
        """What a reader may see of the page, and what stands for those without scripts.

        Many sites keep the texts of their walls hidden in every page, for a script to show.
        """
        body = self.page.tree.find("body")
        return "" if body is None else fold(" ".join(_shown(body)))

    @cached_property
    def text_words(self) -> int:
        return count_words(self.text)

    @cached_property
    def own_text(self) -> str:
        """What was read as the article, its headline first."""
        return f"{self.extract.headline or ''} {self.extract.text}" if self.extract else ""

    @cached_property
    def says_article(self) -> bool:
        """Whether the page calls itself an article, in any of the ways that sites have.

        Lists of other articles, on section pages and under "not found", name those articles, but many of them.
        """
        kinds = self.page.meta.get("og:type", [""])
        return kinds[0].lower().startswith("article") or self.declares_article

    @cached_property
    def declares_article(self) -> bool:
        """As `says_article`, but for og:type, which some sites set on every page."""
        own = self.page.articles
        if "article:published_time" in self.page.meta or 0 < len(own) <= _OWN_ARTICLES_AT_MOST or self._heads(own):
            return True
        items = [item for item in self.items if _ARTICLE_ITEM.search(item.get("itemtype") or "")]
        return 0 < len(items) <= _OWN_ARTICLES_AT_MOST

    def _heads(self, nodes: tuple[jsonld.Node, ...]) -> bool:
        """Whether one of the nodes bears the page's own heading."""
        own = {comparable(heading) for heading in self.headings} - {""}
        return any(comparable(jsonld.string(node.get("headline")) or "") in own for node in nodes)

    @cached_property
    def items(self) -> tuple[HtmlElement, ...]:
        """Elements that microdata call a thing of some type."""
        return tuple(self.page.tree.xpath("//*[@itemtype]"))

    @cached_property
    def site_names(self) -> frozenset[str]:
        """How the site calls itself, in words alone."""
        declared = (text for name in ("og:site_name", "application-name") for text in self.page.meta.get(name, ()))
        nodes = (node for node in self.page.json_ld if {"WebSite", "NewsMediaOrganization"} & set(jsonld.types(node)))
        names = (*declared, *(jsonld.string(node.get("name")) or "" for node in nodes))
        return frozenset(name for name in map(comparable, names) if name)

    def said(self, kind: ProblemKind, where: str, *, needs: tuple[str, ...] = ()) -> str | None:
        """What the page says there that a mark of this kind looks for. `needs`: what else is known to be there."""
        known = [mark.pattern for mark in marks(kind, where) if not mark.needs or mark.needs in needs]
        if not known:
            return None
        find = _covering if where == "heading" else _within
        found = (find(known, text[:_MOST_SEARCHED]) for text in self._in(where))
        return next((fold(said)[:_LONGEST_QUOTED] for said in found if said is not None), None)

    def _in(self, where: str) -> Iterator[str]:
        match where:
            case "title":
                yield self.title
            case "heading":
                yield from self.headings
            case "text":
                yield self.text
            case "html":
                yield etree.tostring(self.page.tree, encoding="unicode")
            case "ending":
                yield " ".join(self.extract.paragraphs[-_LAST_PARAGRAPHS:]) if self.extract else ""
            case "frame":
                yield self._frame
            case "host":
                yield self.got.hostname or ""
            case "path":
                yield self.got.path
            case "slug":
                yield self.got.path.rstrip("/").rpartition("/")[2]

    @cached_property
    def _frame(self) -> str:
        body = self.page.tree.find("body")
        stated = () if body is None else (f"body={body.get('class', '')} {body.get('id', '')}",)
        meta = (f"{name}={text}" for name in _FRAME_META for text in self.page.meta.get(name, ()))
        data = (script.text or "" for script in self.page.tree.iter("script") if script.get("id") == "__NEXT_DATA__")
        names = (f"next={found[1]}" for text in data if (found := _NEXT_PAGE.search(text)))
        return " ".join((*stated, *meta, *names))


def _shown(body: HtmlElement) -> Iterator[str]:
    """Texts in document order, hidden elements left out. One pass: ancestors are not asked again for every text."""
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield element.tail or ""
        elif _is_hidden(element):
            walk.skip_subtree()
        else:
            yield element.text or ""


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in _UNSHOWN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    is_closed_dialog = element.tag == "dialog" and element.get("open") is None
    return is_closed_dialog or "display:none" in (element.get("style") or "").replace(" ", "")


def _within(patterns: list[re.Pattern[str]], text: str) -> str | None:
    return next((found[0] for pattern in patterns if (found := pattern.search(text))), None)


def _covering(patterns: list[re.Pattern[str]], text: str) -> str | None:
    """The text, if every half of it is covered by some pattern."""
    halves = _HALVES.split(text)
    return text if all(any(pattern.fullmatch(half) for pattern in patterns) for half in halves) else None


def count_words(text: str) -> int:
    """Words between spaces; in scripts without spaces, half of the characters."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced // _CHARACTERS_A_WORD + len(_UNSPACED.sub(" ", text).split())


def _split(url: str) -> urllib.parse.SplitResult:
    try:
        return urllib.parse.urlsplit(url)
    except ValueError:  # an address that no server can have sent; archives hold such
        return urllib.parse.SplitResult("", "", url, "", "")
