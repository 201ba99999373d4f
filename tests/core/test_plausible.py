"""Which new text of an article is believed at once, and which only when a second look shows it again."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tracker.judge.plausible import doubt
from tracker.model import Extract

HEADLINE = "Ferry service resumes after storm"
STORY = (
    "The ferry between Norrick and Sand Island sailed again on Monday after three days in harbour, its owner said.",
    "Twelve passengers were treated for the cold, the harbour office said in the afternoon, and all of them went home.",
    "Gusts of up to ninety kilometres an hour had kept every boat tied up since Friday morning.",
    (
        "Islanders shared what bread the only bakery could still make from its last sacks of flour, while the school "
        "hall stayed open overnight for those without heating."
    ),
    "A second ferry is to follow tomorrow with mail and medicine, the company that runs the line told its customers.",
)
OTHER_PAGES = [
    ("Under maintenance", "We will be back soon, please be patient."),
    ("Under maintenance", "Ferry service resumes after storm: we will be back soon, please be patient."),
    (HEADLINE, "Loading"),
    (HEADLINE, "Loading …"),
    (HEADLINE, "This story can be read by subscribers only. Sign up for a month, it is free."),
    (HEADLINE, "The requested page is not available in your country. Error 0x8f."),
]


def story(paragraphs: int) -> Extract:
    return Extract(headline=HEADLINE, paragraphs=STORY[:paragraphs])


@pytest.mark.parametrize("paragraphs", [3, 4, 5])
@pytest.mark.parametrize(("headline", "text"), OTHER_PAGES)
def test_a_small_page_with_nothing_of_the_article_is_doubted(paragraphs: int, headline: str, text: str) -> None:
    reason = doubt(story(paragraphs), Extract(headline=headline, paragraphs=(text,)))
    assert reason == "almost nothing of the known text is in the page"


def test_the_teaser_of_a_short_article_is_doubted() -> None:
    reason = doubt(story(5), Extract(headline=HEADLINE, paragraphs=(STORY[0],)))
    assert reason == "only 19 of 103 words are left in the page"


STUB = Extract(
    headline="Fire at paper mill in Norrick",
    paragraphs=(
        "A fire has broken out at the paper mill in Norrick. Several people are feared trapped. More follows.",
    ),
)
REPORT = Extract(
    headline="Fire at paper mill in Norrick",
    paragraphs=(
        (
            "At least four workers died on Tuesday when flames tore through the old Norrick mill, officials in the "
            "county said, and eleven others are being treated in hospital for burns."
        ),
        (
            "The blaze, which started shortly before the night shift ended, was brought under control by ninety "
            "firefighters from three towns. Witnesses described hearing a loud explosion near the drying hall."
        ),
        (
            "The paper company, the largest employer of the valley, halted all production and promised to support the "
            "families. Inspectors had criticised the plant for blocked exits as recently as in March."
        ),
        *(f"The union's speaker for district {number} asked why no alarm had sounded there." for number in range(15)),
    ),
)


def test_a_first_line_replaced_by_the_whole_report_is_believed() -> None:
    assert doubt(STUB, REPORT) is None


def test_a_first_report_of_two_paragraphs_written_anew_is_believed() -> None:
    first = replace(
        STUB,
        paragraphs=(
            *STUB.paragraphs,
            (
                "Police said that workers of the night shift were still inside. An explosion was heard, witnesses told "
                "the radio; firefighters from nearby towns are on their way, and the company has not commented."
            ),
        ),
    )
    assert len(first.text.split()) > 40
    assert doubt(first, REPORT) is None


@pytest.mark.parametrize("paragraphs", [1, 2, 3])
def test_edits_of_short_articles_are_believed(paragraphs: int) -> None:
    known = story(paragraphs)
    assert doubt(known, replace(known, headline="Ferries sail again")) is None
    assert doubt(known, replace(known, paragraphs=(STORY[0], *STORY[3:]))) is None
    assert doubt(known, replace(known, paragraphs=STORY)) is None


def test_a_followed_headline_is_never_doubted() -> None:
    assert doubt(Extract(headline=HEADLINE), Extract(headline="Loading")) is None


def test_real_revisions_are_believed_as_before(shared_data: Path) -> None:
    """Of 553 pairs of consecutive texts twelve were doubted when this was written, and before small pages were."""
    folder = shared_data / "revisions"
    chains: dict[str, list[tuple[int, Extract]]] = {}
    for row in map(json.loads, (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()):
        if row["format"] != "html":
            text = _read(folder / (row.get("text_path") or row["path"]))
            paragraphs = tuple(line for line in text.splitlines() if line.strip())
            chains.setdefault(row["doc_id"], []).append((row["seq"], Extract(paragraphs=paragraphs)))
    pairs = [pair for chain in chains.values() for pair in pairwise(extract for _, extract in sorted(chain, key=_seq))]
    doubted = sum(doubt(old, new) is not None for old, new in pairs if old.text != new.text)
    assert len(pairs) > 500
    assert doubted <= 12


def _read(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def _seq(version: tuple[int, Extract]) -> int:
    return version[0]
