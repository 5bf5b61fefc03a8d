"""Who has what, what falls due when, and what was proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.catalogue.rules import VerificationReason
from labms.db import db, scoped
from labms.demand.registered import joined_successor, present_key
from labms.errors import NotFound
from labms.indicators.capability import card_holders, needs_of, standards_at_hand
from labms.indicators.daily import last_days
from labms.indicators.figures import Count
from labms.indicators.supplied import periodic
from labms.jobs.models import Job
from labms.jobs.rules import JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Body, Organisation
from labms.outlook.capacity import Capacities, Stated
from labms.outlook.models import InvestmentOption
from labms.outlook.rules import Need, Option, Situation
from labms.people.models import VerifierCard
from labms.places.models import CommuneSuccession
from labms.places.queries import keys_in
from labms.policy import EVERYTHING
from labms.registry.models import Instrument, Standard
from labms.registry.rules import StandardState
from labms.supply.models import BodyCapacity
from labms.supply.rules import Limit
from labms.tasks.rules import OptionKind
from labms.traceability.queries import calibrations_in_force


def situation_on(count: Count) -> Situation:
    """Return what is due, who is there and what they have, for an area and a day."""
    bodies = bodies_in(count.area)
    due = {line.type_slug: line.surveyed_due for line in count.lines if line.due}
    designated = {
        (scope.organisation_id, scope.type_slug, OptionKind.DESIGNATION)
        for scope in count.scopes
        if scope.is_ours and VerificationReason.PERIODIC in scope.reasons
    }
    has = designated | _persons(count.on) | _standards(count.on, bodies, due)
    return Situation(
        due=due,
        bodies=frozenset(bodies),
        has=frozenset(need for need in has if need[0] in bodies),
        served=frozenset(line.type_slug for line in count.lines if line.designated),
        unsurveyed=sum(line.unsurveyed_due for line in count.lines),
    )


def capacities_on(count: Count, situation: Situation) -> Capacities:
    """Return what bodies can do of what is due, and what stops them.

    How many persons and standards are there is known of bodies that work with labms; of
    others each statement is taken as that of one.
    """
    limits = dict(
        db.session.execute(
            sa.select(BodyCapacity.id, BodyCapacity.limited_by).where(
                BodyCapacity.id.in_([each.id for each in count.capacities])
            )
        ).all()
    )
    holders, at_hand = card_holders(count.on), standards_at_hand(count.on)

    def there(body: int, slug: str, limit: Limit) -> int:
        persons = len(holders.get((body, slug), ()))
        standards = min((at_hand.get((body, k), 0) for k in needs_of(slug)), default=0)
        if limit is Limit.PERSON:
            return persons
        return standards if limit is Limit.STANDARD else min(persons, standards)

    return Capacities(
        due=situation.due,
        stated={
            (each.organisation_id, each.type_slug): Stated(
                each.per_year,
                limits[each.id],
                there(each.organisation_id, each.type_slug, limits[each.id]),
            )
            for each in count.capacities
            if each.type_slug in situation.due
        },
        may=frozenset(
            (scope.organisation_id, scope.type_slug) for scope in periodic(count.scopes)
        ),
        has=situation.has,
        unsurveyed=situation.unsurveyed,
    )


def bodies_in(area: str) -> Mapping[int, str]:
    """Return the bodies of an area that work with labms, by name."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .join(Body, Body.id == Organisation.id)
        .where(Organisation.commune_key.in_(keys_in(area)))
        .order_by(Organisation.folded, Organisation.id)
    )
    return {row.id: row.name for row in rows}


def _persons(on: date) -> set[Need]:
    cards = db.session.scalars(
        sa.select(VerifierCard).where(
            VerifierCard.issued_on <= on, VerifierCard.valid_until >= on
        )
    )
    return {
        (card.body_id, slug, OptionKind.PERSON)
        for card in cards
        if card.holds(on)
        for slug in card.fields
    }


def _standards(on: date, bodies: Iterable[int], due: Iterable[str]) -> set[Need]:
    """Return for which types a body has every standard that the procedure needs.

    A type of which the catalogue has no procedure is not among them: nobody knows.
    """
    with scoped(EVERYTHING):
        rows = db.session.execute(
            sa.select(Standard.id, Standard.body_id, Standard.kind_slug).where(
                Standard.body_id.in_(list(bodies)),
                Standard.state == StandardState.IN_USE,
            )
        ).all()
        usable = calibrations_in_force([row.id for row in rows], on=on)
    kinds: dict[int, set[str]] = {}
    for number, body, kind in rows:
        if number in usable and body is not None:
            kinds.setdefault(body, set()).add(kind)
    return {
        (body, slug, OptionKind.STANDARD)
        for slug in due
        if (needed := needs_of(slug))
        for body, held in kinds.items()
        if held.issuperset(needed)
    }


def proposals() -> list[InvestmentOption]:
    """Return what was proposed and stands, the oldest first, each with its body."""
    rows = (
        sa.select(InvestmentOption)
        .options(joinedload(InvestmentOption.organisation))
        .where(InvestmentOption.struck_on.is_(None))
        .order_by(InvestmentOption.id)
    )
    return list(db.session.scalars(rows))


def proposal_by_id(option_id: int) -> InvestmentOption:
    """Return a proposal. Raises NotFound."""
    if (found := db.session.get(InvestmentOption, option_id)) is None:
        raise NotFound
    return found


def as_option(row: InvestmentOption) -> Option:
    """Return what decides about a proposal."""
    return Option(
        row.id,
        row.title,
        row.kind,
        row.body_id,
        frozenset(row.type_slugs),
        row.cost,
        row.per_year,
    )


def awaiting_issue(area: str, *, first: date, on: date) -> dict[tuple[str, str], int]:
    """Return how many instruments passed and await their evidence. One query."""
    commune = present_key(Instrument.commune_key)
    rows = (
        sa.select(
            Instrument.type_slug, commune, sa.func.count(Instrument.id.distinct())
        )
        .select_from(Job)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(
            Job.kind == JobKind.VERIFICATION,
            Job.state == JobState.APPROVED,
            Job.verdict == Verdict.PASS,
            Job.performed_on.between(first, on),
            Instrument.commune_key.in_(keys_in(area)),
        )
        .group_by(Instrument.type_slug, commune)
    )
    with scoped(EVERYTHING):
        return {(slug, key): number for slug, key, number in db.session.execute(rows)}


@dataclass(frozen=True, slots=True)
class DueCell:
    """So many instruments of a type in a commune whose evidence ends in a month."""

    month: date
    commune_key: str
    type_slug: str
    count: int


def due_by_month(area: str, *, on: date) -> list[DueCell]:
    """Return what falls due by month, commune of today and type. One query.

    Of instruments that passed in labms: of others nobody knows the month.
    """
    found = last_days(area, on=on)
    commune = present_key(Instrument.commune_key)
    rows: sa.Select[Any] = (
        sa.select(found.c.valid_until, commune, Instrument.type_slug, sa.func.count())
        .select_from(found)
        .join(Instrument, Instrument.id == found.c.id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .group_by(found.c.valid_until, commune, Instrument.type_slug)
    )
    cells: dict[tuple[date, str, str], int] = {}
    with scoped(EVERYTHING):
        for day, key, slug, number in db.session.execute(rows):
            cell = (day.replace(day=1), key, slug)
            cells[cell] = cells.get(cell, 0) + number
    return [DueCell(*cell, count) for cell, count in sorted(cells.items())]
