"""Instances as files and databases: copied whole, and read without the program."""

import hashlib
import os
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy.engine import make_url

from labms.settings import Settings

Row = dict[str, Any]
#: Does something with an opened instance; what it tells anybody it writes down first.
Act = Callable[[Settings, Path], object]


def server() -> str:
    """Return the address of the server that the tests run on; empty means SQLite."""
    return os.environ.get("LABMS_TEST_DATABASE_URL", "")


def _database(folder: Path) -> str:
    return f"faults_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def address_for(folder: Path) -> str:
    """Return the address of an instance's database; empty: a file in its folder."""
    if not server():
        return ""
    url = make_url(server()).set(database=_database(folder))
    return url.render_as_string(hide_password=False)


def make_database(folder: Path, *, like: Path | None = None) -> None:
    """Make the database of an instance on the server, empty or a copy of another's."""
    if not server():
        return
    remove_database(folder)
    template = f" TEMPLATE {_database(like)}" if like else ""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_database(folder)}{template}".encode())


def remove_database(folder: Path) -> None:
    """Remove the database of an instance from the server, whoever uses it."""
    if server():
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(
                f"DROP DATABASE IF EXISTS {_database(folder)} WITH (FORCE)".encode()
            )


def copy(source: Path, target: Path) -> None:
    """Put a copy of an instance, with a database of its own, where another may be."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    make_database(target, like=source)
    settings = target / "settings.toml"
    told = settings.read_text("utf-8")
    settings.write_text(told.replace(_database(source), _database(target)), "utf-8")


#: What guards the rows of a file against whoever changes them by hand.
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
#: And those of a server, besides what `replica` leaves out.
_UNIQUE = """
SELECT CASE WHEN conname IS NULL THEN format('DROP INDEX %s', indexrelid::regclass)
ELSE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', indrelid::regclass, conname)
END AS statement
FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype = 'u'
WHERE indisunique AND NOT indisprimary
AND indrelid::regclass::text IN ('certificate', 'stamp')
UNION SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
AND connamespace = 'public'::regnamespace
"""
#: A file's table cannot lose what is unique; a copy of it never had it.
_LOOSEN = (
    "CREATE TABLE loose AS SELECT * FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE loose RENAME TO {table}",
    "CREATE UNIQUE INDEX loose_{table} ON {table} (id)",
)


class Records:
    """The rows of an instance, by plain SQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.is_file = isinstance(connection, sqlite3.Connection)

    def rows(self, statement: str) -> list[Row]:
        """Return what a SELECT finds."""
        return [dict(row) for row in self._connection.execute(statement).fetchall()]

    def all_of(self, table: str, *, by: str = "id") -> list[Row]:
        """Return every row of a table, in order."""
        return self.rows(f'SELECT * FROM "{table}" ORDER BY {by}')

    def tamper(self, statement: str) -> None:
        """Change rows as nobody may, past every trigger, index and foreign key."""
        if self.is_file:
            self._connection.execute("PRAGMA ignore_check_constraints = ON")
            for row in self.rows(_TRIGGERS):
                self._connection.execute(f'DROP TRIGGER "{row["name"]}"')
            for table in ("certificate", "stamp"):
                for part in _LOOSEN:
                    self._connection.execute(part.format(table=table))
        else:
            self._connection.execute("SET session_replication_role = replica")
            for row in self.rows(_UNIQUE):
                self._connection.execute(row["statement"])
        self._connection.execute(statement)


@contextmanager
def records_of(folder: Path, *, writing: bool = False) -> Iterator[Records]:
    """Open the database of an instance without the program."""
    told = tomllib.loads((folder / "settings.toml").read_text("utf-8"))
    if url := told.get("database_url"):
        with psycopg.connect(
            url, row_factory=dict_row, autocommit=not writing
        ) as connection:
            connection.read_only = not writing
            yield Records(connection)
        return
    mode = "rw" if writing else "ro"
    path = folder / "labms.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode={mode}", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        yield Records(connection)
        connection.commit()
    finally:
        connection.close()
