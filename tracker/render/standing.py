"""How an article stands, since when and for how long: the same words in `list`, `status`, `log` and `show --why`."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tracker.model import ArticleStatus, State
from tracker.render.wording import clock_text, duration_text, moment_text, state_name

# Nothing to explain: the article is looked at, or will be.
_USUAL = frozenset({State.LIVE, State.NEW})
_IN_PROSE = {state: state_name(state) for state in State} | {State.LIVE_PAGE: "a live page"}
_NO_MORE = "not looked at any more"
_LIVE_PAGE = "a liveblog or ticker, whose edits are not tracked unless [[sites]] says live_pages = true"


def is_back(article: ArticleStatus) -> bool:
    """Live again after it was not."""
    since, first = article.state_since_at, article.first_seen_at
    return article.state is State.LIVE and since is not None and first is not None and since > first


def since_text(article: ArticleStatus, tz: tzinfo | None, *, is_always: bool = False) -> str:
    """`gone since 2026-11-23 10:05`, `goes on as article 9 since ...`.

    Empty for an article that is simply there, unless it `is_always` to be told.
    """
    told = [_NO_MORE] if is_given_up(article) else []
    if article.state_since_at is not None and (article.state not in _USUAL or is_always):
        told.insert(0, f"{standing_name(article)} since {clock_text(article.state_since_at, tz)}")
    return ", ".join(told)


def is_given_up(article: ArticleStatus) -> bool:
    """Not looked at any more, and no other article goes on with it."""
    return article.next_check_at is None and article.joined_to_article_id is None


def standing_name(article: ArticleStatus) -> str:
    """The state's name, `back` where it is live again, or where the article goes on."""
    if article.joined_to_article_id is not None:
        return f"goes on as article {article.joined_to_article_id:,}"
    return "back" if is_back(article) else state_name(article.state)


def standing_text(article: ArticleStatus, now: datetime, tz: tzinfo | None) -> str:
    """`gone since 2026-11-20 10:05 UTC, 3 days; next look 2026-11-23 18:05 UTC`."""
    name = standing_name(article) if article.joined_to_article_id is not None else _IN_PROSE[article.state]
    told = [name if article.state_since_at is None else f"{name} since {moment_text(article.state_since_at, tz)}"]
    if article.state_since_at is not None:
        told.append(duration_text(now - article.state_since_at))
    if article.state is State.LIVE_PAGE:
        told.append(_LIVE_PAGE)
    return f"{', '.join(told)}; {_next_look(article, now, tz)}"


def _next_look(article: ArticleStatus, now: datetime, tz: tzinfo | None) -> str:
    if is_given_up(article):
        return f"{_NO_MORE}: {_why_no_more(article, now, tz)}; `tracker check {article.article_id}` looks now"
    if article.next_check_at is None:
        return _NO_MORE
    if article.next_check_at <= now:
        return "next look due now"
    return f"next look {moment_text(article.next_check_at, tz)}"


def _why_no_more(article: ArticleStatus, now: datetime, tz: tzinfo | None) -> str:
    until = article.follow_until
    if until is not None and until <= now:
        return f"its source asks to follow it until {moment_text(until, tz)}"
    return "nothing more is to be expected of it"


def joined_name(article: ArticleStatus) -> str:
    """How an article that was joined to another is marked in the other's history."""
    return f"article {article.article_id:,}"


def joined_text(article: ArticleStatus, tz: tzinfo | None) -> str:
    """`Until 2026-11-20 10:05 UTC tracked as article 7, https://...`."""
    since = article.state_since_at
    until = "Tracked" if since is None else f"Until {moment_text(since, tz)} tracked"
    return f"{until} as {joined_name(article)}, {article.url}"
