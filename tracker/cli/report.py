"""What changed: `tracker diff` and `tracker report`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from datetime import datetime, tzinfo

import click

from tracker.cli.base import App, format_option, time_zone, utc_option, with_app
from tracker.cli.look_up import onward_of, revision_of, say_onward
from tracker.cli.times import Moment
from tracker.clock import utc_now
from tracker.errors import TrackerError, UsageError
from tracker.exchange.tables import CHANGES
from tracker.judge import compare
from tracker.model import ArticleStatus, ChangeDetail, Field, Kind, Revision
from tracker.render import html, markdown
from tracker.render.json_form import change_row, json_text, pair_form
from tracker.render.pair import RevisionPair
from tracker.render.terminal import diff_view, report_view
from tracker.render.wording import between_text
from tracker.store import Store


@click.command(short_help="What changed between two revisions.")
@click.argument("reference", metavar="URL")
@click.argument("older", metavar="[FROM]", type=int, required=False)
@click.argument("newer", metavar="[TO]", type=int, required=False)
@format_option("terminal", "markdown", "html", "json", "delta")
@utc_option
@with_app
def diff(app: App, reference: str, older: int | None, newer: int | None, form: str, is_utc: bool) -> None:
    """What changed between two revisions: the last two, or FROM and the one after it, or FROM and TO."""
    with app.read() as store:
        article = store.resolve(reference)
        pair = _pair(store, article, older, newer)
        say_onward(app, onward_of(store, article))
    zone = time_zone(is_utc)
    match form:
        case "json":
            click.echo(json_text(pair_form(pair)))
        case "delta":
            click.echo(pair.comparison.diff.delta)
        case "markdown":
            click.echo(markdown.diff_markdown(pair, zone))
        case "html":
            click.echo(html.diff_html(pair, zone))
        case _:
            app.output().print(diff_view(pair, zone))


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


@click.command(short_help="What changed lately, article by article.")
@click.option("--since", type=Moment(), default="24h", show_default=True, help="24h, 7d, 2026-11-23, ...")
@click.option("--until", type=Moment(), help="The same; now, if not given.")
@click.option("--host", help="Only articles of this host.")
@click.option("--kind", "kinds", multiple=True, metavar="K,...", help="Only these kinds of change.")
@click.option("--field", "field_name", type=click.Choice([field.value for field in Field]), help="Only this field.")
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
    form: str,
    is_utc: bool,
) -> None:
    """What changed lately, article by article, the most telling first."""
    if until is not None and until < since:
        raise UsageError("--until lies before --since; exchange them.")
    with app.read() as store:
        details = list(
            store.changes(
                since=since,
                until=until,
                host=host,
                kinds=_kinds(kinds),
                field=Field(field_name) if field_name else None,
            )
        )
    zone = time_zone(is_utc)
    chosen = {"host": host, "kind": ",".join(kinds), "field": field_name}
    _print_report(app, details, form, zone, _scope(since, until or utc_now(), zone, chosen))


def _scope(since: datetime, until: datetime, zone: tzinfo | None, chosen: Mapping[str, str | None]) -> str:
    """`Seen between ... and ..., --host www.example.com`: what a report that is read elsewhere, later, is about."""
    filters = [f"--{name} {value}" for name, value in chosen.items() if value]
    return ", ".join([f"Seen {between_text(since, until, zone)}", *filters])


def _print_report(app: App, details: list[ChangeDetail], form: str, zone: tzinfo | None, scope: str) -> None:
    match form:
        case "json":
            click.echo(json_text([change_row(detail) for detail in details]))
        case "csv":
            CHANGES.write_csv(details, sys.stdout)
        case "markdown":
            click.echo(markdown.report_markdown(details, zone))
        case "html":
            click.echo(html.report_html(details, zone, scope))
        case _ if details:
            app.output().print(report_view(details, zone))
        case _:
            app.remarks().print("No change seen in that time.")


def _kinds(given: tuple[str, ...]) -> tuple[Kind, ...]:
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    for name in names:
        if name not in set(Kind):
            near = difflib.get_close_matches(name, list(Kind), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(Kind)}."
            raise UsageError(f"--kind: {name!r} is no kind of change; {hint}")
    return tuple(Kind(name) for name in names)
