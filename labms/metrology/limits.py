"""Limits of error: in steps, in cells of a table, or by a formula.

A percentage of reading or span, a floor and a ceiling are formulas:
`max(0.5 / 100 * volume, floor)`. What the limit depends on is named by the table and
given by whoever asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.expressions import Expression, Given
from labms.metrology.rounding import as_decimal


class NoLimit(Invalid):
    """The table has no limit there, which is not the same as a limit of zero."""

    code = "metrology.no_limit"
    message = N_("The table of limits sets no limit for {case}.")


class Limits(NamedTuple):
    """What an error may be: from -minus to +plus, both included."""

    plus: Fraction
    minus: Fraction

    def times(self, factor: Fraction) -> "Limits":
        """Return the limits multiplied, as those in service are."""
        return Limits(self.plus * factor, self.minus * factor)


class Limit(Protocol):
    """Anything that tells the limits of an error."""

    @property
    def names(self) -> frozenset[str]:
        """What it has to be told."""

    def limits(self, values: Mapping[str, Given]) -> Limits:
        """Return the limits for these values, or raise NoLimit."""


class Step(NamedTuple):
    """The limit up to and including `up_to`; None is without end."""

    up_to: Fraction | None
    limit: Fraction


@dataclass(frozen=True, slots=True)
class Steps:
    """A staircase: each step includes its upper bound, and begins above the last."""

    of: Expression
    """What the bounds are compared with."""
    steps: Mapping[str, Sequence[Step]]
    """By the value of `by`; by "" if there is only one staircase."""
    result: Expression
    """From `limit`, the number of the step, and the given values."""
    by: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """What it has to be told."""
        chosen = {self.by} if self.by else set()
        return self.of.names | (self.result.names - {"limit"}) | chosen

    def limits(self, values: Mapping[str, Given]) -> Limits:
        """Return the limits of the step that the value falls on, or raise NoLimit."""
        above, below = self.of.ratio(values)
        if above >= 0:
            chosen = str(values[self.by]) if self.by else ""
            for bound, limit in self.steps.get(chosen, ()):
                if bound is not None:
                    over, under = bound.as_integer_ratio()
                    if above * under > over * below:
                        continue
                return _symmetric(self.result, limit, values)
        raise NoLimit(case=_case(values))


@dataclass(frozen=True, slots=True)
class Cells:
    """A table with a row for each nominal value and a column for each class."""

    row: str
    column: str
    cells: Mapping[tuple[Fraction, str], Fraction]
    result: Expression

    @property
    def names(self) -> frozenset[str]:
        """What it has to be told."""
        return (self.result.names - {"limit"}) | {self.row, self.column}

    def limits(self, values: Mapping[str, Given]) -> Limits:
        """Return the limits in the cell; an empty cell or a missing row refuses."""
        row = values[self.row]  # a decimal finds the fraction that equals it
        key = (Fraction(-1) if isinstance(row, str) else row, values[self.column])
        if key not in self.cells:
            raise NoLimit(case=_case(values))
        return _symmetric(self.result, self.cells[key], values)  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Formula:
    """Limits that are computed; without `minus` they are symmetric."""

    plus: Expression
    minus: Expression | None = None

    @property
    def names(self) -> frozenset[str]:
        """What it has to be told."""
        return self.plus.names | (self.minus.names if self.minus else frozenset())

    def limits(self, values: Mapping[str, Given]) -> Limits:
        """Return the limits; one below zero would allow nothing, and is refused."""
        plus = self.plus.number(values)
        if self.minus is None:
            minus, room = plus, plus
        else:
            minus = self.minus.number(values)
            room = plus + minus
        if room.numerator < 0:
            raise NoLimit(case=_case(values))
        return Limits(plus, minus)


def _symmetric(
    result: Expression, limit: Fraction, values: Mapping[str, Given]
) -> Limits:
    """Return what a formula makes of the limit in a table, on either side."""
    found = result.number({**values, "limit": limit})
    if found.numerator < 0:
        raise NoLimit(case=_case(values))
    return Limits(found, found)


def _case(values: Mapping[str, Given]) -> str:
    shown = {
        name: format(as_decimal(Fraction(value)), "f")
        if isinstance(value, Fraction | Decimal)
        else str(value)
        for name, value in values.items()
    }
    return ", ".join(f"{name} = {shown[name]}" for name in sorted(shown))
