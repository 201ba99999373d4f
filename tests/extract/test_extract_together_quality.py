"""Floors under the reading of two pages together, on real pages with noise and edits: measured values less a margin."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tracker.extract import extract
from tracker.extract.together import StoredPage, read_together

_NOISE = (
    "class_hashed",
    "links_replaced",
    "links_reordered",
    "newsletter_in_column",
    "read_more_paragraph",
    "comments",
)
_PAGES = 14


@pytest.fixture(scope="module")
def churn(shared_data: Path) -> Any:
    sys.path.insert(0, str(shared_data.parent / "tools"))
    try:
        import page_churn  # noqa: PLC0415 - lies beside the checkout
    finally:
        sys.path.pop(0)
    return page_churn


@pytest.fixture(scope="module")
def articles(shared_data: Path, churn: Any) -> list[tuple[str, bytes, str]]:
    """URL, page and gold text, of pages that hold enough of an article to be disturbed."""
    folder = shared_data / "extraction"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    found = []
    for row in [row for row in rows if "article-extraction-benchmark" in row["source_repo"]][::4]:
        raw = gzip.decompress((folder / row["html_path"]).read_bytes())
        gold = (folder / row["gold_text_path"]).read_text("utf-8")
        if len(churn.article_paragraphs(churn.parse(raw), gold)) >= 4:
            found.append((row["url"], raw, gold))
    return found[:_PAGES]


def disturbed(churn: Any, name: str, raw: bytes, gold: str) -> bytes | None:
    document = churn.parse(raw)
    possible = getattr(churn, name)(document, gold, random.Random(name + gold[:50]))
    return None if possible is False else churn.serialise(document)


def test_noise_on_real_pages_changes_almost_no_text(churn: Any, articles: list[tuple[str, bytes, str]]) -> None:
    alone, together = [], []
    for url, raw, gold in articles:
        plain = churn.serialise(churn.parse(raw))
        first = extract(plain, url)
        assert first is not None
        for name in _NOISE:
            noisy = disturbed(churn, name, raw, gold)
            assert noisy is not None
            both = read_together(StoredPage(plain, url), StoredPage(noisy, url), recorded=first)
            assert both.now.extract is not None
            together.append(both.before.extract is None or both.before.extract.text != both.now.extract.text)
            second = extract(noisy, url)
            alone.append(second is None or second.text != first.text)
    assert sum(together) / len(together) <= 0.03
    assert sum(together) < sum(alone)


def test_edits_on_real_pages_are_seen(churn: Any, articles: list[tuple[str, bytes, str]]) -> None:
    missed = []
    for url, raw, gold in articles:
        plain = churn.serialise(churn.parse(raw))
        for edit in churn.EDITS:
            edited = disturbed(churn, edit.__name__, raw, gold)
            if edited is None:
                continue
            both = read_together(StoredPage(plain, url), StoredPage(edited, url))
            assert both.now.extract is not None
            is_marked = churn.MARK.get(edit, "") in both.now.extract.text
            missed.append(both.before.extract == both.now.extract or not is_marked)
    assert sum(missed) / len(missed) <= 0.08
