"""The rows behind a figure: whoever doubts a number can read what was counted.

Rows are those that the person may see; the figure itself counts all of them, so a
body's people may find fewer rows than the figure says, and are told so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db
from labms.i18n import N_, gettext
from labms.indicators.figures import RAISED_INDICATORS, first_day, lines_on
from labms.indicators.queries import first_results, idle_bodies, passing, within
from labms.jobs.models import Job, Order
from labms.organisations.models import Organisation
from labms.places.models import Commune
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import Plan, RaisedKind
from labms.registry.models import Instrument


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, and the page it leads to."""

    value: str | int | date
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a column, as a marked text."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some of the rows that make up a figure, and how many there are in all."""

    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: of what area, until which day, from where to where."""

    plan: Plan
    area: str
    on: date
    code: str
    offset: int = 0
    #: None for all of them.
    limit: int | None = None

    @property
    def first(self) -> date:
        """The first day that counts."""
        return first_day(self.code, self.plan, on=self.on)

    def part(self, rows: list[Any]) -> list[Any]:
        """Return the part asked for of rows that are there already."""
        end = None if self.limit is None else self.offset + self.limit
        return rows[self.offset : end]


#: Names of types are data of the catalogue, in the language in use.
TypeName = Callable[[str], str]


def evidence(asked: Asked, *, type_name: TypeName) -> Evidence:
    """Return the rows that make up a figure, newest first."""
    if asked.code in RAISED_INDICATORS:
        return _bodies(asked)
    make = {
        "designated-share": _types,
        "verified-share": _passes,
        "enterprises-served": _enterprises,
        "persons-trained": _trainings,
    }
    return make[asked.code](asked, type_name)


def _types(asked: Asked, type_name: TypeName) -> Evidence:
    lines, _ = lines_on(asked.plan, asked.area, asked.on)
    rows = [
        (
            Cell(
                type_name(line.type_slug),
                "demand.index",
                {
                    "type": line.type_slug,
                    "area": asked.area,
                    "year": asked.on.year,
                },
            ),
            Cell(line.in_use),
            Cell(line.due),
            Cell(line.designated_due),
            Cell("; ".join(line.designated)),
        )
        for line in sorted(lines, key=lambda line: (-line.due, line.type_slug))
    ]
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("In use"), is_number=True),
        Column(N_("Due in the year"), is_number=True),
        Column(N_("Inside a designated scope"), is_number=True),
        Column(N_("Designated bodies")),
    )
    return Evidence(columns, asked.part(rows), len(rows))


def _passes(asked: Asked, type_name: TypeName) -> Evidence:
    body = sa.orm.aliased(Organisation)
    # An instrument counts once, with the first verification that it passed.
    counted = (
        sa.select(sa.func.min(Job.id))
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(passing(asked.area, first=asked.first, last=asked.on))
        .group_by(Job.instrument_id)
    )
    rows = (
        sa.select(
            Job.id,
            Job.performed_on,
            Instrument.id,
            Instrument.type_slug,
            Instrument.serial,
            Organisation.id,
            Organisation.name,
            Commune.name,
            body.name,
            Certificate.id,
            Certificate.number,
        )
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .join(Commune, Commune.key == Instrument.commune_key)
        .join(body, body.id == Job.body_id)
        .outerjoin(
            Certificate,
            sa.and_(
                Certificate.job_id == Job.id,
                Certificate.state == CertificateState.ISSUED,
            ),
        )
        .where(Job.id.in_(counted))
        .order_by(Job.performed_on.desc(), Job.id.desc())
    )
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(Job).where(Job.id.in_(counted))
    )
    found = db.session.execute(rows.offset(asked.offset).limit(asked.limit))
    columns = (
        Column(N_("Verified on")),
        Column(N_("Type of instrument")),
        Column(N_("Serial number")),
        Column(N_("Used by")),
        Column(N_("Commune")),
        Column(N_("Verified by")),
        Column(N_("Evidence")),
    )
    return Evidence(
        columns,
        [
            (
                Cell(day or "", "jobs.show", {"job_id": job}),
                Cell(type_name(slug)),
                Cell(serial, "registry.instrument", {"instrument_id": instrument}),
                Cell(owner, "organisations.show", {"organisation_id": owner_id}),
                Cell(commune),
                Cell(body_name),
                Cell(number, "certificates.show", {"certificate_id": certificate})
                if certificate
                else Cell(gettext(N_("stamp or mark"))),
            )
            for (
                job,
                day,
                instrument,
                slug,
                serial,
                owner_id,
                owner,
                commune,
                body_name,
                certificate,
                number,
            ) in found
        ],
        total or 0,
    )


def _enterprises(asked: Asked, _type_name: TypeName) -> Evidence:
    orders = first_results(asked.area, first=asked.first, last=asked.on)
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
                first=asked.first,
                last=asked.on,
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
    return Evidence(columns, asked.part(rows), len(rows))


def _trainings(asked: Asked, _type_name: TypeName) -> Evidence:
    found = db.session.scalars(
        sa.select(Training)
        .where(
            within(
                Training, Training.held_on, asked.area, first=asked.first, last=asked.on
            )
        )
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
    return Evidence(columns, asked.part(rows), len(rows))


def _bodies(asked: Asked) -> Evidence:
    kind = RAISED_INDICATORS[asked.code]
    idle = idle_bodies(asked.on) if kind is RaisedKind.SOCIALISED else frozenset()
    found = db.session.execute(
        sa.select(BodyRaised, Organisation.name)
        .join(Organisation, Organisation.id == BodyRaised.organisation_id)
        .where(
            BodyRaised.kind == kind,
            within(
                BodyRaised,
                BodyRaised.achieved_on,
                asked.area,
                first=asked.first,
                last=asked.on,
            ),
        )
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
        if raised.organisation_id not in idle
    ]
    columns = (
        Column(N_("Since")),
        Column(N_("Organisation")),
        Column(N_("What was achieved")),
        Column(N_("Document")),
        Column(N_("Entered on")),
    )
    return Evidence(columns, asked.part(rows), len(rows))
