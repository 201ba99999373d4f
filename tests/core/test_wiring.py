"""What the configuration comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import config as configuration
from tracker.errors import ConfigError, UsageError
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


def test_an_executor_that_is_not_here_is_refused_in_a_sentence() -> None:
    settings = parse('[executor]\nkind = "dask"\nscheduler = "tcp://localhost:8786"').executor
    with pytest.raises(UsageError, match="not part of this version"):
        executor_for(settings, 1)
