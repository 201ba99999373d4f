"""What changed: `tracker diff` and `tracker report`."""

from __future__ import annotations

import difflib
import sys
from contextlib import closing
from datetime import datetime, tzinfo
from itertools import islice

import click

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
from tracker.cli.look_up import onward_of, revision_of, say_onward
from tracker.cli.picture import FORMS, PictureOptions, picture_options, write_picture
from tracker.cli.reported import Wanted, change_rows, digest_of_store, json_row
from tracker.cli.times import Moment
from tracker.errors import TrackerError, UsageError
from tracker.exchange.tables import CsvWriter
from tracker.judge import compare
from tracker.model import ArticleStatus, Field, Kind, Revision
from tracker.render import html, markdown
from tracker.render.digest import TELL_ALL, Limits
from tracker.render.digest_html import digest_html
from tracker.render.digest_markdown import digest_markdown
from tracker.render.digest_terminal import digest_parts
from tracker.render.json_form import json_array, json_text, pair_form
from tracker.render.pair import RevisionPair
from tracker.render.side_by_side import reads_right_to_left, side_by_side_view
from tracker.render.terminal import diff_view, report_view
from tracker.render.wording import count
from tracker.store import Store

# The narrowest terminal on which two columns of text read well beside each other.
_TWO_COLUMNS = 120
# What one reads at a sitting; JSON and CSV hold every row in any case.
_MOST_BY_ARTICLE = 1_000
_PAGE_LIMITS = Limits(entries=100, absences=50, lines=50)


@click.command(short_help="What changed between two revisions.", epilog=URL_FORMS)
@click.argument("reference", metavar="URL")
@click.argument("older", metavar="[FROM]", type=REVISION_NUMBER, required=False)
@click.argument("newer", metavar="[TO]", type=REVISION_NUMBER, required=False)
@format_option("terminal", "markdown", "html", "json", "delta", *FORMS)
@click.option(
    "--side-by-side/--inline",
    "in_columns",
    default=None,
    help="Old and new in two columns, or in one text; two, if neither is given and the terminal is 120 columns wide.",
)
@picture_options
@utc_option
@with_app
def diff(
    app: App,
    reference: str,
    older: int | None,
    newer: int | None,
    form: str,
    in_columns: bool | None,
    is_utc: bool,
    picture: PictureOptions,
) -> None:
    """What changed between two revisions: the last two, or FROM and the one after it, or FROM and TO.

    As a picture (png, svg), one change of them as a card fit for a post.
    """
    if picture.is_any_given and form not in FORMS:
        raise UsageError("--output, --change and --dark are for pictures: --format png or svg.")
    with app.read() as store:
        article = store.resolve(reference)
        pair = _pair(store, article, older, newer)
        change_ids = store.change_ids(pair.older.revision_id, pair.newer.revision_id)
        say_onward(app, onward_of(store, article))
    zone = time_zone(is_utc)
    match form:
        case "png" | "svg":
            write_picture(app, pair, change_ids, zone, form, picture)
        case "json":
            click.echo(json_text(pair_form(pair)))
        case "delta":
            click.echo(pair.comparison.diff.delta)
        case "markdown":
            click.echo(markdown.diff_markdown(pair, zone))
        case "html":
            click.echo(html.diff_html(pair, zone))
        case _:
            _print_diff(app, pair, zone, in_columns=in_columns)


def _print_diff(app: App, pair: RevisionPair, zone: tzinfo | None, *, in_columns: bool | None) -> None:
    output = app.output()
    if in_columns is None:
        in_columns = output.width >= _TWO_COLUMNS and not reads_right_to_left(pair)
    output.print(side_by_side_view(pair, zone) if in_columns else diff_view(pair, zone))


def _pair(store: Store, article: ArticleStatus, older: int | None, newer: int | None) -> RevisionPair:
    latest = revision_of(store, article, None)
    if article.revision_count == 1 and older in (None, 1) and newer is None:
        raise TrackerError(f"{article.url} has one revision so far, so there is nothing to compare yet.")
    start = older if older is not None else latest.number - 1
    end = newer if newer is not None else min(start + 1, latest.number) if older is not None else latest.number
    if start == end:
        raise UsageError(f"Revision {start} cannot be compared with itself; name two of 1 to {latest.number}.")
    before, after = (store.revision(article.article_id, number) for number in (start, end))
    recorded = store.comparison(article.article_id, start, end)
    return RevisionPair(
        article.url,
        before,
        after,
        recorded or compare(before.extract, after.extract),
        _rereads(store, before, after),
    )


def _rereads(store: Store, before: Revision, after: Revision) -> tuple[Revision, ...]:
    """Those between the two whose page was only read anew; the older one's own page is what is compared with."""
    low, high = sorted((before.number, after.number))
    ends = {before.number: before, after.number: after}
    between = (ends.get(number) or store.revision(before.article_id, number) for number in range(low + 1, high + 1))
    return tuple(revision for revision in between if revision.reread_of_number is not None)


@click.command(short_help="What changed lately, what matters first.", epilog=f"Kinds of change: {', '.join(Kind)}.")
@click.option(
    "--since",
    type=Moment(),
    default="24h",
    show_default=True,
    help="24h, yesterday, this morning, last monday, november, 2026-11-23, ...: a day or month from its beginning on.",
)
@click.option("--until", type=Moment(), help="The same forms: up to its beginning; up to now, if not given.")
@host_option
@click.option("--kind", "kinds", multiple=True, metavar="K,...", help="Only these kinds of change, listed below.")
@click.option("--field", "field_name", type=click.Choice([field.value for field in Field]), help="Only this field.")
@click.option(
    "--by",
    "order",
    type=click.Choice(["topic", "article"]),
    default="topic",
    show_default=True,
    help="What matters first, in sections; or article by article.",
)
@format_option("terminal", "markdown", "html", "json", "csv")
@utc_option
@with_app
def report(
    app: App,
    since: datetime,
    until: datetime | None,
    host: str | None,
    kinds: tuple[str, ...],
    field_name: str | None,
    order: str,
    form: str,
    is_utc: bool,
) -> None:
    """What changed lately: notices taken away, silent edits, headlines, corrections, down to spelling.

    Of a long section the latest is told and the rest counted; -v tells all. JSON and CSV hold every change, a row each.
    """
    if until is not None and until < since:
        raise UsageError("--until lies before --since; exchange them.")
    with app.read() as store:
        chosen = tracked_host(store, host)
        wanted = Wanted(since, until, chosen, _kinds(kinds), Field(field_name) if field_name else None)
        if form in ("json", "csv"):
            _write_rows(store, wanted, form)
        elif order == "article":
            _by_article(app, store, wanted, form, time_zone(is_utc))
        else:
            _by_topic(app, store, wanted, form, time_zone(is_utc))


def _write_rows(store: Store, wanted: Wanted, form: str) -> None:
    with change_rows(store, wanted) as (columns, rows):
        if form == "csv":
            CsvWriter(columns, sys.stdout).write(rows)
            return
        for piece in json_array(json_row(columns, row) for row in rows):
            click.echo(piece, nl=False)
        click.echo()


def _by_topic(app: App, store: Store, wanted: Wanted, form: str, zone: tzinfo | None) -> None:
    limits = TELL_ALL if app.is_verbose else Limits() if form == "terminal" else _PAGE_LIMITS
    digest = digest_of_store(store, wanted, limits)
    match form:
        case "markdown":
            click.echo(digest_markdown(digest, zone, wanted.scope(zone)))
        case "html":
            click.echo(digest_html(digest, zone, wanted.scope(zone)))
        case _ if digest.is_empty:
            _say_nothing_changed(app, store, wanted)
        case _:
            output = app.output()
            for part in digest_parts(digest, zone, wanted.scope(zone)):
                output.print(part)


def _by_article(app: App, store: Store, wanted: Wanted, form: str, zone: tzinfo | None) -> None:
    with closing(wanted.changes(store)) as stream:
        details = list(stream if app.is_verbose else islice(stream, _MOST_BY_ARTICLE))
        rest = sum(1 for _ in stream)
    cut = f"The first {len(details):,} changes; {count(rest, 'later one')} not told here; -v tells all."
    match form:
        case "markdown":
            click.echo(markdown.report_markdown(details, zone))
        case "html":
            scope = wanted.scope(zone)
            click.echo(html.report_html(details, zone, f"{scope}. {cut}" if rest else scope))
        case _ if details:
            app.output().print(report_view(details, zone))
        case _:
            _say_nothing_changed(app, store, wanted)
    if rest:
        app.remarks().print(cut)


def _say_nothing_changed(app: App, store: Store, wanted: Wanted) -> None:
    """A host that is misspelt has no changes either, but for another reason."""
    if wanted.host is not None and next(iter(store.articles(wanted.host)), None) is None:
        app.remarks().print(f"No article of {wanted.host} is tracked; `tracker list` shows all.")
    else:
        app.remarks().print("No change seen in that time.")


def _kinds(given: tuple[str, ...]) -> tuple[Kind, ...]:
    """In the words of the report too: `Notice removed`. Raises UsageError for what is no kind."""
    parts = [part.strip() for text in given for part in text.split(",")]
    names = [part.lower().replace(" ", "_").replace("-", "_") for part in parts if part]
    if given and not names:
        raise UsageError(f"--kind names no kind of change; known are {', '.join(Kind)}.")
    for name in names:
        if name not in set(Kind):
            near = difflib.get_close_matches(name, list(Kind), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(Kind)}."
            raise UsageError(f"--kind: {name!r} is no kind of change; {hint}")
    return tuple(Kind(name) for name in names)
