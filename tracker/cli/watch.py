"""Looking: `tracker run` and `tracker check`."""

from __future__ import annotations

import click
from rich.text import Text

from tracker import logs
from tracker.check import CheckCycle
from tracker.cli.base import URL_FORMS, App, with_app
from tracker.errors import UsageError
from tracker.model import Batch, Outcome, Recorded, State, Verdict
from tracker.render.marked_text import Page, indented
from tracker.render.plain import safe_text
from tracker.render.terminal import change_line
from tracker.render.wording import outcome_name, state_name
from tracker.signals import signals_stop
from tracker.store import Store
from tracker.wiring import World, check_cycle, courier, fetcher_for, outlets_of

_INDENT = 4
_NOTICES_S = 20.0  # for notices to leave; what does not is sent at the next check, or by the daemon
_ALL = 2**62  # articles: no limit
_NOTHING_NEW = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})


@click.command(short_help="The daemon, in the foreground.")
@with_app
def run(app: App) -> None:
    """The daemon, in the foreground: looks at what is due until it is told to stop (Ctrl-C or SIGTERM)."""
    from tracker import daemon  # noqa: PLC0415 - the scheduler and the rest of it, which a single check does not need

    config = app.config()
    app.configure_logs()
    with app.write(config):
        pass  # made, or brought up to date, before the heartbeats begin
    world = World()
    with signals_stop(world):
        daemon.run(config, world, daemon.witness_in_log, listen=config.health.address)


@click.command(short_help="Look once, now, and tell what was found.", epilog=URL_FORMS)
@click.argument("references", metavar="[URL]...", nargs=-1)
@click.option("--due", "only_due", is_flag=True, help="What is due now; the same as without any URL.")
@click.option("--all", "every", is_flag=True, help="Every tracked article, due or not.")
@with_app
def check(app: App, references: tuple[str, ...], only_due: bool, every: bool) -> None:
    """Look once, now, and tell what was found: at the articles named, at what is due (if none is), or at all."""
    if bool(references) + only_due + every > 1:
        raise UsageError("Name URLs, or --due, or --all: one of the three.")
    config = app.config()
    app.configure_logs(logs.QUIET)
    world = World()
    output = app.output()
    with app.write(config) as store, signals_stop(world), app.progress() as progress:
        batches = _batches(store, references, every, world)
        task = progress.add_task("Looking", total=sum(len(batch.orders) for batch in batches))

        def tell(verdict: Verdict, _recorded: Recorded) -> None:
            progress.advance(task)
            if verdict.outcome not in _NOTHING_NEW or references or app.is_verbose:
                output.print(found(verdict), end="")

        outlets = outlets_of(config, world)
        with check_cycle(config, store, fetcher_for(config, world), world, tell) as cycle:
            status = _run(app, cycle, batches)
        with courier(outlets, store, world) as carrying:
            carrying.finish(_NOTICES_S, world.stop.is_set)
    click.get_current_context().exit(status)


def _run(app: App, cycle: CheckCycle, batches: tuple[Batch, ...]) -> int:
    tally = cycle.run(batches)
    counted = ", ".join(f"{count} {outcome_name(outcome)}" for outcome, count in tally.outcomes.most_common())
    app.remarks().print(f"{tally.checks} looked at: {counted}." if tally.checks else "Nothing is due.")
    return 1 if tally.outcomes[Outcome.FAILED] else 0


def _batches(store: Store, references: tuple[str, ...], every: bool, world: World) -> tuple[Batch, ...]:
    if references:
        return store.orders_for([store.resolve(reference).article_id for reference in references])
    if every:
        return store.orders_for([article.article_id for article in store.articles()])
    return store.claim_due(world.now(), limit=_ALL)


def found(verdict: Verdict, moment: str = "") -> Page:
    """One check: its outcome in a line, with the time of day where that tells something; what changed beneath it."""
    is_live_page = verdict.state is State.LIVE_PAGE  # which says more than that no article could be read in it
    name = state_name(verdict.state) if is_live_page else outcome_name(verdict.outcome)
    rest = safe_text(f"{verdict.sighting.order.url}{_why(verdict)}")
    changes = verdict.comparison.changes if verdict.comparison else ()
    return Page(
        Text.assemble((f"{moment} " if moment else "", "dim"), f"{name:<12} ", rest, overflow="fold"),
        *(indented(change_line(change), _INDENT) for change in changes),
    )


def _why(verdict: Verdict) -> str:
    """What the outcome's name leaves open, in brackets."""
    moved_to = verdict.moved_to if verdict.moved_to and verdict.moved_to not in verdict.reason else None
    told = [
        *([verdict.reason] if verdict.reason else []),
        *([f"now at {moved_to}"] if moved_to else []),
        *(["the page before was read anew first, which is no edit"] if verdict.reread is not None else []),
    ]
    return f" ({'; '.join(told)})" if told else ""
