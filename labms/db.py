"""The database: base class, column types, the one transaction, and the scope.

SQLite out of the box, PostgreSQL when one machine is outgrown; the same behaviour on
both. Models are subclasses of `Model`; features never see the engine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors

from labms.errors import NotFound
from labms.policy import NOTHING, Scope

try:  # SQLite before 3.51.3 can lose commits when several connections reset the WAL
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this machine: then without WAL, see `_on_connect`
    import sqlite3 as sqlite_driver

SQLITE_HAS_SAFE_WAL = sqlite_driver.sqlite_version_info >= (3, 51, 3)


class Model(DeclarativeBase):
    """Base of all tables. Every constraint has a name, so that it can be changed."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Audited:
    """A row that cannot be committed without an event about it."""


class Owned:
    """A row that only some may see: a query without a scope raises."""

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """Return the condition under which a row is seen: its body's people do."""
        if scope.body_id is None:
            return sa.false()
        return cls.body_id == scope.body_id  # type: ignore[attr-defined, no-any-return]


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware, in UTC, on both engines."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value and value.astimezone(UTC)


class ExactDecimal(sa.types.TypeDecorator[Decimal]):
    """A decimal with all its digits: 10.00 comes back as 10.00, not as 10.

    NUMERIC on PostgreSQL, which keeps the scale; text on SQLite, which has no exact
    number. So a query can add and compare them only on PostgreSQL: do it in Python.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Numeric())
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def enum_column(kind: type[StrEnum], **given: Any) -> MappedColumn[Any]:
    """Return a column that holds an enum's values, checked by the database."""
    name = "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__
    ).lstrip("_")
    return mapped_column(
        sa.Enum(
            kind,
            name=name,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
        **given,
    )


class Identified:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


Model.registry.update_type_annotation_map(
    {
        datetime: UTCDateTime,
        Decimal: ExactDecimal,
        str: sa.Text,
        dict[str, Any]: sa.JSON,
    }
)

db = SQLAlchemy(model_class=Model)


def engine_options(url: str) -> dict[str, Any]:
    """Return what an engine for this address is made with."""
    # Of more threads than this at once, some would open and close one each time.
    kept = {"pool_size": 10}
    if url.startswith("sqlite"):
        return kept | {"module": sqlite_driver}
    return kept | {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    if not type(connection).__module__.startswith(("pysqlite3", "sqlite3")):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see _on_begin
    mode, sync = ("WAL", "FULL") if SQLITE_HAS_SAFE_WAL else ("TRUNCATE", "EXTRA")
    for pragma in (
        "busy_timeout = 15000",
        f"journal_mode = {mode}",
        f"synchronous = {sync}",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else INSERT OR REPLACE slips past a trigger
        "cache_size = -65536",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _on_begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


@event.listens_for(Engine, "handle_error")
def _on_error(context: Any) -> None:
    """Nothing has a number larger than the database can hold, whoever asks for it."""
    error = context.original_exception
    if isinstance(error, OverflowError) or (
        getattr(error, "sqlstate", None) == "22003"  # numeric_value_out_of_range
    ):
        raise NotFound from error


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block did, all of it or none of it.

    The only place that commits. Entry points use it: a view that writes, a CLI
    command, a scheduled job. Services never do; they flush when they need an id.
    """
    db.session.rollback()  # ends the page's reading: SQLite can't turn it into writing
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    db.session.info["writing"] = True
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.info.pop("writing", None)


@contextmanager
def as_of_one_moment() -> Iterator[None]:
    """Read everything in the block as of the moment of its first query; write nothing.

    Nobody who writes meanwhile waits for it, however long it takes.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql" and isinstance(db.engine, Engine):
        level = {"isolation_level": "REPEATABLE READ"}
        db.session.connection(execution_options=level)
    try:
        yield
    finally:
        db.session.rollback()


@contextmanager
def apart() -> Iterator[Session]:
    """Commit on a session of its own what a refusal must not roll back.

    For security events and throttles only; short, and never inside a transaction,
    which on SQLite would wait for itself.
    """
    if db.session.info.get("writing"):
        raise RuntimeError("a session apart cannot write inside a transaction")
    db.session.rollback()  # ends the page's reading
    with Session(db.engine, join_transaction_mode="create_savepoint") as session:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield session
        session.commit()


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


class UnscopedQuery(Exception):
    """A query asked for owned rows without saying whose: a bug, not a refusal."""


def set_scope(scope: Scope | None) -> Scope | None:
    """Say whose rows are fetched from now on, and return whose were before.

    For the web, which does it for each request; others use `scoped`.
    """
    before = _scope.get()
    _scope.set(scope)
    return before


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Fetch only the rows of `scope` within the block."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def _owned() -> dict[sa.Table, type[Owned]]:
    return _owned_among(len(Model.metadata.tables))


@cache
def _owned_among(_count: int) -> dict[sa.Table, type[Owned]]:
    """Return the owned tables: asked for by every query, so found once."""
    return {
        mapper.local_table: mapper.class_
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Owned) and isinstance(mapper.local_table, sa.Table)
    }


@event.listens_for(db.session, "do_orm_execute")
def _apply_scope(state: ORMExecuteState) -> None:
    """Narrow every SELECT on owned rows to the scope; refuse one without a scope."""
    if not state.is_select or state.is_column_load:
        return
    scope = _scope.get()
    if scope is not None and scope.everything:
        return
    owned = _owned()
    asked = {
        owned[table]
        for table in visitors.iterate(cast(sa.Select[Any], state.statement))
        if isinstance(table, sa.Table) and table in owned
    }
    if not asked:
        return
    if scope is None:
        raise UnscopedQuery(", ".join(sorted(kind.__name__ for kind in asked)))
    state.statement = state.statement.options(
        *(
            with_loader_criteria(kind, kind.visible_to(scope), include_aliases=True)
            for kind in asked
        )
    )


__all__ = [
    "NOTHING",
    "Audited",
    "ExactDecimal",
    "Identified",
    "Model",
    "Owned",
    "UTCDateTime",
    "UnscopedQuery",
    "apart",
    "as_of_one_moment",
    "db",
    "engine_options",
    "enum_column",
    "scoped",
    "set_scope",
    "transaction",
]
