"""kill -9 at random moments: the file is whole each time, and the next cycle does what was left undone."""

from __future__ import annotations

import random
import re
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from whole_kit import Home, LoopbackSite, article, faults_of, paragraphs

from tracker.store import Store

SEED = 20261123
KILLS = 30
MOST_ROUNDS = 90
ARTICLES = 24  # more than one batch, so that a cycle has several commits
EDITS_A_ROUND = 8
FIRST_LONGEST_LIFE_S = 0.5  # of a process: a cycle over all articles is over by then, on a quick machine
HEADLINE = "Breakwater at Port Ellin is closed for the winter"

_GAPS = re.compile(r"found (\d+) gaps")


def kill_after(home: Home, seconds: float, *arguments: str) -> bool:
    """Whether the command was killed; False: it was quicker."""
    started = home.start(*arguments)
    threading.Event().wait(seconds)
    started.send(signal.SIGKILL)
    return started.wait().status == -signal.SIGKILL


class Harbour:
    """Articles of which each tells the number of gaps found, which only ever grows."""

    def __init__(self, site: LoopbackSite) -> None:
        self.site = site
        self.gaps = {f"/story-{number}": 1 for number in range(ARTICLES)}
        self.publish(*self.gaps)

    def publish(self, *paths: str) -> None:
        for path in paths:
            self.site.pages[path] = article(HEADLINE, self.gaps[path])

    def edit(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.gaps[path] += 1
        self.publish(*paths)

    @property
    def urls(self) -> list[str]:
        return [self.site.url(path) for path in self.gaps]


def gaps_recorded(database: Path, url: str) -> list[int]:
    with Store.open(database, read_only=True) as store:
        texts = [revision.extract.text for revision in store.revisions(store.resolve(url).article_id)]
    return [int(match[1]) for text in texts if (match := _GAPS.search(text))]


def test_killed_at_any_moment_it_loses_nothing_and_records_nothing_twice(home: Home, site: LoopbackSite) -> None:
    chance = random.Random(SEED)
    harbour = Harbour(site)
    home.configure(interval_s=1)
    assert home("add", *harbour.urls).status == 0
    killed, longest_life_s = 0, FIRST_LONGEST_LIFE_S
    for _ in range(MOST_ROUNDS):
        harbour.edit(chance.sample(list(harbour.gaps), EDITS_A_ROUND))
        command = chance.choice((("run",), ("check", "--all")))
        if kill_after(home, chance.uniform(0, longest_life_s), *command):
            killed += 1
        else:
            longest_life_s *= 0.9  # on a machine as quick as this one, the moments of a cycle lie closer
        assert faults_of(home.database) == []
        if killed == KILLS:
            break
    assert killed == KILLS
    assert home("check", "--all").status == 0
    assert faults_of(home.database) == []
    for path, gaps in harbour.gaps.items():
        recorded = gaps_recorded(home.database, site.url(path))
        assert recorded[-1] == gaps
        assert recorded == sorted(set(recorded))
    settled = home("check", "--all")
    assert settled.status == 0
    assert f"{ARTICLES} unchanged" in settled.err


def test_killed_while_the_database_is_made_it_can_be_made_again(home: Home, site: LoopbackSite) -> None:
    chance = random.Random(SEED)
    harbour = Harbour(site)
    home.configure()
    for round_number in range(10):
        database = home.folder / f"{round_number}.db"
        kill_after(home, chance.uniform(0, 0.08), "--database", str(database), "add", *harbour.urls)
        assert home("--database", database, "add", *harbour.urls).status == 0
        assert faults_of(database) == []
        with Store.open(database, read_only=True) as store:
            assert sorted(each.url for each in store.articles()) == sorted(harbour.urls)


def test_killed_before_the_file_is_complete_reading_says_so_in_a_sentence(home: Home) -> None:
    """What a kill between making the file and filling it leaves."""
    home.configure()
    home.database.touch()
    result = home("list")
    assert result.status == 2
    assert "is empty" in result.sentence
    assert home("add", "https://www.example.com/story").status == 0
    assert faults_of(home.database) == []


def test_paragraphs_of_the_site_are_what_is_recorded(home: Home, site: LoopbackSite) -> None:
    """So that the counts above stand for whole texts."""
    harbour = Harbour(site)
    home.configure()
    home("add", harbour.urls[0])
    assert home("check").status == 0
    with Store.open(home.database, read_only=True) as store:
        assert store.revision(1, 1).extract.paragraphs == paragraphs(1)
