"""Pages for benchmarks/storage.py: real chains of one page seen again and again, and real pages made into longer ones.

The real chains are short (two to five snapshots). The longer ones are made by `page_churn`, which lies beside the
checkout: edits of the article stay from one snapshot to the next, noise around it comes and goes.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.extract import extract

SHARED = Path(__file__).resolve().parents[2] / "shared"
if not SHARED.is_dir():  # without them there is nothing to import either
    print(f"{SHARED} is missing: this benchmark needs the folder of real pages.", file=sys.stderr)
    raise SystemExit(2)
sys.path.insert(0, str(SHARED / "tools"))
import page_churn  # noqa: E402 - found only now

_FOLDER = SHARED / "data" / "revisions"
_FEWEST_PARAGRAPHS = 6  # less is no article that could be edited
_EDITED = 0.5  # share of the snapshots that show another text than the one before
_NOISES_A_SNAPSHOT = 2
_NOISE = (
    page_churn.script_state,
    page_churn.counters,
    page_churn.links_replaced,
    page_churn.links_reordered,
    page_churn.trending,
    page_churn.comments,
    page_churn.advert_in_column,
    page_churn.related_in_column,
    page_churn.class_added,
)


@dataclass(frozen=True, slots=True)
class Chain:
    """One page as it was seen again and again, the oldest first."""

    name: str
    host: str
    snapshots: tuple[bytes, ...]


def real_chains() -> list[Chain]:
    documents: dict[str, list[dict[str, Any]]] = {}
    for line in (_FOLDER / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["format"] == "html":
            documents.setdefault(row["doc_id"], []).append(row)
    return [
        Chain(name, _host(rows[0]["url"]), tuple(_read(row["path"]) for row in rows))
        for name, rows in documents.items()
    ]


def longer_chains(chains: list[Chain], count: int, length: int) -> Iterator[Chain]:
    """Of the first pages that hold an article."""
    made = 0
    for chain in chains:
        if made == count:
            return
        found = extract(chain.snapshots[0], f"https://{chain.host}/{chain.name}")
        if found is not None and len(found.paragraphs) >= _FEWEST_PARAGRAPHS:
            made += 1
            yield Chain(chain.name, chain.host, tuple(_churned(chain, found.text, length)))


def _churned(chain: Chain, gold: str, length: int) -> Iterator[bytes]:
    chance = random.Random(chain.name)
    document = page_churn.parse(chain.snapshots[0])
    for number in range(length):
        if number and chance.random() < _EDITED:
            chance.choice(page_churn.EDITS)(document, gold, chance)
        seen = copy.deepcopy(document)
        for noise in chance.sample(_NOISE, _NOISES_A_SNAPSHOT):
            noise(seen, gold, chance)
        yield page_churn.serialise(seen)


def _host(url: str) -> str:
    """Some sources name the service in place of an address: `ota:Facebook/Privacy Policy`."""
    if url.startswith("ota:"):
        return url.removeprefix("ota:").partition("/")[0].lower().replace(" ", "-") + ".example"
    return urllib.parse.urlsplit(url).hostname or "nowhere.example"


def _read(path: str) -> bytes:
    data = (_FOLDER / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data
