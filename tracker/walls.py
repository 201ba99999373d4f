"""Bot walls by their headers: who turned the tracker away, said by the answer itself. Pure.

The marks are data, `walls.toml`, each with its reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LONGEST_SHOWN = 60  # characters of a value: enough to recognise it in a log, too few to flood one


@dataclass(frozen=True, slots=True)
class _Wall:
    name: str
    header: re.Pattern[str]
    value: re.Pattern[str]
    statuses: frozenset[int]  # empty: any
    without: str | None  # lower case


def wall_of(status: int | None, headers: Iterable[tuple[str, str]]) -> str | None:
    """Whose wall an answer is, and by which header: "Cloudflare's challenge (cf-mitigated: challenge)". None: nobody's.

    `headers` as sent, in any case, repeated names included. Headers that a filter also puts on the pages that it lets
    through count only beside a status that refuses: a page with status 200 is named for a wall's own marks alone.
    """
    sent = [(name.lower(), value.strip()) for name, value in headers]
    names = {name for name, _ in sent}
    for wall in _walls():
        if (wall.statuses and status not in wall.statuses) or wall.without in names:
            continue
        for name, value in sent:
            if wall.header.fullmatch(name) and (found := wall.value.search(value)):
                return f"{wall.name} ({_shown(name, found[0])})"
    return None


def _shown(name: str, value: str) -> str:
    return f"{name}: {value[:_LONGEST_SHOWN]}" if value else name


@cache
def _walls() -> tuple[_Wall, ...]:
    """Read once a process: package data, not state."""
    data = tomllib.loads((files("tracker") / "walls.toml").read_text("utf-8"))
    return tuple(
        _Wall(
            name=entry["name"],
            header=re.compile(entry["header"], re.IGNORECASE),
            value=re.compile(entry["value"], re.IGNORECASE),
            statuses=frozenset(entry.get("statuses", ())),
            without=entry.get("without"),
        )
        for entry in data["walls"]
    )
