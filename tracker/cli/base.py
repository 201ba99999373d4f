"""What every command shares: the global options, the open database, the consoles, and errors as one sentence."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tracker import config as configuration
from tracker import logs
from tracker.config import Config
from tracker.errors import BadURL, NotFound
from tracker.store import Store
from tracker.urls import canonical_url, host_of

_USER_FOLDER = Path(click.get_app_dir("tracker"))
URL_FORMS = "URL is an article's address, its number, or a unique part of its address."
REVISION_NUMBER = click.IntRange(0, 2**31 - 1)  # what SQLite can hold, and more than anybody numbers


@dataclass(frozen=True, slots=True)
class App:
    """What the global options came to, and what they lead to."""

    config_file: Path | None = None
    database: Path | None = None
    is_verbose: bool = False
    is_quiet: bool = False
    is_plain: bool = False  # no colour, whatever the terminal can do

    def config(self) -> Config:
        """The configuration that applies. Raises ConfigError with all its faults."""
        found = self._config_found()
        config = configuration.load(found) if found else configuration.parse("", source="", folder=Path.cwd())
        return config.with_database(self.database) if self.database else config

    def read(self) -> Store:
        """The database, to look things up in; never written to."""
        return Store.open(self.config().database_path, read_only=True)

    def write(self, config: Config) -> Store:
        """The database, made where there is none yet; its folder too, if a configuration names it."""
        path = config.database_path
        if self.database is None and not path.parent.exists() and self._config_found() is None:
            raise NotFound(f"There is no folder {path.parent}; `tracker init` makes one that is ready to run.")
        return Store.open(path, create=True)

    def _config_found(self) -> Path | None:
        return configuration.find(self.config_file, os.environ, Path.cwd(), _USER_FOLDER)

    def output(self, piped_width: int | None = None) -> Console:
        """Standard output, for what was asked for. `piped_width`: of lines that no screen limits; None: 80."""
        # None, where it was closed before the start.
        is_piped = sys.stdout is not None and not sys.stdout.isatty() and "COLUMNS" not in os.environ
        return Console(
            no_color=self.is_plain or None,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
            width=piped_width if is_piped else None,
        )

    def remarks(self) -> Console:
        """Standard error, for everything else."""
        return Console(
            stderr=True,
            no_color=self.is_plain or None,
            highlight=False,
            markup=False,  # a URL or a file's name may hold what rich takes for a style
            emoji=False,
            quiet=self.is_quiet,
            soft_wrap=True,
        )

    def progress(self) -> Progress:
        """Shown on a terminal only, and on standard error."""
        console = self.remarks()
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal or self.is_quiet,
            transient=True,
        )

    def configure_logs(self, level: int | None = None) -> None:
        chosen = logs.QUIET if self.is_quiet else logs.VERBOSE if self.is_verbose else level or logs.NORMAL
        logs.configure(chosen, colour=self.remarks().is_terminal and not self.is_plain)


_GLOBAL_OPTIONS = (
    click.option(
        "--config", "config_file", metavar="FILE", type=click.Path(path_type=Path), help="Which config.toml to read."
    ),
    click.option(
        "--database",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Which database to use instead of the config's.",
    ),
    click.option("-v", "--verbose", "is_verbose", is_flag=True, help="Tell more."),
    click.option("--quiet", "is_quiet", is_flag=True, help="Tell only what went wrong."),
    click.option("--no-color", "is_plain", is_flag=True, help="No colours, also on a terminal."),
)


def global_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The global options, which may stand before the command's name or after it."""
    for option in reversed(_GLOBAL_OPTIONS):
        command = option(command)
    return command


def with_app(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its `App` as first argument, made of the global options wherever they stood."""

    @global_options
    @click.pass_context
    @functools.wraps(command)
    def run(context: click.Context, /, **arguments: Any) -> None:
        given = {name: arguments.pop(name) for name in App.__annotations__}
        earlier = context.obj if isinstance(context.obj, App) else App()
        command(replace(earlier, **{name: value for name, value in given.items() if value}), **arguments)

    return run


def format_option(*forms: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`--format`, given to the command as `form`; the first of the forms is the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True)


def time_zone(is_utc: bool) -> tzinfo | None:
    """The zone that times are shown in; None is the machine's own."""
    return UTC if is_utc else None


class _Host(click.ParamType[str]):
    """A host as the database knows it, also of one that was copied with its address or in other letters."""

    name = "host"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return host_of(canonical_url(value if "://" in value else f"https://{value}"))
        except BadURL:
            self.fail(f"{value!r} is no host; write it as in www.example.com.", param, ctx)


def tracked_host(store: Store, host: str | None) -> str | None:
    """What `--host` names in this database. Raises NotFound where it may be one of several."""
    return None if host is None else store.named_host(host)


def host_option(command: Callable[..., None]) -> Callable[..., None]:
    """`--host`, given to the command as `host`."""
    return click.option("--host", metavar="HOST", type=_Host(), help="Only articles of this host.")(command)


utc_option = click.option("--utc", "is_utc", is_flag=True, help="Show times in UTC, not in local time.")
