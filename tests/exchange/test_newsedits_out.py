"""The layout of the NewsEdits corpus: versions, sentences, and which of them match."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.newsedits import (
    DOC_LEVEL_STATS,
    ENTRY_VERSION,
    MATCHED_SENTENCES,
    SPLIT_SENTENCES,
    TABLES,
    Cells,
    EntryArticle,
    Sentences,
    links_between,
    rows_of,
)
from tracker.model import Extract, Revision

SEEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
ARTICLE = EntryArticle("https://www.example.com/wall", "www.example.com", 2)

STORM = "The storm tore three boats from their moorings before dawn."
TWELVE = "Twelve people were taken to the hospital in Port Ellin."
FIFTEEN = "Fifteen people were taken to the hospital in Port Ellin."
LONG = "The harbour master said the wall had held, and divers would look at its foundations on Monday."
SPLIT = ("The harbour master said the wall had held.", "Divers would look at its foundations on Monday.")
LAMP = "A lamp has been put up on the western mole for the winter."


def revision(number: int, *paragraphs: str, reread_of: int | None = None) -> Revision:
    extract = Extract(headline="Wall", paragraphs=paragraphs)
    return Revision(number + 10, 7, number, SEEN, extract, extract.content_sha256, reread_of_number=reread_of)


def tables(*revisions: Revision) -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = {name: [] for name in TABLES}
    for table, row in rows_of(ARTICLE, revisions, lambda _: True):
        assert len(row) == len(TABLES[table])
        found[table].append(row)
    return found


def stats(*revisions: Revision) -> dict[str, object]:
    (row,) = tables(*revisions)[DOC_LEVEL_STATS]
    return dict(zip([name for name, _ in TABLES[DOC_LEVEL_STATS]], row, strict=True))


def matched(*revisions: Revision) -> list[tuple[object, object]]:
    return [(row[3], row[4]) for row in tables(*revisions)[MATCHED_SENTENCES]]


def test_an_edited_sentence_keeps_its_partner() -> None:
    before, after = revision(1, f"{STORM} {TWELVE}", LAMP), revision(2, f"{STORM} {FIFTEEN}", LAMP)
    assert matched(before, after) == [(0, 0), (1, 1), (2, 2)]
    rows = tables(before, after)[MATCHED_SENTENCES]
    assert [row[:3] for row in rows] == [(7, 0, 1)] * 3
    assert rows[0][5:] == (0.0, 0.0)
    assert list(rows[1][5:]) == pytest.approx([1 / 10, 1 / 10])
    told = stats(before, after)
    assert (told["num_unchanged"], told["num_edited_x"], told["num_edited_y"]) == (2, 1, 1)
    assert (told["num_sentences_x"], told["num_sentences_y"], told["num_added"], told["num_deleted"]) == (3, 3, 0, 0)
    assert told["mean_dist_overall"] == pytest.approx(1 / 30)


def test_added_and_deleted_sentences_have_no_partner() -> None:
    before, after = revision(1, STORM, TWELVE), revision(2, STORM, LAMP)
    assert matched(before, after) == [(0, 0), (1, None), (None, 1)]
    told = stats(before, after)
    assert (told["num_added"], told["num_deleted"], told["num_unchanged"]) == (1, 1, 1)
    assert tables(before, after)[MATCHED_SENTENCES][1][5:] == (None, None)


def test_split_merged_and_moved_sentences_are_counted() -> None:
    split = stats(revision(1, f"{STORM} {LONG}"), revision(2, f"{STORM} {' '.join(SPLIT)}"))
    assert (split["num_split"], split["num_merged"]) == (1, 0)
    merged = stats(revision(1, f"{STORM} {' '.join(SPLIT)}"), revision(2, f"{STORM} {LONG}"))
    assert (merged["num_split"], merged["num_merged"]) == (0, 1)
    moved = stats(revision(1, STORM, TWELVE, LONG, LAMP), revision(2, LAMP, STORM, TWELVE, LONG))
    assert (moved["num_refactors"], moved["num_unchanged"], moved["num_added"]) == (1, 4, 0)


def test_versions_and_sentences_count_from_zero() -> None:
    found = tables(revision(1, f"{STORM} It <b>&c</b>."), revision(2, STORM, reread_of=1))
    first, second = found[ENTRY_VERSION]
    assert first == (
        *(11, 7, 0, "Wall", f"<p>{STORM} It &lt;b&gt;&amp;c&lt;/b&gt;.</p>", ARTICLE.url, "2026-11-23 09:05:00"),
        *(None, 2, "www.example.com", None),
    )
    assert (second[2], second[-1]) == (1, 0)
    assert found[SPLIT_SENTENCES][0] == (7, 0, 0, STORM)
    assert found[MATCHED_SENTENCES] == []  # one page, read twice: nobody edited anything
    assert found[DOC_LEVEL_STATS] == []


def test_only_wanted_neighbours_are_matched() -> None:
    revisions = [revision(number, f"{STORM} {number}.") for number in range(1, 6)]
    rows = list(rows_of(ARTICLE, revisions, lambda each: each.number != 3))
    assert [row[2] for table, row in rows if table == ENTRY_VERSION] == [0, 1, 3, 4]
    assert [row[1:3] for table, row in rows if table == DOC_LEVEL_STATS] == [(0, 1), (3, 4)]


def test_no_text_is_no_sentence() -> None:
    told = stats(revision(1), revision(2, STORM))
    assert (told["num_added"], told["mean x dist"], told["mean_dist_overall"]) == (1, None, None)


SENTENCES = st.lists(st.sampled_from([STORM, TWELVE, FIFTEEN, LONG, *SPLIT, LAMP]), max_size=7)


@given(SENTENCES, SENTENCES)
def test_every_sentence_is_told_of_and_every_count_adds_up(one: list[str], other: list[str]) -> None:
    before, after = revision(1, *one), revision(2, *other)
    told, rows = stats(before, after), matched(before, after)
    assert {x for x, _ in rows} - {None} == set(range(len(one)))
    assert {y for _, y in rows} - {None} == set(range(len(other)))
    assert max(Counter(rows).values(), default=1) == 1
    assert told["num_unchanged"] + told["num_edited_x"] + told["num_deleted"] == len(one)  # type: ignore[operator]
    assert told["num_unchanged"] + told["num_edited_y"] + told["num_added"] == len(other)  # type: ignore[operator]


@given(SENTENCES)
def test_a_text_matches_itself(sentences: list[str]) -> None:
    same = Sentences.of(sentences)
    assert [(link.x, link.y, link.distance_x) for link in links_between(same, same)] == [
        (number, number, 0.0) for number in range(len(sentences))
    ]


def test_labelled_pairs_keep_their_partners(shared_data: Path) -> None:
    """In pairs whose edits are known, most sentences that stayed are found again, and all that stayed word for word."""
    with gzip.open(shared_data / "diff_pairs" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for _, line in zip(range(25), lines, strict=False)]
    for pair in pairs:
        before, after = (Sentences.of(pair[side].split("\n\n")) for side in ("old", "new"))
        links = {(link.x, link.y) for link in links_between(before, after)}
        old, new = (Counter(side.sentence(number) for number in range(len(side.spans))) for side in (before, after))
        once = {text for text, number in old.items() if number == 1 and new[text] == 1 and len(text) > 40}
        found = {before.sentence(x) for x, y in links if before.sentence(x) == after.sentence(y)}
        assert len(once - found) <= 0.02 * len(once)
