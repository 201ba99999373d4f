"""What a card says: the sentence before and after, every word that differs marked, long ones cut around the change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Change, Field, Kind, Operation
from tracker.render.card import Card, Quote, card_of
from tracker.render.card.content import description, excerpted
from tracker.render.pieces import Mark, Piece

BEFORE = "Officials said that 12 people were missing after the wall gave way."
AFTER = "Officials said that 15 people were missing after the wall gave way."
NUMBER = Change(Kind.NUMBER, Field.BODY, Operation.REPLACE, "12", "15", 20, 22, 20, 22, BEFORE, AFTER)


def _card(change: Change, headline: str = "Wall fails") -> Card:
    return card_of(change, headline=headline, host="www.example.com", when="between 10:05 and 10:20 UTC")


def _words(quote: Quote, mark: Mark) -> list[str]:
    return [piece.text for piece in quote.pieces if piece.mark is mark]


def test_both_sentences_are_quoted_with_the_words_marked() -> None:
    card = _card(NUMBER)

    before, after = card.quotes
    assert (before.label, before.text, _words(before, Mark.DELETED)) == ("Before", BEFORE, ["12"])
    assert (after.label, after.text, _words(after, Mark.INSERTED)) == ("After", AFTER, ["15"])
    assert (card.kind, card.headline) == ("Number", "Wall fails")


def test_another_change_of_the_same_sentence_is_marked_too() -> None:
    other = replace(NUMBER, sentence_after=AFTER.replace("missing", "dead"))

    before, after = _card(other).quotes

    assert _words(before, Mark.DELETED) == ["12", "missing"]
    assert _words(after, Mark.INSERTED) == ["15", "dead"]


def test_a_sentence_that_came_alone_is_not_compared_with_its_neighbour() -> None:
    added = Change(
        Kind.SENTENCE_ADDED,
        Field.BODY,
        Operation.INSERT,
        "",
        "The port is closed.",
        0,
        0,
        0,
        19,
        BEFORE,
        "The port is closed.",
    )
    removed = replace(
        added, kind=Kind.NOTICE_REMOVED, operation=Operation.DELETE, before="Correction: it was 15.", after=""
    )

    assert _card(added).quotes == (Quote("Added", (Piece(Mark.INSERTED, "The port is closed."),)),)
    assert _card(removed).quotes == (Quote("Removed", (Piece(Mark.DELETED, "Correction: it was 15."),)),)


def test_a_block_that_moved_is_only_named() -> None:
    block = "The printer makes the booklet. " * 20
    moved = replace(NUMBER, kind=Kind.MOVED, operation=Operation.MOVE, before=block, after=block)

    (quote,) = _card(moved).quotes

    assert quote.label == "Moved, word for word"
    assert len(quote.text) <= 160
    assert block.startswith(quote.text[:-1])


def test_a_changed_headline_is_told_once() -> None:
    card = _card(replace(NUMBER, field=Field.HEADLINE))

    assert card.headline == ""
    assert card.kind == "Headline, number"


def test_a_sentence_that_does_not_hold_the_change_is_not_shown_as_if_it_did() -> None:
    before, after = _card(replace(NUMBER, before="eleven", after="ten")).quotes

    assert (before.text, after.text) == ("eleven", "ten")


def test_where_only_space_changed_the_space_is_seen() -> None:
    spaced = replace(
        NUMBER,
        kind=Kind.SPACING,
        before="",
        after=" ",
        sentence_before="the harbourwall",
        sentence_after="the harbour wall",
    )

    _, after = _card(spaced).quotes

    assert any("␣" in piece.text or " " in piece.text for piece in after.pieces if piece.mark is Mark.INSERTED)


def test_nothing_in_a_text_turns_hides_or_covers_what_is_read() -> None:
    hostile = replace(
        NUMBER, after="\u202e15", sentence_after=AFTER.replace("15", "\u202e15\x00") + "e" + "\u0301" * 500
    )

    card = _card(hostile, headline="\u2067Wall\x1b[31m")

    assert "<U+202E>15<U+0000>" in card.quotes[1].text
    assert card.quotes[1].text.count("\u0301") <= 3
    assert card.headline == "<U+2067>Wall<U+001B>[31m"


def test_a_text_of_a_million_characters_is_looked_at_where_it_changed() -> None:
    long = "word " * 200_000
    change = replace(NUMBER, sentence_before=f"{long}12 dead {long}", sentence_after=f"{long}15 dead {long}")

    card = _card(change, headline="H" * 1_000_000)

    assert _words(card.quotes[0], Mark.DELETED) == ["12"]
    assert _words(card.quotes[1], Mark.INSERTED) == ["15"]
    assert max(len(quote.text) for quote in card.quotes) < 2_100
    assert len(card.headline) == 300


def test_the_description_says_what_lines_and_colours_show() -> None:
    told = description(_card(NUMBER))

    assert "Before: Officials said that [deleted: 12] people" in told
    assert "After: Officials said that [inserted: 15] people" in told
    assert told.endswith("www.example.com — between 10:05 and 10:20 UTC")


def test_a_long_sentence_is_cut_to_whole_words_around_the_change() -> None:
    pieces = (
        Piece(Mark.KEPT, "one two three four " * 10),
        Piece(Mark.INSERTED, "15"),
        Piece(Mark.KEPT, " five six" * 30),
    )

    cut = excerpted(Quote("After", pieces), 100)

    assert _words(cut, Mark.INSERTED) == ["15"]
    assert cut.text.startswith("…")
    assert cut.text.endswith("…")
    assert set(cut.text.strip("…").split()) <= {"one", "two", "three", "four", "15", "five", "six"}


@given(st.text(max_size=200), st.text(min_size=1, max_size=200), st.text(max_size=200), st.integers(1, 300))
def test_a_cut_is_as_short_as_asked_for_and_adds_no_word(left: str, middle: str, right: str, length: int) -> None:
    quote = Quote("", (Piece(Mark.KEPT, left), Piece(Mark.DELETED, middle), Piece(Mark.KEPT, right)))

    cut = excerpted(quote, length)

    assert len(cut.text) <= length + 2
    assert cut == quote or cut.text.strip("…") in quote.text or cut.text[1:-1] in quote.text
