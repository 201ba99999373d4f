"""From an address to a channel that is ready to send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tracker.channels import MAILED, POSTED, mail_address, url_fault
from tracker.channels.address import scheme_of
from tracker.notify.delivery import Send
from tracker.notify.mail import Mail
from tracker.notify.services import open_service
from tracker.notify.webhook import Webhook


def open_channel(url: str, secret: str, user_agent: str, now: Callable[[], datetime]) -> Send | str:
    """Ready to send, or what is wrong with the address, in words that repeat nothing of it."""
    fault = url_fault(url)
    if fault is not None:
        return fault
    scheme = scheme_of(url)
    if scheme in POSTED:
        return Webhook(url, secret, user_agent, now)
    if scheme in MAILED:
        return Mail(mail_address(url), now)
    return open_service(url)
