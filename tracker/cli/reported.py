"""What a report tells: the changes, which of them were silent, what notices corrected, and what was not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.clock import utc_now
from tracker.model import CellType, CellValue, ChangeDetail, Chosen, Column, Field, Kind, Outcome
from tracker.render.digest import FORM_KINDS, Absence, Correction, Digest, Findings, HostUnseen, Limits, Topic
from tracker.render.digesting import digest_of
from tracker.render.json_form import Cell, Row
from tracker.render.wording import between_text
from tracker.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a report is about; what is None or empty asks for all."""

    since: datetime | None = None  # included
    until: datetime | None = None  # not included
    host: str | None = None
    kinds: tuple[Kind, ...] = ()
    field: Field | None = None

    def changes(self, store: Store) -> Generator[ChangeDetail, None, None]:
        """To be closed before the store is."""
        yield from store.changes(since=self.since, until=self.until, host=self.host, kinds=self.kinds, field=self.field)

    @property
    def chosen(self) -> Chosen:
        """The same without kinds and field, for any table."""
        return Chosen(None, self.host, self.since, self.until)

    def scope(self, zone: tzinfo | None) -> str:
        """`Seen between ... and ..., --host www.example.com`: what a report that is read elsewhere is about."""
        given = {"host": self.host, "kind": ",".join(self.kinds), "field": self.field}
        filters = [f"--{name} {value}" for name, value in given.items() if value]
        seen = [f"Seen {between_text(self.since, self.until or utc_now(), zone)}"] if self.since else []
        return ", ".join([*seen, *filters])


def digest_of_store(store: Store, wanted: Wanted, limits: Limits) -> Digest:
    """What matters of the changes wanted; absences, where no kind or field of change was asked for."""
    known = _findings(
        store,
        wanted.chosen,
        tells_absences=not wanted.kinds and wanted.field is None,
        most_gone=limits.absences,
    )
    whole = frozenset({Topic.FORM}) if FORM_KINDS.intersection(wanted.kinds) else frozenset[Topic]()
    with closing(wanted.changes(store)) as details:
        return digest_of(details, known, limits, whole=whole)


@contextmanager
def change_rows(
    store: Store, wanted: Wanted
) -> Generator[tuple[tuple[Column, ...], Iterator[Sequence[CellValue]]], None, None]:
    """The columns of `changes_detail`, and the rows wanted in the order in which they were seen, read in parts."""
    with store.open_table("changes", wanted.chosen, by_time=True) as table:
        names = [column.name for column in table.columns]
        kind, field = names.index("kind"), names.index("field")
        yield (
            table.columns,
            (
                row
                for row in table.rows()
                if (not wanted.kinds or row[kind] in wanted.kinds)
                and (wanted.field is None or row[field] == wanted.field)
            ),
        )


def json_row(columns: Sequence[Column], row: Sequence[CellValue]) -> Row:
    """A row without bytes; what is 1 or 0 in the database is true or false."""
    pairs = zip(columns, row, strict=True)
    return {
        column.name: bool(cell) if column.type is CellType.TRUTH and cell is not None else _cell(cell)
        for column, cell in pairs
    }


def _cell(cell: CellValue) -> Cell:
    if isinstance(cell, bytes):
        raise TypeError("a change has no column of bytes")
    return cell


def _findings(store: Store, chosen: Chosen, *, tells_absences: bool, most_gone: int | None) -> Findings:
    """Of the changes and the absences chosen; of articles that are gone, the latest `most_gone` (None: all)."""
    silent = {_number(row["change_id"]): bool(row["is_settled"]) for row in _rows(store, "silent_edits", chosen)}
    corrections = {_number(row["change_id"]): _correction(row) for row in _rows(store, "corrections", chosen)}
    if not tells_absences:
        return Findings(silent, corrections)
    gone: list[Absence] = []
    looks: dict[str, Counter[Outcome]] = {}
    articles: dict[str, set[int]] = {}
    for row in _rows(store, "absences", chosen):
        absence = _absence(row)
        if absence.outcome is Outcome.GONE:
            gone.append(absence)
        else:
            looks.setdefault(absence.host, Counter())[absence.outcome] += absence.look_count
            articles.setdefault(absence.host, set()).add(absence.article_id)
    gone.sort(key=lambda absence: absence.began_at, reverse=True)
    unseen = [HostUnseen(host, len(articles[host]), tuple(looks[host].most_common())) for host in looks]
    unseen.sort(key=lambda host: (-sum(number for _, number in host.outcomes), host.host))
    return Findings(silent, corrections, tuple(gone[:most_gone]), len(gone), tuple(unseen))


def _rows(store: Store, view: str, chosen: Chosen) -> Iterator[dict[str, CellValue]]:
    with store.open_table(view, chosen) as table:
        names = [column.name for column in table.columns]
        for row in table.rows():
            yield dict(zip(names, row, strict=True))


def _correction(row: dict[str, CellValue]) -> Correction:
    kind, corrected, stood = row["kind"], row["corrected_change_id"], row["error_stood_s"]
    return Correction(
        corrected_change_id=None if corrected is None else _number(corrected),
        kind=None if kind is None else Kind(str(kind)),
        before=str(row["before"] or ""),
        after=str(row["after"] or ""),
        error_stood_s=None if stood is None else _number(stood),
        removed_at=_moment_or_none(row["notice_removed_at"]),
    )


def _absence(row: dict[str, CellValue]) -> Absence:
    headline = row["headline"]
    return Absence(
        article_id=_number(row["article_id"]),
        url=str(row["url"]),
        host=str(row["host"]),
        headline=None if headline is None else str(headline),
        began_at=datetime.fromisoformat(str(row["began_at"])),
        ended_at=_moment_or_none(row["ended_at"]),
        outcome=Outcome(str(row["outcome"])),
        look_count=_number(row["look_count"]),
    )


def _number(value: CellValue) -> int:
    return int(str(value))


def _moment_or_none(value: CellValue) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
