"""What others build on at the command line: every command with its arguments and options, statuses, JSON columns."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from whole_kit import URL, Home, LoopbackSite, article

# Each command as it is promised; the marks of a call are its arguments and options in the order of its help.
COMMANDS = {
    "init": ("[DIR]", ""),
    "add": ("[URL]...", "--file --feed --sitemap --page"),
    "run": ("", ""),
    "check": ("[URL]...", "--due --all"),
    "list": ("", "--host --state"),
    "status": ("", ""),
    "log": ("URL", "--utc"),
    "show": ("URL", "--revision --format"),
    "diff": ("URL [FROM] [TO]", "--format"),
    "report": ("", "--since --until --host --kind --field --format"),
    "import": ("FORMAT FILE...", ""),
    "export": ("FORMAT [URL]...", ""),
    "verify": ("", ""),
    "backup": ("FILE", ""),
    "search": ("QUERY", "--host --since --until --where --limit --format"),
    "evidence": ("URL DIR", ""),
    "notify test": ("[CHANNEL]...", ""),
    "web": ("", "--host --port"),
    "demo": ("", ""),
}
GLOBAL = {"--config", "--database", "--verbose", "--quiet", "--no-color"}


def view_columns(home: Home, view: str) -> list[str]:
    with closing(sqlite3.connect(home.database)) as connection:
        return [column[0] for column in connection.execute(f"SELECT * FROM {view} LIMIT 0").description]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_its_arguments_and_options(home: Home, name: str) -> None:
    arguments, options = COMMANDS[name]
    result = home(*name.split(), "--help", environment={"COLUMNS": "200"})
    assert result.status == 0
    usage = result.out.splitlines()[0]
    assert usage == f"Usage: tracker {name} [OPTIONS] {arguments}".rstrip()
    offered = set(re.findall(r"(?<![\w-])--[a-z-]+", result.out))
    assert offered >= {*options.split(), *GLOBAL}


FORMS = {
    "show": ["text", "json", "html", "newsdiffs"],
    "diff": ["terminal", "markdown", "html", "json", "delta"],
    "report": ["terminal", "markdown", "html", "json", "csv"],
}


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, forms in FORMS.items() for form in forms])
def test_every_form_is_written_to_standard_output_alone(revised: Home, name: str, form: str) -> None:
    reference = [] if name == "report" else ["1"]
    result = revised(name, *reference, "--format", form)
    assert (result.status, result.err) == (0, "")
    assert "15" in result.out


def test_json_has_the_columns_of_its_view(revised: Home) -> None:
    (first, _) = json.loads(revised("list", "--format", "json").out)
    assert list(first) == view_columns(revised, "articles_status")
    change = json.loads(revised("report", "--format", "json").out)[0]
    assert sorted(change) == sorted(view_columns(revised, "changes_detail"))
    revision = json.loads(revised("show", "1", "--format", "json").out)
    assert set(revision) - {"inconsistencies"} == set(view_columns(revised, "revisions_text"))
    header = revised("report", "--format", "csv").out.splitlines()[0].split(",")
    assert sorted(header) == sorted(view_columns(revised, "changes_detail"))


def test_json_has_the_values_of_its_view(revised: Home) -> None:
    with closing(sqlite3.connect(revised.database)) as connection:
        connection.row_factory = sqlite3.Row
        changes = [dict(row) for row in connection.execute("SELECT * FROM changes_detail ORDER BY change_id")]
        articles = [dict(row) for row in connection.execute("SELECT * FROM articles_status ORDER BY article_id")]
    for each in changes:
        each["reasons_json"] = json.loads(each["reasons_json"])
    told = json.loads(revised("report", "--format", "json").out)
    for each in told:
        each["reasons_json"] = json.loads(each["reasons_json"])
    assert sorted(told, key=lambda row: row["change_id"]) == changes
    assert json.loads(revised("list", "--format", "json").out) == articles


@pytest.mark.parametrize("reference", [URL, "1", "breakwater-closed", f"{URL}#comments"])
def test_an_article_is_named_by_url_number_or_part(revised: Home, reference: str) -> None:
    assert json.loads(revised("show", reference, "--format", "json").out)["url"] == URL


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (0, ["verify"]),
        (0, ["report", "--since", "24h", "--until", "2100-01-01", "--kind", "number,name", "--field", "body"]),
        (0, ["log", "1"]),
        (1, ["diff", "lamp"]),
        (2, ["show", "nowhere-to-be-found"]),
        (2, ["report", "--kind", "typo"]),
        (2, ["report", "--field", "title"]),
        (2, ["add"]),
        (2, ["add", "not a url"]),
        (2, ["nonsense"]),
        (2, ["--config", "absent.toml", "list"]),
        (2, ["list", "--config", "absent.toml"]),
        (2, ["show", "1", "--revision", "9"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_status(revised: Home, status: int, arguments: list[str]) -> None:
    result = revised(*arguments)
    assert result.status == status
    if status:
        assert result.out == ""
        assert result.sentence.startswith("tracker: ")


def test_a_look_that_failed_is_status_1_and_one_that_found_absence_is_0(home: Home, site: LoopbackSite) -> None:
    home.configure()
    site.pages["/there"] = article("Breakwater is closed")
    home("add", site.url("/there"), site.url("/absent"), "http://127.0.0.1:1/nobody")
    assert home("check", "there").status == 0
    assert home("check", "absent").status == 0
    assert home("check", "nobody").status == 1
    assert home("check", "--all").status == 1


def test_a_wrong_configuration_is_status_2_with_every_fault_by_its_path(home: Home) -> None:
    home.write("config.toml", "[fetch]\ndeadline_s = 0\ncontct = ''\n[schedule]\nworkers = 'many'\n")
    result = home("list")
    assert (result.status, result.out) == (2, "")
    assert "fetch.deadline_s: " in result.err
    assert "fetch.contct: no such key; did you mean contact?" in result.err
    assert "schedule.workers: " in result.err


def test_global_options_stand_before_or_after(revised: Home) -> None:
    for options in (["--no-color"], ["--quiet"], ["-v"], ["--database", revised.database], ["--config", "config.toml"]):
        before = revised(*options, "list", "--format", "json")
        after = revised("list", "--format", "json", *options)
        assert before == after
        assert (before.status, len(json.loads(before.out))) == (0, 2)


def test_init_writes_what_is_read_and_overwrites_nothing(home: Home) -> None:
    assert home("init", "watch").status == 0
    folder = Home(home.folder / "watch", home.launcher)
    assert folder("list").status == 0
    assert folder.database.is_file()
    written = (folder.folder / "config.toml").read_bytes()
    assert home("init", "watch").status == 2
    assert (folder.folder / "config.toml").read_bytes() == written
