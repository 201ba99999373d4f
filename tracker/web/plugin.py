"""What Datasette calls."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.database import Database
from datasette.utils.asgi import Request
from markupsafe import Markup

from tracker.pages.links import LiveLinks
from tracker.web.headers import guarded
from tracker.web.problems import answer_to
from tracker.web.routes import View, routes
from tracker.web.tables import OurDatabase, cell, is_ours, metadata_of

if TYPE_CHECKING:  # which loads the plug-ins, this one among them
    from datasette.app import Datasette


@hookimpl  # type: ignore[untyped-decorator]  # Datasette ships no types
def register_routes(datasette: Datasette) -> list[tuple[str, View]]:
    """Our pages, if one of the databases is ours: the first that is."""
    datasette.databases = {name: _taken_over(datasette, each) for name, each in datasette.databases.items()}
    found = next((each for each in datasette.databases.values() if isinstance(each, OurDatabase)), None)
    return [] if found is None else routes(found.desk, found.name)


def _taken_over(datasette: Datasette, database: Database) -> Database:
    if isinstance(database, OurDatabase) or not is_ours(database.path):
        return database
    return OurDatabase(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette, key: str | None, table: str | None) -> dict[str, Any]:
    """What tables and columns mean, what is plumbing, and the queries of the cookbook."""
    names = _names(datasette)
    return metadata_of(names, key, table) if names else {}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Mapping[str, Any], column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    if table is None or next(iter(_names(datasette)), None) != database:
        return None
    return cell(row, column, table, LiveLinks(_base(datasette)))


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Generator[None, Any, None]:
    """In the place of Datasette's own answer, which prints every wrong address with all variables on the console."""
    outcome = yield
    answer = answer_to(exception, request.path, LiveLinks(_base(datasette))) if _names(datasette) else None
    if answer is not None:
        outcome.force_result([answer])


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Any:
    """A policy for the pages that have none of their own."""
    return guarded


def _names(datasette: Datasette) -> list[str]:
    return [name for name, database in datasette.databases.items() if isinstance(database, OurDatabase)]


def _base(datasette: Datasette) -> str:
    return str(datasette.setting("base_url")).rstrip("/")
