"""What one answer shows, and how little is done to learn that nothing is new."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar, TypeVarTuple

import pytest

from tracker.errors import SandboxFailed
from tracker.extract import EXTRACTOR, SiteRules, read
from tracker.extract.examining import Answer, examine
from tracker.extract.fingerprint import page_sha256
from tracker.extract.verdicts import page_problem
from tracker.look import Looker, see
from tracker.model import Batch, FailureKind, Fetch, LookOrder, ProblemKind, Sighting
from tracker.sandbox import Sandbox, run_here

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

URL = "https://www.example.com/lights/harbour"
ORDER = LookOrder(7, URL)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEXTS = (
    "The lamp on the harbour's western mole will be lit again on Sunday, after nine years in which it stood dark.",
    "Its glass was ground anew in a workshop inland, and the keeper's stair has been given a rail on both sides.",
    "The council paid for the glass. The stair was mended by the rowing club, which uses the lamp as its finish.",
)


def page(*texts: str, script: str = "1") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in texts or TEXTS)
    return (
        f"<!doctype html><html lang=en><head><title>Lamp is lit again</title><script>t={script}</script></head>"
        f"<body><article><h1>Lamp is lit again</h1>{body}</article></body></html>"
    ).encode()


def fetched(body: bytes, status: int = 200, content_type: str = "text/html; charset=utf-8") -> Fetch:
    return Fetch(URL, URL, NOW, status=status, headers=(("Content-Type", content_type),), body=body)


def never_run(_function: Callable[[*Ts], T], /, *_args: *Ts) -> NoReturn:
    raise AssertionError("nothing was to be parsed")


def known_by(sighting: Sighting) -> LookOrder:
    return replace(ORDER, page_sha256=sighting.page_sha256, body_sha256=sighting.body_sha256)


def test_a_page_is_read() -> None:
    seen = see(ORDER, fetched(page()))
    assert seen.extract is not None
    assert seen.extract.headline == "Lamp is lit again"
    assert seen.extract.paragraphs == TEXTS
    assert seen.extractor == EXTRACTOR
    assert seen.problem == ""
    assert seen.body_sha256 == hashlib.sha256(page()).hexdigest()
    assert seen.page_sha256 == page_sha256(page())
    assert not seen.is_same_page


def test_equal_bytes_are_not_parsed() -> None:
    first = see(ORDER, fetched(page()))
    again = see(known_by(first), fetched(page()), run=never_run)
    assert again.is_same_page
    assert again.extract is None
    assert (again.page_sha256, again.body_sha256) == (first.page_sha256, first.body_sha256)


def test_other_bytes_with_the_same_texts_are_not_read() -> None:
    first = see(ORDER, fetched(page()))
    again = see(known_by(first), fetched(page(script="2")))
    assert again.is_same_page
    assert (again.extract, again.extractor) == (None, "")
    assert again.page_sha256 == first.page_sha256
    assert again.body_sha256 != first.body_sha256


def test_another_word_is_read() -> None:
    first = see(ORDER, fetched(page()))
    again = see(known_by(first), fetched(page(*TEXTS[:2], TEXTS[2].replace("rowing", "sailing"))))
    assert not again.is_same_page
    assert again.extract is not None
    assert "sailing club" in again.extract.text


@pytest.mark.parametrize(
    "fetch",
    [
        fetched(b"", 304),
        fetched(b"<p>gone</p>", 404),
        replace(fetched(b""), status=None, failure=FailureKind.DEADLINE),
    ],
)
def test_what_is_no_page_is_not_parsed(fetch: Fetch) -> None:
    assert see(ORDER, fetch, run=never_run) == Sighting(ORDER, fetch)


def test_what_cannot_be_read_has_its_reason() -> None:
    seen = see(ORDER, fetched(b"%PDF-1.7 and so on", content_type="text/html"))
    assert seen.extract is None
    assert seen.problem == "This is a file of another kind, not a page."
    assert see(known_by(seen), fetched(b"%PDF-1.7 and so on")).is_same_page


def test_a_page_in_the_articles_place_is_named() -> None:
    shell = b'<html><body><div id="root"></div><script src="/app.js"></script></body></html>'
    seen = see(ORDER, fetched(shell))
    assert seen.page_problem is ProblemKind.EMPTY_SHELL
    assert seen.problem


def test_what_breaks_the_bounds_is_unreadable_and_tried_again() -> None:
    def out_of_bounds(_function: Callable[[*Ts], T], /, *_args: *Ts) -> NoReturn:
        raise SandboxFailed("Reading took longer than 10 seconds.")

    seen = see(ORDER, fetched(page()), run=out_of_bounds)
    assert seen.problem == "Reading took longer than 10 seconds."
    assert (seen.extract, seen.page_sha256, seen.body_sha256) == (None, None, None)


def test_a_batch_is_seen_in_order_by_its_hosts_rules() -> None:
    orders = tuple(LookOrder(number, f"{URL}/{number}") for number in range(3))

    def fetch_batch(batch: Batch) -> Any:
        return (replace(fetched(page()), url=order.url) for order in batch.orders)

    with Sandbox(1, limit_s=60.0, preload=("tracker.extract.examining",)) as sandbox:
        looker = Looker(fetch_batch, {"www.example.com": SiteRules(headline="p")}, run=sandbox.run)
        sightings = looker(Batch("www.example.com", orders))
    assert [sighting.order.article_id for sighting in sightings] == [0, 1, 2]
    assert {sighting.extract.headline for sighting in sightings if sighting.extract} == {TEXTS[0]}


def test_examining_is_what_fingerprint_extraction_and_verdict_say(shared_data: Path) -> None:
    folder = shared_data / "extraction"
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines()[::25]:
        row = json.loads(line)
        html = gzip.decompress((folder / row["html_path"]).read_bytes())
        answer = Answer(row["url"], row["url"], 200, None, html)
        seen = run_here(examine, pickle.loads(pickle.dumps(answer)), None, None)
        reading = read(html, row["url"])
        problem = page_problem(200, row["url"], row["url"], html, reading.extract)
        assert seen.page_sha256 == page_sha256(html)
        assert (seen.extract, seen.left_out) == (reading.extract, reading.left_out)
        assert seen.page_problem == (problem.kind if problem else None)
        assert examine(answer, seen.page_sha256).is_same_page
        assert pickle.loads(pickle.dumps(seen)) == seen


def test_a_bug_that_one_page_brings_out_costs_no_other_its_look(caplog: pytest.LogCaptureFixture) -> None:
    def run(function: Callable[[*Ts], T], /, *args: *Ts) -> T:
        if any(isinstance(given, Answer) and b"poison" in given.body for given in args):
            raise ZeroDivisionError("a bug of ours")
        return function(*args)

    orders = tuple(LookOrder(number, f"{URL}/{number}") for number in range(3))
    bodies = (page(), page("This page is poison."), page())
    looker = Looker(lambda batch: map(fetched, bodies), run=run)
    first, second, third = looker(Batch("www.example.com", orders))
    assert first.extract is not None
    assert third.extract is not None
    assert (second.fetch.failure, second.extract) == (FailureKind.INTERNAL, None)
    (told,) = caplog.records
    assert f"{URL}/1" in told.getMessage()
    assert told.exc_info is not None
