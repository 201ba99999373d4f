"""`tracker notify`: do notices arrive?"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import click

from tracker.cli.base import App, with_app
from tracker.clock import utc_now
from tracker.courier import Outlet
from tracker.errors import UsageError
from tracker.notices import letter, notice_json, test_notice
from tracker.notify import Deferred, Delivered, Delivery, Refused
from tracker.wiring import World, outlets_of


@click.group(short_help="Notices of changes: do they arrive?")
def notify() -> None:
    """Notices of changes, as `[[notify]]` in config.toml asks for them. `run` and `check` send them by themselves."""


@notify.command()
@click.argument("channels", metavar="[CHANNEL]...", nargs=-1)
@with_app
def test(app: App, channels: tuple[str, ...]) -> None:
    """One notice through every channel, or through those that are named. Nothing is recorded."""
    outlets = _chosen(outlets_of(app.config(), World()), channels)
    with ThreadPoolExecutor(len(outlets)) as threads:
        tries = [(outlet, threads.submit(_try, outlet)) for outlet in outlets]
        arrived = [_told(outlet.rule.channel, each.result()) for outlet, each in tries]
    click.get_current_context().exit(0 if all(arrived) else 1)


def _chosen(outlets: tuple[Outlet, ...], names: tuple[str, ...]) -> tuple[Outlet, ...]:
    known = [outlet.rule.channel for outlet in outlets]
    if not outlets:
        raise UsageError("No channel is configured; write a [[notify]] section into config.toml.")
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"There is no channel {unknown[0]!r}; config.toml has {', '.join(known)}.")
    return tuple(outlet for outlet in outlets if not names or outlet.rule.channel in names)


def _try(outlet: Outlet) -> Delivery:
    notice = test_notice(str(uuid.uuid4()), outlet.rule.channel, utc_now())
    return outlet.send(letter(notice, outlet.rule, None, notice_json(notice)))


def _told(channel: str, delivery: Delivery) -> bool:
    """Says what came of it; did it arrive?"""
    match delivery:
        case Delivered():
            click.echo(f"{channel}: sent")
            return True
        case Deferred(problem) | Refused(problem):
            click.echo(f"{channel}: not sent, {problem}")
            return False
