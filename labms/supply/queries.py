"""Finding what bodies stated: scopes, capacities, reports, and what is still owed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.db import db
from labms.demand.registered import joined_successor, present_key
from labms.demand.rules import Purpose
from labms.errors import NotFound
from labms.organisations.models import Designation, Organisation, OrganisationRoleRow
from labms.organisations.rules import OrganisationRole
from labms.places.models import CommuneSuccession
from labms.places.queries import keys_in
from labms.places.rules import AREAS, area_named
from labms.standing import stood
from labms.supply.data import deadlines_for
from labms.supply.models import (
    ActivityReport,
    BodyCapacity,
    ReportedWork,
    StatedScope,
    Statement,
)
from labms.supply.rules import Deadline

#: A type, and a commune of today; None: somewhere in the area.
Key = tuple[str, str | None]

STATEMENTS: Mapping[str, type[Statement]] = {
    "scope": StatedScope,
    "capacity": BodyCapacity,
    "report": ActivityReport,
}


def areas_within(area: str) -> list[str]:
    """Return the codes of the areas that lie in an area, itself included."""
    whole = area_named(area).old_province_codes
    return sorted(a.code for a in AREAS.values() if a.old_province_codes <= whole)


def lies_within(area: str) -> sa.ColumnElement[bool]:
    """Return whether an organisation lies in an area; unknown communes lie nowhere."""
    return sa.func.coalesce(Organisation.commune_key.in_(keys_in(area)), sa.false())


def stated_scopes(
    area: str, *, on: date, entered_before: date | None = None
) -> list[tuple[StatedScope, bool]]:
    """Return the scopes of bodies outside labms that hold on a day, by name.

    Each with whether its body lies in the area. One query.
    """
    rows = db.session.execute(
        sa.select(StatedScope, lies_within(area))
        .join(Organisation, Organisation.id == StatedScope.organisation_id)
        .where(
            stood(StatedScope, entered_before),
            StatedScope.issued_on <= on,
            StatedScope.valid_until >= on,
        )
        .options(joinedload(StatedScope.organisation).lazyload(Organisation.role_rows))
        .order_by(Organisation.folded, StatedScope.id)
    )
    return [(scope, bool(is_inside)) for scope, is_inside in rows]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a body can do of a type in a year, by its newest statement."""

    id: int
    organisation_id: int
    type_slug: str
    per_year: int


def capacities(
    area: str, *, on: date, entered_before: date | None = None
) -> list[Capacity]:
    """Return what each body of an area can do of each type in a year. One query."""
    rows = db.session.execute(
        sa.select(
            BodyCapacity.id,
            BodyCapacity.organisation_id,
            BodyCapacity.type_slug,
            BodyCapacity.per_year,
        )
        .join(Organisation, Organisation.id == BodyCapacity.organisation_id)
        .where(
            stood(BodyCapacity, entered_before),
            BodyCapacity.from_on <= on,
            lies_within(area),
        )
        .order_by(BodyCapacity.from_on, BodyCapacity.id)
    )
    newest = {(row.organisation_id, row.type_slug): Capacity(*row) for row in rows}
    return [newest[key] for key in sorted(newest)]


def reported(
    area: str, *, first: date, last: date, entered_before: date | None = None
) -> Any:
    """Return the Select of lines of reports that count within days, for verification.

    Columns: ReportedWork, ActivityReport, the commune of today, whether the body lies
    in the area. A report counts when its last day has come; one on a longer time than
    was asked for does not, since nobody knows what of it lies within. Work in a
    commune of the area counts, and work without one that was done in the area.
    """
    commune = present_key(ReportedWork.commune_key)
    return (
        sa.select(
            ReportedWork,
            ActivityReport,
            commune.label("commune"),
            lies_within(area).label("is_inside"),
        )
        .join(ActivityReport, ActivityReport.id == ReportedWork.report_id)
        .join(Organisation, Organisation.id == ActivityReport.organisation_id)
        .outerjoin(CommuneSuccession, joined_successor(ReportedWork.commune_key))
        .where(
            stood(ActivityReport, entered_before),
            ActivityReport.first_on >= first,
            ActivityReport.last_on <= last,
            ReportedWork.purpose == Purpose.VERIFICATION,
            sa.or_(
                ReportedWork.commune_key.in_(keys_in(area)),
                sa.and_(
                    ReportedWork.commune_key.is_(None),
                    ActivityReport.area.in_(areas_within(area)),
                ),
            ),
        )
    )


def statements(what: str, *, number: int | None = None) -> sa.Select[Any]:
    """Return the query of statements of a kind, newest first. Raises NotFound.

    All of them, or the one with a number.
    """
    kind: Any = STATEMENTS.get(what)
    if kind is None:
        raise NotFound
    rows = sa.select(kind).options(joinedload(kind.organisation))
    if number is not None:
        rows = rows.where(kind.id == number)
    return rows.order_by(kind.id.desc())


def newer_capacities(rows: Iterable[BodyCapacity]) -> dict[int, BodyCapacity]:
    """Return, of capacities that stand, the next of body and type. One query.

    From its day on it counts, and the one before it does not.
    """
    own = [row for row in rows if row.struck_on is None]
    others = sa.select(BodyCapacity).where(
        BodyCapacity.struck_on.is_(None),
        BodyCapacity.organisation_id.in_({row.organisation_id for row in own}),
        BodyCapacity.type_slug.in_({row.type_slug for row in own}),
    )
    later: dict[tuple[int, str], list[BodyCapacity]] = {}
    for other in db.session.scalars(
        others.order_by(BodyCapacity.from_on, BodyCapacity.id)
    ):
        later.setdefault((other.organisation_id, other.type_slug), []).append(other)
    found = {}
    for row in own:
        for other in later[row.organisation_id, row.type_slug]:
            if (other.from_on, other.id) > (row.from_on, row.id):
                found[row.id] = other
                break
    return found


def statement_by_id(what: str, number: int) -> Statement:
    """Return one statement with its organisation. Raises NotFound."""
    found: Statement | None = db.session.scalar(statements(what, number=number))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Total:
    """What a report says of one type."""

    type_slug: str
    lines: int
    turns: int
    passed: int


def totals_of(report_ids: Iterable[int]) -> dict[int, list[Total]]:
    """Return what reports say of each type, by report. One query."""
    found: dict[int, list[Total]] = {}
    for report, slug, lines, turns, passed in db.session.execute(
        sa.select(
            ReportedWork.report_id,
            ReportedWork.type_slug,
            sa.func.count(),
            sa.func.sum(ReportedWork.turns),
            sa.func.sum(ReportedWork.passed),
        )
        .where(ReportedWork.report_id.in_(list(report_ids)))
        .group_by(ReportedWork.report_id, ReportedWork.type_slug)
        .order_by(ReportedWork.report_id, ReportedWork.type_slug)
    ):
        total = Total(slug, lines, int(turns), int(passed))
        found.setdefault(report, []).append(total)
    return found


def work_of(report_id: int) -> sa.Select[Any]:
    """Return the query of the lines of one report, in their order."""
    return (
        sa.select(ReportedWork)
        .where(ReportedWork.report_id == report_id)
        .order_by(ReportedWork.id)
    )


def overlapping(
    organisation_id: int, *, first: date, last: date, type_slugs: Iterable[str]
) -> ActivityReport | None:
    """Return a report of the body on some of these days and types, if there is one."""
    return db.session.scalars(
        sa.select(ActivityReport)
        .join(ReportedWork, ReportedWork.report_id == ActivityReport.id)
        .where(
            ActivityReport.organisation_id == organisation_id,
            ActivityReport.struck_on.is_(None),
            ActivityReport.first_on <= last,
            ActivityReport.last_on >= first,
            ReportedWork.type_slug.in_(list(type_slugs)),
        )
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class Owed:
    """Whether a body has sent a report that it owes, as seen on a day."""

    organisation: Organisation
    deadline: Deadline
    due_on: date
    #: The first that came; None: none did.
    received_on: date | None

    def is_late(self, on: date) -> bool:
        """Whether it came late, or has not come although it is due."""
        return (self.received_on or on) > self.due_on


def owed(year: int) -> list[Owed]:
    """Return what bodies owe on a year's work, by body. Three queries.

    Every body owes what registered ones owe; those with a designation that held
    within the year the reports of designated ones.
    """
    designated = _designated_in(year)
    received = {
        (organisation, form): day
        for organisation, form, day in db.session.execute(
            sa.select(
                ActivityReport.organisation_id,
                ActivityReport.form,
                sa.func.min(ActivityReport.received_on),
            )
            .where(
                ActivityReport.struck_on.is_(None),
                ActivityReport.last_on == date(year, 12, 31),
            )
            .group_by(ActivityReport.organisation_id, ActivityReport.form)
        )
    }
    return [
        Owed(body, each, each.due_on(year), received.get((body.id, each.form)))
        for body in bodies()
        for each in deadlines_for(year)
        if each.form
        and (
            each.owed_by == "registered"
            or (each.owed_by == "designated" and body.id in designated)
        )
    ]


def bodies() -> Sequence[Organisation]:
    """Return all bodies by name: those with labms, and those that stated something."""
    stated = sa.union(
        *(
            sa.select(kind.organisation_id).where(kind.struck_on.is_(None))
            for kind in STATEMENTS.values()
        )
    )
    with_labms = sa.select(OrganisationRoleRow.organisation_id).where(
        OrganisationRoleRow.role == OrganisationRole.BODY
    )
    return db.session.scalars(
        sa.select(Organisation)
        .where(sa.or_(Organisation.id.in_(with_labms), Organisation.id.in_(stated)))
        .order_by(Organisation.folded, Organisation.id)
    ).all()


def _designated_in(year: int) -> frozenset[int]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    own = sa.select(Designation.body_id).where(
        Designation.issued_on <= last, Designation.valid_until >= first
    )
    stated = sa.select(StatedScope.organisation_id).where(
        StatedScope.struck_on.is_(None),
        StatedScope.issued_on <= last,
        StatedScope.valid_until >= first,
    )
    return frozenset(db.session.scalars(own.union(stated)))
