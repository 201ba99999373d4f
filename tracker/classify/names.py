"""A person, place or organisation that took another's place."""

from __future__ import annotations

from tracker.classify.context import Context, Finding, Side
from tracker.classify.foldings import bare
from tracker.classify.lexicon import in_dictionary, keeps_capital, zipf
from tracker.classify.proper_names import is_always_name, is_country, is_german_name, is_unlisted, may_be_name
from tracker.classify.words import Shape, Token, folded_words
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

# What makes another word of a name, and names nobody else: "Iran" and "Iranian".
_DERIVED = frozenset({"n", "an", "ian", "i", "s", "er"})
_AROUND = 24  # characters: enough for the word before or behind
_NO_NOUN = "a name, and no noun"
_UNLISTED = "in no dictionary"
_LONGEST_HEADLINE = 150
# Title case leaves short words small; of those with so many letters, nearly all have a capital.
_LONG_WORD = 4
_TITLE_CASE_SHARE = 0.8


def names(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if both sides read as names: by their capitals, by their company, or by what dictionaries say."""
    if not (old.words and new.words):
        return _title(old, new, context)
    reasons = _reason(old, context), _reason(new, context)
    if _UNLISTED in reasons and _may_be_first_name(old, context) and _may_be_first_name(new, context):
        return Finding(Kind.NAME, 0.7, (_UNLISTED, "capitalised, beside a name"))
    return None if _is_same_name(old, new, context) else _by_reasons(old, new, reasons, context)


def _by_reasons(old: Side, new: Side, reasons: tuple[str | None, str | None], context: Context) -> Finding | None:
    proofs = tuple(dict.fromkeys(reason for reason in reasons if reason))
    if None not in reasons:
        is_vague = _NO_NOUN in proofs and len(old.words) == 1
        return Finding(Kind.NAME, 0.75 if is_vague else 0.85, proofs)
    if not all(reason or _may_be_name(side, context) for reason, side in zip(reasons, (old, new), strict=True)):
        return None
    witness = proofs or _witness(old, new, context)
    return Finding(Kind.NAME, 0.75, (*witness, "both may be names")) if witness else None


def _is_same_name(old: Side, new: Side, context: Context) -> bool:
    """Whether one is the other with something put to it: a possessive, what makes another word of it, a label."""
    a, b = old.content, new.content
    if bare(a) == bare(b) or (place_tells_nothing(old) and _is_derived(a, b)):
        return True
    return context.language == "de" and (a in b or b in a)  # "Südafrika", "Meinung: Südafrika"


def _is_derived(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long.startswith(short) and long[len(short) :] in _DERIVED


def _title(old: Side, new: Side, context: Context) -> Finding | None:
    """A first name or title put before a name, or dropped: it says who, in more or fewer words."""
    side = old if old.words else new
    if not side.words or side.words != side.tokens or context.language == "de" or place_tells_nothing(side):
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
        if all(_is_strange(token, context) for token in capitalised):
            return _UNLISTED
        return _reason_in_german(side, capitalised, context)
    return _reason_by_place(side, capitalised, len(others), context)


def _may_be_name(side: Side, context: Context) -> bool:
    """Whether the side is capitalised words of which dictionaries allow that they are names."""
    language = context.spelling_language
    if language is None or not all(token.is_capitalised for token in side.words):
        return False
    if any(token.folded in context.vocabulary.function_words for token in side.words):
        return False
    if language == "de":
        is_alone = len(side.words) == len(side.tokens) > 1 and not _follows_article(side, context)
        return is_alone and all(keeps_capital(token.text, "de") for token in side.words)
    return len(side.words) == 1 and may_be_name(side.words[0].text, language)


def _witness(old: Side, new: Side, context: Context) -> tuple[str, ...]:
    """What speaks for names where a capital does not: a word that is nothing but a name, or what stands around it."""
    language = context.spelling_language
    if language is None or language == "de":
        return ()
    if any(is_always_name(side.words[0].text, language) for side in (old, new)):
        return ("a name in dictionaries",)
    before = folded_words(new.text[max(new.sentence_start, new.start - _AROUND) : new.start])
    if before and before[-1] in context.vocabulary.titles:
        return ("a title stands before it",)
    after = folded_words(new.text[new.end : min(new.sentence_end, new.end + _AROUND)])
    return ("it speaks",) if after and after[0] in context.vocabulary.attribution_verbs else ()


def _follows_article(side: Side, context: Context) -> bool:
    before = folded_words(side.text[max(side.sentence_start, side.start - _AROUND) : side.start])
    return bool(before) and before[-1] in context.vocabulary.articles


def _follows_dot(token: Token, side: Side) -> bool:
    """Whether the word is the second part of one like "Notify.gov"."""
    before = side.text[max(side.start, token.start - 2) : token.start]
    return len(before) == 2 and before[1] == "." and before[0].isalnum()


def _reason_in_german(side: Side, capitalised: list[Token], context: Context) -> str | None:
    """Every noun is capitalised, so that lists of names and the missing article must tell."""
    if all(is_country(token.text, "de") for token in capitalised):
        return "a country"
    if any(token.shape is Shape.SIGN and token.text != "-" for token in side.tokens):
        return None
    if _follows_article(side, context) or not all(may_be_name(token.text, "de") for token in capitalised):
        return None
    is_name = any(is_german_name(token.text) or _is_strange(token, context) for token in capitalised)
    return _NO_NOUN if is_name else None


def _is_strange(token: Token, context: Context) -> bool:
    return _is_unlisted(token, context) and not _is_compound(token.folded, "de")


def _reason_by_place(side: Side, capitalised: list[Token], particles: int, context: Context) -> str | None:
    if not place_tells_nothing(side):
        return "capitalised in mid-sentence"
    if len(capitalised) > 1 and not particles:
        return "several capitalised words"
    if context.stands_in_mid_sentence(capitalised[0].text):
        return "capitalised in mid-sentence elsewhere"
    language = context.spelling_language
    if language is not None and len(capitalised) == 1 and is_country(capitalised[0].text, language):
        return "a country"
    return _UNLISTED if _is_unlisted(capitalised[0], context) else None


def place_tells_nothing(side: Side) -> bool:
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
    return language is not None and is_unlisted(token.text, language)
