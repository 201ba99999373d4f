"""Fills an evidence folder from the database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from rich.console import Console

from tracker.chain import ChainEntry, EntryKind, sha256_of
from tracker.evidence.bundle import Bundle
from tracker.evidence.telling import (
    Facts,
    Page,
    check_script,
    folded_text,
    page_list,
    readme,
    revision_list,
)
from tracker.exchange.warc_out import WarcOut
from tracker.judge import compare
from tracker.model import ArticleStatus, CheckEntry, Revision
from tracker.render.history import Track
from tracker.render.html import diff_html
from tracker.render.pair import RevisionPair
from tracker.render.timeline import timeline_view
from tracker.store import Store
from tracker.store.records import StoredCapture

_HISTORY_WIDTH = 120  # columns of history.txt

# What a page is called by its content type. All of them bear .txt behind it: nothing in them must run when opened.
_SUFFIXES = {"text/html": ".html", "application/xhtml+xml": ".xhtml", "application/json": ".json"}


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it."""

    file_count: int  # SHA256SUMS not counted
    sums_sha256: str  # of SHA256SUMS: whoever is told it elsewhere can check all the rest
    head: str
    whole_head: str
    broken: tuple[int, ...]  # entries of the chain that are not as they were written down


@dataclass(frozen=True, slots=True)
class _Chain:
    """What the chain told on the way."""

    pages: tuple[Page, ...]
    head: str
    broken: tuple[int, ...]


def write_evidence(store: Store, article: ArticleStatus, bundle: Bundle, now: datetime, version: str) -> Written:
    """One state of the database, whoever writes to it meanwhile. Raises StoreError for what is damaged in it."""
    with store.snapshot():
        chain = _write_chain(store, article, bundle)
        pages = _write_pages(store, article, bundle, chain.pages, version)
        revisions = _write_revisions(store, article, bundle)
        checks = tuple(store.checks(article.article_id))
        whole_head = _write_heads(store, bundle)
        joined = store.joined_into(article.article_id)
    bundle.add("pages.txt", page_list(pages))
    bundle.add("revisions.txt", revision_list(revisions, pages))
    bundle.add("history.txt", _history(article, checks, [revision for _, revision in revisions]))
    bundle.add("check.sh", check_script())
    looks = _looks(checks)
    facts = Facts(
        article,
        sum(look.look_count for look in checks),
        looks[0] if looks else None,
        looks[-1] if looks else None,
        len(revisions),
        pages,
        sum(look.look_count for look in checks if look.look_count > 1),
        joined,
        chain.head,
        whole_head,
        now,
        version,
    )
    count = len(bundle) + 1
    bundle.add("README.txt", readme(facts, count))
    return Written(count, bundle.add_sums(), chain.head, whole_head, chain.broken)


# -- the chain ---------------------------------------------------------------------------------------------------------


def _write_chain(store: Store, article: ArticleStatus, bundle: Bundle) -> _Chain:
    tellers = {
        entry.check_id: entry.number
        for entry in store.chain_of(article.article_id)
        if entry.kind is EntryKind.FOLD and entry.check_id is not None
    }
    pages: list[Page] = []
    broken: list[int] = []
    head = ""
    for entry in store.chain_of(article.article_id):
        head = entry.sha256
        if entry.text is not None:
            bundle.add(_entry_name(entry.number), entry.text)
            pages += _pages_in(entry)
            broken += [entry.number] if sha256_of(entry.text) != entry.sha256 else []
        elif entry.check_id is not None:
            told_by = _entry_name(tellers[entry.check_id])
            bundle.add(_entry_name(entry.number, "-folded"), folded_text(told_by))
    return _Chain(tuple(sorted(pages, key=lambda page: (page.captured_at, page.capture_id))), head, tuple(broken))


def _entry_name(number: int, mark: str = "") -> str:
    return f"chain/{number:07}{mark}.txt"


def _pages_in(entry: ChainEntry) -> Iterator[Page]:
    """The page that a look kept, as its entry tells of it."""
    if entry.capture_id is None or entry.text is None:
        return
    lines = (line.partition(": ") for line in entry.text.splitlines())
    told = {name.removeprefix("capture."): value for name, _, value in lines if name.startswith("capture.")}
    values = {name: json.loads(value) for name, value in told.items()}
    names = ("capture_id", "captured_at", "url", "http_status", "body_bytes", "body_sha256")
    yield Page(*(values[name] for name in names))


def _write_heads(store: Store, bundle: Bundle) -> str:
    """Where all chains end; the SHA-256 of that list is the head of the whole."""
    with bundle.stream("all-heads.txt") as sink:
        for line in store.chain_head_lines():
            sink.write(line.encode())
    return sink.digest


# -- pages, revisions, history -----------------------------------------------------------------------------------------


def _write_pages(
    store: Store, article: ArticleStatus, bundle: Bundle, told: tuple[Page, ...], version: str
) -> tuple[Page, ...]:
    """The pages with the names of their files. Twice over all captures: a zip file takes one file at a time."""
    with bundle.stream("captures.warc.gz") as sink:
        warc = WarcOut(sink, f"article-tracker {version}", f"Pages of the article {article.url} as they were sent")
        for capture in store.captures_of(article.article_id):
            warc.add(capture)
        warc.close()
    names: dict[int, str] = {}
    for number, capture in enumerate(store.captures_of(article.article_id), start=1):
        stem = f"pages/{number:04}-{capture.captured_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        names[capture.capture_id] = f"{stem}{_suffix(capture)}.txt"
        bundle.add(names[capture.capture_id], capture.body)
        headers = json.dumps(capture.headers, ensure_ascii=False, separators=(",", ":"))
        bundle.add(f"{stem}.headers.json.txt", headers)
    return tuple(replace(page, name=names.get(page.capture_id)) for page in told)


def _suffix(capture: StoredCapture) -> str:
    media = (capture.content_type or "").partition(";")[0].strip().lower()
    return _SUFFIXES.get(media, "" if media.startswith("text/") else ".bin")


def _write_revisions(store: Store, article: ArticleStatus, bundle: Bundle) -> list[tuple[str, Revision]]:
    """Each with the name of its file; and what lies between neighbours."""
    revisions = list(store.revisions(article.article_id))
    names = [f"revisions/{revision.number:04}.txt" for revision in revisions]
    for name, revision in zip(names, revisions, strict=True):
        bundle.add(name, revision.extract.content_text)
    for older, newer in pairwise(revisions):
        recorded = store.comparison(article.article_id, older.number, newer.number)
        comparison = recorded or compare(older.extract, newer.extract)
        rereads = (newer,) if newer.reread_of_number is not None else ()
        pair = RevisionPair(article.url, older, newer, comparison, rereads)
        bundle.add(f"diffs/{older.number:04}-{newer.number:04}.html", diff_html(pair, UTC))
    return list(zip(names, revisions, strict=True))


def _history(article: ArticleStatus, checks: tuple[CheckEntry, ...], revisions: list[Revision]) -> str:
    """What `tracker log` tells of the article itself."""
    track = Track(checks, {revision.number: revision for revision in revisions})
    paper = io.StringIO()
    console = Console(file=paper, width=_HISTORY_WIDTH, no_color=True, highlight=False, force_terminal=False)
    console.print(article.url, markup=False, soft_wrap=True)
    console.print(timeline_view([track], UTC))
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines()) + "\n"


def _looks(checks: tuple[CheckEntry, ...]) -> list[datetime]:
    """When the first look was taken and when the last."""
    times = [moment for look in checks for moment in (look.first_checked_at or look.checked_at, look.checked_at)]
    return [min(times), max(times)] if times else []
