"""Where a paragraph's sentences start and end. A local rule: no model, no dictionary, a few microseconds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from tracker.diff.tokens import JOINING, NOT_PLAIN

Span = tuple[int, int]

# An end mark, closing quotes and brackets, space, and then something a sentence can begin with.
_PLAIN_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(\s+)(?=[\"'“‘«(\[]*[^\Wa-z_]|[\"'“‘«(\[$£€#@•*–—-])")
# Chinese and Japanese end marks need no space; danda (Hindi), Arabic, Armenian, Ethiopic and Burmese marks do.
_ANY_END = regex.compile(
    rf"(?:[.!?…؟۔।॥։።၊။]+[\"'”’»)\]]*(\s+)(?![\p{{Ll}}{JOINING}])(?=.))|[。！？｡]+[」』”’）]*()(?![{JOINING}])"
)
# Words that carry a full stop inside a sentence, in the larger European languages of news.
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:[A-Z]|[A-Z](?:\.[A-Z])+|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Rev|Hon|Pres|Adm"
    r"|Cmdr|Jr|Sr|Messrs|vs|v|Fig|Ph\.D|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Ave|Blvd|Mt|Ft"
    r"|approx|ca|cf|e\.g|i\.e|Nr|bzw|z\.B|M|Mme|Mlle|Sr|Sra|Dra|Dña|etc)\.$"
)
_LONGEST_ABBREVIATION = 10


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, space between them left out."""
    return list(sentences(text, start, end))


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The same, one by one."""
    pattern = _PLAIN_END if text.isascii() or NOT_PLAIN.search(text, start, end) is None else _ANY_END
    at = start
    for match in pattern.finditer(text, start, end):
        stop = match.start(1) if match.start(1) >= 0 else match.end()
        if text[match.start()] == "." and _ABBREVIATION.search(
            text, max(at, match.start() - _LONGEST_ABBREVIATION), match.start() + 1
        ):
            continue
        if stop > at:
            yield at, stop
        at = match.end()
    if at < end:
        yield at, end
