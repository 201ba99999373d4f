"""What the configuration comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import config as configuration
from tracker.errors import ConfigError
from tracker.executors import executor_for
from tracker.wiring import World, outlets_of


def parse(text: str) -> configuration.Config:
    return configuration.parse(text, source="config.toml", folder=Path("/somewhere"))


def test_channels_that_cannot_be_used_are_told_all_at_once_and_without_their_secrets() -> None:
    config = parse('[[notify]]\nurl = "nonsense://geheim"\n[[notify]]\nurl = "mailto:geheim"')
    with pytest.raises(ConfigError) as caught:
        outlets_of(config, World())
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["notify[1].url", "notify[2].url"]
    assert "geheim" not in str(caught.value)


def test_certificates_that_are_not_there_are_told_all_at_once() -> None:
    tls = 'tls_ca = "ca.pem"\ntls_cert = "c.pem"\ntls_key = "k.pem"'
    settings = parse(f'[executor]\nkind = "dask"\nscheduler = "tls://localhost:8786"\n{tls}').executor
    with pytest.raises(ConfigError) as caught:
        executor_for(settings, 1)
    assert caught.value.faults == (
        "executor.tls_ca: there is no file /somewhere/ca.pem",
        "executor.tls_cert: there is no file /somewhere/c.pem",
        "executor.tls_key: there is no file /somewhere/k.pem",
    )
