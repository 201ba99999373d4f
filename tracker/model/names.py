"""The closed lists: what a look came to, how an article stands, what kind of change it was."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What one check came to. The list is closed: a failure of the world is one of these, never an exception."""

    FIRST_SEEN = "first_seen"
    CHANGED = "changed"
    REVERTED = "reverted"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    UNREADABLE = "unreadable"
    SUSPECT = "suspect"
    FAILED = "failed"


class State(StrEnum):
    """How an article stands after its last telling check."""

    NEW = "new"  # tracked, never seen
    LIVE = "live"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    UNREADABLE = "unreadable"
    FAILING = "failing"
    LIVE_PAGE = "live_page"  # a liveblog or ticker, not tracked as edits


class Kind(StrEnum):
    SPELLING = "spelling"
    VARIANT = "variant"
    PUNCTUATION = "punctuation"
    CAPITALISATION = "capitalisation"
    SPACING = "spacing"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    ATTRIBUTION = "attribution"
    WORDING = "wording"
    SENTENCE_ADDED = "sentence_added"
    SENTENCE_REMOVED = "sentence_removed"
    SENTENCE_REWRITTEN = "sentence_rewritten"
    SENTENCE_SPLIT = "sentence_split"
    SENTENCE_MERGED = "sentence_merged"
    PARAGRAPH_ADDED = "paragraph_added"
    PARAGRAPH_REMOVED = "paragraph_removed"
    MOVED = "moved"
    NOTICE_ADDED = "notice_added"
    NOTICE_REMOVED = "notice_removed"
    NOTICE_CHANGED = "notice_changed"


class Field(StrEnum):
    HEADLINE = "headline"
    SUBHEADLINE = "subheadline"
    BYLINE = "byline"
    PUBLISHED_AT = "published_at"
    MODIFIED_AT = "modified_at"
    BODY = "body"


class Operation(StrEnum):
    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    MOVE = "move"
