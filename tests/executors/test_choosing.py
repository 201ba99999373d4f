"""Which worker gets a host: the same one each time, unless it had more than its share."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tracker.executors.choosing import chosen

_addresses = st.integers(1, 9).map(lambda number: f"tcp://10.0.0.{number}:4000")
_staffs = st.dictionaries(_addresses, st.integers(1, 64), min_size=1)
_hosts = st.text(min_size=1, max_size=20)


@given(threads=_staffs, loads=st.dictionaries(_addresses, st.integers(0, 1_000)), host=_hosts)
def test_nobody_is_given_more_who_has_a_quarter_above_the_share_already(
    threads: dict[str, int], loads: dict[str, int], host: str
) -> None:
    worker = chosen(host, threads, loads)
    in_hand = sum(loads.get(each, 0) for each in threads)
    assert loads.get(worker, 0) <= 1.25 * in_hand * threads[worker] / sum(threads.values()) + 1


@given(threads=_staffs, host=_hosts, other=_addresses)
def test_a_worker_that_goes_takes_only_its_own_hosts_along(threads: dict[str, int], host: str, other: str) -> None:
    before = chosen(host, threads, {})
    rest = {address: n for address, n in threads.items() if address != other}
    if rest and before != other:
        assert chosen(host, rest, {}) == before


def test_many_hosts_in_hand_stay_mostly_where_they_were_and_drown_nobody() -> None:
    threads = {f"tcp://10.0.0.{number}:4000": 16 for number in range(4)}
    hosts = [f"{number}.example" for number in range(800)]
    rounds: list[dict[str, str]] = []
    for order in (hosts, hosts[::-1]):
        loads: Counter[str] = Counter()
        rounds.append({})
        for host in order:
            rounds[-1][host] = chosen(host, threads, loads)
            loads[rounds[-1][host]] += 1
        assert max(loads.values()) <= 1.25 * 200 + 2
    assert sum(rounds[0][host] == rounds[1][host] for host in hosts) > 0.8 * len(hosts)
