"""WARC files, written by warcio: the pages in them, and what revisit records stand for."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warc_kit import HTML, URL, Warc, page, read
from warcio.statusandheaders import StatusAndHeaders

from tracker.exchange.imported import ImportedLook
from tracker.exchange.warc_in import read_warcs


@pytest.fixture(params=[True, False], ids=["gzip", "plain"])
def warc(request: pytest.FixtureRequest, tmp_path: Path) -> Warc:
    return Warc(tmp_path / "a.warc", is_gzip=bool(request.param))


def test_pages_come_with_status_headers_and_time(warc: Warc) -> None:
    warc.record("urn:info", "warcinfo", "2026-01-01T00:00:00Z", b"software: x")
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."), headers=[*HTML, ("ETag", '"1"')])
    warc.record(
        URL, "request", "2026-01-01T10:00:00Z", b"", StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
    )
    warc.response(URL, "2026-01-02T10:00:00.123456Z", page("Gone."), status="404 Not Found")
    looks, problems = read(warc.close())
    assert problems == []
    assert looks == [
        ImportedLook(
            URL,
            datetime(2026, 1, 1, 10, tzinfo=UTC),
            "warc",
            200,
            (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"')),
            page("It fell."),
        ),
        ImportedLook(
            URL,
            datetime(2026, 1, 2, 10, 0, 0, 123456, tzinfo=UTC),
            "warc",
            404,
            (("Content-Type", "text/html; charset=utf-8"),),
            page("Gone."),
        ),
    ]


def test_only_pages_are_kept(warc: Warc) -> None:
    warc.response(URL + "/a.png", "2026-01-01T10:00:00Z", b"\x89PNG", headers=[("Content-Type", "image/png")])
    warc.response(URL, "2026-01-01T10:00:00Z", page("x"), status="301 Moved", headers=[*HTML, ("Location", "/b")])
    warc.response(URL, "2026-01-01T10:00:00Z", page("x"), status="206 Partial Content")
    warc.response(URL, "2026-01-01T10:00:00Z", b"plain words", headers=[])
    warc.record("dns:www.example.com", "resource", "2026-01-01T10:00:00Z", b"x")
    warc.record("ftp://example.com/a.html", "resource", "2026-01-01T10:00:00Z", page("x"))
    warc.response(URL + "/untyped", "2026-01-01T10:00:00Z", page("It fell."), headers=[])
    warc.response(
        URL + "/x", "2026-01-01T10:00:00Z", page("It fell."), headers=[("Content-Type", "Application/XHTML+XML")]
    )
    looks, problems = read(warc.close())
    assert [look.url for look in looks] == [URL + "/untyped", URL + "/x"]
    assert problems == []


def test_a_resource_is_a_page_without_an_answer_around_it(warc: Warc) -> None:
    warc.record(URL, "resource", "2026-01-01T10:00:00Z", page("It fell."), more={"Content-Type": "text/html"})
    ((look,), _) = read(warc.close())
    assert (look.status, look.headers, look.body) == (200, (("Content-Type", "text/html"),), page("It fell."))


def test_codings_and_chunks_are_undone(warc: Warc) -> None:
    packed = gzip.compress(page("It fell."))
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    headers = [*HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    warc.response(URL, "2026-01-01T10:00:00Z", body, headers=headers)
    ((look,), _) = read(warc.close())
    assert look.body == page("It fell.")


def test_only_wanted_addresses_are_read(warc: Warc) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."))
    warc.response("https://other.example/", "2026-01-01T10:00:00Z", page("Other."))
    looks, _ = read(warc.close(), wanted=lambda url: "other" not in url)
    assert [look.url for look in looks] == [URL]


REFERENCES: list[tuple[bytes | None, dict[str, str]]] = [
    (page("It fell."), {}),
    (None, {"WARC-Refers-To": "{id}"}),
    (None, {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": "2026-01-01T10:00:00Z"}),
]


@pytest.mark.parametrize(("of", "more"), REFERENCES, ids=["by digest", "by record", "by address and time"])
@pytest.mark.parametrize("order", ["before", "after", "in a file before", "in a file after"])
def test_a_revisit_is_a_look_at_the_page_that_it_refers_to(
    tmp_path: Path, of: bytes | None, more: dict[str, str], order: str
) -> None:
    one, two = Warc(tmp_path / "1.warc.gz"), Warc(tmp_path / "2.warc.gz")
    page_file, revisit_file = (two, one) if "after" in order else (one, two)
    if "file" not in order:
        revisit_file = page_file = one
    known = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    refers = {name: value.replace("{id}", known) for name, value in more.items()}

    def write_page() -> None:
        page_file.response(URL, "2026-01-01T10:00:00Z", page("It fell."), more={"WARC-Record-ID": known})

    if order == "before":
        write_page()
    revisit_file.revisit(URL + "?again", "2026-01-03T10:00:00Z", of, refers)
    if order != "before":
        write_page()
    looks, problems = read(one.close(), two.close()) if "file" in order else read(one.close())
    two.close()
    assert problems == []
    found = {look.url: look for look in looks}
    assert len(looks) == 2
    again = found[URL + "?again"]
    assert (again.seen_at, again.status, again.body) == (datetime(2026, 1, 3, 10, tzinfo=UTC), 200, page("It fell."))
    assert ("X-Seen", "2026-01-03T10:00:00Z") in again.headers


def test_many_revisits_of_one_page_are_as_many_looks(warc: Warc) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."))
    for day in range(2, 6):
        warc.revisit(URL, f"2026-01-0{day}T10:00:00Z", page("It fell."), {})
    looks, _ = read(warc.close())
    assert [look.seen_at.day for look in looks] == [1, 2, 3, 4, 5]


def test_not_modified_is_the_page_of_before_with_the_headers_that_came(warc: Warc) -> None:
    known = warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."), headers=[*HTML, ("X-Seen", "never")])
    warc.revisit(URL, "2026-01-02T10:00:00Z", None, {"WARC-Refers-To": known}, status="304 Not Modified")
    (_, again), problems = read(warc.close())
    assert problems == []
    assert (again.status, again.body, again.seen_at.day) == (200, page("It fell."), 2)
    assert again.headers == (*HTML, ("X-Seen", "2026-01-02T10:00:00Z"))


def test_a_revisit_without_headers_has_those_of_the_page(warc: Warc) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."), status="410 Gone")
    warc.revisit(URL, "2026-01-02T10:00:00Z", page("It fell."), {}, status=None)
    (first, again), _ = read(warc.close())
    assert (again.status, again.headers) == (410, first.headers)


def test_a_revisit_whose_page_is_nowhere_is_named(warc: Warc) -> None:
    warc.revisit(URL, "2026-01-02T10:00:00Z", page("It fell."), {})
    looks, problems = read(warc.close())
    assert looks == []
    (problem,) = problems
    assert URL in problem
    assert "in none of the files given" in problem


def test_memory_stays_flat(tmp_path: Path) -> None:
    warc = Warc(tmp_path / "large.warc.gz")
    body = page("It fell, as was said. " * 9_000)  # 200 kB, 300 times: 60 MB
    for number in range(300):
        warc.response(f"{URL}/{number}", "2026-01-01T10:00:00Z", body)
    file = warc.close()
    tracemalloc.start()
    count = sum(1 for _ in read_warcs([file], problem=print))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 20 * len(body)


def test_real_pages_come_back_byte_for_byte(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "extraction" / "html").iterdir())[:40]
    pages = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files]
    warc = Warc(tmp_path / "real.warc.gz")
    for number, body in enumerate(pages):
        warc.response(f"{URL}/{number}", "2026-01-01T10:00:00Z", body)
    looks, problems = read(warc.close())
    assert problems == []
    assert [look.body for look in looks] == pages
