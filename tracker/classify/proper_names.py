"""What dictionaries tell of names: which words may be one, and which can be nothing else."""

from __future__ import annotations

from functools import lru_cache

from tracker.classify.lexicon import base_form, in_dictionary, keeps_capital, zipf

# Dictionaries of some languages lack words of every day (French "toujours", 5.9); names stay below this Zipf frequency.
_EVERYDAY = 5.0
# A German name stands in English texts too, and less than a hundred times as rarely ("Hamburg": 5.2 and 3.6); a noun
# that English knows from titles is rarer there ("Haus": 5.4 and 2.8).
_KNOWN_ABROAD = 2.0
_GAP_ABROAD = 1.9
# Endings of German nouns. An -s has a name in the genitive, too.
_CASES = ("e", "en", "n", "er", "ern", "es")
_PLURALS = (("um", "en"), ("a", "en"), ("us", "en"))


def may_be_name(word: str, language: str) -> bool:
    """Whether a capitalised word can be a name: the dictionary lists it with its capital, or not at all."""
    return keeps_capital(word, language) or is_unlisted(word, language)


def is_always_name(word: str, language: str) -> bool:
    """Whether it can be nothing else, as Paris and Biden can, and Smith, Hope and May cannot."""
    if is_country(word, language) or is_unlisted(word, language):
        return True
    return keeps_capital(word, language) and base_form(word, language)[:1].isupper()


def is_unlisted(word: str, language: str) -> bool:
    """Whether no dictionary holds the word, and it is not so frequent that this is the dictionary's fault."""
    return not in_dictionary(word, language) and zipf(word, language) < _EVERYDAY


def is_german_name(word: str) -> bool:
    """Whether English knows the German word too, as a name, and German does not inflect it as it does nouns."""
    if in_dictionary(word, "en") and (not keeps_capital(word, "en") or zipf(f"{word}s", "en") >= _KNOWN_ABROAD):
        return False
    abroad = zipf(word, "en")
    return abroad >= _KNOWN_ABROAD and zipf(word, "de") - abroad < _GAP_ABROAD and not _is_inflected_noun(word)


def _is_inflected_noun(word: str) -> bool:
    forms = [word + ending for ending in _CASES] + [
        word[: -len(old)] + new for old, new in _PLURALS if word.endswith(old)
    ]
    return any(in_dictionary(form, "de") and base_form(form, "de") == base_form(word, "de") for form in forms)


def is_country(word: str, language: str) -> bool:
    """Whether CLDR has a country or territory of that name, in one word."""
    return word in _countries(language)


@lru_cache(maxsize=32)
def _countries(language: str) -> frozenset[str]:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loads locale data, and only names need it

    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(name for name in territories.values() if name.isalpha() and name[:1].isupper())
