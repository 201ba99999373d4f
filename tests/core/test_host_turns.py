"""One at a time at a host; who waits for it comes next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker.host_turns import HostTurns

PATIENCE_S = 60.0


def never() -> bool:
    return False


def broken() -> None:
    raise LookupError


class Waiter:
    """Says when it first asked whether to go on, which it does when it has to wait."""

    def __init__(self) -> None:
        self.waits = threading.Event()
        self.is_to_stop = threading.Event()

    def __call__(self) -> bool:
        self.waits.set()
        return self.is_to_stop.is_set()


def had_turn(turns: HostTurns, is_stopping: Callable[[], bool], during: Callable[[], object] = lambda: None) -> bool:
    with turns.turn("h", is_stopping) as is_ours:
        during()
        return is_ours


def test_a_host_is_in_one_hand_at_a_time() -> None:
    turns = HostTurns()
    hold = turns.take("h")
    assert hold is not None
    assert turns.take("h") is None
    assert turns.take("other") is not None
    assert turns.busy == {"h", "other"}
    hold.end()
    again = turns.take("h")
    assert again is not None
    hold.end()  # once more: it is nobody's business any longer
    assert turns.take("h") is None


def test_who_waits_comes_before_who_takes() -> None:
    turns, waiter = HostTurns(), Waiter()
    hold = turns.take("h")
    assert hold is not None
    taken: list[object] = []
    with ThreadPoolExecutor(1) as threads:
        turn = threads.submit(had_turn, turns, waiter, lambda: taken.append(turns.take("h")))
        assert waiter.waits.wait(PATIENCE_S)
        hold.end()
        taken.append(turns.take("h") and not turn.done())
        assert turn.result(PATIENCE_S)
    assert taken[0] is None
    assert not taken[1]
    assert turns.busy == frozenset()


def test_a_host_that_is_waited_for_is_busy() -> None:
    turns, waiter = HostTurns(), Waiter()
    hold = turns.take("h")
    assert hold is not None
    with ThreadPoolExecutor(1) as threads:
        turn = threads.submit(had_turn, turns, waiter)
        assert waiter.waits.wait(PATIENCE_S)
        assert turns.busy == {"h"}
        waiter.is_to_stop.set()
        assert not turn.result(PATIENCE_S)
    assert turns.take("h") is None, "it is still in the first hand"
    hold.end()
    assert turns.take("h") is not None


def test_a_turn_ends_whatever_happens_in_it() -> None:
    turns = HostTurns()
    with pytest.raises(LookupError):
        had_turn(turns, never, broken)
    assert turns.take("h") is not None


def test_a_stop_does_not_keep_anybody_from_a_host_that_is_free() -> None:
    assert had_turn(HostTurns(), lambda: True)
