"""The command line: thin commands over the parts. `tracker --help` lists them."""

from __future__ import annotations

import errno
import importlib
import io
import os
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from tracker import __version__
from tracker.cli.base import App, global_options
from tracker.errors import TrackerError, UsageError

# Each command's room is opened when the command is called: to import all of them takes half a second.
_COMMANDS = {
    "init": ("setup", "init"),
    "add": ("setup", "add"),
    "run": ("watch", "run"),
    "check": ("watch", "check"),
    "list": ("look_up", "list_articles"),
    "status": ("look_up", "status"),
    "log": ("look_up", "log"),
    "show": ("look_up", "show"),
    "diff": ("report", "diff"),
    "report": ("report", "report"),
    "search": ("search", "search"),
    "import": ("bring_in", "import_files"),
    "export": ("give_out", "export_files"),
    "verify": ("keep", "verify"),
    "backup": ("keep", "backup"),
    "merge": ("merge", "merge"),
    "evidence": ("evidence", "evidence"),
    "notify": ("notify", "notify"),
    "web": ("web", "web"),
    "demo": ("demo", "demo"),
}

# What writing to standard output can meet, apart from a reader who left.
_OUTPUT_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})

# click's hint in brackets, which is followed by a full stop of ours.
_HINT = re.compile(r" \((Did you mean .*\?)\)\.?$")


class _InOrder(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(_COMMANDS)  # as a newcomer needs them, not by the alphabet

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        room, command = _COMMANDS[name]
        found = getattr(importlib.import_module(f"tracker.cli.{room}"), command)
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, which knows the near names of commands that are all loaded only."""
        try:
            return super().resolve_command(context, arguments)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=_COMMANDS, ctx=context) from None


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tracker")
@global_options
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:
    """Watches news articles and records, change by change, what is edited after publication.

    URL also takes an article's number or a unique part of its URL.
    """
    context.obj = App(**options)


def main() -> None:
    """The entry point: every error that is meant for the user is one sentence, with the status of its kind."""
    try:
        status = _run()
    except (SystemExit, OSError) as end:
        _end_of_output(end)
    sys.exit(status)


def _run() -> int:
    _settle_encoding()
    try:
        _require_text(sys.argv[1:])
        status = cli.main(prog_name="tracker", standalone_mode=False)
        if sys.stdout:  # None, where it was closed before the start
            sys.stdout.flush()  # here, where a full disk can still be told of
    except TrackerError as error:
        return _told(str(error), error.exit_status)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _told(_sentence(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _told("stopped", 130)
    return status if isinstance(status, int) else 0


def _settle_encoding() -> None:
    """Files and pipes get UTF-8, whatever the locale; a terminal that cannot show a character gets its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _require_text(arguments: Iterable[str]) -> None:
    """Bytes that are no text in the system's encoding arrive as lone surrogates, which no database takes."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{argument!r} is not text; write it in {sys.getfilesystemencoding()}.") from None


def _told(sentence: str, status: int) -> int:
    click.echo(f"tracker: {sentence}", err=True)
    return status


def _sentence(error: click.ClickException) -> str:
    """What is wrong with the call, and where to read how it is meant."""
    message = _HINT.sub(r" \1", " ".join(error.format_message().split()))
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "tracker"
    return f"{message if message.endswith(('.', '?', '!')) else message + '.'} See `{path} --help`."


def _end_of_output(end: SystemExit | OSError) -> NoReturn:
    """A reader who has seen enough (`| head`) is no fault; a full disk is told of; all else is a bug and is raised."""
    # No command ends by SystemExit, but click and rich do at a closed pipe, with status 1.
    is_closed = isinstance(end, BrokenPipeError) or (isinstance(end, SystemExit) and end.code == 1)
    if isinstance(end, OSError) and end.filename is None and end.errno in _OUTPUT_TROUBLE:
        click.echo(f"tracker: Standard output cannot be written: {end.strerror}.", err=True)
    elif not is_closed:
        raise end
    # Python's own flush at exit, of what can no longer be written, must not complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0 if is_closed else 1)
