"""What the site served against what the database holds, look by look."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from soak_site import Chronicle, Served

from tracker.model import Outcome
from tracker.store import Store

Key = tuple[str, ...]

_SHOWS = {Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.MOVED}
_ANSWERED = (200, 304)


@dataclass(frozen=True)
class Check:
    check_id: int
    outcome: Outcome
    status: int | None
    reason: str
    revision_id: int | None


@dataclass
class Account:
    """What came out. `faults` empty: every look that was recorded shows what was served, and every edit is there."""

    faults: list[str] = field(default_factory=list)
    compared: int = 0  # whole answers that stand in the database as what they were
    lost: int = 0  # whole answers that were in hand at a kill
    visible_edits: int = 0  # changes of wording from one recorded look to the next
    revisions: int = 0
    rereads: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Life:
    """Of one daemon: it recorded the checks after the life before it, up to this one."""

    last_check_id: int
    was_killed: bool


def account(database: Path, articles: Mapping[int, str], chronicle: Chronicle, lives: Sequence[Life]) -> Account:
    """`articles`: the URL of each number."""
    found = Account()
    with Store.open(database, read_only=True) as store, closing(sqlite3.connect(database)) as raw:
        for number, url in articles.items():
            article_id = store.resolve(url).article_id
            keys = {
                revision.revision_id: (revision.extract.headline or "", *revision.extract.paragraphs)
                for revision in store.revisions(article_id)
                if revision.reread_of_number is None
            }
            found.rereads += sum(revision.reread_of_number is not None for revision in store.revisions(article_id))
            checks = _checks(raw, article_id)
            _compare(found, url, checks, keys, chronicle.served[number], lives)
            last = list(keys.values())[-1:] or [()]
            if last[0] != chronicle.now_shown[number]:
                found.faults.append(f"{url}: the latest revision is not what the page shows")
    return found


def _checks(raw: sqlite3.Connection, article_id: int) -> list[Check]:
    rows = raw.execute(
        "SELECT check_id, outcome, http_status, reason, revision_id FROM checks WHERE article_id = ? ORDER BY check_id",
        (article_id,),
    )
    return [Check(row[0], Outcome(row[1]), *row[2:]) for row in rows]


def _compare(
    found: Account,
    url: str,
    checks: Sequence[Check],
    keys: Mapping[int, Key],
    served: Sequence[Served],
    lives: Sequence[Life],
) -> None:
    found.outcomes.update(check.outcome.value for check in checks)
    found.revisions += len(keys)
    shown: list[Key] = []
    after = 0
    for number, life in enumerate(lives):
        answered = [
            check for check in checks if after < check.check_id <= life.last_check_id and check.status in _ANSWERED
        ]
        sent = [answer for answer in served if answer.life == number]
        lost = len(sent) - len(answered)
        found.lost += max(lost, 0)
        if not 0 <= lost <= int(life.was_killed):
            found.faults.append(f"{url}, life {number}: {len(sent)} whole answers, {len(answered)} recorded")
        for answer, check in zip(sent, answered, strict=False):
            found.compared += 1
            found.faults += [f"{url}, check {check.check_id}: {what}" for what in _differs(answer, check, keys, shown)]
        after = life.last_check_id
    wordings = [key for key, _ in groupby(shown)]
    found.visible_edits += max(0, len(wordings) - 1)
    if wordings != list(keys.values()):
        found.faults.append(f"{url}: {len(wordings)} wordings were seen in turn, {len(keys)} revisions are recorded")
    never = set(keys.values()) - {answer.key for answer in served}
    found.faults += [f"{url}: a revision was never served: {key[0]}" for key in never]


def _differs(answer: Served, check: Check, keys: Mapping[int, Key], shown: list[Key]) -> Iterator[str]:
    """`shown`: the wordings that the looks so far showed; this look's is added."""
    if answer.status != check.status:
        yield f"{answer.status} was sent, {check.status} is recorded"
    if answer.key is None:
        if check.outcome in _SHOWS:
            yield f"what was no article is recorded as {check.outcome}"
        return
    if check.outcome not in _SHOWS:
        yield f"the article was served, {check.outcome} is recorded ({check.reason})"
        return
    if check.revision_id is not None:
        shown.append(keys.get(check.revision_id, ()))
    elif check.outcome is not Outcome.MOVED:
        yield f"{check.outcome} names no revision"
    if not shown or shown[-1] != answer.key:
        yield f"it shows another wording than was served ({check.outcome})"
