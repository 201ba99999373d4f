"""Numbers read as values, so that "1,500" and "1.5 thousand" are the same and 12 and 21 are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from tracker.classify.vocabulary import Vocabulary
from tracker.classify.words import Shape, Token

_CURRENCIES = {
    "dollar": ("$", "dollar", "dollars", "usd", "us$", "dólar", "dólares", "dollari", "dólar", "dolar"),
    "euro": ("€", "euro", "euros", "eur"),
    "pound": ("£", "pound", "pounds", "gbp", "sterling", "pfund", "livres", "libras"),
    "yen": ("¥", "yen", "jpy"),
    "rupee": ("₹", "rupee", "rupees", "inr"),
    "rouble": ("₽", "rouble", "roubles", "ruble", "rubles", "rubel", "rublos", "rubli"),
    "won": ("₩", "krw"),
    "franc": ("chf", "franken", "francs"),
    "krona": ("kr", "kronor", "kroner", "krone", "krona", "sek", "nok", "dkk"),
    "zloty": ("zł", "zloty", "złoty", "złotych", "pln"),
}  # fmt: skip
_CURRENCY = {word: name for name, words in _CURRENCIES.items() for word in words}
_PERCENT = frozenset({"%", "percent", "pc", "pct", "prozent", "procent", "prosent", "percento", "prosenttia"})
# The first word of "per cent", "pour cent", "por ciento", "per cento", "por cento".
_PER = {"per": ("cent", "cento"), "pour": ("cent",), "por": ("ciento", "cento")}
_NUMBER = re.compile(r"^([\d.,:\u00a0\u202f’']*\d)(\D*)$")
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th", "e", "er", "ère", "ème", "º", "ª"})
_JOINERS = frozenset({"and", "und", "et", "y", "e", "en", "og", "och", "-"})
# Where "1.500" is one and a half, not fifteen hundred.
_POINT_IS_DECIMAL = frozenset({"en", "zh", "ja", "ko", "th", "he", "hi"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with what it counts: "" (plain), "percent", a currency's name, "ordinal", or letters glued to it."""

    value: Fraction
    unit: str = ""


def is_numeric(token: Token, vocabulary: Vocabulary) -> bool:
    """Whether the token is a number in digits or words, a scale, or a sign of percentage or currency."""
    if token.shape is Shape.NUMBER:
        return True
    word = token.folded
    return (
        word in vocabulary.numbers
        or word in vocabulary.ordinals
        or word in vocabulary.approximations
        or is_unit(token)
        or (word in vocabulary.scales and len(word) > 2)
    )


def figure_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Every word and sign for which `is_numeric` may hold, besides numbers in digits."""
    lists = vocabulary.numbers, vocabulary.ordinals, vocabulary.approximations, vocabulary.scales
    return frozenset().union(*lists, _CURRENCY, _PERCENT)


def is_unit(token: Token) -> bool:
    """Whether the token is a currency or a percentage sign, in signs or words."""
    return token.folded in _CURRENCY or token.folded in _PERCENT


def is_unit_part(token: Token) -> bool:
    """Whether the token is one of the two words of "per cent", "pour cent" and the like."""
    return token.folded in _PER or any(token.folded in seconds for seconds in _PER.values())


def unit_of(tokens: tuple[Token, ...]) -> str:
    """The unit that the tokens name between them: "percent", a currency's name, or their own letters."""
    text = "".join(token.folded for token in tokens)
    if text in _PERCENT or any(text == first + second for first, seconds in _PER.items() for second in seconds):
        return "percent"
    return _CURRENCY.get(text, text)


def quantities(tokens: tuple[Token, ...], vocabulary: Vocabulary, language: str | None = None) -> tuple[Quantity, ...]:
    """The quantities that the tokens say, in order. Words that are no numbers part them and are left out."""
    reader = _Reader(vocabulary, language)
    for index, token in enumerate(tokens):
        following = tokens[index + 1].folded if index + 1 < len(tokens) else ""
        reader.take(token, following)
    reader.close()
    return tuple(reader.found)


@dataclass(slots=True)
class _Reader:
    """Takes a number's words one by one: "two", "hundred", "and", "five", "dollars"."""

    vocabulary: Vocabulary
    language: str | None
    found: list[Quantity] = field(default_factory=list)
    value: Fraction | None = None
    unit: str = ""
    skips: bool = False

    def take(self, token: Token, following: str) -> None:
        word = token.folded
        if self.skips:
            self.skips = False
        elif word in _CURRENCY:
            self.unit = _CURRENCY[word]
        elif word in _PERCENT or following in _PER.get(word, ()):
            self.unit, self.skips = "percent", word not in _PERCENT
        elif self.value is not None and word in self.vocabulary.scales:
            self.value = _scaled(self.value, self.vocabulary.scales[word])
        elif not (self.value is not None and word in _JOINERS):
            self._take_number(token)

    def _take_number(self, token: Token) -> None:
        read = _read(token, self.vocabulary, self.language)
        if read is not None and self.value is not None and _continues(self.value, read.value, token):
            self.value += read.value
            self.unit = read.unit or self.unit
            return
        if self.value is not None:
            self.close()
        if read is not None:
            self.value, self.unit = read.value, read.unit or self.unit

    def close(self) -> None:
        if self.value is not None:
            self.found.append(Quantity(self.value, self.unit))
        self.value, self.unit = None, ""


def _scaled(value: Fraction, scale: int) -> Fraction:
    """ "two hundred thousand" multiplies all; "two thousand three hundred" only what came last."""
    rest = value % 1000
    if scale == 100 and value > 1000 and rest:
        return value - rest + rest * scale
    return value * scale


def _continues(value: Fraction, following: Fraction, token: Token) -> bool:
    """ "twenty" + "one", "two hundred" + "five": a smaller number word fills the zeros at the end."""
    if token.shape is Shape.NUMBER or following <= 0:
        return False
    fills_hundred = value >= 100 and value % 100 == 0 and following < 100
    fills_ten = 20 <= value % 100 <= 90 and value % 10 == 0 and following < 10
    return fills_hundred or fills_ten


def _read(token: Token, vocabulary: Vocabulary, language: str | None) -> Quantity | None:
    word = token.folded
    if token.shape is Shape.WORD:
        return _read_word(word, vocabulary)
    number = _NUMBER.match(word) if token.shape is Shape.NUMBER else None
    value = None if number is None else _digits(number.group(1), language)
    if number is None or value is None:
        return None
    ending = number.group(2)
    if ending in vocabulary.scales:
        return Quantity(value * vocabulary.scales[ending])
    return Quantity(value, "ordinal" if ending in _ORDINAL_ENDINGS else ending)


def _read_word(word: str, vocabulary: Vocabulary) -> Quantity | None:
    if word in vocabulary.numbers:
        return Quantity(Fraction(vocabulary.numbers[word]))
    if word in vocabulary.ordinals:
        return Quantity(Fraction(vocabulary.ordinals[word]), "ordinal")
    return Quantity(Fraction(vocabulary.scales[word])) if word in vocabulary.scales and len(word) > 2 else None


_GROUPED = re.compile(r"\d{1,3}(?:([.,\u00a0\u202f’'])\d{3})(?:\1\d{3})*(?!\d)")


def _digits(text: str, language: str | None) -> Fraction | None:
    """The value of digits with separators. Groups of three after one kind of separator are thousands, else decimals."""
    whole, rest = "", text
    grouped = _GROUPED.match(text)
    if grouped is not None and not text.startswith("0") and not _is_decimal(grouped, language):
        whole, rest = re.sub(r"\D", "", grouped.group()), text[grouped.end() :]
    number = (whole + rest).replace(",", ".")
    if not number.isascii() or re.fullmatch(r"\d+(?:\.\d+)?", number) is None:
        return None
    return Fraction(number)


def _is_decimal(grouped: re.Match[str], language: str | None) -> bool:
    """Whether "1.500" means one and a half: in English and some other languages, if there is but one point."""
    return grouped.group(1) == "." and grouped.group().count(".") == 1 and language in _POINT_IS_DECIMAL
