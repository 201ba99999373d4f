"""Which declared canonical address to believe. Templates declare the front page, a section, or one story for all."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Callable

from tracker.errors import BadURL
from tracker.urls.address import canonical_url, host_of, is_front_page
from tracker.urls.same_article import SECOND_LEVEL, same_article_key
from tracker.urls.shape import identities_of, names_article, segments_of, slug_of

# One address that so many other articles of a host declare too is a template's. Two may be an article and its print
# page that were added as two.
_TEMPLATE_FROM = 3

# Slugs that share less than this of the shorter one's words are headlines of two stories.
_SLUG_SHARE = 0.4
_WORDS_TO_TELL = 3

_PAGE_NUMBER = re.compile(r"(?:^|[/?&;_-])(?:page|seite|pagina|pg|p)[=/_-]?(\d{1,3})(?=$|[/&;._-])", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"/(\d{1,2})/?$")
_NOT_PUBLIC = frozenset(
    ["localhost", "staging", "stage", "preview", "preprod", "dev", "test", "testing", "qa", "uat", "cms", "origin",
     "backend", "admin", "local", "internal", "lan"]
)  # fmt: skip

# ISO 639-1 codes under which sites keep their translations; codes that are as often countries (be, ca, uk) left out.
_LANGUAGES = frozenset(
    ["ar", "bg", "bn", "bs", "cs", "cy", "da", "de", "el", "en", "es", "eu", "fa", "fi", "fr", "ga", "gl", "he", "hi",
     "hr", "hu", "hy", "is", "it", "ja", "ka", "kk", "ko", "ku", "lt", "lv", "mk", "mn", "mt", "nb", "nl", "nn", "no",
     "pl", "ps", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "ur", "uz", "vi", "zh"]
)  # fmt: skip


def believed_canonical(declared: str | None, og_url: str | None, page_url: str, *, shared_by: int = 0) -> str | None:
    """The address that a page's own words say its article has, in canonical form; None: none that can be believed.

    `declared` is <link rel=canonical>, `og_url` the meta tag, both absolute or None; `page_url` is where the page came
    from, after redirects; `shared_by` is how many *other* articles of the host declared the same address. The link is
    asked before the tag. Raises BadURL for a `page_url` that is none.
    """
    candidates = (given for given in (declared, og_url) if given)
    return next((address for given in candidates if (address := _believed(given, page_url, shared_by))), None)


def doubt_of_canonical(declared: str, page_url: str, *, shared_by: int = 0) -> str:
    """Why a declared address is not believed, in a short phrase; empty: it is."""
    page = canonical_url(page_url)
    try:
        address = canonical_url(declared)
    except BadURL:
        return "it is no web address"
    if address == page:
        return ""
    if doubt := _doubt_of_any(address, page, shared_by):
        return doubt
    return "" if same_article_key(address) == same_article_key(page) else _doubt_of_other(address, page)


def _believed(declared: str, page_url: str, shared_by: int) -> str | None:
    return None if doubt_of_canonical(declared, page_url, shared_by=shared_by) else canonical_url(declared)


def _doubt_of_any(address: str, page: str, shared_by: int) -> str:
    if is_front_page(address):
        return "it is a front page"
    if _is_not_public(address, page):
        return "its host is not a public one"
    return f"{shared_by} other articles declare it too" if shared_by >= _TEMPLATE_FROM else ""


def _doubt_of_other(address: str, page: str) -> str:
    """Of an address that is not plainly another form of the page's own."""
    doubts: tuple[tuple[Callable[[str, str], bool], str], ...] = (
        (_is_other_page, "it is another page of a series"),
        (_is_other_language, "it is in another language's part of the site"),
        (_is_vaguer, "it names no article, and the page's own address does"),
        (_is_above, "it is a section that the page stands in"),
        (_is_other_story, "it names another story"),
        (_is_unrelated, "it is on another site, and nothing says that it is the same story"),
    )
    return next((words for is_doubtful, words in doubts if is_doubtful(address, page)), "")


def _is_other_story(address: str, page: str) -> bool:
    """Whether both say what they are about, and it is not the same."""
    if identities_of(address) & identities_of(page):
        return False
    words, others = slug_of(address), slug_of(page)
    if min(len(words), len(others)) < _WORDS_TO_TELL:
        return False
    return len(words & others) < _SLUG_SHARE * min(len(words), len(others))


def _is_same_story(address: str, page: str) -> bool:
    """Whether both say what they are about, and it is the same: a story that another site printed first."""
    if identities_of(address) & identities_of(page):
        return True
    words, others = slug_of(address), slug_of(page)
    return min(len(words), len(others)) >= _WORDS_TO_TELL and not _is_other_story(address, page)


def _is_above(address: str, page: str) -> bool:
    """A path of which the page's is a continuation, unless it already says which article it is: /123 of /123/a-slug."""
    steps, below = segments_of(address), segments_of(page)
    return len(steps) < len(below) and below[: len(steps)] == steps and not names_article(address)


def _is_vaguer(address: str, page: str) -> bool:
    return names_article(page) and not names_article(address)


def _is_unrelated(address: str, page: str) -> bool:
    return site_of(address) != site_of(page) and not _is_same_story(address, page)


def _is_not_public(address: str, page: str) -> bool:
    host = urllib.parse.urlsplit(address).hostname or ""
    if host == urllib.parse.urlsplit(page).hostname:
        return False
    return "." not in host or _is_number(host) or bool(_NOT_PUBLIC.intersection(host.split(".")))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_other_page(address: str, page: str) -> bool:
    return _page_number(address) != _page_number(page)


def _page_number(url: str) -> int:
    """Of a series; what says nothing is page 1."""
    parts = urllib.parse.urlsplit(url)
    if found := _PAGE_NUMBER.search(parts.path) or _PAGE_NUMBER.search("?" + parts.query):
        return int(found[1])
    found = _LAST_NUMBER.search(parts.path)
    return int(found[1]) if found and names_article(url[: url.index(parts.path) + found.start()]) else 1


def _is_other_language(address: str, page: str) -> bool:
    return _language(address) != _language(page)


def _language(url: str) -> str:
    """The code that stands first in the path, or before the site's name; empty: none does."""
    first = (segments_of(url) or [""])[0].partition("-")[0]
    label = host_of(url).partition(".")[0]
    return first if first in _LANGUAGES else label if label in _LANGUAGES else ""


def site_of(url: str) -> str:
    """The host without its subdomains: the name below the country's ending, or below what stands for it (co.uk).

    A host that is a number is a site of its own.
    """
    host = urllib.parse.urlsplit(url).hostname or ""
    if _is_number(host):
        return host
    labels = host.split(".")
    is_second_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    return ".".join(labels[-3:] if is_second_level else labels[-2:])
