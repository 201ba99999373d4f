"""Bot walls and consent walls on the page, and the banners that are none."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from verdict_kit import ARTICLE_META, HOST, LONG_PROSE, PROSE, URL, kind, notice, page, problem

from tracker.extract import extract, read_page
from tracker.extract.page import parse
from tracker.extract.verdicts import page_problem, problem_of, unspent
from tracker.model import ProblemKind


@pytest.mark.parametrize(
    "html",
    [
        notice("Just a moment...", "Checking your browser before you go on."),
        notice("Making sure you're not a bot!", "Loading..."),
        notice("Client Challenge", "A required part of this site couldn't load."),
        notice("Vercel Security Checkpoint", "We're verifying your browser"),
        notice("One moment, please...", "Please wait while your request is being verified."),
        notice("Request Rejected", "The requested URL was rejected. Please consult with your administrator."),
        notice("example.com", "Please enable JS and disable any ad blocker"),
        notice("example.com", "Press & Hold to confirm you are a human (and not a bot)."),
        notice("Harbour Post", "Bestätigen Sie, dass Sie kein Roboter sind."),
        notice("Harbour Post", "Vérifiez que vous n'êtes pas un robot."),
        notice("x", "", body='<script>window._cf_chl_opt={cvId:"3"}</script>'),
        notice("x", "", body='<script src="/_fs-ch-1/script.js"></script>'),
        notice("x", "", body='<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">'),
        notice("x", "", body='<iframe id="main-iframe" src="/_Incapsula_Resource?x=1"></iframe>'),
    ],
)
def test_pages_of_bot_filters_are_named(html: str) -> None:
    found = problem(html)
    assert found is not None
    assert found.kind is ProblemKind.BOT_WALL
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    "final_url",
    ["https://validate.perfdrive.com/?ssa=1", f"{HOST}/.well-known/sgcaptcha/?r=x", f"{HOST}/captcha?back=x"],
)
def test_an_address_that_leads_to_a_filters_page_is_blocked(final_url: str) -> None:
    assert kind(notice("x", "y"), final_url=final_url) is ProblemKind.BOT_WALL


def test_scripts_of_filters_on_ordinary_pages_are_no_wall() -> None:
    imperva = '<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>'
    assert problem(page(imperva)) is None
    assert problem(page('<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>')) is None


def test_a_short_article_about_robots_is_an_article() -> None:
    prose = (
        *PROSE[:2],
        "Readers are asked to verify you are human, said Ada Holm, who was told: you have been blocked.",
    )
    assert problem(page(headline="Access denied: readers locked out", head=ARTICLE_META, prose=prose)) is None


@pytest.mark.parametrize(
    "final_url",
    [
        "https://consent.example.com/collect?back=1",
        "https://myprivacy.example.com/consent?x",
        f"{HOST}/consent/tcf/?back=x",
        f"{HOST}/zustimmung?url=x",
        f"{HOST}/privacy-gate",
    ],
)
def test_an_address_that_leads_to_a_consent_page_is_named(final_url: str) -> None:
    assert kind(page(), final_url=final_url) is ProblemKind.CONSENT_WALL


def test_an_article_about_consent_is_an_article() -> None:
    assert problem(page(), final_url=f"{HOST}/consent-in-medicine-4711") is None
    assert problem(page(), final_url=f"{HOST}/gdpr/night-ferry-to-stop-4711") is None


@pytest.mark.parametrize(
    "html",
    [
        notice("Before you continue", "We use cookies."),
        notice("Harbour Post", "We and our 142 partners store and access information on your device, such as cookies."),
        notice("Hafenpost", "Hafenpost mit Werbung lesen. Wir und unsere 142 Partner verarbeiten Daten."),
        notice("Le Port", "Nous et nos 142 partenaires stockons des informations. Continuer sans accepter"),
        notice("Havnen", "Vi og vores 142 partnere bruger cookies."),
        page(
            headline="Night ferry",
            head=ARTICLE_META,
            prose=("Weiterlesen? Mit Werbung weiterlesen, oder mit Abo. " * 6,),
        ),
    ],
)
def test_pages_that_ask_for_consent_instead_are_named(html: str) -> None:
    assert kind(html) is ProblemKind.CONSENT_WALL


BANNER = (
    '<div id="banner"><h2>We value your privacy</h2><p>We and our 142 partners store and access information on your '
    "device, such as cookies.</p><button>Accept all cookies and continue</button></div>"
)


@pytest.mark.parametrize("prose", [PROSE, PROSE[:2], LONG_PROSE])
def test_a_banner_beside_an_article_is_nothing(prose: tuple[str, ...]) -> None:
    assert problem(page(BANNER, prose=prose)) is None


def test_a_page_that_is_parsed_once_is_judged_alike() -> None:
    for html in (page(), page(BANNER), notice("Page not found"), notice("Just a moment...", "Wait.")):
        spent = parse(html, URL)
        kept = unspent(spent)
        reading = read_page(spent)
        assert problem_of(kept, 200, URL, URL, reading.extract) == page_problem(200, URL, URL, html, extract(html, URL))


def test_what_is_no_page_is_no_problem_of_these() -> None:
    assert page_problem(200, URL, URL, b"%PDF-1.7", None) is None
    assert page_problem(200, "http://[bad", "http://[bad", notice("Page not found"), None) is not None


def test_every_mark_says_why_it_is_one() -> None:
    data = tomllib.loads((files("tracker.extract") / "verdict_marks.toml").read_text("utf-8"))
    for group in data["marks"]:
        assert set(group) <= {"kind", "where", "needs", "reason", "patterns"}
        assert ProblemKind(group["kind"])
        assert group["patterns"]
        assert len(group["reason"]) > 5
