"""A host's page: what it changes, corrections against silent edits, how long errors stood, how looking goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.model import ChangeDetail, HostFigures, Kind
from tracker.pages.filters import Filters
from tracker.pages.links import Links
from tracker.pages.marking import sentence
from tracker.pages.plot import Bar, bars_svg
from tracker.pages.templating import render
from tracker.render.reports import grouped
from tracker.render.wording import change_title, state_count


@dataclass(frozen=True, slots=True)
class HostPage:
    figures: HostFigures
    latest: Sequence[ChangeDetail]  # the newest first; those of one revision stand together
    kind_meanings: Mapping[Kind, str]
    # By article and number of the newer revision: changes that are not among `latest`.
    more: Mapping[tuple[int, int], int] = field(default_factory=dict)


def host_html(page: HostPage, links: Links) -> str:
    figures = page.figures
    return render(
        "host.html",
        links,
        page=page,
        figures=figures,
        states=", ".join(state_count(number, state) for state, number in figures.states),
        kinds=[(kind, number, links.front(_filters(figures.host, kind).query)) for kind, number in figures.kinds],
        all_changes=links.front(Filters(host=figures.host).query),
        days_plot=_days_plot(figures),
        hours_plot=_hours_plot(figures),
        articles=grouped(page.latest),
        sentence=sentence,
        change_title=change_title,
        kind_meanings=page.kind_meanings,
    )


def _filters(host: str, kind: Kind) -> Filters:
    return Filters(host=host, kinds=(kind,))


def _days_plot(figures: HostFigures) -> object:
    bars = [Bar(day.day, day.looks) for day in reversed(figures.days)]
    return bars_svg(bars, f"Looks a day, on the latest {len(bars)} days with any") if len(bars) > 1 else ""


def _hours_plot(figures: HostFigures) -> object:
    if not any(figures.changes_by_hour):
        return ""
    bars = [Bar(f"{hour:02}:00", number) for hour, number in enumerate(figures.changes_by_hour)]
    return bars_svg(bars, "Looks that showed a change, by hour of the day in UTC")
