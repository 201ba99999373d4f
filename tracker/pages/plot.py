"""Small plots as inline SVG: no script, no style of their own, and told in words for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tracker.render.activity import Activity
from tracker.render.wording import count

STRETCHES = 80
_BAR, _HEIGHT, _FOOT = 8, 48, 10


def activity_svg(activity: Activity) -> Markup:
    """Looks as grey bars, those that did not show the article hatched, revisions as marks below."""
    most = max(stretch.looks for stretch in activity.stretches)
    parts = []
    for at, stretch in enumerate(activity.stretches):
        left = at * _BAR
        parts += _bar("looks", left, stretch.looks - stretch.absent, 0, most)
        parts += _bar("absent", left, stretch.absent, stretch.looks - stretch.absent, most)
        if stretch.revisions:
            mark = Markup('<rect class="revisions" x="{}" y="{}" width="{}" height="{}"/>')
            parts.append(mark.format(left, _HEIGHT + 2, _BAR - 1, _FOOT - 2))
    return _svg(len(activity.stretches) * _BAR, _HEIGHT + _FOOT, _words(activity), parts)


def _words(activity: Activity) -> str:
    looks, absent, revisions = (
        sum(getattr(stretch, name) for stretch in activity.stretches) for name in ("looks", "absent", "revisions")
    )
    told = f"{count(looks, 'look')}, {count(revisions, 'revision')}"
    return f"{told}, {count(absent, 'look')} that did not show the article" if absent else told


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a row of bars."""

    label: str
    value: int


def bars_svg(bars: Sequence[Bar], words: str) -> Markup:
    """`words`: what the plot shows, in a sentence."""
    most = max((bar.value for bar in bars), default=0)
    parts = [part for at, bar in enumerate(bars) for part in _bar("looks", at * _BAR, bar.value, 0, most, bar.label)]
    return _svg(len(bars) * _BAR, _HEIGHT, words, parts)


def _bar(kind: str, left: int, value: int, below: int, most: int, label: str = "") -> list[Markup]:
    if not value:
        return []
    height, foot = value / most * _HEIGHT, below / most * _HEIGHT
    title = Markup("<title>{}: {}</title>").format(label, f"{value:,}") if label else Markup()
    rect = Markup('<rect class="{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}">{}</rect>')
    return [rect.format(kind, left, _HEIGHT - foot - height, _BAR - 1, max(height, 1), title)]


def _svg(width: int, height: int, words: str, parts: Sequence[Markup]) -> Markup:
    frame = Markup(
        '<svg class="plot" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>'
    )
    return frame.format(words, width, height, Markup().join(parts))
