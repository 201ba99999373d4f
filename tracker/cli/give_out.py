"""`tracker export`: what is known, in the forms of others."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO

import click
from rich.progress import Progress as Bar
from rich.text import Text

from tracker import __version__, exporting
from tracker.cli.base import URL_FORMS, App, host_option, tracked_host, with_app
from tracker.cli.give_out_pages import FORMS as PAGE_FORMS
from tracker.cli.give_out_pages import kinds_of, write_feed, write_site
from tracker.cli.times import Moment
from tracker.errors import UsageError
from tracker.exchange.git_repository import GitRepository
from tracker.exchange.output_files import written_file
from tracker.exchange.parquet_out import ParquetOut
from tracker.exchange.tables import CsvWriter, JsonLinesWriter
from tracker.exchange.warc_out import WarcOut
from tracker.exporting import Progress
from tracker.model import Chosen
from tracker.render.plain import safe_text
from tracker.store import Store
from tracker.store.foreign_out import foreign_database
from tracker.store.reading import ChangeFilter

_TABLE_FORMS = ("csv", "jsonl", "parquet")
_MOST_PROBLEMS_SHOWN = 5  # of one kind, so more of them say nothing new
_STREAM_SUFFIX = ".fast-import"


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for."""

    app: App
    store: Store
    form: str
    table: str
    chosen: Chosen
    output: Path | None
    progress: Progress


@click.command("export", short_help="Write what is known to a file.", epilog=URL_FORMS)
@click.argument(
    "form",
    metavar="FORMAT",
    type=click.Choice([*_TABLE_FORMS, "newsdiffs", "git", "warc", "newsedits", *PAGE_FORMS]),
)
@click.argument("references", metavar="[URL]...", nargs=-1)
@click.option(
    "--table",
    default=None,
    metavar="NAME",
    help="What csv, jsonl and parquet hold: changes (if not given), articles, revisions, or any table or view.",
)
@host_option
@click.option("--since", type=Moment(), help="Only what was seen since then: 24h, 7d, 2026-11-23, ...")
@click.option("--until", type=Moment(), help="Only what was seen before that; the same forms.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Of atom: only changes of this kind; several with commas."
)
@click.option("--url", "base_url", metavar="BASE", help="Of site and atom: where the folder will be on the web.")
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to this file, not to standard output."
)
@with_app
def export_files(
    app: App,
    form: str,
    references: tuple[str, ...],
    table: str | None,
    host: str | None,
    since: datetime | None,
    until: datetime | None,
    kinds: tuple[str, ...],
    base_url: str | None,
    output: Path | None,
) -> None:
    """Write what is known, of the articles named or of all.

    csv, jsonl, parquet: the rows of a table. newsdiffs: every version in the printed form. git: a repository, one
    commit a revision; its --output is the folder, or NAME.fast-import for the stream alone. warc: the pages as sent.
    newsedits: SQLite in the layout of the NewsEdits corpus. atom: a feed of the latest changes. site: all pages as
    files for any web host, in the folder named: `tracker export site DIR`; again, only what is new is written.
    """
    if table is not None and form not in _TABLE_FORMS:
        raise UsageError(f"--table is for csv, jsonl and parquet; {form} has its own form.")
    if since is not None and until is not None and until < since:
        raise UsageError("--until lies before --since; exchange them.")
    _refuse_what_has_no_meaning(form, kinds, base_url)
    with app.read() as store, app.progress() as bar:
        host = tracked_host(store, host)
        progress = _shown_by(bar)
        if form == "site":
            _remark(app, write_site(store, references, base_url, datetime.now(UTC), progress))
        elif form == "atom":
            wanted = ChangeFilter(since, until, host, kinds=kinds_of(kinds))
            with _feed_stream(output) as stream:
                write_feed(store, references, wanted, base_url, stream)
        else:
            ids = tuple(store.resolve(reference).article_id for reference in references) if references else None
            chosen = Chosen(ids, host, since, until)
            _export(_Order(app, store, form, table or "changes", chosen, output, progress))


def _shown_by(bar: Bar) -> Progress:
    task = bar.add_task("Exporting", total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def _refuse_what_has_no_meaning(form: str, kinds: tuple[str, ...], base_url: str | None) -> None:
    if kinds and form != "atom":
        raise UsageError("--kind is for atom; a table of changes has a column `kind`.")
    if base_url is not None and form not in PAGE_FORMS:
        raise UsageError("--url is for site and atom; nothing else leads to pages.")


@contextmanager
def _feed_stream(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with written_file(output) as stream:
            yield stream


def _export(order: _Order) -> None:
    match order.form:
        case "newsdiffs":
            _newsdiffs(order)
        case "git":
            _git(order)
        case "warc":
            _warc(order)
        case "newsedits":
            _newsedits(order)
        case "parquet":
            _parquet(order)
        case _:
            make = CsvWriter if order.form == "csv" else JsonLinesWriter
            with _text(order.output) as stream:
                exporting.export_table(
                    order.store, order.table, order.chosen, lambda columns: make(columns, stream), order.progress
                )


def _parquet(order: _Order) -> None:
    with _binary(order, "Parquet") as stream, ParquetOut(stream) as out:
        exporting.export_table(order.store, order.table, order.chosen, out.begun, order.progress)


def _newsdiffs(order: _Order) -> None:
    problems: list[str] = []
    with _text(order.output) as stream:
        exporting.export_newsdiffs(order.store, order.chosen, stream, order.progress, problems.append)
    for problem in problems[:_MOST_PROBLEMS_SHOWN]:
        _remark(order.app, problem)
    if len(problems) > _MOST_PROBLEMS_SHOWN:
        _remark(order.app, f"{len(problems) - _MOST_PROBLEMS_SHOWN:,} more versions were left out for that reason.")


def _git(order: _Order) -> None:
    if order.output is None or order.output.suffix == _STREAM_SUFFIX:
        with _binary(order, "a stream for `git fast-import`") as stream:
            exporting.export_git_stream(order.store, order.chosen, stream, order.progress)
    else:
        repository = GitRepository(order.output)
        _remark(order.app, exporting.export_git(order.store, order.chosen, repository, order.progress))


def _warc(order: _Order) -> None:
    with _binary(order, "WARC") as stream:
        warc = WarcOut(stream, f"article-tracker {__version__}", "Pages of news articles as they were sent")
        exporting.export_warc(order.store, order.chosen, warc, order.progress)


def _newsedits(order: _Order) -> None:
    if order.output is None:
        raise UsageError("newsedits is an SQLite database; name its file with --output.")
    with foreign_database(order.output, exporting.NEWSEDITS_TABLES) as database:
        exporting.export_newsedits(order.store, order.chosen, database, order.progress)


def _remark(app: App, sentence: str) -> None:
    app.remarks().print(Text(safe_text(sentence)))


@contextmanager
def _text(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with written_file(output) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        try:
            yield lines
        finally:
            lines.detach()  # written out, and left open: whoever opened the file closes it


@contextmanager
def _binary(order: _Order, what: str) -> Iterator[BinaryIO]:
    if order.output is not None:
        with written_file(order.output) as stream:
            yield stream
    elif sys.stdout.isatty():
        raise UsageError(f"This is {what}, which no terminal can show; name a file with --output.")
    else:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
