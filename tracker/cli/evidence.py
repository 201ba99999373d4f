"""`tracker evidence`: everything about one article, for an outsider to check."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from tracker import __version__
from tracker.cli.base import URL_FORMS, App, with_app
from tracker.cli.look_up import onward_of, say_onward
from tracker.clock import utc_now
from tracker.errors import TrackerError
from tracker.evidence import bundle_at, write_evidence
from tracker.render.plain import safe_text


@click.command(short_help="Everything about one article, for an outsider to check.", epilog=URL_FORMS)
@click.argument("reference", metavar="URL")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_app
def evidence(app: App, reference: str, folder: Path) -> None:
    """Write everything about one article to the new folder DIR, or a zip file where DIR ends in `.zip`.

    Pages as they were sent, the text of every revision, what changed, every look, all chained by SHA-256. A README
    tells how to check it with `sha256sum` alone, without this program.
    """
    now = utc_now()
    with app.read() as store:
        article = store.resolve(reference)
        if article.last_checked_at is None:
            raise TrackerError(f"{article.url} was not looked at yet, so there is nothing to give evidence of.")
        with bundle_at(folder, now) as bundle:
            written = write_evidence(store, article, bundle, now, __version__)
        say_onward(app, onward_of(store, article))
    remarks = app.remarks()
    remarks.print(Text(safe_text(f"{written.file_count} files about {article.url} are in {folder}.")))
    remarks.print(Text("Give this to the receiver in another way than the files: the SHA-256 of SHA256SUMS is"))
    remarks.print(Text(written.sums_sha256))
    if written.broken:
        raise TrackerError(
            f"The record was altered: entry {written.broken[0]} of the chain is not as it was written down; "
            "`tracker verify` says more. What is there was written all the same."
        )
