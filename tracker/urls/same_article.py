"""A key for "probably the same article": what nearly always chooses only a form of the page is folded too.

A key is no address. It drops the scheme, since a site answers under both or moves from one to the other.
"""

from __future__ import annotations

import re
import unicodedata
import urllib.parse
from dataclasses import dataclass

from tracker.urls.foldings import Folding, article_url, name_of, pairs_of, value_of
from tracker.urls.parameters import parameters
from tracker.urls.shape import has_date, path_names_article, segments_of, stem_of, words_in

_AMP_LABELS = frozenset({"amp"})
_MOBILE_LABELS = frozenset({"m", "mobile", "mobil", "touch", "wap", "movil"})

# What stands between a country's ending and the name of a site: co.uk, com.br, or.jp ...
SECOND_LEVEL = frozenset({"co", "com", "net", "org", "ac", "gov", "gob", "gouv", "edu", "or", "ne", "go", "nom", "mil"})

_AMP_STEPS = frozenset({"amp", "amphtml", "amp-page", "amp.html", "amp.htm", "amp.php"})
_PRINT_STEPS = frozenset(
    ["print", "print.html", "print.htm", "printable", "printer-friendly", "printerfriendly", "drucken", "imprimer",
     "imprimir", "stampa", "afdrukken"]
)  # fmt: skip
_AMP_ENDING = re.compile(r"\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_ENDING = re.compile(r"\.html?$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|php|aspx?|jsp|cfm)$", re.IGNORECASE)
_EMBEDDED = re.compile(r"https?:/", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+")  # of other alphabets, and the one that an accent follows
_SLASHES = re.compile(r"/{2,}")
_LONG_NUMBER = re.compile(r"\d{4,}")

# Letters' case chooses nothing in a slug of so many words; "Red_Meat" and "Red_meat" are two articles somewhere.
_WORDS_OF_SLUG = 3
_UNMIXED = re.compile(r"[^A-Z]*|[A-Z][^A-Z]*|[^a-z]*")  # aBc may be an opaque identity


@dataclass(frozen=True, slots=True)
class ArticleKey:
    """`key` is equal for addresses that are taken for one article; `foldings` were applied to get there."""

    key: str
    foldings: tuple[Folding, ...] = ()


def same_article_key(url: str) -> str:
    """Raises BadURL as `canonical_url` does."""
    return article_key(url).key


def article_key(url: str) -> ArticleKey:
    """The key with what was folded. Raises BadURL as `canonical_url` does."""
    plain = article_url(url)
    parts = urllib.parse.urlsplit(plain.url)
    foldings = dict.fromkeys(plain.foldings)
    host = _folded_host(parts.netloc, foldings)
    path = _folded_path(parts.path, foldings)
    query = _folded_query(parts.query, f"https://host{path}", foldings)
    return ArticleKey(f"{host}{path}{'?' if query else ''}{query}", tuple(foldings))


# -- the host ----------------------------------------------------------------------------------------------------------


def _folded_host(host: str, foldings: dict[Folding, None]) -> str:
    """Without www, amp and mobile labels, as long as a site's name stays: en.m.example.org is en.example.org."""
    labels = host.split(".")
    for index in (0, 1):
        for form, marks in ((Folding.AMP, _AMP_LABELS), (Folding.MOBILE, _MOBILE_LABELS)):
            rest = labels[:index] + labels[index + 1 :]
            if len(labels) > index and labels[index] in marks and _is_site(rest) and (index == 0 or len(rest) > 2):
                labels = rest
                foldings[form] = None
    return ".".join(labels[1:] if labels[0] == "www" and len(labels) > 2 else labels)


def _is_site(labels: list[str]) -> bool:
    if len(labels) < 2:
        return False
    return len(labels) > 2 or not (len(labels[1].partition(":")[0]) == 2 and labels[0] in SECOND_LEVEL)


# -- the path ----------------------------------------------------------------------------------------------------------


def _folded_path(path: str, foldings: dict[Folding, None]) -> str:
    folded = _composed(path)
    _mark(foldings, Folding.COMPOSITION, path, folded)
    for how, fold in (
        (Folding.SLASHES, _without_spare_slashes),
        (Folding.AMP, _without_amp),
        (Folding.PRINT, _without_print),
        (Folding.INDEX, _without_index),
        (Folding.ENDING, _without_ending),
        (Folding.CASE, _in_one_case),
    ):
        after = fold(folded)
        _mark(foldings, how, folded, after)
        folded = after
    return folded


def _mark(foldings: dict[Folding, None], how: Folding, before: str, after: str) -> None:
    if before != after:
        foldings[how] = None


def _composed(path: str) -> str:
    """Unicode NFC: some systems take letters and their accents apart in file names, and sites in their slugs."""
    return _LETTERS.sub(_composed_letters, path)


def _composed_letters(found: re.Match[str]) -> str:
    try:
        text = urllib.parse.unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0]
    composed = unicodedata.normalize("NFC", text)
    return found[0] if composed == text else urllib.parse.quote(composed)


def _without_spare_slashes(path: str) -> str:
    """Not where another address stands in the path: there, two slashes have their meaning."""
    single = path if _EMBEDDED.search(path) else _SLASHES.sub("/", path)
    return single.rstrip("/") or "/"


def _without_amp(path: str) -> str:
    """Without a step that asks for the AMP page, wherever it stands, and without an ending that does."""
    plain = _AMP_ENDING.sub("", path)
    steps = plain.split("/")[1:]
    return _if_an_article(plain, [step for step in steps if step.lower() not in _AMP_STEPS])


def _without_print(path: str) -> str:
    """Without a step that asks for the print page, at either end: between others it is the name of an edition."""
    steps = path.split("/")[1:]
    first = 1 if steps[0].lower() in _PRINT_STEPS else 0
    last = len(steps) - 1 if steps[-1].lower() in _PRINT_STEPS else len(steps)
    return _if_an_article(path, steps[first:last])


def _without_ending(path: str) -> str:
    return _if_an_article(path, _ENDING.sub("", path).split("/")[1:])


def _if_an_article(path: str, steps: list[str]) -> str:
    """The path of these steps where they name an article, else the path as it was: /guitars/amp is about amplifiers."""
    shorter = "/" + "/".join(steps)
    return shorter if shorter != path and steps and _names_something(shorter) else path


def _names_something(path: str) -> bool:
    """By an identity, a date or a slug of three words."""
    url = f"https://host{path}"
    if path_names_article(url) or has_date(path):
        return True
    return any(len(words_in(stem_of(step))) >= _WORDS_OF_SLUG for step in segments_of(url)[-2:])


def _without_index(path: str) -> str:
    return _INDEX.sub("", path) or "/"


def _in_one_case(path: str) -> str:
    steps = path.split("/")
    last = len(steps) - 1
    return "/".join(_step_in_one_case(step, is_last=index == last) for index, step in enumerate(steps))


def _step_in_one_case(step: str, *, is_last: bool) -> str:
    """A slug's letters in lower case; a single word only where more follows it, and nothing that may be opaque."""
    if "%" in step or (is_last and len(words_in(step.lower())) < _WORDS_OF_SLUG):
        return step
    pieces = re.split(r"[^A-Za-z0-9]+", step)
    is_plain = all(_UNMIXED.fullmatch(piece) and (piece.isalpha() or piece.isdigit() or not piece) for piece in pieces)
    return step.lower() if is_plain else step


# -- the query ---------------------------------------------------------------------------------------------------------


def _folded_query(query: str, url: str, foldings: dict[Folding, None]) -> str:
    is_named = path_names_article(url)
    kept = []
    for pair in pairs_of(query):
        how = _chooses_no_article(pair, is_beside_article=is_named)
        if how is None:
            kept.append(pair)
        else:
            foldings[how] = None
    _mark(foldings, Folding.ORDER, "&".join(kept), "&".join(sorted(kept)))
    return "&".join(sorted(kept))


def _chooses_no_article(pair: str, *, is_beside_article: bool) -> Folding | None:
    name, value = name_of(pair), value_of(pair)
    if form := parameters().views.get((name, value.lower())):
        return Folding(form)
    is_campaign = is_beside_article and name in parameters().beside_an_article and not _LONG_NUMBER.search(value)
    return Folding.CAMPAIGN if is_campaign else None
