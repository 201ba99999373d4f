"""Fixtures: a launcher for all, a fresh folder for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_kit import FIRST, HEADLINE, SECOND, SECOND_HEADLINE, URL, Home, Launcher, LoopbackSite, printed


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


@pytest.fixture
def filled(home: Home) -> Home:
    """Two articles, of one revision each."""
    home.configure()
    home.write("first.txt", printed("Breakwater is closed", FIRST))
    home.write("second.txt", printed("Lamp is put up", SECOND, 7))
    assert home("import", "newsdiffs", "first.txt", "second.txt").status == 0
    return home


@pytest.fixture
def revised(home: Home) -> Home:
    """One article in two revisions (a number in the body, the headline), another in one."""
    home.configure()
    first = printed(HEADLINE, URL, 12, index=0, total=2)
    home.write("chain.txt", first + "\n\n" + printed(SECOND_HEADLINE, URL, 15, index=1, total=2))
    home.write("other.txt", printed("Lamp is put up", "https://news.example.org/lamp", 7))
    assert home("import", "newsdiffs", "chain.txt", "other.txt").status == 0
    return home
