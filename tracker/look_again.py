"""Looking again at a page that is kept, beside the one that came now: like is compared with like.

Runs where looks run, and touches no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.errors import SandboxFailed
from tracker.extract import EXTRACTOR, SiteRules
from tracker.extract.together import StoredPage, read_together
from tracker.model import Extract, Known, Sighting
from tracker.sandbox import Runner, run_here
from tracker.urls import host_of


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Reads the latest revision's page and the new one together, by today's extractor and rules."""

    rules: Mapping[str, SiteRules] = field(default_factory=dict)
    run: Runner = run_here

    def __call__(self, sighting: Sighting, kept: StoredPage, known: Known) -> Sighting:
        """The sighting with both readings; as it was where one of the pages cannot be read.

        `kept` is the page of `known.latest`. What today's extractor recorded of it holds: that may have been read in
        the light of a page before it.
        """
        fetch = sighting.fetch
        page = StoredPage(fetch.body, fetch.url, fetch.header("Content-Type"))
        try:
            rules = self.rules.get(host_of(fetch.url))
            together = self.run(read_together, kept, page, rules, known.site_lines, _recorded(known))
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


def _recorded(known: Known) -> Extract | None:
    latest = known.latest
    if latest is None or not latest.extract.paragraphs:  # of a headline that was tracked alone, the text is not known
        return None
    return latest.extract if latest.extractor == EXTRACTOR else None
