"""Marking what changed, in the transaction of the change.

A mark says which rows changed and from which day on figures may differ; what was
counted of them is found out when they are counted anew. So a change costs one row and
no query (an ending of evidence one: it does not know where its instrument is). A first
day that is too early only costs work, one too late a wrong figure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from labms import clock
from labms.certificates.models import Certificate
from labms.db import db
from labms.demand.models import DemandFigure
from labms.jobs.models import Job, Order
from labms.organisations.models import (
    Designation,
    DesignationScope,
    Organisation,
    OrganisationRoleRow,
)
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import ENTRY_DAYS
from labms.registry.models import EvidenceEnding, Instrument
from labms.summaries.models import SummaryMark
from labms.summaries.rules import MarkKind
from labms.supply.models import ActivityReport, BodyCapacity, StatedScope
from labms.tasks.models import Accreditation, Assessment

#: Columns of a mark.
Mark = dict[str, Any]


class Change:
    """A row that was added or changed: what it was, and what it is."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self._state = inspect(row)

    def has(self, *names: str) -> bool:
        """Whether any of these columns changed; of a new row, all did."""
        return self._state.pending or any(
            self._state.attrs[name].history.has_changes() for name in names
        )

    def each(self, name: str) -> list[Any]:
        """Return what a column is and what it was, without what is unknown."""
        history = self._state.attrs[name].history
        found = [*history.deleted, *history.added, *history.unchanged]
        known = found or [getattr(self.row, name)]
        return [value for value in dict.fromkeys(known) if value is not None]

    @property
    def connection(self) -> sa.Connection:
        """What it is being written with."""
        session: Session = self._state.session
        return session.connection()


def _mark(kind: MarkKind, first_on: date | None = None, **given: Any) -> Mark:
    usual: Mark = {"number": None, "type_slug": "", "commune_key": "", "serial_key": ""}
    return usual | given | {"kind": kind, "first_on": first_on}


def _job(change: Change) -> Iterator[Mark]:
    if not change.has(*_OF_JOB):
        return
    today = clock.today()
    first = min([*change.each("performed_on"), today])
    if submitted := change.each("submitted_at"):
        # days that were closed before know nothing of it, see `closed_at`
        entered = clock.day_of(min(submitted)) - timedelta(days=ENTRY_DAYS)
        first = max(first, entered)
    yield _mark(MarkKind.JOB, min(first, today), number=change.row.id)
    for moment in change.each("closed_at") if change.has("closed_at") else ():
        yield _mark(MarkKind.CLOSED, clock.day_of(moment))


_OF_JOB = (
    "kind",
    "state",
    "verdict",
    "performed_on",
    "submitted_at",
    "registered_at",
    "closed_at",
    "valid_until",
    "instrument_id",
    "order_id",
    "body_id",
)


def _certificate(change: Change) -> Iterator[Mark]:
    if change.has("state", "revoked_on"):
        yield _mark(MarkKind.CERTIFICATE, number=change.row.job_id)


def _ending(change: Change) -> Iterator[Mark]:
    """Mark where evidence ended: what is overdue is kept for today only."""
    row = change.row
    own = sa.select(Instrument.type_slug, Instrument.commune_key).where(
        Instrument.id == row.instrument_id
    )
    slug, commune = change.connection.execute(own).one()
    given = {"type_slug": slug, "commune_key": commune}
    yield _mark(MarkKind.CELL, clock.today(), **given)


def _instrument(change: Change) -> Iterator[Mark]:
    has_moved = change.has("type_slug", "commune_key", "owner_id", "registered_on")
    is_renamed = change.has("serial_key", "type_slug")
    if not (has_moved or is_renamed or change.has("out_of_use_on")):
        return
    first = min(change.each("registered_on"))
    if not has_moved and not is_renamed:
        first = min(change.each("out_of_use_on"))
    for slug in change.each("type_slug"):
        for commune in change.each("commune_key"):
            yield _mark(MarkKind.CELL, first, type_slug=slug, commune_key=commune)
    if (has_moved or is_renamed) and not inspect(change.row).pending:
        yield _mark(MarkKind.INSTRUMENT, first, number=change.row.id)
        for slug in change.each("type_slug"):
            for serial in change.each("serial_key"):
                given = {"type_slug": slug, "serial_key": serial}
                yield _mark(MarkKind.SERIAL, first, **given)


def _order(change: Change) -> Iterator[Mark]:
    if not change.has("customer_id", "received_at", "promised_on"):
        return
    if not inspect(change.row).pending:
        yield _mark(MarkKind.ORDER, date.min, number=change.row.id)
        for customer in change.each("customer_id"):
            yield _mark(MarkKind.CUSTOMER, date.min, number=customer)


def _organisation(change: Change) -> Iterator[Mark]:
    if change.has("kind", "commune_key", "name") and not inspect(change.row).pending:
        yield _mark(MarkKind.ORGANISATION, date.min, number=change.row.id)
        yield _mark(MarkKind.FACTS)


def _figure(change: Change) -> Iterator[Mark]:
    figure = change.row
    if change.has(*(column.name for column in DemandFigure.__table__.columns)):
        yield _of_figure(figure.type_slug, figure.commune_key, figure.counted_on)


def _of_figure(slug: str, commune: str, counted_on: date) -> Mark:
    given = {"type_slug": slug, "commune_key": commune}
    return _mark(MarkKind.CELL, counted_on, **given)


def _report(change: Change) -> Iterator[Mark]:
    yield _mark(MarkKind.REPORT, change.row.last_on, number=change.row.id)


def _support(change: Change) -> Iterator[Mark]:
    first = min(change.each("supported_on"))
    for number in change.each("enterprise_id"):
        yield _mark(MarkKind.CUSTOMER, first, number=number)


def _facts(_change: Change) -> Iterator[Mark]:
    yield _mark(MarkKind.FACTS)


_MARKING: Mapping[type[Any], Callable[[Change], Iterator[Mark]]] = {
    Accreditation: _facts,
    ActivityReport: _report,
    Assessment: _facts,
    BodyCapacity: _facts,
    BodyRaised: _facts,
    Certificate: _certificate,
    DemandFigure: _figure,
    Designation: _facts,
    DesignationScope: _facts,
    EvidenceEnding: _ending,
    Instrument: _instrument,
    Job: _job,
    Order: _order,
    Organisation: _organisation,
    OrganisationRoleRow: _facts,
    ProgrammeSupport: _support,
    StatedScope: _facts,
    Training: _facts,
}


@event.listens_for(db.session, "after_flush")
def _mark_changes(session: Session, *_: object) -> None:
    changed = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if type(row) in _MARKING
    ]
    if changed:
        _write(
            session, (m for row in changed for m in _MARKING[type(row)](Change(row)))
        )


@event.listens_for(db.session, "do_orm_execute")
def _mark_imports(state: ORMExecuteState) -> None:
    """Mark figures that are entered in bulk, past the flush."""
    if not state.is_insert or state.bind_mapper is not inspect(DemandFigure):
        return
    rows: Any = state.parameters
    _write(
        state.session,
        (
            _of_figure(row["type_slug"], row["commune_key"], row["counted_on"])
            for row in (rows if isinstance(rows, list) else [rows])
        ),
    )


def _write(session: Session, marks: Iterable[Mark]) -> None:
    different = {tuple(sorted(mark.items())): mark for mark in marks}
    if different:
        session.connection().execute(sa.insert(SummaryMark), list(different.values()))
