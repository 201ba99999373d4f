"""WARC files that are damaged, cut off, or something else: nothing false is read, and what is whole is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from warc_kit import HTML, URL, Warc, page, read

from tracker.errors import FormatError, NotFound
from tracker.exchange.warc_in import read_warcs


@pytest.fixture(params=[True, False], ids=["gzip", "plain"])
def warc(request: pytest.FixtureRequest, tmp_path: Path) -> Warc:
    return Warc(tmp_path / "a.warc", is_gzip=bool(request.param))


def three(path: Path, *, is_gzip: bool) -> tuple[Warc, bytes]:
    warc = Warc(path, is_gzip=is_gzip)
    for day in (1, 2, 3):
        warc.response(f"{URL}/{day}", f"2026-01-0{day}T10:00:00Z", page(f"It fell on day {day}, as was said." * 9))
    return warc, warc.close().read_bytes()


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_damaged_record_is_named_and_the_others_are_read(tmp_path: Path, is_gzip: bool) -> None:
    warc, content = three(tmp_path / "a.warc", is_gzip=is_gzip)
    start, end = warc.offsets[1:3]
    place = (start + end) // 2
    warc.path.write_bytes(content[:place] + b"\xa5" * 20 + content[place + 20 :])
    looks, problems = read(warc.path)
    assert [look.url[-1] for look in looks] == ["1", "3"]
    (problem,) = problems
    assert problem.startswith(f"{warc.path}, byte {start:,}: a record was passed over, as")


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_file_that_was_cut_off_gives_what_is_whole(tmp_path: Path, is_gzip: bool) -> None:
    warc, content = three(tmp_path / "a.warc", is_gzip=is_gzip)
    for length in range(warc.offsets[2] + 1, len(content) - 4, 23):
        warc.path.write_bytes(content[:length])
        looks, problems = read(warc.path)
        assert [look.url[-1] for look in looks] == ["1", "2"]
        (problem,) = problems
        assert f"byte {warc.offsets[2]:,}" in problem


@pytest.mark.parametrize("is_gzip", [True, False])
def test_damage_at_the_very_beginning_loses_one_record(tmp_path: Path, is_gzip: bool) -> None:
    warc, content = three(tmp_path / "a.warc", is_gzip=is_gzip)
    warc.path.write_bytes(content[:12] + b"\xa5" * 9 + content[21:])
    looks, problems = read(warc.path)
    assert [look.url[-1] for look in looks] == ["2", "3"]
    assert len(problems) == 1


@pytest.mark.parametrize("is_gzip", [True, False])
def test_wherever_a_byte_is_wrong_nothing_false_is_read(tmp_path: Path, is_gzip: bool) -> None:
    warc, content = three(tmp_path / "a.warc", is_gzip=is_gzip)
    whole, _ = read(warc.path)
    for place in range(warc.offsets[1], warc.offsets[2], 29):
        warc.path.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        try:
            looks, _ = read(warc.path)
        except FormatError:
            continue
        bodies = {look.body for look in looks}
        assert bodies <= {look.body for look in whole}
        assert {whole[0].body, whole[2].body} <= bodies


def test_a_wrong_length_is_noticed(tmp_path: Path) -> None:
    warc, content = three(tmp_path / "a.warc", is_gzip=False)
    at = content.index(b"Content-Length: ", warc.offsets[1]) + len(b"Content-Length: ")
    longer = content[:at] + b"9" + content[at + 1 :]
    shorter = content[:at] + b"0" + content[at + 1 :]
    for changed in (longer, shorter):
        warc.path.write_bytes(changed)
        looks, problems = read(warc.path)
        assert {look.url[-1] for look in looks} == {"1", "3"}
        assert len(problems) == 1


def test_many_records_in_one_gzip_member_are_read(tmp_path: Path) -> None:
    _, content = three(tmp_path / "a.warc", is_gzip=False)
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(content))
    looks, problems = read(tmp_path / "b.warc.gz")
    assert ([look.url[-1] for look in looks], problems) == (["1", "2", "3"], [])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"WARC-Truncated": "length"}, "cut short when it was archived (length)"),
        ({"WARC-Segment-Number": "1"}, "archived in segments"),
        ({"WARC-Date": "some day"}, "WARC-Date is no time"),
    ],
)
def test_what_cannot_be_used_is_named(warc: Warc, more: dict[str, str], told: str) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell."), more=more)
    looks, problems = read(warc.close())
    assert looks == []
    (problem,) = problems
    assert URL in problem
    assert told in problem


def test_a_page_that_was_cut_on_its_way_is_no_edit(warc: Warc) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell.")[:30], headers=[*HTML, ("Content-Length", "500")])
    looks, problems = read(warc.close())
    assert looks == []
    assert "cut short: 30 of 500 bytes" in problems[0]


def test_a_page_that_is_too_large_is_named(warc: Warc) -> None:
    warc.response(URL, "2026-01-01T10:00:00Z", page("It fell. " * 100_000))
    file = warc.close()
    problems: list[str] = []
    assert list(read_warcs([file], problem=problems.append, most_bytes=1_000)) == []
    assert "too large" in problems[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"<html>", "is not a WARC file"),
        (gzip.compress(b"<html>", mtime=0), "is not a WARC file"),
        (b"\x28\xb5\x2f\xfd....", "compressed with Zstandard"),
        (b"filedesc://x.arc 0.0.0.0 20260101000000 text/plain 10", "is not a WARC file"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "f.warc.gz"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=told):
        read(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*none\.warc"):
        read(tmp_path / "none.warc")
