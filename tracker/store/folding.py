"""Growth is bounded here: of months that are long over, like looks in a row are folded into one row."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tracker.chain import CheckFacts, FoldFacts, fold_text, sha256_of
from tracker.model import Outcome, utc_text
from tracker.store.chaining import CHECK_FACTS, INSERT_CHECK, heads, move_heads
from tracker.store.connection import Connection
from tracker.store.values import id_list

# Looks that a row may stand for, and that one transaction takes away. They lie far apart in the file: 300 held the lock
# for 19 ms at the median and 42 ms at the worst of a hundred, beside five other busy processes on two cores. An article
# that is looked at every five minutes comes to thirty rows a month then.
_MOST_LOOKS = 300
_ARTICLES_AT_ONCE = 1_000
_OVER_A_MONTH = timedelta(days=31)  # from its first day into the next one

# Looks that show a text as it was, or say that it cannot be read. All others are events, and stay as they are.
_FOLDABLE = frozenset(
    {
        Outcome.UNCHANGED,
        Outcome.NOT_MODIFIED,
        Outcome.GONE,
        Outcome.MOVED,
        Outcome.BLOCKED,
        Outcome.PAYWALLED,
        Outcome.UNREADABLE,
        Outcome.FAILED,
    }
)

_ARTICLES = """
SELECT article_id FROM articles WHERE article_id > ?1 AND EXISTS (
    SELECT 1 FROM checks WHERE checks.article_id = articles.article_id AND checked_at >= ?2 AND checked_at < ?3
)
ORDER BY article_id LIMIT ?4
"""
_LOOKS = f"""
SELECT {CHECK_FACTS}, look_count, link_sha256 FROM checks WHERE article_id = ? AND checked_at >= ? AND checked_at < ?
ORDER BY checked_at, check_id
"""  # noqa: S608 - only constants are put in
_GIVING = """
SELECT check_id FROM revisions JOIN _revision_digests ON _revision_digests.revision_id = revisions.revision_id
WHERE revisions.article_id = ?
"""
_INSERT_FOLD = """
INSERT INTO _chain_folds
SELECT ?1, coalesce(max(fold_number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM _chain_folds WHERE article_id = ?1
"""


class _Month(NamedTuple):
    start: str  # its first day
    end: str  # the first day of the next one

    @property
    def name(self) -> str:
        return self.start[:7]


class _Look(NamedTuple):
    check: CheckFacts
    look_count: int
    link: str


class _Fold(NamedTuple):
    """Looks that become one row."""

    check_ids: tuple[int, ...]
    facts: FoldFacts
    after_check_id: int  # the last one of the article when this was planned


class _Chain(NamedTuple):
    """What the looks of one article stand among."""

    check_ids: list[int]  # in their order
    fold_links: dict[int, str]  # by check: the last entry after it that tells of folds
    giving_ids: frozenset[int]  # checks that gave a revision


class _Slice(NamedTuple):
    """What one transaction does."""

    month: _Month
    folds: tuple[_Fold, ...]
    done_to_article_id: int  # everything up to this article is then folded
    last_check_id: int  # of all when this was planned


def fold_checks(connection: Connection, before: datetime) -> int:
    """Fold the like looks of every month that lies wholly before that moment, and whose days are all counted; how many
    rows there are less. In small transactions, each whole in itself."""
    saved = 0
    while (month := _next_month(connection, before)) is not None:
        saved += _fold_month(connection, month)
    return saved


def _next_month(connection: Connection, before: datetime) -> _Month | None:
    """The first one that is not folded; None: it is not to be folded yet."""
    (folded_to_month, open_from_day), *_ = connection.rows("SELECT folded_to_month, open_from_day FROM _closing")
    first = connection.value("SELECT min(checked_at) FROM checks WHERE checked_at >= ?", (folded_to_month,))
    if first is None:
        return None
    start = date.fromisoformat(f"{first[:7]}-01")
    end = (start + _OVER_A_MONTH).replace(day=1).isoformat()
    return _Month(start.isoformat(), end) if end <= utc_text(before) and end <= open_from_day else None


def _fold_month(connection: Connection, month: _Month) -> int:
    saved = 0
    while (planned := _plan(connection, month)) is not None:
        saved += _carry_out(connection, planned)
    with connection.writing() as raw:
        raw.execute("UPDATE _closing SET folded_to_month = ?, folded_article_id = 0", (month.end[:7],))
    return saved


# -- planning: reads only, and holds up nobody -------------------------------------------------------------------------


def _plan(connection: Connection, month: _Month) -> _Slice | None:
    """The next slice; None: the month is done."""
    with connection.snapshot():
        folded_to_month, done_to = connection.rows("SELECT folded_to_month, folded_article_id FROM _closing")[0]
        after = done_to if folded_to_month == month.name else 0
        last_check_id = connection.value("SELECT max(check_id) FROM checks")
        article_ids = connection.rows(_ARTICLES, (after, *month, _ARTICLES_AT_ONCE))
        folds: list[_Fold] = []
        for (article_id,) in article_ids:
            for fold in _folds_of(connection, article_id, month):
                if folds and _size(folds) + len(fold.check_ids) > _MOST_LOOKS:
                    return _Slice(month, tuple(folds), after, last_check_id)
                folds.append(fold)
            after = article_id
    return _Slice(month, tuple(folds), after, last_check_id) if article_ids else None


def _size(folds: Sequence[_Fold]) -> int:
    return sum(len(fold.check_ids) for fold in folds)


def _folds_of(connection: Connection, article_id: int, month: _Month) -> Iterator[_Fold]:
    rows = connection.rows(_LOOKS, (article_id, month.start, month.end))
    if len(rows) < 2:
        return
    chain = _chain_of(connection, article_id)
    for run in _runs([_Look(CheckFacts(*row[:-2]), *row[-2:]) for row in rows], chain):
        check_ids = tuple(look.check.check_id for look in run)
        before = _link_before(connection, article_id, chain, check_ids[0])
        yield _Fold(check_ids, _folded(run, before), chain.check_ids[-1])


def _chain_of(connection: Connection, article_id: int) -> _Chain:
    ids = connection.rows("SELECT check_id FROM checks WHERE article_id = ? ORDER BY check_id", (article_id,))
    folds = "SELECT after_check_id, link_sha256 FROM _chain_folds WHERE article_id = ? ORDER BY fold_number"
    giving = connection.rows(_GIVING, (article_id,))
    return _Chain(
        [check_id for (check_id,) in ids],
        dict(connection.rows(folds, (article_id,))),
        frozenset(check_id for (check_id,) in giving),
    )


def _link_before(connection: Connection, article_id: int, chain: _Chain, check_id: int) -> str:
    """The hash of the entry before that of a check."""
    place = bisect_left(chain.check_ids, check_id)
    if place == 0:
        return str(connection.value("SELECT start_sha256 FROM _chain_heads WHERE article_id = ?", (article_id,)))
    previous_id = chain.check_ids[place - 1]
    told = chain.fold_links.get(previous_id)
    return told or str(connection.value("SELECT link_sha256 FROM checks WHERE check_id = ?", (previous_id,)))


def _runs(looks: Sequence[_Look], chain: _Chain) -> Iterator[list[_Look]]:
    """Two or more looks in a row that are alike, by time."""
    run: list[_Look] = []
    for look in looks:
        if run and len(run) < _MOST_LOOKS and _goes_on(run[-1], look, chain):
            run.append(look)
            continue
        if len(run) > 1:
            yield run
        run = [look]
    if len(run) > 1:
        yield run


def _goes_on(before: _Look, after: _Look, chain: _Chain) -> bool:
    """In the chain they are neighbours too, or the entry between them would have nothing to stand after."""
    place = bisect_left(chain.check_ids, before.check.check_id)
    return (
        _like(before) == _like(after)
        and _is_foldable(before, chain)
        and _is_foldable(after, chain)
        and chain.check_ids[place + 1 : place + 2] == [after.check.check_id]
        and before.check.check_id not in chain.fold_links
    )


def _is_foldable(look: _Look, chain: _Chain) -> bool:
    """A single look of ours that gave nothing. What others saw stays as they told it."""
    check = look.check
    is_single = look.look_count == 1 and check.origin is None
    gave_nothing = check.capture_id is None and check.check_id not in chain.giving_ids
    return is_single and gave_nothing and check.outcome in _FOLDABLE


def _like(look: _Look) -> tuple[object, ...]:
    """What is the same in looks that are folded. Whether the page had to be read to know it does not matter."""
    check = look.check
    return (
        check.outcome,
        check.reason,
        check.http_status,
        check.final_url,
        check.redirects_json,
        check.failure,
        check.revision_id,
    )


def _folded(run: Sequence[_Look], before: str) -> FoldFacts:
    checks = [look.check for look in run]
    readers = [check.extractor for check in checks if check.extractor is not None]
    whole = checks[-1]._replace(
        duration_ms=round(sum(check.duration_ms for check in checks) / len(checks)),
        received_bytes=sum(check.received_bytes for check in checks),
        extractor=readers[-1] if readers else None,
    )
    return FoldFacts(whole, checks[0].checked_at, len(checks), before, run[-1].link)


# -- carrying out ------------------------------------------------------------------------------------------------------


def _carry_out(connection: Connection, planned: _Slice) -> int:
    """How many rows there are less: none if something came between, it is then to be planned again."""
    with connection.writing() as raw:
        newer = "SELECT article_id, check_id, checked_at FROM checks WHERE check_id > ?"
        late = raw.execute(newer, (planned.last_check_id,)).fetchall()
        if any(checked_at < planned.month.end for _, _, checked_at in late) or not _are_single(raw, planned.folds):
            return 0
        last_ids = {article_id: check_id for article_id, check_id, _ in sorted(late)}
        _replace(raw, planned.folds)
        _tell(raw, planned.folds, last_ids)
        raw.execute(
            "UPDATE _closing SET folded_to_month = ?, folded_article_id = ?",
            (planned.month.name, planned.done_to_article_id),
        )
    return _size(planned.folds) - len(planned.folds)


def _are_single(raw: sqlite3.Connection, folds: Sequence[_Fold]) -> bool:
    """Are all looks there, or did another process fold them?"""
    ids = id_list(check_id for fold in folds for check_id in fold.check_ids)
    there = "SELECT count(*) FROM checks WHERE check_id IN (SELECT value FROM json_each(?)) AND look_count = 1"
    return bool(raw.execute(there, (ids,)).fetchone()[0] == _size(folds))


def _replace(raw: sqlite3.Connection, folds: Sequence[_Fold]) -> None:
    """The looks of each fold by one row."""
    gone = [(check_id,) for fold in folds for check_id in fold.check_ids]
    raw.executemany("DELETE FROM checks WHERE check_id = ?", gone)
    rows = [(*facts.check, facts.first_checked_at, facts.look_count, facts.last_sha256) for _, facts, _ in folds]
    raw.executemany(INSERT_CHECK, rows)


def _tell(raw: sqlite3.Connection, folds: Sequence[_Fold], last_ids: Mapping[int, int]) -> None:
    """An entry a fold, at the end of its chain. `last_ids`: of articles with looks that came since it was planned."""
    links = heads(raw, {fold.facts.check.article_id for fold in folds})
    for _, facts, planned_after_id in folds:
        article_id = facts.check.article_id
        link = sha256_of(fold_text(links[article_id], facts))
        after_id = last_ids.get(article_id, planned_after_id)
        between = (facts.before_sha256, facts.last_sha256, link)
        raw.execute(_INSERT_FOLD, (article_id, after_id, facts.check.check_id, *between))
        links[article_id] = link
    move_heads(raw, links)
