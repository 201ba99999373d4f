"""Which language a text is in, where nobody said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

# 120 letters of news were enough for the model on every one of 124 teasers tried; more letters only cost time.
_SAMPLE_CHARACTERS = 400
# Below this many characters (half a headline), a wrong guess is common enough that saying nothing is better.
_LEAST_CHARACTERS = 20
# The share of certainty below which the model's word is not taken.
_LEAST_CERTAINTY = 0.9
# A vote counts if the winner has so many different little words, and so many times the next one's; Danish and Norwegian
# share two thirds of theirs.
_LEAST_VOTES = 5
_LEAST_LEAD = 1.5

_WORD = re.compile(r"[^\W\d_]+")


def detected_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where that is not certain."""
    sample = text[:_SAMPLE_CHARACTERS]
    return _voted(sample) or _modelled(" ".join(sample.split()))


def _voted(sample: str) -> str | None:
    said = frozenset(_WORD.findall(sample.lower()))
    votes = sorted(((len(said & common), code) for code, common in _common_words().items()), reverse=True)
    (most, first), (second, _) = votes[:2]
    return first if most >= _LEAST_VOTES and most >= _LEAST_LEAD * second else None


@lru_cache(maxsize=1)
def _common_words() -> Mapping[str, frozenset[str]]:
    lists = tomllib.loads(files("tracker.classify").joinpath("common_words.toml").read_text(encoding="utf-8"))
    return {code: frozenset(common.split()) for code, common in lists.items()}


def _modelled(sample: str) -> str | None:
    if len(sample) < _LEAST_CHARACTERS:
        return None
    code, certainty = _detector()(sample)
    return code if certainty >= _LEAST_CERTAINTY else None


@lru_cache(maxsize=1)
def _detector() -> Callable[[str], tuple[str, float]]:
    # Loads numpy and a model in .7 s, and only a text without a declared language and with few common words needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - see above

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def detect(text: str) -> tuple[str, float]:
        code, certainty = identifier.classify(text)
        return str(code), float(certainty)

    return detect
