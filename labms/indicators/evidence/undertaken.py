"""The rows behind what was undertaken: enterprises, trainings, bodies."""

import sqlalchemy as sa

from labms.db import db
from labms.i18n import N_, gettext
from labms.indicators.evidence.rows import Asked, Cell, Column, Evidence, TypeName
from labms.indicators.queries import (
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
    supported = db.session.execute(
        sa.select(
            ProgrammeSupport.supported_on,
            Organisation.id,
            Organisation.name,
            ProgrammeSupport.activity,
            ProgrammeSupport.document,
        )
        .join(Organisation, Organisation.id == ProgrammeSupport.enterprise_id)
        .where(
            within(
                ProgrammeSupport,
                ProgrammeSupport.supported_on,
                asked.area,
                **asked.days,
            )
        )
    )
    rows = [
        (
            Cell(day),
            Cell(name, "organisations.show", {"organisation_id": enterprise}),
            Cell(gettext(N_("order"))),
            Cell(number, "jobs.order", {"order_id": order}),
        )
        for day, enterprise, name, order, number in served
    ] + [
        (
            Cell(day),
            Cell(name, "organisations.show", {"organisation_id": enterprise}),
            Cell(activity),
            Cell(document, "plan.undertakings", {"what": "support"}),
        )
        for day, enterprise, name, activity, document in supported
    ]
    rows.sort(key=lambda row: (row[0].value, str(row[3].value)), reverse=True)
    columns = (
        Column(N_("Day")),
        Column(N_("Enterprise")),
        Column(N_("What was done")),
        Column(N_("Order or document")),
    )
    return asked.found_in(columns, rows)


def trainings(asked: Asked, _type_name: TypeName) -> Evidence:
    """Return each training."""
    found = db.session.scalars(
        sa.select(Training)
        .where(within(Training, Training.held_on, asked.area, **asked.days))
        .order_by(Training.held_on.desc(), Training.id.desc())
    )
    rows = [
        (
            Cell(training.held_on),
            Cell(training.title),
            Cell(training.organiser),
            Cell(training.turns),
            Cell(training.distinct_count),
            Cell(training.document, "plan.undertakings", {"what": "training"}),
            Cell(training.entered_on),
        )
        for training in found
    ]
    columns = (
        Column(N_("Last day")),
        Column(N_("Training")),
        Column(N_("Organised by")),
        Column(N_("Participations"), is_number=True),
        Column(N_("Different persons"), is_number=True),
        Column(N_("Document")),
        Column(N_("Entered on")),
    )
    return asked.found_in(columns, rows)


def bodies(asked: Asked, _type_name: TypeName) -> Evidence:
    """Return each record of a body."""
    kind = RAISED_INDICATORS[asked.code]
    idle: frozenset[int] = frozenset()
    if kind is RaisedKind.SOCIALISED:
        idle = idle_bodies(asked.on, known_on=asked.known_on)
    condition = sa.and_(
        BodyRaised.kind == kind,
        within(
            BodyRaised,
            BodyRaised.achieved_on,
            asked.area,
            **asked.days,
        ),
    )
    before = day_known_until(asked.on, asked.known_on)
    left_out = unfit(condition, on=asked.on, entered_before=before)
    found = db.session.execute(
        sa.select(BodyRaised, Organisation.name)
        .join(Organisation, Organisation.id == BodyRaised.organisation_id)
        .where(condition)
        .order_by(BodyRaised.achieved_on.desc(), BodyRaised.id.desc())
    )
    rows = [
        (
            Cell(raised.achieved_on),
            Cell(
                name, "organisations.show", {"organisation_id": raised.organisation_id}
            ),
            Cell(raised.achievement),
            Cell(raised.document, "plan.undertakings", {"what": "raised"}),
            Cell(raised.entered_on),
        )
        for raised, name in found
        if raised.organisation_id not in idle and raised.id not in left_out
    ]
    columns = (
        Column(N_("Since")),
        Column(N_("Organisation")),
        Column(N_("What was achieved")),
        Column(N_("Document")),
        Column(N_("Entered on")),
    )
    return asked.found_in(columns, rows)
