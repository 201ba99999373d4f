"""A git history of articles: readable, the same every time, and one that can be gone on with."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import TrackerError, UsageError
from tracker.exchange.git_out import GitRevision, path_of, write_stream
from tracker.exchange.git_repository import GitRepository, Head
from tracker.model import KindCount

FIRST = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://www.example.com/harbour/wall"


def revision(number: int, body: str, *, kinds: tuple[KindCount, ...] = (), **told: object) -> GitRevision:
    fields = {
        "url": URL,
        "headline": "Wall\nfails",
        "subheadline": None,
        "byline": "By A. Writer",
        "published_at": None,
        "same_as_number": None,
        "reread_of_number": None,
    } | told
    at = FIRST + timedelta(hours=number)
    return GitRevision(revision_id=number, number=number, first_seen_at=at, body_text=body, kinds=kinds, **fields)  # type: ignore[arg-type]


STORY = (
    revision(1, "Twelve people."),
    revision(2, "Fifteen people.\n\nThe port is closed.", kinds=(KindCount("number", "body", 1),)),
    revision(3, "Fifteen people.\n\nThe port is shut.", reread_of_number=2),
    revision(4, "Twelve people.", same_as_number=1, kinds=(KindCount("notice_removed", "body", 2),)),
)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def filled(folder: Path, revisions: Iterable[GitRevision], *, goes_on: bool = False) -> str:
    """The id of the last commit."""

    def feed(stream: IO[bytes]) -> None:
        write_stream(revisions, stream, goes_on=goes_on)

    GitRepository(folder).take(feed)
    return git(folder, "rev-parse", "main")


def test_one_commit_a_revision_with_its_own_time(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    filled(folder, STORY)
    assert git(folder, "log", "--reverse", "--format=%at %ct %s").splitlines() == [
        f"{int((FIRST + timedelta(hours=hours)).timestamp())} "
        f"{int((FIRST + timedelta(hours=hours)).timestamp())} {what}: Wall fails"
        for hours, what in (
            (1, "First seen"),
            (2, "1 change (number)"),
            (3, "Read anew, no edit"),
            (4, "Back to revision 1 (notice removed)"),
        )
    ]
    assert "Change: notice_removed in body, 2" in git(folder, "log", "-1", "--format=%B")
    assert git(folder, "status", "--porcelain") == ""
    text = (folder / "www.example.com/harbour/wall.txt").read_text()
    assert text == "Headline: Wall fails\nByline: By A. Writer\n\nTwelve people.\n"
    git(folder, "fsck", "--strict")


def test_the_same_revisions_give_the_same_commits_also_when_gone_on_with(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole", STORY)
    assert filled(tmp_path / "again.git", STORY) == whole
    assert filled(tmp_path / "parts", STORY[:2]) != whole
    assert GitRepository(tmp_path / "parts").head() == Head(2, 2)
    assert filled(tmp_path / "parts", STORY[2:], goes_on=True) == whole
    assert filled(tmp_path / "whole", STORY) == whole  # from the beginning, in place of what was there


def test_the_users_own_settings_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = filled(tmp_path / "plain", STORY)
    settings = tmp_path / "gitconfig"
    settings.write_text("[core]\n\tautocrlf = true\n[commit]\n\tgpgsign = true\n[init]\n\tdefaultBranch = other\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    folder = tmp_path / "other"
    GitRepository(folder).take(lambda stream: _written(STORY, stream))
    monkeypatch.delenv("GIT_DIR")
    assert git(folder, "rev-parse", "main") == plain


def _written(revisions: Iterable[GitRevision], stream: IO[bytes]) -> None:
    write_stream(revisions, stream, goes_on=False)


def test_a_history_cut_short_leaves_nothing_and_harms_nothing(tmp_path: Path) -> None:
    def broken(stream: IO[bytes]) -> None:
        _written(STORY[:2], stream)
        raise TrackerError("the reader broke")

    with pytest.raises(TrackerError, match="the reader broke"):
        GitRepository(tmp_path / "new").take(broken)
    assert list(tmp_path.iterdir()) == []
    whole = filled(tmp_path / "old", STORY)
    with pytest.raises(TrackerError, match="the reader broke"):
        GitRepository(tmp_path / "old").take(broken)
    assert git(tmp_path / "old", "rev-parse", "main") == whole


def test_what_git_refuses_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrackerError) as error:
        GitRepository(tmp_path / "new").take(lambda stream: _nothing(stream.write(b"nonsense\n")))
    assert "\n" not in str(error.value)
    assert "git could not take" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def _nothing(_value: object) -> None:
    """A feed gives no answer."""


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    git(tmp_path / "mine", "init", "--quiet")
    (tmp_path / "file").touch()
    for name in ("mine", "file", "."):
        with pytest.raises(UsageError, match="no export made it"):
            GitRepository(tmp_path / name)


def test_no_revision_is_an_empty_history() -> None:
    stream = io.BytesIO()
    assert write_stream([], stream, goes_on=False) == 0
    assert stream.getvalue().endswith(b"done\n")


def test_paths_are_those_of_the_address() -> None:
    assert path_of("https://www.example.com/world/2026/story") == "www.example.com/world/2026/story.txt"
    assert path_of("https://example.com/%D0%BF%D0%BE%D0%B6%D0%B0%D1%80") == "example.com/пожар.txt"


NAMES = st.sampled_from(
    ["a", "A", "a.txt", "", ".git", ".", "a%2Fb", "a_b", "a b", "con", "index", "é", "e\u0301", "~"]
)


@given(st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3), st.sampled_from(["", "a", "a/b"]))
def test_two_addresses_never_share_a_file_nor_stand_in_each_others_way(
    one: list[str], other: list[str], query: str
) -> None:
    first, second = "https://e.com/" + "/".join(one), "https://e.com/" + "/".join(other) + (query and f"?{query}")
    paths = path_of(first), path_of(second)
    assert (paths[0] == paths[1]) == (first == second)
    assert not paths[0].startswith(f"{paths[1]}/")
    for part in "/".join(paths).split("/"):
        assert part.strip(".")
        assert part.lower() != ".git"
        assert len(part.encode()) <= 200
