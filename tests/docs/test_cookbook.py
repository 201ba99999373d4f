"""The cookbook: every query runs on the demo's database and answers what it says; what is made from it is current."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from docs_kit import COOKBOOK, RECIPES, ROOT, Demo

from tracker.store.cookbook import Recipe
from tracker.store.document import datasette_metadata, tables

by_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)

# What some recipes must find in the demo's hour, whose edits are known: a part of the answer, as text.
FOUND = {
    "which-numbers-were-altered": ("180", "118"),
    "how-did-the-figures-of-one-story-move": ("12", "15", "17"),
    "which-quotations-were-altered-after-they-had-been-published": ("furious", "disappointed"),
    "which-misspelt-words-were-set-right": ("Margraet", "Margaret"),
    "what-was-changed-and-then-changed-back": ("enigneers", "engineers"),
    "which-facts-were-changed-without-a-notice": ("180", "118"),
    "which-corrections-were-published-and-how-long-had-the-error-stood": ("340", "430"),
    "which-correction-notices-were-taken-away-again": ("petrels-of-skarrow",),
    "which-headlines-did-one-article-bear": ("at least 12", "at least 15", "at least 17"),
    "which-headlines-were-replaced-and-how-long-had-they-stood": ("Walkout by three members", "Council delays"),
    "which-articles-could-not-be-read-for-a-while-and-came-back": ("pool-roof-closed", "night-train-returns"),
    "which-passages-that-spoke-of-something-are-gone": ("at least 12 people", "at least 15 people"),
    "which-paragraphs-came-and-went-since-the-first-version": ("at least 12", "at least 17"),
}


def answer(demo: Demo, recipe: Recipe) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{demo.database}?mode=ro", uri=True)) as connection:
        blanks = {name: demo.blanks[name] for name in recipe.parameters}
        return connection.execute(recipe.sql, blanks).fetchall()


def test_there_are_many_questions_and_none_twice() -> None:
    assert len(RECIPES) >= 30
    assert len(RECIPES) == len(re.findall(r"^### ", COOKBOOK, re.MULTILINE))
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    assert FOUND.keys() <= {recipe.name for recipe in RECIPES}


@by_recipe
def test_a_query_answers_or_says_that_the_demo_has_none(recipe: Recipe, demo: Demo) -> None:
    rows = answer(demo, recipe)
    assert bool(rows) != recipe.is_empty_in_the_demo
    told = repr(rows)
    assert [words for words in FOUND.get(recipe.name, ()) if words not in told] == []


def test_most_questions_are_answered_in_the_demo() -> None:
    assert sum(not recipe.is_empty_in_the_demo for recipe in RECIPES) >= 30


@by_recipe
def test_a_query_asks_for_a_stretch_or_for_one_thing(recipe: Recipe) -> None:
    """Or it would take minutes on a file that is years old."""
    assert recipe.parameters or any(words in recipe.sql for words in ("'now', '-", "random()", "columns_help"))


def test_the_metadata_for_datasette_is_current() -> None:
    written = (ROOT / "docs" / "datasette-metadata.json").read_text(encoding="utf-8")
    run = "run: python -m tracker.store.document --datasette > docs/datasette-metadata.json"
    assert written == datasette_metadata(COOKBOOK), run


def test_the_metadata_has_every_table_and_query() -> None:
    told = json.loads(datasette_metadata(COOKBOOK))["databases"]["tracker"]
    assert told["tables"].keys() == {table.name for table in tables()}
    assert told["queries"].keys() == {recipe.name for recipe in RECIPES}
    assert told["tables"]["checks_daily"]["units"] == {"bytes": "byte", "median_ms": "ms"}
    assert told["tables"]["absences"]["units"] == {"length_s": "second"}
    assert told["tables"]["_closing"]["hidden"] is True
    assert told["tables"]["changes_detail"]["columns"]["before"] == "what stood there; empty: nothing"


@pytest.mark.parametrize("language", ["python", "r", "sh"])
def test_the_openings_name_what_is_there(language: str, demo: Demo) -> None:
    blocks = re.findall(rf"^```{language}\n(.+?)^```", COOKBOOK, re.DOTALL | re.MULTILINE)
    assert blocks
    for asked in re.findall(r"\"(SELECT .+?)\"", "".join(blocks)):
        with closing(sqlite3.connect(demo.database)) as connection:
            assert connection.execute(asked, {"host": demo.blanks["host"]}).fetchall()
