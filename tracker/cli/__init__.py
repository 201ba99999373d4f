"""The command line: thin commands over the parts. `tracker --help` lists them."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from tracker import __version__
from tracker.cli import demo, keep, look_up, report, setup, watch
from tracker.cli.base import App, global_options
from tracker.errors import TrackerError

_COMMANDS = (
    setup.init,
    setup.add,
    watch.run,
    watch.check,
    look_up.list_articles,
    look_up.status,
    look_up.log,
    look_up.show,
    report.diff,
    report.report,
    keep.import_files,
    keep.export_files,
    keep.verify,
    keep.backup,
    demo.demo,
)


class _InOrder(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(self.commands)  # as a newcomer needs them, not by the alphabet


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tracker")
@global_options
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:
    """Watches news articles and records, change by change, what is edited after publication.

    URL also takes an article's number or a unique part of its URL.
    """
    context.obj = App(**options)


for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """The entry point: every error that is meant for the user is one sentence, with the status of its kind."""
    try:
        status = cli.main(standalone_mode=False)
    except TrackerError as error:
        _fail(str(error), error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except BrokenPipeError:
        # The reader has seen enough (`| head`); Python's own flush at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(sentence: str, status: int) -> None:
    click.echo(f"tracker: {sentence}", err=True)
    sys.exit(status)
