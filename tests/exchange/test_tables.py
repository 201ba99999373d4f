"""CSV and JSON Lines give every record, column and character back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.tables import ARTICLES, CHANGES, REVISIONS, AddressedRevision
from tracker.model import ArticleStatus, Change, ChangeDetail, Extract, Field, Kind, Operation, Revision, State

URL = "https://www.example.com/wall"
SEEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
_text = st.text(st.characters(exclude_categories=["Cs"]))


def _detail(number: int, before: str, after: str) -> ChangeDetail:
    change = Change(Kind.WORDING, Field.BODY, Operation.REPLACE, before, after, 0, 1, 0, 1, in_quotation=True)
    return ChangeDetail(number, 1, URL, "www.example.com", None, 1, 2, SEEN, SEEN, change)


@given(st.lists(st.tuples(_text, _text), max_size=4))
def test_text_comes_back_from_csv_and_json_lines(texts: list[tuple[str, str]]) -> None:
    details = [_detail(number, *pair) for number, pair in enumerate(texts)]
    sheet, lines = io.StringIO(newline=""), io.StringIO(newline="")
    assert CHANGES.write_csv(details, sheet) == CHANGES.write_json_lines(details, lines) == len(texts)
    rows = list(csv.DictReader(io.StringIO(sheet.getvalue(), newline="")))
    assert [(row["before"], row["after"]) for row in rows] == texts
    read = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(row["before"], row["after"]) for row in read] == texts


def test_truth_and_absence_have_one_form_each() -> None:
    sheet = io.StringIO(newline="")
    CHANGES.write_csv([_detail(1, "a", "b")], sheet)
    (row,) = csv.DictReader(io.StringIO(sheet.getvalue(), newline=""))
    assert (row["in_quotation"], row["in_attribution"], row["headline"]) == ("1", "0", "")


def test_no_records_still_give_the_header() -> None:
    sheet = io.StringIO(newline="")
    assert ARTICLES.write_csv((), sheet) == 0
    assert sheet.getvalue().startswith("article_id,url,host,headline,state,")


def test_articles_and_revisions_have_their_views_columns() -> None:
    article = ArticleStatus(1, URL, "www.example.com", "Wall", State.LIVE, 1, 0, SEEN, SEEN, None, None)
    extract = Extract(headline="Wall", paragraphs=("One, two.", "Three."))
    revision = AddressedRevision(URL, Revision(1, 1, 1, SEEN, extract, extract.content_sha256))
    lines = io.StringIO()
    ARTICLES.write_json_lines([article], lines)
    REVISIONS.write_json_lines([revision], lines)
    first, second = map(json.loads, lines.getvalue().splitlines())
    assert (first["state"], first["next_check_at"]) == ("live", None)
    assert (second["body_text"], second["word_count"]) == ("One, two.\n\nThree.", 3)


def test_rows_are_written_as_they_come() -> None:
    lines = io.StringIO()

    def details() -> Iterator[ChangeDetail]:
        for number in range(3):
            assert lines.getvalue().count("\n") == number
            yield _detail(number, "a", "b")

    assert CHANGES.write_json_lines(details(), lines) == 3
