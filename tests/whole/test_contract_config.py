"""What others build on in config.toml: every setting with its default, and faults told by their path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import config as configuration
from tracker.errors import ConfigError
from tracker.model import Kind


def parsed(text: str) -> configuration.Config:
    return configuration.parse(text, source="config.toml", folder=Path("/somewhere"))


def test_every_setting_has_its_default() -> None:
    config = parsed("")
    assert config.database_path == Path("/somewhere/db/tracker.db")
    assert config.fetch.model_dump() == {
        "contact": "",
        "deadline_s": 30.0,
        "max_body_bytes": 5_000_000,
        "respect_robots": True,
        "host_interval_s": 2.0,
        "allow_private_addresses": False,
    }
    assert config.schedule.model_dump() == {
        "workers": 16,
        "requests_per_day": 20_000,
        "min_interval_s": 300,
        "max_interval_s": 2_592_000,
    }
    assert config.executor.kind == "threads"
    assert (config.sources, config.sites, config.notify) == ((), (), ())


def test_every_setting_can_be_given() -> None:
    config = parsed("""
        [database]
        path = "elsewhere/watch.db"
        [fetch]
        contact = "mailto:desk@example.org"
        deadline_s = 10
        max_body_bytes = 1_000_000
        respect_robots = false
        host_interval_s = 0.5
        allow_private_addresses = true
        [schedule]
        workers = 2
        requests_per_day = 100
        min_interval_s = 60
        max_interval_s = 3600
        [executor]
        kind = "dask"
        scheduler = "tcp://host:8786"
        [[sources]]
        feed = "https://www.example.com/rss.xml"
        [[sources]]
        sitemap = "https://www.example.com/sitemap.xml"
        [[sources]]
        page = "https://www.example.com/news"
        [[sites]]
        host = "www.example.com"
        remove = [".promo"]
        body = ".story"
        headline = "h1"
        byline = ".by"
        timezone = "Europe/Berlin"
        host_interval_s = 5
        [[notify]]
        url = "mailto://desk@example.org"
        kinds = ["number", "notice_removed"]
    """)
    assert config.database_path == Path("/somewhere/elsewhere/watch.db")
    assert config.fetch.deadline_s == 10
    assert config.executor.scheduler == "tcp://host:8786"
    assert len(config.sources) == 3
    assert config.sites[0].remove == (".promo",)
    assert config.notify[0].kinds == (Kind.NUMBER, Kind.NOTICE_REMOVED)


def test_faults_come_all_at_once_with_their_paths_and_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        parsed("[fetch]\ndeadline_s = -1\ndedline_s = 3\n[shedule]\nworkers = 1\n[schedule]\nworkers = 0\n")
    unknown, deadline, workers, section = sorted(caught.value.faults, key=lambda fault: fault.replace("dedline", "a"))
    assert unknown == "fetch.dedline_s: no such key; did you mean deadline_s?"
    assert deadline.startswith("fetch.deadline_s: ")
    assert workers.startswith("schedule.workers: ")
    assert section == "shedule: no such key; did you mean schedule?"
