"""Rows of one SELECT in plain SQL, for the pages that strangers open."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from labms.db import db


@dataclass(frozen=True, slots=True)
class PlainSelect:
    """One SELECT in plain SQL: its columns, and what follows them from FROM on.

    Placeholders are `:name`.
    """

    columns: tuple[str, ...]
    rest: str
    documents: tuple[str, ...] = ()
    """Columns that follow the others: texts in JSON, which come taken apart."""

    @cache  # noqa: B019 (they are constants)
    def written_for(self, dialect: str) -> str:
        """Return the statement as the driver of an engine takes it.

        SQLite's driver gives the interpreter up for each column that it fetches; with
        several threads at work most of an answer's time went into getting it back. So
        there all columns come as one.
        """
        if dialect == "sqlite":
            columns = ", ".join(
                (*self.columns, *(f"json({name})" for name in self.documents))
            )
            return f"SELECT json_array({columns}) {self.rest}"
        columns = ", ".join(
            (*self.columns, *(f"CAST({name} AS json)" for name in self.documents))
        )
        return re.sub(r":(\w+)", r"%(\1)s", f"SELECT {columns} {self.rest}")


def plain_rows(
    select: PlainSelect, given: Mapping[str, str]
) -> Sequence[Sequence[Any]]:
    """Return the rows of one SELECT, read outside the session and its scope.

    For the hot page alone: it costs a tenth of what a session does. What is read must
    be for everybody's eyes.
    """
    bind: Any = db.engine
    if isinstance(bind, sa.Connection):  # in tests, which lend their connection
        return _fetched(bind.connection, bind.dialect.name, select, given)
    connection = bind.raw_connection()
    try:
        return _fetched(connection, bind.dialect.name, select, given)
    finally:
        connection.close()


def _fetched(
    connection: Any, dialect: str, select: PlainSelect, given: Mapping[str, str]
) -> Sequence[Sequence[Any]]:
    cursor = connection.cursor()
    cursor.execute(select.written_for(dialect), given)
    rows = cursor.fetchall()
    return [json.loads(row[0]) for row in rows] if dialect == "sqlite" else rows


def driver_error() -> type[Exception]:
    """Return what the driver in use raises when the database does not answer."""
    driver: Any = db.engine.dialect.dbapi
    found: type[Exception] = driver.OperationalError
    return found
