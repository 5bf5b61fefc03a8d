"""Looks for instruments whose points, limits or errors would divide by zero.

Each figure of the plate is moved through its range, the others as on the typical
instrument, with each of its choices; then all of them together, on straight ways to
instruments around it, as far as the scope goes. Where a divisor changes its sign
between two places the place between is looked for; where one has no value at all it is
found at once. So is what lies at either end of the scope. What is not looked for:
figures that are wrong together at a single place, or only beside all of these ways; and
a divisor that comes to zero and turns back within one step (its factors are looked at
one by one, so a square is found).

Intervals would not do: no plate states the range of its figures, and what the scope
says of them (Max of at most 1000 e) ties them together, which intervals forget. They
would refuse Max / (2000 * e - Max), though no instrument of the scope comes near it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

from labms.catalogue.characteristics import Given
from labms.catalogue.entries import CharacteristicKind, Procedure
from labms.catalogue.files.faults import Fault
from labms.catalogue.trial.probing import Probe
from labms.catalogue.trial.reckoning import Divisor, Trial, Where
from labms.metrology.decimals import read_decimal
from labms.metrology.rounding import as_decimal

#: Where a figure is tried, in multiples of the typical one.
STEPS = tuple(map(Decimal, "0 0.001 0.01 0.1 0.4 0.8 1 1.25 2.5 10 100 1000".split()))
#: Where figures are tried together, in multiples of the typical ones.
AROUND = {
    2: tuple(map(Decimal, "0.1 0.4 2.5 10".split())),
    3: tuple(map(Decimal, "0.1 1 10".split())),
}
#: The same with other choices than the typical ones: all alike.
ALIKE = (Decimal("0.1"), Decimal(10))
#: How far from a place that was found its figures are looked at one by one.
BESIDE = (Decimal("0.99"), Decimal("1.01"))
#: How often a step is halved to find what lies between.
HALVINGS = 40
#: … and how often to come near the end of the scope.
ROUGHLY = 10
#: How near zero a divisor has to come, of what it was, to be on its way through.
NEAR = Fraction(1, 10**6)
#: What is wrong with a formula where nothing was moved.
NOT_AT_ALL = "has no value for the typical instrument (as for a division by zero)"


@dataclass(frozen=True, slots=True)
class _Way:
    """Instruments that differ in some figures only, place by place."""

    base: Given
    ends: Mapping[str, tuple[Decimal, Decimal]]
    """Where each of them is at place 0, and at place 1."""

    @classmethod
    def along(
        cls, key: str, base: Given, *, told: Mapping[str, Decimal] | None = None
    ) -> "_Way":
        """Return the way of one figure; a place is its value. Others may be told."""
        still = {name: (value, value) for name, value in (told or {}).items()}
        return cls(base, {**still, key: (Decimal(0), Decimal(1))})

    def at(self, place: Decimal) -> Given:
        """Return the instrument at a place."""
        return {**self.base, **self.figures(place)}

    def figures(self, place: Decimal) -> dict[str, Decimal]:
        """Return what was moved, as it is at a place."""
        return {
            key: start + (end - start) * place
            for key, (start, end) in self.ends.items()
        }

    def faults(self, failed: set[Where], place: Decimal) -> Iterator[Fault]:
        """Yield that formulas have no value at a place."""
        shown = ", ".join(
            f"{key} = {_short(value):f}" for key, value in self.figures(place).items()
        )
        for where in sorted(failed):
            yield Fault(where.file, where.key, f"has no value where {shown}")


def pole_faults(
    procedure: Procedure, *, file: str, options: Mapping[str, str]
) -> list[Fault]:
    """Return where a point or limit has no value for an instrument in the scope."""
    if not procedure.example:
        return []
    search = _Search(Probe(procedure, file, options))
    found: dict[tuple[str, str], Fault] = {}
    if not search.probe.checks:
        return []
    for base in _bases(procedure):
        for fault in search.at(base):
            found.setdefault((fault.file, fault.key), fault)
        for key in _figures(procedure):
            for fault in search.along(key, base):
                found.setdefault((fault.file, fault.key), fault)
        for fault in search.around(base):
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


@dataclass(frozen=True, slots=True)
class _Search:
    probe: Probe

    def at(self, base: Given) -> Iterator[Fault]:
        """Yield what has no value where no figure is moved at all."""
        self.probe.moved = frozenset()
        if trial := self.probe.tried(base):
            for where in sorted(trial.failed):
                yield Fault(where.file, where.key, NOT_AT_ALL)

    def along(self, key: str, base: Given) -> Iterator[Fault]:
        """Yield what is wrong as one figure moves through its range."""
        self.probe.moved = frozenset({key})
        if not self._is_named(key):
            return
        told = base.get(key)
        typical = read_decimal(str(told)) if told else Decimal(1)
        places = sorted({typical * step for step in STEPS})
        if typical <= 0:
            places = [*map(Decimal, (-1000, -100, -10, -1)), *(-x for x in places)]
            places = sorted({*places, *(-x for x in places)})
        way = _Way.along(key, base)
        before: tuple[Decimal, Trial | None] | None = None
        for place in places:
            now = (place, self._tried(way, place))
            if now[1]:
                yield from way.faults(now[1].failed, place)
            if before:
                yield from self._between(way, before, now)
            before = now

    def around(self, base: Given) -> Iterator[Fault]:
        """Yield what is wrong on the ways to instruments that differ in all figures."""
        typical = {
            key: read_decimal(str(base[key]))
            for key in _figures(self.probe.procedure)
            if base.get(key) and self._is_named(key)
        }
        moved = dict(list(typical.items())[: max(AROUND)])
        if len(moved) < 2:
            return
        self.probe.moved = frozenset(moved)
        start = self._tried(_Way(base, {}), Decimal(0))
        if start is None:
            return
        each_way = product(AROUND[len(moved)], repeat=len(moved))
        alike = [(step,) * len(moved) for step in ALIKE]
        for steps in each_way if base is self.probe.procedure.example else alike:
            ends = {
                key: (value, value * step)
                for (key, value), step in zip(moved.items(), steps, strict=True)
            }
            way = _Way(base, ends)
            last = self._last_covered(way)
            if end := self._tried(way, last):
                yield from way.faults(end.failed, last)
                yield from self._on_the_way(way, start, end, last)

    def _last_covered(self, way: _Way) -> Decimal:
        """Return the last place of a way that lies in the scope."""

        def is_inside(place: Decimal) -> bool:
            return self.probe.covered(way.at(place)) is not None

        last = Decimal(1)
        if is_inside(last):
            return last
        return _halved(Decimal(0), last, is_inside, times=ROUGHLY)[0]

    def _on_the_way(
        self, way: _Way, start: Trial, end: Trial, last: Decimal
    ) -> Iterator[Fault]:
        """Yield where a divisor passes zero as all figures move together.

        There one of them is moved alone, so that a place that a condition leaves out
        is met exactly.
        """
        for divisor in sorted(start.divisors.keys() & end.divisors.keys()):
            if start.divisors[divisor] * end.divisors[divisor] >= 0:
                continue
            place, _, _ = self._turn(way, divisor, (Decimal(0), last))
            there = {key: _short(each) for key, each in way.figures(place).items()}
            for key, value in there.items():
                alone = _Way.along(key, way.base, told=there)
                low, high = (value * share for share in BESIDE)
                yield from self._crossing(alone, divisor, (low, high))

    def _is_named(self, key: str) -> bool:
        return any(key in each.names for each in self.probe.checks)

    def _tried(self, way: _Way, place: Decimal) -> Trial | None:
        return self.probe.tried(way.at(place))

    def _between(
        self,
        way: _Way,
        one: tuple[Decimal, Trial | None],
        other: tuple[Decimal, Trial | None],
    ) -> Iterator[Fault]:
        (place, here), (next_place, there) = one, other
        if not here and not there:
            return
        if not here or not there:
            yield from self._end_of_scope(way, one, other)
            return
        for divisor in sorted(here.divisors.keys() | there.divisors.keys()):
            ends = (place, next_place)
            first, last = here.divisors.get(divisor), there.divisors.get(divisor)
            if first is None:
                ends = self._reach(way, divisor, ends[::-1])
            elif last is None:
                ends = self._reach(way, divisor, ends)
            elif first * last >= 0:
                continue
            yield from self._crossing(way, divisor, ends)

    def _reach(
        self, way: _Way, divisor: Divisor, ends: tuple[Decimal, Decimal]
    ) -> tuple[Decimal, Decimal]:
        """Return between where it is divided by: a condition may begin on the way."""
        inside, outside = ends
        begins, _ = _halved(
            inside,
            outside,
            lambda place: self._divisor(way, divisor, place) is not None,
        )
        return inside, begins

    def _end_of_scope(
        self,
        way: _Way,
        one: tuple[Decimal, Trial | None],
        other: tuple[Decimal, Trial | None],
    ) -> Iterator[Fault]:
        """Yield what is wrong at the last place that the scope still covers."""
        inside, outside = (one[0], other[0]) if one[1] else (other[0], one[0])
        first = inside

        def is_inside(place: Decimal) -> bool:
            return self.probe.covered(way.at(place)) is not None

        inside, outside = _halved(inside, outside, is_inside)
        end = _shortest(inside, outside)
        for place in (end, inside):
            if trial := self._tried(way, place):
                yield from way.faults(trial.failed, place)
                start = self._tried(way, first)
                yield from self._between(way, (first, start), (place, trial))
                return

    def _crossing(
        self, way: _Way, divisor: Divisor, ends: tuple[Decimal, Decimal]
    ) -> Iterator[Fault]:
        """Yield that a divisor passes zero, if it is one all the way there."""
        first, last = (self._divisor(way, divisor, end) for end in ends)
        if first is None or last is None or first * last >= 0:
            return
        low, high, is_lost = self._turn(way, divisor, ends)
        left = self._divisor(way, divisor, low)
        place = _shortest(low, high)
        trial = self._tried(way, place)
        is_there = trial is not None and divisor.where in trial.failed
        is_near = left is not None and abs(left) <= NEAR * abs(first)
        if is_there or (is_near and not is_lost):
            yield from way.faults({divisor.where}, place)

    def _turn(
        self, way: _Way, divisor: Divisor, ends: tuple[Decimal, Decimal]
    ) -> tuple[Decimal, Decimal, bool]:
        """Return between which places a divisor leaves the sign of the first end.

        And whether it was nothing that is divided by somewhere on the way.
        """
        first = self._divisor(way, divisor, ends[0]) or Fraction(0)
        is_lost = False

        def is_same(place: Decimal) -> bool:
            nonlocal is_lost
            value = self._divisor(way, divisor, place)
            is_lost = is_lost or value is None
            return value is not None and value * first > 0

        return *_halved(*ends, is_same), is_lost

    def _divisor(self, way: _Way, divisor: Divisor, place: Decimal) -> Fraction | None:
        trial = self.probe.tried(way.at(place), row=divisor.row)
        return trial.divisors.get(divisor) if trial else None


def _short(value: Decimal) -> Decimal:
    """Return a figure to be read: as it is, or to six digits if it has very many."""
    exact = as_decimal(Fraction(value))
    if len(exact.as_tuple().digits) <= 9:
        return exact
    return as_decimal(Fraction(f"{exact:.6g}"))


def _halved(
    one: Decimal,
    other: Decimal,
    is_like_one: Callable[[Decimal], bool],
    *,
    times: int = HALVINGS,
) -> tuple[Decimal, Decimal]:
    """Return two places close together, where what holds at one does not any more."""
    for _ in range(times):
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
