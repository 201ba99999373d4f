"""What goes wrong on Datasette's own pages, told on a page of ours and not on the server's console."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from markupsafe import Markup

from tracker.pages.links import Links
from tracker.pages.problem import problem_html
from tracker.web.headers import PAGE_POLICY


def answer_to(exception: Exception, path: str, links: Links) -> Response | None:
    """None: it is a fault of the program, to be told in full where its keeper sees it."""
    if isinstance(exception, DatasetteError):
        status = HTTPStatus(exception.status or HTTPStatus.BAD_REQUEST)
        title, message = exception.title, _plain(exception.message, is_html=exception.message_is_html)
    elif isinstance(exception, Base400):
        status = HTTPStatus(exception.status)
        title, message = None, str(exception) or status.phrase
    else:
        return None
    if path.endswith(".json"):
        told: dict[str, Any] = {"ok": False, "error": message, "status": status.value, "title": title}
        return Response.json(told, status=status.value)
    page = problem_html(title or status.phrase, message, links)
    return Response.html(page, status=status.value, headers={"Content-Security-Policy": PAGE_POLICY})


def _plain(message: str, *, is_html: bool) -> str:
    return Markup(message).striptags() if is_html else message  # noqa: S704 - no mark-up is left of it
