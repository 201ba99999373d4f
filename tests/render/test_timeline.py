"""An article's history tells every revision and every absence, and folds what repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from render_samples import NEW, OLD, URL, check, printed, revision

from tracker.model import CheckEntry, Outcome, Revision
from tracker.render.history import Track, runs_of
from tracker.render.timeline import timeline_view

ENTRIES = (
    check(0, Outcome.FIRST_SEEN, number=1),
    check(5, Outcome.UNCHANGED),
    check(10, Outcome.NOT_MODIFIED, 304),
    check(15, Outcome.UNCHANGED),
    check(20, Outcome.CHANGED, number=2),
    check(25, Outcome.GONE, 404, "the server says that there is no such page"),
    check(30, Outcome.GONE, 404, "the server says that there is no such page"),
    check(35, Outcome.UNCHANGED),
    check(40, Outcome.BLOCKED, None, "robots.txt asks us not to look"),
)
EXPECTED = """\
2026-11-23 UTC
  09:00        revision 1, first seen
               Wall fails
  09:05–09:15  unchanged, 3 looks
  09:20        revision 2, changed, 3 changes
               Wall collapses
  09:25–09:30  gone, HTTP 404, 2 looks
               the server says that there is no such page
  09:35        back after 10 min, unchanged
  09:40        blocked
               robots.txt asks us not to look
"""
FLAPPING = """\
2026-11-23 UTC
  09:00        revision 1, first seen
               A
  09:01        revision 2, changed, 3 changes
               B
  09:02        revision 3, reverted to revision 1, 3 changes
               A
  09:03–09:08  revisions 4 to 7, back and forth between
               revisions 1 and 2, 4 turns, 6 looks
  09:09        unchanged
  09:10        revision 8, changed, 3 changes
               C
"""


def _revisions(*headlines: str, same_as: dict[int, int] | None = None) -> dict[int, Revision]:
    same = same_as or {}
    return {
        number: revision(number, headline, OLD, check(0, Outcome.UNCHANGED).checked_at, same_as=same.get(number))
        for number, headline in enumerate(headlines, 1)
    }


def _shown(entries: tuple[CheckEntry, ...], revisions: dict[int, Revision], width: int = 60) -> str:
    return printed(timeline_view([Track(entries, revisions)], UTC), width)


def _words(entries: tuple[CheckEntry, ...]) -> list[str]:
    """What is told of each run, without its time."""
    return [line[15:] for line in _shown(entries, {}, 100).splitlines()[1:]]


def test_a_history_reads_as_agreed() -> None:
    assert _shown(ENTRIES, _revisions("Wall fails", "Wall collapses")) == EXPECTED


def test_turns_back_and_forth_are_one_line() -> None:
    revisions = _revisions("A", "B", "A", "B", "A", "B", "A", "C", same_as={3: 1, 4: 2, 5: 1, 6: 2, 7: 1})
    entries = (
        check(0, Outcome.FIRST_SEEN, number=1),
        check(1, Outcome.CHANGED, number=2),
        check(2, Outcome.REVERTED, number=3),
        check(3, Outcome.REVERTED, number=4),
        check(4, Outcome.REVERTED, number=5),
        check(5, Outcome.UNCHANGED),
        check(6, Outcome.REVERTED, number=6),
        check(7, Outcome.NOT_MODIFIED, 304),
        check(8, Outcome.REVERTED, number=7),
        check(9, Outcome.UNCHANGED),
        check(10, Outcome.CHANGED, number=8),
    )
    assert _shown(entries, revisions) == FLAPPING


def test_an_absence_parts_two_times_of_going_back_and_forth() -> None:
    revisions = _revisions("A", "B", "A", "B", "A", "B", "A", same_as={3: 1, 4: 2, 5: 1, 6: 2, 7: 1})
    entries = (
        check(4, Outcome.REVERTED, number=4),
        check(5, Outcome.REVERTED, number=5),
        check(6, Outcome.GONE, 410, "the server says 410"),
        check(7, Outcome.REVERTED, number=6),
        check(8, Outcome.REVERTED, number=7),
    )
    shown = _shown(entries, revisions, 100)
    assert "revisions 4 to 5, back and forth between revisions 1 and 2, 2 turns\n" in shown
    assert "back after 60 s, revisions 6 to 7, back and forth between revisions 1 and 2, 2 turns\n" in shown


def test_a_page_read_anew_is_no_edit() -> None:
    revisions = _revisions("Wall fails", "Wall fails", "Wall collapses")
    revisions[2] = replace(revisions[2], reread_of_number=1, extractor="reader 2")
    entries = (check(0, Outcome.FIRST_SEEN, number=1), check(5, Outcome.CHANGED, number=3))
    assert _shown(entries, revisions, 100).splitlines()[3:] == [
        "  09:05        revision 2 is the page of revision 1, read anew by a newer extractor: no edit",
        "  09:05        revision 3, changed, 3 changes",
        "               Wall collapses",
    ]


def test_an_absence_lasts_through_failures_until_the_article_is_seen_again() -> None:
    assert _words(
        (
            check(0, Outcome.UNCHANGED),
            check(5, Outcome.BLOCKED, 403, "a bot wall"),
            check(10, Outcome.FAILED, None, "the connection was reset"),
            check(15, Outcome.UNCHANGED),
        )
    ) == [
        "unchanged",
        "blocked, HTTP 403",
        "a bot wall",
        "failed",
        "the connection was reset",
        "back after 10 min, unchanged",
    ]


def test_one_failed_look_is_no_absence_and_three_are() -> None:
    failed = [check(minute, Outcome.FAILED, None) for minute in (1, 2, 3)]
    seen = check(4, Outcome.UNCHANGED)
    assert _words((failed[0], seen)) == ["failed", "unchanged"]
    assert _words((*failed, seen)) == ["failed, 3 looks", "back after 3 min, unchanged"]


def test_walls_of_two_kinds_are_told_apart() -> None:
    assert _words(
        (
            check(1, Outcome.UNREADABLE, 200, "a consent wall"),
            check(2, Outcome.UNREADABLE, 200, "a consent wall"),
            check(3, Outcome.UNREADABLE, 200, "a live page"),
        )
    ) == ["unreadable, HTTP 200, 2 looks", "a consent wall", "unreadable, HTTP 200", "a live page"]


def test_a_move_tells_the_new_address_once_and_is_no_absence() -> None:
    moved = replace(check(1, Outcome.MOVED), final_url="https://www.example.com/new")
    assert _words((moved, check(2, Outcome.UNCHANGED))) == [
        "moved, HTTP 200",
        "to https://www.example.com/new",
        "unchanged",
    ]
    told = replace(moved, reason="lives at https://www.example.com/new now")
    assert _words((told,)) == ["moved, HTTP 200", "lives at https://www.example.com/new now"]
    front_page = replace(moved, final_url="https://www.example.com/", reason="redirected to the front page")
    assert _words((front_page, check(3, Outcome.UNCHANGED)))[-1] == "back after 2 min, unchanged"


def test_a_joined_history_stands_in_the_same_time_line_marked() -> None:
    own = Track((check(2, Outcome.FIRST_SEEN, number=1), check(9, Outcome.UNCHANGED)), _revisions("Wall fails"))
    moved = replace(check(5, Outcome.MOVED), final_url=URL)
    joined = Track(
        (check(0, Outcome.FIRST_SEEN, number=1), check(3, Outcome.UNCHANGED), moved), _revisions("Wall"), "article 7"
    )
    assert printed(timeline_view([own, joined], UTC), 100).splitlines() == [
        "2026-11-23 UTC",
        "  09:00        article 7: revision 1, first seen",
        "               Wall",
        "  09:02        revision 1, first seen",
        "               Wall fails",
        "  09:03        article 7: unchanged",
        "  09:05        article 7: moved, HTTP 200",
        f"               to {URL}",
        "  09:09        unchanged",
    ]


def test_no_looks_are_said_to_be_none() -> None:
    assert printed(timeline_view((), UTC)) == "Not looked at yet.\n"


_looks = st.lists(
    st.tuples(st.sampled_from(Outcome), st.sampled_from([None, 200, 404]), st.sampled_from([None, 1, 2])), max_size=20
)


@given(_looks)
def test_folding_loses_no_look_and_no_revision(looks: list[tuple[Outcome, int | None, int | None]]) -> None:
    entries: list[CheckEntry] = []
    revisions: dict[int, Revision] = {}
    for minute, (outcome, status, same_as) in enumerate(looks):
        number = None
        if outcome in (Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED):
            number = len(revisions) + 1
            revisions[number] = revision(number, "Wall", NEW, datetime(2026, 11, 23, tzinfo=UTC), same_as=same_as)
        entries.append(check(minute, outcome, status, number=number))
    track = Track(tuple(entries), revisions)
    runs = runs_of(track)
    assert sum(run.look_count for run in runs) == len(entries)
    told = sum(run.turn_count or run.first.revision_number is not None for run in runs)
    assert told == len(revisions)
    assert all(run.back_after is None or run.back_after > timedelta(0) for run in runs)
    printed(timeline_view([track], UTC))
