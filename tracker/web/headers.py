"""The rules that browsers keep on our pages and on Datasette's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette.utils.asgi import Response

# Nothing from elsewhere, nothing inline: even a mark-up that slipped through could neither run nor call home.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Datasette's own pages have scripts and styles inline.
_TABLE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def guarded(app: Any) -> Any:
    """The same application; answers without a policy get one, and addresses that are no ASCII a plain refusal."""

    async def guarding(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _completed(message["headers"])}
            await send(message)

        if scope.get("raw_path", b"").isascii():
            await app(scope, receive, sending)
        else:
            await Response.text("Write the address with percent signs.", status=400).asgi_send(sending)

    return guarding


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    ours: Mapping[str, str] = {"Content-Security-Policy": _TABLE_POLICY, **_ALWAYS}
    pairs = [(name.lower().encode(), value.encode()) for name, value in ours.items()]
    return [*headers, *(pair for pair in pairs if pair[0] not in given)]
