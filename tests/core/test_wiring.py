"""What the configuration comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import config as configuration
from tracker.errors import UsageError
from tracker.executors import executor_for
from tracker.wiring import unheeded


def parse(text: str) -> configuration.Config:
    return configuration.parse(text, source="config.toml", folder=Path("/somewhere"))


def test_settings_without_effect_are_told() -> None:
    assert unheeded(parse("")) == ()
    told = unheeded(parse('[schedule]\nrequests_per_day = 5\n[[notify]]\nurl = "mailto://x"'))
    assert [sentence.partition(":")[0] for sentence in told] == ["notify"]


def test_an_executor_that_is_not_here_is_refused_in_a_sentence() -> None:
    settings = parse('[executor]\nkind = "dask"\nscheduler = "tcp://localhost:8786"').executor
    with pytest.raises(UsageError, match="not part of this version"):
        executor_for(settings, 1)
