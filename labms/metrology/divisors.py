"""What an expression divides by, as it is worked out for some values.

`labms.metrology.ratios` works expressions out fast and says only that one divides by
zero. Whoever looks for such places beforehand has to see the divisors come near it.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

from labms.metrology.expressions import Expression
from labms.metrology.tree import COMPARISONS, FUNCTIONS, Inexact, Node, Value, power

Look = Callable[[str], Value]
"""Return what a name stands for, or raise KeyError."""

Met = Callable[[Node, Fraction], None]
"""Told each divisor, factor by factor, with its value."""

_SUMS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


@cache
def may_fail(expression: Expression) -> bool:
    """Return whether it could be without a value: it divides, or takes powers."""
    return any(_is_divisor(node) for node in _nodes(expression.root))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _nodes(part)


def _is_divisor(node: Node) -> bool:
    if node.what == "**":
        return any(part.what != "number" for part in node.parts)
    if node.what not in ("/", "round", "round_up"):
        return False
    return _is_open(node.parts[1]) or (node.what == "/" and _is_zero(node.parts[1]))


def _is_zero(node: Node) -> bool:
    """Return whether a tree without names comes to nothing, or has no value itself."""
    no_names: dict[str, Value] = {}
    try:
        return walk(node, no_names.__getitem__, _nobody) == 0
    except (ZeroDivisionError, Inexact):
        return True
    except (KeyError, TypeError):
        return False


def names_in(node: Node) -> frozenset[str]:
    """Return the names that the value of a tree depends on."""
    return frozenset(str(n.value) for n in _nodes(node) if n.what == "name")


def _is_open(node: Node) -> bool:
    """Return whether the value of a tree depends on anything."""
    return any(each.what == "name" for each in _nodes(node))


def walk(node: Node, look: Look, met: Met) -> Value:
    """Return the value of a tree, telling the divisors of the parts that count.

    A branch that is not taken is not worked out. Raises KeyError, TypeError,
    ZeroDivisionError or Inexact.
    """
    what, parts = node.what, node.parts
    if what == "name":
        return look(str(node.value))
    if what in ("number", "text", "truth"):
        return node.value
    if what == "if":
        return walk(parts[1 if walk(parts[0], look, met) else 2], look, met)
    if what in ("and", "or"):
        first = walk(parts[0], look, met)
        return walk(parts[1], look, met) if first is (what == "and") else first
    values = [walk(part, look, met) for part in parts]
    if what == "not":
        return not values[0]
    if what in COMPARISONS:
        return COMPARISONS[what](*values)
    return _number(node, [_fraction(value) for value in values], look, met)


def _fraction(value: Value) -> Fraction:
    if not isinstance(value, Fraction):
        raise TypeError
    return value


def _number(node: Node, values: list[Fraction], look: Look, met: Met) -> Value:
    what = node.what
    if what in _SUMS:
        return _SUMS[what](*values)
    if what == "negative":
        return -values[0]
    if what == "/" or (what in FUNCTIONS and len(node.parts) == 2 and "round" in what):
        _tell(node.parts[1], look, met)
    if what == "/":
        return values[0] / values[1]
    if what == "**":
        if values[1] < 0:
            _tell(node.parts[0], look, met)
        return power(*values)
    return FUNCTIONS[what][1](*values)


def _tell(node: Node, look: Look, met: Met) -> None:
    """Tell a divisor by its factors, each of which passes zero by changing its sign."""
    if node.what == "*":
        for part in node.parts:
            _tell(part, look, met)
    elif node.what in ("/", "**", "abs", "negative"):
        _tell(node.parts[0], look, met)
    elif _is_open(node):
        value = walk(node, look, _nobody)
        met(node, _fraction(value))


def _nobody(_node: Node, _value: Fraction) -> None:
    """Take no note: the divisors inside were told before."""


__all__ = ["Inexact", "Look", "Met", "may_fail", "names_in", "walk"]
