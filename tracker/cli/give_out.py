"""`tracker export`: what is known, in the forms of others."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from tracker.cli.base import App, with_app
from tracker.cli.look_up import printed
from tracker.errors import UsageError
from tracker.exchange import newsdiffs
from tracker.exchange.tables import ARTICLES, CHANGES, REVISIONS, AddressedRevision, Record, TableForm
from tracker.model import ArticleStatus, ChangeDetail
from tracker.store import Store


@click.command("export", short_help="Write what is known to a file.")
@click.argument("form", metavar="FORMAT", type=click.Choice(["csv", "jsonl", "newsdiffs"]))
@click.argument("references", metavar="[URL]...", nargs=-1)
@click.option(
    "--table",
    type=click.Choice(["changes", "articles", "revisions"]),
    default="changes",
    show_default=True,
    help="What csv and jsonl hold.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file, not to standard output.")
@with_app
def export_files(app: App, form: str, references: tuple[str, ...], table: str, output: Path | None) -> None:
    """Write what is known: `csv`, `jsonl`, or `newsdiffs` (every revision in the printed form).

    Of the articles named, or of all.
    """
    with app.read() as store, _stream(output) as stream:
        articles = [store.resolve(reference) for reference in references] or list(store.articles())
        if form == "newsdiffs":
            _write_printed(store, articles, stream)
        else:
            _write_table(store, articles, bool(references), table, form, stream)


def _write_printed(store: Store, articles: Iterable[ArticleStatus], stream: TextIO) -> None:
    """What readers saw: a page that was only read anew is no version of its own."""
    first = True
    for article in articles:
        seen = [each for each in store.revisions(article.article_id) if each.reread_of_number is None]
        for number, revision in enumerate(seen, start=1):
            version = printed(revision, article.url, number, len(seen))
            stream.write(("" if first else "\n\n") + newsdiffs.write([version]))
            first = False


def _write_table(
    store: Store, articles: list[ArticleStatus], is_chosen: bool, table: str, form: str, stream: TextIO
) -> None:
    match table:
        case "articles":
            _write_rows(ARTICLES, articles, form, stream)
        case "revisions":
            _write_rows(REVISIONS, _revisions(store, articles), form, stream)
        case _:
            _write_rows(CHANGES, _changes(store, articles, is_chosen), form, stream)


def _write_rows(table: TableForm[Record], records: Iterable[Record], form: str, stream: TextIO) -> None:
    write = table.write_csv if form == "csv" else table.write_json_lines
    write(records, stream)


def _revisions(store: Store, articles: Iterable[ArticleStatus]) -> Iterator[AddressedRevision]:
    for article in articles:
        for revision in store.revisions(article.article_id):
            yield AddressedRevision(article.url, revision)


def _changes(store: Store, articles: Iterable[ArticleStatus], is_chosen: bool) -> Iterator[ChangeDetail]:
    if not is_chosen:
        yield from store.changes()
        return
    for article in articles:
        yield from store.changes(article_id=article.article_id)


@contextmanager
def _stream(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
