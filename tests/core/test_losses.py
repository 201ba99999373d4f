"""Which article workers die of is found out, however many others they had in hand each time."""

from __future__ import annotations

import random
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from tracker.losses import MOST_LOSSES, Losses
from tracker.model import Batch, LookOrder


class Cluster:
    """Batches in hand, at workers that die of some articles; and the hosts whose articles are still to be looked at."""

    def __init__(self, hosts: list[int], deadly: frozenset[int], workers: int, threads: int, chance: int) -> None:
        self.losses = Losses()
        self.deadly = deadly
        self.threads = threads
        self.at: list[list[Batch]] = [[] for _ in range(workers)]
        self.chance = random.Random(chance)
        self.due: dict[str, deque[LookOrder]] = {}
        for host, articles in enumerate(hosts):
            first = sum(hosts[:host])
            self.due[f"h{host}"] = deque(LookOrder(n, f"u{n}") for n in range(first, first + articles))
        self.seen: list[int] = []
        self.convicted: list[int] = []
        self.deaths = 0

    @property
    def in_hand(self) -> list[Batch]:
        return [batch for batches in self.at for batch in batches]

    def run(self) -> None:
        self._hand_out()
        while any(self.at):
            self._something_ends(self.chance.choice([at for at in self.at if at]))
            self._hand_out()

    def _hand_out(self) -> None:
        room = self.threads * len(self.at) - len(self.in_hand)
        busy = frozenset(batch.host for batch in self.in_hand)
        again = self.losses.take(busy, room, self.in_hand)
        busy |= {batch.host for batch in again} | self.losses.hosts
        hosts = [host for host, orders in self.due.items() if orders and host not in busy][: room - len(again)]
        claimed = [
            Batch(host, tuple(self.due[host].popleft() for _ in range(min(3, len(self.due[host]))))) for host in hosts
        ]
        cleared = self.losses.without_suspects(claimed)
        for batch in (*again, *cleared):
            self.chance.choice([at for at in self.at if len(at) < self.threads]).append(batch)
        assert len({batch.host for batch in self.in_hand}) == len(self.in_hand)

    def _something_ends(self, at: list[Batch]) -> None:
        batch = self.chance.choice(at)
        at.remove(batch)
        if not self.deadly.intersection(order.article_id for order in batch.orders):
            for order in batch.orders:
                self.losses.seen(order.article_id)
                self.seen.append(order.article_id)
            return
        self.deaths += 1
        for lost in (batch, *at):
            self.convicted += [order.article_id for order in self.losses.add(lost)]
        at.clear()


clusters = st.builds(
    Cluster,
    hosts=st.lists(st.integers(1, 5), min_size=1, max_size=12),
    deadly=st.frozensets(st.integers(0, 11), max_size=1),
    workers=st.integers(1, 3),
    threads=st.integers(1, 6),
    chance=st.integers(0, 1_000),
)


@given(clusters)
def test_only_the_deadly_article_is_convicted_and_all_others_are_seen_once(cluster: Cluster) -> None:
    articles = sum(len(orders) for orders in cluster.due.values())
    deadly = cluster.deadly.intersection(range(articles))
    cluster.run()
    assert cluster.convicted == sorted(deadly)
    assert sorted(cluster.seen) == sorted(set(range(articles)) - deadly)
    assert cluster.deaths == MOST_LOSSES * len(deadly)


@given(clusters, st.frozensets(st.integers(0, 11), min_size=2, max_size=4))
def test_several_deadly_articles_come_to_an_end_too(cluster: Cluster, deadly: frozenset[int]) -> None:
    articles = sum(len(orders) for orders in cluster.due.values())
    cluster.deadly = deadly.intersection(range(articles))
    cluster.run()
    assert cluster.deadly <= set(cluster.convicted)
    assert sorted((*cluster.seen, *cluster.convicted)) == list(range(articles))


def test_suspicion_outlives_a_round_and_what_waited_does_not() -> None:
    losses, order = Losses(), LookOrder(1, "u")
    for _ in range(MOST_LOSSES - 1):
        assert losses.add(Batch("h", (order, LookOrder(2, "v")))) == ()
        losses.begin_round()
        assert losses.take(frozenset(), 9, ()) == []
    assert losses.without_suspects([Batch("h", (order, LookOrder(3, "w")))]) == [Batch("h", (LookOrder(3, "w"),))]
    assert losses.take(frozenset(), 9, ()) == [Batch("h", (order,))]
    assert losses.add(Batch("h", (order,))) == (order,)
