"""Who the tracker says it is: its own name, and how to reach whoever runs it."""

from __future__ import annotations

import re

PRODUCT = "article-tracker"
"""The token that a robots.txt names us by."""

_NOT_IN_A_COMMENT = re.compile(r"[^\x21-\x7e]|[()\\]")  # RFC 9110, 5.6.5: these would end or break the comment


def user_agent(version: str, contact: str) -> str:
    """`article-tracker/1.0 (+contact)`; without a contact, no brackets. What a header cannot carry is left out."""
    reachable = _NOT_IN_A_COMMENT.sub("", contact)
    return f"{PRODUCT}/{version}" + (f" (+{reachable})" if reachable else "")


def product_of(agent: str) -> str:
    """The product token of a user agent, in lower case: what stands before its version."""
    return agent.partition("/")[0].strip().lower()
