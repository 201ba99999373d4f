"""Made-up articles and their edits: every wording is its own, so that what was recorded tells what was served."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

# fmt: off
_NAMES = ("Ada", "Boris", "Carla", "Dmitri", "Elsa", "Farid", "Greta", "Hugo", "Irena", "Jonas", "Keiko", "Lars")
_FAMILIES = ("Abel", "Brandt", "Castell", "Dorn", "Ek", "Farrant", "Groth", "Holm", "Ibsen", "Jansky", "Krol", "Lund")
_ROLES = ("harbour master", "mayor", "head of the clinic", "school board", "county court", "water company", "choir")
_PLACES = ("Ellin", "Torvik", "Marsk", "Oldham", "Selby", "Vance", "Kirkwall", "Arden", "Lomas", "Pell", "Rosk", "Tarn")
_THINGS = ("bridges", "lamps", "ferries", "pumps", "houses", "beds", "desks", "nets", "engines", "trees", "roofs")
_DEEDS = ("repaired", "counted", "closed", "opened", "painted", "sold", "measured", "moved", "inspected", "insured")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "March", "April", "June", "July", "September", "October", "November", "December")
# fmt: on
_WHYS = (
    "because the winter had been longer than anybody remembered",
    "although the county had promised to pay for it",
    "after a meeting that went on until midnight",
    "while the old mill by the river stayed as it was",
    "before the first visitors of the season arrive",
    "since nobody had looked after them for a decade",
)


@dataclass(frozen=True)
class Wording:
    """One version of an article: its headline and its paragraphs, each of sentences."""

    headline: str
    body: tuple[tuple[str, ...], ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(" ".join(sentences) for sentences in self.body)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one wording from another, also as recorded."""
        return (self.headline, *self.paragraphs)


def sentence(chance: random.Random) -> str:
    who = f"{chance.choice(_NAMES)} {chance.choice(_FAMILIES)}, {chance.choice(_ROLES)} of {chance.choice(_PLACES)},"
    what = f"{chance.randint(11, 9_999)} {chance.choice(_THINGS)} would be {chance.choice(_DEEDS)}"
    when = f"in {chance.choice(_MONTHS)} {chance.choice(_WHYS)}"
    return f"{who} said on {chance.choice(_DAYS)} that {what} {when}."


def first_wording(chance: random.Random) -> Wording:
    """A headline and five paragraphs, about a hundred and fifty words."""
    headline = (
        f"{chance.choice(_PLACES)} has {chance.randint(11, 9_999)} {chance.choice(_THINGS)} "
        f"{chance.choice(_DEEDS)} before {chance.choice(_MONTHS)}"
    )
    sizes = (1, 2, 1, 1, 1)
    return Wording(headline, tuple(tuple(sentence(chance) for _ in range(size)) for size in sizes))


def _place(chance: random.Random, wording: Wording) -> tuple[int, int]:
    paragraph = chance.randrange(len(wording.body))
    return paragraph, chance.randrange(len(wording.body[paragraph]))


def _with_paragraph(wording: Wording, at: int, *sentences: str) -> Wording:
    """In its place; without sentences, the paragraph is taken out."""
    new = (sentences,) if sentences else ()
    return replace(wording, body=(*wording.body[:at], *new, *wording.body[at + 1 :]))


def _number_changed(chance: random.Random, wording: Wording) -> Wording:
    at, which = _place(chance, wording)
    sentences = list(wording.body[at])
    words = [
        str(int(word) + chance.randint(1, 99)) if word.isdecimal() else word for word in sentences[which].split(" ")
    ]
    sentences[which] = " ".join(words)
    return _with_paragraph(wording, at, *sentences)


def _sentence_replaced(chance: random.Random, wording: Wording) -> Wording:
    at, which = _place(chance, wording)
    sentences = list(wording.body[at])
    sentences[which] = sentence(chance)
    return _with_paragraph(wording, at, *sentences)


def _sentence_added(chance: random.Random, wording: Wording) -> Wording:
    at, _ = _place(chance, wording)
    return _with_paragraph(wording, at, *wording.body[at], sentence(chance))


def _shortened(chance: random.Random, wording: Wording) -> Wording:
    """By a sentence of a long paragraph, or by a paragraph; never to less than four paragraphs."""
    at, _ = _place(chance, wording)
    if len(wording.body[at]) > 1:
        return _with_paragraph(wording, at, *wording.body[at][:-1])
    return _with_paragraph(wording, at) if len(wording.body) > 4 else _sentence_added(chance, wording)


def _paragraph_added(chance: random.Random, wording: Wording) -> Wording:
    if len(wording.body) > 8:
        return _shortened(chance, wording)
    at, _ = _place(chance, wording)
    return replace(wording, body=(*wording.body[: at + 1], (sentence(chance),), *wording.body[at + 1 :]))


def _headline_changed(chance: random.Random, wording: Wording) -> Wording:
    return replace(wording, headline=first_wording(chance).headline)


_EDITS: tuple[Callable[[random.Random, Wording], Wording], ...] = (
    _number_changed,
    _number_changed,
    _sentence_replaced,
    _sentence_added,
    _shortened,
    _paragraph_added,
    _headline_changed,
)


def edited(chance: random.Random, wording: Wording) -> Wording:
    """Another wording of the same article."""
    while True:
        new = chance.choice(_EDITS)(chance, wording)
        if new.key != wording.key:
            return new
