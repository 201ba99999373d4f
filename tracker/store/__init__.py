"""The database: one SQLite file that holds everything seen and concluded. The only place that speaks SQL."""

from tracker.store.hold import hold
from tracker.store.records import Fault, Source, StoredCapture
from tracker.store.store import Store

__all__ = ["Fault", "Source", "Store", "StoredCapture", "hold"]
