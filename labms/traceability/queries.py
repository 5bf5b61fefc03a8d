"""Calibrations and chains, as they are in the register."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from labms.catalogue.sheet.fitting import StandardOffer
from labms.db import db, scoped
from labms.errors import NotFound
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert, convertible
from labms.policy import EVERYTHING
from labms.registry.models import Standard
from labms.registry.rules import StandardState
from labms.remembering import once
from labms.traceability.chains import MOST_LEVELS, Chain, Network, Use, chain_from
from labms.traceability.facts import CalibrationFacts, StandardFacts
from labms.traceability.judging import Problem
from labms.traceability.models import Calibration, CalibrationReference
from labms.traceability.rules import CalibrationStanding, standing_of


def calibration_by_id(calibration_id: int) -> Calibration:
    """Return a calibration with its standard, or raise NotFound."""
    found = db.session.scalar(
        select(Calibration)
        .options(joinedload(Calibration.standard))
        .where(Calibration.id == calibration_id)
    )
    if found is None:
        raise NotFound
    return found


def calibrations_of(standard_id: int) -> Sequence[Calibration]:
    """Return all calibrations of a standard, the newest first."""
    rows = select(Calibration).where(Calibration.standard_id == standard_id)
    newest = Calibration.calibrated_on.desc(), Calibration.id.desc()
    return db.session.scalars(rows.order_by(*newest)).all()


def calibration_in_force(standard_id: int, on: date) -> Calibration | None:
    """Return the calibration of a standard that counts on a day, or None.

    The last one made by that day, if it is not overdue then. A withdrawn one counts
    for no day.
    """
    return calibrations_in_force([standard_id], on=on).get(standard_id)


def calibrations_in_force(
    standard_ids: Collection[int], *, on: date
) -> dict[int, Calibration]:
    """Return the calibration of each standard that counts on a day. One query."""
    last = latest_calibrations(standard_ids, on=on)
    return {key: row for key, row in last.items() if on <= row.due_on}


def latest_calibrations(
    standard_ids: Collection[int], *, on: date
) -> dict[int, Calibration]:
    """Return the last calibration of each standard, made by a day and not withdrawn."""
    rows = db.session.scalars(
        select(Calibration)
        .where(
            Calibration.standard_id.in_(standard_ids),
            Calibration.withdrawn_on.is_(None),
            Calibration.calibrated_on <= on,
        )
        .order_by(Calibration.calibrated_on, Calibration.due_on, Calibration.id)
    )
    return {row.standard_id: row for row in rows}


def standings_of(
    standard_ids: Collection[int], *, on: date
) -> dict[int, tuple[CalibrationStanding, date | None]]:
    """Return how the calibration of each standard stands on a day, and until when."""
    last = latest_calibrations(standard_ids, on=on)
    due = {key: last[key].due_on if key in last else None for key in standard_ids}
    return {key: (standing_of(day, on=on), day) for key, day in due.items()}


def with_standing(
    rows: Select[Any], standing: CalibrationStanding, *, on: date
) -> Select[Any]:
    """Narrow a query of standards to those whose calibration stands like this."""
    due = (
        select(Calibration.due_on)
        .where(
            Calibration.standard_id == Standard.id,
            Calibration.withdrawn_on.is_(None),
            Calibration.calibrated_on <= on,
        )
        .order_by(
            Calibration.calibrated_on.desc(),
            Calibration.due_on.desc(),
            Calibration.id.desc(),
        )
        .limit(1)
        .scalar_subquery()
    )
    in_30, in_60 = on + timedelta(days=30), on + timedelta(days=60)
    conditions = {
        CalibrationStanding.NONE: due.is_(None),
        CalibrationStanding.OVERDUE: due < on,
        CalibrationStanding.DUE_IN_30: due.between(on, in_30),
        CalibrationStanding.DUE_IN_60: due.between(in_30 + timedelta(days=1), in_60),
        CalibrationStanding.IN_DATE: due > in_60,
    }
    return rows.where(Standard.state != StandardState.RETIRED, conditions[standing])


def possible_references(*, but_id: int) -> Sequence[Standard]:
    """Return the standards against which one could have been calibrated."""
    return db.session.scalars(
        select(Standard)
        .where(Standard.id != but_id, Standard.state != StandardState.RETIRED)
        .order_by(Standard.body_id.is_not(None), Standard.inventory_number)
    ).all()


def chain_of(standard_ids: Iterable[int], *, on: date, use: Use | None = None) -> Chain:
    """Return the chain above standards that were used on a day, problems named.

    One query for each level, `MOST_LEVELS` at most. Who may see its beginning is for
    the caller to know; from there the chain goes wherever it goes.
    """
    wanted = tuple(dict.fromkeys(standard_ids))
    return chain_from(network_above(wanted), wanted, use or Use(on=on))


def chain_as_used(by: Mapping[int, int], *, on: date) -> Chain:
    """Return the chain above standards, each by the calibration it was used with.

    One that was withdrawn since breaks it, though another may count by now.
    """
    return chain_of(by, on=on, use=Use(on=on, by=by))


def network_above(standard_ids: Collection[int]) -> Network:
    """Load standards and their calibrations, then those above, level by level."""
    wanted = frozenset(standard_ids)
    return once(("network", wanted), lambda: _network_above(wanted))


def _network_above(standard_ids: frozenset[int]) -> Network:
    standards: dict[Hashable, StandardFacts] = {}
    calibrations: dict[Hashable, tuple[CalibrationFacts, ...]] = {}
    level = set(standard_ids)
    for _ in range(MOST_LEVELS):
        if not level:
            break
        above: set[int] = set()
        for standard, rows in _with_calibrations(level):
            standards[standard.id] = facts_of(standard)
            calibrations[standard.id] = tuple(map(calibration_facts, rows))
            above |= {ref.standard_id for row in rows for ref in row.reference_rows}
        level = {key for key in above if key not in standards}
    return Network(standards, calibrations)


def _with_calibrations(
    standard_ids: Collection[int],
) -> Iterable[tuple[Standard, list[Calibration]]]:
    with scoped(EVERYTHING):
        found = db.session.execute(
            select(Standard, Calibration)
            .outerjoin(Calibration, Calibration.standard_id == Standard.id)
            .options(
                joinedload(Calibration.reference_rows), joinedload(Standard.outages)
            )
            .where(Standard.id.in_(standard_ids))
            .order_by(Standard.id, Calibration.id)
        ).unique()
        grouped: dict[int, tuple[Standard, list[Calibration]]] = {}
        for standard, calibration in found:
            _, rows = grouped.setdefault(standard.id, (standard, []))
            if calibration is not None:
                rows.append(calibration)
    return grouped.values()


def facts_of(standard: Standard) -> StandardFacts:
    """Return what a chain has to know of a standard."""
    outages = tuple((each.begins_on, each.ends_on) for each in standard.outages)
    if not outages and standard.state is not StandardState.IN_USE:
        outages = ((date.min, None),)
    return StandardFacts(
        key=standard.id,
        name=f"{standard.inventory_number} {standard.name}",
        holder=standard.holder_name,
        body=standard.body_id,
        outages=outages,
    )


def calibration_facts(row: Calibration) -> CalibrationFacts:
    """Return what a chain has to know of a calibration."""
    return CalibrationFacts(
        key=row.id,
        number=row.number,
        issuer_kind=row.issuer_kind,
        issuer_name=row.issuer_name,
        calibrated_on=row.calibrated_on,
        issued_on=row.issued_on,
        due_on=row.due_on,
        unit=row.unit,
        range_from=row.range_from,
        range_to=row.range_to,
        uncertainty=row.uncertainty,
        coverage_factor=row.coverage_factor,
        references=tuple(sorted(ref.standard_id for ref in row.reference_rows)),
        is_root=row.is_root,
        is_withdrawn=row.withdrawn_on is not None,
        accreditation_number=row.accreditation_number,
        accreditation_until=row.accreditation_until,
        file_hash=row.file_hash or "",
    )


@dataclass(frozen=True, slots=True)
class AtHand:
    """A standard of a body that could meet a need, and whether it may on a day."""

    standard: Standard
    calibration: Calibration | None
    """The one in force on that day."""
    problems: tuple[Problem, ...]

    @property
    def is_usable(self) -> bool:
        """Whether nothing stands against using it."""
        return not self.problems

    @property
    def offer(self) -> StandardOffer:
        """What it can do, for the catalogue to say whether that is good enough."""
        return offer_of(self.standard, self.calibration)


def offer_of(standard: Standard, calibration: Calibration | None) -> StandardOffer:
    """Return what a standard can do by its calibration, in the standard's unit."""
    unit = standard.unit

    def taken(value: Decimal | None) -> Decimal | None:
        if value is None or calibration is None:
            return None
        if not convertible(calibration.unit, unit):
            return None
        return as_decimal(convert(value, unit=calibration.unit, into=unit))

    return StandardOffer(
        unit=unit,
        range_from=standard.range_from,
        range_to=standard.range_to,
        mpe=standard.mpe,
        error=taken(calibration.error) if calibration else None,
        uncertainty=taken(calibration.uncertainty) if calibration else None,
        coverage_factor=(calibration and calibration.coverage_factor) or Decimal(2),
        accuracy_class=standard.accuracy_class,
    )


def usable_standards(
    body_id: int, kind_slug: str, *, on: date
) -> tuple[list[AtHand], list[AtHand]]:
    """Return a body's standards of a kind: those usable on a day, and the others.

    Usable: not suspended, calibrated, and with a whole chain on that day; the others
    say why not. Retired ones are left out. Whether a standard is accurate enough for
    a sheet is the catalogue's question, see `AtHand.offer`.
    """
    key = ("usable", body_id, kind_slug, on)
    return once(key, lambda: _usable_standards(body_id, kind_slug, on))


def _usable_standards(
    body_id: int, kind_slug: str, on: date
) -> tuple[list[AtHand], list[AtHand]]:
    standards = db.session.scalars(
        select(Standard)
        .where(
            Standard.body_id == body_id,
            Standard.kind_slug == kind_slug,
            Standard.state != StandardState.RETIRED,
        )
        .order_by(Standard.inventory_number)
    ).all()
    ids = [standard.id for standard in standards]
    network = network_above(ids)
    in_force = calibrations_in_force(ids, on=on)
    found = [
        AtHand(
            standard,
            in_force.get(standard.id),
            chain_from(network, [standard.id], Use(on=on)).problems,
        )
        for standard in standards
    ]
    return (
        [each for each in found if each.is_usable],
        [each for each in found if not each.is_usable],
    )


@dataclass(frozen=True, slots=True)
class Affected:
    """A calibration that rests, in so many steps, on a standard that was found bad."""

    level: int
    standard: Standard
    calibration: Calibration
    until: date | None
    """The day of the next calibration, which ends the doubt; None: none yet."""


def affected_calibrations(
    standard_id: int, *, since: date, until: date
) -> list[Affected]:
    """Return the calibrations that depend on a standard between two days, transitively.

    A standard calibrated against it in that time is itself in doubt, from then until it
    is calibrated again; so is what was calibrated against that one meanwhile. One query
    for each level.
    """
    doubtful: dict[int, list[tuple[date, date | None]]] = {
        standard_id: [(since, until)]
    }
    found: dict[int, Affected] = {}
    for level in range(1, MOST_LEVELS + 1):
        below: dict[int, list[tuple[date, date | None]]] = {}
        for row, resting_on, following in _resting_on(doubtful):
            if row.id not in found and _within(row.calibrated_on, doubtful[resting_on]):
                found[row.id] = Affected(level, row.standard, row, following)
                end = following - timedelta(days=1) if following else None
                window = (row.calibrated_on, end)
                below.setdefault(row.standard_id, []).append(window)
        if not below:
            break
        doubtful = below
    return list(found.values())


def _within(day: date, windows: Iterable[tuple[date, date | None]]) -> bool:
    return any(begin <= day and (end is None or day <= end) for begin, end in windows)


def _resting_on(
    standard_ids: Collection[int],
) -> list[tuple[Calibration, int, date | None]]:
    """Return calibrations against these standards, with the day of the next one."""
    with scoped(EVERYTHING):
        rows = db.session.execute(
            select(Calibration, CalibrationReference.standard_id)
            .join(CalibrationReference)
            .options(
                joinedload(Calibration.standard),
                selectinload(Calibration.reference_rows),
            )
            .where(CalibrationReference.standard_id.in_(standard_ids))
            .order_by(Calibration.calibrated_on, Calibration.id)
        ).all()
        days = db.session.execute(
            select(Calibration.standard_id, Calibration.calibrated_on)
            .where(
                Calibration.standard_id.in_({row.standard_id for row, _ in rows}),
                Calibration.withdrawn_on.is_(None),
            )
            .order_by(Calibration.calibrated_on)
        ).all()
    made: dict[int, list[date]] = {}
    for key, day in days:
        made.setdefault(key, []).append(day)
    return [
        (
            row,
            above,
            next(
                (d for d in made.get(row.standard_id, ()) if d > row.calibrated_on),
                None,
            ),
        )
        for row, above in rows
    ]


@dataclass(frozen=True, slots=True)
class Used:
    """The standards that something rests on, and the day on which they were used."""

    by: Mapping[int, int]
    """The calibration that was relied upon, by the standard's id."""
    on: date
