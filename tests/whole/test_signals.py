"""SIGTERM, SIGINT and SIGHUP end the daemon in order; one daemon a database."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading

import pytest
from whole_kit import Answer, Home, LoopbackSite, article, faults_of, wait_for_log

from tracker.model import Outcome
from tracker.store import Store

HEADLINE = "Lamp and lifebelt put up at the western mole"
_PATIENCE_S = 60.0

stop_signals = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])


@stop_signals
def test_a_stop_ends_the_daemon_well(home: Home, site: LoopbackSite, number: signal.Signals) -> None:
    site.pages["/story"] = article(HEADLINE)
    home.configure()
    home("add", site.url("/story"))
    daemon = home.start("run")
    wait_for_log(daemon, "event=first_seen")
    daemon.send(number)
    result = daemon.wait()
    assert result.status == 0
    assert result.out == ""
    assert "Traceback" not in result.err
    assert result.err.rstrip().endswith("event=stopped")
    assert faults_of(home.database) == []


@stop_signals
def test_the_page_in_hand_is_finished_and_what_waits_stays_due(
    home: Home, site: LoopbackSite, number: signal.Signals
) -> None:
    is_asked, is_let_go = threading.Event(), threading.Event()

    def slowly() -> Answer:
        is_asked.set()
        assert is_let_go.wait(_PATIENCE_S)
        return article(HEADLINE)

    site.pages |= {"/one": slowly, "/other": slowly}
    home.configure()
    home("add", site.url("/one"), site.url("/other"))
    daemon = home.start("run")
    assert is_asked.wait(_PATIENCE_S)
    daemon.send(number)
    wait_for_log(daemon, "finishing the looks in hand")
    is_let_go.set()
    result = daemon.wait()
    assert result.status == 0
    assert "Traceback" not in result.err
    in_hand, waiting = (1, 2) if "/one" in site.asked else (2, 1)
    assert len({"/one", "/other"} & set(site.asked)) == 1
    with Store.open(home.database, read_only=True) as store:
        assert [entry.outcome for entry in store.checks(in_hand)] == [Outcome.FIRST_SEEN]
        assert list(store.checks(waiting)) == []
    assert home("check", "--due").status == 0
    with Store.open(home.database, read_only=True) as store:
        assert [entry.outcome for entry in store.checks(waiting)] == [Outcome.FIRST_SEEN]
    assert faults_of(home.database) == []


def test_a_second_signal_ends_at_once_and_the_file_is_whole(home: Home, site: LoopbackSite) -> None:
    is_let_go = threading.Event()

    def slowly() -> Answer:
        is_let_go.wait(_PATIENCE_S)
        return article(HEADLINE)

    site.pages["/slow"] = slowly
    home.configure()
    home("add", site.url("/slow"))
    daemon = home.start("run")
    site.wait_for("/slow")
    daemon.send(signal.SIGTERM)
    wait_for_log(daemon, "finishing the looks in hand")
    daemon.send(signal.SIGTERM)
    assert daemon.wait().status == -signal.SIGTERM
    is_let_go.set()
    assert faults_of(home.database) == []


def test_a_stop_cuts_the_pause_between_two_pages_short(home: Home, site: LoopbackSite) -> None:
    site.pages |= {"/one": article(HEADLINE), "/two": article("Stone for the breakwater arrives by barge")}
    home.configure()
    text = (home.folder / "config.toml").read_text()
    home.write("config.toml", text.replace("host_interval_s = 0.0", "host_interval_s = 3600.0"))
    home("add", site.url("/one"), site.url("/two"))
    daemon = home.start("run")
    site.wait_for("/robots.txt")
    daemon.send(signal.SIGTERM)
    result = daemon.wait()
    assert result.status == 0
    assert "Traceback" not in result.err


def test_a_second_daemon_says_who_holds_the_database(home: Home) -> None:
    home.configure()
    first = home.start("run")
    wait_for_log(first, "event=watching")
    second = home("run")
    first.send(signal.SIGTERM)
    assert second.status == 1
    assert re.search(rf"\bprocess {first.pid}\b", second.sentence)
    assert "running" in second.sentence
    assert first.wait().status == 0


def test_a_killed_daemon_keeps_nobody_out(home: Home) -> None:
    home.configure()
    first = home.start("run")
    wait_for_log(first, "event=watching")
    first.send(signal.SIGKILL)
    first.wait()
    second = home.start("run")
    wait_for_log(second, "event=watching")
    second.send(signal.SIGTERM)
    assert second.wait().status == 0


def test_reading_and_single_checks_go_on_beside_the_daemon(home: Home, site: LoopbackSite) -> None:
    site.pages |= {"/one": article(HEADLINE), "/two": article("Stone for the breakwater arrives by barge")}
    home.configure()
    home("add", site.url("/one"))
    daemon = home.start("run")
    wait_for_log(daemon, "event=first_seen")
    assert home("add", site.url("/two")).status == 0
    wait_for_log(daemon, "/two")
    assert home("check", "--all").status == 0
    assert home("list").out.count("127.0.0.1") == 2
    assert home("verify").status == 0
    assert home("backup", "copy.db").status == 0
    daemon.send(signal.SIGTERM)
    assert daemon.wait().status == 0
    assert faults_of(home.folder / "copy.db") == []


def test_under_nohup_a_closed_terminal_stops_nothing(home: Home, site: LoopbackSite) -> None:
    site.pages["/story"] = article(HEADLINE)
    home.configure()
    with subprocess.Popen(
        ["nohup", sys.executable, "-m", "tracker", "run"],
        cwd=home.folder,
        env=home.launcher.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as daemon:
        assert daemon.stderr is not None
        assert "watching" in daemon.stderr.readline()
        daemon.send_signal(signal.SIGHUP)
        home("add", site.url("/story"))
        assert "event=first_seen" in daemon.stderr.readline()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.stderr.read().rstrip().endswith("event=stopped")
    assert daemon.returncode == 0
