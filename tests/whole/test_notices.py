"""Notices from outside: the commands, a changing site, and receivers that are there or not."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from receiving import Mailbox, Receiver, Reply, free_port, mail_server
from whole_kit import HEADLINE, Home, LoopbackSite, article, faults_of, wait_for_log, wait_until

SECRET = "geheim"
PATH = "/harbour"


@dataclass(frozen=True)
class Watched:
    """An article of 12 gaps that was looked at once, and a configuration to which channels are added."""

    home: Home
    site: LoopbackSite

    def channels(self, *sections: str, interval_s: int = 1) -> None:
        self.home.configure(interval_s=interval_s)
        path = self.home.folder / "config.toml"
        text = "".join(f"[[notify]]\n{section}\n" for section in sections)
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def begin(self) -> None:
        self.publish(12)
        assert self.home("add", self.site.url(PATH)).status == 0
        assert self.home("check", "--all").status == 0

    def publish(self, gaps: int) -> None:
        self.site.pages[PATH] = article(HEADLINE, gaps)

    def count(self, sql: str) -> int:
        with closing(sqlite3.connect(f"file:{self.home.database}?mode=ro", uri=True)) as connection:
            return int(connection.execute(sql).fetchone()[0])


@pytest.fixture
def watched(home: Home, site: LoopbackSite) -> Watched:
    return Watched(home, site)


def test_a_check_sends_what_it_found_by_every_channel(watched: Watched) -> None:
    mailbox = Mailbox()
    with Receiver() as receiver, mail_server(mailbox) as port:
        watched.channels(
            f'url = "{receiver.url("/hook")}"\nsecret = "{SECRET}"\nkinds = ["number"]',
            f'url = "{receiver.url("/never")}"\nname = "names only"\nkinds = ["name"]',
            f'url = "smtp://127.0.0.1:{port}?from=t@example.org&to=desk@example.org"\ntitle = "Edited: {{headline}}"',
        )
        watched.begin()
        watched.publish(15)
        assert watched.home("check", "--all").status == 0
    (posted,) = receiver.posted
    (change,) = posted.form["changes"]
    assert (posted.path, change["before"], change["after"]) == ("/hook", "12", "15")
    (mail,) = mailbox.mails
    assert f"Subject: Edited: {HEADLINE}" in str(mail.content)
    assert watched.home("check", "--all").status == 0
    assert len(receiver.posted) == len(mailbox.mails) == 1


def test_a_channel_that_is_down_delays_nothing_and_is_named_without_its_secrets(watched: Watched) -> None:
    port = free_port()
    watched.channels(f'url = "http://{SECRET}:{SECRET}@127.0.0.1:{port}/{SECRET}"\nsecret = "{SECRET}"\nname = "hook"')
    watched.begin()
    watched.publish(15)
    checked = watched.home("-v", "check", "--all")
    assert checked.status == 0
    status = watched.home("status")
    assert "Channels in trouble" in status.out
    assert "hook" in status.out
    assert "Connection refused" in " ".join(status.out.split())
    assert SECRET not in checked.out + checked.err + status.out + status.err
    assert SECRET.encode() not in watched.home.database.read_bytes()
    assert faults_of(watched.home.database) == []


def test_the_daemon_killed_between_commit_and_sending_has_lost_nothing(watched: Watched) -> None:
    with Receiver() as receiver:
        watched.channels(f'url = "{receiver.url("/")}"')
        watched.begin()
        daemon = watched.home.start("run")
        wait_for_log(daemon, "watching")
        watched.publish(15)
        wait_until(lambda: watched.count("SELECT count(*) FROM _outbox") == 1)
        daemon.send(signal.SIGKILL)
        assert daemon.wait().status == -signal.SIGKILL
        assert receiver.posted == []
        assert watched.count("SELECT change_count FROM _totals") == 1
        watched.home("check", "--all")
        assert [each.form["change_count"] for each in receiver.posted] == [1]


def test_killed_while_sending_it_sends_again_and_says_that_it_is_the_same(watched: Watched) -> None:
    with Receiver(replies=[Reply(waits=True), Reply(204)]) as receiver:
        watched.channels(f'url = "{receiver.url("/")}"')
        watched.begin()
        watched.publish(15)
        check = watched.home.start("check", "--all")
        wait_until(lambda: len(receiver.posted) == 1)
        check.send(signal.SIGKILL)
        assert check.wait().status == -signal.SIGKILL
        daemon = watched.home.start("run")
        wait_for_log(daemon, "notice sent")
        daemon.send(signal.SIGTERM)
        assert daemon.wait().status == 0
        assert watched.count("SELECT count(*) FROM _notices WHERE settled_at IS NULL") == 0
    first, second = receiver.posted
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_check_that_is_stopped_does_not_wait_for_a_receiver_and_loses_nothing(watched: Watched) -> None:
    with Receiver(replies=[Reply(waits=True)]) as receiver:
        watched.channels(f'url = "{receiver.url("/")}"')
        watched.begin()
        watched.publish(15)
        check = watched.home.start("check", "--all")
        wait_until(lambda: len(receiver.posted) == 1)
        check.send(signal.SIGTERM)
        assert check.wait().status == 0
        assert watched.count("SELECT count(*) FROM _notices WHERE settled_at IS NULL") == 1


def test_one_notice_through_every_channel(watched: Watched) -> None:
    mailbox = Mailbox()
    with Receiver() as receiver, mail_server(mailbox) as port:
        watched.channels(
            f'url = "{receiver.url("/")}"\nname = "hook"',
            f'url = "smtp://127.0.0.1:{port}?from=t@example.org&to=desk@example.org"\nname = "mail"',
            f'url = "http://127.0.0.1:{free_port()}/{SECRET}"\nname = "nobody"',
        )
        result = watched.home("notify", "test")
        assert watched.home("notify", "test", "hook").status == 0
    assert result.status == 1
    assert result.out.splitlines() == [
        "hook: sent",
        "mail: sent",
        "nobody: not sent, it cannot be reached: Connection refused",
    ]
    assert [each.form["is_test"] for each in receiver.posted] == [True, True]
    assert "Test: " in str(mailbox.mails[0].content)
    assert not watched.home.database.exists()


def test_what_cannot_be_used_is_told_at_the_start(watched: Watched) -> None:
    watched.channels(f'url = "nonsense://{SECRET}"', f'url = "slack:{SECRET}"')
    for command in (("run",), ("check", "--all"), ("notify", "test")):
        result = watched.home(*command)
        assert result.status == 2
        assert result.err.count("Apprise knows no such address") == 2
        assert SECRET not in result.err
    watched.channels('url = "https://a.example/"\ntemplate = "{befor}"')
    result = watched.home("status")
    assert result.status == 2
    assert "notify[1].template: {befor} is nothing that can be filled in; did you mean {before}?" in result.sentence
    watched.channels()
    assert "No channel is configured" in watched.home("notify", "test").sentence


def test_the_demo_sends_nothing(watched: Watched, tmp_path: Path) -> None:
    """Its configuration is its own, without channels."""
    from tracker.demo.hour import demo_config  # noqa: PLC0415 - loads the whole daemon, for this one look

    assert demo_config(tmp_path / "demo.db").notify == ()


def test_a_daemon_that_looks_on_while_a_receiver_is_slow(watched: Watched) -> None:
    """Looks and records as if nobody had to be told."""
    with Receiver(replies=[Reply(waits=True)]) as receiver:
        watched.channels(f'url = "{receiver.url("/")}"')
        watched.begin()
        watched.publish(15)
        assert watched.home.start("check", "--all")
        wait_until(lambda: len(receiver.posted) == 1)
        daemon = watched.home.start("run")
        for gaps in (16, 17, 18):
            watched.publish(gaps)
            sql = f"SELECT count(*) FROM changes WHERE after = '{gaps}'"
            wait_until(lambda sql=sql: watched.count(sql) == 1)  # type: ignore[misc]  # bound as it is now
        daemon.send(signal.SIGTERM)
        receiver.is_closing.set()
        assert daemon.wait().status == 0
    assert faults_of(watched.home.database) == []
