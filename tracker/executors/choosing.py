"""Which worker does it: the same one for the same host, as long as it lives and has a free thread.

What a worker learns of a host (its robots.txt, its cookies) is then of use for the next batch. Rendezvous hashing
(Thaler and Ravishankar, 1998): when a worker comes or goes, only its own hosts move.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def chosen(key: str, threads: Mapping[str, int], in_hand: Mapping[str, int]) -> str:
    """A worker's address. `threads`: of each worker there is, at least one; `in_hand`: what each was given."""
    ranked = sorted(threads, key=lambda address: _weight(key, address))
    free = (address for address in ranked if in_hand.get(address, 0) < threads[address])
    return next(free, None) or min(ranked, key=lambda address: in_hand.get(address, 0) / threads[address])


def _weight(key: str, address: str) -> bytes:
    return hashlib.blake2b(f"{address}\x1f{key}".encode(), digest_size=8).digest()
