"""The rows behind the shares: types with their demand, and what passed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.demand.registered import present_key
from labms.demand.rules import Cell as DemandCell
from labms.i18n import N_, Message, gettext
from labms.indicators.evidence.rows import (
    Asked,
    Cell,
    Column,
    Evidence,
    TypeName,
    succession_of,
)
from labms.indicators.figures import Count
from labms.indicators.queries import REVOKED_LATER, passing
from labms.indicators.rules import Key, TypeLine
from labms.indicators.supplied import counted_work
from labms.indicators.unsurveyed import IN_SHORT, cells_of, why_not
from labms.jobs.models import Job
from labms.organisations.models import Organisation
from labms.places.models import Commune
from labms.registry.models import Instrument
from labms.supply.models import ActivityReport, ReportedWork


def lines(asked: Asked) -> list[TypeLine]:
    """Return the types that are asked for, what is most due first."""
    found = [
        line
        for line in Count(asked.plan, asked.area, asked.on, asked.known_on).lines
        if asked.type_slug in ("", line.type_slug)
    ]
    return sorted(found, key=lambda line: (-line.due, line.type_slug))


def _type(asked: Asked, line: TypeLine, type_name: TypeName) -> Cell:
    where = {"type": line.type_slug, "area": asked.area, "year": asked.on.year}
    return Cell(type_name(line.type_slug), "demand.index", where)


def types(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each type with its demand and the bodies designated for it."""
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("In use"), is_number=True),
        Column(N_("Due in the year"), is_number=True),
        Column(N_("Of it surveyed"), is_number=True),
        Column(N_("Inside a designated scope"), is_number=True),
        Column(N_("Designated bodies")),
    )
    rows = [
        (
            _type(asked, line, type_name),
            Cell(line.in_use),
            Cell(line.due),
            Cell(line.surveyed_due),
            Cell(line.designated_due),
            Cell("; ".join(line.designated)),
        )
        for line in lines(asked)
    ]
    return asked.found_in(columns, rows)


def capacities_of_types(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each type with what is due and what bodies can do."""
    columns = (
        Column(N_("Type of instrument")),
        Column(N_("Due in the year"), is_number=True),
        Column(N_("Of it surveyed"), is_number=True),
        Column(N_("Yearly capacity"), is_number=True),
        Column(N_("Within capacity"), is_number=True),
        Column(N_("Designated bodies")),
    )
    rows = [
        (
            _type(asked, line, type_name),
            Cell(line.due),
            Cell(line.surveyed_due),
            Cell(gettext(N_("not stated")) if line.capacity is None else line.capacity),
            Cell(line.within_capacity),
            Cell("; ".join(line.designated)),
        )
        for line in lines(asked)
    ]
    return asked.found_in(columns, rows)


def passes(asked: Asked, type_name: TypeName) -> Evidence:
    """Return each instrument that passed, then each line of a report that counts."""
    own, total = asked.page_of(passed_jobs(asked))
    left = None if asked.limit is None else asked.limit - len(own)
    told = replace(asked, offset=max(0, asked.offset - total), limit=left)
    reported, more = told.page_of(_reported(asked)) if asked.sees_all else ([], 0)
    count = Count(asked.plan, asked.area, asked.on, asked.known_on)
    there = cells_of(count, {_key(row) for row in (*own, *reported) if row.commune_key})
    rows = [_pass(row, type_name, _not_counted(row, there)) for row in own]
    rows += [_line(row, type_name, _not_counted(row, there)) for row in reported]
    columns = (
        Column(N_("Verified on")),
        Column(N_("Type of instrument")),
        Column(N_("Serial number")),
        Column(N_("Used by")),
        Column(N_("Commune")),
        Column(N_("Does not count")),
        Column(N_("Verified by")),
        Column(N_("Evidence")),
    )
    return Evidence(columns, rows, total + more)


def _key(row: Any) -> Key:
    return row.type_slug, row.commune_key


def _not_counted(row: Any, cells: Mapping[Key, DemandCell]) -> Cell:
    """Say why a row does not count; what names no commune fills what is left."""
    why = why_not(cells.get(_key(row))) if row.commune_key else ""
    return Cell(gettext(IN_SHORT[why]) if why else "")


def passed_jobs(asked: Asked) -> Any:
    """Return the query of what passed: an instrument counts once, when it first did."""
    body = sa.orm.aliased(Organisation)
    counted = (
        sa.select(sa.func.min(Job.id))
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(passing(asked.area, **asked.days))
        .group_by(Job.instrument_id)
    )
    rows = (
        sa.select(
            Job.id,
            Job.performed_on,
            Instrument.id.label("instrument_id"),
            Instrument.type_slug,
            Instrument.serial,
            Organisation.id.label("owner_id"),
            Organisation.name.label("owner"),
            Commune.name.label("commune"),
            present_key(Instrument.commune_key).label("commune_key"),
            body.name.label("body"),
            Certificate.id.label("certificate_id"),
            Certificate.number,
            Certificate.revoked_on,
        )
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .join(Commune, Commune.key == Instrument.commune_key)
        .join(body, body.id == Job.body_id)
        .outerjoin(*succession_of(Instrument.commune_key))
        .outerjoin(
            Certificate,
            Certificate.id
            == sa.func.coalesce(
                _newest(CertificateState.ISSUED), _newest(CertificateState.REVOKED)
            ),
        )
        .where(Job.id.in_(counted))
        .order_by(Job.performed_on.desc(), Job.id.desc())
    )
    return asked.narrowed(
        rows,
        type_slug=Instrument.type_slug,
        commune=Instrument.commune_key,
        words=(Instrument.folded, Organisation.folded, Commune.folded, body.folded),
    )


def _newest(state: CertificateState) -> Any:
    """Return the subquery of the newest certificate of a job in a state."""
    own = sa.orm.aliased(Certificate)
    return (
        sa.select(sa.func.max(own.id))
        .where(own.job_id == Job.id, own.state == state)
        .scalar_subquery()
    )


def _evidence(row: Any) -> Cell:
    """Name the certificate; one that was revoked since says why it still counts."""
    if not row.certificate_id:
        return Cell(gettext(N_("stamp or mark")))
    text = row.number
    if row.revoked_on:
        revoked = Message(REVOKED_LATER, {"day": row.revoked_on.strftime("%d/%m/%Y")})
        text = f"{row.number}: {revoked}"
    return Cell(text, "certificates.show", {"certificate_id": row.certificate_id})


def _pass(row: Any, type_name: TypeName, not_counted: Cell) -> tuple[Cell, ...]:
    return (
        Cell(row.performed_on or "", "jobs.show", {"job_id": row.id}),
        Cell(type_name(row.type_slug)),
        Cell(row.serial, "registry.instrument", {"instrument_id": row.instrument_id}),
        Cell(row.owner, "organisations.show", {"organisation_id": row.owner_id}),
        Cell(row.commune),
        not_counted,
        Cell(row.body),
        _evidence(row),
    )


def _reported(asked: Asked) -> Any:
    work = counted_work(asked.area, **asked.days)
    rows = (
        work.with_only_columns(
            ReportedWork.id,
            ReportedWork.type_slug,
            ReportedWork.serial,
            ReportedWork.passed,
            ReportedWork.performed_on,
            ActivityReport.id.label("report_id"),
            ActivityReport.last_on,
            ActivityReport.document,
            Commune.name.label("commune"),
            present_key(ReportedWork.commune_key).label("commune_key"),
            Organisation.name.label("body"),
            maintain_column_froms=True,
        )
        .outerjoin(Commune, Commune.key == ReportedWork.commune_key)
        .where(ReportedWork.passed > 0)
        .order_by(ActivityReport.last_on.desc(), ReportedWork.id.desc())
    )
    return asked.narrowed(
        rows,
        type_slug=ReportedWork.type_slug,
        commune=ReportedWork.commune_key,
        words=(ReportedWork.serial_key, Organisation.folded, Commune.folded),
    )


def _line(row: Any, type_name: TypeName, not_counted: Cell) -> tuple[Cell, ...]:
    many = gettext(N_("{n} in all")).format(n=row.passed)
    return (
        Cell(row.performed_on or row.last_on),
        Cell(type_name(row.type_slug)),
        Cell(row.serial or many),
        Cell(""),
        Cell(row.commune or gettext(N_("not stated"))),
        not_counted,
        Cell(row.body),
        Cell(row.document, "supply.report", {"report_id": row.report_id}),
    )
