"""Articles of which the page shows the beginning only, because the rest is for sale."""

from __future__ import annotations

import re

from tracker.extract import jsonld
from tracker.extract.jsonld import Node
from tracker.extract.rules import select
from tracker.extract.verdicts.problem import PageProblem
from tracker.extract.verdicts.seen import TEASER_AT_MOST, WALL_AT_MOST, Seen, count_words
from tracker.model import ProblemKind

_PAYMENT_REQUIRED = 402
_UNAUTHORISED = frozenset({401, 403})
# Share of the words that JSON-LD counts: less is a teaser, however long.
_TEASER_SHARE = 0.5
# Share of the article that the part behind the wall must hold to be the article's rest: a faded last paragraph bears
# the wall's class too (.17 on one real page, .9 and more where the whole text is there).
_PART_SHARE = 0.5
_PARTS_READ = 5  # a page declares one or two
# What schema.org's users write there: a class, an id, an attribute, at most one inside another. Longer chains of
# selectors cost the power of their length on a deep page.
_PLAIN_SELECTOR = re.compile(r"[\w.#-]*(?:\[[\w-]+\])?(?: [\w.#-]+)?(?:, ?[\w.#-]+){0,3}")
_NO = frozenset({"false", "no", "0"})
_YES = frozenset({"true", "yes", "1"})


def paywall(seen: Seen) -> PageProblem | None:
    if seen.status == _PAYMENT_REQUIRED:
        return _problem("The server says that this article is to be paid for (status 402).")
    if _has_rest(seen):
        return None
    if _is_closed(seen) and (seen.words <= WALL_AT_MOST or _is_beginning(seen)):
        return _problem("The page declares the article as not free and shows only its beginning.")
    said = _said(seen)
    return _problem(f"The page shows a beginning, then: {said!r}.") if said else None


def refused_reader(seen: Seen) -> PageProblem | None:
    """A refusal (401, 403) by a page that offers a subscription is the shop's, not a bot filter's."""
    is_refusal = seen.status in _UNAUTHORISED and seen.words <= WALL_AT_MOST
    if is_refusal and (_is_closed(seen) or seen.said(ProblemKind.PAYWALL, "text") is not None):
        return _problem(f"The server refuses the article to readers without a subscription (status {seen.status}).")
    return None


def _problem(sentence: str) -> PageProblem:
    return PageProblem(ProblemKind.PAYWALL, sentence)


def _said(seen: Seen) -> str | None:
    ending = seen.said(ProblemKind.PAYWALL, "ending")
    if ending or seen.words > TEASER_AT_MOST or _is_free(seen):
        return ending
    is_closed = _is_closed(seen)
    if seen.words > WALL_AT_MOST and not is_closed:
        return None
    return seen.said(ProblemKind.PAYWALL, "text", needs=("closed",) if is_closed or seen.is_bare else ())


def _is_closed(seen: Seen) -> bool:
    """schema.org's mark for paywalled content on the article or a part of it, or Open Graph's content tier."""
    if any(tier.strip().lower() == "locked" for tier in seen.page.meta.get("article:content_tier", ())):
        return True
    declared = (*_declarations(seen), *seen.page.meta.get("isaccessibleforfree", ()))
    return any(_word(value) in _NO for value in declared)


def _is_free(seen: Seen) -> bool:
    values = [_word(node.get("isAccessibleForFree")) for node in seen.page.articles[:1]]
    return any(value in _YES for value in values) and not _is_closed(seen)


def _declarations(seen: Seen) -> list[object]:
    """What the page's own article, its parts and the page say; not what a list of other articles says of those."""
    others = set(map(id, seen.page.articles[1:]))
    return [node.get("isAccessibleForFree") for node in seen.page.json_ld if id(node) not in others]


def _word(value: object) -> str:
    return str(value).strip().lower().rpartition("/")[2]


def _has_rest(seen: Seen) -> bool:
    """Whether the part that JSON-LD declares as being behind the wall is in the page with its text: a metered wall."""
    parts = [node for node in seen.page.json_ld if node.get("cssSelector")][:_PARTS_READ]
    held = max((_words_of(seen, part) for part in parts), default=0)
    return held > TEASER_AT_MOST or held > _PART_SHARE * max(seen.words, WALL_AT_MOST)


def _words_of(seen: Seen, part: Node) -> int:
    selector = (jsonld.string(part.get("cssSelector")) or "").strip()
    if _word(part.get("isAccessibleForFree")) not in _NO or not _PLAIN_SELECTOR.fullmatch(selector):
        return 0
    return sum(count_words(element.text_content() or "") for element in select(seen.page.tree, selector))


def _is_beginning(seen: Seen) -> bool:
    main = seen.page.articles[:1]
    counted = (str(node.get("wordCount") or "") for node in main)
    whole = next((int(text) for text in counted if text.isdecimal() and len(text) < 9), 0)
    body = next((text for node in main if (text := jsonld.string(node.get("articleBody")))), "")
    return seen.words < _TEASER_SHARE * max(whole, count_words(body))
