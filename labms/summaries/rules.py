"""What is kept of a count, and what a change may have touched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from labms.indicators.communes import CommuneLine, commune_lines
from labms.indicators.rules import (
    Key,
    Reported,
    TypeLine,
    type_lines,
)
from labms.supply.rules import Source

#: A type, and a commune of today; "": somewhere in the area.
Place = tuple[str, str]


class MarkKind(StrEnum):
    """What changed, so that what was counted of it is counted anew."""

    #: `number` is the job's.
    JOB = "job"
    #: `number` is the job's of which a certificate was issued or revoked.
    CERTIFICATE = "certificate"
    #: A type in a commune.
    CELL = "cell"
    #: `number` is the instrument's: it moved, or is called otherwise.
    INSTRUMENT = "instrument"
    #: A serial number of a type that was another's before.
    SERIAL = "serial"
    ORDER = "order"
    #: `number` is the organisation's.
    CUSTOMER = "customer"
    ORGANISATION = "organisation"
    #: `number` is the report's.
    REPORT = "report"
    #: A day on which jobs were closed.
    CLOSED = "closed"
    #: Designations, capacities, trainings and bodies: few rows, read as a whole.
    FACTS = "facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCell:
    """What was counted of a type in a commune of today, on a day."""

    type_slug: str
    commune_key: str
    #: Whether any demand is known; work is done elsewhere, too.
    has_demand: bool = False
    in_use: int = 0
    is_surveyed: bool = False
    is_partly_surveyed: bool = False
    #: Whether any figure was ever entered, though later than it may count.
    is_covered: bool = False
    due_above: int = 0
    due_below: int = 1
    #: Passes of the year, and of how many instruments.
    turns: int = 0
    passed: int = 0
    #: Verdicts of the year; these and the next are kept for today only.
    judged: int = 0
    judged_passed: int = 0
    overdue: int = 0
    in_work: int = 0

    @property
    def due(self) -> Fraction:
        """How many verifications are due in the year, not rounded."""
        return Fraction(self.due_above, self.due_below)

    @property
    def key(self) -> Key:
        """Its type and commune."""
        return self.type_slug, self.commune_key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptType:
    """What was counted of a type in all communes."""

    type_slug: str
    has_demand: bool
    in_use: int
    due: int
    surveyed_due: int
    unsurveyed_in_use: int
    unsurveyed_done: int
    turns: int
    passed: int
    counted_own: int
    counted_inside: int
    counted_outside: int
    unplaced: int
    judged: int
    judged_passed: int
    overdue: int
    in_work: int

    def line(self, designated: tuple[str, ...], capacity: int | None) -> TypeLine:
        """Return what it brings into the shares."""
        return TypeLine(
            type_slug=self.type_slug,
            in_use=self.in_use,
            due=self.due,
            surveyed_due=self.surveyed_due,
            designated=designated,
            passed=self.passed,
            counted_by={
                Source.OWN: self.counted_own,
                Source.REPORTED_INSIDE: self.counted_inside,
                Source.REPORTED_OUTSIDE: self.counted_outside,
            },
            unsurveyed_in_use=self.unsurveyed_in_use,
            capacity=capacity,
            unsurveyed_done=self.unsurveyed_done,
            unplaced=self.unplaced,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCommune:
    """What was counted in a commune of all types."""

    commune_key: str
    has_demand: bool
    due: int
    done: int
    #: Of what was done: by reports of bodies.
    reported: int
    #: Of what was done: what counts, see `CommuneLine`.
    counted: int
    is_surveyed: bool
    is_partly_surveyed: bool
    is_covered: bool

    @property
    def line(self) -> CommuneLine:
        """What is due and done there."""
        return CommuneLine(
            due=self.due,
            done=self.done,
            is_surveyed=self.is_surveyed,
            reported=self.reported,
            counted=self.counted,
            is_partly_surveyed=self.is_partly_surveyed,
        )


def types_of(
    cells: Iterable[KeptCell], told: Mapping[tuple[Place, Source], int]
) -> Iterator[KeptType]:
    """Yield what the types bring, of all their cells and what was reported of them."""
    reported = _reported(told)
    ordered = sorted(cells, key=lambda cell: cell.key)
    for slug, group in groupby(ordered, key=lambda cell: cell.type_slug):
        yield _type(slug, list(group), reported)


def _reported(told: Mapping[tuple[Place, Source], int]) -> Reported:
    found: dict[tuple[str, str | None], dict[Source, int]] = {}
    for ((slug, commune), source), number in told.items():
        found.setdefault((slug, commune or None), {})[source] = number
    return found


def _type(slug: str, cells: list[KeptCell], reported: Reported) -> KeptType:
    lines = type_lines(
        [cell for cell in cells if cell.has_demand],
        designated={},
        passed={cell.key: cell.passed for cell in cells},
        reported=reported,
    )
    line = lines[0] if lines else None
    by = line.counted_by if line else dict.fromkeys(Source, 0)
    return KeptType(
        type_slug=slug,
        has_demand=line is not None,
        in_use=line.in_use if line else 0,
        due=line.due if line else 0,
        surveyed_due=line.surveyed_due if line else 0,
        unsurveyed_done=line.unsurveyed_done if line else 0,
        unplaced=line.unplaced if line else 0,
        unsurveyed_in_use=line.unsurveyed_in_use if line else 0,
        passed=line.passed if line else 0,
        counted_own=by[Source.OWN],
        counted_inside=by[Source.REPORTED_INSIDE],
        counted_outside=by[Source.REPORTED_OUTSIDE],
        turns=sum(cell.turns for cell in cells),
        judged=sum(cell.judged for cell in cells),
        judged_passed=sum(cell.judged_passed for cell in cells),
        overdue=sum(cell.overdue for cell in cells),
        in_work=sum(cell.in_work for cell in cells),
    )


#: What was reported, by place and source.
Told = Mapping[tuple[Place, Source], int]


def communes_of(cells: Iterable[KeptCell], told: Told) -> Iterator[KeptCommune]:
    """Yield what is due and done in the communes, of all their cells and reports."""
    known = list(cells)
    lines = lines_of_communes(known, told)
    covered = {cell.commune_key for cell in known if cell.is_covered}
    for key in sorted({cell.commune_key for cell in known}):
        line = lines.get(key, CommuneLine(0, 0, is_surveyed=False))
        yield KeptCommune(
            commune_key=key,
            has_demand=key in lines,
            due=line.due,
            done=line.done,
            reported=line.reported,
            counted=line.counted,
            is_surveyed=line.is_surveyed,
            is_partly_surveyed=line.is_partly_surveyed,
            is_covered=key in covered,
        )


def lines_of_communes(cells: Iterable[KeptCell], told: Told) -> dict[str, CommuneLine]:
    """Return what is due and done in each commune with any demand."""
    known = [cell for cell in cells if cell.has_demand]
    passed = {cell.key: cell.passed for cell in known}
    return commune_lines(known, passed, _reported(told))


@dataclass(slots=True)
class Touched:
    """What changes may have touched, each with the first day that they may have."""

    cells: dict[Key, date] = field(default_factory=dict)
    #: Cells of which only the work is another.
    worked: dict[Key, date] = field(default_factory=dict)
    #: Where something was reported.
    told: dict[Place, date] = field(default_factory=dict)
    customers: dict[int, date] = field(default_factory=dict)
    #: Days on which jobs were closed.
    closed: set[date] = field(default_factory=set)
    facts: bool = False

    def cell(self, key: Key, first: date) -> None:
        """Note a cell."""
        self.cells[key] = min(first, self.cells.get(key, first))

    def work(self, key: Key, first: date) -> None:
        """Note a cell in which work was done."""
        self.worked[key] = min(first, self.worked.get(key, first))

    def place(self, place: Place, first: date) -> None:
        """Note where something was reported."""
        self.told[place] = min(first, self.told.get(place, first))

    def customer(self, number: int, first: date) -> None:
        """Note an enterprise that was served."""
        self.customers[number] = min(first, self.customers.get(number, first))


#: So many combinations too many are worth one round of queries less.
_SPARE = 4


def batches(keys: Iterable[Place]) -> list[tuple[set[str], set[str]]]:
    """Return types and communes whose combinations hold all of these.

    All at once if that is not much more than was asked for, type by type otherwise.

    >>> batches([("a", "x"), ("a", "y")]) == [({"a"}, {"x", "y"})]
    True
    """
    wanted = set(keys)
    types, communes = {slug for slug, _ in wanted}, {key for _, key in wanted}
    if not wanted or len(types) * len(communes) <= _SPARE * len(wanted):
        return [(types, communes)] if wanted else []
    return [
        ({slug}, {key for each, key in wanted if each == slug})
        for slug in sorted(types)
    ]
