"""Looks that somebody else took, in few words, and what may not depend on the order in which they come in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store_kit import NOW, STORY

from tracker.cadence import CadencePolicy
from tracker.judge import Judge
from tracker.model import Extract, Fetch, LeftOut, LookOrder, ProblemKind, Sighting
from tracker.store import Store
from tracker.store.merging import Merged

YEARS_AGO = NOW - timedelta(days=2_000)
LATER = NOW + timedelta(days=30)  # when things are imported: after every look of the tests
JUDGE = Judge(CadencePolicy(timedelta(minutes=5), timedelta(days=30)), is_doubting=False)


@dataclass(frozen=True)
class Seen:
    """A look of others: `text` paragraphs of the article, or None with the status or problem that stood there."""

    at: datetime
    text: str | None
    status: int = 200
    origin: str = "warc"
    problem: ProblemKind | None = None
    headline: str | None = "A headline"
    left_out: tuple[LeftOut, ...] = ()
    body: bytes = field(default=b"")

    def sighting(self, article_id: int, url: str = STORY) -> Sighting:
        body = self.body or f"<html>{self.text} {self.status} {self.problem}</html>".encode()
        headers = (("Content-Type", "text/html"), ("ETag", '"of the archive"'))
        fetch = Fetch(url, url, self.at, status=self.status, headers=headers, body=body, received_bytes=len(body))
        extract = None
        if self.text is not None:
            extract = Extract(headline=self.headline, paragraphs=tuple(self.text.split("\n")))
        return Sighting(
            LookOrder(article_id, url),
            fetch,
            extract=extract,
            page_sha256=hashlib.sha256(body).hexdigest(),
            extractor="test 1" if extract else "",
            problem="" if extract else "no article",
            page_problem=self.problem,
            left_out=self.left_out,
            body_sha256=hashlib.sha256(body).hexdigest(),
            origin=self.origin,
        )


def merge(store: Store, article_id: int, *looks: Seen) -> tuple[Merged | None, ...]:
    return store.merge([look.sighting(article_id) for look in looks], JUDGE, LATER)


_CONTENTS = {
    "revisions": "SELECT url, number, first_seen_at, headline, body_text, word_count, same_as_number, "
    "reread_of_number, extractor FROM revisions_text ORDER BY article_id, number",
    "changes": "SELECT url, headline, from_number, to_number, changed_after, changed_before, field, kind, operation, "
    "before, after, sentence_before, sentence_after, confidence, is_flap FROM changes_detail "
    "ORDER BY article_id, to_number, old_start, new_start, field, kind",
    "absences": "SELECT * FROM absences",
    "articles": "SELECT url, headline, state, state_since_at, revision_count, change_count, first_seen_at, "
    "last_checked_at, last_changed_at FROM articles_status ORDER BY url",
}


def contents(
    store: Store, names: Iterable[str] = ("revisions", "changes", "absences", "articles")
) -> dict[str, object]:
    """What the public views say, ids apart."""
    return {name: store._connection.rows(_CONTENTS[name]) for name in names}


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, those of the word index by what it is made of."""
    tables = store._connection.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return {name: store._connection.rows(f"SELECT * FROM {name}") for (name,) in tables}
