"""TLS is verified, always."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from looking import make_fetcher
from loopback import Reply, Site, redirect

from tracker.fetch.connections import guarded_context, verifying_context
from tracker.model import FailureKind, LookOrder


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return guarded_context(context)


def test_a_certificate_that_holds(authority: trustme.CA) -> None:
    body = b"news" * 100_000
    with Site({"/a": Reply(body), "/b": Reply(b"two")}, tls=serving(authority, "127.0.0.1")) as site:
        with make_fetcher(tls=trusting(authority)).session() as session:
            assert session.look(LookOrder(1, f"{site.url}/a")).body == body
            assert session.look(LookOrder(2, f"{site.url}/b")).body == b"two"
        assert site.connections == 1


def test_a_self_signed_certificate_is_refused(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))  # the environment has no say
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with Site({"/a": Reply()}, tls=serving(authority, "127.0.0.1")) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.TLS
        assert "certificate" in fetch.failure_detail
        assert site.requests == []


def self_signed(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root = trustme.CA(organization_name=name)
    with root.cert_pem.tempfile() as certificate, root.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context


def expired(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
    return context


def test_each_fault_of_a_certificate_is_named(authority: trustme.CA) -> None:
    faults = {
        "certificate has expired": expired(authority, "127.0.0.1"),
        "self-signed certificate": self_signed("127.0.0.1"),
        "unable to get local issuer certificate": serving(trustme.CA(), "127.0.0.1"),
        "certificate is not valid for '127.0.0.1'": serving(authority, "10.1.1.1"),
    }
    for fault, context in faults.items():
        with Site({"/a": Reply()}, tls=context) as site:
            fetch = make_fetcher(tls=trusting(authority)).fetch(LookOrder(1, f"{site.url}/a"))
            assert fetch.failure is FailureKind.TLS
            assert fetch.failure_detail.startswith("the certificate does not hold: ")
            assert fault in fetch.failure_detail
            assert site.requests == []


@pytest.mark.parametrize("say", [b"", b"\x16\x03\x03\x40\x00"], ids=["silent", "dripping"])
def test_a_handshake_that_takes_too_long_ends_at_the_deadline(say: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def dawdle() -> None:
            client, _ = listener.accept()
            with client, contextlib.suppress(OSError):
                client.sendall(say)
                while say:
                    client.sendall(b"\x02")
                    time.sleep(0.02)
                client.recv(10_000)
                client.recv(10_000)

        threading.Thread(target=dawdle, daemon=True).start()
        fetcher = make_fetcher(deadline_s=0.3, respect_robots=False)
        fetch = fetcher.fetch(LookOrder(1, f"https://127.0.0.1:{listener.getsockname()[1]}/"))
        assert fetch.failure is FailureKind.DEADLINE


def test_a_kept_secure_connection_that_the_server_let_go_is_opened_again(authority: trustme.CA) -> None:
    pages = {"/a": Reply(b"one", then_close=True), "/b": Reply(b"two")}
    with Site(pages, tls=serving(authority, "127.0.0.1")) as site:
        with make_fetcher(tls=trusting(authority), respect_robots=False).session() as session:
            assert session.look(LookOrder(1, f"{site.url}/a")).body == b"one"
            assert session.look(LookOrder(2, f"{site.url}/b")).body == b"two"
        assert site.connections == 2


def test_a_certificate_for_another_name_is_refused(authority: trustme.CA) -> None:
    with Site({"/a": Reply()}, tls=serving(authority, "other.example")) as site:
        fetcher = make_fetcher(tls=trusting(authority), resolve=lambda host, port: ["127.0.0.1"])
        assert fetcher.fetch(LookOrder(1, f"https://news.example:{site.port}/a")).failure is FailureKind.TLS
        assert fetcher.fetch(LookOrder(1, f"https://other.example:{site.port}/a")).status == 200


def test_a_redirect_to_a_bad_certificate_is_refused(authority: trustme.CA) -> None:
    with Site({}, tls=serving(authority, "127.0.0.1")) as bad, Site({"/a": redirect(f"{bad.url}/b")}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.failure, fetch.url) == (FailureKind.TLS, f"{bad.url}/b")


@pytest.mark.parametrize("greeting", [b"", b"220 mail.example ESMTP\r\n"])
def test_a_server_that_speaks_no_tls(greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            client, _ = listener.accept()
            with client:
                client.sendall(greeting)
                client.recv(10_000)  # the start of a handshake

        threading.Thread(target=greet, daemon=True).start()
        fetch = make_fetcher(respect_robots=False).fetch(
            LookOrder(1, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        )
        assert fetch.failure is FailureKind.TLS


def test_slow_bodies_over_tls_end_at_the_deadline(authority: trustme.CA) -> None:
    def drip(client: object) -> None:
        assert isinstance(client, ssl.SSLSocket)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
        while True:
            client.sendall(b"x")
            time.sleep(0.02)

    with Site({"/a": drip}, tls=serving(authority, "127.0.0.1")) as site:
        fetcher = make_fetcher(tls=trusting(authority), deadline_s=0.4, respect_robots=False)
        assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).failure is FailureKind.DEADLINE


def test_the_usual_roots_are_required() -> None:
    context = verifying_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.cert_store_stats()["x509_ca"] > 50
