"""Datasette's own pages of our database: what everything in it means, and ways from its rows to our pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import Database
from markupsafe import Markup

from tracker.errors import NotFound, NotOurDatabase, StoreError
from tracker.pages.links import LiveLinks
from tracker.store import Store
from tracker.web.desk import Desk

if TYPE_CHECKING:  # which loads the plug-ins, this one among them
    from datasette.app import Datasette

# Made by `python -m tracker.store.document --datasette`, under the name that it gives the database.
_METADATA = "metadata.json"
_ITS_NAME = "tracker"


_ASKED = (None, "title", "description", "queries", "databases")  # the rest is about rights and the like


_COUNT_MS = 100


class OurDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """A database of ours, as Datasette asks it, and a desk to ask it for our pages."""

    def __init__(self, datasette: Datasette, other: Database) -> None:
        super().__init__(datasette, path=other.path, is_mutable=other.is_mutable)
        self.name, self.route = other.name, other.route
        self.desk = Desk(Path(other.path))

    async def execute(self, sql: str, params: Any = None, truncate: bool = False, **options: Any) -> Any:
        """A table's page first counts its rows, however many millions: not for long. `truncate`: a person asks."""
        if not truncate and sql.startswith("select count(*) from ") and not options.get("custom_time_limit"):
            options["custom_time_limit"] = _COUNT_MS
        return await super().execute(sql, params, truncate, **options)

    async def table_names(self) -> list[str]:
        """Without the word indexes: they can be asked for words, but neither counted nor listed."""
        indexes = await self.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'")
        hidden = {row["name"] for row in indexes.rows}
        return [name for name in await super().table_names() if name not in hidden]


def is_ours(path: str | None) -> bool:
    """A file that only has to be brought up to date is: its pages say so."""
    if path is None:
        return False
    try:
        Store.open(Path(path), read_only=True).close()
    except (NotOurDatabase, NotFound):
        return False
    except StoreError:
        return True
    return True


@cache
def _text() -> str:
    return (files("tracker.web") / _METADATA).read_text(encoding="utf-8")


def metadata_of(names: list[str], key: str | None, table: str | None) -> dict[str, Any]:
    """For databases of these names; only the part that is asked for, since Datasette asks often. Made anew each time,
    since Datasette writes into it."""
    if table is None and key not in _ASKED:
        return {}
    described: dict[str, Any] = json.loads(_text())
    ours = described["databases"][_ITS_NAME]
    if table is not None:
        ours = {"tables": {table: ours["tables"].get(table, {})}}
    return {**described, "databases": dict.fromkeys(names, ours)}


def cell(row: Mapping[str, Any], column: str, table: str, links: LiveLinks) -> Markup | None:
    """A way to our page, where a row names one. None: the cell stays as it is."""
    address = _address(row, column, table, links)
    return None if address is None else Markup('<a href="{}">{}</a>').format(address, row[column])


def _address(row: Mapping[str, Any], column: str, table: str, links: LiveLinks) -> str | None:
    try:
        if column == "article_id":
            return links.article(int(row["article_id"]))
        if column == "change_id":
            return links.comparison(row["article_id"], row["from_number"], row["to_number"], int(row["change_id"]))
        if column == "number" and table == "revisions_text":
            return links.revision(row["article_id"], int(row["number"]))
    except (IndexError, KeyError, TypeError, ValueError):  # the row has not all that the address needs
        return None
    return None
