"""Channels against real servers on loopback: what arrives, and what is told of those that do not take it."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from email.message import EmailMessage

import pytest
from notify_kit import NOW, SECRET
from receiving import Mailbox, Receiver, Reply, free_port, mail_server

from tracker import logs
from tracker.channels import mail_address
from tracker.notices import Rule, letter, notice_json, test_notice
from tracker.notify import Deferred, Delivered, Delivery, Refused, Send, open_channel, sign, verify
from tracker.notify.mail import Mail
from tracker.notify.webhook import Webhook

NOTICE = test_notice("6ff2f1cd-0000-4000-8000-000000000001", "desk", NOW)
LETTER = letter(NOTICE, Rule("desk"), UTC, notice_json(NOTICE))


def channel(url: str, secret: str = "") -> Send:
    opened = open_channel(url, secret, "article-tracker/test", lambda: NOW)
    assert not isinstance(opened, str), opened
    return opened


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


# -- webhooks ----------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_notice_with_its_id_and_a_signature(receiver: Receiver) -> None:
    assert channel(receiver.url("/hook?a=b%20c&d=ü"), SECRET)(LETTER) == Delivered()
    (posted,) = receiver.posted
    assert posted.path == "/hook?a=b%20c&d=%C3%BC"
    assert posted.form["notice_id"] == posted.headers["webhook-id"] == NOTICE.notice_id
    assert posted.form["changes"][0]["after"] == "Latakia"
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["user-agent"] == "article-tracker/test"
    signed = (posted.headers["webhook-timestamp"], posted.body, posted.headers["webhook-signature"])
    assert verify(SECRET, NOTICE.notice_id, *signed, NOW)
    assert not verify("another", NOTICE.notice_id, *signed, NOW)
    assert not verify(SECRET, NOTICE.notice_id, *signed, NOW + timedelta(minutes=6))
    assert not verify(SECRET, NOTICE.notice_id, signed[0], posted.body + b" ", signed[2], NOW)


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of Standard Webhooks' reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_repeat_is_the_same_to_the_byte(receiver: Receiver) -> None:
    send = channel(receiver.url("/"), SECRET)
    assert [send(LETTER), send(LETTER)] == [Delivered(), Delivered()]
    first, second = receiver.posted
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


def test_name_and_password_in_the_address_are_said_to_the_receiver_alone(receiver: Receiver) -> None:
    send = channel(receiver.url("/").replace("://", "://desk:p%2Fw@"))
    assert send(LETTER) == Delivered()
    assert receiver.posted[0].headers["authorization"] == "Basic ZGVzazpwL3c="
    assert "p%2Fw" not in repr(send)


@pytest.mark.parametrize(
    ("reply", "delivery"),
    [
        (Reply(200), Delivered()),
        (Reply(500), Deferred("it answers 500")),
        (Reply(503, (("Retry-After", "120"),)), Deferred("it answers 503", timedelta(minutes=2))),
        (
            Reply(429, (("Retry-After", "Mon, 23 Nov 2026 08:10:00 GMT"),)),
            Deferred("it answers 429", timedelta(minutes=10)),
        ),
        (Reply(429, (("Retry-After", "soon"),)), Deferred("it answers 429")),
        (Reply(408), Deferred("it answers 408")),
        (Reply(400), Refused("it answers 400")),
        (Reply(410), Refused("it answers 410")),
        (
            Reply(301, (("Location", "/geheim"),)),
            Refused("it answers 301 and sends us elsewhere; name the address that it leads to"),
        ),
        (Reply(hangs_up=True), Deferred("it hung up without an answer")),
    ],
)
def test_what_an_answer_means(receiver: Receiver, reply: Reply, delivery: Delivery) -> None:
    receiver.replies = [reply]
    assert channel(receiver.url("/"))(LETTER) == delivery
    assert len(receiver.posted) == 1


def test_a_receiver_that_drips_is_cut_off_at_the_deadline(receiver: Receiver) -> None:
    receiver.replies = [Reply(drips=True)]
    slow = Webhook(receiver.url("/"), "", "test", lambda: NOW, deadline_s=0.3)
    assert slow(LETTER) == Deferred("no answer within 0.3 s")


def test_a_receiver_that_takes_nothing_is_cut_off_too() -> None:
    """Neither the letter, which no buffer holds, nor is there an answer."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        big = replace(LETTER, form="x" * 30_000_000)
        assert Webhook(url, "", "test", lambda: NOW, deadline_s=0.3)(big) == Deferred("no answer within 0.3 s")


def test_a_silent_handshake_ends_as_well() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/"
        assert Webhook(url, "", "test", lambda: NOW, deadline_s=0.3)(LETTER) == Deferred("no answer within 0.3 s")


@pytest.mark.parametrize("scheme", ["http", "https", "smtp", "smtps"])
def test_nobody_there(scheme: str) -> None:
    query = "?from=a@example.org&to=b@example.org" if "smtp" in scheme else ""
    send = channel(f"{scheme}://geheim:geheim@127.0.0.1:{free_port()}/{query}")
    assert send(LETTER) == Deferred("it cannot be reached: Connection refused")


def test_what_speaks_no_http() -> None:
    with mail_server(Mailbox()) as port:
        assert channel(f"http://127.0.0.1:{port}/geheim")(LETTER) == Deferred("it answers something else than expected")


def test_a_name_that_is_none() -> None:
    assert channel("https://nowhere.invalid/geheim")(LETTER) == Deferred("its host has no address")
    assert channel(f"https://{'x' * 80}.example/geheim")(LETTER) == Deferred("its host has no address")


# -- mail --------------------------------------------------------------------------------------------------------------


def smtp(port: int, query: str = "") -> str:
    return f"smtp://127.0.0.1:{port}?from=tracker@example.org&to=desk@example.org,night@example.org{query}"


def read(mailbox: Mailbox, number: int = 0) -> EmailMessage:
    content = mailbox.mails[number].content
    assert isinstance(content, bytes)
    return email.message_from_bytes(content, policy=email.policy.default)


def test_mail_arrives_whole() -> None:
    mailbox = Mailbox()
    hostile = replace(LETTER, title="Zwölf “x”", text=LETTER.text + "\n.\n\u2028ü" + "y" * 5_000)
    with mail_server(mailbox) as port:
        assert channel(smtp(port))(hostile) == Delivered()
    assert mailbox.mails[0].rcpt_tos == ["desk@example.org", "night@example.org"]
    mail = read(mailbox)
    assert mail["Subject"] == "Zwölf “x”"
    assert mail["Message-ID"] == f"<{NOTICE.notice_id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == hostile.text


def test_a_repeated_mail_has_the_same_message_id() -> None:
    mailbox = Mailbox(["451 later", "250 OK", "250 OK"])
    with mail_server(mailbox) as port:
        send = channel(smtp(port))
        assert [send(LETTER), send(LETTER), send(LETTER)] == [
            Deferred("the mail server answers 451"),
            Delivered(),
            Delivered(),
        ]
    assert read(mailbox, 0)["Message-ID"] == read(mailbox, 1)["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        ("554 spam", Refused("the mail server answers 554")),
        ("421 geheim", Deferred("the mail server answers 421")),
    ],
)
def test_what_a_mail_server_means(answer: str, delivery: Delivery) -> None:
    with mail_server(Mailbox([answer])) as port:
        assert channel(smtp(port))(LETTER) == delivery


def test_a_password_is_not_sent_where_there_is_no_tls() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        send = channel(smtp(port).replace("://", "://desk:geheim@"))
        delivery = send(LETTER)
    assert delivery == Deferred("it offers no TLS, or no way to sign in; starttls=no does without TLS")
    assert mailbox.mails == []
    assert "geheim" not in repr(send)


def test_a_mail_server_that_says_nothing_is_left_at_the_deadline() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = mail_address(smtp(deaf.getsockname()[1]))
        assert Mail(address, lambda: NOW, deadline_s=0.3)(LETTER) == Deferred("no answer within 0.3 s")


def test_a_mail_server_that_drips_is_left_at_the_deadline() -> None:
    is_over = threading.Event()

    def drip(line: socket.socket) -> None:
        with line:
            while not is_over.wait(0.02):
                try:
                    line.sendall(b"2")
                except OSError:
                    return

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = mail_address(smtp(listening.getsockname()[1]))
        dripping = threading.Thread(target=lambda: drip(listening.accept()[0]), daemon=True)
        dripping.start()
        assert Mail(address, lambda: NOW, deadline_s=0.3)(LETTER) == Deferred("no answer within 0.3 s")
        is_over.set()
        dripping.join()


# -- services, by Apprise ----------------------------------------------------------------------------------------------


def test_apprise_sends_mail_and_chats(receiver: Receiver) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        mail = channel(f"mailto://127.0.0.1:{port}?from=tracker@example.org&to=desk@example.org&mode=insecure")
        assert mail(LETTER) == Delivered()
        assert NOTICE.notice_id in str(mailbox.mails[0].content)
        receiver.replies = [Reply(200)]
        chat = channel(f"json://{receiver.host}/geheim")
        assert chat(replace(LETTER, text="@everyone <!here> a@b <b>12</b>")) == Delivered()
        said = receiver.posted[0].form["message"]
        assert "@everyone" not in said
        assert "<!here>" not in said
        assert "a@b <b>12</b>" in said


def test_what_apprise_could_not_send_is_tried_again_and_told_without_its_address(
    receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    receiver.replies = [Reply(500)]
    logs.configure(logging.DEBUG, sys.stderr)
    delivery = channel(f"json://geheim:geheim@{receiver.host}/geheim")(LETTER)
    assert isinstance(delivery, Deferred)
    assert "geheim" not in delivery.problem + capfd.readouterr().err
    assert len(receiver.posted) == 1


def test_an_address_that_apprise_does_not_know_is_told_at_the_start(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.DEBUG, sys.stderr)
    fault = open_channel("nonsense://geheim", "", "", lambda: NOW)
    assert isinstance(fault, str)
    assert "Apprise knows no such address" in fault
    assert "geheim" not in fault + capfd.readouterr().err


def test_without_apprise_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as Python itself marks what is not to be found
    assert open_channel("slack://x", "", "", lambda: NOW) == "it needs Apprise: pip install 'article-tracker[notify]'"
