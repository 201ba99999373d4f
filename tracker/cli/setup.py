"""Beginning: `tracker init` and `tracker add`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from tracker import config as configuration
from tracker.cli.base import App, with_app
from tracker.discover import SourceKind
from tracker.errors import TrackerError, UsageError
from tracker.exchange.text_files import read_file
from tracker.exchange.url_lists import read_urls
from tracker.render.plain import safe_text
from tracker.sources import Harvest
from tracker.store import Store
from tracker.urls import canonical_url
from tracker.wiring import World, fetcher_for, sandbox, source_reader

_OTHER_FORMS_SHOWN = 10  # a list of hundreds of addresses would say the same again and again


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--contact", metavar="TEXT", help="URL or mail address for the user agent, so that a site can reach you.")
@with_app
def init(app: App, folder: Path, contact: str | None) -> None:
    """Make DIR ready to run: a commented config.toml and db/. Nothing that is there is overwritten."""
    target = app.config_file or folder / configuration.FILE_NAME
    if target.exists():
        raise UsageError(f"{target} is there already and stays as it is; edit it, or choose another folder.")
    if contact is None:
        contact = _ask_for_contact()
    text = configuration.commented(contact)
    config = configuration.parse(text, source=str(target), folder=target.absolute().parent)
    try:
        (target.parent / "db").mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target.parent} cannot be made ready: {error.strerror}.") from None
    with Store.open(config.database_path, create=True):
        pass
    remarks = app.remarks()
    remarks.print(f"Made {target} and {config.database_path}.")
    remarks.print(f"Next: {_way_into(target.parent)}`tracker add https://...`, then `tracker run`.")


def _way_into(folder: Path) -> str:
    """The commands find what was made from inside the folder only."""
    return "" if folder.resolve() == Path.cwd() else f"`cd {shlex.quote(str(folder))}`, "


def _ask_for_contact() -> str:
    """Only a person can be asked; where there is none, the setting stays empty and says so in the file."""
    if not sys.stdin.isatty():
        return ""
    return str(click.prompt("A URL or mail address by which sites can reach you", default="", show_default=False))


@click.command(short_help="Track articles: by URL, from a file, or from a feed, sitemap or page.")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), help="A file with one URL a line.")
@click.option("--feed", "feeds", multiple=True, metavar="URL", help="An RSS, Atom or JSON feed, read from now on.")
@click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="A sitemap or an index of sitemaps.")
@click.option("--page", "pages", multiple=True, metavar="URL", help="A front or section page.")
@with_app
def add(
    app: App,
    urls: tuple[str, ...],
    files: tuple[Path, ...],
    feeds: tuple[str, ...],
    sitemaps: tuple[str, ...],
    pages: tuple[str, ...],
) -> None:
    """Track articles: by URL, from a file of URLs, or from a source that is read again and again."""
    listed = [*urls, *(url for file in files for url in read_urls(read_file(file), str(file)))]
    sources = [
        (kind, canonical_url(url))
        for kind, given in ((SourceKind.FEED, feeds), (SourceKind.SITEMAP, sitemaps), (SourceKind.PAGE, pages))
        for url in given
    ]
    if not listed and not sources:
        raise UsageError("Nothing to add: name a URL, --file, --feed, --sitemap or --page.")
    checked = [canonical_url(url) for url in listed]  # all of them, before any of them is written
    config = app.config()
    world = World()
    with app.write(config) as store:
        if checked:
            added = store.add_articles(checked, world.now())
            new_count = sum(is_new for _, is_new in added)
            app.remarks().print(_sum(new_count, len(added) - new_count))
            _tell_other_forms(app, store, checked, added)
        if sources:
            with sandbox() as processes:
                reader = source_reader(config, store, fetcher_for(config, world), world, processes.run)
                for kind, url in sources:
                    source = store.add_source(kind.value, url, world.now())
                    _tell_harvest(app, url, reader.read(source))


def _tell_other_forms(app: App, store: Store, given: list[str], added: list[tuple[int, bool]]) -> None:
    """Where an article is tracked under another URL than was given."""
    lines = []
    for url, (article_id, is_new) in zip(given, added, strict=True):
        article = store.resolve(str(article_id))
        if article.url != url:
            known = "is tracked as" if is_new else "is known already as"
            lines.append(f"{url} {known} {article.url} (article {article_id}).")
        if len(lines) > _OTHER_FORMS_SHOWN:
            lines[-1] = "And more under another URL than was given; `tracker list` shows what is tracked."
            break
    for line in lines:
        app.remarks().print(safe_text(line), markup=False)


def _tell_harvest(app: App, url: str, harvest: Harvest) -> None:
    problem = harvest.problem.removesuffix(".")
    if problem and not harvest.found_count:
        raise TrackerError(f"{url} gave no articles: {problem}. It stays a source and is tried again.")
    left_out = harvest.unwanted_count + harvest.too_old_count + harvest.held_back_count
    known_count = harvest.found_count - harvest.new_count - left_out
    app.remarks().print(f"{url}: {_sum(harvest.new_count, known_count)}")
    reasons = (
        (harvest.unwanted_count, "left out by include and exclude"),
        (harvest.too_old_count, "too old for follow_days"),
        (harvest.held_back_count, "held back by max_new_per_day"),
    )
    if left_out:
        told = ", ".join(f"{count} {why}" for count, why in reasons if count)
        app.remarks().print(f"Not tracked: {told}.")
    if problem:
        app.remarks().print(f"Not read in full: {problem}.")


def _sum(new_count: int, known_count: int) -> str:
    text = f"{new_count} new article{'' if new_count == 1 else 's'}"
    return f"{text}, {known_count} known already." if known_count else f"{text}."
