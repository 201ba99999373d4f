"""`tracker demo`: the real daemon on the embedded news site, an hour of edits in about twenty seconds."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from tracker import logs
from tracker.cli.base import App, with_app
from tracker.cli.reported import Wanted, digest_of_store
from tracker.cli.watch import found
from tracker.demo.hour import open_site, watch
from tracker.errors import TrackerError, UsageError
from tracker.model import Outcome, Recorded, Verdict
from tracker.render.digest import Limits
from tracker.render.digest_terminal import digest_parts
from tracker.render.wording import count
from tracker.signals import signals_stop
from tracker.store import Store
from tracker.wiring import World

_UNTOLD = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
_QUERY = "SELECT kind, before, after FROM changes_detail"
_DEFAULT_DATABASE = Path("db") / "demo.db"


@click.command(short_help="All of it on an embedded news site, in twenty seconds.")
@with_app
def demo(app: App) -> None:
    """The whole thing on an embedded news site: an hour of edits in about twenty seconds, then the report."""
    app.configure_logs(logs.QUIET)
    database = _fresh_database(app)
    output = app.output()
    world = World()
    with open_site(world) as (site, fast), signals_stop(world):
        output.print(_opening(len(site.urls), len(site.front_pages)))
        is_whole = watch(site, database, fast, Teller(output))
    if not is_whole:
        raise TrackerError("The demo was stopped before its hour was over.")
    with Store.open(database, read_only=True) as store:
        output.print(Rule("What `tracker report` says of that hour", style="dim"))
        # What comes next is told below, with the name of the demo's own database.
        for part in digest_parts(digest_of_store(store, Wanted(), Limits()), None, tells_onward=False):
            output.print(part)
    _say_what_next(output, database)


@dataclass(slots=True)
class Teller:
    """Prints what the daemon finds as it finds it; a standing absence only once."""

    output: Console
    standing: dict[int, Outcome] = field(default_factory=dict)

    def __call__(self, verdict: Verdict, _recorded: Recorded) -> None:
        article_id, outcome = verdict.sighting.order.article_id, verdict.outcome
        is_new = outcome != self.standing.get(article_id) or verdict.new_revision is not None
        self.standing[article_id] = outcome
        if is_new and (outcome not in _UNTOLD or verdict.reason):
            moment = verdict.sighting.fetch.fetched_at.astimezone()
            self.output.print(found(verdict, f"{moment:%H:%M}"), end="")


def _fresh_database(app: App) -> Path:
    if app.database is not None:
        if app.database.exists():
            raise UsageError(f"{app.database} is there already; name a file for the demo that is not.")
        return app.database
    try:
        _DEFAULT_DATABASE.parent.mkdir(exist_ok=True)
        for leftover in _DEFAULT_DATABASE.parent.glob(_DEFAULT_DATABASE.name + "*"):
            leftover.unlink()
    except OSError as error:
        raise UsageError(
            f"{_DEFAULT_DATABASE} cannot be written here: {error.strerror}; name another with --database."
        ) from None
    return _DEFAULT_DATABASE


def _opening(article_count: int, outlet_count: int) -> str:
    return (
        f"A news site of {count(outlet_count, 'outlet')} and {count(article_count, 'article')} has opened on this "
        "machine. It lives through an hour in about twenty seconds; adverts, counters and related links change at "
        "every visit, the articles now and then. This is what the daemon finds:\n"
    )


def _say_what_next(output: Console, database: Path) -> None:
    tracker = sys.argv[0] if "/" in sys.argv[0] and not Path(sys.argv[0]).is_absolute() else "tracker"
    output.print(Rule("What to try next", style="dim"))
    for command, what in (
        (f"{tracker} --database {database} diff landslide", "the last change of one article, word by word"),
        (f"{tracker} --database {database} log pool-roof", "the history of the article that was gone for a while"),
        (
            f"{tracker} --database {database} report --since 2h --kind number,notice_removed",
            "only what is most telling",
        ),
        (f"sqlite3 {database} '{_QUERY}'", "the file itself, in plain SQL"),
        (f"{tracker} add https://... && {tracker} run", "your own articles"),
    ):
        output.print(Text(command, "bold"), Text(f"    {what}", "dim"), sep="\n", soft_wrap=True)
