"""What bodies may do, can do and have reported to have done, by type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.catalogue.rules import VerificationReason
from labms.db import db, scoped
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.indicators.designated import earlier, held, reasons_then
from labms.indicators.queries import (
    PASSED_STATES,
    day_known_until,
    known_until,
    passing,
)
from labms.jobs.models import Job
from labms.organisations.models import Designation, DesignationScope, Organisation
from labms.policy import EVERYTHING
from labms.registry.models import Instrument
from labms.supply.models import ActivityReport, ReportedWork
from labms.supply.queries import Capacity, lies_within, reported, stated_scopes
from labms.supply.rules import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeLine:
    """One type that a body is designated for, as a decision that holds says it."""

    #: "designation_scope" or "stated_scope", and its number there.
    table: str
    id: int
    organisation_id: int
    name: str
    type_slug: str
    reasons: tuple[str, ...]
    range_text: str
    class_text: str
    decision: str
    issued_on: date
    valid_until: date
    is_inside: bool
    #: Whether it works with labms, so that its people and standards are known.
    is_ours: bool


def scopes(area: str, *, on: date, known_on: date | None = None) -> list[ScopeLine]:
    """Return every scope that holds on a day, of bodies in the area and outside.

    By what was entered before the day was closed, or by a later `known_on`. By type and
    name of the body. Two queries; a third for a day that is closed.
    """
    was = earlier(known_until(on, known_on))
    before = day_known_until(on, known_on)
    inside = lies_within(area)
    rows = db.session.execute(
        sa.select(
            Designation, DesignationScope, Organisation.id, Organisation.name, inside
        )
        .join(DesignationScope, DesignationScope.designation_id == Designation.id)
        .join(Organisation, Organisation.id == Designation.body_id)
        .where(Designation.issued_on <= on, Designation.valid_until >= on)
    )
    own = [
        ScopeLine(
            table="designation_scope",
            id=scope.id,
            organisation_id=body_id,
            name=name,
            type_slug=scope.type_slug,
            reasons=reasons_then(scope, was.get(designation.id)),
            range_text=scope.range_text,
            class_text=scope.class_text,
            decision=designation.decision_number,
            issued_on=designation.issued_on,
            valid_until=designation.valid_until,
            is_inside=bool(is_inside),
            is_ours=True,
        )
        for designation, scope, body_id, name, is_inside in rows
        if held(designation, on, was.get(designation.id))
        and reasons_then(scope, was.get(designation.id))
    ]
    stated = [
        ScopeLine(
            table="stated_scope",
            id=each.id,
            organisation_id=each.organisation_id,
            name=each.organisation.name,
            type_slug=each.type_slug,
            reasons=tuple(each.reasons),
            range_text=each.range_text,
            class_text=each.class_text,
            decision=each.document,
            issued_on=each.issued_on,
            valid_until=each.valid_until,
            is_inside=is_inside,
            is_ours=False,
        )
        for each, is_inside in stated_scopes(area, on=on, entered_before=before)
    ]
    return sorted(own + stated, key=lambda each: (each.type_slug, each.name, each.id))


def periodic(lines: Iterable[ScopeLine]) -> list[ScopeLine]:
    """Return the scopes of bodies of the area for what falls due: periodic ones."""
    wanted = VerificationReason.PERIODIC
    return [each for each in lines if each.is_inside and wanted in each.reasons]


def designated_bodies(lines: Iterable[ScopeLine]) -> Mapping[str, tuple[str, ...]]:
    """Return, for each type, the bodies of the area designated for it.

    For periodic verification, since that is what falls due. A body whose commune is
    not known lies in no area.
    """
    found: dict[str, dict[str, None]] = {}
    for line in periodic(lines):
        found.setdefault(line.type_slug, {})[line.name] = None
    return {slug: tuple(names) for slug, names in found.items()}


def capacity_by_type(
    lines: Iterable[ScopeLine], stated: Iterable[Capacity]
) -> Mapping[str, int]:
    """Return what the designated bodies of an area can do of each type in a year."""
    may = {(line.organisation_id, line.type_slug) for line in periodic(lines)}
    found: dict[str, int] = {}
    for each in stated:
        if (each.organisation_id, each.type_slug) in may:
            found[each.type_slug] = found.get(each.type_slug, 0) + each.per_year
    return found


def counted_work(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> Any:
    """Return the Select of lines of reports that count, see `supply.queries.reported`.

    Work of a body that recorded passes of its own within the report's days is left
    out, since it is counted from these; and so is an instrument of a list that passed
    in labms within the same time.
    """
    works_with_labms = sa.exists().where(
        Job.body_id == ActivityReport.organisation_id,
        Job.state.in_(PASSED_STATES),
        Job.performed_on.between(ActivityReport.first_on, ActivityReport.last_on),
        Job.submitted_at < known_until(last, known_on),
    )
    passed_here = (
        sa.select(sa.literal(1))
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(
            Instrument.type_slug == ReportedWork.type_slug,
            Instrument.serial_key == ReportedWork.serial_key,
            passing(area, first=first, last=last, known_on=known_on),
        )
        .exists()
    )
    before = day_known_until(last, known_on)
    return reported(area, first=first, last=last, entered_before=before).where(
        ~works_with_labms, sa.or_(ReportedWork.serial == "", ~passed_here)
    )


def reported_passes(
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> Mapping[tuple[str, str | None], Mapping[Source, int]]:
    """Return how many different instruments passed by report, by cell and source.

    A total that does not say how many were different counts as many as passed; of a
    list each serial number counts once. However narrow, work without a commune is
    counted. One query.
    """
    rows = counted_work(area, first=first, last=last, known_on=known_on).where(
        *narrow.of(ReportedWork.type_slug, ReportedWork.commune_key, or_nowhere=True)
    )
    columns = rows.selected_columns
    work = rows.with_only_columns(
        ReportedWork.type_slug,
        ReportedWork.serial,
        ReportedWork.serial_key,
        ReportedWork.passed,
        sa.func.coalesce(ReportedWork.distinct_count, ReportedWork.passed).label("n"),
        columns["commune"].label("commune"),
        columns["is_inside"].label("is_inside"),
        maintain_column_froms=True,
    ).subquery()
    is_total = work.c.serial == ""
    listed = sa.case((sa.and_(~is_total, work.c.passed == 1), work.c.serial_key))
    cell = (work.c.type_slug, work.c.commune, work.c.is_inside)
    summed = sa.select(
        *cell,
        sa.func.sum(sa.case((is_total, work.c.n), else_=0)),
        sa.func.count(listed.distinct()),
    ).group_by(*cell)
    found: dict[tuple[str, str | None], dict[Source, int]] = {}
    with scoped(EVERYTHING):
        for slug, key, inside, totals, items in db.session.execute(summed):
            source = Source.REPORTED_INSIDE if inside else Source.REPORTED_OUTSIDE
            found.setdefault((slug, key), {})[source] = int(totals) + items
    return found
