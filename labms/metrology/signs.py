"""Which side of zero a formula lies on, as far as its shape alone shows."""

from enum import StrEnum

from labms.metrology.expressions import Expression
from labms.metrology.tree import Node


class Sign(StrEnum):
    """What is known of a value."""

    ABOVE = "at or above zero"
    BELOW = "at or below zero"
    NONE = "zero"
    UNKNOWN = "unknown"


_TURNED = {Sign.ABOVE: Sign.BELOW, Sign.BELOW: Sign.ABOVE}
#: Functions that are never below zero, and those that keep the side of one argument.
_NEVER_BELOW = frozenset({"abs", "sqrt", "exp"})
_KEEPING = frozenset({"round", "round_up"})


def sign_of(expression: Expression, *, signed: frozenset[str]) -> Sign:
    """Return the side of a formula; every name but the `signed` ones is above zero."""
    return _sign(expression.root, signed)


def _sign(node: Node, signed: frozenset[str]) -> Sign:
    if node.what == "number":
        return Sign.ABOVE if node.value else Sign.NONE
    if node.what == "name":
        return Sign.UNKNOWN if node.value in signed else Sign.ABOVE
    if node.what in _NEVER_BELOW:
        return Sign.ABOVE
    parts = [_sign(part, signed) for part in node.parts]
    if node.what == "if":
        parts = parts[1:]
    if node.what == "negative":
        return _TURNED.get(parts[0], parts[0])
    if node.what == "-":
        parts[1] = _TURNED.get(parts[1], parts[1])
    if node.what in ("*", "/"):
        return _product(*parts)
    if node.what in ("min", "max"):
        return parts[0] if len(set(parts)) == 1 else Sign.UNKNOWN
    if node.what in ("+", "-", "if"):
        return _together(parts)
    return parts[0] if node.what in _KEEPING else Sign.UNKNOWN


def _product(one: Sign, other: Sign) -> Sign:
    if Sign.NONE in (one, other):
        return Sign.NONE
    if Sign.UNKNOWN in (one, other):
        return Sign.UNKNOWN
    return Sign.ABOVE if one is other else Sign.BELOW


def _together(parts: list[Sign]) -> Sign:
    """Return the side of a sum or a choice: that of all of them, zeros aside."""
    found = {part for part in parts if part is not Sign.NONE}
    if not found:
        return Sign.NONE
    return found.pop() if len(found) == 1 else Sign.UNKNOWN
