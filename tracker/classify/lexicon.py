"""What is known of a word in a language: how frequent it is, whether a dictionary holds it, what its base form is.

Frequencies are wordfreq's Zipf values (log10 of occurrences in a billion words: "the" is 7.7, a rare word 2, unheard of
0). Dictionary and base forms are simplemma's, in its form that spares memory: a German dictionary takes 15 MB instead
of 117, and a look-up some microseconds. Both load a language when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tracker.classify.foldings import bare
from tracker.classify.frequencies import zipf_frequency

# A look-up costs about a microsecond, the same words are asked for again and again within one revision.
_CACHE_SIZE = 20_000

# What simplemma and wordfreq both cover. Elsewhere (Chinese, Japanese ...) a "word" is no unit of spelling.
# fmt: off
SPELT_LANGUAGES = frozenset({
    "bg", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hu", "id", "is", "it", "lt",
    "lv", "mk", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk",
})
# fmt: on


def spelling_language(language: str | None) -> str | None:
    """The code under which dictionaries know a language, or None where nothing can be said of its spelling."""
    if language is None:
        return None
    code = language.split("-")[0].split("_")[0].lower()
    code = {"no": "nb", "nn": "nb"}.get(code, code)
    return code if code in SPELT_LANGUAGES else None


@lru_cache(maxsize=_CACHE_SIZE)
def zipf(word: str, language: str) -> float:
    """Zipf frequency of a word, 0.0 for one never seen. `language` is one of SPELT_LANGUAGES."""
    return zipf_frequency(bare(word).lower(), language)


@lru_cache(maxsize=_CACHE_SIZE)
def in_dictionary(word: str, language: str) -> bool:
    """Whether the dictionary holds the word, as it stands or in lower case (it may begin a sentence)."""
    plain = bare(word)
    known, _ = _dictionary()
    return known(plain, language) or known(plain.lower(), language)


@lru_cache(maxsize=_CACHE_SIZE)
def base_form(word: str, language: str) -> str:
    """The dictionary form: "walked" and "walks" give "walk". A word that is not known is its own base form."""
    _, lemmatize = _dictionary()
    return lemmatize(bare(word).lower(), language)


@lru_cache(maxsize=_CACHE_SIZE)
def keeps_capital(word: str, language: str) -> bool:
    """Whether the dictionary lists the capitalised word with its capital: Paris, Smith and Hope, but no Officials."""
    known, lemmatize = _dictionary()
    plain = bare(word)
    return known(plain, language) and lemmatize(plain, language)[:1].isupper()


@lru_cache(maxsize=1)
def _dictionary() -> tuple[Callable[[str, str], bool], Callable[[str, str], str]]:
    import simplemma  # noqa: PLC0415 - loads a dictionary of some megabytes, and only a changed word needs it

    def known(word: str, language: str) -> bool:
        return bool(simplemma.is_known(word, lang=language, low_memory=True))

    def lemmatize(word: str, language: str) -> str:
        return str(simplemma.lemmatize(word, lang=language, low_memory=True))

    return known, lemmatize
