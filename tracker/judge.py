"""What a look means, given what is known of the article: Sighting + Known -> Verdict. Pure.

The order of the questions is the order of trust: did anything come back? did the server say what it is? is the page
the article at all? is it still the same article? and only then: does the text differ?
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from tracker.cadence import CadencePolicy, next_look, next_try
from tracker.classify import ENGINE as CLASSIFY_ENGINE
from tracker.classify import classify
from tracker.classify.inconsistencies import inconsistencies
from tracker.diff import ENGINE as DIFF_ENGINE
from tracker.diff import diff
from tracker.errors import BadURL
from tracker.http_dates import retry_after
from tracker.model import (
    Comparison,
    Extract,
    FailureKind,
    Fetch,
    Inconsistency,
    Known,
    Outcome,
    ProblemKind,
    Sighting,
    State,
    Verdict,
)
from tracker.urls import canonical_url, is_front_page

ENGINE = f"{DIFF_ENGINE} / {CLASSIFY_ENGINE}"

_PERMANENT_REDIRECTS = frozenset({301, 308})
_GONE = frozenset({404, 410})
_REFUSED = frozenset({401, 402, 403, 407, 429, 451})

_FAILING_AFTER = 3  # failures in a row: two can be a restart of the site, three are a state worth naming

_OUTCOME_OF_PROBLEM = {
    ProblemKind.CONSENT_WALL: (Outcome.UNREADABLE, State.UNREADABLE),
    ProblemKind.EMPTY_SHELL: (Outcome.UNREADABLE, State.UNREADABLE),
    ProblemKind.PAYWALL: (Outcome.PAYWALLED, State.PAYWALLED),
    ProblemKind.BOT_WALL: (Outcome.BLOCKED, State.BLOCKED),
    ProblemKind.SOFT_404: (Outcome.GONE, State.GONE),
}

# Two texts that share fewer of their neighbouring word pairs than this are hardly two versions of one article. Of 642
# consecutive version pairs of real posts, encyclopedia articles and policies, 8 share less; of pairs of different
# documents of one source 95 in 100 do. A second like look settles the doubt (`benchmarks/replay.py` runs them all).
_SAME_ARTICLE_SHARE = 0.20
_WORDS_TO_TELL = 40  # different words; below this a share says nothing


class Compare(Protocol):
    """Two revisions of one article -> what lies between them."""

    def __call__(self, old: Extract, new: Extract) -> Comparison: ...


class Proofread(Protocol):
    """One revision -> the names that it spells in two ways."""

    def __call__(self, extract: Extract) -> tuple[Inconsistency, ...]: ...


def compare(old: Extract, new: Extract) -> Comparison:
    difference = diff(old.text, new.text)
    return Comparison(difference, classify(difference, old, new), ENGINE)


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules with what they are given: the cadence, the comparison and the proof-reading.

    `judge(sighting, known, jitter)` is pure.
    """

    policy: CadencePolicy
    compare: Compare = compare
    proofread: Proofread = inconsistencies
    is_doubting: bool = True  # False where nobody can look again: an import is taken as it is

    def __call__(self, sighting: Sighting, known: Known, jitter: float = 0.0) -> Verdict:
        """`jitter` in [0, 1) spreads the next looks, see `tracker.cadence`."""
        return _Case(self, sighting, known, jitter).verdict()


@dataclass(frozen=True, slots=True)
class _Case:
    judge: Judge
    sighting: Sighting
    known: Known
    jitter: float

    @property
    def now(self) -> datetime:
        return self.sighting.fetch.fetched_at

    def verdict(self) -> Verdict:
        fetch = self.sighting.fetch
        if fetch.failure is not None:
            return self._failure(fetch.failure, fetch.failure_detail)
        status = fetch.status or 0
        if status == 304:
            return self._still(Outcome.NOT_MODIFIED)
        if status in _GONE:
            return self._absent(Outcome.GONE, State.GONE, f"the server says {status}")
        if status in _REFUSED:
            return self._absent(Outcome.BLOCKED, State.BLOCKED, f"the server says {status}")
        if not 200 <= status < 300:
            return self._failed(f"the server says {status}")
        return self._page()

    # -- no page -------------------------------------------------------------------------------------------------------

    def _failure(self, kind: FailureKind, detail: str) -> Verdict:
        if kind is FailureKind.ROBOTS:
            return self._absent(Outcome.BLOCKED, State.BLOCKED, detail)
        if kind is FailureKind.HELD_OFF:
            return self._held_off(detail)
        return self._failed(detail or kind.value)

    def _held_off(self, reason: str) -> Verdict:
        """Not asked, because the host wants to be left alone: nothing was learnt of the article itself."""
        return Verdict(
            sighting=self.sighting,
            outcome=Outcome.BLOCKED,
            state=self.known.state,
            next_check_at=self._not_before_asked(self.now + self.judge.policy.min_interval),
            reason=reason,
            failures_in_row=self.known.failures_in_row,
        )

    def _not_before_asked(self, moment: datetime) -> datetime:
        asked = retry_after(self.sighting.fetch, self.now)
        return moment if asked is None else max(moment, asked)

    def _failed(self, reason: str) -> Verdict:
        failures = self.known.failures_in_row + 1
        state = State.FAILING if failures >= _FAILING_AFTER else self.known.state
        return self._retry(Outcome.FAILED, state, reason)

    def _absent(self, outcome: Outcome, state: State, reason: str) -> Verdict:
        return self._retry(outcome, state, reason)

    def _retry(
        self,
        outcome: Outcome,
        state: State,
        reason: str,
        *,
        moved_to: str | None = None,
        suspect_sha256: str | None = None,
    ) -> Verdict:
        failures = self.known.failures_in_row + 1
        return Verdict(
            sighting=self.sighting,
            outcome=outcome,
            state=state,
            next_check_at=self._not_before_asked(next_try(self.now, failures, self.judge.policy, self.jitter)),
            reason=reason,
            moved_to=moved_to,
            failures_in_row=failures,
            suspect_sha256=suspect_sha256,
        )

    # -- a page --------------------------------------------------------------------------------------------------------

    def _page(self) -> Verdict:
        sighting = self.sighting
        new_home = self._new_home()
        if new_home is not None and is_front_page(new_home) and not is_front_page(self.known.url):
            return self._retry(Outcome.MOVED, State.MOVED, "redirected to the front page", moved_to=new_home)
        if sighting.is_same_page and self.known.latest is not None:
            return self._settled(new_home)
        if sighting.page_problem is not None:
            outcome, state = _OUTCOME_OF_PROBLEM[sighting.page_problem]
            return self._absent(outcome, state, sighting.problem)
        if sighting.extract is None or not sighting.extract.paragraphs:
            return self._absent(Outcome.UNREADABLE, State.UNREADABLE, sighting.problem or "no article in the page")
        return self._article(sighting.extract, new_home)

    def _article(self, seen: Extract, new_home: str | None) -> Verdict:
        latest = self.known.latest
        if latest is None:
            return self._still(Outcome.FIRST_SEEN, new_revision=seen, moved_to=new_home)
        if seen.content_sha256 == latest.content_sha256:
            return self._settled(new_home)
        if self._is_doubtful(latest.extract, seen):
            if new_home is not None:
                return self._retry(Outcome.MOVED, State.MOVED, "redirected to another article", moved_to=new_home)
            return self._suspect(seen)
        outcome = Outcome.REVERTED if seen.content_sha256 in self.known.seen_before else Outcome.CHANGED
        comparison = self.judge.compare(latest.extract, seen)
        return self._still(outcome, new_revision=seen, comparison=comparison, moved_to=new_home)

    def _is_doubtful(self, before: Extract, seen: Extract) -> bool:
        is_confirmed = self.known.suspect_sha256 == seen.content_sha256
        return self.judge.is_doubting and not is_confirmed and not _same_article(before, seen)

    def _settled(self, new_home: str | None) -> Verdict:
        if new_home is not None:
            return self._still(Outcome.MOVED, reason=f"lives at {new_home} now", moved_to=new_home)
        return self._still(Outcome.UNCHANGED)

    def _suspect(self, seen: Extract) -> Verdict:
        reason = "almost nothing of the known text is in the page; looking again before believing it"
        return Verdict(
            sighting=self.sighting,
            outcome=Outcome.SUSPECT,
            state=self.known.state,
            next_check_at=next_try(self.now, 1, self.judge.policy, self.jitter),
            reason=reason,
            suspect_sha256=seen.content_sha256,
        )

    def _still(
        self,
        outcome: Outcome,
        *,
        reason: str = "",
        new_revision: Extract | None = None,
        comparison: Comparison | None = None,
        moved_to: str | None = None,
    ) -> Verdict:
        last_edit = self.now if new_revision is not None else self.known.last_changed_at or self.now
        return Verdict(
            sighting=self.sighting,
            outcome=outcome,
            state=State.LIVE,
            next_check_at=next_look(self.now, last_edit, self.judge.policy, self.jitter),
            reason=reason or self._return(),
            new_revision=new_revision,
            comparison=comparison,
            moved_to=moved_to,
            inconsistencies=() if new_revision is None else self.judge.proofread(new_revision),
        )

    def _return(self) -> str:
        back = self.known.latest is not None and self.known.state not in (State.LIVE, State.NEW)
        return f"back after {self.known.state.value}" if back else ""

    def _new_home(self) -> str | None:
        """Where a permanent redirect led, if that place is not yet known as this article's."""
        fetch = self.sighting.fetch
        if not fetch.redirects or not _is_permanent(fetch):
            return None
        try:
            home = canonical_url(fetch.url)
        except BadURL:
            return None
        return None if home in self.known.aliases or home == self.known.url else home


def _is_permanent(fetch: Fetch) -> bool:
    return all(redirect.status in _PERMANENT_REDIRECTS for redirect in fetch.redirects)


def _same_article(old: Extract, new: Extract) -> bool:
    old_words, new_words = (f"{extract.headline or ''} {extract.text}".lower().split() for extract in (old, new))
    if min(len(set(old_words)), len(set(new_words))) < _WORDS_TO_TELL:
        return True
    old_pairs, new_pairs = (set(pairwise(words)) for words in (old_words, new_words))
    return len(old_pairs & new_pairs) >= _SAME_ARTICLE_SHARE * min(len(old_pairs), len(new_pairs))
