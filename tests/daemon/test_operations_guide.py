"""docs/operations.md runs, in its order; what it says of the log is what the daemon says; the packaging holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.daemon.trouble import Topic

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
UNIT = ROOT / "packaging" / "article-tracker.service"
CONTAINERFILE = (ROOT / "packaging" / "Containerfile").read_text(encoding="utf-8")
URL = "https://www.example.com/news/story"
PRINTED = (
    f"Pier reopens\n\n{URL}\n\nVersion 0 of 1.\n\nThe pier at Latakia reopened on Monday, the harbour office said."
)


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    return "".join(blocks).splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    (folder / "story.txt").write_text(PRINTED, encoding="utf-8")
    shell("tracker init", folder, check=True)
    shell("tracker import newsdiffs story.txt", folder, check=True)
    return folder


def shell(line: str, folder: Path, *, check: bool = False) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=check,
    )


def test_every_command_runs_in_its_order(folder: Path) -> None:
    assert len(commands()) >= 14
    for line in commands():
        done = shell(line, folder)
        # A look at an address that exists for documentation only may fail; that it was made is what counts.
        assert done.returncode in ((0, 1) if line.startswith("tracker check") else (0,)), line + done.stderr
        assert "Traceback" not in done.stderr
    restored = shell("tracker list --format json", folder, check=True).stdout
    assert URL in restored


def test_the_restored_database_is_the_backup(folder: Path) -> None:
    """The old file and what lay beside it are out of the way."""
    assert {path.name for path in (folder / "damaged").iterdir()} >= {"tracker.db"}


@pytest.mark.parametrize("topic", list(Topic), ids=lambda topic: topic.name)
def test_the_guide_knows_what_the_log_says(topic: Topic) -> None:
    assert f"`{topic.value}`" in GUIDE


def test_the_files_it_points_to_are_there() -> None:
    for named in re.findall(r"packaging/[\w.-]+", GUIDE):
        assert (ROOT / named).is_file(), named


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """With a program and a user that are on this machine."""
    program = Path(sys.executable).with_name("tracker")
    text = UNIT.read_text(encoding="utf-8").replace("/opt/article-tracker/.venv/bin/tracker", str(program))
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert UNIT.name not in done.stderr, done.stderr


def test_the_unit_speaks_with_the_daemon_and_shuts_the_rest_out() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert settings["Type"] == "notify"
    assert settings["WatchdogSec"]
    assert settings["NoNewPrivileges"] == "yes"
    assert settings["ProtectSystem"] == "strict"
    assert settings["KillSignal"] == "SIGTERM"


def test_the_container_runs_as_nobody_in_particular_and_keeps_its_data() -> None:
    lines = CONTAINERFILE.splitlines()
    assert "USER 10001:10001" in lines
    assert "VOLUME /data" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["tracker"]')
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE):
        for name in copied.split():
            assert (ROOT / name).exists(), name
