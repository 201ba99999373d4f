from __future__ import annotations

import threading

from tracker.daemon.portions import Portions


def test_work_goes_on_beat_by_beat_and_rests_when_there_is_none() -> None:
    left = [3, 2, 0, 5, 0]
    job = Portions(lambda: left.pop(0), threading.Lock(), rest_beats=4)
    lengths = []
    for _ in range(10):
        job()
        lengths.append(len(left))
    assert lengths == [4, 3, 2, 2, 2, 2, 2, 1, 0, 0]


def test_a_beat_is_left_out_while_another_job_has_its_turn() -> None:
    turn, left = threading.Lock(), [2, 1]
    job = Portions(lambda: left.pop(0), turn, rest_beats=4)
    with turn:
        job()
    assert left == [2, 1]
    job()
    assert left == [1]
    assert not turn.locked()
