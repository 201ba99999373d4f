"""Fixtures that every area uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test measures time: a busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("untimed")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real pages, revisions and edits that lies beside a development checkout."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    reason = "the folder of real pages and revisions (../shared/data) does not lie beside this checkout"
    if os.environ.get("TRACKER_TESTS_NEED_DATA"):
        pytest.fail(reason)
    pytest.skip(reason)
