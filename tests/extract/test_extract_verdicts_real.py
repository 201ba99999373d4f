"""No false alarm on real pages: each page that is named was read, and is what it is named for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tracker.extract import extract
from tracker.extract.verdicts import page_problem
from tracker.model import ProblemKind

# A teaser of 24 words that is declared as not free; an article whose end says that 57.09 % are left to read, for
# subscribers; a LiveBlogPosting with LIVE in its headline; a week's ticker, entry by entry; a refusal of a reader who
# is too fast.
NAMED = {
    "extraction/html/tra-0198.html.gz": ProblemKind.PAYWALL,
    "extraction/html/fun-fr-LeMonde_2023_09_01.html.gz": ProblemKind.PAYWALL,
    "extraction/html/fun-uk-Express_2024_07_18.html.gz": ProblemKind.LIVE_PAGE,
    "extraction/html/fun-de-BR_2024_08_27.html.gz": ProblemKind.LIVE_PAGE,
    "revisions/files/otah-ccfa92f3/001.html.gz": ProblemKind.BOT_WALL,
}
EVERY = 6  # of 768 pages: all of them take 20 s, and were tried when the marks were written


def pages(folder: Path) -> list[tuple[str, str]]:
    """Path and URL of each page of a set."""
    rows = map(json.loads, (folder / "index.jsonl").read_text("utf-8").splitlines())
    kept = [row for row in rows if row.get("format", "html") == "html"]
    return [(f"{folder.name}/{row.get('html_path') or row['path']}", row["url"]) for row in kept]


def named(shared_data: Path, path: str, url: str) -> ProblemKind | None:
    html = gzip.decompress((shared_data / path).read_bytes())
    found = page_problem(200, url, url, html, extract(html, url))
    return found.kind if found else None


@pytest.mark.parametrize("folder", ["extraction", "revisions"])
def test_real_articles_are_articles(shared_data: Path, folder: str) -> None:
    sample = [row for row in pages(shared_data / folder)[::EVERY] if row[0] not in NAMED]
    assert len(sample) > 30
    assert {path: kind for path, url in sample if (kind := named(shared_data, path, url))} == {}


def test_real_pages_in_an_articles_place_are_named(shared_data: Path) -> None:
    rows = [row for folder in ("extraction", "revisions") for row in pages(shared_data / folder) if row[0] in NAMED]
    assert {path: named(shared_data, path, url) for path, url in rows} == NAMED
