"""All services that Apprise knows: mail providers, chats, telephones. It is an extra, loaded when one is configured."""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from dataclasses import dataclass
from typing import Any

from tracker.notices import Letter
from tracker.notify.delivery import Deferred, Delivered, Delivery

MISSING = "it needs Apprise: pip install 'article-tracker[notify]'"
UNKNOWN = "Apprise knows no such address, or something is missing in it; see https://github.com/caronc/apprise/wiki"
# What calls everybody to a chat must not be called by a headline.
_CALLS = re.compile(r"@(?=everyone|here|channel|all|room)|<(?=[!@#])")
_WORD_JOINER = "\u2060"  # invisible, and no break


@dataclass(frozen=True, slots=True)
class Service:
    """One address, loaded."""

    apprise: Any  # apprise.Apprise: the package has no types that are always there

    def __repr__(self) -> str:
        """Without its address, which must not come into a log by way of a traceback."""
        return "Service(...)"

    def __call__(self, letter: Letter) -> Delivery:
        title, text = (_harmless(part) for part in (letter.title, letter.text))
        if self.apprise.notify(title=title, body=text, body_format="text"):
            return Delivered()
        # What Apprise logs of the reason may quote the address with its tokens.
        return Deferred("the service did not take it; `apprise -v -b test URL` tells why")


def open_service(url: str) -> Service | str:
    """Ready to send, or what is wrong with the address. To be called at the start, while there is one thread."""
    _keep_quiet()
    with warnings.catch_warnings():  # its plug-ins load what Python will drop one day, which is nobody's concern here
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            module = importlib.import_module("apprise")
        except ImportError:
            return MISSING
        asset = module.AppriseAsset(app_id="article-tracker", app_desc="article-tracker")
        apprise = module.Apprise(asset=asset)
        return Service(apprise) if apprise.add(url) else UNKNOWN


def _keep_quiet() -> None:
    """Logs that quote addresses, also those that could not be read, with their passwords and tokens."""
    for name in ("apprise", "oauthlib", "requests_oauthlib"):
        log = logging.getLogger(name)
        log.propagate = False
        if not log.handlers:
            log.addHandler(logging.NullHandler())


def _harmless(text: str) -> str:
    return _CALLS.sub(lambda call: call[0] + _WORD_JOINER, text)
