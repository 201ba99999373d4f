"""What a list of changes is about, and how that is written into an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.model import Field, Kind


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty asks for all. `since` and `until` as people write them: `24h`, `7d`, `2026-11-23`."""

    host: str = ""
    kinds: tuple[Kind, ...] = ()
    field: Field | None = None
    since: str = ""
    until: str = ""

    @property
    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        return {
            "host": self.host,
            "kind": tuple(kind.value for kind in self.kinds),
            "field": "" if self.field is None else self.field.value,
            "since": self.since,
            "until": self.until,
        }

    @property
    def are_set(self) -> bool:
        return self != Filters()

    @property
    def in_words(self) -> str:
        """`number or name, headline, on www.example.com, since 7d`; empty: all changes."""
        words = [
            " or ".join(kind.replace("_", " ") for kind in self.kinds),
            "" if self.field is None else self.field.value,
            f"on {self.host}" if self.host else "",
            f"since {self.since}" if self.since else "",
            f"until {self.until}" if self.until else "",
        ]
        return ", ".join(word for word in words if word)
