"""Whatever is wrong is told in one sentence, with the status that says whose fault it is, and nothing is written."""

from __future__ import annotations

import pytest
from whole_kit import (
    FIRST,
    SECOND,
    Home,
    digest_of_rows,
)

# -- the call ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "not a url"], ["'not a url'", "not a URL"]),
        (["add", "www.example.com/story"], ["web address", "https://"]),
        (["add", "ftp://example.com/story"], ["web address"]),
        (["add", "https://"], ["web address"]),
        (["add", "https://example.com:99999/"], ["port"]),
        (["add", "https://ex ample.com/"], ["spaces"]),
        (["add", "https://exa..mple.com/"], ["host"]),
        (["add", "http://[::1/"], ["not a URL"]),
        (["add", ""], ["web address"]),
        (["add"], ["Nothing to add"]),
        (["add", "--feed", "no-feed"], ["web address"]),
        (["add", "--file", "missing.txt"], ["missing.txt", "no file"]),
        (["show", "nothing-like-it"], ["nothing-like-it", "tracker list"]),
        (["show", FIRST + "x"], ["nearest", FIRST]),
        (["show", ""], ["No article was named"]),
        (["show", "99"], ["no article 99"]),
        (["show", "99999999999999999999999"], ["no article 99999999999999999999999"]),
        (["show", "harbour"], [FIRST, SECOND]),
        (["show", "1", "--revision", "7"], ["revision", "7"]),
        (["show", "1", "--revision", "0"], ["revision", "0"]),
        (["show", "1", "--revision", "-1"], ["revision", "-1"]),
        (["show", "1", "--revision", "x"], ["'x'"]),
        (["show", "1", "--format", "pdf"], ["pdf", "newsdiffs"]),
        (["show", "1", "--revision", "99999999999999999999999"], ["--revision", "99999999999999999999999"]),
        (["diff", "1", "99999999999999999999999"], ["FROM", "99999999999999999999999"]),
        (["diff", "1", "1", "99999999999999999999999"], ["TO", "99999999999999999999999"]),
        (["diff", "1", "1", "1"], ["itself"]),
        (["diff", "1", "1"], ["one revision"]),
        (["diff", "1", "1", "2"], ["revision 2"]),
        (["diff", "1", "x"], ["'x'"]),
        (["diff"], ["URL"]),
        (["log", "nothing-like-it"], ["nothing-like-it"]),
        (["check", "nothing-like-it"], ["nothing-like-it"]),
        (["check", "1", "--all"], ["one of the three"]),
        (["check", "--due", "--all"], ["one of the three"]),
        (["report", "--since", "yesterweek"], ["yesterweek", "24h"]),
        (["report", "--since", "1h", "--until", "2h"], ["--until lies before --since"]),
        (["report", "--kind", "speling"], ["speling", "did you mean spelling"]),
        (["report", "--kind", "qqq"], ["qqq", "known are"]),
        (["report", "--kind", ","], ["no kind", "known are"]),
        (["report", "--host", "no host"], ["--host", "www.example.com"]),
        (["list", "--host", ""], ["--host", "www.example.com"]),
        (["search", "harbour", "--limit", "99999999999999999999999"], ["--limit", "99999999999999999999999"]),
        (["report", "--field", "heading"], ["heading", "headline"]),
        (["report", "--since", "99999999999999w"], ["no time"]),
        (["list", "--state", "dead"], ["dead", "gone"]),
        (["import", "git", "first.txt"], ["git", "newsdiffs"]),
        (["import", "newsdiffs", "missing.txt"], ["missing.txt", "no file"]),
        (["import", "newsdiffs"], ["FILE"]),
        (["export", "xls"], ["xls", "csv"]),
        (["export", "csv", "nothing-like-it"], ["nothing-like-it"]),
        (["export", "csv", "--output", "no/such/folder.csv"], ["folder.csv", "cannot be written"]),
        (["export", "csv", "--output", "."], [".", "cannot be written"]),
        (["backup"], ["FILE"]),
        (["backup", "first.txt"], ["first.txt", "exists already"]),
        (["init"], ["config.toml", "there already"]),
        (["frobnicate"], ["frobnicate"]),
        (["lst"], ["lst", "list"]),
        (["repotr"], ["Did you mean one of: 'export', 'report'? See `tracker --help`."]),
        (["notify", "test", "nope"], ["[[notify]]"]),
        (["list", "--frobnicate"], ["--frobnicate"]),
        (["--config"], ["--config"]),
        (["list", "surplus"], ["surplus"]),
    ],
    ids=" ".join,
)
def test_a_call_that_is_wrong(filled: Home, arguments: list[str], words: list[str]) -> None:
    before = digest_of_rows(filled.database)
    result = filled(*arguments)
    assert result.status == (1 if arguments == ["diff", "1", "1"] else 2)
    for word in words:
        assert word in result.sentence
    assert result.out == ""
    assert digest_of_rows(filled.database) == before


@pytest.mark.parametrize("arguments", [["show"], ["add"], ["list", "--host"], ["--database"], ["init"]], ids=" ".join)
def test_arguments_that_are_no_text(filled: Home, arguments: list[str]) -> None:
    """Bytes that are not in the system's encoding, as a shell hands them over."""
    before = digest_of_rows(filled.database)
    result = filled(*arguments, "https://www.example.com/\udcff", *(["list"] if arguments == ["--database"] else []))
    assert result.status == 2
    assert "is not text" in result.sentence
    assert digest_of_rows(filled.database) == before


def test_no_command_shows_what_there_is(home: Home) -> None:
    result = home()
    assert result.status == 2
    assert "Traceback" not in result.err
    assert all(name in result.out + result.err for name in ("init", "add", "run", "report", "verify"))


def test_one_revision_is_nothing_to_compare(filled: Home) -> None:
    result = filled("diff", "lamp")
    assert result.status == 1
    assert "one revision" in result.sentence
    assert result.out == ""


def test_an_article_never_seen_has_nothing_to_show(filled: Home) -> None:
    filled("add", "https://www.example.com/new")
    for command in (["show", "3"], ["diff", "3"]):
        result = filled(*command)
        assert result.status == 2
        assert "tracker check 3" in result.sentence
    result = filled("log", "3")
    assert result.status == 0
    assert "tracker check 3" in result.err


def test_one_bad_url_of_several_and_none_is_added(filled: Home) -> None:
    before = digest_of_rows(filled.database)
    assert filled("add", "https://www.example.com/good", "bad").status == 2
    assert digest_of_rows(filled.database) == before


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)) * 40, ["not a text file"]),
        (b"https://www.example.com/a\x00", ["null bytes"]),
        (b"", ["names no URL"]),
        (b"\n\n# only a remark\n", ["names no URL"]),
        ("\ufeff".encode("utf-16"), ["not a text file"]),
    ],
    ids=["binary", "null bytes", "empty", "remarks only", "utf-16"],
)
def test_a_list_without_urls(filled: Home, content: bytes, words: list[str]) -> None:
    filled.write("list.txt", content)
    before = digest_of_rows(filled.database)
    result = filled("add", "--file", "list.txt")
    assert result.status == 1
    assert "list.txt" in result.sentence
    for word in words:
        assert word in result.sentence
    assert digest_of_rows(filled.database) == before


def test_every_line_that_is_no_url_is_named(filled: Home) -> None:
    filled.write("list.txt", "https://www.example.com/good\nnonsense\nftp://example.com/\n")
    result = filled("add", "--file", "list.txt")
    assert result.status == 1
    heading, *faults = result.err.splitlines()
    assert "list.txt" in heading
    assert [fault.split(":")[0].strip() for fault in faults] == ["line 2", "line 3"]


def test_a_folder_as_list(filled: Home) -> None:
    result = filled("add", "--file", "db")
    assert result.status == 1
    assert "db cannot be read" in result.sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["printed form"]),
        (bytes(range(256)), ["not a text file"]),
        (b"A story\n\nhttps://www.example.com/a\n\nVersion 0 of 1.\n", ["no text follows"]),
        (b"https://www.example.com/a\n\nVersion 0 of 1.\n\nText.\n", ["headline"]),
        (b"A story\n\nVersion 0 of 1.\n\nText.\n", ["URL"]),
    ],
    ids=["empty", "binary", "no text", "no headline", "no URL"],
)
def test_a_print_that_is_none(filled: Home, content: bytes, words: list[str]) -> None:
    filled.write("broken.txt", content)
    before = digest_of_rows(filled.database)
    result = filled("import", "newsdiffs", "first.txt", "broken.txt")
    assert result.status == 1
    assert "broken.txt" in result.sentence
    for word in words:
        assert word in result.sentence
    assert digest_of_rows(filled.database) == before


# -- the configuration -------------------------------------------------------------------------------------------------


def test_five_faults_are_told_at_once_one_a_line(home: Home) -> None:
    home.write(
        "config.toml",
        '[fetch]\ndeadline = 3\nmax_body_bytes = "many"\nhost_interval_s = -1.0\n'
        '[schedule]\nworkers = 0\n[[notify]]\nurl = "mailto:a@example.com"\nkinds = ["speling"]\n',
    )
    result = home("list")
    assert result.status == 2
    assert "Traceback" not in result.err
    heading, *faults = result.err.splitlines()
    assert heading.endswith("config.toml has 5 faults:")
    assert sorted(fault.strip().split(": ")[0] for fault in faults) == [
        "fetch.deadline",
        "fetch.host_interval_s",
        "fetch.max_body_bytes",
        "notify[1].kinds[1]",
        "schedule.workers",
    ]
    assert any("did you mean deadline_s?" in fault for fault in faults)
    assert any("did you mean spelling?" in fault for fault in faults)


@pytest.mark.parametrize(
    ("content", "word"), [(b"[fetch\n", "not TOML"), (b"\xff\xfe", "not UTF-8"), (b"colour = 1\n", "colour")]
)
def test_a_file_that_is_no_configuration(home: Home, content: bytes, word: str) -> None:
    home.write("config.toml", content)
    result = home("status")
    assert result.status == 2
    assert word in result.sentence


def test_a_configuration_that_is_not_there(home: Home) -> None:
    for result in (home("--config", "none.toml", "list"), home("list", environment={"TRACKER_CONFIG": "none.toml"})):
        assert result.status == 2
        assert "none.toml" in result.sentence
        assert "No such file" in result.sentence


def test_a_folder_as_configuration(home: Home) -> None:
    result = home("--config", ".", "list")
    assert result.status == 2
    assert "Traceback" not in result.err
