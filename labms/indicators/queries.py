"""What is counted for the plan: rows of all features, for an area and a day.

Each count is one query. They count for the province, whoever asks: a figure of the
plan is the same for everybody. The rows behind it are another matter, see
`labms.indicators.evidence`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db, scoped
from labms.demand.narrowing import EVERYTHING_COUNTED, Narrow
from labms.demand.registered import joined_successor, present_key
from labms.i18n import N_
from labms.indicators.designated import earlier, held
from labms.indicators.rules import Key
from labms.jobs.models import Job, Order
from labms.jobs.rules import CLOSED_STATES, JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Designation, Organisation
from labms.organisations.rules import OrganisationKind
from labms.places.models import CommuneSuccession
from labms.places.queries import keys_in
from labms.places.rules import AREAS, area_named
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind, first_day_too_late
from labms.policy import EVERYTHING
from labms.registry.models import Instrument
from labms.standing import stood
from labms.tasks.qualifying import unfit

#: A result that a reviewer approved, whatever it is.
APPROVED_STATES = CLOSED_STATES | {JobState.APPROVED}
#: A pass that gave evidence.
PASSED_STATES = frozenset({JobState.CERTIFIED, JobState.EVIDENCED})
#: Why a day still counts what was revoked since, see `not_revoked`.
REVOKED_LATER = N_("revoked on {day}, after this day: it still counts here")


def areas_within(area: str) -> list[str]:
    """Return the codes of the areas that lie in an area, itself included."""
    whole = area_named(area).old_province_codes
    return sorted(a.code for a in AREAS.values() if a.old_province_codes <= whole)


def closed_at(day: date) -> datetime:
    """Return the moment from which nothing that is entered moves a day's figures.

    A result that is submitted later can't move a target whose day is past. The same
    goes for a decision, a scope, a capacity, a report, a training, support, a body or
    its papers that are entered, suspended or struck out later.
    """
    return datetime.combine(first_day_too_late(day), time(), tzinfo=clock.ZONE)


def passing(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> sa.ColumnElement[bool]:
    """Return the condition for a job that counts as a pass. Needs Instrument joined.

    A verification of an instrument in the area that was performed within these days,
    submitted before the last of them was closed, passed and gave evidence. One whose
    certificate was revoked by the last day does not count, unless another one was
    issued for it. With a later `known_on` what was submitted and revoked by then
    counts as well: a recount.
    """
    return sa.and_(
        Job.kind == JobKind.VERIFICATION,
        Job.state.in_(PASSED_STATES),
        Job.verdict == Verdict.PASS,
        Job.performed_on.between(first, last),
        Job.submitted_at < known_until(last, known_on),
        Instrument.commune_key.in_(keys_in(area)),
        not_revoked(last, known_on),
    )


def not_revoked(last: date, known_on: date | None = None) -> sa.ColumnElement[bool]:
    """Return the condition for a job whose evidence was not revoked by a day.

    A revocation counts from its own day on: figures of the days before it stay as they
    were, and a recount with a later `known_on` says what they would be. A job of which
    another certificate is issued keeps its place.
    """
    revoked = sa.exists().where(
        Certificate.job_id == Job.id,
        Certificate.state == CertificateState.REVOKED,
        Certificate.revoked_on <= max(last, known_on or last),
    )
    issued = sa.exists().where(
        Certificate.job_id == Job.id, Certificate.state == CertificateState.ISSUED
    )
    return sa.or_(~revoked, issued)


def known_until(last: date, known_on: date | None) -> datetime:
    """Return the moment until which what is entered counts for a day."""
    if known_on is None:
        return closed_at(last)
    end = datetime.combine(known_on, time(), tzinfo=clock.ZONE) + timedelta(days=1)
    return max(closed_at(last), end)


def day_known_until(last: date, known_on: date | None) -> date:
    """Return the first day on which what is entered no longer counts for a day."""
    return clock.day_of(known_until(last, known_on))


def first_results(
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
    only: Collection[int] = (),
) -> Any:
    """Return the subquery of orders that count as a turn: id, customer_id, day.

    An order of an enterprise in the area counts on the day on which the first of its
    jobs with an approved result was performed.
    """
    day = sa.func.min(Job.performed_on)
    wanted = [Order.customer_id.in_(only)] if only else []
    return (
        sa.select(Order.id, Order.customer_id, day.label("day"))
        .join(Job, Job.order_id == Order.id)
        .join(Organisation, Organisation.id == Order.customer_id)
        .where(
            Job.state.in_(APPROVED_STATES),
            Job.submitted_at < known_until(last, known_on),
            Organisation.kind == OrganisationKind.ENTERPRISE,
            Organisation.commune_key.in_(keys_in(area)),
            *wanted,
        )
        .group_by(Order.id, Order.customer_id)
        .having(day.between(first, last))
        .subquery()
    )


def within(
    model: Any,
    day: Any,
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition for an entered record that counts.

    One of these days and the area, that was entered before the last of them was closed
    and not struck out by then; with a later `known_on`, by the end of that.
    """
    return sa.and_(
        day.between(first, last),
        model.area.in_(areas_within(area)),
        stood(model, day_known_until(last, known_on)),
    )


@dataclass(frozen=True, slots=True)
class Passes:
    """How many verifications passed in a cell, and of how many instruments."""

    turns: int
    distinct: int


def passes(
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
    narrow: Narrow = EVERYTHING_COUNTED,
) -> Mapping[Key, Passes]:
    """Return the passes by type and commune of today. One query."""
    commune = present_key(Instrument.commune_key)
    rows = (
        sa.select(
            Instrument.type_slug,
            commune,
            sa.func.count(Job.id),
            sa.func.count(Job.instrument_id.distinct()),
        )
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(
            passing(area, first=first, last=last, known_on=known_on),
            *narrow.of(Instrument.type_slug, Instrument.commune_key),
        )
        .group_by(Instrument.type_slug, commune)
    )
    with scoped(EVERYTHING):
        return {
            (slug, key): Passes(turns, distinct)
            for slug, key, turns, distinct in db.session.execute(rows)
        }


def enterprises_served(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> tuple[int, int]:
    """Return turns of enterprises and different ones: orders and acts of support."""
    turns = turns_by_enterprise(area, first=first, last=last, known_on=known_on)
    return sum(turns.values()), len(turns)


def turns_by_enterprise(
    area: str,
    *,
    first: date,
    last: date,
    known_on: date | None = None,
    only: Collection[int] = (),
) -> Mapping[int, int]:
    """Return how often each enterprise was served; `only` some, or all."""
    orders = first_results(area, first=first, last=last, known_on=known_on, only=only)
    by_order = sa.select(orders.c.customer_id, sa.func.count()).group_by(
        orders.c.customer_id
    )
    by_support = (
        sa.select(ProgrammeSupport.enterprise_id, sa.func.count())
        .where(
            within(
                ProgrammeSupport,
                ProgrammeSupport.supported_on,
                area,
                first=first,
                last=last,
                known_on=known_on,
            )
        )
        .group_by(ProgrammeSupport.enterprise_id)
    )
    if only:
        by_support = by_support.where(ProgrammeSupport.enterprise_id.in_(only))
    turns: dict[int, int] = {}
    with scoped(EVERYTHING):
        for rows in (by_order, by_support):
            for enterprise, number in db.session.execute(rows):
                turns[enterprise] = turns.get(enterprise, 0) + number
    return turns


@dataclass(frozen=True, slots=True)
class Persons:
    """Who took part in trainings; persons are counted in each by itself."""

    turns: int
    distinct: int
    trainings: int


def persons_trained(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> Persons:
    """Return participations, persons and trainings. One query."""
    condition = within(
        Training, Training.held_on, area, first=first, last=last, known_on=known_on
    )
    turns, distinct, trainings = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(Training.turns), 0),
            sa.func.coalesce(sa.func.sum(Training.distinct_count), 0),
            sa.func.count(),
        ).where(condition)
    ).one()
    return Persons(int(turns), int(distinct), trainings)


@dataclass(frozen=True, slots=True)
class Raised:
    """Records of bodies of one kind, and how many bodies they are about."""

    records: int
    bodies: int


def bodies_raised(
    area: str, *, first: date, last: date, known_on: date | None = None
) -> Mapping[RaisedKind, Raised]:
    """Return records and different bodies for each kind. Three queries at most.

    Each has what `unfit` asks for. A non-state body counts while it verifies: one that
    labms knows designations of needs one that holds on the last day.
    """
    idle = idle_bodies(last, known_on=known_on)
    condition = within(
        BodyRaised,
        BodyRaised.achieved_on,
        area,
        first=first,
        last=last,
        known_on=known_on,
    )
    before = day_known_until(last, known_on)
    left_out = unfit(condition, on=last, entered_before=before)
    records: dict[RaisedKind, list[int]] = {}
    for number, kind, organisation in db.session.execute(
        sa.select(BodyRaised.id, BodyRaised.kind, BodyRaised.organisation_id).where(
            condition
        )
    ):
        if number not in left_out and not (
            kind is RaisedKind.SOCIALISED and organisation in idle
        ):
            records.setdefault(kind, []).append(organisation)
    return {
        kind: Raised(len(found), len(set(found))) for kind, found in records.items()
    }


def idle_bodies(on: date, *, known_on: date | None = None) -> frozenset[int]:
    """Return the bodies that had designations, of which none holds on a day.

    By what was entered before the day was closed, or by `known_on`.
    """
    was = earlier(known_until(on, known_on))
    rows = db.session.scalars(sa.select(Designation).where(Designation.issued_on <= on))
    holding: dict[int, bool] = {}
    for designation in rows:
        before = was.get(designation.id)
        if before is None or before.is_known:
            holds = holding.get(designation.body_id, False)
            holding[designation.body_id] = holds or held(designation, on, before)
    return frozenset(body for body, holds in holding.items() if not holds)
