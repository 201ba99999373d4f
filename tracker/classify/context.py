"""What a rule knows of a change: the words on both sides, and the article around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracker.classify.language import detected_language
from tracker.classify.lexicon import spelling_language
from tracker.classify.vocabulary import Vocabulary, vocabulary
from tracker.classify.words import Shape, Token, tokens
from tracker.model import Kind

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# The place before a word that stands alone, and the place before one in mid-sentence: asked at one place at a time, as
# a search for the word itself is much faster than any pattern.
_WORD_STARTS = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]['’])")
_WORD_ENDS = re.compile(r"(?!['’]?[^\W\d_])")
_MID_SENTENCE = re.compile(r"(?<=[^\W\d_A-Z] )|(?<=[^\W\d_A-Z], )")
_NO_WORD_GOES_ON = re.compile(r"(?!\w)")


@dataclass(frozen=True)
class Context:
    """What holds for the whole comparison: the language with its word lists, and the text around a change.

    `declared` is the language that somebody named. Without one it is detected when a rule first asks for it: many
    comparisons hold nothing that a language could tell.
    """

    declared: str | None
    old_text: str
    new_text: str

    @cached_property
    def language(self) -> str | None:
        """ISO 639-1; None: unknown."""
        return self.declared or detected_language(self.new_text) or detected_language(self.old_text)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.language)

    @cached_property
    def spelling_language(self) -> str | None:
        """The code for the dictionaries, or None where they do not know the language."""
        return spelling_language(self.language)

    def count_elsewhere(self, word: str) -> int:
        """How often the word stands in the new text beside the place that changed."""
        if self.new_text.count(word) <= 1:
            return 0
        return max(0, sum(_stands_alone(self.new_text, word, place) for place in _places(self.new_text, word)) - 1)

    def stands_in_mid_sentence(self, word: str) -> bool:
        """Whether the new text has the word, as it is capitalised, after a small letter or a comma."""
        text = self.new_text
        return any(
            _MID_SENTENCE.match(text, place) is not None and _NO_WORD_GOES_ON.match(text, place + len(word)) is not None
            for place in _places(text, word)
        )


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _stands_alone(text: str, word: str, place: int) -> bool:
    return _WORD_STARTS.match(text, place) is not None and _WORD_ENDS.match(text, place + len(word)) is not None


@dataclass(slots=True)
class Side:
    """One side of a change: where it lies in its text, and in which sentence. Its tokens are cut when asked for."""

    text: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    _tokens: tuple[Token, ...] | None = None
    _words: tuple[Token, ...] | None = None

    @property
    def content(self) -> str:
        return self.text[self.start : self.end]

    @property
    def tokens(self) -> tuple[Token, ...]:
        if self._tokens is None:
            self._tokens = tokens(self.text, self.start, self.end)
        return self._tokens

    @property
    def words(self) -> tuple[Token, ...]:
        """Words and numbers, without signs."""
        if self._words is None:
            self._words = tuple([token for token in self.tokens if token.shape is not Shape.SIGN])
        return self._words

    @property
    def begins_sentence(self) -> bool:
        return _LETTER_OR_DIGIT.search(self.text, self.sentence_start, self.start) is None

    def part(self, first: Token, last: Token) -> Side:
        return Side(self.text, first.start, last.end, self.sentence_start, self.sentence_end)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a change is, how sure that is (0 to 1), and why, in short words for a reader."""

    kind: Kind
    confidence: float
    reasons: tuple[str, ...]
