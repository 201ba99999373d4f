"""The colours of a card: those of the pages, light and dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    paper: str
    ink: str
    faint: str
    line: str
    accent: str
    deleted: str
    deleted_paper: str
    inserted: str
    inserted_paper: str


# The values of `tracker/pages/static/pages.css`; ink on paper has a contrast above 4.5 everywhere (WCAG 2.2, 1.4.3).
LIGHT = Theme("#fdfdfb", "#1d1d1b", "#5c5c58", "#d9d9d2", "#124a7c", "#8f1414", "#fde8e6", "#0b5323", "#e2f4e6")
DARK = Theme("#161615", "#eceae4", "#a9a69e", "#3b3a36", "#9ccdf7", "#ffb3ab", "#47201d", "#a5e8b6", "#173d22")
