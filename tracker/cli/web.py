"""`tracker web`: the pages, on this machine."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address

import click

from tracker.cli.base import App, with_app
from tracker.errors import TrackerError, UsageError

_OPENED_UP = (
    "Everybody who can reach {address} can now read the whole database, the texts of the articles included. Put a "
    "server with a password in front of it, or listen on 127.0.0.1."
)


@click.command(short_help="The pages, in a browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0: all.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65_535), help="0: any that is free.")
@with_app
def web(app: App, host: str, port: int) -> None:
    """The pages, in a browser: what changed, articles, hosts, any two revisions, and every table beneath.

    Until Ctrl-C. Reads only; the daemon may run beside it.
    """
    try:
        from tracker.web.serving import serve  # noqa: PLC0415 - an extra that not everybody has installed
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("datasette", "uvicorn"):
            raise
        raise UsageError("The pages need Datasette; install it with `pip install article-tracker[web]`.") from None
    with app.read() as store:  # says in one sentence what is wrong with it
        database = store.path
    with _listening(host, port) as listener:
        address = listener.getsockname()
        app.remarks().print(f"The pages are at http://{_shown(address[0])}:{address[1]}/ until Ctrl-C.")
        if not _is_loopback(address[0]):
            app.remarks().print(_OPENED_UP.format(address=f"{_shown(address[0])}:{address[1]}"))
        with suppress(KeyboardInterrupt):  # the end that it is meant to have
            serve(database, listener)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"--host: {host!r} is no address of this machine: {error.strerror}.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise TrackerError(f"Cannot listen on {host}:{port}: {error.strerror}; name another --port.") from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    return ip_address(host.partition("%")[0]).is_loopback
