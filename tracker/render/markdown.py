"""Diffs and reports as Markdown to paste: ~~old~~ **new** (GitHub's flavour), nothing of the article read as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby, pairwise

from tracker.model import Change, ChangeDetail
from tracker.render.characters import whole_characters
from tracker.render.excerpt import focused, marked_sentence, quote
from tracker.render.pair import RevisionPair, notes, sum_text, when_text
from tracker.render.passages import Passage, Shape, passages
from tracker.render.pieces import Mark, Piece
from tracker.render.plain import safe_change, safe_text
from tracker.render.reports import ArticleChanges, Flap, RevisionChanges, grouped, sum_of
from tracker.render.titles import folded_title, in_short, passage_title, place_text
from tracker.render.wording import change_title

# Characters that can begin a construct anywhere in CommonMark 0.31 or in GitHub's extensions (tables, strikethrough,
# mathematics); a colon in a URL or an emoji's name, but not in a time of day.
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]|(?<!\d):(?=[/\w+-])")
# Only at the beginning of a line: lists, and underlines that make a heading.
_LINE_START = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+=]))(.)")
# GitHub makes links of these by themselves.
_BARE_LINK = re.compile(r"(?i)www(?=\.)")
_AUTOLINK = re.compile(r"https?://[^\s<>\\]+")
_SIGNS = {Mark.DELETED: "~~", Mark.INSERTED: "**", Mark.MOVED_AWAY: "*", Mark.KEPT: ""}


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of a line between two signs, or without any; never empty."""

    text: str
    sign: str = ""


def escaped(text: str) -> str:
    """The text on one line so that a Markdown reader shows it and nothing else."""
    return _at_line_start(_inline(safe_text(text)).strip())


def _inline(safe: str) -> str:
    return _BARE_LINK.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\g<0>", safe))


def _at_line_start(line: str) -> str:
    return _LINE_START.sub(r"\1\\\2", line)


def address(url: str) -> str:
    """A link where the URL is one that can be written as such."""
    return f"<{url}>" if _AUTOLINK.fullmatch(url) and safe_text(url) == url else escaped(url)


def joined(*blocks: str) -> str:
    """The blocks with an empty line between two."""
    return "\n\n".join(blocks) + "\n"


def diff_markdown(pair: RevisionPair, tz: tzinfo | None) -> str:
    """Two revisions: the facts, the fields outside the body, then what changed in the body. `tz` None: local time."""
    told = [when_text(pair, tz), *notes(pair), sum_text(pair)]
    facts = [address(pair.url), *(escaped(line) for line in told)]
    if pair.comparison.diff.coarse:
        facts.append(f"Compared coarsely: {escaped(pair.comparison.diff.coarse)}")
    return joined(
        f"# {escaped(pair.headline)}",
        "  \n".join(facts),
        *(f"**{change_title(change)}**  \n{line_of(marked_sentence(change))}" for change in pair.field_changes),
        *_body(pair),
    )


def _body(pair: RevisionPair) -> Iterator[str]:
    stream = passages(pair.comparison.diff, pair.comparison.changes)
    for is_kept, group in groupby(stream, key=lambda passage: passage.shape is Shape.KEPT):
        run = tuple(group)
        if is_kept:
            yield f"*{folded_title(len(run))}*"
        else:
            yield from map(_passage, run)


def _passage(passage: Passage) -> str:
    title = f"{place_text(passage)} **{escaped(passage_title(passage))}**"
    if passage.shape is Shape.MOVED_AWAY:
        return f"{title}: {escaped(quote(''.join(piece.text for piece in passage.pieces)))}"
    return f"{title}  \n{line_of(focused(in_short(passage)))}"


def report_markdown(details: Iterable[ChangeDetail], tz: tzinfo | None) -> str:
    """Changes of many articles, by article and revision, most telling first."""
    articles = grouped(details)
    if not articles:
        return "No changes.\n"
    return joined(*(part for article in articles for part in _article(article, tz)), sum_of(articles))


def _article(article: ArticleChanges, tz: tzinfo | None) -> Iterator[str]:
    yield f"## {escaped(article.headline or article.url)}"
    yield address(article.url)
    for part in article.parts:
        yield from _part(part, tz)


def _part(part: RevisionChanges | Flap, tz: tzinfo | None) -> Iterator[str]:
    yield escaped(part.title(tz))
    yield "\n".join(_item(detail.change) for detail in part.details)


def _item(change: Change) -> str:
    return f"- **{change_title(change)}:** {line_of(marked_sentence(change))}"


def line_of(pieces: Iterable[Piece]) -> str:
    """The pieces on one line, each changed one between its signs."""
    runs = [run for piece in whole_characters(pieces) for run in _runs(piece)]
    line = ""
    for before, run in pairwise([_Run(" "), *runs]):
        line += f"{_gap(before, run)}{run.sign}{run.text}{run.sign}"
    return _at_line_start(line.strip())


def _runs(piece: Piece) -> Iterator[_Run]:
    """Signs hold only next to a character, so white space at the ends stands outside."""
    sign = _SIGNS[piece.mark]
    shown = _inline(_shown(piece))
    inner = shown.strip()
    if not sign or not inner:
        if shown:
            yield _Run(shown)
        return
    at = shown.index(inner)
    yield from (run for run in (_Run(shown[:at]), _Run(inner, sign), _Run(shown[at + len(inner) :])) if run.text)


def _shown(piece: Piece) -> str:
    if piece.mark is Mark.MOVED_AWAY:
        return f"(moved away: {safe_text(quote(piece.text))})"
    return safe_text(piece.text) if piece.mark is Mark.KEPT else safe_change(piece.text)


def _gap(left: _Run, right: _Run) -> str:
    """A space where a sign would not work without: CommonMark 0.31, 6.2, left- and right-flanking runs."""
    if left.sign and right.sign:
        return " "
    fails = (left.sign and _is_punctuation(left.text[-1]) and _is_word(right.text[0])) or (
        right.sign and _is_punctuation(right.text[0]) and _is_word(left.text[-1])
    )
    return " " if fails else ""


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_word(character: str) -> bool:
    return not character.isspace() and not _is_punctuation(character)
