"""Everything that is known of one article, for an outsider to check: `tracker evidence`.

A folder or zip file of plain files. `readme.txt` beside this module says to whom it is given what it holds and how it
is checked; `check.sh` holds the same steps as a script.
"""

from tracker.evidence.bundle import bundle_at
from tracker.evidence.writing import Written, write_evidence

__all__ = ["Written", "bundle_at", "write_evidence"]
