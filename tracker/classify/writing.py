"""Changes of writing alone: spaces, capitals, signs, hyphens, apostrophes."""

from __future__ import annotations

import re

from tracker.classify.context import Context, Finding, Side
from tracker.classify.figures import figures
from tracker.classify.foldings import letters_only, plain_signs, without_space
from tracker.classify.lexicon import in_dictionary
from tracker.model import Kind

# What English contracts; a possessive 's is no contraction, and may come and go without a misspelling.
_CONTRACTED = re.compile(r"(?:n't|'re|'ve|'ll|'m|\b(?:it|that|who|what|there|let|he|she)'s)$", re.IGNORECASE)


_OTHER_SIGN = Finding(Kind.PUNCTUATION, 1.0, ("only punctuation differs",))
_OTHER_FORM_OF_SIGN = Finding(Kind.PUNCTUATION, 1.0, ("only the form of quotation marks or dashes differs",))
# One sign that is never part of a number or a word, or none: nearly half of all edits of writing.
_PLAIN_SIGN = re.compile("[\"“”„«»‘’'.,;:!?…()]?\\Z")


def writing(old: Side, new: Side, context: Context) -> Finding | None:
    """A finding if the letters and digits are the same on both sides, or only their case differs."""
    a, b = old.content, new.content
    if a.isalnum() and b.isalnum() and a.casefold() != b.casefold():
        return None
    if a != b and _PLAIN_SIGN.match(a) and _PLAIN_SIGN.match(b):
        return _OTHER_SIGN if plain_signs(a) != plain_signs(b) else _OTHER_FORM_OF_SIGN
    if without_space(a) == without_space(b):
        return _spaces(a.strip(), b.strip(), context)
    return _capitals(a, b) or (_signs(old, new, context) if letters_only(a) == letters_only(b) else None)


def _capitals(a: str, b: str) -> Finding | None:
    if a.casefold() == b.casefold() and a.lower() != b.lower():
        return Finding(Kind.VARIANT, 0.9, ("the same letters in another spelling",))  # Schloß, Schloss
    if a.casefold() == b.casefold():
        return Finding(Kind.CAPITALISATION, 1.0, ("only capitals differ",))
    if a.replace(" ", "").casefold() == b.replace(" ", "").casefold() and {len(a.split()), len(b.split())} == {1, 2}:
        return Finding(Kind.VARIANT, 0.85, ("written as one word or as two",))
    letters_before, letters_after = letters_only(a), letters_only(b)
    if letters_before != letters_after and letters_before.casefold() == letters_after.casefold():
        return Finding(Kind.CAPITALISATION, 0.8, ("capitals and punctuation differ",))
    return None


def _spaces(a: str, b: str, context: Context) -> Finding:
    """One word written as two, or two as one, may be more than a matter of space."""
    plain = Finding(Kind.SPACING, 1.0, ("only spaces differ",))
    language = context.spelling_language
    before, after = a.split(), b.split()
    if language is None or "\n" in a + b or len(before) == len(after) or 1 not in {len(before), len(after)}:
        return plain
    joined, parts = (a, after) if len(before) == 1 else (b, before)
    if not all(letters_only(part).isalpha() for part in parts):
        return plain
    # "toprovide" lost a space; "datasheet" is a compound that no dictionary holds yet.
    ran_together = any(part.casefold() in context.vocabulary.function_words for part in parts)
    if in_dictionary(joined, language) or not ran_together:
        return Finding(Kind.VARIANT, 0.9, ("written as one word or as two",))
    if all(in_dictionary(part, language) for part in parts):
        done = "set right" if joined == a else "broken"
        return Finding(Kind.SPELLING, 0.9, (f"“{joined}” is in no dictionary", f"a missing space was {done}"))
    return plain


def _signs(old: Side, new: Side, context: Context) -> Finding:
    a, b = plain_signs(old.content.strip()), plain_signs(new.content.strip())
    if a == b:
        return _OTHER_FORM_OF_SIGN
    if any(character.isdigit() for character in a):
        # A sign inside a number, or a currency, says how much: "1.5" is not "15".
        return figures(old, new, context) or Finding(Kind.PUNCTUATION, 0.9, ("only punctuation differs",))
    if any(character.isalpha() for character in a):
        return _apostrophe(a, b, context) or _hyphen(a, b) or _OTHER_SIGN
    return figures(old, new, context) or _lone_hyphen(old, new) or _OTHER_SIGN


def _hyphen(a: str, b: str) -> Finding | None:
    if a.replace("-", "") == b.replace("-", "") or a.replace("-", " ").split() == b.replace("-", " ").split():
        return Finding(Kind.VARIANT, 0.9, ("only a hyphen differs",))
    return None


def _lone_hyphen(old: Side, new: Side) -> Finding | None:
    """A hyphen between two words that came, went or became a space: "short term" and "short-term"."""
    if {plain_signs(old.content).strip(), plain_signs(new.content).strip()} != {"-", ""}:
        return None
    near = [side.text[side.start - 1 : side.start] + side.text[side.end : side.end + 1] for side in (old, new)]
    hyphened = near[0] if old.content.strip() else near[1]
    return Finding(Kind.VARIANT, 0.9, ("only a hyphen differs",)) if len(hyphened) == 2 and hyphened.isalpha() else None


def _apostrophe(a: str, b: str, context: Context) -> Finding | None:
    """An apostrophe in one word: missing ("dont"), or a possessive put in or moved."""
    if a.replace("'", "") != b.replace("'", "") or " " in a + b or context.spelling_language is None:
        return None
    language = context.spelling_language
    if "'" not in a and not in_dictionary(a, language):
        return Finding(Kind.SPELLING, 0.9, (f"“{a}” is in no dictionary", "an apostrophe was missing"))
    if "'" not in b and not in_dictionary(b, language):
        return Finding(Kind.SPELLING, 0.9, (f"“{b}” is in no dictionary", "an apostrophe was lost"))
    if language == "en" and (_CONTRACTED.search(a) or _CONTRACTED.search(b)):
        return Finding(Kind.SPELLING, 0.75, ("an apostrophe was missing" if "'" in b else "an apostrophe was lost",))
    return Finding(Kind.VARIANT, 0.7, ("only an apostrophe differs",))
