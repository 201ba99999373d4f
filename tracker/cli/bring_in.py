"""`tracker import`: what others saw."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.base import App, with_app
from tracker.clock import utc_now
from tracker.exchange import newsdiffs
from tracker.exchange.text_files import read_file
from tracker.importing import Imported, import_printed
from tracker.judge import Judge
from tracker.render.plain import safe_text
from tracker.wiring import policy_of


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
