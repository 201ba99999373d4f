"""WARC files (ISO 28500) of pages that were looked at: one `response` record a page, with its headers and time.

A page is kept as it was after its content coding (gzip and the like) was undone. What no longer holds for it, its
content coding and the length it had then, stands under `X-Archive-Orig-` before the old name, as web archives do it.
A text that another program's archive held in place of a page is a `resource` record: nobody sent it over HTTP.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tracker.model import utc_text

# Headers that told of the bytes on the way, not of those that are kept.
_OF_THE_WAY = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_PRINTED = ("text/x-newsdiffs", "text/x-diffengine")
_LINE_ENDS = re.compile(r"[\r\n\x00]+")
_NAMESPACE = uuid.UUID("6b7f4f0e-4f0b-5d0c-9a58-0d0a3f2b6c11")  # chosen once, for the names of these records alone


class WarcPage(Protocol):
    """One page as it was sent."""

    @property
    def capture_id(self) -> int: ...

    @property
    def url(self) -> str: ...

    @property
    def captured_at(self) -> datetime: ...

    @property
    def http_status(self) -> int: ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...

    @property
    def body(self) -> bytes: ...

    @property
    def content_type(self) -> str | None: ...

    @property
    def body_sha256(self) -> str: ...


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


class WarcOut:
    """Writes records of pages to a stream, each compressed by itself, as readers of WARC expect it.

    The same pages give the same bytes: names of records are made from what they hold.
    """

    def __init__(self, stream: Sink, software: str, description: str) -> None:
        self._stream = stream
        self._writer = WARCWriter(stream, gzip=True)
        self._software, self._description = software, description
        self._info_id: str | None = None

    def add(self, page: WarcPage) -> None:
        if self._info_id is None:
            self._info_id = self._write_info(page.captured_at)
        printed = (page.content_type or "").startswith(_PRINTED)
        record = self._writer.create_warc_record(
            page.url,
            "resource" if printed else "response",
            payload=io.BytesIO(page.body),
            length=len(page.body),
            warc_content_type=page.content_type or "" if printed else "",
            warc_headers_dict=self._names(page),
            http_headers=None if printed else _http_headers(page),
        )
        self._writer.write_record(record)

    def close(self) -> None:
        """A file of no page still tells what it is."""
        if self._info_id is None:
            self._write_info(datetime.fromisoformat("1970-01-01T00:00:00Z"))

    def _names(self, page: WarcPage) -> dict[str, str]:
        told = json.dumps([page.url, utc_text(page.captured_at), page.body_sha256, page.capture_id])
        return {
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(_NAMESPACE, told)}>",
            "WARC-Date": utc_text(page.captured_at),
            "WARC-Warcinfo-ID": self._info_id or "",
            "Article-Tracker-Body-SHA256": page.body_sha256,
            "Article-Tracker-Capture-ID": str(page.capture_id),
        }

    def _write_info(self, at: datetime) -> str:
        lines = {
            "software": self._software,
            "format": "WARC File Format 1.0",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.0/",
            "description": self._description,
        }
        content = "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
        name = f"<urn:uuid:{uuid.uuid5(_NAMESPACE, utc_text(at) + content.decode())}>"
        record = self._writer.create_warc_record(
            "",
            "warcinfo",
            payload=io.BytesIO(content),
            length=len(content),
            warc_headers_dict={"WARC-Record-ID": name, "WARC-Date": utc_text(at)},
        )
        self._writer.write_record(record)
        return name


def _http_headers(page: WarcPage) -> StatusAndHeaders:
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_WAY else name, _LINE_ENDS.sub(" ", value))
        for name, value in page.headers
    ]
    kept.append(("Content-Length", str(len(page.body))))
    return StatusAndHeaders(_status_line(page.http_status), kept, protocol="HTTP/1.1")


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # a number that nobody has registered
        return f"{status} "
