"""Teasers, and whole articles behind walls that let one look over them."""

from __future__ import annotations

import pytest
from verdict_kit import HOST, LONG_PROSE, PROSE, json_ld, kind, notice, page, problem

from tracker.model import ProblemKind

TEASER = PROSE[:2]
ARTICLE = {"@type": "NewsArticle", "headline": "Night ferry", "datePublished": "2026-11-20T10:00:00Z"}
PART = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".behind"}


@pytest.mark.parametrize(
    "declared",
    [
        {**ARTICLE, "isAccessibleForFree": False},
        {**ARTICLE, "isAccessibleForFree": "False"},
        {**ARTICLE, "isAccessibleForFree": "http://schema.org/False"},
        {**ARTICLE, "isAccessibleForFree": "https://schema.org/False", "hasPart": PART},
        {**ARTICLE, "hasPart": PART},
        {"@type": "WebPage", "isAccessibleForFree": False},
        {**ARTICLE, "isAccessibleForFree": False, "hasPart": {**PART, "cssSelector": "p["}},
    ],
)
def test_a_beginning_that_is_declared_as_not_free_is_paywalled(declared: dict[str, object]) -> None:
    assert kind(page(head=json_ld(declared), prose=TEASER)) is ProblemKind.PAYWALL


def test_metadata_say_it_too() -> None:
    assert (
        kind(page(head='<meta property="article:content_tier" content="locked">', prose=TEASER)) is ProblemKind.PAYWALL
    )
    assert kind(page(head='<meta itemprop="isAccessibleForFree" content="false">', prose=TEASER)) is ProblemKind.PAYWALL
    assert problem(page(head='<meta property="article:content_tier" content="metered">', prose=TEASER)) is None


def test_a_longer_beginning_is_told_by_the_count_of_words() -> None:
    declared = {**ARTICLE, "isAccessibleForFree": False, "wordCount": 900}
    assert kind(page(head=json_ld(declared), prose=LONG_PROSE[:12])) is ProblemKind.PAYWALL
    assert problem(page(head=json_ld({**declared, "wordCount": 300}), prose=LONG_PROSE[:12])) is None
    assert problem(page(head=json_ld({**ARTICLE, "wordCount": 900}), prose=LONG_PROSE[:12])) is None


def test_a_metered_wall_over_the_whole_text_is_nothing() -> None:
    declared = {**ARTICLE, "isAccessibleForFree": False, "hasPart": PART}
    overlay = '<div class="overlay"><p>Subscribe now to keep reading. Already a subscriber? Log in.</p></div>'
    whole = page(overlay, head=json_ld(declared), prose=LONG_PROSE)
    assert problem(whole) is None
    assert problem(whole.replace("<article>", '<article class="behind">')) is None


def test_a_short_article_whose_closed_part_is_there_is_whole() -> None:
    declared = {**ARTICLE, "isAccessibleForFree": False, "hasPart": PART}
    overlay = "<aside><p>Subscribe now to keep reading.</p></aside>"
    html = page(overlay, head=json_ld(declared)).replace("<article>", '<article class="behind">')
    assert problem(html) is None
    assert kind(html.replace('class="behind"', "")) is ProblemKind.PAYWALL


def test_a_faded_paragraph_of_the_walls_class_is_not_the_rest() -> None:
    declared = {**ARTICLE, "isAccessibleForFree": "False", "hasPart": PART}
    ending = '<p class="behind">Il vous reste 62.5% de cet article à lire. La suite est réservée aux abonnés.</p>'
    prose = (*LONG_PROSE[:14], "Il vous reste 62.5% de cet article à lire. La suite est réservée aux abonnés.")
    assert kind(page(ending, head=json_ld(declared), prose=prose)) is ProblemKind.PAYWALL


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe now to continue reading this article.",
        "This article is for subscribers only.",
        "Um diesen Artikel weiterzulesen, brauchen Sie ein Abo.",
        "Cet article est réservé aux abonnés.",
        "Contenido exclusivo para suscriptores",
        "Contenuto riservato agli abbonati",
        "Conteúdo exclusivo para assinantes",
        "Dit artikel is alleen voor abonnees",
        "Artiklen er kun for abonnenter",
        "Artikeln är endast för prenumeranter",
        "Artykuł dostępny tylko dla prenumeratorów",
        "この記事は有料会員限定です",
    ],
)
def test_phrases_under_a_teaser(words: str) -> None:
    wall = f'<div class="offer"><p>{words}</p></div>'
    html = page(prose=TEASER).replace("</article>", f"</article>{wall}")
    found = problem(html)
    assert found is not None
    assert found.kind is ProblemKind.PAYWALL
    assert found.sentence.startswith("The page shows a beginning, then: ")


def test_what_stands_in_the_head_of_every_page_is_no_wall() -> None:
    head = '<header><a href="/login">Already a subscriber? Log in</a> <a href="/">Start your free trial</a></header>'
    assert problem(page(head, prose=PROSE)) is None


@pytest.mark.parametrize("hidden", ["hidden", 'style="color: red; display: none"', 'aria-hidden="true"'])
def test_a_wall_that_is_kept_hidden_in_every_page_is_none(hidden: str) -> None:
    wall = "<p>Subscribe now to continue reading this article.</p>"
    assert problem(page(f"<div {hidden}>{wall}</div>")) is None
    assert problem(page(f"<dialog>{wall}</dialog>")) is None


def test_an_article_that_is_declared_free_is_free() -> None:
    box = "<aside><p>Sign up to our letter to keep reading about the islands.</p></aside>"
    assert problem(page(box, head=json_ld({**ARTICLE, "isAccessibleForFree": True}))) is None


def test_other_articles_that_are_not_free_do_not_close_this_one() -> None:
    others = [{**ARTICLE, "headline": f"Other {number}", "isAccessibleForFree": False} for number in range(5)]
    assert problem(page(head=json_ld(ARTICLE, {"@type": "ItemList", "itemListElement": others}), prose=TEASER)) is None


@pytest.mark.parametrize(
    ("status", "html", "expected"),
    [
        (402, page(prose=TEASER), ProblemKind.PAYWALL),
        (401, notice("Harbour Post", "This article is for subscribers only."), ProblemKind.PAYWALL),
        (403, page(head=json_ld({**ARTICLE, "isAccessibleForFree": False}), prose=TEASER), ProblemKind.PAYWALL),
        (401, notice("Harbour Post", ""), ProblemKind.BOT_WALL),
    ],
)
def test_refusals_with_an_offer_are_the_shops(status: int, html: str, expected: ProblemKind) -> None:
    assert kind(html, status=status) is expected


@pytest.mark.parametrize(
    "final_url",
    [
        f"{HOST}/login?back=%2Fislands",
        f"{HOST}/de/abo/anmelden",
        "https://accounts.example.com/x",
        f"{HOST}/subscribe/",
    ],
)
def test_an_address_that_leads_to_the_sign_in_page_is_paywalled(final_url: str) -> None:
    assert kind(notice("Welcome back", "Sign in with your address."), final_url=final_url) is ProblemKind.PAYWALL


def test_an_article_below_such_a_word_is_an_article() -> None:
    assert problem(page(prose=PROSE), final_url=f"{HOST}/abo/night-ferry-to-stop-4711") is None
