"""What expressions are made of: a tree of values, operators and functions."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.rounding import round_to_step, round_up_to_step

Value = Fraction | bool | str
"""What an expression comes to."""

Given = Value | Decimal
"""What its names may stand for."""


class Kind(StrEnum):
    """What an expression comes to."""

    NUMBER = "number"
    TRUTH = "truth value"
    TEXT = "text"


class BadExpression(Invalid):
    """This is not an expression, or not one that makes sense."""

    code = "metrology.bad_expression"
    message = N_("“{source}”, character {position}: {problem} {what}")

    def __init__(
        self, *, source: str, position: int, problem: str, what: str = ""
    ) -> None:
        super().__init__(source=source, position=position, problem=problem, what=what)


class Node(NamedTuple):
    """A number, text or name, or an operator or function and what it works on."""

    what: str
    position: int
    value: Value = ""
    parts: tuple["Node", ...] = ()


class Inexact(Exception):
    """The result is no fraction: only a model of uncertainty can work with it."""


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return a whole power; others, and results of absurd length, are Inexact."""
    length = max(abs(base.numerator), base.denominator).bit_length()
    if exponent.denominator != 1 or length * abs(exponent) > LONGEST_POWER:
        raise Inexact
    result: Fraction = base ** int(exponent)
    return result


def _inexact(*_: Fraction) -> Fraction:
    raise Inexact


#: The bits of the longest whole power that is worked out.
LONGEST_POWER = 8192

#: Functions without exact results: known to the grammar, so that models of
#: uncertainty are written in it too, and refused wherever figures have to be exact.
MODEL_FUNCTIONS = (
    *("sqrt", "exp", "log", "ln", "log10", "sin", "cos", "tan"),
    *("asin", "acos", "atan", "sinh", "cosh", "tanh"),
)

#: Functions by name: how many arguments (None: one or more), all numbers.
FUNCTIONS: Mapping[str, tuple[int | None, Callable[..., Fraction]]] = {
    "min": (None, min),
    "max": (None, max),
    "abs": (1, abs),
    "round": (2, lambda value, step: round_to_step(value, step=step)),
    "round_up": (2, lambda value, step: round_up_to_step(value, step=step)),
    **dict.fromkeys(MODEL_FUNCTIONS, (1, _inexact)),
}
COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}
JOINS = frozenset({"and", "or", "not"})
EQUALITIES = frozenset({"==", "!="})
WORDS = frozenset({"and", "or", "not", "if", "true", "false", *FUNCTIONS})
