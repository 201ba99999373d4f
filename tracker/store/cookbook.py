"""The cookbook's queries, read from its Markdown: what the tests run, the benchmark times and Datasette offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_QUESTION = "### "
_SQL = re.compile(r"^```sql\n(.+?)^```$", re.MULTILINE | re.DOTALL)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)\b")
_QUOTED = re.compile(r"'[^']*'")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")

# How a recipe says in its text what the tests and the benchmark are to expect.
EMPTY_IN_THE_DEMO = "The demo has none"
SLOW = "Slow on large files"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question and its SQL."""

    title: str  # the question
    sql: str  # without the semicolon at its end
    text: str  # what is said about it, as Markdown

    @property
    def name(self) -> str:
        """For an address: `which-numbers-were-altered`."""
        return _NOT_IN_A_NAME.sub("-", self.title.casefold()).strip("-")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that stand in the SQL as `:name`."""
        return tuple(dict.fromkeys(_PARAMETER.findall(_QUOTED.sub("''", self.sql))))

    @property
    def is_empty_in_the_demo(self) -> bool:
        return EMPTY_IN_THE_DEMO in self.text

    @property
    def is_slow(self) -> bool:
        """Takes longer than a second on a million articles, and its text says why."""
        return SLOW in self.text


def recipes(markdown: str) -> tuple[Recipe, ...]:
    """In the order in which they stand: each heading of the third level with one block of SQL under it."""
    return tuple(_recipes(markdown))


def _recipes(markdown: str) -> Iterator[Recipe]:
    headings = [*_HEADING.finditer(markdown)]
    ends = [heading.start() for heading in headings[1:]] + [len(markdown)]
    for heading, end in zip(headings, ends, strict=True):
        section = markdown[heading.end() : end]
        sql = _SQL.search(section)
        if sql is not None and heading[0].startswith(_QUESTION):
            text = _on_lines(section[: sql.start()] + section[sql.end() :])
            yield Recipe(heading[0].removeprefix(_QUESTION).strip(), sql[1].strip().removesuffix(";"), text)


def _on_lines(markdown: str) -> str:
    """Paragraphs, each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", markdown))
    return "\n\n".join(part for part in parts if part)
