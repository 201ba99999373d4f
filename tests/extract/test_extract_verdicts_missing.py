"""Soft 404s and empty frames, and articles that only moved."""

from __future__ import annotations

import pytest
from verdict_kit import ARTICLE_META, HOST, LONG_PROSE, PROSE, URL, json_ld, kind, notice, page, problem, suggestions

from tracker.model import ProblemKind

STORY = f"{HOST}/news/world/2026/night-ferry-to-stop-4711"


@pytest.mark.parametrize("path", ["/", "/index.html", "/de/", "/home", "/en-gb", "/?utm_source=gone"])
def test_an_address_that_leads_to_the_front_page_is_gone(path: str) -> None:
    assert kind(page(prose=LONG_PROSE), final_url=HOST + path) is ProblemKind.SOFT_404


def test_a_front_page_with_an_articles_number_is_an_article() -> None:
    assert problem(page(), final_url=f"{HOST}/?p=4711") is None


@pytest.mark.parametrize("path", ["/news", "/news/world/", "/news/world/2026/", "/world", "/section/world"])
def test_an_address_that_leads_to_a_section_is_gone(path: str) -> None:
    html = notice("World news", "", head='<meta property="og:type" content="website">', body=suggestions())
    found = problem(html, url=STORY, final_url=HOST + path)
    assert found is not None
    assert found.kind is ProblemKind.SOFT_404
    assert "section page" in found.sentence


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        (f"{STORY}/amp", STORY),
        (f"{HOST}/story/4711234/night-ferry", f"{HOST}/story/4711234"),
        (f"{STORY}/print", STORY),
        (f"{STORY}/2", STORY),
        (STORY, f"{HOST}/news/world/2026/night-ferry-to-stop-in-may-4711"),
        ("https://m.example.com/a/night-ferry-to-stop", f"{HOST}/a/night-ferry-to-stop"),
    ],
)
def test_an_article_that_only_changed_its_address_is_one(asked: str, got: str) -> None:
    assert problem(page(), url=asked, final_url=got) is None


def test_a_shorter_address_with_the_article_is_the_article() -> None:
    assert problem(page(head=ARTICLE_META), url=STORY, final_url=f"{HOST}/news/world") is None


@pytest.mark.parametrize(
    "path", ["/404", "/error/404.html", "/page-not-found", "/seite-nicht-gefunden/", "/search?q=ferry"]
)
def test_an_address_that_leads_to_the_page_for_missing_ones_is_gone(path: str) -> None:
    assert kind(notice("Harbour Post", "", body=suggestions()), final_url=HOST + path) is ProblemKind.SOFT_404


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404",
        "Error 404 - Harbour Post",
        "Sorry, we can't find that page | Harbour Post",
        "This article is no longer available",
        "Seite nicht gefunden",
        "Der Artikel wurde nicht gefunden",
        "Fehler 404: Seite nicht gefunden",
        "Page introuvable - Le Port",
        "Página no encontrada | El Puerto",
        "Página não encontrada",
        "Pagina non trovata",
        "Pagina niet gevonden",
        "Siden ble ikke funnet",
        "Sidan kunde inte hittas",
        "Sivua ei löydy",
        "Strona nie istnieje",
        "Stránka nenalezena",
        "Az oldal nem található",
        "Страница не найдена",
        "Сторінку не знайдено",
        "Sayfa bulunamadı",
        "Η σελίδα δεν βρέθηκε",
        "页面不存在",
        "ページが見つかりません",
        "페이지를 찾을 수 없습니다",
    ],
)
def test_pages_that_say_it_in_their_heading_are_gone_however_long(title: str) -> None:
    assert kind(notice(title, "Try the search.")) is ProblemKind.SOFT_404
    assert kind(notice(title, "Try the search.", body=suggestions())) is ProblemKind.SOFT_404
    assert kind(notice(title, "Try the search.", head=ARTICLE_META, body=suggestions())) is ProblemKind.SOFT_404


@pytest.mark.parametrize(
    "text",
    [
        "The page you are looking for has been moved or does not exist.",
        "Die gesuchte Seite existiert nicht mehr.",
        "La page que vous cherchez est introuvable.",
        "La página que buscas no existe.",
        "La pagina che stai cercando non esiste.",
        "De pagina die u zoekt bestaat niet.",
        "您访问的页面不存在",
    ],
)
def test_pages_that_say_it_in_their_text_are_gone(text: str) -> None:
    assert kind(notice("Harbour Post - News", text)) is ProblemKind.SOFT_404


@pytest.mark.parametrize(
    "html",
    [
        notice("The Harbour Post", "", body=suggestions()).replace("<body>", '<body class="blog error404 wide">'),
        notice("Harbour", "", head='<meta name="prerender-status-code" content="404">', body=suggestions()),
        notice("Harbour", body='<script id="__NEXT_DATA__" type="application/json">{"page":"/404"}</script>'),
    ],
)
def test_pages_whose_program_says_it_are_gone(html: str) -> None:
    assert kind(html) is ProblemKind.SOFT_404


def test_lists_of_other_articles_do_not_make_an_article_of_it() -> None:
    others = [{"@type": "NewsArticle", "headline": text, "datePublished": "2026-11-01"} for text in PROSE]
    head = json_ld({"@type": "ItemList", "itemListElement": others})
    assert kind(notice("Page not found", "", head=head, body=suggestions())) is ProblemKind.SOFT_404


@pytest.mark.parametrize(
    "headline",
    [
        "Page not found",
        "404: the story of an error",
        "Oops! Ferry sails without its captain",
        "Article not found in court",
    ],
)
def test_an_article_about_missing_pages_is_an_article(headline: str) -> None:
    declared = json_ld({"@type": "NewsArticle", "headline": headline, "datePublished": "2026-11-20"})
    assert problem(page(headline=headline, head=declared)) is None
    assert problem(page(headline=headline, head=declared, prose=LONG_PROSE)) is None
    if headline != "Page not found":  # nothing but og:type tells such an article from the page that sites show
        assert problem(page(headline=headline, head=ARTICLE_META)) is None


def test_the_sites_name_alone_over_no_article_is_nobodys_page() -> None:
    head = '<meta property="og:site_name" content="The Harbour Post">'
    found = problem(notice("The Harbour Post", "News from the islands, every day.", head=head))
    assert found is not None
    assert found.kind is ProblemKind.SOFT_404
    assert problem(page(headline="The Harbour Post turns 100", prose=PROSE)) is None
    assert problem(notice("The Harbour Post", " ".join(LONG_PROSE), head=head)) is None


def test_a_page_that_calls_itself_the_front_page_holds_no_article() -> None:
    head = f'<link rel="canonical" href="{HOST}/">'
    assert kind(notice("News from the islands", "Choose a section.", head=head)) is ProblemKind.SOFT_404
    assert problem(page(head=head)) is None  # a site that sets it on every page


ROOT = '<div id="root"></div><script src="/app.js"></script>'
MENU = "<nav>" + "".join(f"<a href='/{n}'>Section {n}</a>" for n in range(40)) + "</nav>"


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body>{ROOT}</body></html>",
        f"<html><head><title>Post</title></head><body>{MENU}{ROOT}</body></html>",
        "<html><body><noscript>You need to enable JavaScript to run this app.</noscript></body></html>",
        notice("Harbour Post", "Please enable JavaScript to view this page."),
        "<html><body><p>Bitte aktivieren Sie JavaScript.</p><div id='app'></div></body></html>",
        '<html><head><meta http-equiv="refresh" content="0; url=/other"></head><body></body></html>',
        "<html><head><title>x</title></head><frameset><frame src='a'></frameset></html>",
    ],
)
def test_frames_without_text_are_empty(html: str) -> None:
    assert kind(html) is ProblemKind.EMPTY_SHELL


def test_an_article_that_asks_for_scripts_beside_is_an_article() -> None:
    beside = "<noscript>Please enable JavaScript to see the comments.</noscript><div id='app'></div>"
    assert problem(page(beside)) is None


@pytest.mark.parametrize("html", ["", " \n "])
def test_an_answer_without_a_page_is_empty(html: str) -> None:
    found = problem(html)
    assert found is not None
    assert found.sentence == "The server sent an empty page."


def test_the_address_itself_is_no_move() -> None:
    assert problem(page(), url=URL, final_url=f"{URL}/") is None
