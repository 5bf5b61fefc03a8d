"""Looks for instruments whose points or limits would divide by zero.

Each figure of the plate is moved through its range, the others as on the typical
instrument, with each of its choices. Where a divisor changes its sign between two
places the place between is looked for; where one has no value at all it is found at
once. So is what lies at either end of the scope. What is not looked for: two figures
that are wrong only together, and a divisor that comes to zero and turns back within
one step (its factors are looked at one by one, so a square is found).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.characteristics import (
    Characteristics,
    Given,
    read_characteristics,
)
from labms.catalogue.entries import (
    CharacteristicKind,
    Check,
    LimitOption,
    LimitUse,
    Procedure,
)
from labms.catalogue.faults import Fault
from labms.catalogue.reckoning import Divisor, Row, Trial, Where, Work, parts_of
from labms.errors import LabError
from labms.metrology.decimals import read_decimal
from labms.metrology.divisors import may_fail
from labms.metrology.expressions import Expression, Value
from labms.metrology.limits import Limit
from labms.metrology.rounding import as_decimal

#: Where a figure is tried, in multiples of the typical one.
STEPS = tuple(map(Decimal, "0 0.001 0.01 0.1 0.4 0.8 1 1.25 2.5 10 100 1000".split()))
#: How often a step is halved to find what lies between.
HALVINGS = 40
#: How near zero a divisor has to come, of what it was, to be on its way through.
NEAR = Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class _Formulas:
    """A check with formulas that may be without a value."""

    check: Check
    stage: str
    names: frozenset[str]
    """The figures of the plate that they depend on."""


def pole_faults(
    procedure: Procedure, *, file: str, options: Mapping[str, str]
) -> list[Fault]:
    """Return where a point or limit has no value for an instrument in the scope."""
    if not procedure.example:
        return []
    search = _Search(procedure, file, options)
    found: dict[tuple[str, str], Fault] = {}
    if not search.checks:
        return []
    for base in _bases(procedure):
        for key in _figures(procedure):
            search.moved = key
            for fault in search.along(key, base):
                found.setdefault((fault.file, fault.key), fault)
    return list(found.values())


def _figures(procedure: Procedure) -> list[str]:
    return [
        each.key
        for each in procedure.characteristics
        if each.kind is CharacteristicKind.DECIMAL
    ]


def _bases(procedure: Procedure) -> Iterator[Given]:
    """Yield the typical instrument, and those with one other choice."""
    yield procedure.example
    for each in procedure.characteristics:
        for choice in each.choices:
            if choice != procedure.example.get(each.key):
                yield {**procedure.example, each.key: choice}


@dataclass(slots=True)
class _Search:
    procedure: Procedure
    file: str
    options: Mapping[str, str]
    checks: list[_Formulas] = field(init=False)
    moved: str = ""
    """The figure that is moved: checks that do without it are as they were."""

    def __post_init__(self) -> None:
        self.checks = [
            _Formulas(check, stage.slug, self._figures(check))
            for stage in self.procedure.stages
            for check in stage.checks
            if any(map(may_fail, self._expressions(check)))
        ]

    def _figures(self, check: Check) -> frozenset[str]:
        planned = [each.planned for each in check.columns if each.planned]
        names = {
            name
            for each in (*self._expressions(check), *planned)
            for name in each.names
        }
        for name, value in reversed(tuple(self.procedure.values.items())):
            names |= value.names if name in names else set()
        for each in self.procedure.characteristics:
            if each.key in names and each.default:
                names |= each.default.names
        return frozenset(names)

    def _expressions(self, check: Check) -> Iterator[Expression]:
        yield from (each.at for each in check.points)
        yield from (each.when for each in check.points if each.when)
        yield from filter(None, (check.when, check.keep))
        for use in check.limits:
            yield from use.given.values()
            limit = self._limit(use)
            yield from (each for _, each in parts_of(limit)) if limit else ()

    def _limit(self, use: LimitUse) -> Limit | None:
        option = self._option(use)
        return option.limit if option else use.formula

    def _option(self, use: LimitUse) -> LimitOption | None:
        if not use.table:
            return None
        return self.procedure.tables[use.table].option(self.options[use.table])

    def along(self, key: str, base: Given) -> Iterator[Fault]:
        """Yield what is wrong as one figure moves through its range."""
        if not any(key in each.names for each in self.checks):
            return
        told = base.get(key)
        typical = read_decimal(str(told)) if told else Decimal(1)
        places = sorted({typical * step for step in STEPS})
        if typical <= 0:
            places = [*map(Decimal, (-1000, -100, -10, -1)), *(-x for x in places)]
            places = sorted({*places, *(-x for x in places)})
        before: tuple[Decimal, Trial | None] | None = None
        for place in places:
            now = (place, self.tried({**base, key: place}))
            if now[1]:
                yield from _failures(now[1], key, place)
            if before:
                yield from self._between(key, base, before, now)
            before = now

    def _between(
        self,
        key: str,
        base: Given,
        one: tuple[Decimal, Trial | None],
        other: tuple[Decimal, Trial | None],
    ) -> Iterator[Fault]:
        if not one[1] and not other[1]:
            return
        if not one[1] or not other[1]:
            yield from self._end_of_scope(key, base, one, other)
            return
        for divisor in sorted(one[1].divisors.keys() | other[1].divisors.keys()):
            ends = (one[0], other[0])
            first, last = (each[1].divisors.get(divisor) for each in (one, other))  # type: ignore[union-attr]
            if first is None:
                ends = self._reach(key, base, divisor, ends[::-1])
            elif last is None:
                ends = self._reach(key, base, divisor, ends)
            elif first * last >= 0:
                continue
            yield from self._crossing(key, base, divisor, ends)

    def _reach(
        self, key: str, base: Given, divisor: Divisor, ends: tuple[Decimal, Decimal]
    ) -> tuple[Decimal, Decimal]:
        """Return between where it is divided by: a condition may begin on the way."""
        inside, outside = ends
        begins, _ = _halved(
            inside,
            outside,
            lambda place: self._divisor(key, base, divisor, place) is not None,
        )
        return inside, begins

    def _end_of_scope(
        self,
        key: str,
        base: Given,
        one: tuple[Decimal, Trial | None],
        other: tuple[Decimal, Trial | None],
    ) -> Iterator[Fault]:
        """Yield what is wrong at the last place that the scope still covers."""
        inside, outside = (one[0], other[0]) if one[1] else (other[0], one[0])
        first = inside

        def is_inside(place: Decimal) -> bool:
            return self._covered({**base, key: place}) is not None

        inside, outside = _halved(inside, outside, is_inside)
        end = _shortest(inside, outside)
        for place in (end, inside):
            if trial := self.tried({**base, key: place}):
                yield from _failures(trial, key, place)
                start = self.tried({**base, key: first})
                yield from self._between(key, base, (first, start), (place, trial))
                return

    def _crossing(
        self, key: str, base: Given, divisor: Divisor, ends: tuple[Decimal, Decimal]
    ) -> Iterator[Fault]:
        """Yield that a divisor passes zero, if it is one all the way there."""
        first, last = (self._divisor(key, base, divisor, end) for end in ends)
        if first is None or last is None or first * last >= 0:
            return
        positive = first > 0
        is_lost = False

        def is_same(place: Decimal) -> bool:
            nonlocal is_lost
            value = self._divisor(key, base, divisor, place)
            is_lost = is_lost or value is None
            return value is not None and (value > 0) is positive

        low, high = _halved(*ends, is_same)
        left = self._divisor(key, base, divisor, low)
        place = _shortest(low, high)
        trial = self.tried({**base, key: place})
        is_there = trial is not None and divisor.where in trial.failed
        is_near = left is not None and abs(left) <= NEAR * abs(first)
        if is_there or (is_near and not is_lost):
            yield _fault(divisor.where, key, place)

    def _divisor(
        self, key: str, base: Given, divisor: Divisor, place: Decimal
    ) -> Fraction | None:
        trial = self.tried({**base, key: place}, row=divisor.row)
        return trial.divisors.get(divisor) if trial else None

    def _covered(self, given: Given) -> Characteristics | None:
        """Return an instrument of these figures; None if the scope leaves it out."""
        try:
            instrument = read_characteristics(self.procedure.characteristics, given)
            for rule in self.procedure.scope:
                if not rule.rule.holds(self._values(instrument, rule.unit)):
                    return None
        except LabError:
            return None
        return instrument

    def tried(self, given: Given, *, row: Row | None = None) -> Trial | None:
        """Return what these figures come to; None if the scope leaves them out.

        With `row` at one point of one check alone.
        """
        if (instrument := self._covered(given)) is None:
            return None
        trial = Trial()
        for each in self.checks:
            if self.moved not in each.names or (row and row[0] != each.check.slug):
                continue
            self._try(each, instrument, trial, row)
        return trial

    def _values(self, instrument: Characteristics, unit: str) -> dict[str, Value]:
        values = instrument.taken_in(unit)
        for name, expression in self.procedure.values.items():
            if expression.names <= values.keys():
                values[name] = expression.evaluate(values)
        return values

    def _try(
        self,
        formulas: _Formulas,
        instrument: Characteristics,
        trial: Trial,
        row: Row | None,
    ) -> None:
        check = formulas.check
        key = f"stage[{formulas.stage}].check[{check.slug}]."
        unit = check.unit_on(instrument.values)
        try:
            values = self._values(instrument, unit)
        except LabError:
            return
        work = Work(trial, self.file, Row(check.slug, 0))
        if work.value(f"{key}when", check.when, values, True) is not True:
            return
        for number in range(1, len(check.points) + 1):
            if row and row.number and row.number != number:
                continue
            work.row = Row(check.slug, number)
            if at := self._at(work, key, check, values):
                self._try_limits(work, key, check, at)

    def _at(
        self, work: Work, key: str, check: Check, values: Mapping[str, Value]
    ) -> dict[str, Value] | None:
        """Return what is known at a point; None if there is no such point here."""
        point = check.points[work.row.number - 1]
        here = f"{key}points[{work.row.number}]."
        if work.value(f"{here}when", point.when, values, True) is not True:
            return None
        nominal = work.value(f"{here}at", point.at, values)
        if nominal is None:
            return None
        at = {**values, "nominal": nominal}
        if work.value(f"{key}keep", check.keep, at, True) is not True:
            return None
        for column in check.columns:
            if column.planned and column.planned.names <= at.keys():
                planned = work.value(f"{key}columns", column.planned, at)
                at |= {} if planned is None else {column.key: planned}
        return at

    def _try_limits(
        self, work: Work, key: str, check: Check, at: Mapping[str, Value]
    ) -> None:
        for number, use in enumerate(check.limits, start=1):
            here = f"{key}limit[{number}]."
            limit = self._limit(use)
            if limit is None:
                continue
            if not use.table:
                work.limit(limit, at, file=self.file, key=here)
                continue
            given = {
                name: work.value(f"{here}given.{name}", each, at)
                for name, each in use.given.items()
                if each.names <= at.keys()
            }
            known = {name: each for name, each in given.items() if each is not None}
            if limit.names <= known.keys():
                file, place = self._place(use)
                work.limit(limit, known, file=file, key=place)

    def _place(self, use: LimitUse) -> tuple[str, str]:
        """Return where the option of a table stands: its file, or this procedure."""
        inside = f"option[{self.options[use.table]}]."
        own = {each.get("slug") for each in self.procedure.raw.get("table", ())}
        if use.table in own:
            return self.file, f"table[{use.table}].{inside}"
        return f"limits/{use.table}.toml", inside


def _failures(trial: Trial, key: str, place: Decimal) -> Iterator[Fault]:
    for where in sorted(trial.failed):
        yield _fault(where, key, place)


def _fault(where: Where, key: str, place: Decimal) -> Fault:
    shown = format(as_decimal(Fraction(place)), "f")
    return Fault(where.file, where.key, f"has no value where {key} = {shown}")


def _halved(
    one: Decimal, other: Decimal, is_like_one: Callable[[Decimal], bool]
) -> tuple[Decimal, Decimal]:
    """Return two places close together, where what holds at one does not any more."""
    for _ in range(HALVINGS):
        middle = _shortest(one, other, within=Decimal("0.25"))
        if middle in (one, other):
            break
        if is_like_one(middle):
            one = middle
        else:
            other = middle
    return one, other


def _shortest(one: Decimal, other: Decimal, *, within: Decimal = Decimal(0)) -> Decimal:
    """Return the number with the fewest digits between two, not too near either."""
    low, high = min(one, other), max(one, other)
    room = (high - low) * within
    low, high = low + room, high - room
    middle = (low + high) / 2
    for digits in range(-12, 24):
        found = middle.quantize(Decimal(1).scaleb(-digits)) if middle else middle
        if low <= found <= high:
            return found.normalize() + 0
    return middle
