"""`tracker merge`: databases of groups of hosts become one."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.base import App, with_app
from tracker.render.wording import count
from tracker.store.joining import join

_FILE = click.Path(path_type=Path)


@click.command(short_help="Join databases of groups of hosts into one.")
@click.argument("target", type=_FILE)
@click.argument("sources", metavar="SOURCE...", type=_FILE, nargs=-1, required=True)
@with_app
def merge(app: App, target: Path, sources: tuple[Path, ...]) -> None:
    """Join the databases SOURCE..., each written by a daemon of its own, into the new file TARGET.

    No row is lost; the files themselves are not altered. Articles of all but the first file get other numbers, and
    their chains other hashes: the table `joined_articles` tells those that they had. An article can be in one of the
    files only.
    """
    with app.progress() as progress:
        task = progress.add_task("Merging", total=None)
        joined = join(target, sources, lambda done, total: progress.update(task, completed=done, total=total))
    app.remarks().print(
        f"{target} holds {count(joined.articles, 'article')}, {count(joined.checks, 'look')}, "
        f"{count(joined.revisions, 'revision')} and {count(joined.changes, 'change')}.",
        soft_wrap=True,
    )
