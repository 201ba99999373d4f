"""TimeMaps as text: the list of an address's archived copies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.link_format import read_timemap

BASE = "https://archive.example/timemap/link/https://www.example.com/2026/01/wall"


def test_the_copies_in_a_timemap_come_in_the_order_of_their_times() -> None:
    timemap = read_timemap(
        """<http://www.example.com/story>;rel="original",
 <http://archive.example/timemap/http://www.example.com/story>
 ; rel="self";type="application/link-format"
 ; from="Sat, 03 Mar 2018 10:00:00 GMT"
 ; until="Mon, 05 Mar 2018 10:00:00 GMT",
 <http://archive.example/timegate/http://www.example.com/story>
 ; rel="timegate",
 <http://archive.example/web/3/http://www.example.com/story>
 ; rel="first memento";datetime="Sat, 03 Mar 2018 10:00:00 GMT"
 ; license="http://www.example.com/terms, all of them",
 <http://archive.example/web/5/http://www.example.com/story>
 ; rel="last memento";datetime="Mon, 05 Mar 2018 10:00:00 GMT",
 <http://archive.example/web/4/http://www.example.com/story>
 ; rel=memento; datetime="Sun, 04 Mar 2018 10:00:00 GMT"
""",
        "http://archive.example/timemap/http://www.example.com/story",
    )
    assert timemap.original == "http://www.example.com/story"
    assert timemap.pages == ()
    assert [(memento.url, memento.seen_at) for memento in timemap.mementos] == [
        (f"http://archive.example/web/{day}/http://www.example.com/story", datetime(2018, 3, day, 10, tzinfo=UTC))
        for day in (3, 4, 5)
    ]


def test_other_pages_of_a_timemap_are_named_but_not_itself_nor_other_forms() -> None:
    timemap = read_timemap(
        f"""<{BASE}>; rel="self timemap"; type="application/link-format",
        </timemap/link/2/x>; rel="timemap"; type="application/link-format"; from="Tue, 20 Jun 2000 18:02:59 GMT",
        <https://archive.example/timemap/json/x>; rel="timemap"; type="application/json",
        </timemap/link/3/x>; rel=timemap""",
        BASE,
    )
    assert timemap.pages == (
        "https://archive.example/timemap/link/2/x",
        "https://archive.example/timemap/link/3/x",
    )


@pytest.mark.parametrize(
    "entry",
    [
        '<http://a/1>; rel="memento"',
        '<http://a/1>; rel="memento"; datetime="soon"',
        '<http://a/1>; rel="original"; datetime="Tue, 20 Jun 2000 18:02:59 GMT"',
        '<ftp://a/1>; rel="memento"; datetime="Tue, 20 Jun 2000 18:02:59 GMT"',
        '<http://[a/1>; rel="memento"; datetime="Tue, 20 Jun 2000 18:02:59 GMT"',
        'http://a/1; rel="memento"; datetime="Tue, 20 Jun 2000 18:02:59 GMT"',
    ],
)
def test_what_is_no_memento_is_passed_over_and_the_next_is_read(entry: str) -> None:
    good = '<http://a/2,3>; x="\\"<,>;"; rel="memento"; datetime="Tue, 20 Jun 2000 18:02:59 GMT"'
    assert [memento.url for memento in read_timemap(f"{entry},\n{good}", BASE).mementos] == ["http://a/2,3"]


@given(st.text() | st.lists(st.sampled_from(["<", ">", ";", '"', ",", "rel=", "memento", "a", "\\", " "])).map("".join))
def test_no_list_is_too_odd_to_be_read(text: str) -> None:
    read_timemap(text, BASE)
