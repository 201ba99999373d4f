"""docs/pages.md runs: its `sh` commands, on the demo's database."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docs_kit import ROOT

GUIDE = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
TRACKER = Path(sys.executable).with_name("tracker")


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    return "".join(blocks).splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo_database: Path) -> Path:
    """With the commands' effects one after the other, as a reader has them."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(demo_database, folder / "tracker.db")
    return folder


def test_its_commands_run_one_after_the_other(folder: Path) -> None:
    assert len(commands()) >= 4
    for line in commands():
        words = [str(TRACKER), "--database", "tracker.db", *line.split()[1:]]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (folder / "public" / "index.html").is_file()
    assert b"<feed" in (folder / "removed.atom").read_bytes()
