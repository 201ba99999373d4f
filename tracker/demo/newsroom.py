"""What the site answers, and how far its visitors have come. Thread-safe; knows nothing of sockets."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random

from tracker.demo import pages
from tracker.demo.articles import load_template
from tracker.demo.pages import Setting
from tracker.demo.timeline import Page, Progress, Stage, Story, Timeline, after_visit, is_over, stage_shown

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ask:
    outlet: str  # key
    path: str  # without the query
    if_none_match: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    text: str = ""
    content_type: str = _HTML
    etag: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """When a stage was shown for the first time."""

    slug: str
    stage: int
    minute: float


@dataclass(slots=True)
class _Desk:
    """One article and how far it has come. `turn` lets one visitor in at a time, until the answer is on its way."""

    timeline: Timeline
    path: str
    turn: threading.Lock = field(default_factory=threading.Lock)
    progress: Progress = field(default_factory=Progress)

    @property
    def stage(self) -> Stage:
        return self.timeline.stages[self.progress.stage]

    @property
    def current_path(self) -> str:
        return self.stage.moved_to or self.path


class Newsroom:
    """All outlets' answers. Every method may be called from any thread."""

    def __init__(
        self,
        timelines: Sequence[Timeline],
        settings: Mapping[str, Setting],
        *,
        minute: Callable[[], float],
        noise: Random,
        visits_needed: int,
    ) -> None:
        self._settings = settings
        self._minute = minute
        self._noise = noise
        self._visits_needed = visits_needed
        self._lock = threading.Lock()  # guards every desk's progress, the noise and the list of what was served
        self._served: list[Served] = []
        self._desks = [_Desk(timeline, self._first_path(timeline)) for timeline in timelines]
        self._by_path = {key: desk for desk in self._desks for key in _addresses(desk)}

    def _first_path(self, timeline: Timeline) -> str:
        story = timeline.stages[0].story
        return self._settings[story.outlet].outlet.path_of(story)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(self._base_url(desk) + desk.path for desk in self._desks)

    @property
    def served_at(self) -> tuple[Served, ...]:
        with self._lock:
            return tuple(self._served)

    def is_finished(self) -> bool:
        with self._lock:
            return all(is_over(desk.timeline, desk.progress, self._visits_needed) for desk in self._desks)

    @contextmanager
    def visit(self, ask: Ask) -> Iterator[Answer]:
        """The answer, to be sent inside the block: a block left by an exception was no visit."""
        desk = self._by_path.get((ask.outlet, ask.path))
        if desk is None:
            yield self._answer_elsewhere(ask)
            return
        with desk.turn:
            minute = self._minute()
            shown = stage_shown(desk.timeline, desk.progress, minute, self._visits_needed)
            stage = desk.timeline.stages[shown]
            yield self._answer_article(ask, stage, desk.path)
            if ask.path in (desk.path, stage.moved_to):
                self._record(desk, shown, minute)

    def _record(self, desk: _Desk, shown: int, minute: float) -> None:
        with self._lock:
            desk.progress = after_visit(desk.progress, shown)
            if desk.progress.visit_count == 1:
                self._served.append(Served(desk.timeline.slug, shown, minute))

    def _answer_article(self, ask: Ask, stage: Stage, old_path: str) -> Answer:
        setting = self._settings[ask.outlet]
        if stage.page is Page.MISSING or ask.path not in (old_path, stage.moved_to):
            return Answer(HTTPStatus.NOT_FOUND, pages.missing_page(setting))
        if stage.page is Page.CONSENT_WALL:
            return Answer(HTTPStatus.OK, pages.consent_page(setting, self._fresh_noise()))
        if stage.page is Page.MOVED and ask.path == old_path:
            url = setting.base_url + stage.moved_to
            return Answer(HTTPStatus.MOVED_PERMANENTLY, pages.moved_page(url), location=url)
        return _conditional(ask, setting, pages.article_page(stage.story, setting, ask.path, self._fresh_noise()))

    def _answer_elsewhere(self, ask: Ask) -> Answer:
        setting = self._settings[ask.outlet]
        match ask.path:
            case "/":
                return Answer(HTTPStatus.OK, pages.front_page(self._listed(ask.outlet), setting, self._fresh_noise()))
            case "/feed.xml":
                feed = pages.feed(self._listed(ask.outlet), setting)
                return Answer(HTTPStatus.OK, feed, "application/rss+xml; charset=utf-8")
            case "/robots.txt":
                return Answer(HTTPStatus.OK, load_template("robots.txt").template, "text/plain; charset=utf-8")
            case _:
                return Answer(HTTPStatus.NOT_FOUND, pages.missing_page(setting))

    def _listed(self, outlet: str) -> list[tuple[Story, str]]:
        """The outlet's articles as visitors know them; one that was taken down is not listed."""
        with self._lock:
            mine = [desk for desk in self._desks if desk.stage.story.outlet == outlet]
            return [(desk.stage.story, desk.current_path) for desk in mine if desk.stage.page is not Page.MISSING]

    def _fresh_noise(self) -> Random:
        """A source of its own for each visit, so that a page's noise does not depend on who else is being served."""
        with self._lock:
            return Random(self._noise.getrandbits(64))  # noqa: S311 - adverts and counters, no secrets

    def _base_url(self, desk: _Desk) -> str:
        return self._settings[desk.stage.story.outlet].base_url


def _addresses(desk: _Desk) -> Iterator[tuple[str, str]]:
    outlet = desk.timeline.stages[0].story.outlet
    yield outlet, desk.path
    yield from ((outlet, stage.moved_to) for stage in desk.timeline.stages if stage.moved_to)


def _conditional(ask: Ask, setting: Setting, text: str) -> Answer:
    """200, or 304 for a visitor who has this very page. The ETag is weak, since the page is also sent compressed."""
    if not setting.outlet.has_etag:
        return Answer(HTTPStatus.OK, text)
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    if etag in (given.strip() for given in ask.if_none_match.split(",")):
        return Answer(HTTPStatus.NOT_MODIFIED, etag=etag)
    return Answer(HTTPStatus.OK, text, etag=etag)
