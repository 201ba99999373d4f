"""A digest tells what matters first, folds what repeats, cuts what is long, and counts everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import chain

import pytest
from digest_samples import HARBOUR, HILLS, day_details, day_digest, day_findings, on
from hypothesis import given
from hypothesis import strategies as st
from render_samples import any_change, change, detail

from tracker.model import Change, ChangeDetail, Field, Kind
from tracker.render import digest_words as words
from tracker.render.digest import TELL_ALL, Digest, Findings, Limits, Section, Topic, entries_of, topic_of
from tracker.render.digesting import digest_of


def _section(digest: Digest, topic: Topic) -> Section:
    return next(section for section in digest.sections if section.topic is topic)


def _told(section: Section) -> list[int]:
    return [told.detail.change_id for entry in entries_of(section) for told in entry.told]


def test_topics_come_in_the_order_of_telling() -> None:
    digest = day_digest()
    assert [(section.topic, section.change_count) for section in digest.sections] == [
        (Topic.NOTICE_REMOVED, 1),
        (Topic.SILENT, 3),
        (Topic.HEADLINE, 1),
        (Topic.CORRECTION, 2),
        (Topic.SUBSTANCE, 1),
        (Topic.WORDING, 1),
        (Topic.FORM, 2),
    ]
    assert words.summary_text(digest) == "11 changes in 4 articles of 2 hosts"
    assert words.overview_text(digest).startswith("Notices taken away 1, silent edits 3, headlines 1, corrections 2, ")


@pytest.mark.parametrize(
    ("edit", "topic"),
    [
        (change(Kind.SPELLING, "a", "b", field=Field.HEADLINE), Topic.FORM),
        (change(Kind.WORDING, "a", "b", field=Field.SUBHEADLINE), Topic.HEADLINE),
        (change(Kind.WORDING, "a", "b", in_quotation=True), Topic.SUBSTANCE),
        (change(Kind.SENTENCE_SPLIT, "a", "b"), Topic.WORDING),
        (change(Kind.NAME, "a", "b", field=Field.BYLINE), Topic.SUBSTANCE),
        (change(Kind.DATE, "a", "b", field=Field.PUBLISHED_AT), Topic.SUBSTANCE),
        (change(Kind.DATE, "a", "b", field=Field.MODIFIED_AT), Topic.FORM),
        (change(Kind.NOTICE_CHANGED, "a", "b"), Topic.CORRECTION),
        (change(Kind.NOTICE_REMOVED, "a", "", field=Field.HEADLINE), Topic.NOTICE_REMOVED),
    ],
)
def test_each_change_has_its_topic(edit: Change, topic: Topic) -> None:
    assert topic_of(detail(1, edit), {}, frozenset()) is topic


def test_every_kind_has_a_topic() -> None:
    for kind in Kind:
        assert topic_of(detail(1, change(kind, "a", "b")), {}, frozenset()) in Topic
        assert topic_of(detail(1, change(kind, "a", "b")), {}, frozenset({1})) in (
            Topic.CORRECTION,
            Topic.NOTICE_REMOVED,
        )


def test_the_same_edit_in_several_places_is_told_once() -> None:
    (host, _) = _section(day_digest(), Topic.SILENT).hosts
    (entry,) = host.articles[0].entries
    (told,) = entry.told
    assert (told.detail.change.field, words.also_text(told)) == (Field.HEADLINE, "also in the body")
    assert words.revision_text(entry, UTC).startswith("Article 1, revision 1 → 2, between 2026-11-23 10:05 and ")


def test_silent_edits_say_which_are_not_sure_yet() -> None:
    digest = day_digest()
    assert words.section_note(_section(digest, Topic.SILENT)).endswith(
        "Too early to be sure of 1 of them: a notice may still come until they are read a day later."
    )
    sure = digest_of(day_details(), replace(day_findings(), silent={1: True}), Limits())
    assert words.section_note(_section(sure, Topic.SILENT)).endswith("without a notice within a day.")


def test_a_correction_stands_with_its_error_and_how_long_it_stood() -> None:
    section = _section(day_digest(), Topic.CORRECTION)
    (entry,) = entries_of(section)
    told = {each.detail.change_id: words.correction_text(each, entry, UTC) for each in entry.told}
    stood = "the error stood for about 5 h; the notice was gone again on 2026-11-23 10:50 UTC"
    assert told == {4: "", 5: stood}


def test_a_correction_of_an_earlier_edit_names_it() -> None:
    notice = [each for each in day_details() if each.change_id == 5]
    (entry,) = entries_of(_section(digest_of(notice, day_findings(), Limits()), Topic.CORRECTION))
    assert words.correction_text(entry.told[0], entry, UTC).startswith("corrects number “3” → “4”; the error stood")


def test_form_is_counts_and_the_most_frequent_examples() -> None:
    section = _section(day_digest(), Topic.FORM)
    assert (section.hosts, section.counts, section.untold_count) == ((), (("spelling", 2),), 0)
    assert [words.example_text(each) for each in section.examples] == [
        "spelling “Lakatia” → “Latakia”, 2 times (articles 1, 4)"
    ]
    assert _told(_section(day_digest(TELL_ALL), Topic.FORM)) == [11, 3]
    asked_for = digest_of(day_details(), day_findings(), Limits(), whole=frozenset({Topic.FORM}))
    assert _told(_section(asked_for, Topic.FORM)) == [11, 3]


def test_what_goes_back_and_forth_is_one_line() -> None:
    digest = day_digest()
    (flap,) = digest.flaps
    assert (digest.flap_count, digest.turn_count, digest.change_count) == (1, 14, 11)
    assert words.flap_text(flap, UTC) == (
        "Article 9 between revisions 1 and 2, 14 times, last between 2026-11-23 10:05 and 10:20 UTC"
    )


def _numbers(host: str, count: int, first_id: int) -> list[ChangeDetail]:
    edit = change(Kind.NUMBER, "1", "2")
    return [on(host, detail(first_id + n, edit, article_id=first_id + n), "A", n % 60) for n in range(count)]


def test_a_long_section_tells_the_latest_of_every_host_and_counts_the_rest() -> None:
    many, few = _numbers(HARBOUR, 500, 1), _numbers(HILLS, 2, 1001)
    earlier = [replace(each, changed_before=each.changed_before - timedelta(days=1)) for each in few]
    (section,) = digest_of([*many, *earlier], Findings(), Limits(entries=10)).sections
    hosts = {host.host: sum(len(article.entries) for article in host.articles) for host in section.hosts}
    assert hosts == {HARBOUR: 8, HILLS: 2}
    assert words.rest_text(section) == "and 492 more changes; `tracker report -v` tells all"
    told = [entry.revision.changed_before for entry in entries_of(section)]
    assert min(each for each in told if each.day == 23) == max(each.changed_before for each in many)


def test_a_revision_with_very_many_changes_is_cut_too() -> None:
    edits = [detail(n, change(Kind.NUMBER, str(n), str(n + 1))) for n in range(1, 31)]
    (section,) = digest_of(edits, Findings(), Limits()).sections
    (entry,) = entries_of(section)
    assert (len(entry.told), words.more_text(entry.untold_count)) == (
        5,
        "and 25 more changes of this kind in this revision",
    )
    assert (section.change_count, section.untold_count) == (30, 25)
    assert digest_of(edits, Findings(), TELL_ALL).sections[0].untold_count == 0


def test_very_many_pairs_of_words_keep_the_frequent_ones() -> None:
    rare = (detail(n, change(Kind.SPELLING, f"w{n}", f"v{n}"), article_id=n) for n in range(1, 30_001))
    often = (detail(10**6 + n, change(Kind.SPELLING, "Lakatia", "Latakia"), article_id=n) for n in range(1, 51))
    first, second = list(often)[:25], [detail(2 * 10**6, change(Kind.SPELLING, "Lakatia", "Latakia"))] * 25
    (section,) = digest_of(chain(first, rare, second), Findings(), Limits()).sections
    assert (section.examples[0].before, section.examples[0].times) == ("Lakatia", 50)
    assert section.change_count == 30_050


@given(
    st.lists(st.tuples(any_change(), st.integers(1, 3), st.integers(2, 4), st.booleans()), max_size=12),
    st.sampled_from([Limits(), Limits(entries=2, changes=1, examples=1, lines=1), TELL_ALL]),
)
def test_everything_is_told_or_counted(edits: list[tuple[Change, int, int, bool]], limits: Limits) -> None:
    details = [
        detail(n, edit, number, article_id, (1, 2) if number == 4 else (None, None))
        for n, (edit, article_id, number, _) in enumerate(edits, 1)
    ]
    silent = {n: True for n, (*_, is_silent) in enumerate(edits, 1) if is_silent}
    digest = digest_of(details, Findings(silent), limits)
    assert sum(section.change_count for section in digest.sections) == sum(not each.is_flap for each in details)
    for section in digest.sections:
        told = [told for entry in entries_of(section) for told in entry.told]
        in_examples = sum(example.times for example in section.examples)
        assert section.untold_count == section.change_count - in_examples - sum(1 + len(each.also) for each in told)
        assert section.untold_count == 0 or limits is not TELL_ALL
    assert digest.is_cut <= (limits is not TELL_ALL)
