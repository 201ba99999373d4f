"""`tracker export site` and `tracker export atom`: the pages and feeds as files, for any web host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from tracker import answers
from tracker.errors import UsageError
from tracker.model import Kind
from tracker.pages.links import FileLinks
from tracker.render.wording import count
from tracker.site import Progress, export_site
from tracker.store import Store
from tracker.store.reading import ChangeFilter

FORMS = ("site", "atom")


def write_site(store: Store, references: Sequence[str], base_url: str | None, now: datetime, progress: Progress) -> str:
    """What was done, in one sentence. The one reference is the folder."""
    if len(references) != 1:
        raise UsageError("`tracker export site` takes one folder: `tracker export site DIR`.")
    report = export_site(store, Path(references[0]), now, _base(base_url) or "", progress=progress)
    if not report.written and not report.removed:
        return "Nothing new."
    removed = f", {count(report.removed, 'file')} removed" if report.removed else ""
    kept = f", {count(report.kept, 'file')} left as they were" if report.kept else ""
    return f"{count(report.written, 'file')} written{kept}{removed}."


def write_feed(
    store: Store,
    references: Sequence[str],
    wanted: ChangeFilter,
    base_url: str | None,
    stream: BinaryIO,
) -> None:
    """One article at most, since a feed of several is that of their host, or several feeds."""
    if len(references) > 1:
        raise UsageError("A feed is of one article, of a host, or of all; name one URL, or --host, or neither.")
    base = _base(base_url)
    if references:
        wanted = replace(wanted, article_id=store.resolve(references[0]).article_id)
    stream.write(answers.changes_feed(store, wanted, None if base is None else FileLinks(base=base)))


def kinds_of(given: Sequence[str]) -> tuple[Kind, ...]:
    """From `number,name`, given once or more often. Raises UsageError."""
    names = [name.strip() for each in given for name in each.split(",") if name.strip()]
    return tuple(dict.fromkeys(answers.word(Kind, name, "kind of change") for name in names))


def _base(url: str | None) -> str | None:
    """Where the folder will be on the web, without a slash at its end."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise UsageError(f"--url: {url!r} is no address of a folder on the web; write https://example.org/changes.")
    return url.rstrip("/")
