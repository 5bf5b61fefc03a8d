"""A laboratory that stands while one test after the other works in it.

Making it takes longer than most tests. It is made once in a transaction that stays
open; each test goes back to a savepoint. A test without it finds the database empty:
the transaction is rolled back before.
"""

import dataclasses
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from labms.db import Model, db
from tests.factories import Make
from tests.jobs.laboratory import Laboratory, laboratory


class Standing:
    """The open transaction, and how to find in it who works there."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._people_and_things: dict[str, Any] = {}

    def enter(self, engine: sa.Engine) -> tuple[Connection, bool]:
        """Return its connection, and whether the laboratory stands there already."""
        if self._connection is None:
            self._connection = engine.connect()
            self._connection.begin()
            self._people_and_things = {}
        return self._connection, bool(self._people_and_things)

    def build(self) -> None:
        """Make the laboratory."""
        made = laboratory(Make())
        self._people_and_things = {
            field.name: _key(getattr(made, field.name))
            for field in dataclasses.fields(made)
            if field.name != "make"
        }
        db.session.remove()

    def laboratory(self, make: Make) -> Laboratory:
        """Return the laboratory as a test of today finds it."""
        found = {name: _found(key) for name, key in self._people_and_things.items()}
        return Laboratory(make=make, **found)

    def leave(self) -> None:
        """Undo it all."""
        if self._connection is not None:
            self._connection.close()  # which rolls back
            self._connection = None


def _key(value: Any) -> Any:
    if not isinstance(value, Model):
        return value
    return type(value), sa.inspect(value).identity


def _found(key: Any) -> Any:
    return db.session.get_one(*key) if isinstance(key, tuple) else key
