"""Which worker does it: the same one for the same host, as long as it lives and has not more in hand than its share.

What a worker learns of a host (its robots.txt, its cookies) is then of use for the next batch. Rendezvous hashing
(Thaler and Ravishankar, 1998): when a worker comes or goes, only its own hosts move. With bounded loads (Mirrokni,
Thorup and Zadimoghaddam, 2016): what is too much for the first of a host's workers goes to the second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

# Of the even share. Of the paper's trade: less, and hosts move more often; more, and the busiest worker sets the pace.
_SLACK = 1.25


def chosen(key: str, threads: Mapping[str, int], loads: Mapping[str, int]) -> str:
    """A worker's address. `threads`: of each worker there is, at least one; `loads`: what each has in hand, in looks.

    Never one with more than 1.25 times its share of all that is in hand, plus one; shares go by threads.
    """
    a_thread = sum(loads.get(address, 0) for address in threads) / sum(threads.values())
    ranked = sorted(threads, key=lambda address: _weight(key, address))
    return next(each for each in ranked if loads.get(each, 0) <= _SLACK * a_thread * threads[each] + 1)


def _weight(key: str, address: str) -> bytes:
    return hashlib.blake2b(f"{address}\x1f{key}".encode(), digest_size=8).digest()
