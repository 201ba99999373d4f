"""What the entries of a chain say, word for word: others check them without this program."""

from __future__ import annotations

import hashlib
import json
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from tracker.chain import (
    ArticleFacts,
    CaptureFacts,
    CheckFacts,
    FoldFacts,
    RevisionFacts,
    article_text,
    capture_lines,
    check_text,
    fold_text,
    revision_lines,
    sha256_of,
)

START = "0" * 64
CHECK = CheckFacts(
    7,
    3,
    "2026-11-23T01:02:03Z",
    40,
    "changed",
    'back after "gone"',
    200,
    None,
    '[[301,"https://www.example.com/b"]]',
    None,
    1_234,
    "test 1",
    5,
    4,
    None,
)
CAPTURE = CaptureFacts(4, 3, "2026-11-23T01:02:03Z", "https://www.example.com/b", 200, "text/html", "ab", 900, "cd")
REVISION = RevisionFacts(
    5, 3, "2026-11-23T01:02:03Z", 4, "Zürich\n", None, None, None, None, "de", None, "ef", 12, "test 1", None
)

texts = st.text(st.characters(blacklist_categories=["Cs"]))


def values_of(text: str) -> dict[str, object]:
    """As anybody would read it: after two lines, a name, a colon, a space and JSON a line."""
    lines = text.split("\n")
    assert lines[-1] == ""
    parted = (line.split(": ", 1) for line in lines[2:-1])
    return {name: json.loads(value) for name, value in parted}


def test_an_entry_is_this_text() -> None:
    assert check_text(START, CHECK, capture_lines(CAPTURE) + revision_lines(REVISION)) == (
        f"""\
tracker chain 1: look
previous: {START}
check_id: 7
article_id: 3
checked_at: "2026-11-23T01:02:03Z"
duration_ms: 40
outcome: "changed"
reason: "back after \\"gone\\""
http_status: 200
final_url: null
redirects_json: "[[301,\\"https://www.example.com/b\\"]]"
failure: null
received_bytes: 1234
extractor: "test 1"
revision_id: 5
capture_id: 4
origin: null
capture.capture_id: 4
capture.article_id: 3
capture.captured_at: "2026-11-23T01:02:03Z"
capture.url: "https://www.example.com/b"
capture.http_status: 200
capture.content_type: "text/html"
capture.headers_sha256: "ab"
capture.body_bytes: 900
capture.body_sha256: "cd"
revision.revision_id: 5
revision.article_id: 3
revision.first_seen_at: "2026-11-23T01:02:03Z"
revision.capture_id: 4
revision.headline: "Zürich\\n"
revision.subheadline: null
revision.byline: null
revision.published_at: null
revision.modified_at: null
revision.language: "de"
revision.canonical_url: null
revision.content_sha256: "ef"
revision.word_count: 12
revision.extractor: "test 1"
revision.reread_of_revision_id: null
"""
    )


def test_a_chain_begins_with_its_article_and_tells_of_folds() -> None:
    article = ArticleFacts(3, "https://www.example.com/b", "www.example.com", "2026-11-23T01:02:03Z", None)
    assert article_text(article) == (
        "tracker chain 1: article\n"
        'article_id: 3\nurl: "https://www.example.com/b"\nhost: "www.example.com"\n'
        'added_at: "2026-11-23T01:02:03Z"\nsource_id: null\n'
    )
    told = fold_text(START, FoldFacts(CHECK, "2026-11-01T00:00:00Z", 12, "aa", "bb"))
    assert told.startswith(f"tracker chain 1: looks folded\nprevious: {START}\ncheck_id: 7\n")
    assert told.endswith(
        'origin: null\nfirst_checked_at: "2026-11-01T00:00:00Z"\nlook_count: 12\n'
        'before_sha256: "aa"\nlast_sha256: "bb"\n'
    )


def test_the_program_sha256sum_gives_the_same_hash() -> None:
    text = check_text(START, CHECK, revision_lines(REVISION))
    summed = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True).stdout.decode()
    assert summed.split()[0] == sha256_of(text) == hashlib.sha256(text.encode()).hexdigest()


@given(texts, texts, st.integers(-(2**63), 2**63 - 1))
def test_every_value_can_be_read_back(reason: str, url: str, received_bytes: int) -> None:
    """Whatever a text holds, it stays on its line, so that no value can pass for another line."""
    check = CHECK._replace(reason=reason, final_url=url, received_bytes=received_bytes)
    assert values_of(check_text(START, check)) == check._asdict()


@given(st.sampled_from(CheckFacts._fields), texts)
def test_whatever_differs_gives_another_entry(name: str, value: str) -> None:
    other = CheckFacts(**{**CHECK._asdict(), name: value})
    assert (check_text(START, other) == check_text(START, CHECK)) == (other == CHECK)
