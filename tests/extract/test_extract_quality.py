"""Floors under the quality on real pages: measured values less a margin, so that quality cannot fall unseen."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tracker.extract import extract
from tracker.extract.verdicts import page_problem


def rows(shared_data: Path, source: str, step: int) -> list[dict[str, Any]]:
    lines = (shared_data / "extraction" / "index.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if source in row["source_repo"]][::step]


def opened(shared_data: Path, path: str) -> bytes:
    data = (shared_data / "extraction" / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def words(text: str) -> set[tuple[str, ...]]:
    found = text.lower().split()
    return {tuple(found[i : i + 4]) for i in range(len(found) - 3)}


@pytest.mark.parametrize(("source", "floor"), [("article-extraction-benchmark", 0.93), ("fundus", 0.92)])
def test_body_on_real_pages(shared_data: Path, source: str, floor: float) -> None:
    scores = []
    for row in rows(shared_data, source, 3):
        found = extract(opened(shared_data, row["html_path"]), row["url"])
        wanted = words(opened(shared_data, row["gold_text_path"]).decode())
        have = words(found.text) if found else set()
        scores.append(2 * len(wanted & have) / max(1, len(wanted) + len(have)))
    assert sum(scores) / len(scores) >= floor


def test_headline_author_and_date_on_real_pages(shared_data: Path) -> None:
    headline, author, date = [], [], []
    for row in rows(shared_data, "fundus", 2):
        gold = json.loads(opened(shared_data, row["gold_json_path"]))
        found = extract(opened(shared_data, row["html_path"]), row["url"])
        assert found is not None
        headline.append((found.headline or "").casefold() == " ".join(gold["title"].split()).casefold())
        author += (
            [any(a.casefold() in (found.byline or "").casefold() for a in gold["authors"])] if gold["authors"] else []
        )
        date += [found.published_at is not None and str(found.published_at.date()) == str(gold["publishing_date"])[:10]]
    assert sum(headline) / len(headline) >= 0.85
    assert sum(author) / len(author) >= 0.8
    assert sum(date) / len(date) >= 0.95


# Its last paragraph says how much of the article is left for subscribers.
_TEASER = "fun-fr-LeMonde_2023_09_01"


def test_no_false_alarm_on_real_articles(shared_data: Path) -> None:
    alarms = []
    for row in rows(shared_data, "", 9):
        html = opened(shared_data, row["html_path"])
        found = page_problem(200, row["url"], row["url"], html, extract(html, row["url"]))
        alarms += [(row["id"], found.sentence)] if found else []
    assert [alarm for alarm in alarms if alarm[0] != _TEASER] == []
