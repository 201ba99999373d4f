"""Pages made to hang or swell whoever reads them, each read in the sandbox as the check cycle does.

    python benchmarks/hostile_pages.py      (also a part of benchmarks/attacks.py)

A page is survived when its reading ends by itself or is ended at the limit, and the ordinary page after it is read.
"""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tracker.errors import SandboxFailed
from tracker.extract.examining import Answer, Examination, examine
from tracker.sandbox import MEMORY_BYTES, Sandbox

LIMIT_S = 5.0
LATE_S = 0.25  # to notice, to kill, to start anew
_PROSE = b"<p>The council met on Thursday to decide whether it can find the 90,000 crowns that a ferry would cost.</p>"
_URL = "https://www.example.com/islands/night-ferry"


def page(body: bytes, head: bytes = b"") -> bytes:
    title = b"<title>Night ferry stops</title>"
    return (
        b"<!doctype html><html lang=en><head>"
        + title
        + head
        + b"</head><body><article><h1>Night ferry stops</h1>"
        + _PROSE * 4
        + body
        + b"</article></body></html>"
    )


def json_ld(text: bytes) -> bytes:
    return b'<script type="application/ld+json">' + text + b"</script>"


def hostile_pages() -> Mapping[str, bytes]:
    article = b'{"@type": "NewsArticle", "headline": "x", "datePublished": "2026-01-01"}'
    noise = random.Random(1).randbytes(3_000_000)
    attributes = b" ".join(b"a%d=1" % number for number in range(40_000))
    entities = b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return {
        "100,000 boxes in each other": page(b"<div>" * 100_000),
        "20,000 lists in each other": page(b"<ul><li>" * 20_000),
        "5,000 tables in each other": page(b"<table><tr><td>" * 5_000),
        "misnested formatting": page(b"<a><b><i><u>" * 2_000 + b"<p>" * 2_000 + b"</a></b></i></u>" * 2_000),
        "20 MB of paragraphs": page(_PROSE * 200_000),
        "7 MB of paragraphs": page(_PROSE * 60_000),
        "7 MB in one paragraph": page(b"<p>" + b"word " * 1_400_000),
        "100,000 equal paragraphs": page(b"<p>same</p>" * 100_000),
        "190,000 elements": page(b"<p>x</p>" * 190_000),
        "2,000,000 elements": page(b"<b>" * 2_000_000),
        "table of 90,000 cells": page(b"<table>" + (b"<tr>" + b"<td>cell</td>" * 10) * 9_000),
        "150,000 line breaks": page(b"<p>" + b"a<br>" * 150_000),
        "40,000 attributes on one element": page(b"<p " + attributes + b">x</p>"),
        "900 attributes on 700 elements": page((b"<p " + attributes[:6_000] + b">x</p>") * 700),
        "class of 3.5 MB": page(b'<div class="' + b"author " * 500_000 + b'">x</div>'),
        "100,000 author boxes": page(b'<div class="article-author byline">x</div>' * 100_000),
        "50,000 fields for mail": page(b"<input type=email>" * 50_000),
        "100,000 headings": page(b"<h1>a - b</h1>" * 100_000),
        "headline of 4 MB": page(b"<h1>" + b"a - " * 1_000_000 + b"</h1>"),
        "author of 4 MB": page(b"", b'<meta name="author" content="x@' + b"a" * 4_000_000 + b'">'),
        "3 MB of digits": page(b"<p>" + b"1" * 3_000_000),
        "200,000 dates": page(b"<p>" + b"12 January " * 200_000),
        "JSON-LD, 2,000,000 deep": page(json_ld(b"[" * 2_000_000)),
        "JSON-LD, 90,000 articles": page(json_ld(b"[" + article + b"," + (article + b",") * 90_000 + article + b"]")),
        "JSON-LD, a number of 4 MB": page(json_ld(b'{"@type": "Article", "wordCount": ' + b"9" * 4_000_000 + b"}")),
        "1,500,000 character references": page(b"<p>" + b"&#38;" * 1_500_000),
        "entities of entities": entities + page(b"&b;" * 100_000),
        "5,000,000 ampersands": page(b"<p>" + b"&" * 5_000_000),
        "5,000,000 open brackets": page(b"<p>" + b"<" * 5_000_000),
        "unclosed comments": page(b"<!--" * 1_500_000),
        "null bytes between all letters": b"\0".join(bytes((byte,)) for byte in page(b"")),
        "4 MB of null bytes": page(b"\0" * 4_000_000),
        "binary data": noise,
        "binary data in a page": page(noise),
        "PDF": b"%PDF-1.7 " + noise,
        "gzip in place of a page": gzip.compress(page(b"x" * 7_000_000)),
        "UTF-16": page(_PROSE * 5_000).decode().encode("utf-16"),
        "charset idna": page(b"\xff" * 300_000, b"<meta charset=idna>"),
        "charset punycode": page(b"a-" * 300_000 + b"\xff", b"<meta charset=punycode>"),
        "charset utf-7": page(b"+ADw-" * 500_000 + b"\xff", b"<meta charset=utf-7>"),
    }


@dataclass(frozen=True)
class Survival:
    came_to: str
    seconds: float
    is_next_read: bool

    @property
    def is_well(self) -> bool:
        return self.is_next_read and self.seconds <= LIMIT_S + LATE_S


def read(sandbox: Sandbox, body: bytes) -> Examination:
    return sandbox.run(examine, Answer(_URL, _URL, 200, "text/html", body), None, None)


def suffer(sandbox: Sandbox, body: bytes) -> Survival:
    began_s = time.monotonic()
    try:
        seen = read(sandbox, body)
        came_to = seen.problem or f"{len(seen.extract.paragraphs) if seen.extract else 0} paragraphs"
    except SandboxFailed as failure:
        came_to = str(failure)
    seconds = time.monotonic() - began_s
    after = read(sandbox, page(b"")).extract
    return Survival(came_to, seconds, after is not None and len(after.paragraphs) > 0)


def page_table() -> tuple[Table, int]:
    """The table, and how many pages were not survived."""
    title = f"hostile pages: limit {LIMIT_S:g} s, {MEMORY_BYTES // 1024**2} MB"
    table = Table("page", "MB", "survived", "seconds", "came to", title=title)
    losses = 0
    with Sandbox(1, LIMIT_S, preload=("tracker.extract.examining",)) as sandbox:
        read(sandbox, page(b""))  # what is loaded on first use
        for name, body in hostile_pages().items():
            result = suffer(sandbox, body)
            losses += not result.is_well
            size, told = f"{len(body) / 1e6:.1f}", escape(result.came_to)
            table.add_row(escape(name), size, "yes" if result.is_well else "NO", f"{result.seconds:.2f}", told)
    return table, losses


if __name__ == "__main__":
    shown, lost = page_table()
    Console(width=130).print(shown)
    raise SystemExit(1 if lost else 0)
