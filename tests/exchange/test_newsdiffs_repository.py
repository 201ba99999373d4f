"""NewsDiffs' database and git repositories, made here as its scraper makes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from foreign_kit import commit, database, git, new_repository

from tracker.errors import FormatError, NotFound
from tracker.exchange.imported import ImportedLook
from tracker.exchange.newsdiffs_repository import find_parts, read_repository
from tracker.store.foreign import open_foreign

URL = "http://www.example.com/2013/01/05/wall.html"
NAME = "www.example.com/2013/01/05/wall.html"
OTHER_URL = "https://www.example.com/2013/01/06/road/"
OTHER_NAME = "www.example.com/2013/01/06/road"
ARTICLES = """CREATE TABLE "Articles" ("id" integer NOT NULL PRIMARY KEY, "url" varchar(255) NOT NULL UNIQUE,
    "initial_date" datetime NOT NULL, "last_update" datetime NOT NULL, "last_check" datetime NOT NULL,
    "git_dir" varchar(255) NOT NULL)"""
VERSION = """CREATE TABLE "version" ("id" integer NOT NULL PRIMARY KEY, "article_id" integer NOT NULL,
    "v" varchar(255) NOT NULL UNIQUE, "title" varchar(255) NOT NULL, "byline" varchar(255) NOT NULL,
    "date" datetime NOT NULL, "boring" bool NOT NULL, "diff_json" varchar(255))"""
ADD_ARTICLE = """INSERT INTO Articles (id, url, initial_date, last_update, last_check, git_dir)
    VALUES (?, ?, '2013-01-05 10:00:00', '2013-01-05 10:00:00', '2013-01-05 10:00:00', ?)"""
ADD_VERSION = "INSERT INTO version (article_id, v, title, byline, date, boring) VALUES (?, ?, ?, ?, ?, ?)"


def printed(title: str, *paragraphs: str, date: str = "January 5, 2013", byline: str = "By JANE ROE") -> str:
    """A file of NewsDiffs': its three head lines, then the body."""
    return "\n".join([date, title, byline, *paragraphs]) + "\n"


def read(folder: Path, *, zone: str = "UTC", with_boring: bool = False) -> tuple[list[ImportedLook], list[str]]:
    problems: list[str] = []
    parts = find_parts(folder)
    with open_foreign(parts.database) as tables:
        looks = list(
            read_repository(
                tables, parts.articles, problem=problems.append, zone=ZoneInfo(zone), with_boring=with_boring
            )
        )
    return looks, problems


def archive(folder: Path, versions: Sequence[tuple[object, ...]], git_dir: str = "2013-01") -> Path:
    rows = [(ADD_ARTICLE, (1, URL, git_dir)), (ADD_ARTICLE, (2, OTHER_URL, git_dir))]
    database(folder / "newsdiffs.db", [ARTICLES, VERSION], [*rows, *((ADD_VERSION, version) for version in versions)])
    return folder


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Two articles; the first has a boring version and a revert, and one whose commit is gone."""
    texts = new_repository(tmp_path / "articles" / "2013-01")
    first = commit(texts, NAME, printed("Wall fails", "It fell.", "Twelve died."))
    other = commit(texts, OTHER_NAME, printed("Road opens", "It is open."))
    second = commit(texts, NAME, printed("Wall collapses", "It fell.", "Fifteen died."))
    boring = commit(texts, NAME, printed("Wall collapses", "It fell.", "Fifteen died.", date="January 6, 2013"))
    third = commit(texts, NAME, printed("Wall fails", "It fell.", "Twelve died."))
    return archive(
        tmp_path,
        [
            (2, other, "Road opens", "By JANE ROE", "2013-01-06 09:00:00", 0),
            (1, third, "Wall fails", "By JANE ROE", "2013-01-05 13:00:00", 0),
            (1, first, "Wall fails", "By JANE ROE", "2013-01-05 10:00:00.250000", 0),
            (1, "0" * 40, "Wall falls", "By JANE ROE", "2013-01-05 10:30:00", 0),
            (1, boring, "Wall collapses", "By JANE ROE", "2013-01-05 12:00:00", 1),
            (1, second, "Wall collapses", "By JANE ROE", "2013-01-05 11:00:00", 0),
        ],
    )


def test_versions_come_by_article_and_time_with_their_texts(chain: Path) -> None:
    looks, _ = read(chain)
    assert [(look.url, look.seen_at.isoformat()[:19]) for look in looks] == [
        (URL, "2013-01-05T10:00:00"),
        (URL, "2013-01-05T11:00:00"),
        (URL, "2013-01-05T13:00:00"),
        (OTHER_URL, "2013-01-06T09:00:00"),
    ]
    first = looks[0]
    assert first.extract is not None
    assert first.extract.headline == "Wall fails"
    assert first.extract.byline == "By JANE ROE"
    assert first.extract.paragraphs == ("It fell.", "Twelve died.")
    assert first.body.decode() == printed("Wall fails", "It fell.", "Twelve died.")
    assert (first.origin, first.status, first.reader) == ("newsdiffs", 200, "newsdiffs git 1")


def test_a_revert_is_a_look_like_any_other(chain: Path) -> None:
    looks, _ = read(chain)
    assert looks[2].extract == looks[0].extract
    assert looks[2].seen_at > looks[1].seen_at


def test_a_commit_that_is_gone_is_named_and_the_rest_is_read(chain: Path) -> None:
    looks, problems = read(chain)
    assert len(looks) == 4
    (problem,) = problems
    assert f"version {'0' * 40}" in problem
    assert f"no text of {URL} in git" in problem


def test_boring_versions_come_only_when_asked_for(chain: Path) -> None:
    looks, _ = read(chain, with_boring=True)
    assert [look.seen_at.hour for look in looks] == [10, 11, 12, 13, 9]


def test_times_are_of_the_zone_that_is_said(chain: Path) -> None:
    looks, _ = read(chain, zone="America/New_York")
    assert looks[-1].seen_at == datetime(2013, 1, 6, 14, tzinfo=UTC)


def test_older_databases_have_one_repository_and_django_names(tmp_path: Path) -> None:
    texts = new_repository(tmp_path / "articles")
    name = commit(texts, NAME, printed("Wall fails", "It fell."))
    database(
        tmp_path / "old.sqlite3",
        [
            "CREATE TABLE frontend_article (id integer PRIMARY KEY, url text)",
            "CREATE TABLE frontend_version (id integer PRIMARY KEY, article_id integer, v text, title text, date text)",
        ],
        [
            ("INSERT INTO frontend_article VALUES (1, ?)", (URL,)),
            ("INSERT INTO frontend_version VALUES (1, 1, ?, 'Wall fails', '2012-07-08T04:00:00')", (name,)),
        ],
    )
    ((look,), problems) = read(tmp_path)
    assert look.extract is not None
    assert (look.extract.headline, look.extract.paragraphs) == ("Wall fails", ("It fell.",))
    assert problems == []


def test_a_file_without_a_date_line_still_has_its_headline(tmp_path: Path) -> None:
    texts = new_repository(tmp_path / "articles" / "2013-01")
    name = commit(texts, NAME, "Wall fails\nBy JANE ROE\nIt fell.\n")
    looks, _ = read(archive(tmp_path, [(1, name, "Wall fails", "By JANE ROE", "2013-01-05 10:00:00", 0)]))
    assert looks[0].extract is not None
    assert (looks[0].extract.headline, looks[0].extract.byline) == ("Wall fails", "By JANE ROE")
    assert looks[0].extract.paragraphs == ("It fell.",)


def test_a_headline_that_the_database_cut_is_whole_in_the_file(tmp_path: Path) -> None:
    texts = new_repository(tmp_path / "articles" / "2013-01")
    title = "Wall " * 60 + "fails"
    name = commit(texts, NAME, printed(title, "It fell."))
    looks, _ = read(archive(tmp_path, [(1, name, title[:255], "", "2013-01-05 10:00:00", 0)]))
    assert looks[0].extract is not None
    assert looks[0].extract.headline == title


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ((1, "HEAD", "t", "", "2013-01-05 10:00:00", 0), "no text of"),
        ((1, "{v}\n{v}", "t", "", "2013-01-05 10:00:00", 0), "no text of"),
        ((1, "{v}", "t", "", "yesterday", 0), "no time that can be read ('yesterday')"),
        ((9, "{v}", "t", "", "2013-01-05 10:00:00", 0), "belongs to article 9, which is not there"),
        ((2, "{v}", "t", "", "2013-01-05 10:00:00", 0), f"no text of {OTHER_URL}"),
        (("one", "{v}", "t", "", "2013-01-05 10:00:00", 0), "its article or commit cannot be read"),
    ],
    ids=["a branch", "two lines", "no time", "no article", "no file", "no number"],
)
def test_a_row_that_makes_no_sense_is_named(tmp_path: Path, version: tuple[object, ...], told: str) -> None:
    texts = new_repository(tmp_path / "articles" / "2013-01")
    name = commit(texts, NAME, printed("Wall fails", "It fell."))
    bad = tuple(value.replace("{v}", name) if isinstance(value, str) else value for value in version)
    looks, problems = read(archive(tmp_path, [bad]))
    assert looks == []
    (problem,) = problems
    assert told in problem
    assert "newsdiffs.db" in problem


def test_a_file_that_is_empty_but_for_its_head_is_named(tmp_path: Path) -> None:
    texts = new_repository(tmp_path / "articles" / "2013-01")
    name = commit(texts, NAME, printed("Wall fails"))
    looks, problems = read(archive(tmp_path, [(1, name, "Wall fails", "", "2013-01-05 10:00:00", 0)]))
    assert (looks, len(problems)) == ([], 1)
    assert "empty text" in problems[0]


def test_a_damaged_object_costs_one_version(tmp_path: Path) -> None:
    texts = new_repository(tmp_path / "articles" / "2013-01")
    names = [commit(texts, NAME, printed("Wall fails", f"{dead} died.")) for dead in (12, 13, 15)]
    blob = git(texts, "rev-parse", f"{names[1]}:{NAME}")
    loose = texts / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-9] + b"\xa5" * 9)
    rows = [(1, name, "Wall fails", "", f"2013-01-05 1{hour}:00:00", 0) for hour, name in enumerate(names)]
    looks, problems = read(archive(tmp_path, rows))
    assert [look.seen_at.hour for look in looks] == [10, 12]
    (problem,) = problems
    assert names[1] in problem


def test_a_repository_that_is_not_there_ends_the_import(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    archive(tmp_path, [(1, "0" * 40, "t", "", "2013-01-05 10:00:00", 0)])
    with pytest.raises(FormatError, match=r"There is no repository .*2013-01"):
        read(tmp_path)


def test_a_repository_of_the_folder_above_is_not_taken_for_it(tmp_path: Path) -> None:
    new_repository(tmp_path / "outer")
    folder = tmp_path / "outer" / "news"
    (folder / "articles" / "2013-01").mkdir(parents=True)
    archive(folder, [(1, "0" * 40, "t", "", "2013-01-05 10:00:00", 0)])
    with pytest.raises(FormatError, match="is not a git repository"):
        read(folder)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    new_repository(tmp_path / "elsewhere")
    (tmp_path / "news" / "articles").mkdir(parents=True)
    archive(tmp_path / "news", [(1, "0" * 40, "t", "", "2013-01-05 10:00:00", 0)], git_dir="../../elsewhere")
    with pytest.raises(FormatError, match="names a repository outside"):
        read(tmp_path / "news")


def test_a_bare_repository_is_read_and_hooks_variables_do_not_mislead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = new_repository(tmp_path / "work")
    name = commit(texts, NAME, printed("Wall fails", "It fell."))
    (tmp_path / "news" / "articles").mkdir(parents=True)
    git(tmp_path, "clone", "--quiet", "--bare", str(texts), str(tmp_path / "news" / "articles" / "2013-01"))
    archive(tmp_path / "news", [(1, name, "Wall fails", "", "2013-01-05 10:00:00", 0)])
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    looks, problems = read(tmp_path / "news")
    assert (len(looks), problems) == (1, [])


def test_without_git_one_sentence_says_so(chain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(chain))
    with pytest.raises(FormatError, match="there is no program git here"):
        read(chain)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    database(tmp_path / "other.db", ["CREATE TABLE things (id integer)"], [])
    with pytest.raises(FormatError, match="not a database of NewsDiffs': it has no table articles"):
        read(tmp_path)


def test_the_two_halves_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        find_parts(tmp_path / "nothing")
    with pytest.raises(FormatError, match="found: none"):
        find_parts(tmp_path)
    sqlite3.connect(tmp_path / "news.db").close()
    with pytest.raises(FormatError, match="no folder `articles`"):
        find_parts(tmp_path)
