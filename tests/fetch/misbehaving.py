"""How servers misbehave, each as a function of the connection."""

from __future__ import annotations

import functools
import gzip
import io
import socket
import struct
import time

from loopback import Misbehave

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def says(*pieces: bytes) -> Misbehave:
    """Says this and hangs up."""

    def say(client: socket.socket) -> None:
        for piece in pieces:
            client.sendall(piece)

    return say


def drips(start: bytes, drop: bytes) -> Misbehave:
    """Never stops, never says much."""

    def drip(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            client.sendall(drop)
            time.sleep(0.02)

    return drip


def floods(start: bytes, wave: bytes) -> Misbehave:
    """Never stops, as fast as it can."""

    def flood(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            client.sendall(wave)

    return flood


def stalls(start: bytes) -> Misbehave:
    """Says this, then nothing, on an open line."""

    def stall(client: socket.socket) -> None:
        client.sendall(start)
        client.recv(1)

    return stall


def resets(start: bytes) -> Misbehave:
    def reset(client: socket.socket) -> None:
        client.sendall(start)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return reset


@functools.cache
def bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return packed.getvalue()
