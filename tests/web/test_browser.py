"""The pages as people see them, in Chromium: both themes, every width, keyboard alone, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PAGES = {
    "front": "/",
    "front, filtered": "/?kind=number&kind=notice_removed&since=30d",
    "nothing found": "/?host=nobody.example",
    "bad filter": "/?since=whenever",
    "article": "/article/{changed}",
    "revision": "/article/{changed}/revision/2",
    "comparison": "/article/{changed}/diff/1/2",
    "comparison, side by side": "/article/{changed}/diff/1/3?view=side",
    "host": "/host/{host}",
    "search": "/search?q=breeding+pairs",
    "search, nothing": "/search?q=zeppelin",
    "missing": "/article/9999",
}
WIDTHS = (360, 800, 1600)
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
Theme = Literal["light", "dark"]


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    troubles: list[str] = field(default_factory=list)


@contextmanager
def watched(browser: Browser, base_url: str, *, width: int = 1000, theme: Theme = "light") -> Iterator[Watched]:
    """Every message of the console, every error and every request off the host is a trouble."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=False)
    seen = Watched(context.new_page())

    def on_message(message: ConsoleMessage) -> None:
        if "the server responded with a status of 4" not in message.text:  # a page that says so, on purpose
            seen.troubles.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(base_url):
            seen.troubles.append(f"request: {request.url}")

    seen.page.on("console", on_message)
    seen.page.on("pageerror", lambda error: seen.troubles.append(f"error: {error}"))
    seen.page.on("request", on_request)
    yield seen
    context.close()


@pytest.fixture(scope="session")
def places(browser: Browser, base_url: str) -> dict[str, str]:
    """An article of three revisions and its host, found as a reader finds them."""
    with watched(browser, base_url) as seen:
        seen.page.goto(f"{base_url}/")
        seen.page.get_by_role("link", name="Landslide above Thessaby").first.click()
        found = re.search(r"/article/(\d+)", seen.page.url)
        assert found
        host = seen.page.locator("nav[aria-label=Host] a").inner_text()
        return {"changed": found[1], "host": host}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_whole_in_both_themes_at_every_width(
    browser: Browser, base_url: str, places: dict[str, str], name: str, theme: Theme
) -> None:
    with watched(browser, base_url, theme=theme) as seen:
        seen.page.goto(base_url + PAGES[name].format(**places))
        for width in WIDTHS:
            seen.page.set_viewport_size({"width": width, "height": 900})
            assert seen.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert seen.page.locator("h1").count() == 1
        assert not seen.troubles


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, base_url: str, places: dict[str, str], name: str, theme: Theme
) -> None:
    with watched(browser, base_url, theme=theme) as seen:
        seen.page.goto(base_url + PAGES[name].format(**places))
        seen.page.evaluate(AXE)  # by the debugger, which the page's policy does not hold back
        found = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [
            f"{each['id']}: {each['nodes'][0]['html']}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
        ]
        assert told == []


def test_changes_are_stepped_through_by_keyboard(browser: Browser, base_url: str, places: dict[str, str]) -> None:
    with watched(browser, base_url) as seen:
        page = seen.page
        page.goto(f"{base_url}/article/{places['changed']}/diff/1/2")
        changes = page.locator(".change").count()
        assert changes > 1
        for at in range(changes):
            page.keyboard.press("n")
            assert page.evaluate("[...document.querySelectorAll('.change')].indexOf(document.activeElement)") == at
        page.keyboard.press("p")
        assert page.evaluate("[...document.querySelectorAll('.change')].indexOf(document.activeElement)") == changes - 2
        page.keyboard.press("s")
        page.wait_for_url("**view=side*")
        assert page.locator(".sides").count() > 0
        assert not seen.troubles


def test_a_kind_is_explained_on_hover_and_on_focus(browser: Browser, base_url: str, places: dict[str, str]) -> None:
    with watched(browser, base_url) as seen:
        page = seen.page
        page.goto(f"{base_url}/article/{places['changed']}/diff/1/2")
        label, tip = page.locator(".kind").first, page.locator(".tip").first
        assert not tip.is_visible()
        label.hover()
        assert tip.is_visible()
        page.mouse.move(0, 0)
        label.focus()
        assert tip.is_visible()
        assert "number" in tip.inner_text().lower()


def test_the_keyboard_alone_leads_from_the_front_page_to_a_change(browser: Browser, base_url: str) -> None:
    with watched(browser, base_url) as seen:
        page = seen.page
        page.goto(f"{base_url}/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('kind')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/diff/**")
        anchor = page.url.partition("#")[2]
        assert page.locator(f"#{anchor}").count() == 1


def test_everything_is_there_without_scripts(browser: Browser, base_url: str, places: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/article/{places['changed']}/diff/1/2")
    assert page.locator("del").count() > 0
    assert not page.locator(".keys").is_visible()
    page.get_by_role("link", name="Side by side").click()
    assert page.locator(".sides").count() > 0
    page.goto(f"{base_url}/?kind=number")
    assert page.locator(".changes li").count() > 0
    context.close()


def test_a_search_form_leads_to_what_was_taken_out(browser: Browser, base_url: str) -> None:
    with watched(browser, base_url) as seen:
        page = seen.page
        page.goto(f"{base_url}/")
        page.get_by_role("searchbox").fill("misstated")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=misstated")
        assert "removed between" in page.locator("main").inner_text()
        assert not seen.troubles
