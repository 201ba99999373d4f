"""Which changes a channel is told of, when, and in what words."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notify_kit import NOW, NUMBER, detail

from tracker.channels import (
    CHANGE_FIELDS,
    IMMEDIATE,
    NOTICE_FIELDS,
    channel_name,
    due_at,
    mail_address,
    parse_rhythm,
    parse_template,
    url_fault,
)
from tracker.model import ChangeDetail, Field, Kind
from tracker.notices import (
    Entry,
    Notice,
    Rule,
    Waiting,
    changes_from_json,
    changes_json,
    gather,
    letter,
    next_try,
    notice_from_json,
    notice_json,
    ready,
    test_notice,
    wanted,
)
from tracker.notices.content import LONGEST_TEXT, MOST_TOLD, most_telling
from tracker.render.json_form import CHANGE_COLUMNS

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


# -- filters -----------------------------------------------------------------------------------------------------------


def test_without_conditions_everything_is_told_but_flaps() -> None:
    assert wanted(Rule("a"), detail())
    assert not wanted(Rule("a"), detail(is_flap=True))


@pytest.mark.parametrize(
    ("rule", "is_wanted"),
    [
        (Rule("a", kinds=frozenset({Kind.NUMBER, Kind.NAME})), True),
        (Rule("a", kinds=frozenset({Kind.NAME})), False),
        (Rule("a", fields=frozenset({Field.BODY})), True),
        (Rule("a", fields=frozenset({Field.HEADLINE})), False),
        (Rule("a", min_confidence=0.7), True),
        (Rule("a", min_confidence=0.71), False),
        (Rule("a", hosts=frozenset({"www.example.com"})), True),
        (Rule("a", hosts=frozenset({"*.example.com"})), True),
        (Rule("a", hosts=frozenset({"*.www.example.com"})), True),
        (Rule("a", hosts=frozenset({"example.com"})), False),
        (Rule("a", hosts=frozenset({"*.ample.com"})), False),
        (Rule("a", hosts=frozenset({"*.example.com"}), kinds=frozenset({Kind.NAME})), False),
    ],
)
def test_every_condition_must_hold(rule: Rule, is_wanted: bool) -> None:
    assert wanted(rule, detail(replace(NUMBER, confidence=0.7))) is is_wanted


# -- when --------------------------------------------------------------------------------------------------------------


def waiting(
    host: str = "a.example", *, articles: int = 1, age: timedelta, quiet: timedelta, recent: int = 0, alike: int = 1
) -> Waiting:
    return Waiting(host, articles, NOW - age, NOW - quiet, recent, alike)


def leaves(*hosts: Waiting, rhythm: str = "immediate", recent: int = 0) -> tuple[tuple[str, ...], ...]:
    return ready(hosts, parse_rhythm(rhythm), NOW, UTC, recent)


def test_a_single_change_leaves_after_half_a_minute() -> None:
    young, ripe = timedelta(seconds=29), timedelta(seconds=30)
    assert leaves(waiting(age=young, quiet=young)) == ()
    assert leaves(waiting(age=ripe, quiet=timedelta())) == (("a.example",),)


def test_a_change_of_a_whole_site_is_waited_for_until_it_is_quiet_or_an_hour_over() -> None:
    assert leaves(waiting(articles=40, age=30 * MINUTE, quiet=MINUTE)) == ()
    assert leaves(waiting(articles=500, age=30 * MINUTE, quiet=5 * MINUTE)) == (("a.example",),)
    assert leaves(waiting(articles=500, age=HOUR, quiet=timedelta())) == (("a.example",),)


def test_a_few_edits_of_their_own_are_no_change_of_the_site_but_the_same_edit_is() -> None:
    assert leaves(waiting(articles=9, age=MINUTE, quiet=MINUTE)) == (("a.example",),)
    assert leaves(waiting(articles=10, age=MINUTE, quiet=MINUTE)) == ()
    assert leaves(waiting(articles=3, age=MINUTE, quiet=MINUTE, alike=3)) == ()


def test_hosts_are_told_apart_but_many_at_once_together() -> None:
    few = [waiting(f"{number}.example", age=MINUTE, quiet=MINUTE) for number in range(5)]
    assert leaves(*few) == tuple((each.host,) for each in few)
    many = [*few, waiting("5.example", age=MINUTE, quiet=MINUTE)]
    assert leaves(*many) == (tuple(each.host for each in many),)


def test_a_page_edited_all_day_is_told_of_ever_more_seldom() -> None:
    """One edit a minute for a day: not more than eleven notices an hour, and the last edit is told within two."""
    made: list[datetime] = []
    oldest: datetime | None = None
    for minute in range(24 * 60):
        now = NOW + minute * MINUTE
        oldest = oldest or now
        recent = sum(now - HOUR < at <= now for at in made)
        if ready([Waiting("a.example", 1, oldest, now, recent)], IMMEDIATE, now, UTC, recent):
            made.append(now)
            oldest = None
    assert max(sum(start <= at < start + HOUR for at in made) for start in made) <= 11
    assert max(later - earlier for earlier, later in itertools.pairwise(made)) <= 2 * HOUR


def test_a_crowded_channel_gets_one_notice_a_quarter_of_an_hour() -> None:
    hosts = [waiting("a.example", age=10 * MINUTE, quiet=MINUTE), waiting("b.example", age=MINUTE, quiet=MINUTE)]
    assert leaves(*hosts, recent=19) == (("a.example",), ("b.example",))
    assert leaves(*hosts, recent=20) == ()
    older = [waiting("a.example", age=15 * MINUTE, quiet=MINUTE), hosts[1]]
    assert leaves(*older, recent=20) == (("a.example", "b.example"),)


def test_what_waited_for_hours_leaves_as_one_digest() -> None:
    hosts = [waiting("a.example", age=5 * HOUR, quiet=HOUR), waiting("b.example", age=MINUTE, quiet=MINUTE)]
    assert leaves(*hosts) == (("a.example", "b.example"),)


def test_a_clock_that_was_set_back_keeps_nothing_waiting() -> None:
    assert leaves(waiting(age=-HOUR, quiet=-HOUR)) == (("a.example",),)


def test_digests_leave_at_their_time() -> None:
    told = [waiting("a.example", age=MINUTE, quiet=MINUTE), waiting("b.example", age=MINUTE, quiet=MINUTE)]
    assert leaves(*told, rhythm="hourly") == (("a.example", "b.example"),)  # since 07:59, at 08:00
    assert leaves(*told, rhythm="daily 08:00") == (("a.example", "b.example"),)
    assert leaves(*told, rhythm="daily 08:01") == ()
    assert leaves(rhythm="hourly") == ()


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-23T06:59:00+00:00", "2026-11-23T07:00:00+00:00"),  # 07:59 in Berlin
        ("2026-11-23T07:00:00+00:00", "2026-11-24T07:00:00+00:00"),
        ("2026-10-25T05:00:00+00:00", "2026-10-25T07:00:00+00:00"),  # the clocks went back in the night
        ("2026-03-29T05:00:00+00:00", "2026-03-29T06:00:00+00:00"),  # and forward
    ],
)
def test_a_daily_digest_goes_by_the_clock_on_the_wall(since: str, due: str) -> None:
    rhythm = parse_rhythm("daily 08:00")
    assert due_at(rhythm, datetime.fromisoformat(since), ZoneInfo("Europe/Berlin")) == datetime.fromisoformat(due)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from(["daily 02:30", "daily 23:59"]))  # noqa: DTZ001 - made aware below
def test_a_digest_is_never_more_than_a_day_and_an_hour_away(since: datetime, rhythm: str) -> None:
    at = since.replace(tzinfo=UTC)
    ahead = due_at(parse_rhythm(rhythm), at, ZoneInfo("Europe/Berlin")) - at
    assert timedelta() < ahead <= timedelta(hours=25)


def test_pauses_double_up_to_an_hour_and_heed_the_receiver() -> None:
    pauses = [next_try(NOW, failures, 0.999_999, None) - NOW for failures in range(1, 60)]
    assert timedelta(seconds=29) < pauses[0] < timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert 59 * MINUTE < pauses[-1] <= HOUR
    assert next_try(NOW, 1, 0.0) - NOW == timedelta(seconds=15)
    assert next_try(NOW, 1, 0.0, 10 * MINUTE) - NOW == 10 * MINUTE
    assert next_try(NOW, 1, 0.0, timedelta(days=400)) - NOW == 6 * HOUR


# -- what --------------------------------------------------------------------------------------------------------------


def made(*details: ChangeDetail) -> Notice:
    entries = [Entry(each.host, each.article_id, 1, (each,)) for each in details]
    return gather(entries, notice_id="n-1", channel="desk", made_at=NOW)


def test_what_is_most_telling_comes_first() -> None:
    spelling = detail(replace(NUMBER, kind=Kind.SPELLING), change_id=1)
    removed = detail(replace(NUMBER, kind=Kind.NOTICE_REMOVED), change_id=2, article_id=2)
    told = made(spelling, detail(change_id=3, article_id=3), removed).told
    assert [each.detail.change.kind for each in told] == [Kind.NOTICE_REMOVED, Kind.NUMBER, Kind.SPELLING]


def test_the_same_in_500_articles_is_one_line_and_comes_last() -> None:
    banner = replace(NUMBER, kind=Kind.NOTICE_REMOVED, before="Sign up", after="")
    details = [detail(banner, change_id=number, article_id=number) for number in range(500)]
    edit = detail(replace(NUMBER, kind=Kind.SPELLING), change_id=1_000, article_id=1_000)
    notice = made(*details, edit)
    assert [(each.detail.change_id, each.alike_count) for each in notice.told] == [(1_000, 0), (0, 499)]
    assert (notice.change_count, notice.article_count, notice.untold_count) == (501, 501, 0)
    text = letter(notice, Rule("desk"), UTC).text
    assert "In 500 places of www.example.com:" in text
    assert text.count("Sign up") == 1


def test_a_notice_is_bounded_whatever_happened() -> None:
    details = [
        detail(replace(NUMBER, before=str(number)), change_id=number, article_id=number) for number in range(999)
    ]
    notice = made(*details)
    assert len(notice.told) == MOST_TOLD
    assert notice.untold_count == 999 - MOST_TOLD
    text = letter(notice, Rule("desk"), UTC).text
    assert "And 959 more changes; `tracker report` has them all." in text
    assert len(text) < 20_000


def test_texts_of_a_megabyte_are_cut() -> None:
    (cut,) = most_telling([detail(replace(NUMBER, before="x" * 1_000_000))])
    assert len(cut.change.before) == LONGEST_TEXT
    assert cut.change.before.endswith("…")
    assert cut.change.after == "15"


def test_the_text_says_what_where_and_when() -> None:
    told = letter(made(detail()), Rule("desk"), UTC)
    assert told.title == "1 number in “Breakwater is closed”, www.example.com"
    assert told.text.splitlines() == [
        "Breakwater is closed",
        "https://www.example.com/story",
        "changed between 2026-11-23 08:00 and 08:05 UTC",
        "- number: “12” -> “15”",
        "  About 15 people died.",
        "",
        "Notice n-1; a repeat carries the same number.",
    ]


def test_changes_of_one_article_stand_together() -> None:
    number, spelling = detail(change_id=1), detail(replace(NUMBER, kind=Kind.SPELLING), change_id=2)
    other = detail(replace(NUMBER, kind=Kind.NAME), change_id=3, article_id=2, url="https://www.example.com/other")
    lines = letter(made(spelling, other, number), Rule("desk"), UTC).text.splitlines()
    told = [line for line in lines if line.startswith(("http", "-"))]
    assert [line.split(":")[0] for line in told] == ["https", "- number", "- spelling", "https", "- name"]


def test_hostile_text_stays_text() -> None:
    hostile = replace(NUMBER, before="a\u202eb\x1b[31m\nSubject: x", after="\ud800")
    notice = made(detail(hostile, headline="x\r\nBcc: all@example.org"))
    told = letter(notice, Rule("desk"), UTC)
    assert "\n" not in told.title
    assert "\x1b" not in told.text
    assert "\u202e" not in told.text
    json.loads(notice_json(notice).encode())


def test_a_wording_of_ones_own() -> None:
    rule = Rule(
        "desk",
        title=parse_template("{change_count} in {hosts} {{sic}}", NOTICE_FIELDS),
        line=parse_template("{kind} {before}>{after} ({confidence}, {field}) {url}", CHANGE_FIELDS),
    )
    told = letter(made(detail()), rule, UTC)
    assert told.title == "1 in www.example.com {sic}"
    assert told.text.splitlines()[0] == "number 12>15 (1.0, body) https://www.example.com/story"


def test_every_field_can_be_filled_in() -> None:
    rule = Rule(
        "desk",
        title=parse_template("".join(f"{{{name}}}" for name in NOTICE_FIELDS), NOTICE_FIELDS),
        line=parse_template("".join(f"{{{name}}}" for name in CHANGE_FIELDS), CHANGE_FIELDS),
    )
    assert "Breakwater" in letter(made(detail()), rule, UTC).title
    assert set(CHANGE_FIELDS) <= {*CHANGE_COLUMNS, "title", "alike_count"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{befor}", "did you mean {before}?"),
        ("{", "a brace stands alone"),
        ("{before!r}", "takes no form"),
        ("{before:>10}", "takes no form"),
        ("{before.__class__}", "nothing that can be filled in"),
        ("{}", "nothing that can be filled in"),
        ("{0}", "known are"),
    ],
)
def test_a_faulty_wording_says_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"brace|filled|form") as caught:
        parse_template(text, CHANGE_FIELDS)
    assert told in str(caught.value)


# -- JSON --------------------------------------------------------------------------------------------------------------


def test_changes_have_the_columns_of_the_view() -> None:
    (row,) = json.loads(notice_json(made(detail())))["changes"]
    assert tuple(row) == (*CHANGE_COLUMNS, "alike_count")
    assert row["changed_before"] == "2026-11-23T08:05:00Z"


def test_json_and_back_is_the_same_notice() -> None:
    for notice in (made(detail(), detail(change_id=2, headline=None)), test_notice("t", "desk", NOW)):
        assert notice_from_json(notice_json(notice)) == notice
        assert notice_json(notice_from_json(notice_json(notice))) == notice_json(notice)
    assert changes_from_json(changes_json([detail()])) == (detail(),)


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:geheim@hooks.example.org:8443/services/geheim", "https hooks.example.org:8443"),
        ("smtp://user:geheim@mail.example.org?to=a@example.org", "smtp mail.example.org"),
        ("mailto://user:geheim@example.org", "mailto example.org"),
        ("slack://geheim/geheim/geheim", "slack"),
        ("tgram://geheim/123", "tgram"),
        ("https://x:geheim", "https"),
    ],
)
def test_a_channel_is_called_by_nothing_secret(url: str, name: str) -> None:
    assert channel_name(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "",
        "geheim",
        "https://",
        "https://h:geheim/",
        "https://[geheim/",
        "https://host/geheim word",
        "smtp://host?from=a@b.example",
        "smtp://host?to=geheim&from=a@b.example",
        "smtp://host?to=a@b.example&from=geheim",
        "smtp://host?to=a@b.example&from=a@b.example&starttls=geheim",
    ],
)
def test_a_faulty_address_is_told_without_repeating_it(url: str) -> None:
    fault = url_fault(url)
    assert fault is not None
    assert "geheim" not in fault


def test_mail_is_only_signed_in_for_over_tls() -> None:
    address = mail_address("smtp://desk%40example.org:p%2Fw@mail.example.org?to=a@example.org,b@example.org")
    assert (address.user, address.password, address.sender) == ("desk@example.org", "p/w", "desk@example.org")
    assert (address.port, address.is_tls, address.starttls) == (587, False, True)
    assert address.recipients == ("a@example.org", "b@example.org")
    assert "p/w" not in repr(address)
    assert mail_address("smtps://h?from=a@b.example&to=a@b.example").port == 465
    assert not mail_address("smtp://u:p@h?starttls=no").starttls
