"""The demo's own data, read from the package: outlets, articles with their edits, and what surrounds them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from pydantic import TypeAdapter

from tracker.demo.timeline import StepRecord, Story, Timeline, timeline_of


@dataclass(frozen=True, slots=True)
class Outlet:
    """One of the demo's newspapers."""

    key: str
    name: str
    strapline: str
    template: str  # file name of its article page
    address: str  # loopback address it would like to be served from
    path: str  # of an article, with {section} and {slug}
    sections: tuple[str, ...]
    has_etag: bool

    def path_of(self, story: Story) -> str:
        return self.path.format(section=story.section.lower(), slug=story.slug)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Lines from which adverts, link lists and newsletter boxes are drawn."""

    adverts: tuple[str, ...]
    stories: tuple[str, ...]
    appeals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _OutletsFile:
    outlets: tuple[Outlet, ...]


@dataclass(frozen=True, slots=True)
class _ArticleFile:
    slug: str
    outlet: str
    section: str
    headline: str
    subheadline: str
    byline: str
    published_minutes_ago: int
    paragraphs: tuple[str, ...]
    steps: tuple[StepRecord, ...] = ()

    def timeline(self) -> Timeline:
        story = Story(
            self.slug,
            self.outlet,
            self.section,
            self.headline,
            self.subheadline,
            self.byline,
            self.published_minutes_ago,
            self.paragraphs,
        )
        return timeline_of(story, self.steps)


_FOLDER = files("tracker.demo")


def load_timelines() -> tuple[Timeline, ...]:
    """Every article's life, ordered by slug."""
    reader = TypeAdapter(_ArticleFile)
    texts = [entry.read_text("utf-8") for entry in (_FOLDER / "articles").iterdir() if entry.name.endswith(".toml")]
    timelines = [reader.validate_python(tomllib.loads(text)).timeline() for text in texts]
    return tuple(sorted(timelines, key=lambda timeline: timeline.slug))


def load_outlets() -> tuple[Outlet, ...]:
    return TypeAdapter(_OutletsFile).validate_python(_toml("outlets.toml")).outlets


@cache
def load_surroundings() -> Surroundings:
    return TypeAdapter(Surroundings).validate_python(_toml("noise.toml"))


@cache
def load_template(name: str) -> Template:
    return Template((_FOLDER / "templates" / name).read_text("utf-8"))


def _toml(name: str) -> dict[str, object]:
    return tomllib.loads((_FOLDER / name).read_text("utf-8"))
