"""A git history of articles: one file an article, one commit a revision, in the order in which they were seen.

Written as a stream for `git fast-import` (its manual page describes the form). The same revisions give the same stream
and so the same commit ids: names and times in it are those of the revisions, never of the export.
"""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from tracker.model import KindCount
from tracker.render.wording import count

BRANCH = "refs/heads/main"
REVISION_TRAILER = "Revision-Id"

_AUTHOR = b"article-tracker <article-tracker@localhost>"
_SAFE = "._,=+@-"  # beside letters and digits: what every file system can hold; a tilde stands before a mark alone
_LONGEST_NAME = 150  # bytes; file systems hold 255, and a mark may follow
_MARK_LENGTH = 10  # hex digits of the URL's SHA-256: what tells two files apart whose names would be one
_SUFFIX = ".txt"
_RESERVED = re.compile(r"(?i:\.git|con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class GitRevision:
    """What a commit is made of."""

    revision_id: int
    url: str
    number: int
    first_seen_at: datetime
    headline: str | None
    subheadline: str | None
    byline: str | None
    published_at: str | None
    body_text: str
    same_as_number: int | None
    reread_of_number: int | None
    kinds: tuple[KindCount, ...]


def write_stream(revisions: Iterable[GitRevision], stream: IO[bytes], *, goes_on: bool) -> int:
    """Commits written. `goes_on`: upon the commits that the repository has; else from the beginning."""
    stream.write(b"feature done\n")
    if not goes_on:
        stream.write(f"reset {BRANCH}\n\n".encode())
    number = 0
    for number, revision in enumerate(revisions, start=1):
        stream.write(_commit(revision, is_upon=goes_on and number == 1))
    stream.write(b"done\n")
    return number


def _commit(revision: GitRevision, *, is_upon: bool) -> bytes:
    seconds = max(0, int(revision.first_seen_at.timestamp()))  # git knows no time before 1970
    when = _AUTHOR + f" {seconds} +0000\n".encode()
    return b"".join(
        [
            f"commit {BRANCH}\n".encode(),
            b"author " + when,
            b"committer " + when,
            _data(_message(revision)),
            f"from {BRANCH}^0\n".encode() if is_upon else b"",
            f"M 100644 inline {path_of(revision.url)}\n".encode(),
            _data(_content(revision)),
            b"\n",
        ]
    )


def _data(text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    return f"data {len(content)}\n".encode() + content + b"\n"


def _message(revision: GitRevision) -> str:
    title = _SPACE.sub(" ", revision.headline or revision.url).replace("\x00", "")
    kinds = [f"Change: {each.kind} in {each.field}, {each.count}" for each in revision.kinds]
    trailers = [
        f"Article: {revision.url}",
        f"Article-Revision: {revision.number}",
        *kinds,
        f"{REVISION_TRAILER}: {revision.revision_id}",
    ]
    return "\n".join([f"{_what(revision)}: {title}", "", *trailers, ""])


def _what(revision: GitRevision) -> str:
    """`Changed, 2 changes: number, spelling`, in a few words that stand before the headline."""
    if revision.reread_of_number is not None:
        return "Read anew, no edit"
    if revision.number == 1:
        return "First seen"
    names = ", ".join(dict.fromkeys(each.kind.replace("_", " ") for each in revision.kinds))
    told = f" ({names})" if names else ""
    if revision.same_as_number is not None:
        return f"Back to revision {revision.same_as_number}{told}"
    return f"{count(sum(each.count for each in revision.kinds), 'change')}{told}"


def _content(revision: GitRevision) -> str:
    """The fields that are there, a line each, then the body, a line a paragraph."""
    fields = {
        "Headline": revision.headline,
        "Subheadline": revision.subheadline,
        "Byline": revision.byline,
        "Published": revision.published_at,
    }
    head = [f"{name}: {_SPACE.sub(' ', text)}" for name, text in fields.items() if text]
    return "\n".join([*head, "", revision.body_text, ""]) if revision.body_text else "\n".join([*head, ""])


def path_of(url: str) -> str:
    """`www.example.com/world/story.txt`: another one for every URL, the same one every time.

    Where no name can hold the URL as it is (a query, a port, a slash at the end), a mark of its own follows.
    """
    parts = urllib.parse.urlsplit(url)
    *folders, name = f"{parts.netloc}{parts.path or '/'}".split("/")
    wanted = [*folders, name + (f"?{parts.query}" if parts.query else "")]
    names = [_safe_name(each, is_file=number == len(folders)) for number, each in enumerate(wanted)]
    is_plain = parts.scheme == "https" and [urllib.parse.quote(each, safe=_SAFE) for each in names] == wanted
    mark = "" if is_plain else f"~{hashlib.sha256(url.encode()).hexdigest()[:_MARK_LENGTH]}"
    return "/".join(names) + mark + _SUFFIX


def _safe_name(name: str, *, is_file: bool) -> str:
    """The name as people read it, where every file system can hold it and no other file can be in its way."""
    readable = urllib.parse.unquote(name)
    safe = "".join(each if each.isalnum() or each in _SAFE else "_" for each in readable) or "index"
    if safe.startswith(".") or _RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    if not is_file and safe.lower().endswith(_SUFFIX):  # a folder where an article's file may have to be
        safe += "_"
    return safe.encode()[:_LONGEST_NAME].decode(errors="ignore")
