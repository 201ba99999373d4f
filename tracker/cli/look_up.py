"""What is known: `tracker list`, `status`, `log` and `show`."""

from __future__ import annotations

import sys

import click
from rich.text import Text

from tracker.cli.base import App, format_option, time_zone, utc_option, with_app
from tracker.errors import NotFound
from tracker.exchange.newsdiffs import PrintedVersion, write
from tracker.model import ArticleStatus, Revision, State
from tracker.render.article import revision_view
from tracker.render.html import revision_html
from tracker.render.json_form import article_row, json_text, revision_form
from tracker.render.plain import safe_text
from tracker.render.status import articles_view, status_view
from tracker.render.timeline import timeline_view
from tracker.store import Store
from tracker.wiring import utc_now


@click.command("list")
@click.option("--host", help="Only articles of this host.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only articles in this state.")
@format_option("terminal", "json")
@utc_option
@with_app
def list_articles(app: App, host: str | None, state: str | None, form: str, is_utc: bool) -> None:
    """The tracked articles."""
    with app.read() as store:
        articles = list(store.articles(host, State(state) if state else None))
    if form == "json":
        click.echo(json_text([article_row(article) for article in articles]))
    elif articles:
        app.output().print(articles_view(articles, time_zone(is_utc)))
    else:
        app.remarks().print("No article here yet; `tracker add https://...` tracks one.")


@click.command(short_help="Health at a glance.")
@utc_option
@with_app
def status(app: App, is_utc: bool) -> None:
    """Health at a glance: queue, lag, hosts in trouble, database size."""
    now = utc_now()
    with app.read() as store:
        health = store.health(now)
    app.output().print(status_view(health, now, time_zone(is_utc)))


@click.command()
@click.argument("reference", metavar="URL")
@utc_option
@with_app
def log(app: App, reference: str, is_utc: bool) -> None:
    """An article's history: every revision and every absence."""
    with app.read() as store:
        article = store.resolve(reference)
        checks = tuple(store.checks(article.article_id))
        headlines = {each.number: each.extract.headline for each in store.revisions(article.article_id)}
    output = app.output()
    output.print(Text(safe_text(article.url), "bold", overflow="fold"))
    if checks:
        output.print(timeline_view(checks, headlines, time_zone(is_utc)))
    else:
        app.remarks().print(f"Not looked at yet; `tracker check {article.article_id}` does so now.")


@click.command()
@click.argument("reference", metavar="URL")
@click.option("--revision", "number", type=int, help="Its number; the latest, if none is given.")
@format_option("text", "json", "html", "newsdiffs")
@utc_option
@with_app
def show(app: App, reference: str, number: int | None, form: str, is_utc: bool) -> None:
    """One revision of an article, whole, with the names that it spells in two ways."""
    with app.read() as store:
        article = store.resolve(reference)
        revision = revision_of(store, article, number)
        inconsistencies = store.inconsistencies(revision.revision_id)
    match form:
        case "json":
            click.echo(json_text(revision_form(revision, article.url, inconsistencies)))
        case "html":
            click.echo(revision_html(revision, article.url, time_zone(is_utc), inconsistencies))
        case "newsdiffs":
            # Exactly the printed form, which ends without a line break.
            sys.stdout.write(write([printed(revision, article)]))
        case _:
            app.output().print(revision_view(revision, article.url, time_zone(is_utc), inconsistencies))


def revision_of(store: Store, article: ArticleStatus, number: int | None) -> Revision:
    """The revision of that number, or the latest. Raises NotFound in words that fit the article."""
    if not article.revision_count:
        raise NotFound(f"{article.url} has no revision yet; `tracker check {article.article_id}` looks at it now.")
    return store.revision(article.article_id, article.revision_count if number is None else number)


def printed(revision: Revision, article: ArticleStatus) -> PrintedVersion:
    """NewsDiffs counts versions from 0."""
    extract = revision.extract
    return PrintedVersion(
        headline=extract.headline or "",
        url=article.url,
        index=revision.number - 1,
        total=article.revision_count,
        paragraphs=extract.paragraphs,
    )
