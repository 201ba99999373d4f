"""What workers died of: a batch that took its worker with it is looked at again, one article at a time.

A worker that was killed for another reason costs its articles a little time. An article with which worker after worker
dies is given up, by name. A worker has many batches in hand, so that one deadly article takes others with it, also
those that are looked at alone: the last trial of each is therefore held while no other suspect is in hand anywhere.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from tracker.model import Batch, LookOrder

# Once in the batch, twice alone: that two machines are switched off in the middle of the same article is no accident.
MOST_LOSSES = 3
_ON_TRIAL = MOST_LOSSES - 1  # losses after which the next one convicts


class Losses:
    """Under what suspicion articles stand, and the pieces of batches that wait to be handed out for that.

    Suspicion outlives a round: a small cluster may have no worker left before an article is convicted. For one thread.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Batch]] = {}
        self._losses: Counter[int] = Counter()

    @property
    def hosts(self) -> frozenset[str]:
        """Of which pieces wait."""
        return frozenset(self._waiting)

    def begin_round(self) -> None:
        """What waited is as due as it was: it is claimed anew, with all that became known since."""
        self._waiting.clear()

    def add(self, batch: Batch) -> tuple[LookOrder, ...]:
        """Those of the lost batch that are given up; the others wait."""
        self._losses.update(order.article_id for order in batch.orders)
        guilty = tuple(each for each in batch.orders if self._is_guilty(batch, each))
        for order in guilty:
            del self._losses[order.article_id]
        for order in batch.orders:
            if order not in guilty:
                self.put_back(Batch(batch.host, (order,)))
        return guilty

    def put_back(self, batch: Batch) -> None:
        """It waits: nobody could take it."""
        self._waiting.setdefault(batch.host, deque()).append(batch)

    def without_suspects(self, batches: Iterable[Batch]) -> list[Batch]:
        """What may go out as it is; articles under suspicion wait, each alone."""
        if not self._losses:
            return list(batches)
        cleared = []
        for batch in batches:
            suspects = [order for order in batch.orders if self._losses[order.article_id]]
            for order in suspects:
                self.put_back(Batch(batch.host, (order,)))
            rest = tuple(order for order in batch.orders if order not in suspects)
            if rest:
                cleared.append(Batch(batch.host, rest))
        return cleared

    def take(self, busy: frozenset[str], room: int, in_hand: Iterable[Batch]) -> list[Batch]:
        """Pieces to be handed out now: one a host, and a trial only where nothing suspect is anywhere else."""
        if not self._waiting:
            return []
        worst = max((self._suspicion(batch) for batch in in_hand), default=0)
        most = 0 if worst >= _ON_TRIAL else _ON_TRIAL - 1
        taken = self._taken(busy, room, most)
        if not taken and room > 0 and not worst and not self._has_lesser_suspects():
            taken = self._taken(busy, 1, MOST_LOSSES)
        return taken

    def seen(self, article_id: int) -> None:
        """Its look came back: it was not the one."""
        self._losses.pop(article_id, None)

    def _taken(self, busy: frozenset[str], room: int, most: int) -> list[Batch]:
        """Of each host the piece that is suspected least, if that is not suspected more than `most`."""
        taken: list[Batch] = []
        for host, pieces in self._waiting.items():
            if len(taken) >= room:
                break
            piece = min(pieces, key=self._suspicion)
            if host not in busy and self._suspicion(piece) <= most:
                pieces.remove(piece)
                taken.append(piece)
        self._waiting = {host: pieces for host, pieces in self._waiting.items() if pieces}
        return taken

    def _has_lesser_suspects(self) -> bool:
        waiting = (piece for pieces in self._waiting.values() for piece in pieces)
        return any(0 < self._suspicion(piece) < _ON_TRIAL for piece in waiting)

    def _suspicion(self, batch: Batch) -> int:
        return max(self._losses[order.article_id] for order in batch.orders)

    def _is_guilty(self, batch: Batch, order: LookOrder) -> bool:
        return len(batch.orders) == 1 and self._losses[order.article_id] >= MOST_LOSSES
