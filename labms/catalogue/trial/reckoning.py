"""Works formulas of the catalogue out, noting what each of them divides by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from labms.metrology.divisors import Inexact, may_fail, names_in, walk
from labms.metrology.expressions import CannotEvaluate, Expression, Value
from labms.metrology.limits import Cells, Formula, Limit, Steps
from labms.metrology.tree import MODEL_FUNCTIONS, Node

NO_VALUE = (ZeroDivisionError, Inexact, TypeError)
#: The column that says what the instrument shows.
INDICATION = "indication"
#: More than the columns of any check.
MOST_NAMES = 200


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
    typed: frozenset[str] = frozenset()
    """What somebody reads: that it comes near zero says nothing of an instrument."""

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
            if self.typed & names_in(node):
                return
            self.trial.divisors[Divisor(where, node.position, self.row)] = value

        return met

    def reading(
        self,
        key: str,
        expression: Expression,
        values: Mapping[str, Value],
        *,
        typed: Sequence[str],
    ) -> None:
        """Work out a formula of what is read, whatever that is.

        It has no value where it has none for several readings that have nothing to do
        with the plate, or none for an instrument that indicates what it should.
        """
        where, root = Where(self.file, key), _plainer(expression.root)
        self.typed = frozenset(typed)
        readings = [
            {**values, **dict(zip(typed, each, strict=False))} for each in _readings()
        ]
        working = [each for each in readings if not _fails(root, each)]
        exact = {**readings[0], INDICATION: values["nominal"]}
        if not working or (INDICATION in typed and _fails(root, exact)):
            self.trial.failed.add(where)
        else:
            with suppress(KeyError, *NO_VALUE):
                walk(root, working[0].__getitem__, self._met(where))
        self.typed = frozenset()

    def limit(
        self, limit: Limit, values: Mapping[str, Value], *, file: str, key: str
    ) -> None:
        """Work out all the formulas of a limit."""
        for name, expression in parts_of(limit):
            at = dict(values)
            if "limit" in expression.names:
                at["limit"] = Fraction(1)
            self.value(f"{key}{name}", expression, at, file=file)


def _readings() -> Iterator[Iterator[Fraction]]:
    """Yield readings that no formula of a plate comes to, but for the last: whole."""
    yield (Fraction(1000003 + 7919 * place, 997) for place in range(MOST_NAMES))
    yield (Fraction(70001 + 104729 * place, 3001) for place in range(MOST_NAMES))
    yield (Fraction(2 + place) for place in range(MOST_NAMES))


def _plainer(node: Node) -> Node:
    """Return a tree with plain values instead of roots and the like."""
    what = "abs" if node.what in MODEL_FUNCTIONS else node.what
    return node._replace(what=what, parts=tuple(map(_plainer, node.parts)))


def _fails(root: Node, values: Mapping[str, Value]) -> bool:
    """Return whether it has no value; what is not known is no such place."""
    try:
        walk(root, values.__getitem__, lambda _node, _value: None)
    except (ZeroDivisionError, TypeError):
        return True
    except Inexact:
        return not _has_own_power(root)
    except KeyError:
        return False
    return False


def _has_own_power(root: Node) -> bool:
    """Return whether it takes powers, which only models of uncertainty work out."""
    return root.what == "**" or any(map(_has_own_power, root.parts))


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
