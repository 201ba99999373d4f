"""The database: one SQLite file that holds everything seen and concluded. The only place that speaks SQL."""

from tracker.store.hold import hold
from tracker.store.identity import Identity
from tracker.store.outbox import ChannelWaiting, PendingNotice
from tracker.store.records import (
    Fault,
    Keeping,
    Load,
    Maintenance,
    Recognised,
    Source,
    SourceWishes,
    StoredCapture,
    Wanted,
)
from tracker.store.store import Store

__all__ = [
    "ChannelWaiting",
    "Fault",
    "Identity",
    "Keeping",
    "Load",
    "Maintenance",
    "PendingNotice",
    "Recognised",
    "Source",
    "SourceWishes",
    "Store",
    "StoredCapture",
    "Wanted",
    "hold",
]
