"""How frequent words are, in little memory.

wordfreq holds a language as a list and a dictionary of strings, 30 to 115 MB each, and never lets go of it: five
languages made a daemon of 660 MB. Here a language is three arrays, 5 to 13 MB, and a look-up is a binary search of
some microseconds. Tokens, and how those of one word are combined, stay wordfreq's own.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_HELD_LANGUAGES = 8  # as many as simplemma's dictionaries that are held at a time


@dataclass(frozen=True, slots=True)
class FrequencyTable:
    """The words of a language in the order of their UTF-8 bytes, with their frequencies."""

    words: bytes  # one after the other
    starts: Sequence[int]  # of each word in `words`, and the end of the last one
    centibels: Sequence[int]  # 100 times the negative decimal logarithm of a word's share of all words

    def centibels_of(self, word: str) -> int | None:
        """None: the table does not hold the word."""
        wanted = word.encode("utf-8", "surrogatepass")
        at = bisect_left(range(len(self.centibels)), wanted, key=self._word)
        if at == len(self.centibels) or self._word(at) != wanted:
            return None
        return self.centibels[at]

    def _word(self, at: int) -> bytes:
        return self.words[self.starts[at] : self.starts[at + 1]]


def table_of(bands: Iterable[Iterable[str]]) -> FrequencyTable:
    """A table of words by band, each band one centibel below the one before, as wordfreq's files have them.

    The bands are used up. A word in two bands counts in the first.
    """
    entries: dict[bytes, int] = {}
    for centibels, band in enumerate(bands):
        for word in band:
            entries.setdefault(word.encode(), centibels)
    ordered = sorted(entries)
    starts = array("I", [0])
    for encoded in ordered:
        starts.append(starts[-1] + len(encoded))
    return FrequencyTable(b"".join(ordered), starts, array("H", [entries[encoded] for encoded in ordered]))


def zipf_frequency(word: str, language: str) -> float:
    """Zipf frequency, as wordfreq's function of that name gives it; 0.0 for a word never seen.

    A word of several tokens ("well-known") is rarer than each of them: 1/f = 1/f1 + 1/f2.
    """
    from wordfreq.numbers import digit_freq, smash_numbers  # noqa: PLC0415 - loads in 0.1 s, and few look-ups need it
    from wordfreq.tokens import lossy_tokenize  # noqa: PLC0415 - the same

    table = _table(language)
    one_over = 0.0
    for token in lossy_tokenize(word, language):
        smashed = smash_numbers(token)
        centibels = table.centibels_of(smashed)
        if centibels is None:
            return 0.0
        share = 10 ** (-centibels / 100) * (digit_freq(token) if smashed != token else 1.0)
        one_over += 1 / share
    return max(round(math.log10(1 / one_over) + 9, 2), 0.0) if one_over else 0.0


@lru_cache(maxsize=_HELD_LANGUAGES)
def _table(language: str) -> FrequencyTable:
    from wordfreq import available_languages, read_cBpack  # noqa: PLC0415 - as above

    path = available_languages("best")[language]
    return table_of(read_cBpack(path))
