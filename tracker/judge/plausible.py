"""Can this be another version of the same article? What cannot is doubted until a second look shows it again."""

from __future__ import annotations

from itertools import pairwise

from tracker.model import Extract

# Two texts that share fewer of their neighbouring word pairs than this are hardly two versions of one article. Of 642
# consecutive version pairs of real posts, encyclopedia articles and policies, 8 share less; of pairs of different
# documents of one source 95 in 100 do. A second like look settles the doubt (`benchmarks/replay.py` runs them all).
_SAME_ARTICLE_SHARE = 0.20
_WORDS_TO_TELL = 40  # different words; below this a share says nothing
# A page that lost this much of a text of some length has rather lost its script, or shows a teaser.
_LEFT_OF_THE_TEXT = 0.25
_LONG_ENOUGH_TO_LOSE = 150  # words


def doubt(before: Extract, seen: Extract) -> str | None:
    """Why the change from `before` to `seen` is hard to believe, in a short phrase; None: it is not."""
    if not _is_same_article(before, seen):
        return "almost nothing of the known text is in the page"
    old_count, new_count = (sum(len(text.split()) for text in extract.paragraphs) for extract in (before, seen))
    if old_count >= _LONG_ENOUGH_TO_LOSE and new_count < _LEFT_OF_THE_TEXT * old_count:
        return f"only {new_count:,} of {old_count:,} words are left in the page"
    return None


def _is_same_article(old: Extract, new: Extract) -> bool:
    old_words, new_words = (f"{extract.headline or ''} {extract.text}".lower().split() for extract in (old, new))
    if min(len(set(old_words)), len(set(new_words))) < _WORDS_TO_TELL:
        return True
    old_pairs, new_pairs = (set(pairwise(words)) for words in (old_words, new_words))
    return len(old_pairs & new_pairs) >= _SAME_ARTICLE_SHARE * min(len(old_pairs), len(new_pairs))
