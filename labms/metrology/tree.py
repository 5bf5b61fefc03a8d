"""What expressions are made of: a tree of values, operators and functions."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.rounding import round_to_step, round_up_to_step

Value = Fraction | bool | str


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


#: Functions by name: how many arguments (None: one or more), all numbers.
FUNCTIONS: Mapping[str, tuple[int | None, Callable[..., Fraction]]] = {
    "min": (None, min),
    "max": (None, max),
    "abs": (1, abs),
    "round": (2, lambda value, step: round_to_step(value, step=step)),
    "round_up": (2, lambda value, step: round_up_to_step(value, step=step)),
}
COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}
ARITHMETIC: Mapping[str, Callable[..., Fraction]] = {
    "negative": lambda a: -a,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
JOINS = frozenset({"and", "or", "not"})
EQUALITIES = frozenset({"==", "!="})
WORDS = frozenset({"and", "or", "not", "if", "true", "false", *FUNCTIONS})
