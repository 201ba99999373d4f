"""What a site prints under its articles is learnt; what belongs to the articles is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.model import Extract, LeftOut, Outcome, SiteLine, State, Verdict
from tracker.store import Store

HOST = "www.example.com"
PROMO = "Sign up for the morning letter of this paper."
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


def own_text(number: int) -> tuple[str, ...]:
    return tuple(f"Paragraph {part} of report {number}, which no other report on this site has." for part in range(4))


def first_look(store: Store, number: int, *more: str, host: str = HOST, own: Sequence[str] | None = None) -> Verdict:
    """Reports are seen an hour after each other."""
    history = History(store, f"https://{host}/report-{number}", at=NOW + number * HOUR)
    extract = Extract(headline=f"Report {number}", paragraphs=(*(own_text(number) if own is None else own), *more))
    return history.verdict(Outcome.FIRST_SEEN, new_revision=extract)


def print_reports(store: Store, numbers: range, *more: str, host: str = HOST) -> None:
    for number in numbers:
        store.record([first_look(store, number, *more, host=host)])


def texts(store: Store, host: str = HOST) -> list[str]:
    return [line.text for line in store.site_lines(host)]


def test_the_fourth_article_with_a_line_settles_it(store: Store) -> None:
    print_reports(store, range(3), PROMO)
    assert texts(store) == []
    print_reports(store, range(3, 4), PROMO)
    assert list(store.site_lines(HOST)) == [SiteLine(HOST, PROMO, 4, NOW + 3 * HOUR)]


def test_what_is_known_of_the_host_goes_into_judging(store: Store) -> None:
    print_reports(store, range(4), PROMO)
    print_reports(store, range(4), "Another paper's line.", host="other.example.org")
    new_id, _ = store.add_article(f"https://{HOST}/new", NOW)
    elsewhere, _ = store.add_article("https://third.example.org/new", NOW)
    known = store.known([1, 5, new_id, elsewhere])
    assert [known[each].site_lines for each in (1, 5, new_id, elsewhere)] == [
        {PROMO},
        {"Another paper's line."},
        {PROMO},
        frozenset(),
    ]


def test_articles_recorded_together_are_learnt_from_together(store: Store) -> None:
    store.record([first_look(store, number, PROMO) for number in range(6)])
    assert [(line.text, line.article_count) for line in store.site_lines(HOST)] == [(PROMO, 6)]


def test_lines_of_several_hosts_in_one_batch_stay_apart(store: Store) -> None:
    hosts = ("one.example", "two.example")
    store.record([first_look(store, number, f"Printed by {host}.", host=host) for number in range(4) for host in hosts])
    assert [texts(store, host) for host in hosts] == [["Printed by one.example."], ["Printed by two.example."]]


def test_a_line_of_fewer_than_a_quarter_of_the_latest_articles_is_no_line_of_the_site(store: Store) -> None:
    """The background of a series that a reporter writes among others."""
    background = "The dispute began in the spring, when the council closed the ferry."
    print_reports(store, range(16))
    print_reports(store, range(16, 20), background)
    assert texts(store) == []
    print_reports(store, range(20, 21), background)  # five of the latest twenty
    assert texts(store) == [background]


def test_only_the_latest_articles_are_asked(store: Store) -> None:
    print_reports(store, range(2), PROMO)
    print_reports(store, range(2, 22))
    print_reports(store, range(22, 24), PROMO)
    assert texts(store) == []


def test_the_same_article_under_several_addresses_is_not_taken_for_the_site(store: Store) -> None:
    agency_report = own_text(99)
    for number in range(5):
        store.record([first_look(store, number, f"Printed on {number}.", own=agency_report)])
    assert texts(store) == []


def test_a_line_under_such_articles_is_learnt_from_the_others(store: Store) -> None:
    agency_report = own_text(99)
    for number in range(4):
        store.record([first_look(store, number, PROMO, own=agency_report)])
    print_reports(store, range(4, 8), PROMO)
    assert texts(store) == [PROMO]


def test_joined_articles_count_once(store: Store) -> None:
    print_reports(store, range(3), PROMO)
    history = History(store, f"https://{HOST}/report-2", at=NOW + 9 * HOUR)
    history.look(Outcome.MOVED, state=State.LIVE, moved_to=f"https://{HOST}/report-0")
    print_reports(store, range(3, 4), PROMO)
    assert texts(store) == []
    print_reports(store, range(4, 5), PROMO)
    assert texts(store) == [PROMO]


def test_a_revision_of_a_known_article_teaches_too_and_its_own_kept_text_does_not(store: Store) -> None:
    print_reports(store, range(4))
    for number in range(4):
        history = History(store, f"https://{HOST}/report-{number}", at=NOW + (10 + number) * HOUR)
        history.show(*own_text(number), PROMO)
        history.show(*own_text(number), PROMO, f"Report {number} is longer now.")
    assert texts(store) == [PROMO]


@pytest.mark.parametrize("notice", ["This article has been updated.", "Correction", "Editor's note:"])
def test_a_notice_is_news_however_many_articles_have_it(store: Store, notice: str) -> None:
    print_reports(store, range(6), notice, PROMO)
    assert texts(store) == [PROMO]


def test_the_longest_unseen_lines_are_forgotten_at_three_hundred(store: Store) -> None:
    def lines(round_number: int) -> list[str]:
        return [f"Line {number} of round {round_number}." for number in range(120)]

    for round_number in range(3):
        for number in range(4):
            long_text = [paragraph * 40 for paragraph in own_text(round_number * 4 + number)]
            verdict = first_look(store, round_number * 4 + number, *lines(round_number), own=long_text)
            store.record([verdict])
    known = texts(store)
    assert len(known) == 300
    assert set(lines(1)) | set(lines(2)) <= set(known)


def test_a_line_that_is_left_out_again_was_seen_again(store: Store) -> None:
    print_reports(store, range(4), PROMO)

    def last_seen_at() -> str:
        return str(store._connection.value("SELECT last_seen_at FROM _site_lines"))

    history = History(store, f"https://{HOST}/report-0", at=NOW + 3 * HOUR + DAY)
    unseen = last_seen_at()
    history.look(Outcome.UNCHANGED, left_out=(LeftOut(PROMO, "a line of the site"),))
    assert last_seen_at() == unseen  # to within a day
    history.look(Outcome.UNCHANGED, left_out=(LeftOut("Another line.", "an advertisement"),))
    assert last_seen_at() == unseen
    history.look(Outcome.UNCHANGED, left_out=(LeftOut(PROMO, "a line of the site"),))
    assert last_seen_at() == "2026-11-24T06:02:03Z"
