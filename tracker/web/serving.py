"""The server of the pages."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette

# A query that somebody types must not hold up the pages; Datasette's own second is short for a large database. To find
# out which columns would make good facets, it would ask a view of millions two dozen questions before showing a row.
_SETTINGS = {"sql_time_limit_ms": 3_000, "allow_download": False, "num_sql_threads": 3, "suggest_facets": False}


def serve(database: Path, listener: socket.socket) -> None:
    """Until a signal asks for an end."""
    site = Datasette([str(database)], settings=_SETTINGS)
    config = uvicorn.Config(site.app(), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
