"""In, out, and care: `tracker import`, `export`, `verify` and `backup`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from rich.progress import Progress, TaskID

from tracker.cli.base import App, with_app
from tracker.cli.look_up import printed
from tracker.clock import utc_now
from tracker.errors import UsageError
from tracker.exchange import newsdiffs
from tracker.exchange.tables import ARTICLES, CHANGES, REVISIONS, AddressedRevision, Record, TableForm
from tracker.exchange.text_files import read_file
from tracker.importing import Imported, import_printed
from tracker.judge import Judge
from tracker.model import ArticleStatus, ChangeDetail
from tracker.render.plain import safe_text
from tracker.render.wording import count
from tracker.store import Store
from tracker.wiring import policy_of

_MOST_FAULTS_SHOWN = 50  # a screenful; of the rest only the number says more


@click.command("import", short_help="Record what others saw.")
@click.argument("form", metavar="FORMAT", type=click.Choice(["newsdiffs"]))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_app
def import_files(app: App, form: str, files: tuple[Path, ...]) -> None:  # noqa: ARG001 - the one format there is
    """Record what others saw: `newsdiffs`, the printed form, one version or a chain in each FILE.

    Importing twice changes nothing.
    """
    versions = [version for file in files for version in newsdiffs.read_bytes(read_file(file), str(file))]
    config = app.config()
    judge = Judge(policy_of(config), is_doubting=False)
    with app.write(config) as store, app.progress() as progress:
        results = [
            import_printed(store, judge, version, utc_now())
            for version in progress.track(versions, description="Importing")
        ]
    for result in results:
        _tell_import(app, result)


def _tell_import(app: App, result: Imported) -> None:
    what = "known already" if result.outcome is None else f"revision {result.revision_number}"
    app.remarks().print(safe_text(f"{result.url}: {what}"), markup=False)


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


@click.command(short_help="Recompute every hash and replay every diff.")
@with_app
def verify(app: App) -> None:
    """Recompute every hash, replay every diff, check every reference; name whatever is wrong."""
    with app.read() as store, app.progress() as progress:
        task = progress.add_task("Verifying", total=None)
        found = 0
        for found, fault in enumerate(store.verify(lambda done, total: _advance(progress, task, done, total)), 1):
            if found <= _MOST_FAULTS_SHOWN:
                click.echo(safe_text(str(fault)))
    if found > _MOST_FAULTS_SHOWN:
        click.echo(f"and {found - _MOST_FAULTS_SHOWN:,} more")
    app.remarks().print("Nothing is wrong." if not found else f"{count(found, 'fault')} found; restore a backup.")
    click.get_current_context().exit(1 if found else 0)


def _advance(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


@click.command(short_help="A consistent copy, also while the daemon runs.")
@click.argument("file", type=click.Path(path_type=Path))
@with_app
def backup(app: App, file: Path) -> None:
    """A consistent copy of the database in FILE, also while the daemon runs."""
    with app.read() as store:
        store.backup(file, utc_now())
    app.remarks().print(f"Copied to {file}.")
