"""Notices by mail, with the standard library alone. A repeat has the Message-ID of the first, so that mail readers show
it once."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from tracker.channels import MailAddress
from tracker.notices import Letter
from tracker.notify.delivery import WORLD, Deferred, Delivered, Delivery, Refused, failure, too_late
from tracker.notify.watchdog import Watchdog

DEADLINE_S = 60.0  # a mail server may look at a mail for a while before it takes it


@dataclass(frozen=True, slots=True)
class Mail:
    """Handed in at one server, to all recipients at once."""

    address: MailAddress
    now: Callable[[], datetime]
    deadline_s: float = DEADLINE_S

    def __call__(self, letter: Letter) -> Delivery:
        with Watchdog(self.deadline_s) as watchdog:
            try:
                delivery = self._hand_in(watchdog, self._message(letter))
            except WORLD as error:
                delivery = _failed(error, self.deadline_s)
            # Half an answer, cut off by ourselves, can be read as a whole one.
            return too_late(self.deadline_s) if watchdog.is_over else delivery

    def _hand_in(self, watchdog: Watchdog, message: EmailMessage) -> Delivery:
        address = self.address
        with _Client(watchdog, address) as client:
            if address.starttls:
                client.starttls(context=ssl.create_default_context())
            if address.user:
                client.login(address.user, address.password)
            refused = client.send_message(message, address.sender, address.recipients)
        if refused:  # some took it: to send it again would be a repeat for them
            return Refused(f"{len(refused)} of {len(address.recipients)} recipients were refused")
        return Delivered()

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["Subject"] = letter.title
        message["From"] = self.address.sender
        message["To"] = ", ".join(self.address.recipients)
        message["Date"] = format_datetime(self.now())
        message["Message-ID"] = f"<{letter.notice_id}@{self.address.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
        message.set_content(letter.text)
        return message


class _Client(smtplib.SMTP):
    """Its connection is the watchdog's."""

    def __init__(self, watchdog: Watchdog, address: MailAddress) -> None:
        self._watchdog = watchdog
        self._tls = ssl.create_default_context() if address.is_tls else None
        super().__init__(address.host, address.port, timeout=watchdog.deadline_s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - what smtplib calls; the watchdog knows it
        line = self._watchdog.connect(host, port)
        return line if self._tls is None else self._tls.wrap_socket(line, server_hostname=host)

    def __exit__(self, *about: Any) -> None:
        """A server that has taken the mail and hangs up before the good-bye has taken it all the same."""
        try:
            super().__exit__(*about)
        except WORLD:
            self.close()


def _failed(error: Exception, deadline_s: float) -> Delivery:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Deferred("the mail server does not take the name and the password")
    if isinstance(error, (smtplib.SMTPConnectError, smtplib.SMTPHeloError)):
        return Deferred(f"the mail server answers {error.smtp_code} before it was told anything")
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answered(min(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Deferred("it offers no TLS, or no way to sign in; starttls=no does without TLS")
    return failure(error, deadline_s)


def _answered(code: int) -> Delivery:
    """4xx passes, 5xx stays (RFC 5321, 4.2.1)."""
    if 500 <= code < 600:
        return Refused(f"the mail server answers {code}")
    return Deferred(f"the mail server answers {code}")
