"""`tracker import`: what others saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tracker.cli.base import App, with_app
from tracker.clock import utc_now
from tracker.config import Config
from tracker.errors import FormatError, NotFound
from tracker.exchange import newsdiffs
from tracker.exchange.imported import ImportedLook
from tracker.exchange.text_files import read_file
from tracker.importing import FORMATS, Brought, Format, Imported, PrintedImporter, Wishes
from tracker.judge import Judge
from tracker.model import Outcome
from tracker.render.plain import safe_text
from tracker.render.wording import count
from tracker.signals import signals_stop
from tracker.store import Store
from tracker.wiring import World, importer, memento_access, policy_of

_PRINTED = "newsdiffs"
_MEMENTO = "memento"
_MOST_TOLD = 20  # faults of one file, and articles with a line of their own: what can be taken in
_SHOWN = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED})


@click.command("import", short_help="Record what others saw.")
@click.argument("form", metavar="FORMAT", type=click.Choice([_PRINTED, *FORMATS]))
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--archive", metavar="URL", help="memento: what stands before a URL to ask for its TimeMap.")
@click.option("--url", metavar="URL", help="html: the address of pages that do not say theirs.")
@click.option("--timezone", default="UTC", metavar="NAME", help="Of times that do not say theirs, such as Asia/Tokyo.")
@click.option("--boring", "with_boring", is_flag=True, help="newsdiffs-db: also what NewsDiffs held to be no edit.")
@click.option("--file-times", "use_file_times", is_flag=True, help="html: a file's own time, where none else is told.")
@with_app
def import_files(
    app: App,
    form: str,
    files: tuple[str, ...],
    archive: str | None,
    url: str | None,
    timezone: str,
    with_boring: bool,
    use_file_times: bool,
) -> None:
    """Record what others saw, each look at its own time.

    \b
    newsdiffs      files in NewsDiffs' printed form, one version or a chain in each: they tell no time, so seen now
    newsdiffs-db   folders with NewsDiffs' database and its `articles` in git
    diffengine     diffengine's databases
    warc           WARC files, plain or compressed, together with those that they refer to
    memento        URLs of articles: the copies of them that a web archive has
    html           folders of pages with times in their names, or with an index.csv (file,url,time)

    Importing twice changes nothing. A page at an address that is not tracked begins an article only if it shows one.
    """
    config = app.config()
    if form == _PRINTED:
        _import_printed(app, config, [Path(file) for file in files])
        return
    chosen = FORMATS[form]
    if form != _MEMENTO:
        _check_there([Path(file) for file in files])
    zone = _zone(timezone)
    world = World()
    with app.write(config) as store, signals_stop(world):
        bringing = _Bringing(app, config, store, world)
        is_well = [
            bringing.bring(
                chosen,
                part,
                lambda problem: Wishes(
                    problem,
                    zone,
                    url,
                    config.fetch.max_body_bytes,
                    memento_access(config, store, world, archive) if form == _MEMENTO else None,
                    with_boring,
                    use_file_times,
                ),
            )
            for part in chosen.parts(files)
        ]
    click.get_current_context().exit(0 if all(is_well) else 1)


def _import_printed(app: App, config: Config, files: Iterable[Path]) -> None:
    versions = [version for file in files for version in newsdiffs.read_bytes(read_file(file), str(file))]
    judge = Judge(policy_of(config), is_doubting=False)
    with app.write(config) as store, app.progress() as progress:
        importer = PrintedImporter(store, judge)
        results = [
            importer.bring_in(version, utc_now()) for version in progress.track(versions, description="Importing")
        ]
    for result in results:
        _tell_import(app, result)


def _tell_import(app: App, result: Imported) -> None:
    what = "known already" if result.outcome is None else f"revision {result.revision_number}"
    app.remarks().print(safe_text(f"{result.url}: {what}"), markup=False)


def _check_there(paths: Iterable[Path]) -> None:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise NotFound(f"There is no file or folder {', '.join(missing)}.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(
            f"{name!r} is no time zone; write it as in Europe/Berlin.", param_hint="--timezone"
        ) from None


@dataclass(slots=True)
class _Tally:
    """What came of one file, or of several that are read together. The same size after ten looks and ten million."""

    what: Counter[str] = field(default_factory=Counter)
    articles: dict[str, Counter[str]] = field(default_factory=dict)  # by URL; empty: there are too many
    is_many: bool = False
    faults: int = 0

    def add(self, brought: Brought) -> None:
        name = _name(brought)
        self.what[name] += 1
        if brought.article_id is None or self.is_many:
            return
        self.articles.setdefault(brought.url, Counter())[name] += 1
        if len(self.articles) > _MOST_TOLD:
            self.is_many = True
            self.articles.clear()


def _name(brought: Brought) -> str:
    if brought.is_known:
        return "known already"
    if brought.is_no_article:
        return "of pages that are no tracked articles"
    if brought.outcome is None:
        return "passed over"
    if brought.revision_number is not None:
        return "with a wording of its own"
    return "as before" if brought.outcome in _SHOWN else "without the article"


def _in_words(what: Counter[str]) -> str:
    looks = count(what.total(), "look")
    return f"{looks}: {', '.join(f'{number:,} {name}' for name, number in what.most_common())}" if what else "no looks"


@dataclass(frozen=True, slots=True)
class _Bringing:
    """One call of the command."""

    app: App
    config: Config
    store: Store
    world: World

    def bring(self, form: Format, part: tuple[str, ...], wishes: Callable[[Callable[[str], None]], Wishes]) -> bool:
        """Whether nothing went wrong. What is wrong with one file is told, and keeps no other from being read."""
        name = part[0] if len(part) == 1 else f"{len(part)} files"
        tally = _Tally()

        def problem(sentence: str) -> None:
            tally.faults += 1
            if tally.faults <= _MOST_TOLD:
                self._tell(sentence)

        try:
            self._take(form.read(part, wishes(problem)), tally, problem)
        except (FormatError, NotFound) as error:
            problem(str(error))
        if tally.faults > _MOST_TOLD:
            self._tell(f"{name}: {tally.faults - _MOST_TOLD:,} more faults.")
        self._tell(f"{name}: {_in_words(tally.what)}")
        if len(tally.articles) > 1:
            for url, what in tally.articles.items():
                self._tell(f"  {url}: {_in_words(what)}")
        if self.world.stop.is_set():
            self._tell(
                f"{name}: stopped before its end; what was imported stays, and importing it again goes on there."
            )
        return tally.faults == 0 and not self.world.stop.is_set()

    def _take(self, looks: Iterator[ImportedLook], tally: _Tally, problem: Callable[[str], None]) -> None:
        with importer(self.config, self.store, self.world) as taking, self.app.progress() as progress:
            task = progress.add_task("Importing", total=None)
            for brought in taking.bring_in(self._until_stopped(looks)):
                progress.advance(task)
                tally.add(brought)
                if brought.problem:
                    problem(f"{brought.url}, {_moment(brought.seen_at)}: passed over, as {brought.problem}.")

    def _until_stopped(self, looks: Iterator[ImportedLook]) -> Iterator[ImportedLook]:
        for look in looks:
            if self.world.stop.is_set():
                return
            yield look

    def _tell(self, sentence: str) -> None:
        self.app.remarks().print(safe_text(sentence), markup=False)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
