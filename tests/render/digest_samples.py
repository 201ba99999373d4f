"""A day with something of every topic, on two hosts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from render_samples import change, detail, flapping_details, moment

from tracker.model import ChangeDetail, Field, Kind, Outcome
from tracker.render.digest import Absence, Correction, Digest, Findings, HostUnseen, Limits
from tracker.render.digesting import digest_of

HARBOUR, HILLS = "www.harbour.example", "www.hills.example"
_NOTICE = "Correction: An earlier version of this article gave a wrong number of missing people."


def on(host: str, found: ChangeDetail, headline: str, minute: int = 20) -> ChangeDetail:
    """The same change on another host, seen at another time."""
    url = f"https://{host}/{found.article_id}"
    return replace(found, host=host, url=url, headline=headline, changed_before=moment(10, minute))


def day_details() -> tuple[ChangeDetail, ...]:
    """Changes 1 to 11, and the turns of an article that goes back and forth."""
    toll = (
        "The harbour wall gave way before dawn, and officials said 12 people were missing.",
        "The harbour wall gave way before dawn, and officials said 15 people were missing.",
    )
    said = ("“We are furious,” she said.", "“We are disappointed,” she said.")
    return (
        on(HARBOUR, detail(1, change(Kind.NUMBER, "12", "15", toll), article_id=1), "Harbour wall fails"),
        on(
            HARBOUR,
            detail(2, change(Kind.NUMBER, "12", "15", ("12 missing", "15 missing"), Field.HEADLINE), article_id=1),
            "Harbour wall fails",
        ),
        on(HARBOUR, detail(3, change(Kind.SPELLING, "Lakatia", "Latakia"), article_id=1), "Harbour wall fails"),
        on(HILLS, detail(4, change(Kind.NUMBER, "3", "4"), article_id=2), "Snow in the hills", 21),
        on(HILLS, detail(5, change(Kind.NOTICE_ADDED, "", _NOTICE), article_id=2), "Snow in the hills", 21),
        on(HILLS, detail(6, change(Kind.NOTICE_REMOVED, _NOTICE, ""), 3, article_id=2), "Snow in the hills", 50),
        on(
            HILLS,
            detail(7, change(Kind.WORDING, "furious", "disappointed", said, in_quotation=True), 2, article_id=3),
            "Ice house closes",
            30,
        ),
        on(
            HILLS,
            detail(8, change(Kind.WORDING, "closes", "shuts", field=Field.HEADLINE), 3, article_id=3),
            "Ice house shuts",
            40,
        ),
        on(
            HILLS, detail(9, change(Kind.SENTENCE_ADDED, "", "The lamp stays lit."), 4, article_id=3), "Ice house shuts"
        ),
        on(HARBOUR, detail(10, change(Kind.WORDING, "big", "large"), article_id=4), "Anglers return"),
        on(HARBOUR, detail(11, change(Kind.SPELLING, "Lakatia", "Latakia"), article_id=4), "Anglers return"),
        *(replace(each, article_id=9, change_id=100 + each.change_id) for each in flapping_details(14)[2:]),
    )


def day_findings() -> Findings:
    """Changes 1, 2 and 7 were silent, 7 not for sure; the notice 5 corrected change 4."""
    gone = Absence(8, f"https://{HILLS}/8", HILLS, "Pool shut", moment(9, 0), moment(9, 40), Outcome.GONE, look_count=5)
    still = replace(gone, article_id=7, headline="Bus late", ended_at=None)
    blocked = HostUnseen("www.valley.example", 12, ((Outcome.BLOCKED, 40), (Outcome.FAILED, 2)))
    correction = Correction(4, Kind.NUMBER, "3", "4", int(timedelta(hours=5).total_seconds()), moment(10, 50))
    return Findings({1: True, 2: True, 7: False}, {5: correction}, (still, gone), 2, (blocked,))


def day_digest(limits: Limits | None = None) -> Digest:
    return digest_of(day_details(), day_findings(), limits or Limits())
