"""The rows of a database as lines of JSON, exactly, and back again on either engine.

Tables are read as they are, not as today's models describe them, so that a backup of
an older version can be loaded by the migrations of its time and then upgraded.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

#: Says itself which version it is; kept in the manifest instead.
OF_ALEMBIC = "alembic_version"
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """One table in a dump."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Read the database as it is at one moment, while others go on writing."""
    isolation = (
        {}
        if engine.dialect.name == "sqlite"
        else {
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        }
    )
    with engine.connect().execution_options(**isolation) as connection:
        connection.execute(sa.text("SELECT 1"))
        yield connection
        connection.rollback()


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables as the database has them, those first that others point at."""
    found = sa.MetaData()
    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name != OF_ALEMBIC]


def dump_table(connection: sa.Connection, table: sa.Table, path: Path) -> DumpedTable:
    """Write a table's rows, in the order of its key, and return what was written."""
    columns = [_as_read(column, connection) for column in table.columns]
    plain = [_plain_from(column) for column in table.columns]
    rows, digest = 0, hashlib.sha256()
    query = sa.select(*columns).order_by(*table.primary_key.columns)
    with path.open("wb") as file:
        for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
            values = [make(value) for make, value in zip(plain, row, strict=True)]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            data = line.encode() + b"\n"
            file.write(data)
            digest.update(data)
            rows += 1
    names = tuple(column.name for column in table.columns)
    return DumpedTable(table.name, names, rows, digest.hexdigest())


def load_table(
    connection: sa.Connection, table: sa.Table, dumped: DumpedTable, path: Path
) -> int:
    """Put a dumped table's rows into an empty table, and return how many."""
    columns = [table.columns[name] for name in dumped.columns]
    values_of = [_value_for(column, connection) for column in columns]
    target = _staged(connection, table) if _has_own_keys(table) else table
    statement = sa.insert(target).values(
        {column.name: _as_written(column, connection) for column in columns}
    )
    count, batch = 0, []
    with path.open("rb") as file:
        for line in file:
            batch.append(
                {
                    f"v_{column.name}": None if value is None else make(value)
                    for column, make, value in zip(
                        columns, values_of, json.loads(line), strict=True
                    )
                }
            )
            count += 1
            if len(batch) == _AT_ONCE:
                connection.execute(statement, batch)
                batch = []
    if batch:
        connection.execute(statement, batch)
    if target is not table:
        connection.execute(
            sa.insert(table).from_select(list(table.columns), sa.select(target))
        )
        target.drop(connection)
    return count


def _has_own_keys(table: sa.Table) -> bool:
    """Whether rows point at rows of the same table: all must come in one statement."""
    return any(key.column.table is table for key in table.foreign_keys)


def _staged(connection: sa.Connection, table: sa.Table) -> sa.Table:
    made = sa.Table(
        f"staged_{table.name}",
        sa.MetaData(),
        *(sa.Column(column.name, column.type) for column in table.columns),
        prefixes=["TEMPORARY"],
    )
    made.create(connection)
    return made


def count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL give new rows numbers after the highest that is there."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = connection.scalar(
            sa.select(
                sa.func.pg_get_serial_sequence(f'"{table.name}"', str(column.name))
            )
        )
        highest = sequence and connection.scalar(sa.select(sa.func.max(column)))
        if highest:
            connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _is(column: sa.Column[Any], kind: type[sa.types.TypeEngine[Any]]) -> bool:
    return isinstance(column.type, kind)


def _as_read(column: sa.Column[Any], connection: sa.Connection) -> Any:
    """JSON is read as the text that it is: `null` and no value are different."""
    if not _is(column, sa.JSON):
        return column
    if connection.dialect.name == "sqlite":
        return sa.type_coerce(column, sa.Text)
    return sa.cast(column, sa.Text)


def _as_written(column: sa.Column[Any], connection: sa.Connection) -> Any:
    name = f"v_{column.name}"
    if not _is(column, sa.JSON):
        return sa.bindparam(name, type_=column.type)
    text = sa.bindparam(name, type_=sa.Text)
    if connection.dialect.name == "sqlite":
        return sa.type_coerce(text, sa.Text)
    return sa.cast(text, column.type)


def _plain_from(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """Return what makes plain JSON of a column's values."""
    if _is(column, sa.DateTime):
        return _instant_as_text
    if _is(column, sa.LargeBinary):
        return lambda value: value and base64.b64encode(value).decode()
    return _as_plain


def _instant_as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def _as_plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _value_for(
    column: sa.Column[Any], connection: sa.Connection
) -> Callable[[Any], Any]:
    """Return what makes a value for the database of plain JSON."""
    if _is(column, sa.DateTime):
        naive = connection.dialect.name == "sqlite"
        return lambda text: datetime.fromisoformat(text).replace(
            tzinfo=None if naive else UTC
        )
    if _is(column, sa.Date):
        return date.fromisoformat
    if _is(column, sa.Numeric) and not _is(column, sa.Float):
        return Decimal
    if _is(column, sa.LargeBinary):
        return base64.b64decode
    return lambda value: value
