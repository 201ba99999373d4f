"""The address of a channel: what it is called without its secrets, and what is wrong with it.

https://, http://     a webhook
smtp://, smtps://     mail
all others            a service that Apprise knows
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass

POSTED = frozenset({"http", "https"})
MAILED = frozenset({"smtp", "smtps"})
# Of these the part after the slashes is a host; of all others it may be a token.
_HOST_IS_NO_SECRET = POSTED | MAILED | {"mailto", "mailtos"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_MAIL_PARAMETERS = frozenset({"from", "to", "starttls"})
_MAILBOX = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
# RFC 8314, 3.3 and 6: mail is submitted over TLS at 465; 587 is the port for plain beginnings.
_TLS_PORT = 465
_PLAIN_PORT = 587


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where mail is handed in, and from whom to whom it goes."""

    host: str
    port: int
    is_tls: bool  # from the first byte on
    starttls: bool  # a plain beginning, then TLS: insisted upon
    user: str  # empty: nobody signs in
    password: str
    sender: str
    recipients: tuple[str, ...]

    def __repr__(self) -> str:
        """Without the password, which must not come into a log by way of a traceback."""
        return f"MailAddress({self.host}:{self.port})"


def scheme_of(url: str) -> str:
    """Empty: there is none."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def channel_name(url: str) -> str:
    """What a channel is called that was given no name: nothing of it can be a secret. `https hooks.example.org`."""
    scheme = scheme_of(url)
    if scheme not in _HOST_IS_NO_SECRET:
        return scheme
    try:
        split = urllib.parse.urlsplit(url)
        port = split.port
    except ValueError:
        return scheme
    host = split.hostname or ""
    return f"{scheme} {host}{f':{port}' if port else ''}".rstrip()


def url_fault(url: str) -> str | None:
    """What is wrong with an address, in words that repeat nothing of it; None: nothing that can be seen from here."""
    scheme = scheme_of(url)
    if not scheme:
        return "it is no address; write https://..., smtp://..., or one that Apprise knows, such as mailto://..."
    if _UNPRINTABLE.search(url):
        return "there is a space or a control character in it"
    if scheme not in POSTED | MAILED:
        return None
    try:
        split = urllib.parse.urlsplit(url)
        has_host = bool(split.hostname) and split.port != 0
    except ValueError:
        return "its host or its port is no such thing"
    if not has_host:
        return f"it names no host; write {scheme}://host"
    return _mail_fault(split) if scheme in MAILED else None


def _mail_fault(split: urllib.parse.SplitResult) -> str | None:
    given = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
    if unknown := sorted(set(given) - _MAIL_PARAMETERS):
        return f"it has the parameter {unknown[0]!r}; known are {', '.join(sorted(_MAIL_PARAMETERS))}"
    if given.get("starttls", "yes") not in ("yes", "no"):
        return "starttls is yes or no"
    address = mail_address(split.geturl())
    if not address.recipients:
        return "it does not say to whom; put ?to=desk@example.org at its end"
    if not all(map(_MAILBOX.fullmatch, address.recipients)):
        return "what stands behind to= is no mail address, nor several with commas between"
    if not _MAILBOX.fullmatch(address.sender):
        return "it does not say from whom; put &from=tracker@example.org at its end"
    return None


def mail_address(url: str) -> MailAddress:
    """Of an smtp:// or smtps:// address that `url_fault` finds nothing wrong with.

    A name and a password are only sent over TLS, unless starttls=no says otherwise.
    """
    split = urllib.parse.urlsplit(url)
    given = dict(urllib.parse.parse_qsl(split.query))
    user = urllib.parse.unquote(split.username or "")
    is_tls = split.scheme.lower() == "smtps"
    starttls = "yes" if user else "no"
    return MailAddress(
        host=split.hostname or "",
        port=split.port or (_TLS_PORT if is_tls else _PLAIN_PORT),
        is_tls=is_tls,
        starttls=not is_tls and given.get("starttls", starttls) == "yes",
        user=user,
        password=urllib.parse.unquote(split.password or ""),
        sender=given.get("from", user),
        recipients=tuple(filter(None, (each.strip() for each in given.get("to", "").split(",")))),
    )
