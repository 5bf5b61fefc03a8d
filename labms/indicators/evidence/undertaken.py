"""The rows behind what was undertaken: enterprises, trainings, bodies.

What was entered too late for the day stands apart, with the reason; so do records of
bodies that lack something.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.i18n import N_, Message, gettext
from labms.indicators.evidence.rows import Asked, Cell, Column, Evidence, TypeName
from labms.indicators.queries import (
    areas_within,
    day_known_until,
    first_results,
    idle_bodies,
    within,
)
from labms.jobs.models import Order
from labms.organisations.models import Organisation
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RAISED_INDICATORS, RaisedKind
from labms.tasks.qualifying import unfit

Row = tuple[Cell, ...]
_TOO_LATE = N_("entered on {day}, too late for this day")
_STRUCK_LATER = N_("struck out on {day}, too late for this day: it still counts here")
_IDLE = N_("none of its designations holds on this day")


def enterprises(asked: Asked, _type_name: TypeName) -> Evidence:
    """Return each turn of an enterprise: an order, or an act of support."""
    orders = first_results(asked.area, **asked.days)
    served = db.session.execute(
        sa.select(
            orders.c.day, Organisation.id, Organisation.name, Order.id, Order.number
        )
        .select_from(Order)
        .join(orders, orders.c.id == Order.id)
        .join(Organisation, Organisation.id == orders.c.customer_id)
    )
    supports = (
        sa.select(ProgrammeSupport, Organisation.name)
        .join(Organisation, Organisation.id == ProgrammeSupport.enterprise_id)
        .order_by(ProgrammeSupport.supported_on.desc(), ProgrammeSupport.id.desc())
    )
    counts, late = _counting(asked, ProgrammeSupport, ProgrammeSupport.supported_on)
    rows = [
        (
            Cell(day),
            _organisation(enterprise, name),
            Cell(gettext(N_("order"))),
            Cell(number, "jobs.order", {"order_id": order}),
        )
        for day, enterprise, name, order, number in served
    ] + [_support(*found) for found in db.session.execute(supports.where(counts))]
    rows.sort(key=lambda row: (row[0].value, str(row[3].value)), reverse=True)
    columns = (
        Column(N_("Day")),
        Column(N_("Enterprise")),
        Column(N_("What was done")),
        Column(N_("Order or document")),
    )
    left_out = [
        (*_support(support, name), _too_late(support))
        for support, name in db.session.execute(supports.where(late))
    ]
    return asked.found_in(columns, rows, left_out)


def _support(support: ProgrammeSupport, name: str) -> Row:
    return (
        Cell(support.supported_on),
        _organisation(support.enterprise_id, name),
        Cell(support.activity),
        _document(support, "support"),
    )


def trainings(asked: Asked, _type_name: TypeName) -> Evidence:
    """Return each training."""
    counts, late = _counting(asked, Training, Training.held_on)
    found = sa.select(Training).order_by(Training.held_on.desc(), Training.id.desc())
    columns = (
        Column(N_("Last day")),
        Column(N_("Training")),
        Column(N_("Organised by")),
        Column(N_("Participations"), is_number=True),
        Column(N_("Different persons"), is_number=True),
        Column(N_("Document")),
        Column(N_("Entered on")),
    )
    rows = [_training(each) for each in db.session.scalars(found.where(counts))]
    left_out = [
        (*_training(each), _too_late(each))
        for each in db.session.scalars(found.where(late))
    ]
    return asked.found_in(columns, rows, left_out)


def _training(training: Training) -> Row:
    return (
        Cell(training.held_on),
        Cell(training.title),
        Cell(training.organiser),
        Cell(training.turns),
        Cell(training.distinct_count),
        _document(training, "training"),
        Cell(training.entered_on),
    )


def bodies(asked: Asked, _type_name: TypeName) -> Evidence:
    """Return each record of a body."""
    kind = RAISED_INDICATORS[asked.code]
    counts, late = _counting(asked, BodyRaised, BodyRaised.achieved_on)
    found = (
        sa.select(BodyRaised, Organisation.name)
        .join(Organisation, Organisation.id == BodyRaised.organisation_id)
        .where(BodyRaised.kind == kind)
        .order_by(BodyRaised.achieved_on.desc(), BodyRaised.id.desc())
    )
    reasons = _why_not(asked, sa.and_(BodyRaised.kind == kind, counts))
    rows, left_out = [], []
    for raised, name in db.session.execute(found.where(counts)):
        row = _body(raised, name)
        if why := reasons(raised):
            left_out.append((*row, Cell("; ".join(str(each) for each in why))))
        else:
            rows.append(row)
    left_out += [
        (*_body(raised, name), _too_late(raised))
        for raised, name in db.session.execute(found.where(late))
    ]
    columns = (
        Column(N_("Since")),
        Column(N_("Organisation")),
        Column(N_("What was achieved")),
        Column(N_("Document")),
        Column(N_("Entered on")),
    )
    return asked.found_in(columns, rows, left_out)


def _why_not(
    asked: Asked, condition: sa.ColumnElement[bool]
) -> Callable[[BodyRaised], Sequence[Message]]:
    """Return what says why a record that was entered in time does not count."""
    before = day_known_until(asked.on, asked.known_on)
    left_out = unfit(condition, on=asked.on, entered_before=before)
    idle: frozenset[int] = frozenset()
    if RAISED_INDICATORS[asked.code] is RaisedKind.SOCIALISED:
        idle = idle_bodies(asked.on, known_on=asked.known_on)

    def why_not(raised: BodyRaised) -> Sequence[Message]:
        reasons = left_out.get(raised.id, ())
        is_idle = raised.organisation_id in idle
        return (*reasons, Message(_IDLE)) if is_idle else reasons

    return why_not


def _body(raised: BodyRaised, name: str) -> Row:
    return (
        Cell(raised.achieved_on),
        _organisation(raised.organisation_id, name),
        Cell(raised.achievement),
        _document(raised, "raised"),
        Cell(raised.entered_on),
    )


def _organisation(number: int, name: str) -> Cell:
    return Cell(name, "organisations.show", {"organisation_id": number})


def _document(row: Any, what: str) -> Cell:
    """Name the document; one that was struck out since says why it still counts."""
    text = row.document
    if row.struck_on is not None:
        text = f"{text}: {Message(_STRUCK_LATER, {'day': _dmy(row.struck_on)})}"
    return Cell(text, "plan.undertakings", {"what": what})


def _counting(
    asked: Asked, model: Any, day: Any
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions for records that count, and for those that came late."""
    late = sa.and_(
        day.between(asked.first, asked.on),
        model.area.in_(areas_within(asked.area)),
        model.struck_on.is_(None),
        model.entered_on >= day_known_until(asked.on, asked.known_on),
    )
    return within(model, day, asked.area, **asked.days), late


def _too_late(row: Any) -> Cell:
    return Cell(str(Message(_TOO_LATE, {"day": _dmy(row.entered_on)})))


def _dmy(day: date) -> str:
    return day.strftime("%d/%m/%Y")
