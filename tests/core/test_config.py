"""config.toml: defaults, faults, and the commented file that `tracker init` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import config as configuration
from tracker.errors import ConfigError

HERE = Path("/somewhere")


def parse(text: str) -> configuration.Config:
    return configuration.parse(text, source="config.toml", folder=HERE)


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return caught.value.faults


def test_an_empty_file_is_the_defaults_of_the_commented_one() -> None:
    assert parse("") == parse(configuration.commented())


def test_the_repository_holds_the_commented_defaults() -> None:
    shipped = Path(__file__).resolve().parents[2] / "config.toml"
    assert shipped.read_text(encoding="utf-8") == configuration.commented()


def test_the_examples_in_the_comments_are_valid_when_uncommented() -> None:
    lines = configuration.commented("mailto:desk@example.org").splitlines()
    start = next(number for number, line in enumerate(lines) if line == "# [[sources]]")
    uncommented = [line.removeprefix("# ") for line in lines[start:] if not line.startswith(("# Rules", "# Where"))]
    config = parse("\n".join([*lines[:start], *uncommented]))
    assert config.sources[0].feed == "https://www.example.com/rss.xml"
    assert config.sites[0].remove == (".promo",)
    assert [kind.value for kind in config.notify[0].kinds] == ["number", "notice_removed"]
    assert config.fetch.contact == "mailto:desk@example.org"


def test_the_database_lies_relative_to_the_file() -> None:
    assert parse("").database_path == HERE / "db/tracker.db"
    assert parse('[database]\npath = "/else/where.db"').database_path == Path("/else/where.db")


def test_all_faults_come_at_once_each_with_its_path() -> None:
    found = faults(
        """
        [fetch]
        deadline_s = "soon"
        deadline = 3
        [schedule]
        min_interval_s = 50
        max_interval_s = 3
        workers = 0
        [executor]
        kind = "dask"
        [[sources]]
        feed = "not an address"
        [[sites]]
        host = "x.example"
        remove = ["..promo"]
        timezone = "Europe/Berlun"
        [[notify]]
        url = "mailto://x"
        kinds = ["num"]
        [schedul]
        """
    )
    assert [fault.partition(":")[0] for fault in found] == [
        "fetch.deadline_s",
        "fetch.deadline",
        "schedule.workers",
        "schedule.max_interval_s",
        "executor.scheduler",
        "sources[1].feed",
        "sites[1].remove[1]",
        "sites[1].timezone",
        "notify[1].kinds[1]",
        "schedul",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[fetch]\ndeadline = 3", "fetch.deadline: no such key; did you mean deadline_s?"),
        ("[schedul]", "schedul: no such key; did you mean schedule?"),
        ("[[sources]]\nfed = 'x'", "sources[1].fed: no such key; did you mean feed?"),
        ("[[sites]]\nhost='a'\ntimezone = 'Europe/Berlun'", "did you mean Europe/Berlin?"),
        ("[[notify]]\nurl='a'\nkinds = ['num']", "'num' is no kind of change; did you mean number?"),
        ("[[notify]]\nurl='a'", "notify[1].url: it is no address"),
        ("[[notify]]\nurl='https://a/'\nfields = ['titel']", "'titel' is no field of an article"),
        ("[[notify]]\nurl='https://a/'\nhosts = ['https://a/']", "notify[1].hosts[1]: 'https://a/' is no host"),
        ("[[notify]]\nurl='https://a/'\ndigest = 'dayly 08:00'", "write immediate, hourly or daily 08:00"),
        ("[[notify]]\nurl='https://a/'\ntitle = '{host}'", "did you mean {hosts}?"),
        ("[[notify]]\nurl='https://a/'\ntemplate = '{'", "notify[1].template: a brace stands alone"),
        ("[[notify]]\nurl='slack://a'\nsecret = 'x'", "notify[1].secret: only webhooks"),
        ("[[notify]]\nurl='https://a/'\nsecret = 'whsec_?'", "notify[1].secret: what follows whsec_ is no base64"),
        ("[[notify]]\nurl='https://a/x'\n[[notify]]\nurl='https://a/y'", "two channels are called 'https a'"),
        ("[executor]\nscheduler = 'host:8786'", "executor.scheduler: 'host:8786' is no scheduler's address"),
        ("[executor]\nscheduler = 'tls://h:1'", 'executor.tls_key: a scheduler at "tls://..." needs it'),
        ("[executor]\nscheduler = 'tcp://h:1'\ntls_ca = 'a'", "executor.tls_ca: it is used for a scheduler at"),
        ("[[sources]]", "sources[1]: name exactly one of feed, sitemap, page"),
        ("[fetch]\nrespect_robots = 1", "fetch.respect_robots: input should be a valid boolean"),
    ],
)
def test_a_fault_says_what_to_do(text: str, told: str) -> None:
    assert any(told in fault for fault in faults(text))


def test_what_is_not_toml_is_said_with_its_line() -> None:
    (fault,) = faults("[fetch\n")
    assert "not TOML" in fault
    assert "line 1" in fault


def test_a_file_that_is_missing_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        configuration.load(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        configuration.load(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        configuration.load(binary)


def test_which_file_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    user = tmp_path / "user"
    user.mkdir()
    assert configuration.find(None, {}, inner, user) is None
    (user / "config.toml").touch()
    assert configuration.find(None, {}, inner, user) == user / "config.toml"
    (tmp_path / "a" / "config.toml").touch()
    assert configuration.find(None, {}, inner, user) == tmp_path / "a" / "config.toml"
    assert configuration.find(None, {"TRACKER_CONFIG": "/x.toml"}, inner, user) == Path("/x.toml")
    assert configuration.find(Path("/y.toml"), {"TRACKER_CONFIG": "/x.toml"}, inner, user) == Path("/y.toml")
