"""How a file comes to the present form of the schema, step by step.

A step that has been released is never edited: a change of the schema is a new step, with its statements in `schema/`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tracker.errors import BadURL
from tracker.store.captures_before import carry_over
from tracker.store.chaining import chain_old_looks
from tracker.store.codebook import fill_codebook
from tracker.store.histories import fill
from tracker.store.paragraphs import key_of_sha256
from tracker.store.steps import APPLICATION_ID, SET, pending_count
from tracker.store.words import fill_words
from tracker.urls import same_article_key

MIGRATIONS = Migrations(SET)


def script(name: str) -> str:
    """The text of one file of statements."""
    return files("tracker.store").joinpath("schema", name).read_text(encoding="utf-8")


def statements(text: str) -> Iterator[str]:
    """The single statements of a script: `executescript` would commit the transaction that makes a migration atomic."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        yield pending.strip()


def _run(database: Database, name: str) -> None:
    for statement in statements(script(name)):
        database.execute(statement)


@MIGRATIONS(name="0001_tables")
def _tables(database: Database) -> None:
    _run(database, "tables.sql")


@MIGRATIONS(name="0002_views")
def _views(database: Database) -> None:
    _run(database, "views.sql")


@MIGRATIONS(name="0003_sameness")
def _sameness(database: Database) -> None:
    """Revisions know the first one that says the same, and the one whose page they only read anew."""
    _run(database, "sameness.sql")


@MIGRATIONS(name="0004_standing")
def _standing(database: Database) -> None:
    """Articles that turn out to be one are joined; the bytes of the page last read are known again; how often each
    article changes is kept, and added up."""
    _run(database, "standing.sql")
    fill(database.conn)
    _run(database, "sums.sql")


@MIGRATIONS(name="0005_memory")
def _memory(database: Database) -> None:
    """What is left out of articles is kept, and what is a site's own is remembered."""
    _run(database, "memory.sql")


@MIGRATIONS(name="0006_addresses")
def _addresses(database: Database) -> None:
    """Addresses know which of them say the same in another form."""
    _run(database, "addresses.sql")
    rows = database.conn.execute("SELECT * FROM _article_urls_before ORDER BY article_url_id")
    keyed = ((*row, _key_of(row[2])) for row in rows)
    database.conn.executemany("INSERT INTO article_urls VALUES (?, ?, ?, ?, ?, ?)", keyed)
    database.execute("DROP TABLE _article_urls_before")


def _key_of(url: str) -> str:
    """An address that is none is told by `verify`; it does not keep the file from being opened."""
    try:
        return same_article_key(url)
    except BadURL:
        return url


@MIGRATIONS(name="0007_tending")
def _tending(database: Database) -> None:
    """Sources have a pace and wishes of their own; what hosts asked for, and what care was taken, is remembered."""
    _run(database, "tending.sql")


@MIGRATIONS(name="0008_views_again")
def _views_again(database: Database) -> None:
    _run(database, "views_again.sql")


@MIGRATIONS(name="0009_frames")
def _frames(database: Database) -> None:
    """Pages are kept compressed together."""
    _run(database, "frames.sql")
    carry_over(database.conn)
    database.execute("DROP TABLE _captures_before")


@MIGRATIONS(name="0010_words")
def _words(database: Database) -> None:
    """Paragraphs take less room, and their words can be searched."""
    database.conn.create_function("text_key_of", 1, key_of_sha256, deterministic=True)
    _run(database, "words.sql")
    database.conn.create_function("text_key_of", 1, None)
    fill_words(database.conn)


@MIGRATIONS(name="0011_chain")
def _chain(database: Database) -> None:
    """Looks, pages and revisions are chained by hashes; like looks can be folded."""
    _run(database, "chain.sql")
    chain_old_looks(database.conn)
    _run(database, "chain_indexes.sql")


@MIGRATIONS(name="0012_outbox")
def _outbox(database: Database) -> None:
    """Notices wait here until they are sent."""
    _run(database, "outbox.sql")


@MIGRATIONS(name="0013_more_views")
def _more_views(database: Database) -> None:
    """Every view anew, and those that answer what people ask."""
    _run(database, "more_views.sql")


def migrate(connection: sqlite3.Connection, migrations: Migrations = MIGRATIONS) -> None:
    """Take every step that is missing, all of them or none. Safe if several processes come at once."""
    # A step may make a table anew that others point to; SQLite can be told to let it only outside of a transaction.
    (is_enforcing,) = connection.execute("PRAGMA foreign_keys").fetchone()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _take_steps(connection, migrations)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # a step failed
            connection.rollback()
        connection.execute(f"PRAGMA foreign_keys = {is_enforcing}")


def _take_steps(connection: sqlite3.Connection, migrations: Migrations) -> None:
    database = Database(connection)
    if not database["_sqlite_migrations"].exists():
        _run(database, "ledger.sql")
    names = _names(migrations)
    pending_count(connection, names)
    migrations.apply(database)
    fill_codebook(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(names)}")


def _names(migrations: Migrations) -> tuple[str, ...]:
    """On an empty database every step of the set is pending."""
    with closing(sqlite3.connect(":memory:")) as empty:
        return tuple(step.name for step in migrations.pending(Database(empty)))
