"""The addresses of our pages, and what answers them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from datasette.utils.asgi import Request, Response

from tracker import answers
from tracker.answers import Query, Site
from tracker.errors import NotFound, TrackerError, UsageError
from tracker.pages.feed import CONTENT_TYPE as ATOM
from tracker.pages.links import ASSETS, LiveLinks, asset
from tracker.pages.problem import problem_html
from tracker.store import Store
from tracker.web.desk import Desk
from tracker.web.headers import PAGE_POLICY

if TYPE_CHECKING:  # which loads the plug-ins, this one among them
    from datasette.app import Datasette

Params = dict[str, str]
Answer = Callable[[Store, Params, Query, Site, datetime], str | bytes]
View = Callable[..., Awaitable[Response]]

_PAGE = "text/html; charset=utf-8"
_FOR_EVER = "public, max-age=31536000, immutable"
_READING = ("GET", "HEAD")


def routes(desk: Desk, database: str) -> list[tuple[str, View]]:
    """`database`: its name in Datasette."""
    pages = [(pattern, _view(desk, database, answer, kind)) for pattern, answer, kind in _ROUTES]
    return [*pages, (rf"^/style/(?P<name>{'|'.join(ASSETS)})$", _style)]


def _view(desk: Desk, database: str, answer: Answer, content_type: str) -> View:
    async def view(request: Request, datasette: Datasette) -> Response:
        if request.method not in _READING:
            return _not_allowed()
        site = _site(request, datasette, database)
        params = {name: unquote(value) for name, value in request.url_vars.items()}
        make = functools.partial(_made, answer, params, parse_qs(request.query_string), site)
        try:
            page = await desk.ask(make)
        except TrackerError as error:
            status = _status_of(error)
            return _response(problem_html(status.phrase, str(error), site.links), _PAGE, status)
        return _response(page, content_type, asked=request.headers.get("if-none-match"))

    return view


def _made(answer: Answer, params: Params, query: Query, site: Site, store: Store) -> str | bytes:
    return answer(store, params, query, site, datetime.now(UTC))


def _status_of(error: TrackerError) -> HTTPStatus:
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST if isinstance(error, UsageError) else HTTPStatus.SERVICE_UNAVAILABLE


def _site(request: Request, datasette: Datasette, database: str) -> Site:
    base = str(datasette.setting("base_url")).rstrip("/")
    tables = str(datasette.urls.database(database))
    return Site(LiveLinks(base, tables), LiveLinks(f"{request.scheme}://{request.host}{base}"))


def _response(
    body: str | bytes, content_type: str, status: HTTPStatus = HTTPStatus.OK, asked: str | None = None
) -> Response:
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
    if isinstance(body, bytes):  # a feed, which the same readers ask for again and again
        headers["ETag"] = _tag(body)
        if _is_known(headers["ETag"], asked):
            body, status = b"", HTTPStatus.NOT_MODIFIED
    return Response(body, status=status.value, headers=headers, content_type=content_type)


def _not_allowed() -> Response:
    status = HTTPStatus.METHOD_NOT_ALLOWED
    return Response.text(
        "These pages are only for reading.", status=status.value, headers={"Allow": ", ".join(_READING)}
    )


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _is_known(tag: str, asked: str | None) -> bool:
    """If-None-Match, compared weakly: a proxy that compresses says so (RFC 9110, 8.8.3.2 and 13.1.2)."""
    given = [each.strip().removeprefix("W/") for each in (asked or "").split(",")]
    return tag in given or given == ["*"]


async def _style(request: Request) -> Response:
    if request.method not in _READING:
        return _not_allowed()
    name = request.url_vars["name"]
    headers = {"Cache-Control": _FOR_EVER}
    return Response(asset(name), headers=headers, content_type=ASSETS[name])


# -- answers -----------------------------------------------------------------------------------------------------------


def _front(store: Store, _params: Params, query: Query, site: Site, now: datetime) -> str:
    return answers.front(store, query, site, now)


def _search(store: Store, _params: Params, query: Query, site: Site, _now: datetime) -> str:
    return answers.search(store, query, site)


def _host(store: Store, params: Params, _query: Query, site: Site, _now: datetime) -> str:
    return answers.host(store, params["host"], site)


def _article(store: Store, params: Params, query: Query, site: Site, now: datetime) -> str:
    return answers.article(store, int(params["article_id"]), query, site, now)


def _revision(store: Store, params: Params, _query: Query, site: Site, _now: datetime) -> str:
    return answers.revision(store, int(params["article_id"]), int(params["number"]), site)


def _comparison(store: Store, params: Params, query: Query, site: Site, _now: datetime) -> str:
    numbers = int(params["older"]), int(params["newer"])
    return answers.comparison(store, int(params["article_id"]), numbers, query, site)


def _feed(store: Store, params: Params, _query: Query, site: Site, _now: datetime) -> bytes:
    return answers.feed(store, params.get("host"), params.get("article_id"), params.get("kind"), site)


_ARTICLE = r"^/article/(?P<article_id>[0-9]{1,18})"
_NUMBER = "[0-9]{1,9}"
_ROUTES: tuple[tuple[str, Answer, str], ...] = (
    (r"^/$", _front, _PAGE),
    (rf"{_ARTICLE}$", _article, _PAGE),
    (rf"{_ARTICLE}/revision/(?P<number>{_NUMBER})$", _revision, _PAGE),
    (rf"{_ARTICLE}/diff/(?P<older>{_NUMBER})/(?P<newer>{_NUMBER})$", _comparison, _PAGE),
    (r"^/feed\.atom$", _feed, ATOM),
    (rf"{_ARTICLE}/feed\.atom$", _feed, ATOM),
    (r"^/search$", _search, _PAGE),
    (r"^/host/(?P<host>[^/]+)$", _host, _PAGE),
    (r"^/host/(?P<host>[^/]+)/feed\.atom$", _feed, ATOM),
    (r"^/kind/(?P<kind>[a-z_]+)/feed\.atom$", _feed, ATOM),
)
