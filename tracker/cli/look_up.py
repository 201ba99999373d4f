"""What is known: `tracker list`, `status`, `log` and `show`."""

from __future__ import annotations

import sys
from collections import deque
from datetime import tzinfo
from itertools import islice

import click
from rich.text import Text

from tracker.cli.base import (
    REVISION_NUMBER,
    URL_FORMS,
    App,
    format_option,
    host_option,
    time_zone,
    tracked_host,
    utc_option,
    with_app,
)
from tracker.clock import utc_now
from tracker.config import Config
from tracker.errors import NotFound, TrackerError, UsageError
from tracker.exchange.newsdiffs import printed, write
from tracker.model import ArticleStatus, Inconsistency, Revision, State
from tracker.render.article import revision_view
from tracker.render.history import Track
from tracker.render.html import revision_html
from tracker.render.json_form import JSONValue, article_row, json_array, json_text, revision_form
from tracker.render.plain import safe_text
from tracker.render.sparkline import ActivityView
from tracker.render.standing import joined_name, joined_text, standing_text
from tracker.render.status import articles_view, status_view
from tracker.render.timeline import timeline_view
from tracker.render.why import PageFacts, Why, why_form, why_view
from tracker.store import Store
from tracker.store.records import StoredCapture
from tracker.urls import HostMap

# A longer list comes in tables of so many, each as wide as it needs to be: the first is there at once.
_LISTED_AT_ONCE = 50
# For a program that reads the list: an address of the usual length at most (RFC 9110, 4.1) stays whole.
_PIPED_COLUMNS = 8_000


@click.command("list")
@host_option
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only articles in this state.")
@format_option("terminal", "json")
@utc_option
@with_app
def list_articles(app: App, host: str | None, state: str | None, form: str, is_utc: bool) -> None:
    """The tracked articles."""
    with app.read() as store:
        articles = store.articles(tracked_host(store, host), State(state) if state else None)
        if form == "json":
            for piece in json_array(map(article_row, articles)):
                click.echo(piece, nl=False)
            click.echo()
            return
        output, count = app.output(_PIPED_COLUMNS), 0
        while some := tuple(islice(articles, _LISTED_AT_ONCE)):
            output.print(articles_view(some, time_zone(is_utc), tells_since=state is not None))
            count += len(some)
    if not count:
        if host is not None or state is not None:
            app.remarks().print("No such article; `tracker list` shows all.")
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


@click.command(short_help="An article's history: every revision and every absence.", epilog=URL_FORMS)
@click.argument("reference", metavar="URL")
@utc_option
@with_app
def log(app: App, reference: str, is_utc: bool) -> None:
    """An article's history: every revision and every absence, those of articles that were joined to it included."""
    zone = time_zone(is_utc)
    with app.read() as store:
        article = store.resolve(reference)
        joined = store.joined_into(article.article_id)
        tracks = [_track(store, article), *(_track(store, each, joined_name(each)) for each in joined)]
        onward = onward_of(store, article)
    output = app.output()
    output.print(Text(safe_text(article.url), "bold", overflow="fold"))
    for each in joined:
        output.print(Text(safe_text(joined_text(each, zone)), "cyan", overflow="fold"))
    if not any(track.entries for track in tracks):
        app.remarks().print(f"Not looked at yet; `tracker check {article.article_id}` does so now.")
        return
    output.print(ActivityView([entry for track in tracks for entry in track.entries], zone))
    output.print(timeline_view(tracks, zone))
    output.print(Text(f"Now {standing_text(article, utc_now(), zone)}", "bold"))
    say_onward(app, onward)


def _track(store: Store, article: ArticleStatus, name: str = "") -> Track:
    revisions = {revision.number: revision for revision in store.revisions(article.article_id)}
    return Track(tuple(store.checks(article.article_id)), revisions, name)


def onward_of(store: Store, article: ArticleStatus) -> ArticleStatus | None:
    """The article that goes on with this one's history."""
    return None if article.joined_to_article_id is None else store.resolve(str(article.joined_to_article_id))


def say_onward(app: App, onward: ArticleStatus | None) -> None:
    if onward is not None:
        words = f"This article goes on as article {onward.article_id}, {onward.url}"
        app.remarks().print(Text(safe_text(words)))


@click.command(short_help="One revision of an article, whole.", epilog=URL_FORMS)
@click.argument("reference", metavar="URL")
@click.option(
    "--revision", "number", metavar="NUMBER", type=REVISION_NUMBER, help="Its number; the latest, if none is given."
)
@format_option("text", "json", "html", "newsdiffs")
@click.option(
    "--why", "is_why", is_flag=True, help="How it was read, what was left out and why (-v: every line); text or JSON."
)
@click.option("--raw", "is_raw", is_flag=True, help="The page that it was read from, as the server sent it.")
@utc_option
@with_app
def show(app: App, reference: str, number: int | None, form: str, is_why: bool, is_raw: bool, is_utc: bool) -> None:
    """One revision of an article, whole, with the names that it spells in two ways."""
    _require_one_way(form, is_why, is_raw)
    with app.read() as store:
        article = store.resolve(reference)
        revision = revision_of(store, article, number)
        say_onward(app, onward_of(store, article))
        if is_raw:
            _write_raw(store, revision)
        elif is_why:
            _tell_why(app, explained(store, article, revision, app.config()), form, time_zone(is_utc))
        else:
            _tell(app, article, revision, store.inconsistencies(revision.revision_id), form, time_zone(is_utc))


def _require_one_way(form: str, is_why: bool, is_raw: bool) -> None:
    if is_why and is_raw:
        raise UsageError("Ask for --why or for --raw: the one explains, the other is the page itself.")
    if is_why and form not in ("text", "json"):
        raise UsageError(f"--why is told as text or JSON, not as {form}.")
    if is_raw and form != "text":
        raise UsageError("--raw is the page as it was sent, in no other format; leave --format out.")


def _tell(
    app: App,
    article: ArticleStatus,
    revision: Revision,
    doubts: tuple[Inconsistency, ...],
    form: str,
    zone: tzinfo | None,
) -> None:
    match form:
        case "json":
            click.echo(json_text(revision_form(revision, article.url, doubts)))
        case "html":
            click.echo(revision_html(revision, article.url, zone, doubts))
        case "newsdiffs":
            # Exactly the printed form, which ends without a line break.
            sys.stdout.write(write([printed(revision, article.url, revision.number, article.revision_count)]))
        case _:
            app.output().print(revision_view(revision, article.url, zone, doubts))


def _tell_why(app: App, why: Why, form: str, zone: tzinfo | None) -> None:
    if form == "json":
        click.echo(json_text(why_form(why)))
    else:
        app.output().print(why_view(why, utc_now(), zone, is_whole=app.is_verbose))


def explained(store: Store, article: ArticleStatus, revision: Revision, config: Config) -> Why:
    capture = store.capture_of(revision.revision_id)
    last = deque(store.checks(article.article_id), maxlen=1)
    return Why(
        article,
        revision,
        page=None if capture is None else page_facts(capture),
        rules=rules_for(config, article.host),
        left_out=tuple(store.left_out(article.article_id)),
        site_lines=tuple(store.site_lines(article.host)),
        last_check=last[0] if last else None,
    )


def page_facts(capture: StoredCapture) -> PageFacts:
    return PageFacts(capture.capture_id, capture.captured_at, capture.url, capture.content_type, len(capture.body))


def rules_for(config: Config, host: str) -> dict[str, JSONValue]:
    """What [[sites]] says of the host, as it was written."""
    site = HostMap({site.host: site for site in config.sites}).get(host)
    return {} if site is None else site.model_dump(mode="json", exclude_unset=True, exclude={"host"})


def _write_raw(store: Store, revision: Revision) -> None:
    """Bytes of a stranger: to a file or a program, never to a terminal, which they could steer."""
    capture = store.capture_of(revision.revision_id)
    if capture is None:
        raise TrackerError(_why_no_page(store, revision))
    if sys.stdout.isatty():
        raise UsageError("--raw writes bytes that could steer a terminal; send them to a file: --raw > page.html")
    sys.stdout.buffer.write(capture.body)
    sys.stdout.buffer.flush()


def _why_no_page(store: Store, revision: Revision) -> str:
    dropped_at = store.page_dropped_at(revision.revision_id)
    if dropped_at is None:
        return f"The page of revision {revision.number} is not kept as it was sent."
    return (
        f"The page of revision {revision.number} was dropped on {dropped_at:%Y-%m-%d}, as [database] in the "
        "configuration asks (keep_captures_days, max_captures_bytes); its text is kept."
    )


def revision_of(store: Store, article: ArticleStatus, number: int | None) -> Revision:
    """The revision of that number, or the latest. Raises NotFound in words that fit the article."""
    if not article.revision_count:
        raise NotFound(f"{article.url} has no revision yet; `tracker check {article.article_id}` looks at it now.")
    return store.revision(article.article_id, article.revision_count if number is None else number)
