"""What [database] says of how long things stay, on its way to the store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tracker.config import parse
from tracker.errors import ConfigError
from tracker.store import Keeping
from tracker.wiring import keeping_of


def keeping(text: str) -> Keeping:
    return keeping_of(parse(f"[database]\n{text}", source="test", folder=Path("/tmp")))


def test_by_default_pages_stay_for_ever_and_like_looks_are_folded_after_a_season() -> None:
    assert keeping("") == Keeping(fold_checks_after=timedelta(days=90))


def test_nothing_is_let_go_of_where_the_configuration_says_0() -> None:
    assert keeping("keep_captures_days = 0\nmax_captures_bytes = 0\nfold_checks_after_days = 0") == Keeping()


def test_what_is_asked_for_is_passed_on() -> None:
    asked = keeping("keep_captures_days = 365\nmax_captures_bytes = 20_000_000_000\nfold_checks_after_days = 30")
    assert asked == Keeping(timedelta(days=30), timedelta(days=365), 20_000_000_000)


def test_another_database_keeps_the_rules() -> None:
    config = parse("[database]\nkeep_captures_days = 7", source="test", folder=Path("/tmp"))
    moved = config.with_database(Path("/elsewhere/tracker.db"))
    assert keeping_of(moved).keep_captures_for == timedelta(days=7)
    assert moved.database.path == "/elsewhere/tracker.db"


def test_less_than_nothing_is_a_fault() -> None:
    with pytest.raises(ConfigError, match=r"database\.keep_captures_days"):
        keeping("keep_captures_days = -1")
