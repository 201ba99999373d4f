"""NewsDiffs' own archive: articles and versions in a database, their texts in git.

    table Articles (or frontend_article)   id, url, git_dir (which repository below `articles/`; older files have none)
    table version (or frontend_version)    article_id, v (commit), title, byline, date, boring
    articles/[git_dir/]                    a repository; the file is named as the URL without its scheme, and holds
                                           date, headline and byline, a line each, and then the paragraphs

The date line is free text and not taken over; the byline is the file's. A version that NewsDiffs called boring
differs from the one before by that line or by wrongly decoded letters, and is left out unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from tracker.errors import FormatError, NotFound
from tracker.exchange.imported import ForeignTables, ImportedLook, Problem, moment_of
from tracker.exchange.newsdiffs_git import GitFiles
from tracker.extract.text import fold
from tracker.model import Extract

ORIGIN = "newsdiffs"
READER = "newsdiffs git 1"
CONTENT_TYPE = "text/x-newsdiffs-file; charset=utf-8"  # our own name for the form of the file in git

_ARTICLE_TABLES = ("articles", "frontend_article", "article")
_VERSION_TABLES = ("version", "frontend_version", "versions")
_DATABASE_ENDINGS = (".db", ".sqlite", ".sqlite3")
_HEADER_LINES = 3  # date, headline, byline
_NAME_LIMIT = 255  # of a title in the database, which cut longer ones
_TRUE = frozenset({1, "1", "t", "true", "True"})  # as the databases that dumps come from write it


@dataclass(frozen=True, slots=True)
class RepositoryParts:
    """Where the two halves of a NewsDiffs archive lie."""

    database: Path
    articles: Path


@dataclass(frozen=True, slots=True)
class _Article:
    number: int
    url: str
    git_dir: str


@dataclass(frozen=True, slots=True)
class _Version:
    article: int
    commit: str
    title: str
    date: object
    is_boring: bool


def find_parts(folder: Path) -> RepositoryParts:
    """The SQLite file and the `articles` folder in a folder.

    Raises NotFound for a folder that is not there, FormatError where a half is missing or the file is not alone.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.")
    databases = sorted(path for path in folder.iterdir() if path.suffix in _DATABASE_ENDINGS and path.is_file())
    if len(databases) != 1:
        found = ", ".join(path.name for path in databases) or "none"
        raise FormatError(f"{folder} must hold one database of NewsDiffs' (*.db, *.sqlite, *.sqlite3); found: {found}.")
    articles = folder / "articles"
    if not articles.is_dir():
        raise FormatError(f"{folder} has no folder `articles` with NewsDiffs' git repositories in it.")
    return RepositoryParts(databases[0], articles)


def read_repository(
    tables: ForeignTables, articles: Path, *, problem: Problem, zone: tzinfo = UTC, with_boring: bool = False
) -> Iterator[ImportedLook]:
    """Every version, by article and then by time; memory holds one. Times without an offset are of `zone`.

    Raises FormatError for a database of another kind, where git is missing, and for a repository that breaks off.
    Versions whose commit or file is missing are told to `problem`, one by one, and so are rows that make no sense.
    """
    reader = _Reader(tables, articles, problem, zone, with_boring)
    with ExitStack() as repositories:
        repositories.callback(reader.close)
        yield from reader.looks()


class _Reader:
    """The archive while it is read: holds one repository open, as articles come by the month of their repository."""

    def __init__(
        self, tables: ForeignTables, articles: Path, problem: Problem, zone: tzinfo, with_boring: bool
    ) -> None:
        self._tables = tables
        self._articles = articles
        self._problem = problem
        self._zone = zone
        self._with_boring = with_boring
        self._git_dir: str | None = None
        self._files: GitFiles | None = None

    def close(self) -> None:
        if self._files is not None:
            self._files.close()
        self._files, self._git_dir = None, None

    def looks(self) -> Iterator[ImportedLook]:
        """Both tables are walked side by side in the order of the article's number."""
        articles = self._article_rows()
        article = next(articles, None)
        for version in self._version_rows():
            while article is not None and article.number < version.article:
                article = next(articles, None)
            if article is None or article.number != version.article:
                self._tell(version, f"belongs to article {version.article}, which is not there")
                continue
            if self._with_boring or not version.is_boring:
                look = self._look(article, version)
                if look is not None:
                    yield look

    def _article_rows(self) -> Iterator[_Article]:
        table, columns = _found(self._tables, _ARTICLE_TABLES, ("id", "url"))
        git_dir = ("git_dir",) if "git_dir" in columns else ()
        for number, url, *rest in self._tables.rows(table, ("id", "url", *git_dir), ("id",)):
            if isinstance(number, int) and isinstance(url, str):
                yield _Article(number, url, str(rest[0] or "") if rest else "")
            else:
                self._problem(f"{self._tables.name}, article {number!r}: its number or URL cannot be read.")

    def _version_rows(self) -> Iterator[_Version]:
        needed = ("article_id", "v", "title", "date")
        table, columns = _found(self._tables, _VERSION_TABLES, needed)
        boring = ("boring",) if "boring" in columns else ()
        for article, commit, title, date, *rest in self._tables.rows(
            table, (*needed, *boring), ("article_id", "date", "v")
        ):
            if isinstance(article, int) and isinstance(commit, str):
                yield _Version(article, commit, _text(title), date, bool(rest) and rest[0] in _TRUE)
            else:
                self._problem(f"{self._tables.name}, version {commit!r}: its article or commit cannot be read.")

    def _look(self, article: _Article, version: _Version) -> ImportedLook | None:
        seen_at = moment_of(version.date, self._zone)
        if seen_at is None:
            self._tell(version, f"has no time that can be read ({version.date!r})")
            return None
        content = self._files_of(article.git_dir).read(version.commit, _file_name(article.url))
        if content is None:
            self._tell(version, f"has no text of {article.url} in git")
            return None
        extract = _extract(content.decode(errors="replace"), version.title)
        if not extract.paragraphs:
            self._tell(version, f"has an empty text of {article.url}")
            return None
        return _look(article.url, seen_at, content, extract)

    def _files_of(self, git_dir: str) -> GitFiles:
        if self._files is None or self._git_dir != git_dir:
            self.close()
            self._files, self._git_dir = GitFiles(_inside(self._articles, git_dir)), git_dir
        return self._files

    def _tell(self, version: _Version, what: str) -> None:
        self._problem(f"{self._tables.name}, version {version.commit}: it {what}.")


def _look(url: str, seen_at: datetime, content: bytes, extract: Extract) -> ImportedLook:
    return ImportedLook(
        url=url,
        seen_at=seen_at,
        origin=ORIGIN,
        status=200,
        headers=(("Content-Type", CONTENT_TYPE),),
        body=content,
        extract=extract,
        reader=READER,
    )


def _found(tables: ForeignTables, names: tuple[str, ...], needed: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The first of the tables that has the columns, with all of them. Raises FormatError where none has."""
    for name in names:
        columns = tables.columns(name)
        if set(needed) <= set(columns):
            return name, columns
    raise FormatError(
        f"{tables.name} is not a database of NewsDiffs': it has no table {' or '.join(names[:2])} "
        f"with the columns {', '.join(needed)}."
    )


def _inside(articles: Path, git_dir: str) -> Path:
    """Raises FormatError for a name that leads out of the folder."""
    folder = articles / git_dir
    if not folder.resolve().is_relative_to(articles.resolve()):
        raise FormatError(f"The database names a repository outside {articles}: {git_dir}.")
    if not folder.is_dir():
        raise FormatError(f"There is no repository {folder}, which the database names.")
    return folder


def _file_name(url: str) -> str:
    """The URL without its scheme and slashes at the end; of several in a row, a file system sees one."""
    return "/".join(part for part in url.partition("://")[2].split("/") if part)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _extract(text: str, title: str) -> Extract:
    """Headline and byline are where they belong, unless the date line was empty: then the file begins with the next."""
    lines = [fold(line) for line in text.replace("\r\n", "\n").split("\n")]
    known = fold(title)
    start = next((at for at, line in enumerate(lines[: _HEADER_LINES - 1]) if _is_title(line, known)), 1)
    headline, byline = ([*lines, "", ""])[start : start + 2]
    return Extract(
        headline=headline or None,
        byline=byline or None,
        paragraphs=tuple(line for line in lines[start + 2 :] if line),
    )


def _is_title(line: str, known: str) -> bool:
    return bool(known) and (line == known or (len(known) >= _NAME_LIMIT - 1 and line.startswith(known)))
