"""What a search finds, in what order, and when the article held it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History, compared

from tracker.errors import UsageError
from tracker.model import Extract, Field, Outcome, SearchHit, State, Stretch, Where
from tracker.search.query import parse
from tracker.store import Store
from tracker.store.search import expression

SITE = "https://www.example.com"
OPEN = "The bridge is open."
SHUT = "The bridge is closed."
TOLL = "A toll of 1,200 crowns is due, says Jörg Müller."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


@pytest.fixture
def story(store: Store) -> History:
    """Seen at 1, 2 (as before), 3, 4 and 5 o'clock."""
    history = History(store)
    history.show(OPEN, TOLL, headline="Bridge")
    history.look(Outcome.UNCHANGED)
    history.show(SHUT, TOLL, headline="Bridge")
    history.show(SHUT, headline="Bridge news")
    history.show(OPEN, headline="Bridge news")
    return history


def found(store: Store, query: str, where: Where = Where.ANY, **told: object) -> list[str]:
    return [hit.text for hit in store.search(query, where=where, **told)]  # type: ignore[arg-type]  # what `search` takes


def only(store: Store, query: str) -> SearchHit:
    (hit,) = store.search(query)
    return hit


def test_what_stands_and_what_was_taken_out_is_found_with_its_life(store: Store, story: History) -> None:
    toll = only(store, "muller")
    assert (toll.article_id, toll.url, toll.host) == (story.article_id, story.url, "www.example.com")
    assert (toll.article_headline, toll.field, toll.text) == ("Bridge news", Field.BODY, TOLL)
    assert [TOLL[start:end] for start, end in toll.spans] == ["Müller"]
    assert toll.stretches == (
        Stretch(1, NOW, None, 2, gone_number=3, gone_after=NOW + 2 * HOUR, gone_before=NOW + 3 * HOUR),
    )
    assert (toll.is_in_latest, toll.stands) == (False, False)
    shut = only(store, "closed")
    assert shut.stretches == (Stretch(2, NOW + 2 * HOUR, NOW + HOUR, 3, 4, NOW + 3 * HOUR, NOW + 4 * HOUR),)


def test_what_was_put_back_has_two_stretches(store: Store, story: History) -> None:
    hit = only(store, "open")
    assert [(each.first_number, each.last_number, each.gone_number) for each in hit.stretches] == [
        (1, 1, 2),
        (4, 4, None),
    ]
    assert hit.stands


def test_headlines_are_found_beside_paragraphs(store: Store, story: History) -> None:
    assert found(store, "bridge") == ["Bridge", "Bridge news", OPEN, SHUT]
    assert found(store, "bridge news") == ["Bridge news"]
    assert [hit.field for hit in store.search("bridge")] == [Field.HEADLINE, Field.HEADLINE, Field.BODY, Field.BODY]


def test_a_subheadline_is_a_passage_of_its_own(store: Store) -> None:
    seen = Extract(headline="Flood in the north", subheadline="Rivers rise", paragraphs=("Some text.",))
    History(store).show_extract(seen)
    assert found(store, "rivers") == ["Rivers rise"]
    assert found(store, "flood rivers") == []
    assert found(store, "flood -rivers") == ["Flood in the north"]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ('"bridge is"', [OPEN, SHUT]),
        ('"is bridge"', []),
        ("bridge -open -news", ["Bridge", SHUT]),
        ("clos*", [SHUT]),
        ("1200 crown*", [TOLL]),
        ("jorg", [TOLL]),
        ('"crowns is due"', [TOLL]),
        ("ridge", []),
    ],
)
def test_queries(store: Store, story: History, query: str, texts: list[str]) -> None:
    assert found(store, query) == texts


def test_scripts_without_spaces_are_found_by_any_part(store: Store) -> None:
    History(store).show("東京都の新しい橋が開通した。", "ประเทศไทยเปิดสะพาน", "서울에서 다리가 열렸다.")
    assert found(store, "東京") == found(store, "京") == found(store, "新しい橋") == ["東京都の新しい橋が開通した。"]
    assert found(store, "東都") == found(store, "京東") == []
    assert found(store, "ไทย") == ["ประเทศไทยเปิดสะพาน"]
    assert found(store, "서울") == ["서울에서 다리가 열렸다."]


def test_where_chooses_what_stands_or_what_was_removed(store: Store, story: History) -> None:
    assert found(store, "bridge", Where.NOW) == ["Bridge news", OPEN]
    assert found(store, "bridge", Where.REMOVED) == ["Bridge", SHUT]
    assert found(store, "toll", Where.REMOVED) == [TOLL]
    assert found(store, "toll", Where.NOW) == []


@pytest.mark.parametrize("state", [State.GONE, State.MOVED])
def test_an_article_that_is_gone_took_its_passages_with_it(store: Store, state: State) -> None:
    history = History(store)
    history.show(OPEN)
    history.look(Outcome.GONE if state is State.GONE else Outcome.MOVED, status=404, state=state)
    hit = only(store, "open")
    assert (hit.is_in_latest, hit.stands, hit.state_since_at) == (True, False, NOW + HOUR)
    assert found(store, "open", Where.REMOVED) == [OPEN]
    assert found(store, "open", Where.NOW) == []
    assert found(store, "open", Where.REMOVED, since=NOW + HOUR) == [OPEN]
    assert found(store, "open", Where.REMOVED, since=NOW + 2 * HOUR) == []


def test_times_ask_for_what_came_or_went_then(store: Store, story: History) -> None:
    assert found(store, "bridge", since=NOW + 3 * HOUR) == ["Bridge", "Bridge news", OPEN, SHUT]
    assert found(store, "bridge", since=NOW + 4 * HOUR) == [OPEN, SHUT]
    assert found(store, "bridge", since=NOW, until=NOW + HOUR) == ["Bridge", OPEN]
    assert found(store, "bridge", Where.NOW, since=NOW + 4 * HOUR) == [OPEN]
    assert found(store, "bridge", Where.REMOVED, since=NOW + 4 * HOUR) == [SHUT]
    assert found(store, "bridge", since=NOW + 5 * HOUR) == []


def test_hosts_and_limits(store: Store, story: History) -> None:
    History(store, "https://other.example.org/copy").show(OPEN)
    assert {hit.host for hit in store.search("bridge", host="other.example.org")} == {"other.example.org"}
    assert [hit.article_id for hit in store.search("open", limit=1)] == [story.article_id]
    assert len({hit.article_id for hit in store.search("open", limit=None)}) == 2


def test_articles_with_the_newest_wording_come_first_and_their_passages_together(store: Store) -> None:
    early, late = History(store, f"{SITE}/early"), History(store, f"{SITE}/late", at=NOW + 10 * HOUR)
    early.show("First bridge.", "Second bridge.")
    late.show("Third bridge.")
    assert found(store, "bridge") == ["Third bridge.", "First bridge.", "Second bridge."]
    early.at = NOW + 20 * HOUR
    early.show("First bridge.", "Second bridge.", "Fourth bridge.")
    assert found(store, "bridge") == ["First bridge.", "Second bridge.", "Fourth bridge.", "Third bridge."]


def test_a_page_read_anew_neither_adds_nor_removes(store: Store) -> None:
    history = History(store)
    before = Extract(headline="A headline", paragraphs=("Twelve died.", "Share this"))
    anew = Extract(headline="A headline", paragraphs=("Twelve died.", "The port is shut."))
    after = Extract(headline="A headline", paragraphs=("Fifteen died.", "The port is shut."))
    history.show_extract(before)
    history.look(Outcome.CHANGED, new_revision=after, reread=anew, comparison=compared(anew, after), body=b"edited")
    share, port, twelve = only(store, "share"), only(store, "port"), only(store, "twelve")
    assert (share.stretches[0].gone_number, share.stretches[0].gone_by_reading) == (2, True)
    assert (share.stretches[0].gone_after, share.stretches[0].gone_before) == (None, None)
    assert (port.stretches[0].first_number, port.stretches[0].came_by_reading) == (2, True)
    assert port.stretches[0].came_after is None
    assert (twelve.stretches[0].last_number, twelve.stretches[0].gone_by_reading) == (2, False)
    assert found(store, "share", Where.REMOVED) == []
    assert found(store, "twelve", Where.REMOVED) == ["Twelve died."]
    assert found(store, "share OR port", since=NOW) == []


def test_an_article_that_goes_on_as_another_tells_only_what_the_other_does_not(store: Store) -> None:
    first, second = History(store, f"{SITE}/report-a"), History(store, f"{SITE}/report-b")
    first.show(OPEN, "Only the first one told of the bridge's cost.", headline=None)
    second.show(OPEN, headline=None)
    first.look(Outcome.MOVED, state=State.LIVE, moved_to=second.url)
    assert [(hit.article_id, hit.text) for hit in store.search("bridge")] == [
        (second.article_id, OPEN),
        (first.article_id, "Only the first one told of the bridge's cost."),
    ]
    assert next(store.search("cost")).joined_to_article_id == second.article_id
    assert found(store, "bridge", Where.NOW) == [OPEN]


def test_lines_of_the_site_are_not_of_the_article(store: Store) -> None:
    promo = "Cross the bridge to our morning letter."
    for number in range(5):
        own = tuple(
            f"Paragraph {part} of report {number}, which no other report on this site has." for part in range(4)
        )
        History(store, f"{SITE}/report-{number}", at=NOW + number * HOUR).show(*own, promo)
    assert [line.text for line in store.site_lines("www.example.com")] == [promo]
    assert found(store, "morning letter") == []
    History(store, "https://other.example.org/about").show(promo)
    assert [hit.host for hit in store.search("morning letter")] == ["other.example.org"]


def test_what_is_typed_never_reaches_the_index_as_syntax(store: Store, story: History) -> None:
    for query in ("open OR closed", "words:open", "open NEAR(closed)", "open; DROP TABLE articles", "open' OR 1=1"):
        assert found(store, query) == []
    for query in ("^open", "{open}", "open + is", "open)"):
        assert found(store, query) == [OPEN]
    assert expression(parse("open OR words:x -a*")) == '("open" AND "or" AND "words" AND "x") NOT ("a"*)'


def test_odd_queries_are_refused(store: Store, story: History) -> None:
    for query in ("", "*", "-open", '"open'):
        with pytest.raises(UsageError):
            list(store.search(query))
