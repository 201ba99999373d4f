"""Looks with two witnesses at hand: the network, which a failure may be the fault of, and what time it is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tracker.clock import SteadyClock
from tracker.daemon.network import Network, NetworkWitness, place_of
from tracker.http_dates import parse_http_date
from tracker.model import Batch, Fetch, Sighting


@dataclass(frozen=True, slots=True)
class WitnessedLook:
    """A look at a batch; what the network alone is to blame for is left out."""

    look: Callable[[Batch], tuple[Sighting, ...]]
    network: Network
    clock: SteadyClock

    def __call__(self, batch: Batch) -> tuple[Sighting, ...]:
        return self.counted(self.look(batch))

    def counted(self, sightings: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
        """Those that count. Of a worker elsewhere it is asked whether the network works here."""
        sightings = NetworkWitness(self.network).counted(sightings)
        if self.clock.doubt is not None:
            for sighting in sightings:
                self._ask_the_time(sighting.fetch)
        return sightings

    def _ask_the_time(self, fetch: Fetch) -> None:
        """Of the site: its answer says when it was made. That of a cache says how old it is, and is left alone."""
        place, said = place_of(fetch.url), fetch.header("Date")
        moment = parse_http_date(said) if said and not fetch.header("Age") else None
        if place is not None and moment is not None:
            since = self.clock.now() - fetch.fetched_at
            self.clock.testify(place.host, moment + max(timedelta(), since))
