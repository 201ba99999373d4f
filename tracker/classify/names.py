"""A person, place or organisation that took another's place."""

from __future__ import annotations

from tracker.classify.context import Context, Finding, Side
from tracker.classify.foldings import bare
from tracker.classify.lexicon import in_dictionary, zipf
from tracker.classify.words import Token
from tracker.model import Kind

# Words in small letters that names hold: "Ursula von der Leyen", "the Bank of England".
# fmt: off
_PARTICLES = frozenset({
    "of", "the", "de", "la", "le", "les", "du", "des", "del", "della", "di", "da", "dos", "van", "von", "der", "den",
    "zu", "al", "bin", "ibn", "and", "und", "et", "y", "e", "en",
})
# fmt: on

# Endings of German names of people and places that are words as well: "Neumann", "Steinbach".
_ENDINGS_OF_NAMES = (
    "mann", "berg", "burg", "bach", "stein", "feld", "dorf", "heim", "hausen", "haus", "hof", "stadt", "wald", "thal",
    "brück", "bauer", "meister", "müller",
)  # fmt: skip
# Parts of a compound: their letters, and the Zipf frequency of a word in everybody's use (once in a million words).
_SHORTEST_PART = 3
_USUAL = 3.0

_UNLISTED = "in no dictionary"
_LONGEST_HEADLINE = 150
# Title case leaves short words small; of those with so many letters, nearly all have a capital.
_LONG_WORD = 4
_TITLE_CASE_SHARE = 0.8


def names(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if both sides are capitalised words in mid-sentence, with their titles and particles."""
    if not (old.words and new.words):
        return _title(old, new, context)
    reasons = _reason(old, context), _reason(new, context)
    if _UNLISTED in reasons and _may_be_first_name(old, context) and _may_be_first_name(new, context):
        return Finding(Kind.NAME, 0.7, (_UNLISTED, "capitalised, beside a name"))
    if reasons[0] is None or reasons[1] is None or bare(old.content) == bare(new.content):
        return None
    return Finding(Kind.NAME, 0.85, tuple(dict.fromkeys(reason for reason in reasons if reason)))


def _title(old: Side, new: Side, context: Context) -> Finding | None:
    """A first name or title put before a name, or dropped: it says who, in more or fewer words."""
    side = old if old.words else new
    if not side.words or side.words != side.tokens or context.language == "de" or _place_tells_nothing(side):
        return None
    if not all(token.is_capitalised and token.folded not in context.vocabulary.function_words for token in side.words):
        return None
    near = side.text[side.end : side.end + 2].strip()
    return Finding(Kind.NAME, 0.6, ("capitalised, beside a name",)) if near[:1].isupper() else None


def _may_be_first_name(side: Side, context: Context) -> bool:
    """Whether the side is one capitalised word before another: "Joshua" in "Joshua Nelson"."""
    if len(side.words) != 1 or context.language == "de" or not side.words[0].is_capitalised:
        return False
    if side.words[0].folded in context.vocabulary.function_words:
        return False
    following = side.text[side.end : min(side.end + 2, side.sentence_end)]
    return following[:1] == " " and following[1:].isupper()


def _reason(side: Side, context: Context) -> str | None:
    """Why the side reads as a name; None where it does not."""
    found = side.words
    little = context.vocabulary.function_words
    capitalised = [token for token in found if token.is_capitalised and token.folded not in little]
    others = [token for token in found if not (token.is_capitalised or _follows_dot(token, side))]
    if not capitalised or any(token.folded not in _PARTICLES for token in others):
        return None
    if any(token.folded.rstrip(".") in context.vocabulary.titles for token in capitalised) and len(found) > 1:
        return "a title stands before it"
    if context.language == "de":  # every noun is capitalised
        is_name = all(_is_unlisted(token, context) and not _is_compound(token.folded, "de") for token in capitalised)
        return _UNLISTED if is_name else None
    return _reason_by_place(side, capitalised, len(others), context)


def _follows_dot(token: Token, side: Side) -> bool:
    """Whether the word is the second part of one like "Notify.gov"."""
    before = side.text[max(side.start, token.start - 2) : token.start]
    return len(before) == 2 and before[1] == "." and before[0].isalnum()


def _reason_by_place(side: Side, capitalised: list[Token], particles: int, context: Context) -> str | None:
    if not _place_tells_nothing(side):
        return "capitalised in mid-sentence"
    if len(capitalised) > 1 and not particles:
        return "several capitalised words"
    if context.stands_in_mid_sentence(capitalised[0].text):
        return "capitalised in mid-sentence elsewhere"
    return _UNLISTED if _is_unlisted(capitalised[0], context) else None


def _place_tells_nothing(side: Side) -> bool:
    """At the start of a sentence, and in a headline that capitalises every word, a capital is no sign of a name."""
    if side.begins_sentence:
        return True
    if side.sentence_end - side.sentence_start > _LONGEST_HEADLINE:
        return False
    around = side.text[side.sentence_start : side.start] + " " + side.text[side.end : side.sentence_end]
    long_words = [word for word in around.split() if len(word) >= _LONG_WORD and word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long_words)
    return len(long_words) >= 2 and capitals >= _TITLE_CASE_SHARE * len(long_words)


def _is_compound(word: str, language: str) -> bool:
    """Whether two usual words make up the word, which is not usual itself: "Kostümrennen"."""
    if word.endswith(_ENDINGS_OF_NAMES) or zipf(word, language) >= _USUAL:
        return False
    return any(
        _is_usual(word[:at], language) and _is_usual(word[at:], language)
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    )


def _is_usual(part: str, language: str) -> bool:
    return zipf(part, language) >= _USUAL and in_dictionary(part, language)


def _is_unlisted(token: Token, context: Context) -> bool:
    language = context.spelling_language
    return language is not None and not in_dictionary(token.text, language)
