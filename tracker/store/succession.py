"""In what order the revisions of an article stand, which of them have a place of their own, and what lies between them.

Revisions are facts and stay as they were written. Their numbers are a conclusion, drawn anew whenever a look that
somebody else took comes in late: a revision whose text stands directly before it already has no number, because the
wording was there before we saw it; nor has a page of an archive that the looks around it show to be no version of the
article. So the history is the same in whatever order looks came in.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.judge import Compare
from tracker.judge.plausible import doubt
from tracker.model import Comparison
from tracker.store.connection import Connection
from tracker.store.reading import revisions_by_id
from tracker.store.revising import write_comparison
from tracker.store.values import SHOWS_ARTICLE, id_list

_ROWS = f"""
SELECT
    revision_id, number, first_seen_at, content_sha256, same_as_revision_id, reread_of_revision_id,
    NOT EXISTS (
        SELECT 1 FROM checks WHERE checks.article_id = revisions.article_id AND checks.origin IS NULL
            AND checks.checked_at = revisions.first_seen_at AND checks.outcome IN {SHOWS_ARTICLE}
    )
FROM revisions WHERE article_id = ? ORDER BY revision_id
"""  # noqa: S608 - only constants are put in
_LOOKS = f"""
SELECT total(checks.look_count) FROM checks JOIN revisions AS shown ON shown.revision_id = checks.revision_id
WHERE checks.article_id = ? AND checks.outcome IN {SHOWS_ARTICLE} AND checks.checked_at >= ? AND checks.checked_at < ?
    AND shown.content_sha256 = ?
"""  # noqa: S608 - only constants are put in
_ORIGINS = f"""
SELECT checks.origin FROM checks JOIN revisions AS shown ON shown.revision_id = checks.revision_id
WHERE checks.article_id = ? AND checks.checked_at = ? AND checks.outcome IN {SHOWS_ARTICLE}
    AND shown.content_sha256 = ?
"""  # noqa: S608 - only constants are put in
_DIFFS = """
SELECT diffs.from_revision_id, diffs.to_revision_id, diffs.diff_id FROM revisions
CROSS JOIN diffs ON diffs.to_revision_id = revisions.revision_id WHERE revisions.article_id = ?
"""

_FOR_EVER = "~"  # after every time, as times are written

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A revision, as far as its place depends on it."""

    revision_id: int
    number: int | None
    first_seen_at: str
    content_sha256: str
    same_as_revision_id: int | None
    reread_of_revision_id: int | None
    is_imported: bool  # somebody else's look showed it first


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """Who comes first of looks of one second: those of others by the name of their origin, our own at the end."""

    is_own: bool
    origin: str = ""

    @classmethod
    def of(cls, origin: str | None) -> Rank:
        return cls(origin is None, origin or "")


@dataclass(frozen=True, slots=True)
class Succession:
    """The revisions of one article in the order of their looks, also those without a number."""

    article_id: int
    places: tuple[Place, ...]

    def in_force_at(self, raw: sqlite3.Connection, at: str, rank: Rank) -> Place | None:
        """The revision that a look of that second goes on from; None: it is the first."""
        before = [place for place in self.places if place.number is not None and self._is_before(raw, place, at, rank)]
        return before[-1] if before else None

    def last_before(self, raw: sqlite3.Connection, at: str, rank: Rank) -> Place | None:
        """The same, also one without a number."""
        before = [place for place in self.places if self._is_before(raw, place, at, rank)]
        return before[-1] if before else None

    def after(self, raw: sqlite3.Connection, at: str, rank: Rank) -> Place | None:
        """The next revision; None: there is none."""
        return next((place for place in self.places if not self._is_before(raw, place, at, rank)), None)

    def _is_before(self, raw: sqlite3.Connection, place: Place, at: str, rank: Rank) -> bool:
        if place.first_seen_at != at:
            return place.first_seen_at < at
        return rank_of(raw, self.article_id, self._base(place)) <= rank

    def _base(self, place: Place) -> Place:
        by_id = {each.revision_id: each for each in self.places}
        while place.reread_of_revision_id is not None:
            place = by_id[place.reread_of_revision_id]
        return place

    def read_last(self, revision_id: int) -> int:
        """Of a revision whose page was read anew, what it was read as last."""
        rereads = {place.reread_of_revision_id: place.revision_id for place in self.places}
        while revision_id in rereads:
            revision_id = rereads[revision_id]
        return revision_id

    def has(self, at: str, content_sha256: str) -> bool:
        return any(place.first_seen_at == at and place.content_sha256 == content_sha256 for place in self.places)


def succession(raw: sqlite3.Connection, article_id: int) -> Succession:
    return Succession(
        article_id, _in_order(raw, article_id, [Place(*row) for row in raw.execute(_ROWS, (article_id,))])
    )


def rank_of(raw: sqlite3.Connection, article_id: int, place: Place) -> Rank:
    """By the latest-ranking look of that second which showed its text."""
    rows = raw.execute(_ORIGINS, (article_id, place.first_seen_at, place.content_sha256))
    return max((Rank.of(origin) for (origin,) in rows), default=Rank(is_own=True))


def _in_order(raw: sqlite3.Connection, article_id: int, places: Sequence[Place]) -> tuple[Place, ...]:
    """A page read anew stands right behind the revision that it was first read as."""
    rereads = {place.reread_of_revision_id: place for place in places if place.reread_of_revision_id is not None}
    bases = [place for place in places if place.reread_of_revision_id is None]
    crowded = Counter(place.first_seen_at for place in bases)

    def key(place: Place) -> tuple[str, Rank, int]:
        alone = crowded[place.first_seen_at] == 1
        rank = Rank(is_own=True) if alone else rank_of(raw, article_id, place)
        return place.first_seen_at, rank, place.revision_id

    ordered = []
    for base in sorted(bases, key=key):
        ordered.append(base)
        while (reread := rereads.get(ordered[-1].revision_id)) is not None:
            ordered.append(reread)
    return tuple(ordered)


@dataclass(frozen=True, slots=True)
class Settled:
    """How an article's history stands after it was settled."""

    latest_revision_id: int
    latest_sha256: str
    revision_count: int  # those with a number
    first_seen_at: str
    change_difference: int  # changes that came, less those that went


def settle(
    connection: Connection,
    article_id: int,
    fresh: Collection[int],
    compare: Compare,
    known: Mapping[Pair, Comparison],
) -> Settled:
    """Number the revisions, name the first that says the same, and draw what lies between neighbours.

    `fresh`: the revisions that have come since the last time; `known`: comparisons that were drawn already. The article
    has a revision.
    """
    places = succession(connection.raw, article_id).places
    order = _placed(places, _Doubts(connection, article_id, frozenset(fresh), places).is_set_aside)
    _write_numbers(connection.raw, places, order)
    pairs = [
        (older.revision_id, newer.revision_id)
        for older, newer in pairwise(order.numbered)
        if newer.reread_of_revision_id is None
    ]
    difference = _draw(connection, article_id, pairs, compare, known)
    first, latest = order.numbered[0], order.numbered[-1]
    return Settled(latest.revision_id, latest.content_sha256, len(order.numbered), first.first_seen_at, difference)


def misnumbered(raw: sqlite3.Connection, article_id: int) -> list[int]:
    """Revisions that have another number than their place gives them, or one that they should not have.

    What was set aside is taken as it is: that rests on texts, and the looks of then.
    """
    places = succession(raw, article_id).places
    order = _placed(places, lambda place, _before, _after: place.number is None)
    numbers = order.numbers()
    return [place.revision_id for place in places if place.number != numbers.get(place.revision_id)]


IsSetAside = Callable[[Place, Place, Place | None], bool]


@dataclass(frozen=True, slots=True)
class _Order:
    """Who has a place, in order; the others say what the one before says, or were set aside."""

    numbered: tuple[Place, ...]
    set_aside: frozenset[int]

    def numbers(self) -> dict[int, int]:
        return {place.revision_id: number for number, place in enumerate(self.numbered, start=1)}


def _placed(places: Sequence[Place], is_set_aside: IsSetAside) -> _Order:
    """Those that say something else than the one before. One whose page was read anew keeps its place for that."""
    read_anew = {place.reread_of_revision_id for place in places}
    numbered: list[Place] = []
    set_aside = set()
    for at, place in enumerate(places):
        before = numbered[-1] if numbered else None
        if before is None or place.reread_of_revision_id is not None or place.revision_id in read_anew:
            numbered.append(place)
        elif place.content_sha256 != before.content_sha256:
            after = places[at + 1] if at + 1 < len(places) else None
            if place.is_imported and is_set_aside(place, before, after):
                set_aside.add(place.revision_id)
            else:
                numbered.append(place)
    return _Order(tuple(numbered), frozenset(set_aside))


@dataclass(frozen=True, slots=True)
class _Doubts:
    """Is what an archive holds the article at all? Nobody can look again; the looks before and after have to tell."""

    connection: Connection
    article_id: int
    fresh: frozenset[int]
    places: Sequence[Place]

    def is_set_aside(self, place: Place, before: Place, after: Place | None) -> bool:
        """A single look that is hard to believe after the one before: until another look shows the like, or for good
        where the next one goes on from the one before."""
        if not self._is_touched(place, before, after):
            return place.number is None
        if after is not None and after.content_sha256 == place.content_sha256:
            return False
        if not self._is_doubtful(before, place) or self._look_count(place, after) > 1:
            return False
        if after is None:
            return True
        if after.content_sha256 == before.content_sha256:
            return True
        return not self._is_doubtful(before, after) and self._is_doubtful(after, place)

    def _is_touched(self, place: Place, before: Place, after: Place | None) -> bool:
        """Texts are read only where something has changed: else an archive of n looks would read n times n."""
        if self.fresh & {place.revision_id, before.revision_id, 0 if after is None else after.revision_id}:
            return True
        at = self.places.index(place)
        known = next((each for each in reversed(self.places[:at]) if each.number is not None), None)
        return known is None or known.revision_id != before.revision_id

    def _is_doubtful(self, older: Place, newer: Place) -> bool:
        texts = revisions_by_id(self.connection, [older.revision_id, newer.revision_id])
        return doubt(texts[older.revision_id].extract, texts[newer.revision_id].extract) is not None

    def _look_count(self, place: Place, after: Place | None) -> int:
        """How many looks in a row showed the text."""
        end = _FOR_EVER if after is None else after.first_seen_at
        span = (self.article_id, place.first_seen_at, end, place.content_sha256)
        (looks,) = self.connection.raw.execute(_LOOKS, span).fetchone()
        return int(looks)


def _write_numbers(raw: sqlite3.Connection, places: Sequence[Place], order: _Order) -> None:
    numbers = order.numbers()
    first: dict[str, int] = {}
    for place in order.numbered:
        first.setdefault(place.content_sha256, place.revision_id)
    moved = [place.revision_id for place in places if place.number not in (None, numbers.get(place.revision_id))]
    # Two revisions never have one number, not even on the way.
    raw.executemany("UPDATE revisions SET number = NULL WHERE revision_id = ?", [(each,) for each in moved])
    rows = []
    for place in places:
        number = numbers.get(place.revision_id)
        same = None if place.revision_id in order.set_aside else first[place.content_sha256]
        same_as = None if same == place.revision_id else same
        if (number, same_as) != (place.number, place.same_as_revision_id):
            rows.append((number, same_as, place.revision_id))
    raw.executemany("UPDATE revisions SET number = ?, same_as_revision_id = ? WHERE revision_id = ?", rows)


def _draw(
    connection: Connection,
    article_id: int,
    pairs: Sequence[Pair],
    compare: Compare,
    known: Mapping[Pair, Comparison],
) -> int:
    """How many changes there are more than before."""
    raw = connection.raw
    drawn = {(older, newer): diff_id for older, newer, diff_id in raw.execute(_DIFFS, (article_id,))}
    gone = _erase(raw, [diff_id for pair, diff_id in drawn.items() if pair not in set(pairs)])
    missing = [pair for pair in pairs if pair not in drawn]
    unread = {revision_id for pair in missing if pair not in known for revision_id in pair}
    texts = revisions_by_id(connection, sorted(unread))
    come = 0
    for older, newer in missing:
        comparison = known.get((older, newer)) or compare(texts[older].extract, texts[newer].extract)
        come += len(write_comparison(raw, comparison, older, newer))
    return come - gone


def _erase(raw: sqlite3.Connection, diff_ids: Iterable[int]) -> int:
    """Conclusions about revisions that are no neighbours any more; how many changes they were."""
    ids = id_list(diff_ids)
    gone = raw.execute("DELETE FROM changes WHERE diff_id IN (SELECT value FROM json_each(?))", (ids,)).rowcount
    raw.execute("DELETE FROM diffs WHERE diff_id IN (SELECT value FROM json_each(?))", (ids,))
    return gone
