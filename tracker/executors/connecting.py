"""How a connection to a scheduler is made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from distributed import Client, Security

from tracker.config import ExecutorSettings
from tracker.errors import EngineLost
from tracker.executors.link import Again, Link

_CONNECT_S = 5.0  # a scheduler that is there answers within milliseconds, also across an ocean

# The engine is typed in part: what it leaves open is not asked about.
_Client: Any = Client


class _OneConnection(_Client):  # type: ignore[misc]  # as above
    """The engine's own way is to connect anew behind our back, and then to ask the new scheduler for workers of the old
    one, for which it waits for ever. Here a connection that broke is the end of the client, and of its link."""

    tell_of_end: Callable[[], None] | None = None  # called in the engine's thread

    async def _reconnect(self) -> None:
        await self._close()
        if self.tell_of_end is not None:
            self.tell_of_end()


_Security: Any = Security


def connected(settings: ExecutorSettings, again: Again) -> Link:
    """A link that is up. Raises EngineLost, in a sentence, for a scheduler that does not answer, or another version."""
    # The engine tells of every attempt, at length; what matters of it is told here, once and in a sentence.
    # (The second has a level of its own; in the third's name its event loop tells of a result that was cut off.)
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    where = settings.scheduler
    try:
        client: Any = _OneConnection(where, security=_security(settings), timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, ImportError) as error:
        raise EngineLost(f"The cluster at {where} cannot be reached: {_first_line(error)}") from error
    try:
        client.tell_of_end = (link := Link(client, again)).connection_lost
        return link
    except (OSError, TimeoutError) as error:
        client.close(timeout=_CONNECT_S)
        raise EngineLost(f"The cluster at {where} was lost again: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return (str(error).partition("\n")[0] or type(error).__name__).rstrip(".") + "."


def _security(settings: ExecutorSettings) -> Any:
    if not settings.tls_ca:
        return None
    return _Security(
        tls_ca_file=settings.tls_ca,
        tls_client_cert=settings.tls_cert,
        tls_client_key=settings.tls_key,
        require_encryption=True,
    )
