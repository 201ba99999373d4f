"""The secret that a webhook is signed with, as Standard Webhooks 1.0 writes it, or any text."""

from __future__ import annotations

import base64
import binascii

_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """What follows `whsec_` is base64; anything else stands for itself. Raises ValueError."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"what follows {_PREFIX} is no base64") from None
