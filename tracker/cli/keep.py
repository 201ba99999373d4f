"""Care of the database: `tracker verify` and `backup`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import Progress, TaskID

from tracker.cli.base import App, with_app
from tracker.clock import utc_now
from tracker.render.plain import safe_text
from tracker.render.wording import count

_MOST_FAULTS_SHOWN = 50  # a screenful; of the rest only the number says more


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
