"""WARC files in the making, written by warcio."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tracker.exchange.imported import ImportedLook
from tracker.exchange.warc_in import read_warcs

URL = "https://www.example.com/2026/01/wall"
HTML = [("Content-Type", "text/html; charset=utf-8")]


def page(words: str) -> bytes:
    return f"<!doctype html><html><body><p>{words}</p></body></html>".encode()


class InMemoryWriter(WARCWriter):  # type: ignore[misc]  # its base has no types
    """warcio leaves its temporary files to be closed by chance, which is a warning here."""

    def _create_temp_file(self) -> io.BytesIO:
        return io.BytesIO()


class Warc:
    """A WARC file in the making."""

    def __init__(self, path: Path, *, is_gzip: bool = True) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = InMemoryWriter(self._file, gzip=is_gzip, warc_version="1.1")
        self.offsets: list[int] = []

    def response(
        self,
        url: str,
        date: str,
        body: bytes,
        *,
        status: str = "200 OK",
        headers: list[tuple[str, str]] | None = None,
        more: dict[str, str] | None = None,
    ) -> str:
        """The record's id."""
        http = StatusAndHeaders(status, HTML if headers is None else headers, protocol="HTTP/1.1")
        return self.record(url, "response", date, body, http, more)

    def record(
        self,
        url: str,
        kind: str,
        date: str,
        body: bytes,
        http: StatusAndHeaders | None = None,
        more: dict[str, str] | None = None,
    ) -> str:
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": date, **(more or {})},
        )
        self._write(record)
        return str(record.rec_headers.get_header("WARC-Record-ID"))

    def revisit(
        self, url: str, date: str, of: bytes | None, more: dict[str, str], status: str | None = "200 OK"
    ) -> None:
        digest = "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" if of is None else payload_digest(of)
        http = None if status is None else StatusAndHeaders(status, [*HTML, ("X-Seen", date)], protocol="HTTP/1.1")
        record = self._writer.create_revisit_record(
            url, digest, "", "", http_headers=http, warc_headers_dict={"WARC-Date": date}
        )
        for name in ("WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"):
            record.rec_headers.remove_header(name)
        if of is None:
            record.rec_headers.remove_header("WARC-Payload-Digest")
        for name, value in more.items():
            record.rec_headers.add_header(name, value)
        self._write(record)

    def _write(self, record: object) -> None:
        self.offsets.append(self._file.tell())
        self._writer.write_record(record)

    def close(self) -> Path:
        self._file.close()
        return self.path


def payload_digest(body: bytes) -> str:
    writer = InMemoryWriter(io.BytesIO(), gzip=False)
    http = StatusAndHeaders("200 OK", HTML, protocol="HTTP/1.1")
    record = writer.create_warc_record(URL, "response", payload=io.BytesIO(body), http_headers=http)
    writer.ensure_digest(record)
    return str(record.rec_headers.get_header("WARC-Payload-Digest"))


def read(*files: Path, wanted: Callable[[str], bool] | None = None) -> tuple[list[ImportedLook], list[str]]:
    problems: list[str] = []
    return list(read_warcs(files, problem=problems.append, wanted=wanted)), problems
