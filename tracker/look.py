"""Looking: one host's batch -> what was seen. Runs anywhere, in parallel; touches no database and judges nothing."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker.errors import SandboxFailed
from tracker.extract import SiteRules
from tracker.extract.examining import Answer, examine
from tracker.model import Batch, FailureKind, Fetch, LookOrder, Sighting
from tracker.sandbox import Runner, run_here
from tracker.urls import host_of

log = logging.getLogger(__name__)

FetchBatch = Callable[[Batch], Iterator[Fetch]]
"""The answers to a batch's orders, in their order, fetched as they are asked for."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Looker:
    """Fetches a batch and reads each page. `is_stopping` is asked between two articles.

    `run` is where pages are read: a sandbox's for those of the world.
    """

    fetch_batch: FetchBatch
    rules: Mapping[str, SiteRules] = field(default_factory=dict)
    is_stopping: Callable[[], bool] = _never
    run: Runner = run_here

    def __call__(self, batch: Batch) -> tuple[Sighting, ...]:
        """One sighting an order, in order; fewer when stopped."""
        sightings = []
        with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
            for order, fetch in zip(batch.orders, self.fetch_batch(batch), strict=False):
                sightings.append(self._seen(order, fetch, reader))
                if self.is_stopping():
                    break
        return tuple(sightings)

    def _seen(self, order: LookOrder, fetch: Fetch, reader: Executor) -> Sighting:
        # In a future, so that a bug that one page brings out is logged and recorded, and costs no other its look.
        future = reader.submit(see, order, fetch, self.rules.get(host_of(fetch.url)), self.run)
        bug = future.exception()
        if bug is None:
            return future.result()
        log.error("reading article %d (%s) went wrong", order.article_id, order.url, exc_info=bug)
        return not_seen(order, fetch.fetched_at, bug)


def not_seen(order: LookOrder, now: datetime, bug: BaseException) -> Sighting:
    """A look that came to nothing by a bug of ours, which the log tells in full."""
    detail = f"internal error, see the log: {type(bug).__name__}"
    return Sighting(order, Fetch(order.url, order.url, now, failure=FailureKind.INTERNAL, failure_detail=detail))


def see(order: LookOrder, fetch: Fetch, rules: SiteRules | None = None, run: Runner = run_here) -> Sighting:
    """What one answer shows. Equal bytes are not parsed at all, and a page whose fingerprint is known is not read.

    A page that cannot be read within the sandbox's bounds is a sighting without an article, and with the reason; it
    has no fingerprint, so that the next look tries again.
    """
    if fetch.failure is not None or fetch.status is None or not 200 <= fetch.status < 300:
        return Sighting(order, fetch)
    body_sha256 = hashlib.sha256(fetch.body).hexdigest()
    if body_sha256 == order.body_sha256:
        return _same(order, fetch, order.page_sha256, body_sha256)
    answer = Answer(order.url, fetch.url, fetch.status, fetch.header("Content-Type"), fetch.body)
    try:
        seen = run(examine, answer, order.page_sha256, rules)
    except SandboxFailed as failure:
        return Sighting(order, fetch, problem=str(failure))
    if seen.is_same_page:
        return _same(order, fetch, seen.page_sha256, body_sha256)
    return Sighting(
        order,
        fetch,
        extract=seen.extract,
        page_sha256=seen.page_sha256,
        extractor=seen.extractor,
        problem=seen.problem,
        page_problem=seen.page_problem,
        left_out=seen.left_out,
        body_sha256=body_sha256,
    )


def _same(order: LookOrder, fetch: Fetch, page_sha256: str | None, body_sha256: str) -> Sighting:
    """Without the bytes, which are of no more use: a cycle holds hundreds of sightings at a time."""
    return Sighting(
        order, replace(fetch, body=b""), page_sha256=page_sha256, is_same_page=True, body_sha256=body_sha256
    )
