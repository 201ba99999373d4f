"""All pages as files for any web host: written where something changed, left alone where nothing did.

Quiet looks alone change no page: what is shown is as of the latest change of an article, and of its state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath

from tracker import __version__, answers
from tracker.answers import Site
from tracker.errors import TrackerError, UsageError
from tracker.model import ArticleStatus, Kind, utc_text
from tracker.pages.links import ASSETS, FileLinks, asset, fingerprint, folder_name
from tracker.store import Store

# What was written, so that the next time only what changed since is. Beside the pages: a folder can be moved.
_LEDGER = ".tracker-site.json"
# Another form of the pages: everything is made anew, and written where it is different.
_FORM = f"{__version__} 1"
_NOTED_EVERY = 500  # parts: what was done is not done again after a kill
_BROKEN_LEDGER = "{path} is not what an earlier run left there; remove the folder, or name another."


@dataclass(slots=True)
class SiteReport:
    """What came of it."""

    written: int = 0  # files
    kept: int = 0  # files that were right as they were
    removed: int = 0


@dataclass(slots=True)
class _Ledger:
    """By part of the site (an article, a day, a host ...): what it showed, and the files that tell it."""

    form: str
    marks: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)


Progress = Callable[[int, int], None]
Page = tuple[str, str | bytes]  # name of the file below the folder, content


@dataclass(frozen=True, slots=True)
class _Part:
    """Pages that change together. `mark` tells whether they did."""

    name: str
    mark: str
    pages: Callable[[], Iterable[Page]]


def export_site(
    store: Store, folder: Path, now: datetime, base_url: str = "", *, progress: Progress | None = None
) -> SiteReport:
    """`base_url`: where the folder will be on the web; feeds then name whole addresses.

    Raises UsageError for a folder that holds something else, TrackerError where it cannot be written.
    """
    form = " ".join([_FORM, *map(fingerprint, ASSETS), base_url])
    try:
        known = _read_ledger(folder, form)
        fresh, report = _Ledger(form), SiteReport()
        _write_ledger(folder, known)  # first of all: a folder that was left unfinished is known again
        total = store.overview().article_count + 1
        for done, part in enumerate(_Builder(store, now, base_url.rstrip("/")).parts(), 1):
            _settle(part, folder, known, fresh, report)
            if done % _NOTED_EVERY == 0:
                _write_ledger(folder, _Ledger(form, {**known.marks, **fresh.marks}, {**known.files, **fresh.files}))
            if progress is not None:
                progress(min(done, total), total)
        _remove_others(folder, known, fresh, report)
        _write_ledger(folder, fresh)
    except OSError as error:
        raise TrackerError(f"{folder} cannot be written: {error.strerror or error}.") from None
    return report


def _read_ledger(folder: Path, form: str) -> _Ledger:
    path = folder / _LEDGER
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} holds something else; name a folder that is empty or not there yet.")
        return _Ledger(form)
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        files = {str(name): [_within(each) for each in files] for name, files in read["files"].items()}
        return _Ledger(form, dict(read["marks"]) if read["form"] == form else {}, files)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(_BROKEN_LEDGER.format(path=path)) from None


def _within(name: str) -> str:
    """Raises ValueError for a file that is not below the folder: it is not ours to remove."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(name)
    return name


def _write_ledger(folder: Path, ledger: _Ledger) -> None:
    text = json.dumps({"form": ledger.form, "marks": ledger.marks, "files": ledger.files}, ensure_ascii=False)
    _write(folder / _LEDGER, text.encode())


def _settle(part: _Part, folder: Path, known: _Ledger, fresh: _Ledger, report: SiteReport) -> None:
    files = known.files.get(part.name, [])
    if known.marks.get(part.name) == part.mark and all((folder / name).exists() for name in files):
        report.kept += len(files)
        fresh.files[part.name] = files
    else:
        fresh.files[part.name] = [_written(folder, name, content, report) for name, content in part.pages()]
    fresh.marks[part.name] = part.mark


def _written(folder: Path, name: str, content: str | bytes, report: SiteReport) -> str:
    """A page that came out as it was is left alone: who copies the folder to a server copies the others only."""
    path, wanted = folder / name, content if isinstance(content, bytes) else content.encode()
    if path.exists() and path.read_bytes() == wanted:
        report.kept += 1
    else:
        _write(path, wanted)
        report.written += 1
    return name


def _write(path: Path, content: bytes) -> None:
    """In one step: who reads meanwhile gets the old page or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)


def _remove_others(folder: Path, known: _Ledger, fresh: _Ledger, report: SiteReport) -> None:
    """Files of earlier runs that nothing names any more."""
    wanted = {name for files in fresh.files.values() for name in files}
    for name in {name for files in known.files.values() for name in files} - wanted:
        (folder / name).unlink(missing_ok=True)
        report.removed += 1


# -- parts -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Builder:
    store: Store
    now: datetime
    base_url: str
    hosts: dict[str, str] = field(default_factory=dict)  # with a mark of what their articles show

    def parts(self) -> Iterator[_Part]:
        for article in self.store.articles():
            joined = [_shown_of(each) for each in self.store.joined_into(article.article_id)]
            mark = _mark(*_shown_of(article), *joined)
            self.hosts[article.host] = _mark(self.hosts.get(article.host, ""), mark)
            yield _Part(f"article {article.article_id}", mark, partial(self._article, article))
        for host, mark in self.hosts.items():
            yield _Part(f"host {host}", mark, partial(self._host, host))
        everything = _mark(*sorted(self.hosts.items()))
        days = self.store.days_with_changes()
        for at, (day, mark) in enumerate(days):
            before = days[at + 1][0] if at + 1 < len(days) else None
            yield _Part(f"day {day}", _mark(mark, before), partial(self._day, day, before))
        yield _Part("front", everything, partial(self._front, days[0][0] if days else None))
        yield _Part("style", _mark(*map(asset, ASSETS)), _styles)

    def _site(self, depth: int) -> Site:
        links = FileLinks(depth)
        return Site(links, FileLinks(base=self.base_url) if self.base_url else links)

    def _article(self, article: ArticleStatus) -> Iterator[Page]:
        site, number = self._site(2), article.revision_count
        folder = f"article/{article.article_id}"
        for part, page in enumerate(answers.article_parts(self.store, article.article_id, site, self.now), 1):
            yield f"{folder}/{'index' if part == 1 else f'history-{part}'}.html", page
        yield f"{folder}/feed.atom", answers.feed(self.store, None, str(article.article_id), None, site)
        for each in range(1, number + 1):
            yield f"{folder}/revision-{each}.html", answers.revision(self.store, article.article_id, each, site)
        pairs = [(each, each + 1) for each in range(1, number)]
        for older, newer in [*pairs, *([(1, number)] if number > 2 else [])]:
            for suffix, view in (("", "inline"), ("-side", "side")):
                page = answers.comparison(self.store, article.article_id, (older, newer), {"view": [view]}, site)
                yield f"{folder}/diff-{older}-{newer}{suffix}.html", page

    def _host(self, host: str) -> Iterator[Page]:
        folder, site = f"host/{folder_name(host)}", self._site(2)
        yield f"{folder}/index.html", answers.host(self.store, host, site)
        yield f"{folder}/feed.atom", answers.feed(self.store, host, None, None, site)

    def _day(self, day: str, before: str | None) -> Iterator[Page]:
        yield f"day/{day}.html", answers.day(self.store, _start(day), before, self._site(1))

    def _front(self, latest_day: str | None) -> Iterator[Page]:
        site = self._site(0)
        yield "index.html", answers.latest(self.store, latest_day, site)
        yield "feed.atom", answers.feed(self.store, None, None, None, site)
        for kind in Kind:
            yield f"kind/{kind}/feed.atom", answers.feed(self.store, None, None, kind, self._site(2))


def _styles() -> Iterator[Page]:
    for name in ASSETS:
        yield f"style/{name}", asset(name)


def _shown_of(article: ArticleStatus) -> tuple[object, ...]:
    """What its pages tell, but for quiet looks."""
    times = (article.state_since_at, article.last_changed_at, article.first_seen_at)
    return (
        article.url,
        article.headline,
        article.state,
        article.revision_count,
        article.change_count,
        article.joined_to_article_id,
        *(None if time is None else utc_text(time) for time in times),
    )


def _start(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _mark(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
