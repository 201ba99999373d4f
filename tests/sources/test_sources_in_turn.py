"""Feeds and looks ask the same hosts: one at a time, with the pauses between them, in threads of one program."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from logging_site import INTERVAL_S, LoggingSite, assert_polite

from tracker import config as configuration
from tracker.check import CheckCycle
from tracker.clock import utc_now
from tracker.host_turns import HostTurns
from tracker.model import Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for, source_reader

ARTICLES = 25  # more than one batch
PATIENCE_S = 60.0
SETTINGS = (
    f"[fetch]\nallow_private_addresses = true\nhost_interval_s = {INTERVAL_S}\n"
    "[schedule]\nrequests_per_day = 10_000_000\n"
)


def unseen(_verdict: Verdict, _recorded: Recorded) -> None:
    """Nobody watches."""


class WatchedTurns(HostTurns):
    """Says when the reader of the feed has come to a host that is in another's hand."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waited_for = threading.Event()

    def is_stopping(self) -> bool:
        self.is_waited_for.set()
        return False


@pytest.fixture
def config(tmp_path: Path) -> configuration.Config:
    return configuration.parse(SETTINGS, source="config.toml", folder=tmp_path)


def test_a_feed_is_read_between_two_batches_of_its_host(config: configuration.Config, tmp_path: Path) -> None:
    world, turns = World(), WatchedTurns()
    fetcher = fetcher_for(config, world)
    with (
        LoggingSite() as site,
        Store.open(tmp_path / "tracker.db", create=True) as store,
        Store.open(tmp_path / "tracker.db") as source_store,
        check_cycle(config, store, fetcher, world, unseen) as made,
    ):
        store.add_articles(site.urls(ARTICLES), utc_now())
        source_store.add_source("feed", site.url("/feed"), utc_now())
        site.feed = (site.url("/story-0"),)
        site.slow_path = "/robots.txt"  # the first that is asked for
        cycle: CheckCycle = replace(made, turns=turns)
        reader = replace(
            source_reader(config, source_store, fetcher, world, turns=turns), is_stopping=turns.is_stopping
        )
        looking, reading = threading.Thread(target=cycle.drain), threading.Thread(target=reader.read_due)
        looking.start()
        site.until_begun(site.slow_path)
        reading.start()
        assert turns.is_waited_for.wait(PATIENCE_S)
        site.lets_go.set()
        for thread in (looking, reading):
            thread.join()
        cycle.drain()  # as the daemon's next heartbeat: what was due at the host while the feed was read
    stories = [f"/story-{n}" for n in range(ARTICLES) if n != 7]  # which robots.txt keeps for others
    assert sorted(site.asked) == sorted(["/robots.txt", "/feed", *stories])
    assert 0 < site.asked.index("/feed") < len(site.asked) - 1
    assert_polite([site])
