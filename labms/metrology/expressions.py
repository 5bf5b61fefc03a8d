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
from labms.metrology.tree import (
    ARITHMETIC,
    COMPARISONS,
    EQUALITIES,
    FUNCTIONS,
    JOINS,
    MODEL_FUNCTIONS,
    BadExpression,
    Inexact,
    Kind,
    Node,
    Value,
)

__all__ = ["BadExpression", "CannotEvaluate", "Expression", "Kind", "Value", "parse"]


class CannotEvaluate(Invalid):
    """With these values the expression has no result."""

    code = "metrology.cannot_evaluate"
    message = N_("“{source}” has no value here: {problem}")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, parsed once; two with the same source are equal."""

    source: str
    root: Node
    _work: "Work" = field(compare=False, repr=False)

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

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """Return its value. Raises CannotEvaluate, as for a division by zero."""
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

    def number(self, values: Mapping[str, Value]) -> Fraction:
        """Return its value, which has to be a number."""
        value = self.evaluate(values)
        if not isinstance(value, Fraction):
            raise CannotEvaluate(source=self.source, problem=N_("it is not a number"))
        return value

    def holds(self, values: Mapping[str, Value]) -> bool:
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
    return Expression(source, root, _made(root))


def _names(node: Node) -> list[str]:
    own = [str(node.value)] if node.what == "name" else []
    return own + [name for part in node.parts for name in _names(part)]


Work = Callable[[Mapping[str, Value]], Value]


def _made(node: Node) -> Work:
    """Return a function that works a tree out, so that it is looked through once."""
    what, parts = node.what, node.parts
    if what == "name":
        name = str(node.value)
        return lambda values: values[name]
    if what in ("number", "text", "truth"):
        constant = node.value
        return lambda _values: constant
    works = tuple(_made(part) for part in parts)
    if what == "if":
        return _choice(*works)
    if what in JOINS:
        return _joined(what, works)
    if what in COMPARISONS:
        return _comparison(COMPARISONS[what], *works)
    if what in ARITHMETIC:
        return _arithmetic(ARITHMETIC[what], works)
    return _arithmetic(FUNCTIONS[what][1], works)


def _choice(condition: Work, yes: Work, no: Work) -> Work:
    return lambda values: (yes if _truth(condition(values)) else no)(values)


def _joined(what: str, works: tuple[Work, ...]) -> Work:
    if what == "not":
        return lambda values: not _truth(works[0](values))
    first, second = works
    if what == "and":
        return lambda values: _truth(first(values)) and _truth(second(values))
    return lambda values: _truth(first(values)) or _truth(second(values))


def _comparison(
    compare: Callable[[Value, Value], bool], first: Work, second: Work
) -> Work:
    def work(values: Mapping[str, Value]) -> bool:
        left, right = first(values), second(values)
        if type(left) is not type(right):
            raise TypeError
        return compare(left, right)

    return work


def _arithmetic(apply: Callable[..., Fraction], works: tuple[Work, ...]) -> Work:
    if len(works) == 2:
        first, second = works

        def work_of_two(values: Mapping[str, Value]) -> Fraction:
            left, right = first(values), second(values)
            if not isinstance(left, Fraction) or not isinstance(right, Fraction):
                raise TypeError
            return apply(left, right)

        return work_of_two

    def work(values: Mapping[str, Value]) -> Fraction:
        numbers = [each(values) for each in works]
        if not all(isinstance(number, Fraction) for number in numbers):
            raise TypeError
        return apply(*numbers)

    return work


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


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
