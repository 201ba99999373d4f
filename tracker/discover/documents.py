"""From the bytes of an answer to clean UTF-8 in pieces: unpacked, decoded, bounded, and without a prologue.

The prologue (XML declaration, comments, document type) never reaches a parser: the text is transcoded, so its declared
encoding no longer holds, and without a document type there are no entities to expand or to fetch.
"""

from __future__ import annotations

import codecs
import html.entities
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from w3lib.encoding import html_to_unicode

# Sitemaps may have 50 MB (52,428,800 bytes) unpacked, says sitemaps.org; nothing else that is read here is larger.
MAX_DOCUMENT_BYTES = 52_428_800
_PIECE_BYTES = 65_536

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 47  # zlib's `wbits` for "detect either header"

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # not allowed in XML 1.0, and in no text
_PROLOGUE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)+", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_HTML_ROOTS = frozenset({"html", "head", "body", "div", "p", "meta", "title", "script"})
_KNOWN_ROOT = re.compile(r"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)[\s>]", re.IGNORECASE)

# Named characters of HTML, which feeds use without declaring them. What XML needs escaped stays so.
_CHARACTERS = {
    name: character for name, character in html.entities.entitydefs.items() if name not in ("amp", "lt", "gt", "quot")
}
_REFERENCE = re.compile(r"&(?:#[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|#0*5[5-7]\d{3}|([A-Za-z][A-Za-z0-9]{1,7}));")
_LONGEST_REFERENCE = (
    12  # characters: ten for the longest name in the pattern above, and some for a number with zeros before it
)

# Markup of HTML that stands unescaped in ill-formed feeds, and unbalances them.
_STRAY = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|em|font|h[1-6]|hr|i|img|li|ol|p|small|span|strong|su[bp]|u|ul)(?![\w:.-])[^<>]*>",
    re.IGNORECASE,
)

# Python's codecs that are no encoding of documents; punycode is also quadratic.
_NOT_OF_DOCUMENTS = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"})

# How far a server's warnings may push a feed down.
_JUNK_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Document:
    """A body made readable. `root` is the first element's name in lower case; empty: there is no markup."""

    head: str  # the first 64 kB or so, from the root element on
    root: str
    rest: Iterator[str]

    @property
    def is_html(self) -> bool:
        return self.root in _HTML_ROOTS

    @property
    def is_json(self) -> bool:
        return not self.root and self.head.lstrip()[:1] == "{"

    def text(self) -> str:
        """All of it. Consumes `rest`."""
        return self.head + "".join(self.rest)

    def pieces(self, *, is_stray_markup_kept: bool = True) -> Iterator[bytes]:
        """All of it as UTF-8, for a parser that is fed: named characters resolved. Consumes `rest`."""
        held = ""
        for piece in itertools.chain((self.head,), self.rest):
            text = held + piece
            cut = _safe_cut(text)
            held = text[cut:]
            whole = text[:cut] if is_stray_markup_kept else _STRAY.sub(" ", text[:cut])
            yield _REFERENCE.sub(_character, whole).encode("utf-8", "replace")
        if held:
            yield held.encode("utf-8", "replace")


def open_document(body: bytes, content_type: str | None) -> Document:
    """Body and `Content-Type` as they came. The encoding is the browsers' choice: BOM, header, declaration, UTF-8."""
    unpacked = _unpacked(body)
    first = next(unpacked, b"")
    decoder = codecs.getincrementaldecoder(_encoding(first, content_type))("replace")
    head = _from_root(_cleaned(decoder.decode(first)).removeprefix("\ufeff"))
    root = _ROOT.match(head)
    rest = (_cleaned(decoder.decode(piece)) for piece in unpacked)
    return Document(head, root[1].lower() if root else "", rest)


def _unpacked(body: bytes) -> Iterator[bytes]:
    """Pieces of at most 64 kB, MAX_DOCUMENT_BYTES in all; what stands before a fault in a gzip file is kept."""
    if not body.startswith(_GZIP_MAGIC):
        view = body[:MAX_DOCUMENT_BYTES]
        yield from (view[start : start + _PIECE_BYTES] for start in range(0, len(view), _PIECE_BYTES))
        return
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    given, total = body, 0
    while given and total < MAX_DOCUMENT_BYTES:
        try:
            piece = unpacker.decompress(given, _PIECE_BYTES)
        except zlib.error:
            return
        given, total = unpacker.unconsumed_tail, total + len(piece)
        if piece:
            yield piece


def _encoding(first: bytes, content_type: str | None) -> str:
    try:
        name = codecs.lookup(html_to_unicode(content_type, first, auto_detect_fun=_detected)[0]).name
    except (LookupError, UnicodeError):  # names such as "hex" and "undefined", which are codecs but not of text
        return "utf-8"
    return "utf-8" if name in _NOT_OF_DOCUMENTS else name


def _detected(first: bytes) -> str:
    """UTF-8 if it is that (a piece may end inside a character); else what most undeclared pages are."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _cleaned(text: str) -> str:
    return _UNWANTED.sub("", text)


def _from_root(text: str) -> str:
    """Without the prologue; also without a server's error messages before it."""
    prologue = _PROLOGUE.match(text)
    rest = text[prologue.end() :] if prologue else text
    root = _ROOT.match(rest)
    if root and root[1].lower() in ("html", "head", "body"):
        return rest
    known = _KNOWN_ROOT.search(rest, 0, _JUNK_CHARACTERS)
    return rest[known.start() :] if known else rest


def _safe_cut(text: str) -> int:
    """Where to cut so that no character reference is split."""
    start = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE))
    return len(text) if start < 0 or ";" in text[start:] else start


def _character(found: re.Match[str]) -> str:
    """References to surrogates, which stand for nothing, go; lxml would raise for them."""
    return _CHARACTERS.get(found[1], found[0]) if found[1] else ""
