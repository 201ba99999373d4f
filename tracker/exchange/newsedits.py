"""The layout of the NewsEdits corpus: versions, their sentences, and how those of neighbours match.

    entryversion         one row a version
    split_sentences      one row a sentence
    matched_sentences    one row a pair of sentences, and one a sentence that has no partner
    doc_level_stats      one row a pair of neighbouring versions

Tables and columns are those that the corpus has; `source` and `reread_of_version` in `entryversion` are added.
Versions count from 0, sentences too. Which sentences match is told by our own diff; a distance is the share of a
sentence's words that its partner does not have in the same order, from 0 (the same) to 1.
"""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rapidfuzz.distance import LCSseq

from tracker.diff.engine import diff
from tracker.diff.sentences import split_sentences
from tracker.model import CellValue, Diff, Revision

Cells: TypeAlias = tuple[CellValue, ...]

ENTRY_VERSION = "entryversion"
SPLIT_SENTENCES = "split_sentences"
MATCHED_SENTENCES = "matched_sentences"
DOC_LEVEL_STATS = "doc_level_stats"

TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    ENTRY_VERSION: (
        ("id", "INTEGER PRIMARY KEY"),
        ("entry_id", "INTEGER NOT NULL"),
        ("version", "INTEGER NOT NULL"),
        ("title", "TEXT"),
        ("summary", "TEXT NOT NULL"),
        ("url", "TEXT NOT NULL"),
        ("created", "TEXT NOT NULL"),
        ("archive_url", "TEXT"),
        ("num_versions", "INTEGER NOT NULL"),
        ("source", "TEXT NOT NULL"),
        ("reread_of_version", "INTEGER"),
    ),
    SPLIT_SENTENCES: (
        ("entry_id", "INTEGER NOT NULL"),
        ("version", "INTEGER NOT NULL"),
        ("sent_idx", "INTEGER NOT NULL"),
        ("sentence", "TEXT NOT NULL"),
    ),
    MATCHED_SENTENCES: (
        ("entry_id", "INTEGER NOT NULL"),
        ("version_x", "INTEGER NOT NULL"),
        ("version_y", "INTEGER NOT NULL"),
        ("sent_idx_x", "INTEGER"),
        ("sent_idx_y", "INTEGER"),
        ("avg_sentence_distance_x", "REAL"),
        ("avg_sentence_distance_y", "REAL"),
    ),
    DOC_LEVEL_STATS: (
        ("entry_id", "INTEGER NOT NULL"),
        ("version_x", "INTEGER NOT NULL"),
        ("version_y", "INTEGER NOT NULL"),
        ("mean x dist", "REAL"),
        ("mean y dist", "REAL"),
        ("num_unchanged", "INTEGER NOT NULL"),
        ("num_edited_x", "INTEGER NOT NULL"),
        ("num_edited_y", "INTEGER NOT NULL"),
        ("num_deleted", "INTEGER NOT NULL"),
        ("num_added", "INTEGER NOT NULL"),
        ("num_merged", "INTEGER NOT NULL"),
        ("num_split", "INTEGER NOT NULL"),
        ("num_sentences_x", "INTEGER NOT NULL"),
        ("num_sentences_y", "INTEGER NOT NULL"),
        ("num_refactors", "INTEGER NOT NULL"),
        ("mean_dist_overall", "REAL"),
    ),
}
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    ENTRY_VERSION: (("entry_id", "version"),),
    SPLIT_SENTENCES: (("entry_id", "version"),),
    MATCHED_SENTENCES: (("entry_id", "version_x"),),
    DOC_LEVEL_STATS: (("entry_id", "version_x"),),
}

# Sentences are partners when so much of the shorter one was kept: a half, so that no third has as good a claim.
_KEPT_SHARE = 0.5
# Below this a sentence counts as unchanged; where the corpus's own labels draw the line.
_UNCHANGED = 0.01


@dataclass(frozen=True, slots=True)
class EntryArticle:
    """What its versions tell of their article. `source` is its host."""

    url: str
    source: str
    version_count: int


@dataclass(frozen=True, slots=True)
class Sentences:
    """A text cut into sentences, with their places in it."""

    text: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, paragraphs: Sequence[str]) -> Sentences:
        """Of a body's paragraphs: no sentence reaches from one into the next."""
        spans: list[tuple[int, int]] = []
        at = 0
        text = "\n\n".join(paragraphs)
        for paragraph in paragraphs:
            spans += split_sentences(text, at, at + len(paragraph))
            at += len(paragraph) + len("\n\n")
        return cls(text, tuple(spans))

    def sentence(self, number: int) -> str:
        start, end = self.spans[number]
        return self.text[start:end]

    def touched(self, start: int, end: int) -> range:
        """The numbers of the sentences that have a character in `text[start:end]`."""
        first = bisect_right(self.spans, start, key=lambda span: span[1])
        return range(first, max(first, bisect_left(self.spans, end, key=lambda span: span[0])))


@dataclass(frozen=True, slots=True)
class Link:
    """Two sentences that are taken for one, and how far apart they are, from each side."""

    x: int
    y: int
    distance_x: float
    distance_y: float


def rows_of(
    article: EntryArticle, revisions: Iterable[Revision], is_wanted: Callable[[Revision], bool]
) -> Iterator[tuple[str, Cells]]:
    """Every row of one article, each with the name of its table, of those `revisions` that are wanted.

    A page that was only read anew is a version with `reread_of_version`; nothing is matched between its two readings,
    because nobody edited anything there.
    """
    older, before = None, Sentences.of(())
    for newer in revisions:
        if not is_wanted(newer):
            older = None
            continue
        sentences = Sentences.of(newer.extract.paragraphs)
        yield ENTRY_VERSION, _entry_version(article, newer)
        yield from _split(newer, sentences)
        if older is not None and newer.reread_of_number is None:
            yield from _pair(older, newer, before, sentences)
        older, before = newer, sentences


def _entry_version(article: EntryArticle, revision: Revision) -> Cells:
    paragraphs = "</p><p>".join(html.escape(text, quote=False) for text in revision.extract.paragraphs)
    return (
        revision.revision_id,
        revision.article_id,
        revision.number - 1,
        revision.extract.headline,
        f"<p>{paragraphs}</p>" if paragraphs else "",
        article.url,
        revision.first_seen_at.strftime("%Y-%m-%d %H:%M:%S"),
        None,
        article.version_count,
        article.source,
        None if revision.reread_of_number is None else revision.reread_of_number - 1,
    )


def _split(revision: Revision, sentences: Sentences) -> Iterator[tuple[str, Cells]]:
    for number in range(len(sentences.spans)):
        yield SPLIT_SENTENCES, (revision.article_id, revision.number - 1, number, sentences.sentence(number))


def _pair(older: Revision, newer: Revision, x: Sentences, y: Sentences) -> Iterator[tuple[str, Cells]]:
    links = links_between(x, y)
    key = (older.article_id, older.number - 1, newer.number - 1)
    for link in links:
        yield MATCHED_SENTENCES, (*key, link.x, link.y, link.distance_x, link.distance_y)
    deleted = sorted(set(range(len(x.spans))) - {link.x for link in links})
    added = sorted(set(range(len(y.spans))) - {link.y for link in links})
    yield from ((MATCHED_SENTENCES, (*key, number, None, None, None)) for number in deleted)
    yield from ((MATCHED_SENTENCES, (*key, None, number, None, None)) for number in added)
    yield DOC_LEVEL_STATS, (*key, *_stats(x, y, links, len(deleted), len(added)))


def links_between(x: Sentences, y: Sentences) -> tuple[Link, ...]:
    """By the diff of the two texts: what was kept or moved, and what it matched though it was rewritten."""
    difference = diff(x.text, y.text)
    shared: dict[tuple[int, int], int] = {}
    for start, end, new_start in _kept(difference):
        for here in x.touched(start, end):
            _share(shared, x, y, here, (start, end, new_start))
    pairs = {pair for pair, size in shared.items() if size >= _KEPT_SHARE * _shorter(x, y, pair)}
    pairs |= _rewritten(difference, x, y)
    return tuple(_link(x, y, pair) for pair in sorted(pairs))


def _share(
    shared: dict[tuple[int, int], int], x: Sentences, y: Sentences, here: int, kept: tuple[int, int, int]
) -> None:
    """Add how many characters of sentence `here` lie, kept, in each sentence of the other side."""
    start, end, new_start = kept
    begin, stop = max(start, x.spans[here][0]), min(end, x.spans[here][1])
    shift = new_start - start
    for there in y.touched(begin + shift, stop + shift):
        size = min(stop + shift, y.spans[there][1]) - max(begin + shift, y.spans[there][0])
        shared[here, there] = shared.get((here, there), 0) + max(size, 0)


def _kept(difference: Diff) -> Iterator[tuple[int, int, int]]:
    """Stretches that both texts have: where in the old one, and where the new one has it; moved ones too."""
    for hunks, (old_at, new_at), old_end in (
        (difference.hunks, (0, 0), len(difference.old)),
        *((move.hunks, (move.old_start, move.new_start), move.old_end) for move in difference.moves),
    ):
        old, new = old_at, new_at
        for hunk in hunks:
            if hunk.old_start > old:
                yield old, hunk.old_start, new
            old, new = hunk.old_end, hunk.new_end
        if old_end > old:
            yield old, old_end, new


def _rewritten(difference: Diff, x: Sentences, y: Sentences) -> set[tuple[int, int]]:
    """What was matched as sentence to sentence, also one to two and two to one."""
    return {
        (here, there)
        for unit in difference.units
        if unit.level == "sentence" and unit.old_count and unit.new_count
        for here in x.touched(unit.old_start, unit.old_end)
        for there in y.touched(unit.new_start, unit.new_end)
    }


def _shorter(x: Sentences, y: Sentences, pair: tuple[int, int]) -> int:
    return min(len(x.sentence(pair[0])), len(y.sentence(pair[1])))


def _link(x: Sentences, y: Sentences, pair: tuple[int, int]) -> Link:
    here, there = x.sentence(pair[0]).split(), y.sentence(pair[1]).split()
    common = LCSseq.similarity(here, there)
    return Link(*pair, 1 - common / len(here) if here else 0.0, 1 - common / len(there) if there else 0.0)


def _stats(x: Sentences, y: Sentences, links: Sequence[Link], deleted: int, added: int) -> Cells:
    unchanged = sum(max(link.distance_x, link.distance_y) <= _UNCHANGED for link in links)
    mean_x = _mean([link.distance_x for link in links])
    mean_y = _mean([link.distance_y for link in links])
    return (
        mean_x,
        mean_y,
        unchanged,
        len(x.spans) - deleted - unchanged,
        len(y.spans) - added - unchanged,
        deleted,
        added,
        _shared(link.y for link in links),
        _shared(link.x for link in links),
        len(x.spans),
        len(y.spans),
        _crossing(links),
        None if mean_x is None or mean_y is None else (mean_x + mean_y) / 2,
    )


def _shared(numbers: Iterable[int]) -> int:
    """How many sentences have more than one partner."""
    return sum(partners > 1 for partners in Counter(numbers).values())


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _crossing(links: Sequence[Link]) -> int:
    """How many links must go for no two to cross: sentences that stand elsewhere now."""
    tops: list[int] = []  # of the longest runs in order, by their length
    for link in links:
        at = bisect_right(tops, link.y)
        tops[at : at + 1] = [link.y]
    return len(links) - len(tops)
