"""`show --raw` of a page that was dropped as the configuration asks."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Keeping, Store

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://www.example.com/story"


def seen(store: Store, article_id: int, text: str, at: datetime) -> None:
    extract = Extract(paragraphs=(text,))
    fetch = Fetch(URL, URL, at, status=200, headers=(("Content-Type", "text/html"),), body=f"<p>{text}".encode())
    sighting = Sighting(LookOrder(article_id, URL), fetch, extract, "page", extractor="test 1")
    outcome = Outcome.CHANGED if "15" in text else Outcome.FIRST_SEEN
    store.record([Verdict(sighting, outcome, State.LIVE, at + timedelta(hours=1), new_revision=extract)])


def raw(database: Path, number: int) -> subprocess.CompletedProcess[bytes]:
    words = ["--database", str(database), "show", URL, "--raw", "--revision", str(number)]
    return subprocess.run(
        [sys.executable, "-m", "tracker", *words], capture_output=True, check=False, cwd=database.parent
    )


def test_a_dropped_page_is_told_in_a_sentence_and_the_latest_one_stays(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    with Store.open(database, create=True) as store:
        article_id, _ = store.add_article(URL, BEGIN)
        seen(store, article_id, "12 gaps were found.", BEGIN)
        seen(store, article_id, "15 gaps were found.", BEGIN + timedelta(hours=1))
        store.maintain(datetime(2026, 6, 1, tzinfo=UTC), Keeping(keep_captures_for=timedelta(days=30)))
    gone = raw(database, 1)
    assert (gone.returncode, gone.stdout) == (1, b"")
    assert b"was dropped on 2026-06-01" in b" ".join(gone.stderr.split())
    assert b"its text is kept" in b" ".join(gone.stderr.split())
    assert raw(database, 2).stdout == b"<p>15 gaps were found."
