"""The small words of each language that kinds are told by: one TOML file a language, loaded when first asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Vocabulary:
    """Word lists of one language, case-folded. Of a language without a file every list is empty: nothing is guessed."""

    negations: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()  # come and go with a negation
    attribution_verbs: frozenset[str] = frozenset()
    attribution_phrases: tuple[str, ...] = ()
    postpositions: frozenset[str] = frozenset()  # stand behind who says it: "der Polizei zufolge"
    first_person: frozenset[str] = frozenset()  # the writer, who needs no naming
    infinitive_marks: frozenset[str] = frozenset()  # before a verb that says what is to be done: "to claim"
    conjunctions_of_saying: frozenset[str] = frozenset()  # lead from who says it to what: "said that"
    hedges: frozenset[str] = frozenset()
    hedges_before_to: frozenset[str] = frozenset()  # hedges that are plain verbs unless "to" follows: "appears to"
    hedge_phrases: tuple[str, ...] = ()
    hedge_companions: frozenset[str] = frozenset()  # may stand beside a hedge in one change
    function_words: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()  # before a noun, hardly ever before a name (where all have capitals)
    titles: frozenset[str] = frozenset()
    date_words: frozenset[str] = frozenset()
    time_words: frozenset[str] = frozenset()
    year_words: frozenset[str] = frozenset()  # before a number, they say that it is a year: "since 1990"
    clock_marks: frozenset[str] = frozenset()  # behind a number, they make it a time of day: "9 a.m.", "14 Uhr"
    clock_marks_of_figures: frozenset[str] = frozenset()  # not behind a number in words: "not one am I"
    clock_leads: frozenset[str] = frozenset()  # before a number, the same: "klockan 14", "half past six"
    # Behind a number they may be a length of time too ("14 heures"), unless such a preposition stands before ("à").
    clock_units: frozenset[str] = frozenset()
    clock_prepositions: frozenset[str] = frozenset()
    date_joints: frozenset[str] = frozenset()  # between a day and its month: "the 6th of December"
    approximations: frozenset[str] = frozenset()
    confusions: frozenset[frozenset[str]] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def reporting(self) -> frozenset[str]:
        """Verbs of saying and hedges together."""
        return self.attribution_verbs | self.hedges

    @cached_property
    def reporting_or_leading(self) -> frozenset[str]:
        """Without any of these words, no change is one of attribution."""
        return self.reporting | self.speaking | self.postpositions

    @cached_property
    def speaking(self) -> frozenset[str]:
        """Without any of these words, no clause says who speaks: verbs of saying, and how the phrases begin."""
        return self.attribution_verbs | {phrase.split()[0] for phrase in self.attribution_phrases}


_EMPTY = Vocabulary()


def vocabulary(language: str | None) -> Vocabulary:
    """The word lists of a language, given as ISO 639-1; empty ones where the language is unknown or has no file."""
    if language is None:
        return _EMPTY
    code = language.replace("_", "-").split("-")[0].lower()
    return _load({"nb": "no", "nn": "no"}.get(code, code))


@lru_cache(maxsize=64)
def _load(code: str) -> Vocabulary:
    source = files(__package__).joinpath(f"{code}.toml")
    if not code.isalpha() or not source.is_file():
        return _EMPTY
    content = tomllib.loads(source.read_text(encoding="utf-8"))

    def listed(name: str) -> frozenset[str]:
        return frozenset(content.get(name, ()))

    return Vocabulary(
        negations=listed("negations"),
        auxiliaries=listed("auxiliaries"),
        attribution_verbs=listed("attribution_verbs"),
        attribution_phrases=tuple(content.get("attribution_phrases", ())),
        postpositions=listed("postpositions"),
        first_person=listed("first_person"),
        infinitive_marks=listed("infinitive_marks"),
        conjunctions_of_saying=listed("conjunctions_of_saying"),
        hedges=listed("hedges"),
        hedges_before_to=listed("hedges_before_to"),
        hedge_phrases=tuple(content.get("hedge_phrases", ())),
        hedge_companions=listed("hedge_companions"),
        function_words=listed("function_words"),
        articles=listed("articles"),
        titles=listed("titles"),
        date_words=listed("date_words"),
        time_words=listed("time_words"),
        year_words=listed("year_words"),
        clock_marks=listed("clock_marks"),
        clock_marks_of_figures=listed("clock_marks_of_figures"),
        clock_leads=listed("clock_leads"),
        clock_units=listed("clock_units"),
        clock_prepositions=listed("clock_prepositions"),
        date_joints=listed("date_joints"),
        approximations=listed("approximations"),
        confusions=frozenset(frozenset(pair.split()) for pair in content.get("confusions", ())),
        numbers=content.get("numbers", {}),
        ordinals=content.get("ordinals", {}),
        scales=content.get("scales", {}),
    )
