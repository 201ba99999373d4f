"""`tracker diff --format png|svg`: one change as a card fit for a post."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.base import App
from tracker.errors import TrackerError, UsageError
from tracker.model import Change
from tracker.render.pair import RevisionPair, when_text
from tracker.render.plain import code_point
from tracker.render.reports import telling_rank
from tracker.urls import host_of

if TYPE_CHECKING:
    from tracker.pictures import Picture

FORMS = ("png", "svg")
_FILE = click.Path(path_type=Path, dir_okay=False)
_MODULES = frozenset({"resvg_py", "uharfbuzz"})


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """What was asked for of a picture, beside its format."""

    output: Path | None  # None: standard output
    change_id: int | None  # None: the most telling change
    is_dark: bool

    @property
    def is_any_given(self) -> bool:
        return self != PictureOptions(None, None, is_dark=False)


def picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--output`, `--change` and `--dark`, given to the command as `picture`."""

    @click.option("--output", type=_FILE, metavar="FILE", help="Where to write a PNG or SVG.")
    @click.option(
        "--change", "change_id", type=int, metavar="ID", help="Which change it shows; if not given, the most telling."
    )
    @click.option("--dark", "is_dark", is_flag=True, help="Draw it on dark ground.")
    @functools.wraps(command)
    def run(*given: Any, output: Path | None, change_id: int | None, is_dark: bool, **others: Any) -> None:
        command(*given, picture=PictureOptions(output, change_id, is_dark), **others)

    return run


def write_picture(
    app: App,
    pair: RevisionPair,
    change_ids: tuple[int, ...],
    zone: tzinfo | None,
    form: str,
    options: PictureOptions,
) -> None:
    """One change of the pair as a card. `change_ids`: of the pair's changes, in their order, if they are recorded."""
    if options.output is None and form == "png" and sys.stdout.isatty():
        raise UsageError("A PNG is no text for a terminal; name a file with --output, or send it on.")
    change = _chosen(pair, change_ids, options.change_id)
    picture = _picture(pair, change, zone, form, is_dark=options.is_dark)
    _write(picture.data, options.output)
    if picture.replaced:
        named = " ".join(code_point(sign) for cluster in picture.replaced for sign in cluster)
        app.remarks().print(f"No font on this machine draws {named}; the card says so in their places.")


def _picture(pair: RevisionPair, change: Change, zone: tzinfo | None, form: str, *, is_dark: bool) -> Picture:
    from tracker.render.card import card_of  # noqa: PLC0415 - what the other formats need not wait for

    try:
        from tracker.pictures import card_png, card_svg  # noqa: PLC0415 - an extra that not everybody has installed
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _MODULES:
            raise
        raise UsageError(
            "Pictures need two libraries and fonts; install them with `pip install 'article-tracker[pictures]'`."
        ) from None
    card = card_of(
        change,
        headline=pair.headline,
        host=host_of(pair.url),
        when=when_text(pair, zone),
        language=pair.newer.extract.language or pair.older.extract.language,
    )
    return (card_png if form == "png" else card_svg)(card, is_dark=is_dark)


def _chosen(pair: RevisionPair, change_ids: tuple[int, ...], change_id: int | None) -> Change:
    changes = pair.comparison.changes
    between = f"between revisions {pair.older.number} and {pair.newer.number}"
    if not changes:
        raise TrackerError(f"There is no change {between} to draw a card of.")
    if change_id is None:
        return min(changes, key=telling_rank)
    if change_id not in change_ids:
        known = f"; there are {', '.join(map(str, change_ids))}" if change_ids else ""
        raise UsageError(f"--change: there is no change {change_id} {between}{known}.")
    return changes[change_ids.index(change_id)]


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UsageError(f"--output: {output} cannot be written: {error.strerror}.") from None
