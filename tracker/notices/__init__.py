"""What word goes out of a change, and when: pure planning. The outbox keeps it, `tracker.notify` sends it.

changes recorded -> wanted by a channel's rule -> Waiting -> ready -> gathered into a Notice -> text or JSON
"""

from tracker.notices.content import Entry, Notice, Overflow, Told, gather, test_notice
from tracker.notices.form import changes_from_json, changes_json, notice_from_json, notice_json
from tracker.notices.pacing import Waiting, next_try, ready
from tracker.notices.rules import Rule, wanted
from tracker.notices.text import Letter, letter

__all__ = [
    "Entry",
    "Letter",
    "Notice",
    "Overflow",
    "Rule",
    "Told",
    "Waiting",
    "changes_from_json",
    "changes_json",
    "gather",
    "letter",
    "next_try",
    "notice_from_json",
    "notice_json",
    "ready",
    "test_notice",
    "wanted",
]
