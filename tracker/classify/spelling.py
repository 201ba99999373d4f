"""A word and the word that took its place: another form of it, a misspelling set right (or broken), or another word."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from tracker.classify.context import Context, Finding
from tracker.classify.foldings import bare, letters_only, plain_signs, without_diacritics
from tracker.classify.lexicon import base_form, in_dictionary, keeps_capital, zipf
from tracker.classify.words import Token
from tracker.model import Kind

# Measured on 3,170 single-word pairs: nearly all misspellings differ by one or two letters put in, left out, replaced
# or swapped; at three, other words outnumber them.
_MOST_EDITS = 2
# Short words have too many neighbours at distance two ("cat", "can't"), so they get one edit.
_SHORT_WORD = 4
# Zipf frequency under which a word that no dictionary holds is hardly ever meant (precision .99, against .97 without).
_RARE = 2.0
# A common misspelling ("teh", "recieve") is frequent enough to be counted; the right word is 30 times as frequent.
_TELLING_GAP = 1.5
# Dictionaries hold words that nobody writes ("lits", "fers"): so rare, beside a word more than 100 times as frequent.
_OBSCURE = 2.9
_HUGE_GAP = 2.0
# From this frequency on, a word that the dictionary lacks is a word all the same (new, foreign, a name).
_COMMON = 3.3
# Unknown names one letter apart are one name spelt twice more often than two; with fewer letters, not so.
_NAME_LETTERS = 5
# An unknown capitalised word with fewer letters is as often a name one letter away from a word ("Herve", "Here").
_SHORTEST_CAPITAL = 6
# Letters in which three slips still leave a word that can be recognised.
_LONG_WORD = 8

# Words whose regional form is kept: the patterns are many, and an edit mostly concerns common words.
_CACHE_SIZE = 5_000

# British and American spelling, reduced to one form; only compared with each other, so it need not be a word.
_REGIONAL = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"is(e|es|ed|ing|er|ers|ation|ations|able)$", r"iz\1"),
        (r"ys(e|es|ed|ing|er|ers)$", r"yz\1"),
        (r"our", "or"),
        (r"([bcdgptv])re(s|d)?$", r"\1er\2"),
        (r"([lps])\1(ed|ing|er|ers|or|ors|ment|ments|ful|fully|s)?$", r"\1\2"),
        (r"ae|oe", "e"),
        (r"ogue(s?)$", r"og\1"),
        (r"ence(s?)$", r"ense\1"),
        (r"mme(s?)$", r"m\1"),
        (r"dgement", "dgment"),
        (r"wards$", "ward"),
        (r"grey", "gray"),
        (r"cenc", "cens"),
        (r"tyre", "tire"),
        (r"(?<=[aeiou])(?:lled|ll)(?=$)", "l"),
    )
)

_OTHER_FORM = Finding(Kind.VARIANT, 0.85, ("another form of the same word",))


def other_form(old: str, new: str, context: Context) -> Finding | None:
    """Whether both are accepted forms of one word; None where they are not, or where that is not known."""
    a, b = plain_signs(old).casefold(), plain_signs(new).casefold()
    language = context.spelling_language
    if language is None:
        return None
    if {a, b} <= context.vocabulary.auxiliaries and base_form(a, language) == base_form(b, language):
        return _OTHER_FORM  # "are" and "were": the verbs whose forms differ in every letter
    if without_diacritics(a[0])[:1] != without_diacritics(b[0])[:1]:
        return None
    if bare(a) == bare(b):
        return Finding(Kind.VARIANT, 0.8, ("with and without a possessive ’s",))
    if without_diacritics(a) == without_diacritics(b) and not _are_two_words(old, new, language):
        return Finding(Kind.VARIANT, 0.9, ("only diacritics differ",))
    return _accepted(old, new, language) if _is_word(old, language) and _is_word(new, language) else None


def _are_two_words(old: str, new: str, language: str) -> bool:
    """Whether the accent makes another word: German "schon" and "schön". English writes its few accents as it likes."""
    if language == "en" or not (in_dictionary(old, language) and in_dictionary(new, language)):
        return False
    return base_form(old, language) != base_form(new, language)


def _accepted(old: str, new: str, language: str) -> Finding | None:
    """Whether two words of the language are spellings or inflections of one."""
    a, b = old.casefold(), new.casefold()
    if _regional(a) == _regional(b):
        return Finding(Kind.VARIANT, 0.95, ("both spellings are accepted",))
    is_slip = _is_obscure(old, new, language) or _is_obscure(new, old, language)
    if base_form(old, language) == base_form(new, language) and a[:2] == b[:2] and not is_slip:
        return _OTHER_FORM
    return None


@lru_cache(maxsize=_CACHE_SIZE)
def _regional(word: str) -> str:
    for pattern, replacement in _REGIONAL:
        word = pattern.sub(replacement, word)
    return word


def _is_word(word: str, language: str) -> bool:
    return in_dictionary(word, language) or zipf(word, language) >= _COMMON


def respelling(old: Token, new: Token, context: Context, *, is_capital_mute: bool = False) -> Finding | None:
    """Whether a misspelt word was set right, or a right one broken; None where nothing speaks for it.

    `is_capital_mute`: the words begin a sentence, or stand in a headline that capitalises all: no sign of a name.
    """
    language = context.spelling_language
    if language is None or not looks_alike(old.text, new.text):
        return None if language is None else _garbled(old.text, new.text, language)
    if _is_misspelt(old.text, new.text, language, is_name=_is_name(new, language, is_capital_mute=is_capital_mute)):
        reasons = (f"“{old.text}” is in no dictionary", *_elsewhere(new.text, context))
        return Finding(Kind.SPELLING, 0.97, reasons)
    if _is_misspelt(new.text, old.text, language, is_name=_is_name(old, language, is_capital_mute=is_capital_mute)):
        return Finding(Kind.SPELLING, 0.9, (f"“{new.text}” is in no dictionary, “{old.text}” is right",))
    if _is_obscure(old.text, new.text, language) and not new.is_capitalised:
        return Finding(Kind.SPELLING, 0.8, (f"“{old.text}” is hardly ever written",))
    if _is_obscure(new.text, old.text, language) and not old.is_capitalised:
        return Finding(Kind.SPELLING, 0.75, (f"“{new.text}” is hardly ever written",))
    return _unknown_names(old.text, new.text, language, context)


def looks_alike(old: str, new: str) -> bool:
    """Whether two words are so few letters apart that one may be a slip for the other."""
    a, b = letters_only(old).casefold(), letters_only(new).casefold()
    if a == b or min(len(a), len(b)) < 2 or abs(len(a) - len(b)) > _MOST_EDITS or not (a.isalpha() and b.isalpha()):
        return False
    most = 1 if min(len(a), len(b)) <= _SHORT_WORD else _MOST_EDITS
    return DamerauLevenshtein.distance(a, b, score_cutoff=most) <= most


def _garbled(old: str, new: str, language: str) -> Finding | None:
    """Three letters off in a long word that nobody ever wrote: "precessence" for "presence"."""
    a, b = letters_only(old).casefold(), letters_only(new).casefold()
    if min(len(a), len(b)) < _LONG_WORD or a[0] != b[0] or DamerauLevenshtein.distance(a, b, score_cutoff=3) > 3:
        return None
    if in_dictionary(old, language) or zipf(old, language) > 0 or not in_dictionary(new, language):
        return None
    return Finding(Kind.SPELLING, 0.8, (f"“{old}” is in no dictionary",))


def _is_name(token: Token, language: str, *, is_capital_mute: bool) -> bool:
    """Whether the right word is a name; what resembles it may then be another name, unknown to the dictionary."""
    return token.is_capitalised and (not is_capital_mute or keeps_capital(token.text, language))


def _is_misspelt(wrong: str, right: str, language: str, *, is_name: bool) -> bool:
    """Whether one word is in no dictionary and hardly ever written, and the other is a word."""
    if in_dictionary(wrong, language):
        return False
    frequency, other = zipf(wrong, language), zipf(right, language)
    if not in_dictionary(right, language) and other < _RARE:
        return False
    if frequency < _RARE:
        return True
    # A slip hardly ever hits the first letter; a foreign word is as likely one letter away there ("auch", "much").
    return _is_slip(wrong, right) and not is_name and frequency < _COMMON and other - frequency >= _TELLING_GAP


def _is_slip(wrong: str, right: str) -> bool:
    """Whether letters changed places, or one behind the first is wrong; not in a short capitalised word: a name."""
    a, b = wrong.casefold(), right.casefold()
    if wrong[:1].isupper() and not right[:1].isupper():
        return False
    may_be_name = wrong[:1].isupper() and min(len(a), len(b)) < _SHORTEST_CAPITAL
    return sorted(a) == sorted(b) or (a[0] == b[0] and not may_be_name)


def _is_obscure(wrong: str, right: str, language: str) -> bool:
    if not (in_dictionary(wrong, language) and in_dictionary(right, language)):
        return False
    frequency = zipf(wrong, language)
    if wrong[:1].casefold() != right[:1].casefold():
        return False
    one_slip = DamerauLevenshtein.distance(wrong.casefold(), right.casefold(), score_cutoff=1) == 1
    return one_slip and frequency < _OBSCURE and zipf(right, language) - frequency >= _HUGE_GAP


def _unknown_names(old: str, new: str, language: str, context: Context) -> Finding | None:
    """Neither spelling is known: a name set right, if both begin alike and are long enough."""
    if min(len(old), len(new)) < _NAME_LETTERS or old[:1] != new[:1]:
        return None
    if in_dictionary(old, language) or in_dictionary(new, language):
        return None
    if zipf(old, language) >= _RARE or zipf(new, language) >= _RARE:
        return None
    elsewhere = _elsewhere(new, context)
    reasons = ("neither spelling is known", "they are a letter or two apart", *elsewhere)
    return Finding(Kind.SPELLING, 0.8 if elsewhere else 0.65, reasons)


def _elsewhere(word: str, context: Context) -> tuple[str, ...]:
    count = context.count_elsewhere(word)
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return (f"the new spelling stands {times} elsewhere in the article",) if count else ()
