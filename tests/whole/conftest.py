"""Fixtures: a launcher for all, a fresh folder for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_kit import Home, Launcher, LoopbackSite


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    started = Launcher(tmp_path_factory.mktemp("home"))
    try:
        yield started
    finally:
        started.close()


@pytest.fixture
def home(tmp_path: Path, launcher: Launcher) -> Home:
    """An empty folder."""
    return Home(tmp_path, launcher)


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    with LoopbackSite() as opened:
        yield opened
