"""Channels that notices leave by. Each takes a letter and says what came of it; none raises for what the world does.

webhook    JSON by POST, signed
mail       SMTP, by the standard library
services   all else that Apprise knows, where it is installed
"""

from tracker.notify.delivery import Deferred, Delivered, Delivery, Refused, Send
from tracker.notify.opening import open_channel
from tracker.notify.signing import sign, verify

__all__ = ["Deferred", "Delivered", "Delivery", "Refused", "Send", "open_channel", "sign", "verify"]
