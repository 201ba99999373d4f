"""Looking: one host's batch -> what was seen. Runs anywhere, in parallel; touches no database and judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tracker.extract import EXTRACTOR, SiteRules, read
from tracker.extract.fingerprint import page_sha256
from tracker.extract.verdicts import page_problem
from tracker.model import Batch, Fetch, LookOrder, Sighting
from tracker.urls import host_of

FetchBatch = Callable[[Batch], Iterator[Fetch]]
"""The answers to a batch's orders, in their order, fetched as they are asked for."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Looker:
    """Fetches a batch and reads each page. `is_stopping` is asked between two articles."""

    fetch_batch: FetchBatch
    rules: Mapping[str, SiteRules] = field(default_factory=dict)
    is_stopping: Callable[[], bool] = _never

    def __call__(self, batch: Batch) -> tuple[Sighting, ...]:
        """One sighting an order, in order; fewer when stopped."""
        sightings = []
        for order, fetch in zip(batch.orders, self.fetch_batch(batch), strict=False):
            sightings.append(see(order, fetch, self.rules.get(host_of(fetch.url))))
            if self.is_stopping():
                break
        return tuple(sightings)


def see(order: LookOrder, fetch: Fetch, rules: SiteRules | None = None) -> Sighting:
    """What one answer shows. A page whose fingerprint is known is not extracted again."""
    if fetch.failure is not None or fetch.status is None or not 200 <= fetch.status < 300:
        return Sighting(order, fetch)
    content_type = fetch.header("Content-Type")
    fingerprint = page_sha256(fetch.body, content_type)
    if fingerprint == order.page_sha256:
        return Sighting(order, fetch, page_sha256=fingerprint, is_same_page=True)
    reading = read(fetch.body, fetch.url, content_type, rules)
    problem = page_problem(fetch.status, order.url, fetch.url, fetch.body, reading.extract)
    return Sighting(
        order,
        fetch,
        extract=reading.extract,
        page_sha256=fingerprint,
        extractor=EXTRACTOR,
        problem=problem.sentence if problem else reading.problem,
        page_problem=problem.kind if problem else None,
    )
