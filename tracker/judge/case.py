"""One look judged.

The order of the questions is the order of trust: did anything come back? did the server say what it is? is the page
the article at all? is it still the same article? and only then: does the text differ?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tracker.cadence import LONGEST_RETRY, CadencePolicy, Finding, next_try
from tracker.classify.inconsistencies import inconsistencies
from tracker.errors import BadURL
from tracker.extract.site_lines import without_site_lines
from tracker.http_dates import retry_after
from tracker.judge.conclusions import Compare, Proofread, compare
from tracker.judge.following import history_after, history_of, plan_after, plan_of_import, retry_at
from tracker.judge.plausible import doubt
from tracker.model import (
    Comparison,
    Extract,
    FailureKind,
    Fetch,
    History,
    Known,
    LeftOut,
    Outcome,
    Plan,
    ProblemKind,
    Sighting,
    State,
    Verdict,
)
from tracker.urls import believed_canonical, canonical_url, is_front_page, site_of
from tracker.walls import wall_of

_PERMANENT_REDIRECTS = frozenset({301, 308})
_GONE = frozenset({404, 410})
# 406 is what one large network answers to programs it does not know; 451 is as often a matter of the reader's country.
_REFUSED = frozenset({401, 403, 406, 407, 429, 451})
_PAYMENT_REQUIRED = 402
# What a 2xx says that has no page: nothing was sent, or only the part of a page that nobody asked for.
_WITHOUT_PAGE = frozenset({204, 205, 206})

_FAILING_AFTER = 3  # failures in a row: two can be a restart of the site, three are a state worth naming
# Doubtful looks in a row, each unlike the one before: else a page that is never twice the same is doubted for ever.
_DOUBTED_ENOUGH = 3

_OUTCOME_OF_PROBLEM = {
    ProblemKind.CONSENT_WALL: (Outcome.UNREADABLE, State.UNREADABLE),
    ProblemKind.EMPTY_SHELL: (Outcome.UNREADABLE, State.UNREADABLE),
    ProblemKind.LIVE_PAGE: (Outcome.UNREADABLE, State.LIVE_PAGE),
    ProblemKind.PAYWALL: (Outcome.PAYWALLED, State.PAYWALLED),
    ProblemKind.BOT_WALL: (Outcome.BLOCKED, State.BLOCKED),
    ProblemKind.SOFT_404: (Outcome.GONE, State.GONE),
}


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules with what they are given: the cadence, the comparison and the proof-reading.

    `judge(sighting, known, jitter)` is pure.
    """

    policy: CadencePolicy
    compare: Compare = compare
    proofread: Proofread = inconsistencies
    # False where nobody can look again: an import is taken as it is. The article itself is still to be looked at.
    is_doubting: bool = True

    def __call__(self, sighting: Sighting, known: Known, jitter: float = 0.0) -> Verdict:
        """`jitter` in [0, 1) spreads the next looks, see `tracker.cadence`."""
        return _Case(self, sighting, known, jitter).verdict()


def reads_otherwise(sighting: Sighting, known: Known) -> bool:
    """Does an article that is known read differently now? Then like should be compared with like before judging."""
    if sighting.extract is None or sighting.page_problem is not None or known.latest is None:
        return False
    seen, _ = without_site_lines(sighting.extract, known.site_lines)
    compared = seen.headline_only() if known.is_headline_only else seen
    return bool(seen.paragraphs) and compared.content_sha256 != known.latest.content_sha256


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
            return self._page()
        wall = wall_of(status, fetch.headers)
        if wall is not None:  # asked first: walls answer with all kinds of statuses, also with 200
            return self._retry(Outcome.BLOCKED, State.BLOCKED, f"{wall}, status {status}")
        return self._answer(status)

    def _answer(self, status: int) -> Verdict:
        if status in _GONE:
            return self._retry(Outcome.GONE, State.GONE, f"the server says {status}")
        if status in _REFUSED:
            return self._retry(Outcome.BLOCKED, State.BLOCKED, f"the server says {status}")
        if status == _PAYMENT_REQUIRED:
            return self._retry(Outcome.PAYWALLED, State.PAYWALLED, "the server asks for payment: 402")
        if not 200 <= status < 300 or status in _WITHOUT_PAGE:
            return self._failed(f"the server says {status}")
        return self._page()

    # -- no page -------------------------------------------------------------------------------------------------------

    def _failure(self, kind: FailureKind, detail: str) -> Verdict:
        if kind is FailureKind.ROBOTS:
            return self._retry(Outcome.BLOCKED, State.BLOCKED, detail)
        if kind is FailureKind.HELD_OFF:
            return self._held_off(detail)
        if kind is FailureKind.DEADLY:
            return self._deadly(detail)
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

    def _deadly(self, reason: str) -> Verdict:
        """Each attempt costs workers and what they had in hand: put off for a day, and then for longer and longer."""
        verdict, policy = self._retry(Outcome.UNREADABLE, State.UNREADABLE, reason), self.judge.policy
        if verdict.next_check_at is None:
            return verdict
        rare = replace(policy, min_interval=policy.clamp(LONGEST_RETRY))
        later = next_try(self.now, verdict.failures_in_row, rare, self.jitter, policy.max_interval)
        return replace(verdict, next_check_at=later)

    def _not_before_asked(self, moment: datetime) -> datetime:
        asked = retry_after(self.sighting.fetch, self.now)
        return moment if asked is None else max(moment, asked)

    def _failed(self, reason: str) -> Verdict:
        failures = self.known.failures_in_row + 1
        state = State.FAILING if failures >= _FAILING_AFTER else self.known.state
        return self._retry(Outcome.FAILED, state, reason)

    def _retry(self, outcome: Outcome, state: State, reason: str, moved_to: str | None = None) -> Verdict:
        failures = self.known.failures_in_row + 1
        return Verdict(
            sighting=self.sighting,
            outcome=outcome,
            state=state,
            next_check_at=self._tried_again_at(failures),
            reason=reason,
            moved_to=moved_to,
            failures_in_row=failures,
        )

    def _tried_again_at(self, failures: int) -> datetime | None:
        moment = retry_at(self.known, self.now, self.judge.policy, self.jitter, failures)
        return None if moment is None else self._not_before_asked(moment)

    # -- a page --------------------------------------------------------------------------------------------------------

    def _page(self) -> Verdict:
        new_home = self._new_home()
        if self.sighting.page_problem is ProblemKind.BOT_WALL:  # some live at the front page of a host of their own
            return self._retry(Outcome.BLOCKED, State.BLOCKED, self.sighting.problem)
        if new_home is not None and is_front_page(new_home) and not is_front_page(self.known.url):
            return self._retry(Outcome.MOVED, State.MOVED, "redirected to the front page", new_home)
        if self.sighting.fetch.status == 304:
            return self._settled(new_home, outcome=Outcome.NOT_MODIFIED)
        if self.sighting.is_same_page and self.known.latest is not None:
            return self._settled(new_home)
        return self._read(new_home)

    def _read(self, new_home: str | None) -> Verdict:
        sighting = self.sighting
        if sighting.page_problem is not None:
            outcome, state = _OUTCOME_OF_PROBLEM[sighting.page_problem]
            return self._retry(outcome, state, sighting.problem)
        if sighting.extract is None:
            return self._unreadable()
        seen, left_out = without_site_lines(sighting.extract, self.known.site_lines)
        left_out = (*sighting.left_out, *left_out)
        return self._article(seen, left_out, new_home) if seen.paragraphs else self._unreadable()

    def _unreadable(self) -> Verdict:
        return self._retry(Outcome.UNREADABLE, State.UNREADABLE, self.sighting.problem or "no article in the page")

    def _article(self, seen: Extract, left_out: tuple[LeftOut, ...], new_home: str | None) -> Verdict:
        if self.known.is_headline_only:
            seen, left_out = seen.headline_only(), ()
        latest = self.known.latest
        if latest is None:
            return self._still(Outcome.FIRST_SEEN, new_revision=seen, moved_to=new_home, left_out=left_out)
        before = self._before(latest.extract)
        if seen.content_sha256 in (latest.content_sha256, before.content_sha256):
            return self._settled(new_home, left_out)
        doubtful = self._doubt(before, seen)
        if doubtful is not None:
            if new_home is not None:
                return self._retry(Outcome.MOVED, State.MOVED, "redirected to another article", new_home)
            return self._suspect(seen, doubtful)
        is_return = seen.content_sha256 in self.known.seen_before
        return self._still(
            Outcome.REVERTED if is_return else Outcome.CHANGED,
            finding=Finding.FLAPPED if is_return and latest.same_as_number is not None else Finding.CHANGED,
            new_revision=seen,
            comparison=self.judge.compare(before, seen),
            reread=None if before.content_sha256 == latest.content_sha256 else before,
            moved_to=new_home,
            left_out=left_out,
        )

    def _before(self, latest: Extract) -> Extract:
        """What the page now read is compared with: the latest revision as it would be read today."""
        before, _ = without_site_lines(self.sighting.before or latest, self.known.site_lines)
        if self.known.is_headline_only:
            return before.headline_only()
        return before if before.paragraphs else latest

    def _doubt(self, before: Extract, seen: Extract) -> str | None:
        if not self.judge.is_doubting or self.known.suspect_sha256 == seen.content_sha256:
            return None
        if self._doubts_in_row() >= _DOUBTED_ENOUGH:
            return None
        return doubt(before, seen)

    def _doubts_in_row(self) -> int:
        """Counting this look, if it is one. A doubtful look counts as one that showed nothing."""
        return 1 if self.known.suspect_sha256 is None else self.known.failures_in_row + 1

    def _settled(
        self, new_home: str | None, left_out: tuple[LeftOut, ...] = (), outcome: Outcome = Outcome.UNCHANGED
    ) -> Verdict:
        if new_home is not None:
            reason = f"lives at {new_home} now"
            return self._still(Outcome.MOVED, reason=reason, moved_to=new_home, left_out=left_out)
        return self._still(outcome, left_out=left_out)

    def _suspect(self, seen: Extract, doubtful: str) -> Verdict:
        doubts = self._doubts_in_row()
        return Verdict(
            sighting=self.sighting,
            outcome=Outcome.SUSPECT,
            state=self.known.state,
            next_check_at=next_try(self.now, doubts, self.judge.policy, self.jitter),
            reason=f"{doubtful}; looking again before believing it",
            failures_in_row=doubts,
            suspect_sha256=seen.content_sha256,
        )

    def _still(
        self,
        outcome: Outcome,
        *,
        finding: Finding = Finding.SAME,
        reason: str = "",
        new_revision: Extract | None = None,
        comparison: Comparison | None = None,
        reread: Extract | None = None,
        moved_to: str | None = None,
        left_out: tuple[LeftOut, ...] = (),
    ) -> Verdict:
        # A look that only tells where the article lives now is not counted as one that showed it.
        history = None if outcome is Outcome.MOVED else history_after(self.known, self.now, finding, new_revision)
        plan = self._plan(history)
        declared = None if moved_to is not None else self._declared_home()
        return Verdict(
            sighting=self.sighting,
            outcome=outcome,
            state=State.LIVE,
            next_check_at=plan.next_check_at,
            reason=reason or self._return(),
            new_revision=new_revision,
            comparison=comparison,
            moved_to=moved_to or declared,
            learnt_by="redirect" if declared is None else "canonical",
            inconsistencies=() if new_revision is None else self.judge.proofread(new_revision),
            reread=reread,
            left_out=left_out,
            history=history,
            plan=plan,
        )

    def _plan(self, after: History | None) -> Plan:
        history = after or history_of(self.known, self.now)
        if not self.judge.is_doubting:
            return plan_of_import(self.known, history, self.now)
        return plan_after(self.known, history, self.now, self.judge.policy, self.jitter)

    def _return(self) -> str:
        if self.known.latest is not None and self.known.state not in (State.LIVE, State.NEW):
            return f"back after {self.known.state.value.replace('_', ' ')}"
        if self.known.suspect_sha256 is not None:
            return "the doubtful page of the look before is forgotten"
        return ""

    def _new_home(self) -> str | None:
        """Where a permanent redirect led, if that place is not yet known as this article's."""
        fetch = self.sighting.fetch
        if not fetch.redirects or not _is_permanent(fetch):
            return None
        try:
            return self._if_new(canonical_url(fetch.url))
        except BadURL:
            return None

    def _declared_home(self) -> str | None:
        """The address that the page itself says its article has, if it is to be believed and not yet known.

        Another site's is not: a copy under licence may be edited apart from its original.
        """
        latest = self.known.latest
        seen = self.sighting.extract or (None if latest is None else latest.extract)  # a page as before was not read
        if seen is None or seen.canonical_url is None or self._if_new(seen.canonical_url) is None:
            return None
        page_url = self.sighting.fetch.url
        try:
            if site_of(seen.canonical_url) != site_of(page_url):
                return None
            declared = believed_canonical(seen.canonical_url, None, page_url)
        except BadURL:
            return None
        return None if declared is None else self._if_new(declared)

    def _if_new(self, address: str) -> str | None:
        return None if address in self.known.aliases or address == self.known.url else address


def _is_permanent(fetch: Fetch) -> bool:
    return all(redirect.status in _PERMANENT_REDIRECTS for redirect in fetch.redirects)
