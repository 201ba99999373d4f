"""Datasette's own pages of our database: what everything means, the cookbook's queries, ways to our pages."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import html
from web_kit import Pages, ordinary

from tracker.store.cookbook import recipes
from tracker.store.document import datasette_metadata

ROOT = Path(__file__).resolve().parents[2]
COOKBOOK = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(ordinary(tmp_path_factory.mktemp("tables") / "news.db"))


def test_what_is_shipped_is_what_the_schema_and_the_cookbook_say() -> None:
    shipped = (files("tracker.web") / "metadata.json").read_text(encoding="utf-8")
    command = (
        "python -m tracker.store.document --datasette | tee docs/datasette-metadata.json > tracker/web/metadata.json"
    )
    assert shipped == datasette_metadata(COOKBOOK), f"run: {command}"


def test_tables_and_columns_are_explained(pages: Pages) -> None:
    view = pages.get("/news/changes_detail").text
    assert "One row a change" in view
    assert "the last look that still showed the older text" in view
    assert "number of the article" in pages.get("/news/articles_status").text


def test_plumbing_is_hidden_and_word_indexes_are_left_out(pages: Pages) -> None:
    shown = html.document_fromstring(pages.get("/news").text)
    names = [heading.text_content() for heading in shown.findall(".//h3")]
    assert "articles" in names
    assert not [name for name in names if name.startswith("_")]
    everything = json.loads(pages.get("/news.json").text)
    hidden = {table["name"]: table["hidden"] for table in everything["tables"]}
    assert not {"_paragraph_words", "_headline_words"} & set(hidden)
    assert {name for name in hidden if name.startswith("_") and not hidden[name]} == set()
    assert not [name for name, is_hidden in hidden.items() if is_hidden and not name.startswith(("_", "sqlite_"))]


def test_tables_are_counted_and_nothing_goes_wrong_on_the_way(pages: Pages, capfd: pytest.CaptureFixture[str]) -> None:
    counts = {table["name"]: table["count"] for table in json.loads(pages.get("/news.json").text)["tables"]}
    assert counts["articles"] == 1
    assert counts["revisions"] == 2
    assert None not in counts.values()
    told = capfd.readouterr()
    assert told.out + told.err == ""


def test_the_cookbook_can_be_asked(pages: Pages) -> None:
    listed = pages.get("/news").text
    for recipe in recipes(COOKBOOK):
        assert f"/news/{recipe.name}" in listed
    answer = pages.get("/news/which-numbers-were-altered")
    assert answer.status == 200
    assert "Twelve" in answer.text
    assert "Fifteen" in answer.text


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("changes_detail", "change_id", r"/article/1/diff/1/2#c\d+"),
        ("changes_detail", "article_id", "/article/1"),
        ("articles_status", "article_id", "/article/1"),
        ("revisions_text", "number", "/article/1/revision/[12]"),
        ("silent_edits", "change_id", r"/article/1/diff/1/2#c\d+"),
        ("headline_history", "article_id", "/article/1"),
    ],
)
def test_rows_lead_to_our_pages(pages: Pages, table: str, column: str, target: str) -> None:
    shown = html.document_fromstring(pages.get(f"/news/{table}").text)
    links = shown.xpath(f"//td[contains(@class, 'col-{column}')]/a/@href")
    assert links
    for link in links:
        assert re.fullmatch(target, link)
        assert pages.get(link.partition("#")[0]).status == 200


def test_a_keepers_own_metadata_comes_first(tmp_path: Path) -> None:
    pages = Pages(ordinary(tmp_path / "tracker.db"))
    own = {"databases": {"tracker": {"tables": {"changes_detail": {"description": "Our own words"}}}}}
    pages.datasette._metadata_local = own
    assert "Our own words" in pages.get("/tracker/changes_detail").text
    assert pages.get("/tracker").status == 200
    other = Pages(ordinary(tmp_path / "another" / "tracker.db"))
    assert "One row a change" in other.get("/tracker/changes_detail").text
