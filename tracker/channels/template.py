"""Wording with places to fill in: `{headline}: {before} -> {after}`. A brace itself is written twice."""

from __future__ import annotations

import difflib
import string
from collections.abc import Mapping
from dataclasses import dataclass

# Those of `changes_detail` that say something to a reader, and `title`: kind and flags in words, as reports have them.
CHANGE_FIELDS = (
    "headline",
    "url",
    "host",
    "article_id",
    "change_id",
    "from_number",
    "to_number",
    "changed_after",
    "changed_before",
    "field",
    "kind",
    "operation",
    "before",
    "after",
    "sentence_before",
    "sentence_after",
    "in_quotation",
    "in_attribution",
    "confidence",
    "title",
    "alike_count",
)
NOTICE_FIELDS = (
    "channel",
    "change_count",
    "article_count",
    "host_count",
    "hosts",
    "headline",
    "url",
    "kinds",
    "made_at",
    "notice_id",
)


@dataclass(frozen=True, slots=True)
class Template:
    """`pieces`: some text, then the field that follows it; None: nothing does."""

    pieces: tuple[tuple[str, str | None], ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """`values` holds every field."""
        return "".join(text + ("" if name is None else values[name]) for text, name in self.pieces)


def parse_template(text: str, fields: tuple[str, ...]) -> Template:
    """Raises ValueError with what is wrong with it."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError("a brace stands alone; a brace that is meant as such is written twice") from None
    for _, name, form, conversion in parsed:
        if name is None:
            continue
        if form or conversion:
            raise ValueError(f"{{{name}}} takes no form behind ':' or '!'")
        if name not in fields:
            raise ValueError(f"{{{name}}} is nothing that can be filled in{_nearest(name, fields)}")
    return Template(tuple((literal, name) for literal, name, _, _ in parsed))


def _nearest(name: str, fields: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
    return f"; did you mean {{{near[0]}}}?" if near else f"; known are {', '.join(fields)}"
