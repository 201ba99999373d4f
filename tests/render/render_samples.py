"""One invented article in two revisions, and diffs of any shape for properties."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import strategies as st
from rich.console import Console, RenderableType

from tracker.model import (
    ArticleStatus,
    Change,
    ChangeDetail,
    CheckEntry,
    Comparison,
    Diff,
    Extract,
    Field,
    Hunk,
    Inconsistency,
    Kind,
    Move,
    Operation,
    Outcome,
    Revision,
    State,
)
from tracker.render.pair import RevisionPair

URL = "https://www.example.com/2026/11/23/harbour-wall-fails-at-port-ellin"
OLD_HEADLINE = "Harbour wall fails at Port Ellin, 12 missing"
NEW_HEADLINE = "Harbour wall fails at Port Ellin, 15 missing"

_TOLL = (
    "The harbour wall at Port Ellin gave way shortly before dawn on Tuesday, and officials said {} people were missing."
)
_SEARCH = (
    "Rescue boats searched the basin through the morning. The coast guard said that the sea was calm. Divers were held "
    "back until the afternoon, when the current turns, because the debris made the basin too dangerous to enter. Three "
    "cranes were ordered from Brasken. The mayor, Ilse Marrow, said the wall had been inspected in March. “We were "
    "told it would stand for {} years,” she said. Nobody had expected it to fail in fair weather."
)
_PORT = "A spokesman for the port declined to comment."
_BUILT = "The wall was built in 1931 and raised twice."
_CRACKS = "Fishermen had warned of cracks for years, the {} Times reported."
_RAILWAY = "The railway line was not affected."
_SCHOOLS = "Schools will {} closed on Wednesday."
_CORRECTION = "Correction: An earlier version of this article gave a wrong number of missing people."

OLD = (
    _TOLL.format(12),
    _SEARCH.format("twenty"),
    _PORT,
    _BUILT,
    _CRACKS.format("Lakatia"),
    _RAILWAY,
    _SCHOOLS.format("stay"),
)
NEW = (
    _TOLL.format(15),
    _SCHOOLS.format("remain"),
    _SEARCH.format("thirty"),
    _PORT,
    _BUILT,
    _CRACKS.format("Latakia"),
    _CORRECTION,
)


def moment(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second, tzinfo=UTC)


class Script:
    """Builds both texts and the script between them, part by part."""

    def __init__(self) -> None:
        self.old = self.new = ""
        self.hunks: list[Hunk] = []
        self.blocks: dict[int, tuple[int, int]] = {}
        self.places: dict[int, tuple[int, int, tuple[Hunk, ...]]] = {}

    def keep(self, text: str) -> None:
        self.old += text
        self.new += text

    def replace(self, old: str, new: str) -> Hunk:
        hunk = Hunk(len(self.old), len(self.old) + len(old), len(self.new), len(self.new) + len(new))
        self.old += old
        self.new += new
        self.hunks.append(hunk)
        return hunk

    def take(self, number: int, text: str) -> None:
        """A block that stands here in the old text only."""
        hunk = self.replace(text, "")
        self.blocks[number] = (hunk.old_start, hunk.old_end)

    def put(self, number: int, text: str, edits: Iterable[tuple[int, int, int, int]] = ()) -> None:
        """Its place in the new text; `edits` in offsets of the block's own two texts."""
        hunk = self.replace("", text)
        self.places[number] = (hunk.new_start, hunk.new_end, tuple(Hunk(*edit) for edit in edits))

    def diff(self) -> Diff:
        moves = []
        for number, (old_start, old_end) in self.blocks.items():
            new_start, new_end, edits = self.places[number]
            shifted = tuple(
                Hunk(e.old_start + old_start, e.old_end + old_start, e.new_start + new_start, e.new_end + new_start)
                for e in edits
            )
            moves.append(Move(old_start, old_end, new_start, new_end, shifted))
        return Diff(self.old, self.new, tuple(self.hunks), tuple(moves))


def sample_diff() -> Diff:
    script = Script()
    before, after = _TOLL.split("{}")
    script.keep(before)
    script.replace("12", "15")
    script.keep(after + "\n\n")
    schools_at = _SCHOOLS.index("{}")
    schools = _SCHOOLS.format("remain")
    script.put(1, schools, [(schools_at, schools_at + len("stay"), schools_at, schools_at + len("remain"))])
    script.replace("", "\n\n")
    before, after = _SEARCH.split("{}")
    script.keep(before)
    script.replace("twenty", "thirty")
    script.keep(f"{after}\n\n{_PORT}\n\n{_BUILT}\n\n")
    before, after = _CRACKS.split("{}")
    script.keep(before)
    script.replace("Lakatia", "Latakia")
    script.keep(after + "\n\n")
    script.replace(_RAILWAY, _CORRECTION)
    script.replace("\n\n", "")
    script.take(1, _SCHOOLS.format("stay"))
    return script.diff()


def change(
    kind: Kind, before: str, after: str, sentences: tuple[str, str] = ("", ""), field: Field = Field.BODY, **flags: bool
) -> Change:
    diff = sample_diff()
    operation = Operation.REPLACE if before and after else Operation.DELETE if before else Operation.INSERT
    old_at, new_at = (max(diff.old.find(before), 0), max(diff.new.find(after), 0)) if field is Field.BODY else (0, 0)
    return Change(
        kind,
        field,
        operation,
        before,
        after,
        old_at,
        old_at + len(before),
        new_at,
        new_at + len(after),
        *sentences,
        in_quotation=flags.get("in_quotation", False),
        in_attribution=flags.get("in_attribution", False),
    )


def sample_changes() -> tuple[Change, ...]:
    said = "“We were told it would stand for {} years,” she said."
    return (
        change(Kind.NUMBER, "12", "15", (OLD_HEADLINE, NEW_HEADLINE), Field.HEADLINE),
        change(Kind.NUMBER, "12", "15", (OLD[0], NEW[0])),
        change(Kind.WORDING, "stay", "remain", (OLD[6], NEW[1])),
        change(Kind.NUMBER, "twenty", "thirty", (said.format("twenty"), said.format("thirty")), in_quotation=True),
        change(Kind.SPELLING, "Lakatia", "Latakia", (OLD[4], NEW[5])),
        change(Kind.PARAGRAPH_REMOVED, _RAILWAY, "", (_RAILWAY, "")),
        change(Kind.NOTICE_ADDED, "", _CORRECTION, ("", _CORRECTION)),
    )


def revision(
    number: int,
    headline: str,
    paragraphs: tuple[str, ...],
    seen: datetime,
    *,
    same_as: int | None = None,
    reread_of: int | None = None,
    extractor: str = "reader 1",
) -> Revision:
    extract = Extract(headline=headline, byline="Tove Lindqvist", published_at=moment(8, 0), paragraphs=paragraphs)
    before = moment(10, 5) if number > 1 else None
    return Revision(number, 1, number, seen, extract, "0" * 64, before, extractor, same_as, reread_of)


def sample_pair() -> RevisionPair:
    return RevisionPair(
        URL,
        revision(1, OLD_HEADLINE, OLD, moment(9, 5)),
        revision(2, NEW_HEADLINE, NEW, moment(10, 20)),
        Comparison(sample_diff(), sample_changes(), "test 1"),
    )


def sample_inconsistency() -> Inconsistency:
    sentence = _CRACKS.format("Lakatia")
    start = Extract(paragraphs=OLD).text.index("Lakatia")
    reasons = ("“Lakatia” is in no dictionary", "“Latakia” stands 1,200 times in the article")
    return Inconsistency("Lakatia", "Latakia", 1, 1_200, start, start + len("Lakatia"), sentence, reasons, "test 1")


def detail(
    number: int,
    change: Change,
    to_number: int = 2,
    article_id: int = 1,
    same_as: tuple[int | None, int | None] = (None, None),
) -> ChangeDetail:
    """`same_as`: the first revisions that say what the older and the newer one say; both known: a flap."""
    return ChangeDetail(
        number,
        article_id,
        URL,
        "www.example.com",
        NEW_HEADLINE,
        to_number - 1,
        to_number,
        moment(10, 5),
        moment(10, 20),
        change,
        is_flap=None not in same_as,
        from_same_as_number=same_as[0],
        to_same_as_number=same_as[1],
    )


def flapping_details(turn_count: int) -> tuple[ChangeDetail, ...]:
    """A headline that goes from 12 to 15, back, and then back and forth that often."""
    there = change(Kind.NUMBER, "12", "15", (OLD_HEADLINE, NEW_HEADLINE), Field.HEADLINE)
    back = change(Kind.NUMBER, "15", "12", (NEW_HEADLINE, OLD_HEADLINE), Field.HEADLINE)
    details = [detail(1, there, 2), detail(2, back, 3, same_as=(None, 1))]
    for turn in range(turn_count):
        same_as = (1, 2) if turn % 2 == 0 else (2, 1)
        details.append(detail(3 + turn, there if turn % 2 == 0 else back, 4 + turn, same_as=same_as))
    return tuple(details)


def sample_details() -> tuple[ChangeDetail, ...]:
    return tuple(detail(number, change) for number, change in enumerate(sample_changes(), 1))


def check(
    minute: int, outcome: Outcome, status: int | None = 200, reason: str = "", number: int | None = None
) -> CheckEntry:
    return CheckEntry(minute, moment(9, 0 + minute), outcome, reason, status, None, number, 3 if number else 0)


def article(
    number: int,
    headline: str | None,
    state: State = State.LIVE,
    since: datetime | None = None,
    joined_to: int | None = None,
) -> ArticleStatus:
    return ArticleStatus(
        number,
        URL,
        "www.example.com",
        headline,
        state,
        2,
        7,
        moment(9, 5),
        moment(10, 20),
        None,
        moment(10, 30) if joined_to is None else None,
        state_since_at=since,
        joined_to_article_id=joined_to,
    )


def printed(renderable: RenderableType, width: int = 80, *, colour: bool = False) -> str:
    """What a terminal of that width is sent."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    console.print(renderable)
    return stream.getvalue()


# -- anything at all -------------------------------------------------------------------------------------------------

_ODD = (
    "\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\u2028\u200f\u200b\ud800\u00ad\u0301漢字ไทยעב👩‍🚀<&>*_`[](){}~|\\#:/ \t\n\n\n"
)
any_text = st.text(st.one_of(st.sampled_from(_ODD), st.characters()), max_size=40)
some_text = st.text(st.one_of(st.sampled_from(_ODD), st.characters()), min_size=1, max_size=40)


@st.composite
def any_diff(draw: st.DrawFn) -> Diff:
    """Any texts, any script between them, with up to two moved blocks that are edited on the way."""
    script = Script()
    blocks = {number: draw(some_text) for number in range(draw(st.integers(0, 2)))}
    steps = [("text", 0)] * draw(st.integers(0, 4)) + [(step, number) for number in blocks for step in ("take", "put")]
    for step, number in draw(st.permutations(steps)):
        if step == "text":
            script.keep(draw(any_text))
            script.replace(draw(any_text), draw(any_text))
        elif step == "take":
            script.take(number, blocks[number])
        else:
            old, added = blocks[number], draw(any_text)
            script.put(number, old + added, [(len(old), len(old), len(old), len(old + added))])
    return script.diff()


@st.composite
def any_change(draw: st.DrawFn) -> Change:
    before, after = draw(any_text), draw(any_text)
    return Change(
        draw(st.sampled_from(Kind)),
        draw(st.sampled_from(Field)),
        draw(st.sampled_from(Operation)),
        before,
        after,
        0,
        len(before),
        0,
        len(after),
        draw(st.one_of(any_text, st.builds(lambda a, b: a + before + b, any_text, any_text))),
        draw(st.one_of(any_text, st.builds(lambda a, b: a + after + b, any_text, any_text))),
        in_quotation=draw(st.booleans()),
    )


any_inconsistency = st.builds(
    Inconsistency,
    doubtful=any_text,
    likely=any_text,
    doubtful_count=st.integers(1, 9),
    likely_count=st.integers(1, 10**6),
    start=st.just(0),
    end=st.just(0),
    sentence=any_text,
)


@st.composite
def any_pair(draw: st.DrawFn) -> RevisionPair:
    diff = draw(any_diff())
    changes = tuple(draw(st.lists(any_change(), max_size=3)))
    older = revision(1, draw(any_text), tuple(diff.old.split("\n")), moment(9, 5))
    newer = revision(draw(st.integers(2, 3)), draw(any_text), tuple(diff.new.split("\n")), moment(10, 20))
    return RevisionPair(draw(any_text), older, newer, Comparison(diff, changes, "test 1"))
