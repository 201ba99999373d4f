"""An article that was looked at and changed very often: pages that stay small, in parts, and lose nothing."""

from __future__ import annotations

import re

import pytest
from lxml import html
from web_kit import Pages, Story

from tracker.model import Outcome, State
from tracker.store import Store

REVISIONS = 450


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    path = tmp_path_factory.mktemp("long") / "tracker.db"
    with Store.open(path, create=True) as store:
        rising = Story(store, "https://www.example.com/rising")
        for number in range(REVISIONS):
            rising.show(f"There were {number} boats.", headline="Boats" if number % 100 else f"Boats, part {number}")
        swinging = Story(store, "https://www.example.com/swinging")
        for number in range(60):
            swinging.show("The same.", headline="Yes" if number % 2 else "No")
        Story(store, "https://www.example.com/new")
        refused = Story(store, "https://www.example.com/refused")
        for _ in range(3):
            refused.look(Outcome.BLOCKED, State.BLOCKED, reason="HTTP 403")
    return Pages(path)


def test_a_long_history_is_told_in_parts_that_lose_nothing(pages: Pages) -> None:
    path, told = "/article/1", []
    while path:
        answer = pages.get(path)
        assert len(answer.content) < 120_000
        told += [int(number) for number in re.findall(r'href="/article/1/revision/(\d+)">revision', answer.text)]
        older = html.document_fromstring(answer.text).xpath("//a[@rel='next']/@href")
        path = older[0] if older else ""
    assert sorted(told) == list(range(1, REVISIONS + 1))


def test_the_newest_come_first_and_lead_back(pages: Pages) -> None:
    second = pages.get("/article/1?part=2")
    assert html.document_fromstring(second.text).xpath("//a[@rel='prev']/@href") == ["/article/1"]
    assert "<svg" not in second.text
    first = pages.get("/article/1").text
    assert f'href="/article/1/revision/{REVISIONS}"' in first
    assert 'href="/article/1/revision/1">' not in first.partition("<h2>History</h2>")[2]


def test_headlines_that_swing_are_told_once_each(pages: Pages) -> None:
    table = html.document_fromstring(pages.get("/article/2").text).find(".//table")
    rows = [row.text_content() for row in table.findall(".//tbody/tr")]
    assert len(rows) == 2
    assert all("(again 29 times)" in row for row in rows)
    assert sum("still stands" in row for row in rows) == 1


def test_an_article_without_a_revision_has_a_page(pages: Pages) -> None:
    assert "Not looked at yet." in pages.get("/article/3").text
    assert "blocked" in pages.get("/article/4").text
