"""Triggers that keep rows as they were, in the words of the versions.

Every version uses these, so what they make never changes: another kind of trigger is
another function.
"""

from typing import Any

from alembic import op


def protect(table: str, **what: Any) -> None:
    """Create the triggers of a table: see `triggers` for what is said of it."""
    engine = op.get_context().dialect.name
    for statement in triggers(table, **what)[engine]:
        op.get_bind().exec_driver_sql(statement)


def unprotect(table: str) -> None:
    """Drop the triggers of a table: before it goes, or to protect it otherwise."""
    bind, events = op.get_bind(), ("update", "delete")
    if op.get_context().dialect.name == "sqlite":
        for event in events:
            bind.exec_driver_sql(f"DROP TRIGGER {table}_no_{event}")
        return
    for event in (*events, "truncate"):
        bind.exec_driver_sql(f"DROP TRIGGER {table}_no_{event} ON {table}")
        bind.exec_driver_sql(f"DROP FUNCTION {table}_no_{event}()")


def triggers(
    table: str,
    *,
    frozen: tuple[str, ...],
    set_once: tuple[str, ...] = (),
    frozen_while: str = "",
    no_return: str = "",
) -> dict[str, list[str]]:
    """Return, for each engine, what creates the triggers of a table."""
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
