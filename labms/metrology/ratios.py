"""Works trees out exactly, in whole numbers.

Inside an expression a number is its numerator and denominator, not in lowest terms:
reducing each step, as fractions do, takes most of the time and changes nothing. What
comes out is a fraction again (`labms.metrology.expressions`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from labms.metrology.tree import (
    COMPARISONS,
    FUNCTIONS,
    JOINS,
    Given,
    Node,
    Value,
    power,
)

Ratio = tuple[int, int]
"""Numerator and denominator; the denominator is above zero."""

Inner = Ratio | bool | str
Values = Mapping[str, Given]
Work = Callable[[Values], Inner]


def made(node: Node) -> Work:
    """Return a function that works a tree out, so that it is looked through once."""
    what, parts = node.what, node.parts
    if what == "name":
        return _name(str(node.value))
    if what in ("number", "text", "truth"):
        constant = _inner(node.value)
        return lambda _values: constant
    works = tuple(made(part) for part in parts)
    if what == "if":
        return _choice(*works)
    if what in JOINS:
        return _joined(what, works)
    if what in COMPARISONS:
        return _comparison(COMPARISONS[what], *works)
    if what in _OF_TWO:
        return _OF_TWO[what](*works)
    if what == "**":
        return _by_fractions(power, works)
    return _of_any(_OF_ANY[what], works) if what in _OF_ANY else _function(what, works)


def _inner(value: Value) -> Inner:
    return value.as_integer_ratio() if isinstance(value, Fraction) else value


def _name(name: str) -> Work:
    def work(values: Values) -> Inner:
        value = values[name]
        kind = type(value)  # by far faster than isinstance with a Fraction
        if kind is Fraction or kind is Decimal:
            return value.as_integer_ratio()  # type: ignore[union-attr]
        if isinstance(value, (str, bool)):
            return value
        raise TypeError

    return work


def _choice(condition: Work, yes: Work, no: Work) -> Work:
    return lambda values: (yes if _truth(condition(values)) else no)(values)


def _joined(what: str, works: tuple[Work, ...]) -> Work:
    if what == "not":
        return lambda values: not _truth(works[0](values))
    first, second = works
    if what == "and":
        return lambda values: _truth(first(values)) and _truth(second(values))
    return lambda values: _truth(first(values)) or _truth(second(values))


def _truth(value: Inner) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _comparison(compare: Callable[..., bool], first: Work, second: Work) -> Work:
    def work(values: Values) -> bool:
        left, right = first(values), second(values)
        if isinstance(left, tuple) and isinstance(right, tuple):
            return compare(left[0] * right[1], right[0] * left[1])
        if type(left) is not type(right):
            raise TypeError
        return compare(left, right)

    return work


def _plus(first: Work, second: Work) -> Work:
    def work(values: Values) -> Ratio:
        left, right = first(values), second(values)
        if not isinstance(left, tuple) or not isinstance(right, tuple):
            raise TypeError
        a, b = left
        c, d = right
        return (a + c, b) if b == d else (a * d + c * b, b * d)

    return work


def _minus(first: Work, second: Work) -> Work:
    def work(values: Values) -> Ratio:
        left, right = first(values), second(values)
        if not isinstance(left, tuple) or not isinstance(right, tuple):
            raise TypeError
        a, b = left
        c, d = right
        return (a - c, b) if b == d else (a * d - c * b, b * d)

    return work


def _times(first: Work, second: Work) -> Work:
    def work(values: Values) -> Ratio:
        left, right = first(values), second(values)
        if not isinstance(left, tuple) or not isinstance(right, tuple):
            raise TypeError
        return left[0] * right[0], left[1] * right[1]

    return work


def _over(first: Work, second: Work) -> Work:
    def work(values: Values) -> Ratio:
        left, right = first(values), second(values)
        if not isinstance(left, tuple) or not isinstance(right, tuple):
            raise TypeError
        a, b = left
        c, d = right
        if c > 0:
            return a * d, b * c
        if c == 0:
            raise ZeroDivisionError
        return -a * d, b * -c

    return work


def _of_any(apply: Callable[[list[Ratio]], Ratio], works: tuple[Work, ...]) -> Work:
    return lambda values: apply(_numbers(works, values))


def _function(name: str, works: tuple[Work, ...]) -> Work:
    return _by_fractions(FUNCTIONS[name][1], works)


def _by_fractions(apply: Callable[..., Fraction], works: tuple[Work, ...]) -> Work:
    def work(values: Values) -> Ratio:
        found = apply(*(Fraction(*each) for each in _numbers(works, values)))
        return found.as_integer_ratio()

    return work


def _numbers(works: tuple[Work, ...], values: Values) -> list[Ratio]:
    numbers = []
    for each in works:
        number = each(values)
        if not isinstance(number, tuple):
            raise TypeError
        numbers.append(number)
    return numbers


def _largest(numbers: list[Ratio]) -> Ratio:
    found = numbers[0]
    for each in numbers[1:]:
        if each[0] * found[1] > found[0] * each[1]:
            found = each
    return found


def _smallest(numbers: list[Ratio]) -> Ratio:
    found = numbers[0]
    for each in numbers[1:]:
        if each[0] * found[1] < found[0] * each[1]:
            found = each
    return found


_OF_TWO: Mapping[str, Callable[[Work, Work], Work]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
}
_OF_ANY: Mapping[str, Callable[[list[Ratio]], Ratio]] = {
    "negative": lambda numbers: (-numbers[0][0], numbers[0][1]),
    "abs": lambda numbers: (abs(numbers[0][0]), numbers[0][1]),
    "max": _largest,
    "min": _smallest,
}
