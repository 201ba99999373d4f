"""Other programs' archives, made as those programs make them."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterable
from pathlib import Path

_IDENTITY = ["-c", "user.name=NewsDiffs", "-c", "user.email=newsdiffs@example.com", "-c", "commit.gpgsign=false"]


def database(path: Path, statements: Iterable[str], rows: Iterable[tuple[str, tuple[object, ...]]]) -> Path:
    """An SQLite file with these tables, and rows as pairs of statement and values."""
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        for statement, values in rows:
            connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()
    return path


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *_IDENTITY, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def new_repository(folder: Path) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    return folder


def commit(folder: Path, name: str, text: str) -> str:
    """As NewsDiffs' scraper commits a version; the commit's name."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    git(folder, "add", name)
    git(folder, "commit", "--quiet", "--allow-empty", "-m", f"Change to {name}")
    return git(folder, "rev-parse", "HEAD")
