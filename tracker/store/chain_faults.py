"""The part of verifying that follows every chain: what was altered or taken out since it was written down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tracker.chain import ArticleFacts, article_text, capture_lines, revision_lines, sha256_of
from tracker.store.chain_items import Fold, FoldNote, Given, Look, items
from tracker.store.chaining import ARTICLE_FACTS
from tracker.store.records import Fault
from tracker.store.walking import Walk

_ARTICLES = f"""
SELECT {", ".join(f"articles.{name}" for name in ARTICLE_FACTS.split(", "))}, start_sha256, link_sha256
FROM articles LEFT JOIN _chain_heads ON _chain_heads.article_id = articles.article_id
"""  # noqa: S608 - only constants are put in

_UNTOLD = (
    ("captures", "SELECT capture_id FROM captures WHERE capture_id NOT IN (SELECT capture_id FROM _capture_digests)"),
    (
        "revisions",
        "SELECT revision_id FROM revisions WHERE revision_id NOT IN (SELECT revision_id FROM _revision_digests)",
    ),
)

# No entry tells of numbers, because an imported look may move them.
_MISNUMBERED = """
SELECT revision_id FROM (
    SELECT revision_id, number, row_number() OVER (PARTITION BY article_id ORDER BY number) AS place
    FROM revisions WHERE number IS NOT NULL
)
WHERE number <> place
"""


def chain_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    for *article, start, end in raw.execute(_ARTICLES):
        yield from _follow(raw, walk, ArticleFacts(*article), start, end)
    for table, sql in _UNTOLD:
        for (row_id,) in raw.execute(sql):
            yield Fault(table, row_id, "no look is recorded that gave it")
    for (revision_id,) in raw.execute(_MISNUMBERED):
        yield Fault("revisions", revision_id, "its number is not its place among those of its article")


def _follow(
    raw: sqlite3.Connection, walk: Walk, article: ArticleFacts, start: str | None, end: str | None
) -> Iterator[Fault]:
    """One chain, from its start to its end as they are recorded. None: none is, as if there had been no look."""
    begun = sha256_of(article_text(article))
    if start not in (None, begun):
        yield Fault("articles", article.article_id, "it is not as it was when its chain began")
    chain = _Chain((begun,) if start is None else _apart(start, begun))
    is_empty = True
    for item in walk.over(items(raw, article.article_id)):
        is_empty = False
        yield from chain.follow(item)
    if not is_empty and end is None:
        yield Fault("_chain_heads", article.article_id, "the chain of the article has looks, but no start and no end")
    elif end is not None and end not in chain.hashes:
        what = "the chain of the article does not end where it did: its last look was taken out, or one put in"
        yield Fault("_chain_heads", article.article_id, what)


class _Chain:
    """Where a chain stands after the items followed so far."""

    def __init__(self, hashes: tuple[str, ...]) -> None:
        # What the next entry may name as the one before it: the hash as recorded and, where that was altered, the one
        # that it should be. One altered row is then one fault, and the next entry none.
        self.hashes = hashes
        self._last_check_id = 0

    def follow(self, item: object) -> Iterator[Fault]:
        if isinstance(item, Fold):
            yield from self._follow_fold(item)
        elif isinstance(item, Look) and item.fold is not None:
            yield from self._follow_folded(item, item.fold)
        elif isinstance(item, Look):
            yield from self._follow_look(item)
        if isinstance(item, Look):
            self._last_check_id = item.check.check_id

    def _follow_look(self, look: Look) -> Iterator[Fault]:
        told = [sha256_of(look.text(previous)) for previous in self.hashes]
        if look.link in told and look.look_count == 1 and look.first_checked_at is None:
            yield from _digest_faults(look)
        else:
            yield from _blame(look)
        self.hashes = _apart(look.link, *told)

    def _follow_folded(self, look: Look, note: FoldNote) -> Iterator[Fault]:
        """The row itself is told of by an entry further on."""
        if note.before not in self.hashes:
            yield Fault("checks", look.check.check_id, "the look before it was taken out, or it was moved")
        self.hashes = _apart(look.link, note.last)

    def _follow_fold(self, fold: Fold) -> Iterator[Fault]:
        told = [sha256_of(text) for previous in self.hashes if (text := fold.text(previous)) is not None]
        if fold.folded is None:
            yield Fault("checks", fold.note.check_id, "looks were folded into it, and it is not there any more")
        elif fold.link not in told or fold.folded.link != fold.note.last:
            yield Fault("checks", fold.note.check_id, "it is not as it was when looks were folded into it")
        elif fold.note.after_check_id != self._last_check_id:
            what = f"the entry of the folding into check {fold.note.check_id} was put somewhere else"
            yield Fault("_chain_folds", None, what)
        self.hashes = _apart(fold.link, *told)


def _apart(*hashes: str) -> tuple[str, ...]:
    """Each once. An entry that is as recorded leaves one."""
    return tuple(dict.fromkeys(hashes))


def _blame(look: Look) -> Iterator[Fault]:
    """The entry does not have its hash: because of a row that it tells of, else of the look's own."""
    blamed = [*_blamed_capture(look), *(fault for each in look.given for fault in _blamed_revision(each))]
    if not blamed:
        what = (
            "its entry in the chain does not have the recorded SHA-256: it was altered, or the look before it taken out"
        )
        blamed.append(Fault("checks", look.check.check_id, what))
    yield from blamed


def _blamed_capture(look: Look) -> Iterator[Fault]:
    if look.capture is None:
        if look.check.capture_id is not None:
            yield Fault("captures", look.check.capture_id, "it is not there any more")
    elif sha256_of(capture_lines(look.capture)) != look.capture_digest:
        yield Fault("captures", look.check.capture_id, "it is not as it was when its look was written down")


def _blamed_revision(given: Given) -> Iterator[Fault]:
    if given.facts is None:
        yield Fault("revisions", given.revision_id, "it is not there any more")
    elif sha256_of(revision_lines(given.facts)) != given.digest:
        yield Fault("revisions", given.revision_id, "it is not as it was when its look was written down")


def _digest_faults(look: Look) -> Iterator[Fault]:
    """Of rows that are as they were."""
    if look.capture is not None and sha256_of(capture_lines(look.capture)) != look.capture_digest:
        yield Fault("_capture_digests", look.check.capture_id, "the digest of its lines was altered")
    for given in look.given:
        if given.facts is not None and sha256_of(revision_lines(given.facts)) != given.digest:
            yield Fault("_revision_digests", given.revision_id, "the digest of its lines was altered")
