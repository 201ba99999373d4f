"""Bytes -> a parsed page, or the reason why there is none. The one place where HTML is decoded and parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import lxml.html
from lxml import etree
from w3lib.encoding import html_to_unicode

from tracker.extract import jsonld

# The largest of 578 real news pages has 2.9 MB, 4,300 elements and 73 attributes in one of them. Far past that, lxml
# and every extractor on top of it need seconds to minutes, so the page is named unreadable instead.
MAX_BYTES = 8_000_000
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 1_000  # of one element; parsing takes the square of them: 40,000 take 11 seconds

_HTML_TYPES = ("html", "xml")
# Types that say nothing of what a body is. Servers that know no better send them with pages, too.
_VAGUE_TYPES = frozenset(
    {"text/plain", "text/text", "application/octet-stream", "binary/octet-stream", "application/x-unknown-content-type"}
    | {"application/unknown", "unknown/unknown", "unknown", "*/*"}
)
_TYPE = re.compile(r"(?:text|image|audio|video|font|model|message|multipart|application)/[\w!#$&^.+*-]+")
_PAGE_HEAD = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_BEFORE_HEAD = ((b"<!--", b"-->"), (b"<?xml", b">"))
_BINARY_HEADS = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"{\\rtf", b"RIFF", b"OggS")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")
_ENOUGH_CONTINUATION_BYTES = 3
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|main|article|section|div|p|h1|table|title|meta|span|br)\b",
    re.IGNORECASE,
)
# Characters that are in no text: lxml refuses them in what it writes, and so would trafilatura's trees.
_CONTROLS = bytes([*range(9), 0x0B, *range(0x0E, 0x20)])
_CONTROL_REFERENCES = re.compile(
    rb"&#(?:0*(?:[0-8]|1[1245-9]|2[0-9]|3[01])(?![0-9])|x0*(?:[0-8bcef]|1[0-9a-f])(?![0-9a-f]));?", re.IGNORECASE
)
_NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_LONG_TAG_BYTES = 10_000
_LONG_TAG = re.compile(rb"<[a-zA-Z][^>]{%d,}" % _LONG_TAG_BYTES)
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_SAMPLE_BYTES = 65_536
_BYTES_OF_SMALLEST_ELEMENT = 3  # <b>
_MAX_CONTROL_SHARE = 0.01  # text has none; compressed data a tenth


class Unreadable(Exception):
    """There is no page to read here; `str(error)` is a short sentence. It never leaves this package."""


@dataclass(frozen=True)
class Page:
    """A parsed page. Everything reads the same tree: only the body's extraction, which comes last, changes it."""

    tree: lxml.html.HtmlElement
    url: str

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of <meta> by lower-case name, property or itemprop, in document order."""
        found: dict[str, list[str]] = {}
        for element in self.tree.iter("meta"):
            content = element.get("content")
            name = element.get("property") or element.get("name") or element.get("itemprop")
            if content and name:
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    @cached_property
    def articles(self) -> tuple[jsonld.Node, ...]:
        """JSON-LD nodes of an article kind, the likeliest first."""
        return jsonld.articles(self.json_ld)

    @cached_property
    def json_ld(self) -> tuple[jsonld.Node, ...]:
        scripts = (s for s in self.tree.iter("script") if "ld+json" in (s.get("type") or "").lower())
        return jsonld.nodes(tuple(script.text or "" for script in scripts))


def parse(html: bytes | str, url: str, content_type: str | None = None) -> Page:
    """The page as a tree. Raises Unreadable for what is not HTML or is too large."""
    return parse_decoded(decode(html, content_type), url)


def decode(html: bytes | str, content_type: str | None = None) -> bytes:
    """The page in UTF-8, not parsed yet. Raises Unreadable for what is not HTML, or too large to parse."""
    data = _utf8(html, content_type)
    if len(data) > MAX_BYTES:
        raise Unreadable(f"The page is longer than {MAX_BYTES:,} bytes.")
    if not _TAG.search(data):
        raise Unreadable("This is not an HTML page.")
    if _is_binary(data[:_SAMPLE_BYTES]):
        raise Unreadable("This is binary data, not a page.")
    if _is_attribute_bomb(data):
        raise Unreadable(f"The page has an element with more than {MAX_ATTRIBUTES:,} attributes.")
    return data


def parse_decoded(data: bytes, url: str) -> Page:
    """What `decode` gave, as a tree. Raises Unreadable for too many elements, or none."""
    tree = _tree(_readable(data))
    if len(data) > _BYTES_OF_SMALLEST_ELEMENT * MAX_ELEMENTS and tree.xpath("count(//*)") > MAX_ELEMENTS:
        raise Unreadable(f"The page has more than {MAX_ELEMENTS:,} elements.")
    return Page(tree, url)


def _utf8(html: bytes | str, content_type: str | None) -> bytes:
    """The page in UTF-8, whatever it came in."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and not any(word in kind for word in _HTML_TYPES) and not (_is_vague(kind) and _begins_as_page(html)):
        raise Unreadable(f"The server calls this {kind[:60]}, not HTML.")
    if isinstance(html, str):
        return _encoded(html)
    if html.startswith(_BINARY_HEADS):
        raise Unreadable("This is a file of another kind, not a page.")
    return html if _is_utf8(html) else _encoded(_text(html, content_type))


def _is_vague(kind: str) -> bool:
    return kind in _VAGUE_TYPES or _TYPE.fullmatch(kind) is None


def _begins_as_page(html: bytes | str) -> bool:
    """With a doctype or <html>: text that holds tags somewhere may be about them."""
    sample = html[:_SAMPLE_BYTES]
    start = (sample if isinstance(sample, bytes) else _encoded(sample)).removeprefix(_BYTE_ORDER_MARKS[0]).lstrip()
    while end := next((end for begin, end in _BEFORE_HEAD if start.startswith(begin)), None):
        start = start.partition(end)[2].lstrip()
    return _PAGE_HEAD.match(start) is not None


def _text(html: bytes, content_type: str | None) -> str:
    """As a browser would decode it. A name that is a codec of Python's, but no charset of documents, counts as none."""
    try:
        return html_to_unicode(content_type, html, auto_detect_fun=_undeclared)[1]
    except (LookupError, UnicodeError):
        return html.decode("utf-8", "replace")


def _undeclared(html: bytes) -> str:
    """The charset of a page that names none: UTF-8 but for a few damaged bytes, else windows-1252, as browsers take it.

    https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
    """
    text = html.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return "utf-8" if sum(character > "\x7f" for character in text) >= 2 * wrong else "cp1252"


def _is_utf8(html: bytes) -> bool:
    """Plain ASCII, and valid UTF-8 with other than ASCII in it, is UTF-8, whatever header and meta say.

    Text of another charset is valid UTF-8 by chance only in a few letters; pages whose declaration was left behind
    when they were transcoded, and headers that come and go, are common. NUL means UTF-16, ESC an ISO-2022 charset.
    """
    if b"\x00" in html or b"\x1b" in html or html.startswith(_BYTE_ORDER_MARKS):
        return False
    if html.isascii():
        return True
    try:
        return len(html) - len(html.decode()) >= _ENOUGH_CONTINUATION_BYTES
    except UnicodeDecodeError:
        return False


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # lone surrogates: U+FFFD, as a browser shows them
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _readable(data: bytes) -> bytes:
    """Without what XML cannot hold, written out or as a reference: lxml would refuse it later, amid the work."""
    data = data.translate(None, _CONTROLS)
    if b"\xef\xbf" in data:
        data = _NONCHARACTERS.sub(b"", data)
    return _CONTROL_REFERENCES.sub(b"", data) if b"&#" in data else data


def _is_binary(start: bytes) -> bool:
    # NUL alone is not the mark: some pages are strewn with it.
    controls = len(start) - len(start.translate(None, _CONTROLS[1:]))
    return controls > _MAX_CONTROL_SHARE * len(start)


def _is_attribute_bomb(data: bytes) -> bool:
    """Images and drawings written into an attribute make long tags too, but not many attributes."""
    return any(
        len(_QUOTED.sub(b"", tag[0]).split()) > MAX_ATTRIBUTES
        for run in _long_runs(data)
        for tag in _LONG_TAG.finditer(run)
    )


def _long_runs(data: bytes) -> Iterator[bytes]:
    """What stands between two ends of tags, where that is long. To look for this first is a third of the work."""
    half = _LONG_TAG_BYTES // 2
    end = 0
    for start in range(0, len(data), half):  # a long run holds one such piece whole
        if start >= end and data.find(b">", start, start + half) < 0:
            after = data.find(b">", start)
            begin, end = data.rfind(b">", 0, start) + 1, after if after >= 0 else len(data)
            if end - begin > _LONG_TAG_BYTES:
                yield data[begin:end]


def _tree(data: bytes) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return lxml.html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable("The page is empty.") from error
