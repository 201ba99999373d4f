"""Reports and diffs in a browser: nothing for axe to complain of, in both themes, on a phone and on a desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC
from importlib.resources import files
from pathlib import Path

import pytest
from digest_samples import day_details, day_digest
from playwright.sync_api import Browser, sync_playwright
from render_samples import sample_pair

from tracker.render.digest_html import digest_html
from tracker.render.html import diff_html, report_html

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "there is no Chromium on this machine (Debian: apt-get install chromium): no page was looked at"
        if os.environ.get("TRACKER_TESTS_NEED_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["digest", "by_article", "diff"])
def test_a_page_is_accessible_and_fits(browser: Browser, tmp_path: Path, name: str, theme: str) -> None:
    page_of = {
        "digest": lambda: digest_html(day_digest(), UTC, "Seen today"),
        "by_article": lambda: report_html(day_details(), UTC),
        "diff": lambda: diff_html(sample_pair(), UTC),
    }
    file = tmp_path / "page.html"
    file.write_text(page_of[name](), encoding="utf-8")
    context = browser.new_context(color_scheme="dark" if theme == "dark" else "light")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: told.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    for width in (360, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    context.close()
    assert [(fault["id"], fault["help"]) for fault in found] == []
    assert told == []
