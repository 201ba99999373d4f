"""The copies that a web archive holds: a loopback archive that speaks Memento (RFC 7089)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from serving import Loopback, Visit

from tracker.config import FetchSettings
from tracker.exchange.imported import ImportedLook
from tracker.exchange.memento import FetchUrl, read_mementos
from tracker.fetch import Fetcher, look_at_host
from tracker.model import Batch, FailureKind, Fetch, LookOrder
from tracker.urls import host_of

URL = "https://www.example.com/2026/01/wall"


def moment(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def http_date(when: datetime) -> str:
    return format_datetime(when, usegmt=True)


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)


@dataclass
class Archive(Loopback):
    """Answers by path, and keeps what it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listen(ArchiveVisit)

    def timemap(self, *days: int, name: str = "/timemap/link/", more: str = "") -> str:
        """Lists copies of these days, and gives the prefix under which it is asked for."""
        lines = [f'<{URL}>; rel="original"']
        for day in days:
            address = self.url(f"/web/{moment(day):%Y%m%d%H%M%S}/{URL}")
            lines.append(f'<{address}>; rel="memento"; datetime="{http_date(moment(day))}"')
        self.answers[f"{name}{URL}"] = Answer(
            (",\n".join(lines) + more).encode(), headers=(("Content-Type", "application/link-format"),)
        )
        return self.url(name)

    def copy(
        self, day: int, body: bytes, *, mark: str = "id_", status: int = 200, hour: int = 0, link: str = ""
    ) -> None:
        headers = [
            ("Memento-Datetime", http_date(moment(day, hour))),
            ("Content-Type", "text/html"),
            ("x-archive-orig-etag", f'"{day}"'),
        ]
        if link:
            headers.append(("Link", f'<{link}>; rel="original", <http://x/>; rel="timegate"'))
        self.answers[self.path(day, mark, hour)] = Answer(body, status, tuple(headers))

    def path(self, day: int, mark: str = "id_", hour: int = 0) -> str:
        return f"/web/{moment(day, hour):%Y%m%d%H%M%S}{mark}/{URL}"

    @property
    def copies_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/web/")]


class ArchiveVisit(Visit[Archive]):
    def answer(self) -> None:
        self.site.asked.append(self.path)
        answer = self.site.answers.get(self.path, Answer(b"not here", 404))
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


def polite(sleep: Callable[[float], object] = lambda _seconds: None) -> FetchUrl:
    """The tracker's own fetching, pauses and all; the clock jumps where it would wait."""
    passed = [0.0]

    def wait(seconds: float) -> None:
        passed[0] += seconds
        sleep(seconds)

    fetcher = Fetcher(
        FetchSettings(allow_private_addresses=True),
        user_agent="tests/1",
        now=lambda: datetime.now(UTC),
        monotonic=lambda: time.monotonic() + passed[0],
        sleep=wait,
    )

    def fetch(url: str) -> Fetch:
        return next(look_at_host(fetcher, Batch(host_of(url), (LookOrder(0, url),))))

    return fetch


@dataclass
class Taken:
    looks: list[ImportedLook]
    problems: list[str]


def take(
    archive: str, fetch: FetchUrl | None = None, known: Callable[[str, datetime], bool] = lambda _url, _at: False
) -> Taken:
    problems: list[str] = []
    looks = read_mementos([URL], fetch or polite(), problem=problems.append, known=known, archive=archive)
    return Taken(list(looks), problems)


def test_every_copy_comes_as_it_was_sent_with_its_own_time() -> None:
    with Archive() as site:
        prefix = site.timemap(2, 1)
        site.copy(1, b"<p>one</p>")
        site.copy(2, b"<p>gone</p>", status=404)
        taken = take(prefix)
    assert taken.problems == []
    assert taken.looks == [
        ImportedLook(URL, moment(1), "memento", 200, (("etag", '"1"'), ("Content-Type", "text/html")), b"<p>one</p>"),
        ImportedLook(URL, moment(2), "memento", 404, (("etag", '"2"'), ("Content-Type", "text/html")), b"<p>gone</p>"),
    ]


def test_the_archive_is_asked_politely() -> None:
    waits: list[float] = []
    with Archive() as site:
        prefix = site.timemap(1, 2)
        site.copy(1, b"<p>one</p>")
        site.copy(2, b"<p>two</p>")
        take(prefix, polite(waits.append))
    assert len(waits) >= 2
    assert all(1.5 < wait <= 2 for wait in waits)
    assert site.asked[0] == "/robots.txt"


def test_a_robots_txt_that_forbids_the_copies_is_kept_to() -> None:
    with Archive() as site:
        prefix = site.timemap(1)
        site.copy(1, b"<p>one</p>")
        site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /web/")
        taken = take(prefix)
    assert (taken.looks, site.copies_asked) == ([], [])
    assert "robots.txt asks us not to" in taken.problems[0]


def test_copies_that_are_known_are_not_asked_for() -> None:
    with Archive() as site:
        prefix = site.timemap(1, 2)
        site.copy(2, b"<p>two</p>")
        taken = take(prefix, known=lambda url, at: (url, at) == (URL, moment(1)))
    assert [look.seen_at for look in taken.looks] == [moment(2)]
    assert site.copies_asked == [site.path(2)]


def test_a_list_in_several_pages_is_read_whole() -> None:
    with Archive() as site:
        site.timemap(2, name="/timemap/2/", more=f',\n</timemap/link/{URL}>; rel="timemap"')
        prefix = site.timemap(
            1, more=f',\n<{site.url("/timemap/2/")}{URL}>; rel="timemap"; type="application/link-format"'
        )
        site.copy(1, b"<p>one</p>")
        site.copy(2, b"<p>two</p>")
        taken = take(prefix)
    assert [look.body for look in taken.looks] == [b"<p>one</p>", b"<p>two</p>"]
    assert len([path for path in site.asked if path.startswith("/timemap")]) == 2


def test_where_there_is_no_page_as_sent_the_one_shown_is_taken() -> None:
    with Archive() as site:
        prefix = site.timemap(1)
        site.copy(1, b"<p>shown</p>", mark="")
        taken = take(prefix)
    assert [look.body for look in taken.looks] == [b"<p>shown</p>"]
    assert site.copies_asked == [site.path(1), site.path(1, "")]


def test_addresses_of_other_archives_are_asked_for_as_they_are() -> None:
    with Archive() as site:
        line = f'<{site.url("/copies/a1b2")}>; rel="memento"; datetime="{http_date(moment(1))}"'
        site.answers[f"/tm/{URL}"] = Answer(line.encode())
        site.answers["/copies/a1b2"] = Answer(b"<p>one</p>", headers=(("Content-Type", "text/html"), ("X-A", "b")))
        taken = take(site.url("/tm/"))
    (look,) = taken.looks
    assert look.seen_at == moment(1)
    assert ("X-A", "b") in look.headers


def test_a_redirect_to_a_copy_nearby_counts_with_that_copys_time_and_once() -> None:
    with Archive() as site:
        prefix = site.timemap(1, 2)
        near = site.path(3)
        for day in (1, 2):
            site.answers[site.path(day)] = Answer(status=302, headers=(("Location", near),))
        site.copy(3, b"<p>three</p>", link=URL)
        taken = take(prefix)
    assert [(look.url, look.seen_at) for look in taken.looks] == [(URL, moment(3))]
    assert taken.problems == []


def test_a_redirect_to_a_copy_that_is_known_gives_nothing() -> None:
    with Archive() as site:
        prefix = site.timemap(1)
        site.answers[site.path(1)] = Answer(status=302, headers=(("Location", site.path(3)),))
        site.copy(3, b"<p>three</p>")
        taken = take(prefix, known=lambda _url, at: at == moment(3))
    assert (taken.looks, taken.problems) == ([], [])


def test_a_copy_of_another_page_is_not_taken_for_the_article() -> None:
    with Archive() as site:
        prefix = site.timemap(1)
        site.answers[site.path(1)] = Answer(status=302, headers=(("Location", "/web/front"),))
        site.answers["/web/front"] = Answer(
            b"<p>front</p>",
            headers=(
                ("Memento-Datetime", http_date(moment(1))),
                ("Link", '<https://www.example.com/>; rel="original"'),
                ("Content-Type", "text/html"),
            ),
        )
        taken = take(prefix)
    assert taken.looks == []
    assert "led to https://www.example.com/ then" in taken.problems[0]


def test_a_page_of_the_archives_own_is_not_taken_for_a_copy() -> None:
    with Archive() as site:
        prefix = site.timemap(1, 2)
        site.answers[site.path(1)] = Answer(status=302, headers=(("Location", "/sorry"),))
        site.answers["/sorry"] = Answer(b"<p>Sorry.</p>")
        site.copy(2, b"<p>two</p>")
        taken = take(prefix)
    assert [look.seen_at for look in taken.looks] == [moment(2)]
    assert "no archived copy" in taken.problems[0]


def test_a_copy_that_the_archive_has_lost_is_named() -> None:
    with Archive() as site:
        prefix = site.timemap(1, 2)
        site.copy(2, b"<p>two</p>")
        taken = take(prefix)
    assert [look.seen_at for look in taken.looks] == [moment(2)]
    (problem,) = taken.problems
    assert "127.0.0.1 answers 404" in problem


def test_an_archive_with_too_much_to_do_is_asked_again_later_and_then_left_alone() -> None:
    waits: list[float] = []
    with Archive() as site:
        prefix = site.timemap(1, 2, 3)
        site.copy(1, b"<p>one</p>")
        site.answers[site.path(2)] = Answer(b"busy", 503)
        taken = take(prefix, polite(waits.append))
    assert [look.seen_at for look in taken.looks] == [moment(1)]
    assert site.copies_asked == [site.path(1), site.path(2), site.path(2), site.path(2)]
    assert max(waits) > 6  # twice as long after each refusal
    assert "too much to do" in taken.problems[0]
    assert "1 archived copies were not asked for; run the import again later" in taken.problems[-1]


def test_an_archive_that_says_when_to_come_back_is_left_alone_until_then() -> None:
    with Archive() as site:
        prefix = site.timemap(1, 2)
        site.answers[site.path(1)] = Answer(b"later", 429, (("Retry-After", "3600"),))
        taken = take(prefix)
    assert taken.looks == []
    assert site.copies_asked == [site.path(1)]
    assert "wants to be left alone until" in taken.problems[0]


def test_a_page_that_was_archived_while_it_was_unavailable_is_a_look() -> None:
    with Archive() as site:
        prefix = site.timemap(1)
        site.copy(1, b"<p>down</p>", status=503)
        taken = take(prefix)
    assert [look.status for look in taken.looks] == [503]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(b"", 404), "the archive has no copy of it"),
        (Answer(b"", 500), "cannot be had: 127.0.0.1 answers 500"),
        (Answer(b"<html>Hello</html>"), "lists no copies"),
    ],
)
def test_a_list_that_cannot_be_had_is_named(answer: Answer, told: str) -> None:
    with Archive() as site:
        site.answers[f"/tm/{URL}"] = answer
        taken = take(site.url("/tm/"))
    assert taken.looks == []
    (problem,) = taken.problems
    assert URL in problem
    assert told in problem


def test_an_archive_that_does_not_answer_is_not_asked_for_ever() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Fetch:
        asked.append(url)
        if "/timemap/" in url:
            body = site.answers[f"/timemap/link/{URL}"].body
            return Fetch(url, url, moment(1), status=200, body=body)
        return Fetch(url, url, moment(1), failure=FailureKind.DEADLINE, failure_detail="no answer within 30 s")

    site = Archive()
    with site:
        taken = take(site.timemap(*range(1, 20)), fetch)
    assert taken.looks == []
    assert len(asked) == 6
    assert "no answer within 30 s" in taken.problems[0]
    assert "14 archived copies were not asked for" in taken.problems[-1]
