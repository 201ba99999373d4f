"""Words, in what stands and in what was deleted: `tracker search`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

import click
from rich.text import Text

from tracker.cli.base import App, format_option, host_option, time_zone, tracked_host, utc_option, with_app
from tracker.cli.times import Moment
from tracker.errors import UsageError
from tracker.exchange.tables import TableForm
from tracker.model import SearchHit, Where
from tracker.render.json_form import json_array
from tracker.render.plain import safe_text
from tracker.render.search import FoundArticle, by_article, search_view
from tracker.render.search_form import SEARCH_COLUMNS, search_row
from tracker.store import Store

_UNWANTED = re.compile("-[^-].")
_MOST_ARTICLES = 1_000_000  # more than anybody reads, and a number that every part of the search can take
_FORM: TableForm[SearchHit] = TableForm(SEARCH_COLUMNS, search_row)


class _WithUnwantedWords(click.Command):
    """`-river` is a word that is not wanted, not the options -r, -i, -v, -e and -r."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        unwanted = [word for word in args[:end] if _UNWANTED.match(word)]
        others = [word for word in args[:end] if not _UNWANTED.match(word)]
        return super().parse_args(ctx, [*others, "--", *unwanted, *args[end + 1 :]])


@click.command(short_help="Full text, also in what was deleted.", cls=_WithUnwantedWords)
@click.argument("words", metavar="QUERY", nargs=-1)
@host_option
@click.option("--since", type=Moment(), help="Only what came or went since then: 24h, 7d, 2026-11-23, ...")
@click.option("--until", type=Moment(), help="Only what came or went before then.")
@click.option(
    "--where",
    type=click.Choice([where.value for where in Where]),
    default=Where.ANY.value,
    show_default=True,
    help="What stands now, what was removed, or both.",
)
@click.option(
    "--limit",
    metavar="NUMBER",
    type=click.IntRange(1, _MOST_ARTICLES),
    default=20,
    show_default=True,
    help="At most so many articles.",
)
@click.option("--rebuild", "is_rebuilding", is_flag=True, help="First make the word index anew, as `verify` may ask.")
@format_option("terminal", "json", "csv")
@utc_option
@with_app
def search(
    app: App,
    words: tuple[str, ...],
    host: str | None,
    since: datetime | None,
    until: datetime | None,
    where: str,
    limit: int,
    is_rebuilding: bool,
    form: str,
    is_utc: bool,
) -> None:
    """Full text of bodies and headlines, also of what was deleted; articles with the newest wording come first.

    All words must stand in one paragraph or headline. "words in quotation marks" stand side by side, flood* is the
    beginning of a word, -river must not stand there. Case and accents do not matter.
    """
    if since is not None and until is not None and until < since:
        raise UsageError("--until lies before --since; exchange them.")
    if is_rebuilding:
        _rebuild(app)
        if not words:
            return
    query = _query(words)
    with app.read() as store:
        # One more than is shown tells whether there are more.
        host = tracked_host(store, host)
        hits = store.search(query, host=host, since=since, until=until, where=Where(where), limit=limit + 1)
        articles = by_article(hits)
    _print(app, query, articles[:limit], form, is_utc=is_utc, has_more=len(articles) > limit)


def _rebuild(app: App) -> None:
    with Store.open(app.config().database_path) as store:
        count = store.rebuild_words()
    app.remarks().print(f"The word index is made anew, of {count:,} paragraphs and headlines.")


def _query(words: Sequence[str]) -> str:
    """One argument is a query as it is. Of several, one with a space lost its quotation marks to the shell."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


def _print(app: App, query: str, articles: Sequence[FoundArticle], form: str, *, is_utc: bool, has_more: bool) -> None:
    hits = chain.from_iterable(article.hits for article in articles)
    if form == "json":
        for piece in json_array(map(search_row, hits)):
            click.echo(piece, nl=False)
        click.echo()
    elif form == "csv":
        _FORM.write_csv(hits, sys.stdout)
    elif articles:
        zone = time_zone(is_utc)
        app.output().print(search_view(articles, zone, is_whole=app.is_verbose, has_more=has_more))
    else:
        app.remarks().print(Text(f"Nothing found: {safe_text(query)}"))
