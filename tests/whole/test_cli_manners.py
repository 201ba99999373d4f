"""How every command speaks: what goes to which stream, colours, options, encodings."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from whole_kit import (
    ESCAPE,
    HEADLINE,
    Home,
    LoopbackSite,
    article,
    printed,
)

COMMANDS = (
    ["list"],
    ["status"],
    ["log", "1"],
    ["show", "1"],
    ["diff", "1"],
    ["report"],
    ["verify"],
    ["search", "Breakwater"],
    ["evidence", "1", "evidence"],
    ["report", "--format", "markdown"],
    ["--help"],
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_escape_codes_but_on_a_terminal(revised: Home, arguments: list[str]) -> None:
    result = revised(*arguments)
    assert result.status == 0
    assert ESCAPE not in result.out + result.err


def on_a_terminal(home: Home, *arguments: str) -> str:
    """What an 80-column terminal gets."""
    controller, terminal = pty.openpty()
    received: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(controller, 65_536):
                received.append(piece)
        except OSError:
            return  # the last one closed the terminal

    reader = threading.Thread(target=read)
    reader.start()
    result = home(*arguments, output=Path(os.ttyname(terminal)), environment={"TERM": "xterm-256color"})
    os.close(terminal)
    reader.join()
    os.close(controller)
    assert result.status == 0
    return b"".join(received).decode()


def test_a_terminal_gets_colours_unless_it_is_told_not_to(revised: Home) -> None:
    coloured = on_a_terminal(revised, "diff", "1")
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", coloured)
    plain = on_a_terminal(revised, "--no-color", "diff", "1")
    assert not re.search(r"\x1b\[[0-9;]*(3[0-9]|4[0-9])", plain)
    assert "15" in plain


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--format", "json"],
        ["report", "--format", "json"],
        ["show", "1", "--format", "json"],
        ["diff", "1", "--format", "json"],
        ["search", "Breakwater", "--format", "json"],
    ],
    ids=" ".join,
)
def test_standard_output_holds_the_result_and_nothing_else(revised: Home, arguments: list[str]) -> None:
    for options in ([], ["-v"], ["--quiet"]):
        result = revised(*options, *arguments)
        assert result.status == 0
        assert json.loads(result.out)
        assert result.err == ""


def test_global_options_stand_before_or_after_the_command(revised: Home, tmp_path: Path) -> None:
    revised("backup", "copy.db")
    revised("--database", "copy.db", "add", "https://www.example.com/third")
    before = revised("--database", "copy.db", "list", "--format", "json").out
    after = revised("list", "--format", "json", "--database", "copy.db").out
    assert before == after
    assert len(json.loads(before)) == 3
    assert len(json.loads(revised("list", "--format", "json").out)) == 2
    elsewhere = Home(tmp_path / "elsewhere", revised.launcher)
    elsewhere.folder.mkdir()
    config = revised.folder / "config.toml"
    expected = revised("list", "--format", "json").out
    assert elsewhere("--config", config, "list", "--format", "json").out == expected
    assert elsewhere("list", "--format", "json", "--config", config).out == expected
    assert elsewhere("list", "--format", "json", environment={"TRACKER_CONFIG": str(config)}).out == expected


def test_files_and_pipes_get_utf_8_whatever_the_locale(revised: Home) -> None:
    revised.write("quotes.txt", printed("“Closed” → until the spring", "https://news.example.org/closed"))
    revised("import", "newsdiffs", "quotes.txt")
    for arguments in (["show", "3", "--format", "newsdiffs"], ["export", "jsonl"], ["list"], ["show", "3"]):
        result = subprocess.run(
            [sys.executable, "-m", "tracker", *arguments],
            cwd=revised.folder,
            env=revised.launcher.environment | {"PYTHONIOENCODING": "latin-1"},
            capture_output=True,
            check=True,
        )
        assert result.stdout.decode("utf-8") == revised(*arguments).out
        assert result.stderr == b""


def test_the_nearest_configuration_upwards_applies(revised: Home) -> None:
    deep = Home(revised.folder / "a" / "b", revised.launcher)
    deep.folder.mkdir(parents=True)
    assert deep("list", "--format", "json").out == revised("list", "--format", "json").out


def test_quiet_tells_only_what_went_wrong(home: Home, site: LoopbackSite) -> None:
    site.pages["/story"] = article(HEADLINE)
    home.configure()
    added = home("--quiet", "add", site.url("/story"))
    assert (added.status, added.out, added.err) == (0, "", "")
    checked = home("check", "--quiet")
    assert (checked.status, checked.err) == (0, "")
    assert home("verify", "--quiet").err == ""
    assert home("show", "--quiet", "7").sentence


@pytest.mark.parametrize(
    "name",
    [
        "init",
        "add",
        "run",
        "check",
        "list",
        "status",
        "log",
        "show",
        "diff",
        "report",
        "import",
        "export",
        "verify",
        "backup",
        "demo",
    ],
)
def test_every_command_explains_itself(home: Home, name: str) -> None:
    result = home(name, "--help")
    assert result.status == 0
    assert result.out.startswith(f"Usage: tracker {name}")
    assert list(home.folder.iterdir()) == []


def test_python_dash_m_is_the_same_command() -> None:
    result = subprocess.run([sys.executable, "-m", "tracker", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"tracker, version \d+\.\d+\.\d+\n", result.stdout)
