"""What the store's tests are made of: articles, looks and verdicts in few words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tracker.model
from tracker.model import (
    Change,
    Comparison,
    Diff,
    Extract,
    FailureKind,
    Fetch,
    Field,
    Hunk,
    Inconsistency,
    Kind,
    LeftOut,
    LookOrder,
    Operation,
    Outcome,
    Plan,
    Recorded,
    Redirect,
    Sighting,
    State,
    Verdict,
)
from tracker.store import Store

NOW = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORY = "https://www.example.com/story"
PAGE = b"<html><body>the page as it was sent</body></html>" * 20

STATES = {
    Outcome.GONE: State.GONE,
    Outcome.MOVED: State.MOVED,
    Outcome.BLOCKED: State.BLOCKED,
    Outcome.PAYWALLED: State.PAYWALLED,
    Outcome.UNREADABLE: State.UNREADABLE,
    Outcome.FAILED: State.FAILING,
}


def compared(old: Extract, new: Extract, *, engine: str = "test 1") -> Comparison:
    """The whole body replaced, and one change that says so."""
    hunks = (Hunk(0, len(old.text), 0, len(new.text)),) if old.text != new.text else ()
    change = Change(
        Kind.WORDING,
        Field.BODY,
        Operation.REPLACE,
        old.text,
        new.text,
        0,
        len(old.text),
        0,
        len(new.text),
        sentence_before=old.paragraphs[0] if old.paragraphs else "",
        sentence_after=new.paragraphs[0] if new.paragraphs else "",
        reasons=("all of it",),
    )
    return Comparison(Diff(old.text, new.text, hunks), (change,), engine)


@dataclass
class History:
    """Drives one article through a store, an hour between two looks."""

    store: Store
    url: str = STORY
    at: datetime = NOW
    latest: Extract | None = field(init=False)
    article_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.article_id, _ = self.store.add_article(self.url, self.at)
        known = self.store.known([self.article_id])[self.article_id]
        self.latest = None if known.latest is None else known.latest.extract

    def order(self) -> LookOrder:
        """Of this very article, also after it was joined into another."""
        (batch,) = self.store.orders_for([self.article_id])
        order = batch.orders[0]
        return order if order.article_id == self.article_id else LookOrder(self.article_id, self.url)

    def show(self, *paragraphs: str, headline: str | None = "A headline", **told: Any) -> Recorded:
        """A look that shows this text."""
        return self.show_extract(Extract(headline=headline, paragraphs=paragraphs), **told)

    def show_extract(self, seen: Extract, **told: Any) -> Recorded:
        before, self.latest = self.latest, seen
        if before == seen:
            return self.look(Outcome.UNCHANGED, **told)
        comparison = None if before is None else compared(before, seen)
        outcome = Outcome.FIRST_SEEN if before is None else Outcome.CHANGED
        return self.look(outcome, new_revision=seen, comparison=comparison, **told)

    def look(self, outcome: Outcome, **told: Any) -> Recorded:
        """A look recorded; `told` is what `verdict` takes."""
        (recorded,) = self.store.record([self.verdict(outcome, **told)])
        return recorded

    def verdict(
        self,
        outcome: Outcome,
        *,
        new_revision: Extract | None = None,
        comparison: Comparison | None = None,
        status: int | None = 200,
        body: bytes = PAGE,
        inconsistencies: tuple[Inconsistency, ...] = (),
        moved_to: str | None = None,
        suspect_sha256: str | None = None,
        etag: str = '"v1"',
        state: State | None = None,
        reread: Extract | None = None,
        left_out: tuple[LeftOut, ...] = (),
        learnt_by: str = "redirect",
        extractor: str = "test 1",
        history: tracker.model.History | None = None,
        plan: Plan | None = None,
    ) -> Verdict:
        """What a look comes to, not yet recorded; the clock goes on. Without a plan it is due again in an hour."""
        order = self.order()
        fetch = Fetch(
            order.url,
            moved_to or order.url,
            self.at,
            duration_ms=40,
            status=status,
            headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", etag)),
            body=body,
            redirects=() if moved_to is None else (Redirect(301, moved_to),),
            received_bytes=len(body),
            failure=FailureKind.DEADLINE if status is None else None,
        )
        body_sha256 = None if status is None else hashlib.sha256(body).hexdigest()
        sighting = Sighting(
            order,
            fetch,
            new_revision,
            f"page of {etag}",
            extractor=extractor,
            left_out=left_out,
            body_sha256=body_sha256,
        )
        self.at += HOUR
        return Verdict(
            sighting,
            outcome,
            state or STATES.get(outcome, State.LIVE),
            self.at if plan is None else plan.next_check_at,
            reason=f"because of {outcome}",
            new_revision=new_revision,
            comparison=comparison,
            moved_to=moved_to,
            suspect_sha256=suspect_sha256,
            inconsistencies=inconsistencies,
            reread=reread,
            left_out=left_out,
            learnt_by=learnt_by,
            history=history,
            plan=plan,
        )


TORN = Extract(paragraphs=("Trains run to Halvemoor.", "Snow fell. The station of Halvermoor is closed."))
TORN_NAME = Inconsistency(
    doubtful="Halvermoor",
    likely="Halvemoor",
    doubtful_count=1,
    likely_count=1,
    start=TORN.text.index("Halvermoor"),
    end=TORN.text.index("Halvermoor") + len("Halvermoor"),
    sentence="The station of Halvermoor is closed.",
    reasons=("in no dictionary", "“Halvemoor” too"),
    engine="test 1",
)


def small_database(path: Path) -> None:
    """An article with three revisions and a wall, another with one."""
    with Store.open(path, create=True) as store:
        story = History(store)
        story.show("The town of Lakatia was hit.", "Twelve people died.", left_out=(LeftOut("Share this", "all link"),))
        story.show("The town of Latakia was hit.", "Twelve people died.")
        story.look(Outcome.PAYWALLED, body=b"please subscribe")
        story.show("The town of Latakia was hit.", "Fifteen people died.", headline="Another headline")
        History(store, "https://other.example.org/copy").show("Twelve people died.")
