"""What is asked for, and where it stands in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import UsageError
from tracker.search.matching import find, index_terms
from tracker.search.query import Part, parse
from tracker.search.snippet import ELLIPSIS, snippet
from tracker.search.words import index_words, units


def told(parts: tuple[Part, ...]) -> list[str]:
    return [" ".join(unit.text for unit in part.units) + "*" * part.is_beginning for part in parts]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("flood warning", ["flood", "warning"], []),
        ('"flood warning" -river', ["flood warning"], ["river"]),
        ('“flood warning” -"river bank"', ["flood warning"], ["river bank"]),
        ("«été» „Müller“ 「東京」", ["ete", "muller", "東 京"], []),
        ('clim* "old clim"*', ["clim*", "old clim*"], []),
        ("e-mail don’t 1,200", ["e mail", "don t", "1200"], []),
        ("climate - change --", ["climate", "change"], []),
        ("flood flood FLOOD", ["flood"], []),
        ('a"b c"d', ["a", "b c", "d"], []),
        ("this OR that NOT these", ["this", "or", "that", "not", "these"], []),
        ("words:x NEAR(a b) ^c {d} x' OR 1=1; DROP TABLE articles", None, []),
        ('"" flood *', ["flood"], []),
        ("東京都*", ["東 京 都*"], []),
        ("−river flood", ["flood"], ["river"]),
    ],
)
def test_queries_are_read(text: str, wanted: list[str] | None, unwanted: list[str]) -> None:
    query = parse(text)
    assert told(query.unwanted) == unwanted
    if wanted is not None:
        assert told(query.wanted) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "nothing to search for"),
        (" \t", "nothing to search for"),
        ("!?", "There is no word in '!?'"),
        ("*", "There is no word in '*'"),
        ('""', "There is no word"),
        ("-river", "say also what to look for"),
        ('a "flood warning', 'The phrase "flood warning has no end'),
        (" ".join(map(str, range(65))), "More than 64 words"),
    ],
)
def test_queries_that_ask_for_nothing_are_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=r"^[^\n]*\.?$") as refusal:
        parse(text)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("muller", "Herr MÜLLER kam", ["MÜLLER"]),
        ('"herr muller"', "Herr (Müller) kam", ["Herr (Müller"]),
        ('"muller herr"', "Herr Müller kam", None),
        ("strasse", "die Straße", ["Straße"]),
        ("1200", "about 1,200 people", ["1,200"]),
        ("1,200", "about 1 200 people", None),
        ("200", "about 1,200 people", None),
        ("e-mail", "an E–Mail", ["E–Mail"]),
        ("brien", "O’Brien’s", ["Brien"]),
        ("don't", "They don’t know", ["don’t"]),
        ("clim*", "climbing the climate", ["climbing", "climate"]),
        ("clim", "climbing", None),
        ('"the clim*"', "in the climate", ["the climate"]),
        ("bridge toll", "The toll of the bridge", ["toll", "bridge"]),
        ("bridge -toll", "The toll of the bridge", None),
        ('bridge -"the toll"', "A toll of the bridge", ["bridge"]),
        ("東京", "新東京駅と東京", ["東京", "東京"]),
        ("東京", "東、京", None),
        ("京", "東京", ["京"]),
        ('"東京 駅"', "東京、駅", ["東京、駅"]),
        ("ไทย", "ประเทศไทย", ["ไทย"]),
        ("ทํา", "ทำงาน", ["ทำ"]),
        ("서울", "서울에서", ["서울"]),
        ("မြန်", "မြန်မာ", ["မြန်"]),
    ],
)
def test_what_stands_where(query: str, text: str, found: list[str] | None) -> None:
    spans = find(parse(query), text)
    assert (None if spans is None else [text[start:end] for start, end in spans]) == found


SCRIPTS = "ab 1,2'-–.ßÉİ ı東京カ゛ทำไสအိခ서 हिंй\u0301\u00ad\n"


@given(st.text(SCRIPTS, max_size=30), st.data())
def test_what_stands_in_a_text_is_found_by_the_index_and_in_the_text(text: str, data: st.DataObject) -> None:
    """Any run of words of a text, asked for as a phrase."""
    there = list(units(text))
    if not there:
        return
    first = data.draw(st.integers(0, len(there) - 1))
    last = data.draw(st.integers(first, min(first + 5, len(there) - 1)))
    part_of_text = text[there[first].start : there[last].end]
    query = parse(f'"{part_of_text}"')
    assert find(query, text) is not None
    held = set(index_words(text))
    for part in query.wanted:
        for word, is_beginning in index_terms(part):
            assert any(each.startswith(word) for each in held) if is_beginning else word in held


@given(st.text())
def test_no_query_breaks_the_reader(text: str) -> None:
    try:
        query = parse(text)
    except UsageError:
        return
    assert find(query, "") is None


def test_a_short_passage_is_shown_whole() -> None:
    fragments = snippet("The bridge is open.", ((4, 10),))
    assert [(each.text, each.is_found) for each in fragments] == [
        ("The ", False),
        ("bridge", True),
        (" is open.", False),
    ]


def test_a_long_passage_is_cut_around_the_words() -> None:
    text = "alpha " * 100 + "bridge " + "beta " * 100 + "toll " + "gamma " * 100
    spans = find(parse("bridge toll"), text)
    assert spans is not None
    shown = "".join(each.text for each in snippet(text, spans))
    assert shown.startswith(f"{ELLIPSIS} alpha")
    assert shown.endswith(f"gamma {ELLIPSIS}")
    assert f"beta {ELLIPSIS} beta" in shown
    assert [each.text for each in snippet(text, spans) if each.is_found] == ["bridge", "toll"]
    assert len(shown) < 500


@given(st.text("ab \u6771", max_size=900), st.data())
def test_a_snippet_is_made_of_the_text(text: str, data: st.DataObject) -> None:
    there = list(units(text))
    if not there:
        return
    unit = data.draw(st.sampled_from(there))
    spans = find(parse(f'"{text[unit.start : unit.end]}"'), text)
    assert spans is not None
    fragments = snippet(text, spans)
    assert any(each.is_found for each in fragments)
    for each in fragments:
        assert each.text.strip(f" {ELLIPSIS}") in text
    if len(text) <= 320:
        assert "".join(each.text for each in fragments) == text
