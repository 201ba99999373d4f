"""Looking again at a page that is kept, beside the one that came now: like is compared with like.

Runs where looks run, and touches no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.errors import SandboxFailed
from tracker.extract import EXTRACTOR, SiteRules
from tracker.extract.together import StoredPage, read_together
from tracker.model import Sighting
from tracker.sandbox import Runner, run_here
from tracker.urls import host_of


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Reads the latest revision's page and the new one together, by today's extractor and rules."""

    rules: Mapping[str, SiteRules] = field(default_factory=dict)
    run: Runner = run_here

    def __call__(self, sighting: Sighting, kept: StoredPage, site_lines: frozenset[str]) -> Sighting:
        """The sighting with both readings; as it was where one of the pages cannot be read."""
        fetch = sighting.fetch
        page = StoredPage(fetch.body, fetch.url, fetch.header("Content-Type"))
        try:
            together = self.run(read_together, kept, page, self.rules.get(host_of(fetch.url)), site_lines)
        except SandboxFailed:  # each page could be read by itself: that reading is then what there is
            return sighting
        if together.before.extract is None or together.now.extract is None:
            return sighting
        return replace(
            sighting,
            extract=together.now.extract,
            before=together.before.extract,
            extractor=EXTRACTOR,
            left_out=together.now.left_out,
        )
