"""What a rule knows of a change: the words on both sides, and the article around them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tracker.classify.foldings import letters_only
from tracker.classify.lexicon import spelling_language
from tracker.classify.vocabulary import Vocabulary
from tracker.classify.words import Shape, Token, tokens
from tracker.model import Kind

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAPITAL_IN_MID_SENTENCE = re.compile(r"(?<=[^\W\d_A-Z] )[^\W\d_]\w*|(?<=[^\W\d_A-Z], )[^\W\d_]\w*")


@dataclass(frozen=True)
class Context:
    """The language (None: unknown) with its word lists, and the new text."""

    language: str | None
    vocabulary: Vocabulary
    new_text: str

    @cached_property
    def spelling_language(self) -> str | None:
        """The code for the dictionaries, or None where they do not know the language."""
        return spelling_language(self.language)

    def count_elsewhere(self, word: str) -> int:
        """How often the word stands in the new text beside the place that changed."""
        return max(0, self._counts[word] - 1)

    def stands_in_mid_sentence(self, word: str) -> bool:
        """Whether the new text has the word, as it is capitalised, after a small letter or a comma."""
        return word in self._capitals_in_mid_sentence

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(_WORD.findall(self.new_text))

    @cached_property
    def _capitals_in_mid_sentence(self) -> frozenset[str]:
        return frozenset(_CAPITAL_IN_MID_SENTENCE.findall(self.new_text))


@dataclass(frozen=True)
class Side:
    """One side of a change: where it lies in its text, and in which sentence."""

    text: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int

    @property
    def content(self) -> str:
        return self.text[self.start : self.end]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.text, self.start, self.end)

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """Words and numbers, without signs."""
        return tuple(token for token in self.tokens if token.shape is not Shape.SIGN)

    @property
    def begins_sentence(self) -> bool:
        return not letters_only(self.text[self.sentence_start : self.start])

    def part(self, first: Token, last: Token) -> Side:
        return Side(self.text, first.start, last.end, self.sentence_start, self.sentence_end)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a change is, how sure that is (0 to 1), and why, in short words for a reader."""

    kind: Kind
    confidence: float
    reasons: tuple[str, ...]
