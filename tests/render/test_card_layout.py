"""Where everything stands on a card, with a typesetter whose letters are all of one width."""

from __future__ import annotations

from dataclasses import astuple, replace
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from tracker.render.card import (
    DARK,
    HEIGHT,
    LIGHT,
    WIDTH,
    Card,
    Drawing,
    FaceName,
    Quote,
    Span,
    Style,
    drawing_of,
)
from tracker.render.card.breaking import units
from tracker.render.card.setting import Setting, balanced, set_line, set_pieces
from tracker.render.pieces import Mark, Piece

STYLE = Style(FaceName.SERIF, 20)
BEFORE = "Officials said that 12 people were missing after the harbour wall gave way before dawn."


class EvenTypesetter:
    """Every character half as wide as the size; no font has a name of its own."""

    def spans(self, text: str, style: Style) -> tuple[Span, ...]:
        return (Span(0, len(text), "Even"),) if text else ()

    def width(self, text: str, style: Style, family: str, *, is_rtl: bool) -> float:
        return len(text.replace("\u200d", "")) * style.size / 2


EVEN = EvenTypesetter()


def _quote(text: str, words: str, mark: Mark) -> Quote:
    left, _, right = text.partition(words)
    label = "Before" if mark is Mark.DELETED else "After"
    return Quote(label, (Piece(Mark.KEPT, left), Piece(mark, words), Piece(Mark.KEPT, right)))


def _card(before: str = BEFORE, old: str = "12", new: str = "15", headline: str = "Wall fails") -> Card:
    quotes = (_quote(before, old, Mark.DELETED), _quote(before.replace(old, new, 1), new, Mark.INSERTED))
    return Card("Number", headline, quotes, "www.example.com", "between 10:05 and 10:20 UTC", "en")


def _drawn(card: Card) -> Drawing:
    return drawing_of(card, LIGHT, EVEN)


def _lines(setting: Setting) -> list[str]:
    return ["".join(segment.text for segment in line) for line in setting.lines]


def test_all_of_a_card_is_drawn_and_nothing_leaves_it() -> None:
    drawing = _drawn(_card())

    shown = "".join(run.text for run in drawing.runs)
    for words in (
        "Number",
        "Wall fails",
        "www.example.com",
        "Before",
        "After",
        "between 10:05 and 10:20 UTC",
        "12",
        "15",
    ):
        assert words in shown
    for run in drawing.runs:
        assert 0 <= run.x <= run.x + run.width <= WIDTH
        assert run.style.size <= run.y <= HEIGHT
    for box in (*drawing.boxes, *drawing.strokes):
        assert 0 <= box.x <= box.x + box.width <= WIDTH
        assert 0 <= box.y <= box.y + box.height <= HEIGHT


def test_marks_are_told_by_lines_and_not_by_colour_alone() -> None:
    drawing = _drawn(_card())

    (old,) = [run for run in drawing.runs if run.text == "12"]
    (new,) = [run for run in drawing.runs if run.text == "15"]
    through, under = drawing.strokes
    assert (through.x, through.width) == (old.x, old.width)
    assert old.y - old.style.size / 2 < through.y < old.y
    assert (under.x, under.width) == (new.x, new.width)
    assert under.y > new.y


def test_a_long_sentence_is_cut_around_the_change_rather_than_set_too_small() -> None:
    drawing = _drawn(_card("The wall stood there. " * 40 + BEFORE + " Nobody knew why. " * 40))

    assert {"12", "15"} <= {run.text for run in drawing.runs}
    assert min(run.style.size for run in drawing.runs if run.style.face is FaceName.SERIF) >= 27
    assert max(run.y for run in drawing.runs) <= HEIGHT - 56
    assert "Nobody knew why. " * 10 not in drawing.description


def test_a_right_to_left_quote_begins_at_the_right_edge() -> None:
    drawing = _drawn(_card("אמרו כי 12 בני אדם נעדרו", headline="הקיר"))

    first = next(run for run in drawing.runs if "אמרו" in run.text)
    number = next(run for run in drawing.runs if run.text == "12")
    assert first.is_rtl
    assert not number.is_rtl
    assert first.x + first.width == WIDTH - 72 - 28
    assert number.x + number.width == first.x


def test_arabic_letters_stay_joined_where_a_mark_begins_inside_a_word() -> None:
    setting = set_pieces([Piece(Mark.KEPT, "كت"), Piece(Mark.INSERTED, "اب")], STYLE, 500, EVEN)

    (line,) = setting.lines
    assert {segment.text for segment in line} == {"كت\u200d", "\u200dاب"}


def test_letters_that_do_not_join_are_left_alone() -> None:
    setting = set_pieces([Piece(Mark.KEPT, "دا"), Piece(Mark.INSERTED, "اب")], STYLE, 500, EVEN)

    (line,) = setting.lines
    assert {segment.text for segment in line} == {"دا", "اب"}


def test_a_headline_has_two_lines_of_like_length_and_never_three() -> None:
    short = balanced("Homes on old gasworks site to go ahead after land is cleaned", STYLE, 500, EVEN, 2)
    long = balanced("Homes on old gasworks site " * 20, STYLE, 500, EVEN, 2)

    first, second = map(len, _lines(short))
    assert abs(first - second) < 12
    assert len(long.lines) == 2
    assert _lines(long)[1].endswith("…")


def test_a_line_is_cut_to_its_column() -> None:
    (line,) = _lines(set_line("x" * 1_000, STYLE, 100, EVEN))

    assert line == "x" * 9 + "…"


def test_chinese_and_japanese_break_between_characters_but_not_before_a_stop() -> None:
    assert list(units("死者が増加。「少なく」")) == ["死", "者", "が", "増", "加。", "「少", "な", "く」"]
    assert list(units("in a well-known case")) == ["in ", "a ", "well-", "known ", "case"]


@given(st.text(alphabet="ab cאב 12.,-日本。()ก", max_size=80), st.integers(30, 300))
def test_no_character_is_lost_and_no_line_is_too_long(text: str, column: int) -> None:
    setting = set_pieces([Piece(Mark.KEPT, text)], STYLE, column, EVEN)

    shown = "".join(segment.text for line in setting.lines for segment in line)
    assert sorted(shown.replace(" ", "")) == sorted(text.replace(" ", ""))
    for line in setting.lines:
        assert sum(segment.width for segment in line) <= column + 1e-6
        assert all(segment.x >= -1e-6 and segment.x + segment.width <= column + 1e-6 for segment in line)


def test_a_card_has_the_colours_of_the_pages() -> None:
    pages = (files("tracker.pages") / "static/pages.css").read_text(encoding="utf-8")

    for theme in (LIGHT, DARK):
        assert all(colour in pages for colour in astuple(theme))


def test_a_card_of_the_headline_itself_says_it_larger() -> None:
    usual, bare = _drawn(_card("At least 12 dead")), _drawn(replace(_card("At least 12 dead"), headline=""))

    def size(drawing: Drawing) -> float:
        return next(run.style.size for run in drawing.runs if run.text == "12")

    assert size(bare) > size(usual)
