"""Where a paragraph's sentences start and end. A local rule: no model, no dictionary, a few microseconds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from tracker.diff.kept import Span
from tracker.diff.tokens import JOINING, NOT_PLAIN

# An end mark, closing quotes and brackets, space, and then something a sentence can begin with. The first mark stands
# apart: `re` looks for one of a set of characters twice as fast as for a repetition.
_PLAIN_END = re.compile(r"[.!?…][.!?…]*[\"'”’»)\]]*(\s+)(?=[\"'“‘«(\[]*[^\Wa-z_]|[\"'“‘«(\[$£€#@•*–—-])")
# Chinese and Japanese end marks need no space; danda (Hindi), Arabic, Armenian, Ethiopic and Burmese marks do.
_ANY_END = regex.compile(
    rf"(?:[.!?…؟۔।॥։።၊။]+[\"'”’»)\]]*(\s+)(?![\p{{Ll}}{JOINING}])(?=.))|[。！？｡]+[」』”’）]*()(?![{JOINING}])"
)
# Words that carry a full stop inside a sentence, in the larger European languages of news.
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:[A-Z]|[A-Z](?:\.[A-Z])+|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Rev|Hon|Pres|Adm"
    r"|Cmdr|Jr|Sr|Messrs|vs|v|Fig|Ph\.D|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Ave|Blvd|Mt|Ft"
    r"|approx|ca|cf|e\.g|i\.e|Nr|bzw|z\.B|Mme|Mlle|Sra|Dra|Dña|etc)\.$"
)
_LONGEST_ABBREVIATION = 10  # characters looked back over: the longest above are seven, and the one before them counts


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Spans of the sentences in `text[start:end]`, space between them left out."""
    return list(_sentences(text, start, end))


def sentence_to(text: str, at: int) -> Span:
    """The first sentence of the text that does not end before `at`."""
    for span in _sentences(text, 0, len(text)):
        if span[1] >= at:
            return span
    return len(text), len(text)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
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
