"""A database with all that people can meet in it, and the command line over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from tracker.cli import cli
from tracker.judge import compare
from tracker.model import Extract, Fetch, LeftOut, LookOrder, Outcome, Redirect, Sighting, State, Verdict
from tracker.store import Store

STORY = "https://www.example.com/harbour/wall"
OLD_STORY = "https://www.example.com/2026/wall"
FIRST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STEP = timedelta(minutes=10)
LETTER = "Sign up for our morning letter."
PAGE = b"<html><h1>Wall</h1>\xff\x00\x1b[31m</html>"

_BODY = "Officials said that {} people were missing after the harbour wall gave way before dawn."
TWELVE = Extract(headline="Wall fails", paragraphs=(_BODY.format(12),))
FIFTEEN = Extract(headline="Wall fails", paragraphs=(_BODY.format(15),))
FIFTEEN_READ_ANEW = Extract(headline="Wall fails", paragraphs=(_BODY.format(15), "The port is closed."))
TWENTY = Extract(headline="Wall fails", paragraphs=(_BODY.format(20), "The port is closed."))


def run(database: Path, *arguments: str | Path | int, width: int = 120) -> Result:
    words = ["--database", str(database), *map(str, arguments)]
    return CliRunner().invoke(cli, words, env={"COLUMNS": str(width)})


def tracker(database: Path, *arguments: str | Path | int, width: int = 120) -> str:
    result = run(database, *arguments, width=width)
    assert result.exit_code == 0, result.output
    return result.stdout


@dataclass
class Follower:
    """Records what looks at one article meant, ten minutes apart."""

    store: Store
    url: str
    at: datetime = FIRST
    latest: Extract | None = None
    article_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.article_id, _ = self.store.add_article(self.url, self.at)

    def show(self, seen: Extract, outcome: Outcome = Outcome.CHANGED, *, reread: Extract | None = None) -> None:
        before, self.latest = reread or self.latest, seen
        if before is None:
            outcome = Outcome.FIRST_SEEN
        self._record(
            outcome,
            State.LIVE,
            new_revision=seen,
            comparison=None if before is None else compare(before, seen),
            reread=reread,
        )

    def look(self, outcome: Outcome, state: State, reason: str = "", *, status: int = 200, at: str = "") -> None:
        """One that gave no revision; `at`: where it was sent for good."""
        self._record(outcome, state, reason=reason, status=status, moved_to=at or None)

    def _record(
        self,
        outcome: Outcome,
        state: State,
        *,
        reason: str = "",
        status: int = 200,
        moved_to: str | None = None,
        new_revision: Extract | None = None,
        comparison: object = None,
        reread: Extract | None = None,
    ) -> None:
        fetch = Fetch(
            self.url,
            moved_to or self.url,
            self.at,
            status=status,
            headers=(("Content-Type", "text/html"),),
            body=PAGE,
            redirects=(Redirect(301, moved_to),) if moved_to else (),
        )
        left_out = (LeftOut(LETTER, "stands in many articles of this site"),)
        sighting = Sighting(
            LookOrder(self.article_id, self.url), fetch, new_revision, extractor="reader 2" if reread else "reader 1"
        )
        verdict = Verdict(
            sighting,
            outcome,
            state,
            self.at + STEP,
            reason=reason,
            new_revision=new_revision,
            comparison=comparison,  # type: ignore[arg-type]  # a Comparison, or None
            moved_to=moved_to,
            reread=reread,
            left_out=left_out if new_revision else (),
        )
        self.store.record([verdict])
        self.at += STEP


def eventful(path: Path) -> None:
    """Article 1 flapped, was gone, came back read anew and changed; article 2 was joined to it; 3 is a ticker."""
    with Store.open(path, create=True) as store:
        story, old, ticker = (Follower(store, url) for url in (STORY, OLD_STORY, "https://www.example.com/live/storm"))
        story.show(TWELVE)
        story.show(FIFTEEN)
        for turn in range(5):  # revision 3 is the first return, 4 to 7 go back and forth
            story.show(FIFTEEN if turn % 2 else TWELVE, Outcome.REVERTED)
        story.show(FIFTEEN, Outcome.REVERTED)
        old.show(TWELVE)
        old.look(Outcome.MOVED, State.LIVE, at=STORY)
        story.look(Outcome.GONE, State.GONE, "the server says 404", status=404)
        story.look(Outcome.GONE, State.GONE, "the server says 404", status=404)
        story.show(TWENTY, reread=FIFTEEN_READ_ANEW)
        ticker.look(Outcome.UNREADABLE, State.LIVE_PAGE, "a live page: a liveblog")
