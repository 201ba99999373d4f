"""Care of the database: `tracker verify` and `backup`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import Progress, TaskID

from tracker.cli.base import App, with_app
from tracker.clock import utc_now
from tracker.errors import StoreError
from tracker.render.plain import safe_text
from tracker.render.wording import count
from tracker.store import Store

_WORD_INDEX = {"_paragraph_words", "_headline_words"}  # made from the texts: nothing is lost with it
_MOST_FAULTS_SHOWN = 50  # a screenful; of the rest only the number says more


@click.command(short_help="Recompute every hash and replay every diff.")
@with_app
def verify(app: App) -> None:
    """Recompute every hash, replay every diff, check every reference; name whatever is wrong.

    At the end stands one SHA-256 over everything that was looked at so far: noted down elsewhere, it tells whether a
    copy of the database that was made now is still the same.
    """
    with app.read() as store, app.progress() as progress:
        head = _head(store)
        task = progress.add_task("Verifying", total=None)
        found = 0
        tables = set()
        for found, fault in enumerate(store.verify(lambda done, total: _advance(progress, task, done, total)), 1):
            tables.add(fault.table)
            if found <= _MOST_FAULTS_SHOWN:
                click.echo(safe_text(str(fault)))
    if found > _MOST_FAULTS_SHOWN:
        click.echo(f"and {found - _MOST_FAULTS_SHOWN:,} more")
    cure = "make the word index anew: `tracker search --rebuild`" if tables <= _WORD_INDEX else "restore a backup"
    app.remarks().print(
        f"{count(found, 'fault')} found; {cure}."
        if found
        else f"Nothing is wrong. The chains end in {head}; noted down elsewhere, it tells whether a copy made now was "
        "altered.",
        soft_wrap=True,
    )
    click.get_current_context().exit(1 if found else 0)


def _head(store: Store) -> str:
    """Empty where it cannot be told: the faults that follow say why."""
    try:
        return store.chain_head()
    except StoreError:
        return ""


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
