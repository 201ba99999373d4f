"""Cards drawn with real fonts: every script, the same bytes twice, and no empty box in place of a letter."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tracker.errors import TrackerError
from tracker.model import Change, Field, Kind, Operation
from tracker.pictures import Picture, card_png, card_svg
from tracker.pictures.fonts import packaged
from tracker.pictures.typesetter import FontTypesetter, region_of
from tracker.render.card import Card, FaceName, Style, card_of

SERIF = Style(FaceName.SERIF, 20)
SENTENCES = {
    "en": ("Officials said that 12 people were missing.", "12", "15"),
    "vi": ("Cảnh sát cho biết 12 người mất tích ở Nghệ An.", "12", "15"),
    "ru": ("По словам спасателей, погибли 12 человек.", "12", "15"),
    "el": ("Οι αρχές είπαν ότι 12 άνθρωποι αγνοούνται.", "12", "15"),
    "ja": ("政府は、地震による死者が12人に上ったと発表した。", "12", "15"),
    "zh": ("数据显示，第三季度出口同比下降百分之四。", "下降", "上升"),
    "ko": ("경찰은 이번 사고로 3명이 숨졌다고 밝혔다.", "3명이", "5명이"),
    "ar": ("قالت السلطات إن ١٢ شخصاً (على الأقل) قتلوا.", "١٢", "١٥"),
    "fa": ("مقام‌ها گفتند که ۱۲ نفر کشته شدند.", "۱۲", "۱۵"),
    "he": ("המשטרה מסרה כי 12 בני אדם נפצעו (ה-BBC).", "12", "15"),
    "hi": ("अधिकारियों ने कहा कि बारह लोगों की मौत हो गई।", "बारह", "पंद्रह"),
    "th": ("เจ้าหน้าที่กล่าวว่ามีผู้เสียชีวิตจำนวน 12 ราย", "12", "15"),
    "emoji": ("“We are 😀 with the company 👨‍👩‍👧 🇬🇧 ❤️,” he said.", "😀", "😡"),
}


def _card(language: str = "en", headline: str = "Wall fails") -> Card:
    before, old, new = SENTENCES[language]
    after = before.replace(old, new)
    change = Change(Kind.NUMBER, Field.BODY, Operation.REPLACE, old, new, 0, 0, 0, 0, before, after)
    return card_of(change, headline=headline, host="www.example.com", when="on 2026-11-23", language=language)


def _latin_only() -> FontTypesetter:
    serif = [path for path in packaged(FaceName.SERIF) if path.name.startswith("NotoSerif[")]
    assert serif
    return FontTypesetter(dict.fromkeys(FaceName, serif), [], "en")


@pytest.mark.parametrize("language", SENTENCES)
def test_every_script_is_drawn(language: str) -> None:
    picture = card_png(_card(language))

    assert picture.replaced == ()
    assert _size(picture) == (1200, 675)
    assert len(picture.data) > 20_000  # the same cards without their text have 5,600


@pytest.mark.parametrize("language", ["en", "ja", "ar", "hi"])
def test_equal_cards_give_equal_bytes(language: str) -> None:
    assert card_png(_card(language)) == card_png(_card(language))
    assert card_svg(_card(language)) == card_svg(_card(language))


def test_light_and_dark_differ() -> None:
    assert card_png(_card()) != card_png(_card(), is_dark=True)
    assert 'fill="#161615"' in card_svg(_card(), is_dark=True).data.decode()


def test_the_svg_holds_the_words_and_the_fonts_to_draw_them() -> None:
    shown = card_svg(_card("hi")).data.decode()

    root = ET.fromstring(shown)
    words = "".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "अधिकारियों ने कहा कि बारह लोगों" in words
    families = set(re.findall(r'@font-face \{ font-family: "([^"]+)"', shown))
    assert {"Noto Serif", "Noto Sans Devanagari"} <= families


def test_letters_without_a_font_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrackerError, match=r"No font on this machine draws Chinese characters and Japanese \(政府は"):
        card_png(_card("ja"), typesetter=_latin_only())
    with pytest.raises(TrackerError, match=r"draws Arabic \(.*\); install one\.$"):
        card_svg(_card("ar"), typesetter=_latin_only())
    monkeypatch.setitem(sys.modules, "manimgx_fonts_cjk", None)
    with pytest.raises(TrackerError, match=r"install one, or `pip install 'article-tracker\[pictures-cjk\]'`"):
        card_png(_card("ja"), typesetter=_latin_only())


def test_signs_without_a_font_are_named_by_their_code_points() -> None:
    picture = card_svg(_card(headline="Wall fails 🧱"), typesetter=_latin_only())

    assert picture.replaced == ("🧱",)
    assert "Wall fails &lt;U+1F9F1&gt;" in picture.data.decode()


def test_a_letter_with_marks_that_no_font_has_is_named_too() -> None:
    picture = card_svg(_card(headline="Wall x\u20e3\u0e49 fails"), typesetter=_latin_only())

    assert "Wall &lt;U+0078&gt;" in picture.data.decode()


def test_chinese_characters_have_the_forms_of_the_language() -> None:
    assert [region_of(each) for each in ("ja", "zh-Hant-TW", "zh-CN", "ko", "zh_HK", None)] == [
        "JP",
        "TC",
        "SC",
        "KR",
        "HK",
        "JP",
    ]
    assert "Noto Sans CJK SC" in card_svg(_card("zh")).data.decode()
    assert "Noto Sans CJK JP" in card_svg(_card("ja")).data.decode()


def test_figures_look_like_the_letters_before_them() -> None:
    setter = FontTypesetter({face: packaged(face) for face in FaceName}, [], "ja")

    families = {span.family for span in setter.spans("死者が12人", SERIF)}

    assert families == {"Noto Sans CJK JP"}


def test_files_of_the_system_are_opened_when_no_other_font_helps(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    arabic = next(path for path in packaged(FaceName.SANS) if "Arabic" in path.name)
    serif = [path for path in packaged(FaceName.SERIF) if path.name.startswith("NotoSerif[")]
    files = [tmp_path / "absent.ttf", tmp_path / "broken.ttf", arabic]
    setter = FontTypesetter({FaceName.SERIF: serif, FaceName.SANS: serif}, files, "ar")

    assert setter.missing("قتل 12 (abc)") == ()
    assert setter.missing("日 a") == ("日",)


def test_a_hostile_text_is_drawn_as_what_it_is() -> None:
    text = "<script>alert(1)</script> & ]]> \u202e\x00\ud800\ufffe {} " + "a" * 1_000_000
    change = Change(
        Kind.WORDING, Field.BODY, Operation.REPLACE, "x", "y", 0, 0, 0, 0, text.format("x"), text.format("y")
    )
    card = card_of(change, headline="H" * 1_000_000 + "\u0301" * 99, host="h" * 9_999, when="w", language='"><x>')

    root = ET.fromstring(card_svg(card).data)

    assert not [element for element in root.iter() if element.tag.endswith(("script", "x"))]
    assert _size(card_png(card)) == (1200, 675)


def _size(picture: Picture) -> tuple[int, int]:
    assert picture.data.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(picture.data[16:20], "big"), int.from_bytes(picture.data[20:24], "big")
