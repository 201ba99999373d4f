"""What workers died of: a batch that took its worker with it is looked at again, one article at a time.

A worker that was killed for another reason costs its articles a little time. An article with which worker after worker
dies is given up, by name.
"""

from __future__ import annotations

from collections import Counter, deque

from tracker.model import Batch, LookOrder

# Once in the batch, twice alone: that two machines are switched off in the middle of the same article is no accident.
MOST_LOSSES = 3


class Losses:
    """The pieces of lost batches that wait to be handed out again."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Batch]] = {}
        self._losses: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self._waiting)

    def add(self, batch: Batch) -> tuple[LookOrder, ...]:
        """Those of the batch that are given up; the others wait."""
        self._losses.update(order.article_id for order in batch.orders)
        guilty = tuple(each for each in batch.orders if self._is_guilty(batch, each))
        for order in guilty:
            del self._losses[order.article_id]
        pieces = [Batch(batch.host, (order,)) for order in batch.orders if order not in guilty]
        if pieces:
            self._waiting.setdefault(batch.host, deque()).extend(pieces)
        return guilty

    def take(self, busy: frozenset[str], room: int) -> list[Batch]:
        hosts = [host for host in self._waiting if host not in busy][:room]
        taken = [self._waiting[host].popleft() for host in hosts]
        self._waiting = {host: pieces for host, pieces in self._waiting.items() if pieces}
        return taken

    def seen(self, article_id: int) -> None:
        """Its look came back: it was not the one."""
        self._losses.pop(article_id, None)

    def _is_guilty(self, batch: Batch, order: LookOrder) -> bool:
        return len(batch.orders) == 1 and self._losses[order.article_id] >= MOST_LOSSES
