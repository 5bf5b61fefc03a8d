"""Models of uncertainty: what an expression comes to in floats, with derivatives.

The same trees as everywhere (`labms.metrology.expressions`), worked out with other
numbers: floats, arrays of draws, or values that carry their derivatives along, which
gives exact sensitivities without steps and without symbols.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from labms.i18n import N_
from labms.metrology.expressions import CannotEvaluate, Expression
from labms.metrology.tree import COMPARISONS, JOINS, Node

#: What a model may name without being given it.
CONSTANTS: Mapping[str, float] = {"pi": math.pi}

_LN10 = math.log(10)


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its derivatives by each input (forward differentiation)."""

    value: float
    slopes: tuple[float, ...]

    def along(self, value: float, factor: float) -> "Dual":
        """Return the result of a function with that value and derivative here."""
        return Dual(value, tuple(factor * slope for slope in self.slopes))

    def __neg__(self) -> "Dual":
        return self.along(-self.value, -1.0)

    def __abs__(self) -> "Dual":
        return -self if self.value < 0 else self

    def __add__(self, other: "Dual") -> "Dual":
        return _joined(self, other, self.value + other.value, 1.0, 1.0)

    def __sub__(self, other: "Dual") -> "Dual":
        return _joined(self, other, self.value - other.value, 1.0, -1.0)

    def __mul__(self, other: "Dual") -> "Dual":
        return _joined(self, other, self.value * other.value, other.value, self.value)

    def __truediv__(self, other: "Dual") -> "Dual":
        value = self.value / other.value
        return _joined(self, other, value, 1 / other.value, -value / other.value)

    def __pow__(self, other: "Dual") -> "Dual":
        base, exponent = self.value, other.value
        value = _real(base**exponent)
        by_base = exponent * _real(base ** (exponent - 1)) if exponent else 0.0
        by_exponent = value * math.log(base) if any(other.slopes) else 0.0
        return _joined(self, other, value, by_base, by_exponent)

    def __lt__(self, other: "Dual") -> bool:
        return self.value < other.value

    def __le__(self, other: "Dual") -> bool:
        return self.value <= other.value


def _joined(a: Dual, b: Dual, value: float, by_a: float, by_b: float) -> Dual:
    slopes = zip(a.slopes, b.slopes, strict=True)
    return Dual(value, tuple(by_a * x + by_b * y for x, y in slopes))


def _real(value: float | complex) -> float:
    if isinstance(value, complex):
        raise ValueError  # noqa: TRY004 (a root of a negative number, not a bug)
    return value


#: Each function and its derivative, which may use the value already found.
_CURVES: Mapping[
    str, tuple[Callable[[float], float], Callable[[float, float], float]]
] = {
    "sqrt": (math.sqrt, lambda _x, y: 0.5 / y),
    "exp": (math.exp, lambda _x, y: y),
    "log": (math.log, lambda x, _y: 1 / x),
    "ln": (math.log, lambda x, _y: 1 / x),
    "log10": (math.log10, lambda x, _y: 1 / (x * _LN10)),
    "sin": (math.sin, lambda x, _y: math.cos(x)),
    "cos": (math.cos, lambda x, _y: -math.sin(x)),
    "tan": (math.tan, lambda _x, y: 1 + y * y),
    "asin": (math.asin, lambda x, _y: 1 / math.sqrt(1 - x * x)),
    "acos": (math.acos, lambda x, _y: -1 / math.sqrt(1 - x * x)),
    "atan": (math.atan, lambda x, _y: 1 / (1 + x * x)),
    "sinh": (math.sinh, lambda x, _y: math.cosh(x)),
    "cosh": (math.cosh, lambda x, _y: math.sinh(x)),
    "tanh": (math.tanh, lambda _x, y: 1 - y * y),
}

_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "negative": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "abs": abs,
    "min": min,
    "max": max,
}


def _curve_of_dual(
    function: Callable[[float], float], slope: Callable[[float, float], float]
) -> Callable[[Dual], Dual]:
    def apply(x: Dual) -> Dual:
        value = function(x.value)
        return x.along(value, slope(x.value, value) if any(x.slopes) else 0.0)

    return apply


_OF_DUALS = {
    **_OPERATORS,
    **{name: _curve_of_dual(*curve) for name, curve in _CURVES.items()},
}
_OF_FLOATS = {**_OPERATORS, **{name: curve[0] for name, curve in _CURVES.items()}}


def differentiate(
    model: Expression, at: Mapping[str, float]
) -> tuple[float, dict[str, float]]:
    """Return the model's value and its derivative by each of the values given.

    Raises CannotEvaluate where there is none, as for a root below zero.
    """
    names = list(at)
    flat = (0.0,) * len(names)
    values = {name: Dual(value, flat) for name, value in CONSTANTS.items()}
    for place, name in enumerate(names):
        slopes = tuple(1.0 if i == place else 0.0 for i in range(len(names)))
        values[name] = Dual(float(at[name]), slopes)

    result = _work_out(model, values, _OF_DUALS, lambda x: Dual(x, flat))
    return result.value, dict(zip(names, result.slopes, strict=True))


def evaluate_float(model: Expression, at: Mapping[str, float]) -> float:
    """Return the model's value in floats. Raises CannotEvaluate."""
    found = _work_out(model, {**CONSTANTS, **at}, _OF_FLOATS, float)
    return float(_real(found))


def evaluate_best(model: Expression, at: Mapping[str, Fraction]) -> Fraction | float:
    """Return the model's value exactly where it has an exact one, else in floats."""
    try:
        return model.number(dict(at))
    except CannotEvaluate:
        return evaluate_float(model, {name: float(x) for name, x in at.items()})


def evaluate_draws(model: Expression, at: Mapping[str, Any]) -> Any:
    """Return the model's values for arrays of draws, one array for each name."""
    import numpy as np

    inverse = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "ln": "log"}
    functions = {
        **_OPERATORS,
        **{name: getattr(np, inverse.get(name, name)) for name in _CURVES},
        "min": lambda *x: np.minimum.reduce(np.broadcast_arrays(*x)),
        "max": lambda *x: np.maximum.reduce(np.broadcast_arrays(*x)),
        "if": np.where,
        "and": np.logical_and,
        "or": np.logical_or,
        "not": np.logical_not,
    }
    with np.errstate(all="ignore"):
        return _work_out(model, {**CONSTANTS, **at}, functions, float)


def _work_out(
    model: Expression,
    values: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    constant: Callable[[float], Any],
) -> Any:
    def walk(node: Node) -> Any:
        what = node.what
        if what == "name":
            return values[str(node.value)]
        if what == "number":
            return constant(float(node.value))
        if what in functions:
            return functions[what](*(walk(part) for part in node.parts))
        return _choice(what, node.parts, walk)

    try:
        return walk(model.root)
    except KeyError as error:
        raise CannotEvaluate(
            source=model.source, problem=N_("a value is missing")
        ) from error
    except ZeroDivisionError as error:
        raise CannotEvaluate(
            source=model.source, problem=N_("division by zero")
        ) from error
    except (ValueError, OverflowError) as error:
        raise CannotEvaluate(
            source=model.source, problem=N_("a function has no value there")
        ) from error
    except TypeError as error:
        raise CannotEvaluate(
            source=model.source, problem=N_("its parts do not go together")
        ) from error


def _choice(what: str, parts: Sequence[Node], walk: Callable[[Node], Any]) -> Any:
    """Work out conditions, which floats and duals decide at once."""
    if what == "if":
        return walk(parts[1] if walk(parts[0]) else parts[2])
    if what == "not":
        return not walk(parts[0])
    if what in JOINS:
        first = walk(parts[0])
        return walk(parts[1]) if bool(first) is (what == "and") else first
    if what in COMPARISONS:
        return COMPARISONS[what](walk(parts[0]), walk(parts[1]))
    raise TypeError
