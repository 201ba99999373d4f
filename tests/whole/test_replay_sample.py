"""The replay of real pages and version chains, on a sample: what is asserted is what the benchmark prints."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tracker.model import Outcome

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
_EVERY_PAGE = 20  # 29 of 578 single pages
_EVERY_CHAIN = 16  # 18 of 280 chains


@pytest.fixture
def replaying(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import replay  # noqa: PLC0415 - lies outside of the package, found only now

    return replay


@pytest.fixture
def sample(replaying: ModuleType, shared_data: Path) -> list[Any]:
    pages = list(replaying.extraction_documents(shared_data / "extraction"))[::_EVERY_PAGE]
    chains = list(replaying.revision_documents(shared_data / "revisions"))[::_EVERY_CHAIN]
    return [*pages, *chains]


def test_every_version_of_real_documents_is_found(replaying: ModuleType, sample: list[Any], tmp_path: Path) -> None:
    result = replaying.replay(sample, tmp_path / "replay.db")
    findings = result.findings
    assert findings.missed == []
    assert findings.documents == len(sample)
    assert findings.versions == sum(len(document.versions) for document in sample)
    assert findings.source_steps > 20
    assert findings.source_lost == findings.source_invented == []
    assert findings.diffs == findings.checks[Outcome.CHANGED] + findings.checks[Outcome.REVERTED]
    assert findings.revisions == findings.diffs + findings.rereads + findings.checks[Outcome.FIRST_SEEN]
    assert findings.checks[Outcome.FAILED] == 0
    assert findings.source_paragraphs_exact > 0.98 * findings.source_paragraphs


def test_the_replay_tells_a_loss(replaying: ModuleType, sample: list[Any], tmp_path: Path) -> None:
    """What guards the rest: diffs that went missing and looks that never happened do not pass."""
    chains = [document for document in sample if len(document.versions) > 1 and not document.versions[0].is_real_page]
    result = replaying.replay(chains[:2], tmp_path / "replay.db")
    assert result.findings.missed == []
    with closing(sqlite3.connect(result.database)) as raw, raw:
        raw.execute("DELETE FROM changes")
        raw.execute("DELETE FROM diffs")
    with replaying.Store.open(result.database) as store:
        ids = {document.name: number for number, document in enumerate(chains[:2], start=1)}
        urls = {document.name: f"http://127.0.0.1{document.path}" for document in chains[:2]}
        missed = replaying.compare_with_what_was_served(store, chains[:2], urls, ids, {}).missed
    assert any("was not compared" in line for line in missed)
    assert any("was not looked at" in line for line in missed)
    assert any("counters differ from a recount" in line for line in missed)
