"""The words of an evidence folder: its README, and the lists of pages and revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from tracker.model import ArticleStatus, Revision, utc_text
from tracker.render.plain import safe_text
from tracker.render.wording import count

_STEP = "# Step "


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the chain tells of."""

    capture_id: int
    captured_at: str
    url: str
    http_status: int
    body_bytes: int
    body_sha256: str
    name: str | None = None  # of its file; None: it is not kept any more


@dataclass(frozen=True, slots=True)
class Facts:
    """What the README tells of one article."""

    article: ArticleStatus
    look_count: int
    first_look_at: datetime | None
    last_look_at: datetime | None
    revision_count: int
    pages: Sequence[Page]
    folded_count: int  # looks whose own entries are gone, told of as several in one
    joined: Sequence[ArticleStatus]  # whose history goes on in this one
    head: str
    whole_head: str
    written_at: datetime
    version: str


def check_script() -> str:
    return _shipped("check.sh")


def readme(facts: Facts, file_count: int) -> str:
    """`file_count`: all files but SHA256SUMS."""
    steps = check_script().split(_STEP)[1:]
    kept = [page for page in facts.pages if page.name is not None]
    dropped = len(facts.pages) - len(kept)
    return _shipped("readme.txt").format(
        url=facts.article.url,
        article_id=facts.article.article_id,
        added_at=_time(facts.article.added_at),
        look_count=f"{facts.look_count:,}",
        first_look_at=_time(facts.first_look_at),
        last_look_at=_time(facts.last_look_at),
        revision_count=facts.revision_count,
        page_count=len(kept),
        dropped_words=f", {dropped} not kept any more" if dropped else "",
        written_at=utc_text(facts.written_at),
        version=facts.version,
        head=facts.head,
        whole_head=facts.whole_head,
        file_count=file_count,
        remarks="".join(f"\n{line}\n" for line in _remarks(facts, dropped)),
        **{f"step_{step[0]}": _indented(step[1:]) for step in steps},
    )


def _remarks(facts: Facts, dropped: int) -> Iterator[str]:
    if facts.folded_count:
        yield _FOLDED.format(count=f"{facts.folded_count:,}")
    if dropped:
        yield _DROPPED.format(pages=count(dropped, "page"), are="is" if dropped == 1 else "are")
    for article in facts.joined:
        yield _JOINED.format(url=article.url, article_id=article.article_id)
    if facts.article.joined_to_article_id is not None:
        yield _GOES_ON.format(article_id=facts.article.joined_to_article_id)


_FOLDED = """\
Folded looks. {count} looks that found the same as the look before them are told of together, as one look with the first
time, the last time and their number: their own entries were taken out to save room. In their place in chain/ stands a
file whose name ends in -folded.txt. It names the entry that tells of them. That entry was written when they were
folded, and names the SHA-256 of the entry before the first of them and of the entry of the last, so that the chain
holds across the gap. What it shows of those looks is that they were there when they were folded."""

_DROPPED = """\
Pages that are not kept. {pages} that the chain tells of {are} not in this folder: the recording computer keeps pages
for a time or up to a size that its owner has set. pages.txt lists them as "not kept". Their SHA-256 stays in the chain,
so a copy that somebody else has can be checked against it. The text of every revision is always kept."""

_JOINED = """\
Before that. Until it was found at this address, the same article was followed as article {article_id} under
{url}
That has a chain of its own; ask for the evidence about it, too."""

_GOES_ON = """\
After that. The article was found at another address and is followed there as article {article_id}, with a chain of its
own; ask for the evidence about it, too."""


def page_list(pages: Sequence[Page]) -> str:
    lines = ["Every page that the chain tells of, in the order in which they came. Times are UTC.", ""]
    for page in pages:
        lines += [
            page.name or "not kept",
            f"    asked for   {page.captured_at}",
            f"    came from   {safe_text(page.url)}",
            f"    HTTP status {page.http_status}",
            f"    length      {page.body_bytes:,} bytes",
            f"    SHA-256     {page.body_sha256}",
            "",
        ]
    return "\n".join(lines)


def revision_list(revisions: Sequence[tuple[str, Revision]], pages: Sequence[Page]) -> str:
    """Of files with the revisions in them, without their text."""
    names = {page.capture_id: page.name for page in pages}
    lines = ["Every revision of the article, the first one first. Times are UTC.", ""]
    for name, revision in revisions:
        page = names.get(revision.capture_id) if revision.capture_id is not None else None
        lines += [
            name,
            f"    first seen  {utc_text(revision.first_seen_at)}",
            f"    headline    {safe_text(revision.extract.headline or '(none)')}",
            f"    read from   {page or 'a page that is not kept'}",
            f"    SHA-256     {revision.content_sha256}",
            *_note(revision),
            "",
        ]
    return "\n".join(lines)


def _note(revision: Revision) -> Iterator[str]:
    if revision.reread_of_number is not None:
        yield (
            f"    note        the page of revision {revision.reread_of_number}, read again by a newer version of the "
            "program: no edit"
        )
    if revision.same_as_number is not None:
        yield f"    note        says exactly what revision {revision.same_as_number} said"


def folded_text(told_by: str) -> str:
    return (
        f"told by: {told_by}\n\n"
        "Here stood the entries of several looks that found the same as the look before them. They were taken out to\n"
        "save room; the entry named above tells of them. README.txt says how the chain is checked across this gap.\n"
    )


def _shipped(name: str) -> str:
    return files("tracker.evidence").joinpath(name).read_text(encoding="utf-8")


def _indented(script: str) -> str:
    return "\n".join(f"    {line}" for line in script.strip().splitlines())


def _time(moment: datetime | None) -> str:
    return "never" if moment is None else utc_text(moment)
