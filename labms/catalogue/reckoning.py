"""Works formulas of the catalogue out, noting what each of them divides by."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from labms.metrology.divisors import Inexact, may_fail, walk
from labms.metrology.expressions import CannotEvaluate, Expression, Value
from labms.metrology.limits import Cells, Formula, Limit, Steps
from labms.metrology.tree import Node

NO_VALUE = (ZeroDivisionError, Inexact, TypeError)


class Where(NamedTuple):
    """An expression of the catalogue: its file and key."""

    file: str
    key: str


class Row(NamedTuple):
    """One point of one check; 0 is before all points."""

    check: str
    number: int


class Divisor(NamedTuple):
    """Something that is divided by, and what part of which expression it is."""

    where: Where
    position: int
    row: Row


@dataclass(slots=True)
class Trial:
    """What one instrument's figures come to."""

    divisors: dict[Divisor, Fraction] = field(default_factory=dict)
    failed: set[Where] = field(default_factory=set)


@dataclass(slots=True)
class Work:
    """Works expressions out, noting what they divide by and which have no value."""

    trial: Trial
    file: str
    row: Row

    def value(
        self,
        key: str,
        expression: Expression | None,
        values: Mapping[str, Value],
        default: Value | None = None,
        *,
        file: str = "",
    ) -> Value | None:
        """Return its value; None where it has none."""
        if expression is None:
            return default
        where = Where(file or self.file, key)
        try:
            if not may_fail(expression):
                return expression.evaluate(values)
            return walk(expression.root, values.__getitem__, self._met(where))
        except NO_VALUE:
            self.trial.failed.add(where)
        except (KeyError, CannotEvaluate):
            pass
        return None

    def _met(self, where: Where) -> Callable[[Node, Fraction], None]:
        def met(node: Node, value: Fraction) -> None:
            self.trial.divisors[Divisor(where, node.position, self.row)] = value

        return met

    def limit(
        self, limit: Limit, values: Mapping[str, Value], *, file: str, key: str
    ) -> None:
        """Work out all the formulas of a limit."""
        for name, expression in parts_of(limit):
            at = dict(values)
            if "limit" in expression.names:
                at["limit"] = Fraction(1)
            self.value(f"{key}{name}", expression, at, file=file)


def parts_of(limit: Limit) -> Iterator[tuple[str, Expression]]:
    """Yield the formulas of a limit, by the key under which they stand."""
    if isinstance(limit, Steps):
        yield "of", limit.of
        yield "result", limit.result
    elif isinstance(limit, Cells):
        yield "result", limit.result
    elif isinstance(limit, Formula):
        yield "plus", limit.plus
        if limit.minus:
            yield "minus", limit.minus
