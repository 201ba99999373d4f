"""The templates. Every text that goes in is escaped, and made safe to show as `tracker.render.plain` does."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from tracker.model import Kind, Outcome, State, utc_text
from tracker.pages.links import Links
from tracker.render.excerpt import shortened
from tracker.render.plain import safe_text
from tracker.render.wording import between_text, count, duration_text, kind_name, moment_text, outcome_name, state_name

# A headline has some sixty characters. What a page puts in its place may be a million: a reader of a list needs no more
# than to know it again, and the page of the revision has the whole.
HEADLINE_CHARACTERS = 300


def render(template: str, links: Links, **values: object) -> str:
    """A page. `links` leads from it to the others."""
    return _environment().get_template(template).render(links=links, **values) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "headline": headline,
        "moment": _moment,
        "between": lambda pair: between_text(pair[0], pair[1], UTC),
        "duration": duration_text,
        "count": count,
        "kind": lambda kind: kind_name(Kind(kind)),
        "outcome": lambda outcome: outcome_name(Outcome(outcome)),
        "state": lambda state: state_name(State(state)),
    }
    environment.globals |= {"utc": UTC, "headline_characters": HEADLINE_CHARACTERS}
    return environment


def headline(text: str | None) -> str | None:
    return None if text is None else shortened(text, HEADLINE_CHARACTERS)


def _source(name: str) -> str:
    return (files("tracker.pages") / "templates" / name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    """No text of an article steers what is read, wherever a template puts it."""
    if value is None:
        return ""
    return safe_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _moment(moment: datetime) -> Markup:
    """`<time datetime="2026-11-23T10:05:00Z">2026-11-23 10:05 UTC</time>`."""
    return Markup('<time datetime="{}">{}</time>').format(escape(utc_text(moment)), moment_text(moment, UTC))
