"""What a look means, given what is known of the article: Sighting + Known -> Verdict. Pure."""

from tracker.judge.case import Judge, reads_otherwise
from tracker.judge.conclusions import ENGINE, Compare, Proofread, compare

__all__ = ["ENGINE", "Compare", "Judge", "Proofread", "compare", "reads_otherwise"]
