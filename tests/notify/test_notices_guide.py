"""docs/notices.md: its code runs, its configuration is valid, its lists are whole."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from notify_kit import SECRET
from receiving import Receiver

from tracker import config as configuration
from tracker.channels import CHANGE_FIELDS, NOTICE_FIELDS
from tracker.channels.settings import NotifySettings
from tracker.notices import Rule, letter, notice_json, test_notice
from tracker.notify import Delivered, open_channel
from tracker.wiring import World, outlets_of

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (code,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(code)


@pytest.mark.parametrize("secret", [SECRET, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_the_code_for_receivers_tells_true_notices_from_false_ones(secret: str) -> None:
    known: dict[str, Any] = {}
    exec(block("python"), known)
    is_genuine = known["is_genuine"]
    notice = test_notice("an-id", "desk", datetime.now(UTC))
    with Receiver() as receiver:
        send = open_channel(receiver.url("/"), secret, "test", lambda: datetime.now(UTC))
        assert not isinstance(send, str)
        assert send(letter(notice, Rule("desk"), UTC, notice_json(notice))) == Delivered()
    (posted,) = receiver.posted
    assert is_genuine(secret, posted.headers, posted.body)
    assert not is_genuine(secret, posted.headers, posted.body + b" ")
    assert not is_genuine("another secret", posted.headers, posted.body)
    assert not is_genuine(secret, posted.headers | {"webhook-id": "another"}, posted.body)
    assert not is_genuine(secret, posted.headers | {"webhook-timestamp": str(int(time.time()) - 301)}, posted.body)


def test_the_channels_of_the_guide_can_be_opened() -> None:
    config = configuration.parse(block("toml"), source="notices.md", folder=Path("/somewhere"))
    assert [outlet.rule.channel for outlet in outlets_of(config, World())] == [
        "smtp mail.example.org",
        "morning",
        "mailto gmail.com",
        "slack",
        "matrixs",
        "tgram",
        "http 127.0.0.1:8080",
    ]


def test_every_key_of_a_notice_and_every_field_of_a_wording_is_named() -> None:
    notice = notice_json(test_notice("an-id", "desk", datetime.now(UTC)))
    keys = re.findall(r'"(\w+)":', notice.partition('"changes":')[0])
    for name in [*keys, "changes", *CHANGE_FIELDS, *NOTICE_FIELDS]:
        assert f"`{name}`" in GUIDE, name


def test_every_setting_is_named() -> None:
    for name in NotifySettings.model_fields:
        assert re.search(rf"`{name}`|^{name} = ", GUIDE, re.MULTILINE), name
