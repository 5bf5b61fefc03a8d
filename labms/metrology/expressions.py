"""One closed language for points, errors, limits and conditions.

Numbers, truth values and short texts; `+ - * / **`, comparisons, `and or not`, names,
and a handful of functions. Numbers are exact fractions, so that an error exactly on
its limit is on its limit. There are no loops, no attributes and no way out.

Roots, logarithms and the like are part of the language, but have no exact value: they
are refused here, and worked out by `labms.metrology.modelling` for uncertainties.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.parsing import parse_tree
from labms.metrology.ratios import Inner, Ratio, Work, made
from labms.metrology.tree import (
    COMPARISONS,
    EQUALITIES,
    JOINS,
    MODEL_FUNCTIONS,
    BadExpression,
    Given,
    Inexact,
    Kind,
    Node,
    Value,
)

__all__ = [
    "BadExpression",
    "CannotEvaluate",
    "Expression",
    "Given",
    "Kind",
    "Value",
    "parse",
]

NOT_A_NUMBER = N_("it is not a number")


class CannotEvaluate(Invalid):
    """With these values the expression has no result."""

    code = "metrology.cannot_evaluate"
    message = N_("“{source}” has no value here: {problem}")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, parsed once; two with the same source are equal."""

    source: str
    root: Node
    _work: Work = field(compare=False, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The names it needs values for."""
        return frozenset(_names(self.root))

    def kind(self, kinds: Mapping[str, Kind], *, is_exact: bool = True) -> Kind:
        """Return what it comes to, given what the names are.

        Roots and the like are refused unless it need not be exact. Raises
        BadExpression for an unknown name, or where parts do not go together.
        """
        return _kind(self.root, kinds, self.source, is_exact)

    def evaluate(self, values: Mapping[str, Given]) -> Value:
        """Return its value. Raises CannotEvaluate, as for a division by zero."""
        found = self._found(values)
        return Fraction(*found) if isinstance(found, tuple) else found

    def ratio(self, values: Mapping[str, Given]) -> Ratio:
        """Return numerator and denominator of its value, not in lowest terms.

        For comparisons, which need nothing more. The denominator is above zero.
        """
        found = self._found(values)
        if not isinstance(found, tuple):
            raise CannotEvaluate(source=self.source, problem=NOT_A_NUMBER)
        return found

    def _found(self, values: Mapping[str, Given]) -> Inner:
        try:
            return self._work(values)
        except KeyError as error:
            raise CannotEvaluate(
                source=self.source, problem=N_("a value is missing")
            ) from error
        except ZeroDivisionError as error:
            raise CannotEvaluate(
                source=self.source, problem=N_("division by zero")
            ) from error
        except TypeError as error:
            raise CannotEvaluate(
                source=self.source, problem=N_("its parts do not go together")
            ) from error
        except Inexact as error:
            raise CannotEvaluate(
                source=self.source, problem=N_("it has no exact value")
            ) from error

    def number(self, values: Mapping[str, Given]) -> Fraction:
        """Return its value, which has to be a number."""
        found = self._found(values)
        if not isinstance(found, tuple):
            raise CannotEvaluate(source=self.source, problem=NOT_A_NUMBER)
        return Fraction(*found)

    def holds(self, values: Mapping[str, Given]) -> bool:
        """Return its value, which has to be yes or no."""
        value = self.evaluate(values)
        if not isinstance(value, bool):
            raise CannotEvaluate(
                source=self.source, problem=N_("it is neither true nor false")
            )
        return value


@cache
def parse(source: str) -> Expression:
    """Read an expression. Raises BadExpression with the position of the fault."""
    root = parse_tree(source)
    return Expression(source, root, made(root))


def _names(node: Node) -> list[str]:
    own = [str(node.value)] if node.what == "name" else []
    return own + [name for part in node.parts for name in _names(part)]


def _kind(node: Node, kinds: Mapping[str, Kind], source: str, is_exact: bool) -> Kind:
    def refuse(problem: str, name: str = "") -> BadExpression:
        return BadExpression(
            source=source, position=node.position + 1, problem=problem, what=name
        )

    what = node.what
    if what == "name":
        if str(node.value) not in kinds:
            raise refuse(N_("no such name here:"), str(node.value))
        return kinds[str(node.value)]
    if what in ("number", "text", "truth"):
        return {"number": Kind.NUMBER, "text": Kind.TEXT}.get(what, Kind.TRUTH)
    found = [_kind(part, kinds, source, is_exact) for part in node.parts]
    if what == "if":
        if found[0] is not Kind.TRUTH or found[1] is not found[2]:
            raise refuse(N_("if(…) needs a condition and two values of one kind"))
        return found[1]
    if is_exact and what in MODEL_FUNCTIONS:
        raise refuse(
            N_("only models of uncertainty can work with this function:"), what
        )
    return _kind_of_operator(what, found, refuse)


def _kind_of_operator(
    what: str, found: list[Kind], refuse: Callable[..., BadExpression]
) -> Kind:
    for operators, wanted, problem in (
        (JOINS, {Kind.TRUTH}, N_("and, or and not join conditions")),
        (EQUALITIES, {found[0]}, N_("things of different kinds cannot be compared")),
    ):
        if what in operators:
            if set(found) != wanted:
                raise refuse(problem)
            return Kind.TRUTH
    if set(found) != {Kind.NUMBER}:
        raise refuse(N_("this needs numbers"))
    return Kind.TRUTH if what in COMPARISONS else Kind.NUMBER
