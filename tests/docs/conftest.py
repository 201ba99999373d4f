"""The demo's database, and what the documentation's queries ask of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from docs_kit import Demo

_STORY = "%/landslide-thessaby"


@pytest.fixture(scope="session")
def demo(demo_database: Path) -> Demo:
    return Demo(demo_database, _blanks(demo_database))


def _blanks(database: Path) -> dict[str, str]:
    """An article that was changed twice."""
    with closing(sqlite3.connect(database)) as connection:
        sql = "SELECT url, host, last_changed_at FROM articles_status WHERE url LIKE ?"
        url, host, changed_at = connection.execute(sql, (_STORY,)).fetchone()
    return {"url": url, "host": host, "moment": changed_at, "words": "at least"}
