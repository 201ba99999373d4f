"""Looks that others took come in late, each at its own time: numbers move, facts do not."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from merging_kit import JUDGE, LATER, YEARS_AGO, Seen, contents, dump, merge
from store_kit import HOUR, NOW, STORY, History, compared

from tracker.errors import TrackerError
from tracker.judge import compare
from tracker.model import Extract, Known, LeftOut, Outcome, ProblemKind, Sighting, State, Verdict
from tracker.store import Store

DAY = timedelta(days=1)
A, B, C, D = "Twelve people died in the flood.", "Fifteen people died in the flood.", "Sixteen died.", "Nobody died."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert [str(fault) for fault in opened.verify()] == []


@pytest.fixture
def story(store: Store) -> History:
    """Our own looks, an hour apart: A, A, B."""
    history = History(store)
    for text in (A, A, B):
        history.show(text)
    return history


def texts(store: Store, article_id: int) -> list[tuple[int, str, datetime]]:
    return [(each.number, each.extract.text, each.first_seen_at) for each in store.revisions(article_id)]


def told(store: Store) -> list[tuple[int, int, str, str, datetime, datetime]]:
    return [
        (
            each.from_number,
            each.to_number,
            each.change.before,
            each.change.after,
            each.changed_after,
            each.changed_before,
        )
        for each in store.changes()
    ]


# -- where a look may fall ---------------------------------------------------------------------------------------------


def test_before_the_first_revision(store: Store, story: History) -> None:
    (merged,) = merge(store, story.article_id, Seen(YEARS_AGO, C))
    assert merged is not None
    assert (merged.outcome, merged.recorded.revision_number) == (Outcome.FIRST_SEEN, 1)
    assert texts(store, story.article_id) == [(1, C, YEARS_AGO), (2, A, NOW), (3, B, NOW + 2 * HOUR)]
    between = {each[:2]: each[4:] for each in told(store)}
    assert between == {(1, 2): (YEARS_AGO, NOW), (2, 3): (NOW + HOUR, NOW + 2 * HOUR)}
    status = store.resolve(STORY)
    assert (status.first_seen_at, status.revision_count, status.last_checked_at) == (YEARS_AGO, 3, NOW + 2 * HOUR)
    assert store.comparison(story.article_id, 2, 3) == compared(
        Extract(headline="A headline", paragraphs=(A,)), Extract(headline="A headline", paragraphs=(B,))
    )


def test_between_two_looks_of_one_revision_the_wording_is_seen_again_after_it(store: Store, story: History) -> None:
    at = NOW + HOUR / 2
    (merged,) = merge(store, story.article_id, Seen(at, C))
    assert merged is not None
    assert (merged.outcome, merged.recorded.revision_number) == (Outcome.CHANGED, 2)
    assert texts(store, story.article_id) == [(1, A, NOW), (2, C, at), (3, A, NOW + HOUR), (4, B, NOW + 2 * HOUR)]
    again = store.revision(story.article_id, 3)
    assert again.same_as_number == 1
    assert again.capture_id == store.revision(story.article_id, 1).capture_id
    pairs = {(each[0], each[1]): each[4:] for each in told(store)}
    assert pairs == {(1, 2): (NOW, at), (2, 3): (at, NOW + HOUR), (3, 4): (NOW + HOUR, NOW + 2 * HOUR)}


def test_after_the_last_look_it_is_the_latest_and_nothing_is_sent_back_to_the_server(
    store: Store, story: History
) -> None:
    before = store.resolve(STORY)
    (order,) = store.orders_for([story.article_id])[0].orders
    assert order.etag is not None
    at = NOW + 2 * DAY
    merge(store, story.article_id, Seen(at, C))
    assert texts(store, story.article_id)[-1] == (3, C, at)
    status = store.resolve(STORY)
    assert (status.last_checked_at, status.next_check_at) == (at, before.next_check_at)
    (order,) = store.orders_for([story.article_id])[0].orders
    assert (order.etag, order.last_modified, order.page_sha256, order.body_sha256) == (None, None, None, None)
    known = store.known([story.article_id])[story.article_id]
    assert known.latest is not None
    assert known.latest.extract.text == C


def test_what_our_own_look_sees_after_it_is_told_against_it(store: Store, story: History) -> None:
    merge(store, story.article_id, Seen(NOW + 2 * HOUR + HOUR / 2, C))
    story.latest = Extract(headline="A headline", paragraphs=(C,))
    story.show(B)
    assert [text for _, text, _ in texts(store, story.article_id)] == [A, B, C, B]
    assert store.revision(story.article_id, 4).same_as_number == 2


def test_equal_to_the_revision_before_it_is_an_unchanged_look(store: Store, story: History) -> None:
    at = NOW + HOUR + HOUR / 2
    (merged,) = merge(store, story.article_id, Seen(at, A))
    assert merged is not None
    assert (merged.outcome, merged.recorded.revision_id) == (Outcome.UNCHANGED, None)
    assert len(texts(store, story.article_id)) == 2
    assert {each[4:] for each in told(store)} == {(at, NOW + 2 * HOUR)}


def test_equal_to_the_next_revision_it_was_there_before_we_saw_it(store: Store, story: History) -> None:
    at = NOW + HOUR + HOUR / 2
    merge(store, story.article_id, Seen(at, B))
    assert texts(store, story.article_id) == [(1, A, NOW), (2, B, at)]
    assert {each[:2] + each[4:] for each in told(store)} == {(1, 2, NOW + HOUR, at)}
    status = store.resolve(STORY)
    assert (status.revision_count, status.last_changed_at) == (2, at)
    checks = list(store.checks(story.article_id))
    assert [check.outcome for check in checks] == [
        Outcome.FIRST_SEEN,
        Outcome.UNCHANGED,
        Outcome.CHANGED,
        Outcome.CHANGED,
    ]
    assert [check.revision_number for check in checks] == [1, None, 2, None]
    (order,) = store.orders_for([story.article_id])[0].orders
    assert order.etag == '"v1"'  # the page that we read last says the same


def test_a_revision_without_a_number_gets_it_back_when_something_else_is_found_before_it(
    store: Store, story: History
) -> None:
    merge(store, story.article_id, Seen(NOW + HOUR + HOUR / 4, B))
    merge(store, story.article_id, Seen(NOW + HOUR + HOUR / 2, C))
    assert texts(store, story.article_id) == [
        (1, A, NOW),
        (2, B, NOW + HOUR + HOUR / 4),
        (3, C, NOW + HOUR + HOUR / 2),
        (4, B, NOW + 2 * HOUR),
    ]


def test_at_the_second_of_our_own_look_that_look_has_the_last_word(store: Store, story: History) -> None:
    merge(store, story.article_id, Seen(NOW, A), Seen(NOW + 2 * HOUR, C), Seen(NOW + HOUR, D))
    assert texts(store, story.article_id) == [
        (1, A, NOW),
        (2, D, NOW + HOUR),
        (3, A, NOW + HOUR),
        (4, C, NOW + 2 * HOUR),
        (5, B, NOW + 2 * HOUR),
    ]


def test_a_page_read_anew_stays_behind_its_revision(store: Store) -> None:
    history = History(store)
    first, anew, edited = (
        Extract(headline="A headline", paragraphs=tuple(text.split("\n"))) for text in (f"{A}\nShare", A, B)
    )
    history.show_extract(first)
    history.look(Outcome.UNCHANGED)
    history.look(
        Outcome.CHANGED, new_revision=edited, reread=anew, comparison=compared(anew, edited), extractor="test 2"
    )
    merge(store, history.article_id, Seen(NOW - DAY, f"{A}\nShare"), Seen(NOW + HOUR / 2, C), Seen(NOW - 2 * DAY, D))
    revisions = list(store.revisions(history.article_id))
    assert [each.extract.text for each in revisions] == [
        D,
        f"{A}\n\nShare",
        f"{A}\n\nShare",
        A,
        C,
        A,
        B,
    ]
    assert [each.reread_of_number for each in revisions] == [None, None, None, 3, None, None, None]
    assert {(each[0], each[1]) for each in told(store)} == {(1, 2), (4, 5), (5, 6), (6, 7)}


# -- pages that are hardly the article ---------------------------------------------------------------------------------

LONG = "\n".join(
    f"The harbour office said on day {day} that the breakwater is closed, and that divers found gaps {day} wide in it."
    for day in range(1, 10)
)
EDITED = LONG.replace("gaps 7 wide", "gaps 70 wide")
TEASER = "Read the whole story with a subscription.\n" + LONG.splitlines()[0]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("last", [LONG, EDITED], ids=["the same again", "edited meanwhile"])
def test_a_page_unlike_those_around_it_is_no_edit_whenever_it_comes_in(
    store: Store, order: tuple[int, ...], last: str
) -> None:
    article_id, _ = store.add_article(STORY, NOW)
    looks = [Seen(YEARS_AGO, LONG), Seen(YEARS_AGO + DAY, TEASER), Seen(YEARS_AGO + 2 * DAY, last)]
    for number in order:
        merge(store, article_id, looks[number])
    shown = [text.replace("\n\n", "\n") for _, text, _ in texts(store, article_id)]
    assert shown == ([LONG] if last == LONG else [LONG, EDITED])
    doubted = [check for check in store.checks(article_id) if check.outcome is Outcome.SUSPECT]
    assert [check.checked_at for check in doubted] == [YEARS_AGO + DAY]
    assert [capture.captured_at for capture in store.captures_of(article_id)].count(YEARS_AGO + DAY) == 1


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (0, 3, 1, 2), (0, 3, 2, 1), (1, 3, 0, 2)], ids=str)
def test_a_second_like_look_settles_the_doubt(store: Store, order: tuple[int, ...]) -> None:
    article_id, _ = store.add_article(STORY, NOW)
    looks = [Seen(YEARS_AGO + day * DAY, text) for day, text in enumerate([LONG, TEASER, TEASER, LONG])]
    for number in order:
        merge(store, article_id, looks[number])
    shown = [(text.replace("\n\n", "\n"), seen) for _, text, seen in texts(store, article_id)]
    assert shown == [(LONG, YEARS_AGO), (TEASER, YEARS_AGO + DAY), (LONG, YEARS_AGO + 3 * DAY)]


def test_the_last_page_of_an_archive_waits_to_be_confirmed(store: Store, story: History) -> None:
    article_id, _ = store.add_article("https://www.example.com/other", NOW)
    merge(store, article_id, Seen(YEARS_AGO, LONG), Seen(YEARS_AGO + DAY, TEASER))
    assert len(texts(store, article_id)) == 1
    merge(store, article_id, Seen(YEARS_AGO + 2 * DAY, TEASER + "\nIt costs nothing for a month."))
    assert [seen for _, _, seen in texts(store, article_id)] == [YEARS_AGO, YEARS_AGO + DAY, YEARS_AGO + 2 * DAY]


def test_what_our_own_looks_show_is_never_set_aside(store: Store) -> None:
    story = History(store)
    for text in (LONG, TEASER, LONG):
        story.show(*text.splitlines())
    merge(store, story.article_id, Seen(YEARS_AGO, LONG))
    assert len(texts(store, story.article_id)) == 3


# -- looks that show no article ----------------------------------------------------------------------------------------


def test_an_absence_of_long_ago_is_told_and_leaves_the_state_alone(store: Store, story: History) -> None:
    at = NOW + HOUR / 2
    (merged,) = merge(store, story.article_id, Seen(at, None, status=404))
    assert merged is not None
    assert (merged.outcome, merged.recorded.revision_id) == (Outcome.GONE, None)
    assert store.resolve(STORY).state is State.LIVE
    rows = store._connection.rows("SELECT began_at, ended_at, last_seen_at, outcome FROM absences")
    assert rows == [("2026-11-23T01:32:03Z", "2026-11-23T02:02:03Z", "2026-11-23T01:02:03Z", "gone")]


def test_gone_after_our_last_look_is_how_it_stands(store: Store, story: History) -> None:
    at = NOW + DAY
    before = store.resolve(STORY).next_check_at
    merge(store, story.article_id, Seen(at, None, status=410))
    status = store.resolve(STORY)
    assert (status.state, status.state_since_at, status.next_check_at) == (State.GONE, at, before)
    merge(store, story.article_id, Seen(at - HOUR, B))
    assert store.resolve(STORY).state is State.GONE


@pytest.mark.parametrize("problem", [ProblemKind.CONSENT_WALL, ProblemKind.PAYWALL, ProblemKind.BOT_WALL])
def test_a_wall_that_others_met_is_no_edit_and_says_nothing_of_us(
    store: Store, story: History, problem: ProblemKind
) -> None:
    before = contents(store, ("revisions", "changes"))
    merge(store, story.article_id, Seen(NOW + DAY, "Please accept our cookies.", problem=problem))
    assert contents(store, ("revisions", "changes")) == before
    assert store.resolve(STORY).state is State.LIVE


def test_of_walls_in_a_row_one_page_is_kept(store: Store, story: History) -> None:
    walls = [Seen(NOW + n * DAY, "Subscribe", problem=ProblemKind.PAYWALL) for n in (1, 2, 3)]
    merge(store, story.article_id, *walls)
    pages = [capture for capture in store.captures_of(story.article_id) if b"Subscribe" in capture.body]
    assert [capture.captured_at for capture in pages] == [NOW + DAY]


# -- what stays as it is -----------------------------------------------------------------------------------------------


def test_the_cadence_is_as_before(store: Store, story: History) -> None:
    tables = ("_host_histories", "_demands")
    figures = "next_check_at, failures_in_row, born_at, stirred_at, edit_evidence, exposure, edits_seen, promise"
    queries = [f"SELECT * FROM {table} ORDER BY 1" for table in tables] + [f"SELECT {figures} FROM _article_states"]
    before = [store._connection.rows(query) for query in queries], store.known([1])[1].history
    merge(store, story.article_id, Seen(YEARS_AGO, C), Seen(NOW + HOUR / 2, D), Seen(NOW + DAY, None, status=500))
    assert ([store._connection.rows(query) for query in queries], store.known([1])[1].history) == before


def test_an_article_that_only_others_saw_is_as_old_as_they_say_and_still_to_be_looked_at(store: Store) -> None:
    article_id, _ = store.add_article(STORY, NOW, how="imported")
    due = store.resolve(STORY).next_check_at
    merge(store, article_id, Seen(YEARS_AGO, A))
    status = store.resolve(STORY)
    assert (status.state, status.next_check_at) == (State.LIVE, due)
    known = store.known([article_id])[article_id]
    assert known.history is not None
    assert (known.history.born_at, known.history.seen_from) == (YEARS_AGO, None)
    promises = store._connection.rows("SELECT promise, last_success_at FROM _article_states")
    assert promises[0][0] < 0  # a new one has 9: years-old articles do not come before the news of today
    assert promises[0][1] is None


def test_importing_twice_changes_nothing(store: Store, story: History) -> None:
    looks = [Seen(YEARS_AGO, C), Seen(NOW + HOUR / 2, None, status=404), Seen(NOW + DAY, B)]
    merge(store, story.article_id, *looks)
    before = dump(store)
    assert merge(store, story.article_id, *looks) == (None, None, None)
    assert dump(store) == before


def test_the_same_second_in_another_archive_is_another_look(store: Store, story: History) -> None:
    merge(store, story.article_id, Seen(YEARS_AGO, A), Seen(YEARS_AGO, A, origin="memento"))
    assert [check.origin for check in store.checks(story.article_id)][:2] == ["warc", "memento"]
    assert len(texts(store, story.article_id)) == 2


def test_looks_go_to_the_article_that_goes_on(store: Store, story: History) -> None:
    other = History(store, "https://www.example.com/moved", at=NOW + 5 * HOUR)
    other.show(A)
    look = Seen(YEARS_AGO, C)
    merge(store, story.article_id, look)
    story.look(Outcome.MOVED, moved_to=other.url, state=State.LIVE)
    assert merge(store, story.article_id, look) == (None,)
    merge(store, story.article_id, Seen(YEARS_AGO + DAY, D))
    assert [text for _, text, _ in texts(store, other.article_id)] == [D, A]


def test_lines_that_were_left_out_are_known_from_then_on(store: Store, story: History) -> None:
    lines = (LeftOut("Share this", "all link"),)
    story.look(Outcome.UNCHANGED, left_out=lines)
    merge(store, story.article_id, Seen(YEARS_AGO, C, left_out=lines))
    (line,) = store.left_out(story.article_id)
    assert (line.first_seen_at, line.last_seen_at) == (YEARS_AGO, NOW + 3 * HOUR)


def test_inconsistencies_of_the_new_revision_are_found(store: Store, story: History) -> None:
    body = (
        "Trains run to Halvemoor every hour of the day, the railway said. Snow fell in Halvemoor all night.\n"
        "The old station of Halvermoor is closed since Monday, and so is the road to it."
    )
    (merged,) = merge(store, story.article_id, Seen(YEARS_AGO, body))
    assert merged is not None
    assert merged.recorded.revision_id is not None
    assert [each.doubtful for each in store.inconsistencies(merged.recorded.revision_id)] == ["Halvermoor"]


# -- all or nothing ----------------------------------------------------------------------------------------------------


def test_only_looks_of_others_and_of_the_past_are_merged(store: Store, story: History) -> None:
    own = dataclasses.replace(Seen(YEARS_AGO, C).sighting(story.article_id), origin=None)
    ahead = Seen(LATER + HOUR, C).sighting(story.article_id)
    nowhere = Seen(YEARS_AGO, C).sighting(99)
    before = dump(store)
    good = Seen(YEARS_AGO, C).sighting(story.article_id)
    for bad, error in ((own, ValueError), (ahead, ValueError), (nowhere, KeyError)):
        with pytest.raises(error):
            store.merge([good, bad], JUDGE, LATER)
    assert dump(store) == before


def test_what_breaks_in_the_middle_leaves_nothing_behind(store: Store, story: History) -> None:
    class Broken(TrackerError):
        pass

    def judge(sighting: Sighting, known: Known) -> Verdict:
        if known.latest is not None and known.latest.extract.text == C:
            raise Broken("in the middle")
        return JUDGE(sighting, known)

    before = dump(store)
    looks = [Seen(YEARS_AGO, C), Seen(YEARS_AGO + DAY, D)]
    with pytest.raises(Broken):
        store.merge([look.sighting(story.article_id) for look in looks], judge, LATER)
    assert dump(store) == before


def test_as_of_a_moment(store: Store, story: History) -> None:
    then = store.known_at(story.article_id, NOW + HOUR)
    assert then.latest is not None
    assert (then.latest.extract.text, then.state) == (A, State.LIVE)
    assert store.known_at(story.article_id, NOW - HOUR).latest is None
    now = store.known_at(story.article_id, NOW + DAY)
    assert now.latest is not None
    assert now.latest.extract.text == B
    with pytest.raises(KeyError):
        store.known_at(99, NOW)


# -- in whatever order -------------------------------------------------------------------------------------------------

_TEXTS = st.sampled_from([A, B, C])
_UNLIKE = st.sampled_from([LONG, EDITED, TEASER])  # of which one is doubted beside the others
_LOOKS = st.one_of(
    st.builds(lambda text: (text, 200, None), _TEXTS),
    st.builds(lambda text: (text, 200, None), _UNLIKE),
    st.sampled_from([(None, 404, None), ("wall", 200, ProblemKind.PAYWALL), (None, 500, None)]),
)
_HISTORIES = st.lists(
    st.tuples(st.integers(0, 14), _LOOKS), min_size=1, max_size=8, unique_by=lambda pair: pair[0]
).map(lambda pairs: [Seen(NOW + at * HOUR / 2, look[0], look[1], problem=look[2]) for at, look in pairs])


def _own_looks(store: Store, own: list[str]) -> int:
    """Our own, an hour apart, between half hours; compared as the program does."""
    history = History(store, at=NOW + HOUR + HOUR / 4)
    for text in own:
        before, history.latest = history.latest, Extract(headline="A headline", paragraphs=(text,))
        if before == history.latest:
            history.look(Outcome.UNCHANGED)
        elif before is None:
            history.look(Outcome.FIRST_SEEN, new_revision=history.latest)
        else:
            difference = compare(before, history.latest)
            history.look(Outcome.CHANGED, new_revision=history.latest, comparison=difference)
    return history.article_id


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is copied for every example: making one takes longer than all that is done with it."""
    path = tmp_path_factory.mktemp("empty") / "tracker.db"
    Store.open(path, create=True).close()
    return path


@pytest.mark.parametrize(
    "shown",
    [
        {5.5: LONG, 6.5: C, 7.0: A, 7.5: LONG},  # what comes in last shows that the third is a version after all
        {0.5: EDITED, 4.5: LONG, 5.5: B, 6.5: EDITED},  # a page set aside stands before the look that shows it again
    ],
    ids=["risen", "aside"],
)
def test_looks_that_were_taken_for_unchanged_show_what_they_saw(empty: Path, shown: dict[float, str]) -> None:
    looks = [Seen(NOW + at * HOUR, text) for at, text in shown.items()]
    found = []
    for order in permutations(looks):
        with Store.open(Path(shutil.copy(empty, empty.with_name("permuted.db")))) as store:
            merge(store, _own_looks(store, [A]), *order)
            assert [str(fault) for fault in store.verify()] == []
            found.append(contents(store))
    assert all(each == found[0] for each in found)


# An example takes a tenth of a second: making a failing one smaller would take minutes.
@settings(max_examples=40, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(looks=_HISTORIES, own=st.lists(_TEXTS, max_size=4), data=st.data())
def test_the_order_of_importing_makes_no_difference(
    empty: Path, looks: list[Seen], own: list[str], data: st.DataObject
) -> None:
    in_time = sorted(looks, key=lambda look: look.at)
    other = data.draw(st.permutations(looks)) + data.draw(st.lists(st.sampled_from(looks), max_size=3))
    found = []
    for order in (in_time, other):
        with Store.open(Path(shutil.copy(empty, empty.with_name("example.db")))) as store:
            article_id = _own_looks(store, own)
            for look in order:
                merge(store, article_id, look)
            assert [str(fault) for fault in store.verify()] == []
            found.append(contents(store))
    assert found[0] == found[1]
