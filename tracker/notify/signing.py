"""Signatures of webhooks, as Standard Webhooks 1.0 lays them down (https://www.standardwebhooks.com): HMAC-SHA256 over
id, time and body, so that libraries of most languages can verify them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from tracker.channels import key_of

_TOLERANCE = timedelta(minutes=5)  # what its reference libraries allow between two clocks


def sign(secret: str, notice_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = f"{notice_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def verify(secret: str, notice_id: str, timestamp: str, body: bytes, signatures: str, now: datetime) -> bool:
    """Is one of these (parted by spaces) right, and the message no older than five minutes?"""
    try:
        age_s = abs(now.timestamp() - int(timestamp))
    except ValueError:
        return False
    wanted = sign(secret, notice_id, int(timestamp), body).encode()
    found = [hmac.compare_digest(wanted, each.encode()) for each in signatures.split(" ")]
    return any(found) and age_s <= _TOLERANCE.total_seconds()
