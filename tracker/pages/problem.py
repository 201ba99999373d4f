"""A page that says what went wrong."""

from __future__ import annotations

from tracker.pages.links import Links
from tracker.pages.templating import render


def problem_html(title: str, sentence: str, links: Links) -> str:
    return render("problem.html", links, title=title, sentence=sentence)
