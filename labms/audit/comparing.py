"""Comparing rows with the trail: is each one what was last recorded of it?

The chain shows that no event was altered. It does not show that a row was, behind the
back of the program: that is found by reading the trail from its beginning and holding
what it says of each row against the row.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.audit.rules import canonical
from labms.db import Audited, Identified, Model, db
from labms.frozen import unprotected
from labms.i18n import N_

#: How many rows are read at a time.
_AT_ONCE = 2000
#: Moves with every attempt to finish a document, which is no change of the document.
_UNTOLD = {("certificate", "lease_until"), ("certificate", "lease_token")}

ALTERED = N_("{what} was changed past the program: {columns}")
GONE = N_("{what} was removed past the program")
UNKNOWN = N_("{what} was added past the program")
UNPROTECTED = N_("the protection of “{what}” in the database is gone")


@dataclass(frozen=True, slots=True)
class Tampering:
    """Something that the program did not do."""

    text: str
    """With places for `what` and `columns`."""
    what: str
    """A table, with the row's id."""
    columns: tuple[str, ...] = ()

    def told(self, text: str) -> str:
        """Return it in the words of a language."""
        return text.format(what=self.what, columns=", ".join(self.columns))


def tampering() -> Iterator[Tampering]:
    """Yield what differs from the trail, table by table, and what is unprotected.

    Needs a scope over everything. Reads every event once and every audited row once.
    """
    for table in unprotected(db.session.connection()):
        yield Tampering(UNPROTECTED, table)
    for model in sorted(_audited(), key=lambda model: str(model.__tablename__)):
        yield from _altered(model.__table__)


def _audited() -> list[Any]:
    return [
        mapper.class_
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Audited) and issubclass(mapper.class_, Identified)
    ]


def _altered(table: sa.Table) -> Iterator[Tampering]:
    recorded = _recorded(table)
    rows = db.session.connection().execute(
        sa.select(table).order_by(table.c.id),
        execution_options={"yield_per": _AT_ONCE},
    )
    for row in rows.mappings():
        what = f"{table.name} {row['id']}"
        known = recorded.pop(row["id"], None)
        if known is None:
            yield Tampering(UNKNOWN, what)
            continue
        differing = tuple(
            name for name, value in known.items() if value != _as_told(row[name])
        )
        if differing:
            yield Tampering(ALTERED, what, differing)
    for row_id in recorded:
        yield Tampering(GONE, f"{table.name} {row_id}")


def _recorded(table: sa.Table) -> dict[int, dict[str, Any]]:
    """Return what the trail last said of each row's columns."""
    events = db.session.connection().execute(
        sa.select(AuditEvent.subject_id, AuditEvent.changes)
        .where(
            AuditEvent.subject_type == table.name, AuditEvent.subject_id.is_not(None)
        )
        .order_by(AuditEvent.id),
        execution_options={"yield_per": _AT_ONCE},
    )
    columns = {c.name for c in table.columns if (table.name, c.name) not in _UNTOLD}
    found: dict[int, dict[str, Any]] = {}
    for row_id, changes in events:
        assert row_id is not None  # noqa: S101 (the query saw to it)
        last = found.setdefault(row_id, {})
        for name, change in json.loads(changes).items():
            if name in columns:
                last[name] = change[1]
    return found


def _as_told(value: Any) -> Any:
    """Return a value as the trail writes it."""
    return json.loads(canonical(value))
