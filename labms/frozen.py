"""Rows that the database itself refuses to change: triggers on both engines.

A frozen row can't be updated in its frozen columns, deleted, replaced by an INSERT
(`recursive_triggers` is on) or truncated. Columns that are set once go from NULL to a
value and stay. A row that hangs on another one is frozen while that one is in certain
states.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import DDL, event


def trigger_ddl(
    table: str,
    *,
    frozen: Sequence[str],
    set_once: Sequence[str] = (),
    frozen_while: str = "",
    no_return: str = "",
) -> dict[str, list[str]]:
    """Return, for each engine, what creates the triggers of a table.

    `frozen_while` is a condition on OLD, which may look into other tables; without it
    a row is frozen from the beginning. `no_return` is a condition on OLD and NEW that
    no update may meet, such as a state that goes back.
    """
    changed = " OR ".join(
        [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in frozen]
        + [
            f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"
            for name in set_once
        ]
        + ([f"({no_return})"] if no_return else [])
    )
    applies = frozen_while or "1 = 1"
    refusal = f"{table} is frozen"
    abort = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    sqlite = [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"WHEN ({changed}) AND ({applies}) {abort}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"WHEN {applies} {abort}",
    ]
    # On PostgreSQL a trigger's WHEN can't look into other tables: its function does.
    postgresql = [
        f"CREATE FUNCTION {table}_no_update() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF ({changed}) AND ({applies}) THEN "
        f"RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_no_update()",
        f"CREATE FUNCTION {table}_no_delete() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {applies} THEN "
        f"RAISE EXCEPTION '{refusal}'; END IF; RETURN OLD; END $$",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_no_delete()",
        f"CREATE FUNCTION {table}_no_truncate() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"EXECUTE FUNCTION {table}_no_truncate()",
    ]
    return {"sqlite": sqlite, "postgresql": postgresql}


#: What protects each table, by engine: what a database is compared with.
PROTECTED: dict[str, dict[str, list[str]]] = {}


def freeze(
    table: sa.FromClause,
    *,
    frozen: Sequence[str],
    set_once: Sequence[str] = (),
    frozen_while: str = "",
    no_return: str = "",
) -> None:
    """Create a table's triggers whenever the table is created."""
    made = PROTECTED[str(table.description)] = trigger_ddl(
        str(table.description),
        frozen=frozen,
        set_once=set_once,
        frozen_while=frozen_while,
        no_return=no_return,
    )
    for dialect, statements in made.items():
        for statement in statements:
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def unprotected(connection: sa.Connection) -> list[str]:
    """Return the tables whose triggers are not there, switched off, or others.

    Somebody who can write to the database file can drop them, change a row, and go.
    """
    if connection.dialect.name == "sqlite":
        there = set(
            connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
        )
        return [
            table
            for table, made in PROTECTED.items()
            if not there.issuperset(made["sqlite"])
        ]
    triggers = connection.exec_driver_sql(
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p "
        "ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
    )
    enabled: dict[str, str] = {row.tgname: row.prosrc for row in triggers}
    return [
        table
        for table in PROTECTED
        if not all(
            f"$${enabled.get(name, '')}$$" in statement
            for name, statement in _functions(table)
        )
    ]


def _functions(table: str) -> list[tuple[str, str]]:
    """Return on PostgreSQL each trigger's name with the statement of its function."""
    made = PROTECTED[table]["postgresql"]
    names = (f"{table}_no_{what}" for what in ("update", "delete", "truncate"))
    functions = (each for each in made if each.startswith("CREATE FUNCTION"))
    return list(zip(names, functions, strict=True))
