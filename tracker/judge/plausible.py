"""Can this be another version of the same article? What cannot is doubted until a second look shows it again."""

from __future__ import annotations

from itertools import pairwise

from tracker.model import Extract

# Two texts that share fewer of their neighbouring word pairs than this are hardly two versions of one article. Of 576
# consecutive version pairs of real posts, encyclopedia articles and policies, 8 share less; of different documents, cut
# to 10 words or more, 97 in 100 do. A second like look settles the doubt (`benchmarks/replay.py` runs them all).
# Headlines do not count: many pages that have lost their article keep its headline, over "Loading".
_SAME_ARTICLE_SHARE = 0.20
_WORDS_TO_TELL = 40  # of the known text; with fewer, an edit of one sentence may be all of it
# A first report of one or two paragraphs is often written anew from end to end as the story grows, and keeps what it is
# about. Of the first paragraphs of real documents, beside other ones of the same document, 52 in 100 find this share of
# their longer words again, and at least so many; beside another document, 3 in 100.
_BRIEF = 100  # words
_TOPIC_SHARE = 0.20
_TOPIC_WORDS = 3
_LETTERS_OF_TOPIC = 5  # shorter words are mostly those that stand in every text
# A page that lost this much of a text of some length has rather lost its script, or shows a teaser.
_LEFT_OF_THE_TEXT = 0.25
_LONG_ENOUGH_TO_LOSE = 100  # words; of the 576 pairs, none between this and 400 loses as much

_SIGNS = ".,:;!?()[]\"'“”‘’„«»–—…"


def doubt(before: Extract, seen: Extract) -> str | None:
    """Why the change from `before` to `seen` is hard to believe, in a short phrase; None: it is not."""
    old, new = (extract.text.lower().split() for extract in (before, seen))
    if len(old) >= _WORDS_TO_TELL and not (_shares_phrases(old, new) or _is_brief_written_anew(old, new)):
        return "almost nothing of the known text is in the page"
    if len(old) >= _LONG_ENOUGH_TO_LOSE and len(new) < _LEFT_OF_THE_TEXT * len(old):
        return f"only {len(new):,} of {len(old):,} words are left in the page"
    return None


def _shares_phrases(old: list[str], new: list[str]) -> bool:
    """Whether enough of the neighbouring words of the smaller text are neighbours in the other. One word has none."""
    old_pairs, new_pairs = set(pairwise(old)), set(pairwise(new))
    fewest = max(1, min(len(old_pairs), len(new_pairs)))
    return len(old_pairs & new_pairs) >= _SAME_ARTICLE_SHARE * fewest


def _is_brief_written_anew(old: list[str], new: list[str]) -> bool:
    """Whether a text of few words was replaced by one on the same topic."""
    if len(old) > _BRIEF:
        return False
    known, seen = _topic(old), _topic(new)
    shared = len(known & seen)
    return shared >= max(_TOPIC_WORDS, _TOPIC_SHARE * min(len(known), len(seen)))


def _topic(words: list[str]) -> set[str]:
    return {word for word in (word.strip(_SIGNS) for word in words) if len(word) >= _LETTERS_OF_TOPIC}
