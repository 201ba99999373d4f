"""Who says it: reporting verbs and hedges put in, taken out or exchanged; and whether a place lies in "said X"."""

from __future__ import annotations

import re

from tracker.classify.context import Context, Finding, Side
from tracker.classify.vocabulary import Vocabulary
from tracker.classify.words import folded_words
from tracker.model import Kind

# "the head of the city's fire brigade said": a longer clause says more than who speaks.
_LONGEST_SPEAKER_CLAUSE = 8
# Characters: enough for the next word.
_LOOK_AHEAD = 12
# What parts such a clause from the words before it.
_OPENING_SIGNS = frozenset(",;–—-(")

# What ends the clause that names the speaker.
# A hyphen only between spaces. One class of signs comes first, so that a search can skip what is none of them.
_CLAUSE_EDGE = re.compile(r'[,;:—–"“”„«»-](?:(?<!-)|(?<=\s-)(?=\s))')
# "The head of the city's fire brigade said": a longer way to the verb is hardly one clause.
_LONGEST_SUBJECT = 12
# Characters on either side: a bound, so that a text without any sign is not read through for every change.
_LONGEST_CLAUSE = 200


def attribution(old: Side, new: Side, context: Context) -> Finding | None:
    """Who says it, or a hedge ("allegedly", "are believed to"), put in or taken out; another verb of saying."""
    lists = context.vocabulary
    if not (old.words and new.words):
        side, done = (old, "taken out") if old.words else (new, "put in")
        if _is_speaker_clause(side, lists):
            return Finding(Kind.ATTRIBUTION, 0.85, (f"who says it was {done}",))
        if _is_main_verb(side, lists):
            return None
    return _exchanged(old, new, lists)


def _exchanged(old: Side, new: Side, lists: Vocabulary) -> Finding | None:
    a, b = [token.folded for token in old.words], [token.folded for token in new.words]
    if not all(word in lists.reporting or word in lists.hedge_companions for word in (*a, *b)):
        return None
    before = [word for word in a if word in lists.reporting]
    after = [word for word in b if word in lists.reporting]
    if before and after:
        return Finding(Kind.ATTRIBUTION, 0.9, (f"“{before[0]}” became “{after[0]}”",))
    if not (before or after):
        return None
    word = (before or after)[0]
    if word not in lists.hedges and _is_infinitive(word, a if before else b, lists):
        return None
    # A verb of saying put in says that something was reported; for a word that reports nothing, it is only wording.
    if a and b and word not in lists.hedges and not _is_phrase(a if before else b, lists):
        return None
    return Finding(Kind.ATTRIBUTION, 0.85, (f"“{word}” was {'taken out' if before else 'put in'}",))


def _is_infinitive(verb: str, words: list[str], lists: Vocabulary) -> bool:
    """Whether the verb says what is to be done: in "tried to confirm" nobody confirms."""
    at = words.index(verb)
    return at > 0 and words[at - 1] in lists.infinitive_marks


def _is_phrase(found: list[str], lists: Vocabulary) -> bool:
    return " ".join(found).startswith((*lists.hedge_phrases, *lists.attribution_phrases))


def _is_speaker_clause(side: Side, lists: Vocabulary) -> bool:
    """Whether the side is no more than a clause that names who says it: ", researchers say", "According to police"."""
    words = [token.folded for token in side.words]
    if not 2 <= len(words) <= _LONGEST_SPEAKER_CLAUSE:
        return False
    if " ".join(words).startswith(lists.attribution_phrases) or words[-1] in lists.postpositions:
        return True
    if words[-1] in lists.conjunctions_of_saying:
        words = words[:-1]
    if len(words) < 2 or words[-2] in lists.infinitive_marks or words[0] in lists.first_person:
        return False
    if side.tokens[0].text in _OPENING_SIGNS:  # ", researchers say", ", said the mayor"
        return not lists.attribution_verbs.isdisjoint({words[0], words[-1]}) and _ends_clause(side)
    # "Trump says"; but a colon stands behind labels too ("Incident report:")
    return side.begins_sentence and words[-1] in lists.attribution_verbs and side.tokens[-1].text != ":"


def _ends_clause(side: Side) -> bool:
    """Whether the side's last sign, or what follows the side, ends a clause."""
    following = side.text[side.end : side.sentence_end].lstrip()[:1]
    return not side.tokens[-1].is_word or not following.isalnum()


def _is_main_verb(side: Side, lists: Vocabulary) -> bool:
    """Whether the one word put in or taken out hedges only before "to": "the beam appears" hedges nothing."""
    [first, *others] = side.words
    if others or first.folded not in lists.hedges_before_to:
        return False
    following = folded_words(side.text[side.end : side.sentence_end][:_LOOK_AHEAD])
    return following[:1] != ["to"]


def in_attribution(old: Side, new: Side, lists: Vocabulary) -> bool:
    """Whether either side lies in the clause that names the speaker: "said the mayor", "the mayor said"."""
    if not lists.attribution_verbs:
        return False
    low, high = _clause(old)
    if _names_speaker(old, low, high, lists):
        return True
    if _is_same_clause(old, low, high, new) and lists.speaking.isdisjoint(folded_words(new.content)):
        return False
    return _names_speaker(new, *_clause(new), lists)


def _is_same_clause(old: Side, low: int, high: int, new: Side) -> bool:
    """Whether the clause around the old side, `low` to `high`, is that of the new side but for the change itself."""
    left, right = old.text[low : old.start], old.text[old.end : high]
    begins_alike = low > old.sentence_start or new.start - new.sentence_start == len(left)
    ends_alike = high < old.sentence_end or new.sentence_end - new.end == len(right)
    if not (begins_alike and ends_alike):
        return False
    return new.text.startswith(left, max(0, new.start - len(left))) and new.text.startswith(right, new.end)


def _clause(side: Side) -> tuple[int, int]:
    """Where the clause around the side begins and ends."""
    low = max(side.sentence_start, side.start - _LONGEST_CLAUSE)
    high = min(side.sentence_end, side.end + _LONGEST_CLAUSE)
    for edge in _CLAUSE_EDGE.finditer(side.text, low, side.start):
        low = edge.end()
    following = _CLAUSE_EDGE.search(side.text, side.end, high)
    return low, high if following is None else following.start()


def _names_speaker(side: Side, low: int, high: int, lists: Vocabulary) -> bool:
    """Whether the clause `text[low:high]` names who says it, before the side's end or around it."""
    clause = folded_words(side.text[low:high])
    if lists.speaking.isdisjoint(clause):
        return False
    if " ".join(clause[:6]).startswith(lists.attribution_phrases):
        return True
    at = next((index for index, word in enumerate(clause) if word in lists.attribution_verbs), None)
    if at is None:
        return False
    up_to_change = len(folded_words(side.text[low : side.end]))
    return at == 0 or (at <= _LONGEST_SUBJECT and up_to_change <= at + 1)
