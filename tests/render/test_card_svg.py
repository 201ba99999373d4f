"""The card as SVG: well-formed whatever an article holds, nothing loaded, told to those who do not see it."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tracker.render.card import Drawing, EmbeddedFace, FaceName, Style, svg_text
from tracker.render.card.drawing import TextRun

SVG = "{http://www.w3.org/2000/svg}"


def _drawing(text: str, *, is_rtl: bool = False) -> Drawing:
    run = TextRun(10, 20, 30, text, Style(FaceName.SERIF, 20), "Noto Serif", "#000000", is_rtl)
    return Drawing(1200, 675, text, text, "en", (), (run,), ())


def test_text_stays_text_and_is_described() -> None:
    root = ET.fromstring(svg_text(_drawing('<script>alert(1)</script> & "q" ]]>')))

    (text,) = root.iter(f"{SVG}text")
    (title,) = root.iter(f"{SVG}title")
    assert text.text == '<script>alert(1)</script> & "q" ]]>'
    assert (root.get("role"), title.text) == ("img", text.text)
    assert root.get("aria-labelledby") == "title description"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "desc", "g", "text"}


def test_nothing_is_loaded_or_run() -> None:
    shown = svg_text(_drawing("href"), [EmbeddedFace("Noto Serif", 400, b"font", may_embed=True)])

    assert "<script" not in shown
    assert "href=" not in shown
    assert shown.count("url(") == shown.count("url(data:font/sfnt;base64,") == 1


def test_fonts_travel_where_their_makers_allow_it() -> None:
    free = EmbeddedFace("Noto Serif", 600, b"free", may_embed=True)
    held = EmbeddedFace("Kept", 400, b"held", may_embed=False)

    shown = svg_text(_drawing("x"), [free, held])

    assert base64.b64encode(b"free").decode() in shown
    assert "font-weight: 600" in shown
    assert base64.b64encode(b"held").decode() not in shown


def test_a_run_from_right_to_left_keeps_its_full_stop_at_its_end() -> None:
    (text,) = ET.fromstring(svg_text(_drawing("שלום.", is_rtl=True))).iter(f"{SVG}text")

    assert text.text == "\u200fשלום.\u200f"


@given(st.text(alphabet=st.characters(), max_size=50))
def test_any_text_makes_well_formed_xml(text: str) -> None:
    encoded = svg_text(_drawing(text)).encode()

    assert ET.fromstring(encoded).tag == f"{SVG}svg"
