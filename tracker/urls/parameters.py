"""parameters.toml as rules: which query parameters choose nothing, which only a form of the page."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Names:
    """Names of parameters, in lower case: whole ones, and beginnings."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        lower = name.lower()
        return lower in self.whole or lower.startswith(self.beginnings)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """Addresses that only lead to the one in their query."""

    hosts: frozenset[str]
    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    tracking: Names
    beside_an_article: Names
    session: Names
    views: Mapping[tuple[str, str], str]  # name and value -> form: amp, mobile, print, one_page
    wrappers: tuple[Wrapper, ...]


@functools.cache
def parameters() -> Parameters:
    """The file that is shipped beside this module, which gives the reason for each group."""
    text = (importlib.resources.files(__package__) / "parameters.toml").read_text(encoding="utf-8")
    given = tomllib.loads(text)
    return Parameters(
        tracking=_names(given["tracking"]),
        beside_an_article=_names(given["beside_an_article"]),
        session=_names(given["session"]),
        views={
            (name, value): group["form"]
            for group in given["views"]
            for name in group["names"]
            for value in group["values"]
        },
        wrappers=tuple(
            Wrapper(frozenset(group["hosts"]), group["path"], tuple(group["names"])) for group in given["wrappers"]
        ),
    )


def _names(groups: Iterable[Mapping[str, Any]]) -> Names:
    names = [name for group in groups for name in group["names"]]
    return Names(
        frozenset(name for name in names if not name.endswith("*")),
        tuple(name[:-1] for name in names if name.endswith("*")),
    )
