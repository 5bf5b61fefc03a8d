"""Checks of a table said in other words, without copying the table.

Every version uses these, so what they do never changes.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op


def reword_check(table: str, name: str, *, was: str, now: str) -> None:
    """Put another condition in the place of a check; all rows must satisfy it.

    SQLite cannot alter one, but a check is only words in the schema: those are changed
    as its documentation describes (https://sqlite.org/lang_altertable.html#otheralter),
    inside the transaction of the migration. Raises RuntimeError if a row says no, or
    if the check is not worded as expected.
    """
    bind = op.get_bind()
    rows = sa.select(sa.func.count()).select_from(sa.table(table))
    odd = bind.scalar(rows.where(sa.text(f"NOT ({now})")))
    if odd:
        raise RuntimeError(f"{odd} rows of {table} do not satisfy {name}: {now}")
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, sa.text(now))
        return
    _reword_sqlite(bind, table, f"CONSTRAINT {name} CHECK ({was})", name, now)


def _reword_sqlite(bind: Any, table: str, old: str, name: str, now: str) -> None:
    words = bind.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"),
        {"name": table},
    )
    if words is None or words.count(old) != 1:
        raise RuntimeError(f"{name} of {table} is not worded as expected")
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"
        ),
        {"sql": words.replace(old, f"CONSTRAINT {name} CHECK ({now})"), "name": table},
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
