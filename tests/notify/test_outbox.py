"""From what is recorded to what is sent: nothing is lost, nothing floods, nobody waits for anybody else."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notify_kit import NOW, NUMBER, Clock, Desk, Pigeonhole, Story, beat, new_courier, wait_until
from rich.console import Console

from tracker.channels import parse_rhythm
from tracker.courier import HANGS_S, Courier, Outlet
from tracker.model import Field, Kind
from tracker.notices import Letter, Rule, notice_from_json
from tracker.notify import Deferred, Delivered, Delivery, Refused
from tracker.render.status import status_view
from tracker.store import Store
from tracker.store.outbox import MOST_WAITING

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DOWN = Deferred("it cannot be reached: Connection refused")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path / "tracker.db", Rule("desk"))
    yield opened
    opened.store.close()


def told(hole: Pigeonhole) -> list[tuple[int, int]]:
    """Changes and articles of each letter."""
    notices = [notice_from_json(letter.form) for letter in hole.letters]
    return [(notice.change_count, notice.article_count) for notice in notices]


def status_of(store: Store, now: datetime) -> str:
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123 - closed with it
    with console.file:
        console.print(status_view(store.health(now), now, UTC))
    return console.export_text()


# -- what is news ------------------------------------------------------------------------------------------------------


def test_a_change_is_told_after_half_a_minute_and_once(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("About 12 people died.", desk.clock.at)
    assert desk.after(HOUR) == 0  # seen for the first time: no change
    story.show("About 15 people died.", desk.clock.at)
    assert desk.after(29 * SECOND) == 0
    assert desk.after(SECOND) == 1
    assert desk.after(HOUR) == 1
    assert told(desk.hole) == [(1, 1)]
    assert desk.hole.letters[0].notice_id == "notice-1"


def test_a_page_that_swings_between_known_wordings_is_told_no_more(desk: Desk) -> None:
    story = Story(desk.store)
    for wording in ("A", "B", "A", "B", "A", "B"):
        story.show(f"It was {wording}.", desk.clock.at)
        desk.after(HOUR)
    assert told(desk.hole) == [(1, 1), (1, 1)]  # A to B, and back to A: from then on both are known


def test_imported_looks_are_no_news(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("About 12 people died.", desk.clock.at, origin="warc")
    story.show("About 15 people died.", desk.clock.at, origin="warc")
    assert desk.after(HOUR) == 0


def test_a_store_that_was_told_no_rules_writes_none_down(tmp_path: Path) -> None:
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        story = Story(store)
        story.show("About 12 people died.", NOW)
        story.show("About 15 people died.", NOW)
        assert store.waiting_notices("desk", NOW).hosts == ()


def test_only_what_is_asked_for_is_told(tmp_path: Path) -> None:
    rule = Rule("desk", kinds=frozenset({Kind.NUMBER}), fields=frozenset({Field.BODY}), min_confidence=0.5)
    desk = Desk(tmp_path / "tracker.db", rule)
    story = Story(desk.store)
    story.show("About 12 people died.", desk.clock.at)
    changes = (
        NUMBER,
        replace(NUMBER, kind=Kind.SPELLING),
        replace(NUMBER, field=Field.HEADLINE),
        replace(NUMBER, confidence=0.4),
    )
    story.show("About 15 people died.", desk.clock.at, *changes)
    story.show("About 16 people died.", desk.clock.at, *changes[1:])
    desk.after(HOUR)
    assert told(desk.hole) == [(1, 1)]
    desk.store.close()


def test_a_notice_is_written_with_its_check_or_not_at_all(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("About 12 people died.", desk.clock.at)
    good = story.verdict("About 15 people died.", desk.clock.at)
    stranger = replace(good.sighting, order=replace(good.sighting.order, article_id=999))
    with pytest.raises(KeyError):
        desk.store.record([good, replace(good, sighting=stranger)])
    assert desk.store.waiting_notices("desk", desk.clock.at).hosts == ()
    desk.store.record([good])
    assert [each.host for each in desk.store.waiting_notices("desk", desk.clock.at).hosts] == ["www.example.com"]


# -- no flood ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("articles", "pause_s"), [(500, 2), (200, 10)])
def test_500_articles_changed_within_one_cycle_are_one_notice(desk: Desk, articles: int, pause_s: int) -> None:
    """Pauses of two seconds are the default, ten what many a robots.txt asks for; one article in four has an edit of
    its own beside."""
    stories = [Story(desk.store, f"https://www.example.com/{number}") for number in range(articles)]
    desk.store.record([story.verdict("About 12 people died.", desk.clock.at) for story in stories])
    banner = replace(NUMBER, kind=Kind.PARAGRAPH_ADDED, before="", after="Sign up")
    for number, story in enumerate(stories):
        own = [replace(NUMBER, after=str(number))] if number % 4 == 0 else []
        story.show("About 15.", desk.clock.at, banner, *own)
        desk.after(pause_s * SECOND)
    desk.after(10 * MINUTE)
    assert told(desk.hole) == [(articles + articles // 4, articles)]
    assert f"In {articles} places of www.example.com" in desk.hole.letters[0].text
    assert len(desk.hole.letters[0].form) < 100_000


def test_the_desk_of_a_big_site_is_not_kept_waiting(desk: Desk) -> None:
    """Six articles, each edited in its own way within half a minute."""
    stories = [Story(desk.store, f"https://www.example.com/{number}") for number in range(6)]
    desk.store.record([story.verdict("About 12 people died.", desk.clock.at) for story in stories])
    for number, story in enumerate(stories):
        story.show(f"About {number}.", desk.clock.at)
    assert desk.after(30 * SECOND) == 1


def test_a_digest_gathers_all_hosts_until_its_hour(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "tracker.db", Rule("desk", rhythm=parse_rhythm("daily 17:30")))
    for number in range(3):
        story = Story(desk.store, f"https://{number}.example.com/")
        story.show("About 12 people died.", desk.clock.at)
        story.show("About 15 people died.", desk.clock.at)
    assert desk.after(9 * HOUR + 29 * MINUTE) == 0  # 17:29
    assert desk.after(MINUTE) == 1
    assert told(desk.hole) == [(3, 3)]
    assert notice_from_json(desk.hole.letters[0].form).is_digest
    desk.store.close()


def test_days_of_silence_end_in_one_digest_and_not_in_a_flood(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    desk.hole.answers = [DOWN]
    for hour in range(1, 73):
        story.show(f"It says {hour}.", desk.clock.at)
        desk.after(HOUR)
    ids_while_down = {letter.notice_id for letter in desk.hole.letters}
    assert len(ids_while_down) <= 2
    desk.hole.answers = [Delivered()]
    before = len(desk.hole.letters)
    desk.after(2 * HOUR)
    desk.after(MINUTE)
    arrived = desk.hole.letters[before:]
    assert len(arrived) <= 3
    assert sum(notice_from_json(letter.form).change_count for letter in arrived) == 72
    assert desk.store.health(desk.clock.at).channels_down == ()


def test_what_waits_is_bounded_and_the_rest_is_counted(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    desk.hole.answers = [DOWN]
    for start in range(0, MOST_WAITING + 500, 100):
        numbers = range(start + 1, start + 101)
        desk.store.record([story.verdict(f"It says {number}.", desk.clock.at) for number in numbers])
    desk.after(HOUR)
    desk.hole.answers = [Delivered()]
    desk.after(2 * HOUR)
    notice = notice_from_json(desk.hole.letters[-1].form)
    assert notice.change_count == MOST_WAITING + 500
    assert (notice.overflow.look_count, notice.overflow.change_count) == (500, 500)
    assert "And 1,460 more changes" in desk.hole.letters[-1].text


# -- channels that are down, slow, or refuse ---------------------------------------------------------------------------


def test_a_channel_that_is_down_is_tried_ever_more_seldom_and_named_in_status(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    desk.hole.answers = [DOWN]
    story.show("It says 1.", desk.clock.at)
    tries: list[int] = []
    for minute in range(6 * 60):
        if desk.after(MINUTE) > len(tries):
            tries.append(minute)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert 10 <= len(tries) <= 20
    assert pauses == sorted(pauses)
    assert {letter.notice_id for letter in desk.hole.letters} == {"notice-1"}
    (down,) = desk.store.health(desk.clock.at).channels_down
    assert (down.channel, down.problem, down.waiting_notice_count) == ("desk", DOWN.problem, 1)
    shown = status_of(desk.store, desk.clock.at)
    assert "Channels in trouble" in shown
    assert "desk" in shown
    assert "Connection refused" in shown
    desk.hole.answers = [Delivered()]
    desk.after(HOUR)
    assert "Channels in trouble" not in status_of(desk.store, desk.clock.at)


def test_a_receiver_is_left_alone_for_as_long_as_it_asks(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.hole.answers = [Deferred("it answers 503", 2 * HOUR), Delivered()]
    assert desk.after(MINUTE) == 1
    assert desk.after(2 * HOUR - SECOND) == 1
    assert desk.after(SECOND) == 2


def test_a_refused_notice_is_given_up_and_the_next_one_sent(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    desk.hole.answers = [Refused("it answers 400"), Delivered()]
    story.show("It says 1.", desk.clock.at)
    assert desk.after(MINUTE) == 1
    assert desk.store.health(desk.clock.at).channels_down[0].problem == "it answers 400"
    story.show("It says 2.", desk.clock.at)
    assert desk.after(MINUTE) == 2
    assert [letter.notice_id for letter in desk.hole.letters] == ["notice-1", "notice-2"]
    assert desk.store.health(desk.clock.at).channels_down == ()


def test_a_notice_that_its_receiver_cannot_stomach_keeps_no_other_back(desk: Desk) -> None:
    class Picky(Pigeonhole):
        def __call__(self, letter: Letter) -> Delivery:
            self.letters.append(letter)
            return Deferred("it answers 500") if letter.notice_id == "notice-1" else Delivered()

    desk.hole = Picky()
    desk.courier = new_courier(desk.store, desk.clock, [Outlet(desk.rule, desk.hole)])
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    for number in range(1, 25):
        story.show(f"It says {number}.", desk.clock.at)
        for _ in range(6):
            desk.after(10 * MINUTE)
    arrived = {letter.notice_id: letter for letter in desk.hole.letters if letter.notice_id != "notice-1"}
    assert sum(notice_from_json(letter.form).change_count for letter in arrived.values()) == 23


def test_a_slow_channel_holds_up_no_other_and_no_beat(tmp_path: Path) -> None:
    may_go = threading.Event()

    def slow(_letter: Letter) -> Delivery:
        may_go.wait()
        return Delivered()

    clock, quick = Clock(), Pigeonhole()
    rules = [Rule("slow"), Rule("quick")]
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        store.announce(rules)
        courier = new_courier(store, clock, [Outlet(rules[0], slow), Outlet(rules[1], quick)])
        story = Story(store)
        story.show("It says 0.", clock.at)
        for number in range(1, 4):
            story.show(f"It says {number}.", clock.at)
            clock.go_on(HOUR)
            courier.beat()
            wait_until(lambda number=number: len(quick.letters) == number)  # type: ignore[misc]  # bound as it is now
            courier.beat()
        (down,) = store.health(clock.at).channels_down
        assert (down.channel, down.problem) == ("slow", f"no answer within {HANGS_S:g} s")
        may_go.set()
        beat(courier)
        clock.go_on(HOUR)
        beat(courier)
        assert store.health(clock.at).channels_down == ()


def test_a_bug_in_a_channel_is_logged_by_its_kind_alone(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_letter: Letter) -> Delivery:
        raise KeyError("geheim")

    desk.courier = new_courier(desk.store, desk.clock, [Outlet(desk.rule, broken)])
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.after(MINUTE)
    assert "sending to desk went wrong inside the tracker: KeyError" in caplog.text
    assert "geheim" not in caplog.text
    assert desk.store.health(desk.clock.at).channels_down[0].problem == "it went wrong inside the tracker"


# -- at least once -----------------------------------------------------------------------------------------------------


def test_a_notice_in_flight_when_the_process_dies_is_sent_again_under_the_same_id(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.clock.go_on(MINUTE)
    beat_and_die(desk)
    again = Pigeonhole()
    desk.courier = new_courier(desk.store, desk.clock, [Outlet(desk.rule, again)])
    desk.after(2 * MINUTE)
    assert again.letters == []  # the lease of the dead one still runs
    desk.after(MINUTE)
    assert [letter.notice_id for letter in again.letters] == ["notice-1"]
    assert again.letters[0].form == desk.hole.letters[0].form


def beat_and_die(desk: Desk) -> None:
    """It is sent, and the process is gone before that is written down."""
    desk.courier.beat()
    wait_until(lambda: len(desk.hole.letters) == 1)


def test_a_daemon_that_starts_again_does_not_wait_for_the_lease(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.clock.go_on(MINUTE)
    beat_and_die(desk)
    desk.courier = new_courier(desk.store, desk.clock, [Outlet(desk.rule, desk.hole)])
    desk.courier.start(alone=True)
    assert desk.after(SECOND) == 2
    assert [letter.notice_id for letter in desk.hole.letters] == ["notice-1", "notice-1"]


def test_two_senders_of_one_database_send_nothing_twice(desk: Desk) -> None:
    """The daemon, and `tracker check` beside it."""
    with Store.open(desk.store.path) as other:
        beside = new_courier(other, desk.clock, [Outlet(desk.rule, desk.hole)])
        for number in range(6):
            story = Story(desk.store, f"https://{number}.example.com/")
            story.show("It says 0.", desk.clock.at)
            story.show("It says 1.", desk.clock.at)
        desk.clock.go_on(MINUTE)
        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(beat, desk.courier), threads.submit(beat, beside)]:
                done.result()
    assert sum(count for count, _ in told(desk.hole)) == 6


def test_a_run_that_ends_sends_what_it_found_at_once(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.courier.finish(60)
    assert told(desk.hole) == [(1, 1)]
    assert not desk.courier.is_busy


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_every_change_arrives_and_repeats_are_told_by_their_id(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk") / "tracker.db", Rule("desk"))
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    changes = 0
    steps = data.draw(st.lists(st.sampled_from(["edit", "up", "down", "minute", "hour", "die"]), max_size=25))
    for step in [*steps, "up"]:
        if step == "edit":
            changes += 1
            story.show(f"It says {changes}.", desk.clock.at)
        elif step in ("up", "down"):
            desk.hole.answers = [Delivered() if step == "up" else DOWN]
        elif step == "die":
            desk.courier.beat()
            desk.courier = replace_courier(desk)
        else:
            desk.after(MINUTE if step == "minute" else HOUR)
    for _ in range(4):
        desk.after(HOUR)
    seen = {letter.notice_id: letter.form for letter in desk.hole.letters}
    assert all(letter.form == seen[letter.notice_id] for letter in desk.hole.letters)
    assert desk.store.health(desk.clock.at).channels_down == ()
    assert sum(notice_from_json(form).change_count for form in seen.values()) == changes
    assert desk.store.waiting_notices("desk", desk.clock.at).hosts == ()
    desk.store.close()


def replace_courier(desk: Desk) -> Courier:
    """Another one, which knows nothing of what was under way; ids go on from where they were."""
    return Courier(desk.store, [Outlet(desk.rule, desk.hole)], desk.courier.outside)


# -- care --------------------------------------------------------------------------------------------------------------


def test_what_was_sent_is_forgotten_and_what_nobody_sends_any_more_too(desk: Desk) -> None:
    story = Story(desk.store)
    story.show("It says 0.", desk.clock.at)
    story.show("It says 1.", desk.clock.at)
    desk.after(MINUTE)
    story.show("It says 2.", desk.clock.at)
    later = desk.clock.at + timedelta(days=31)
    assert desk.store.tidy_notices(["desk"], later) == 0
    assert desk.store.waiting_notices("desk", later).hosts != ()
    assert desk.store.tidy_notices(["another"], later) == 1
    assert desk.store.waiting_notices("desk", later).hosts == ()
