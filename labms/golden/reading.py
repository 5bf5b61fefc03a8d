"""Reads what the examples give: decimal strings, in whatever way they are typed."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import inf
from typing import Any

from labms.errors import Invalid
from labms.i18n import N_
from labms.metrology.decimals import NotADecimal, read_decimal


class BadExample(Invalid):
    """The example does not give what is needed, or not in a form that is known."""

    code = "golden.bad_example"
    message = N_("The example cannot be worked out: {problem}")


def number(value: Any) -> Fraction:
    """Return the number that a string says, exactly; a comma is a decimal mark."""
    text = str(value)
    try:
        return (
            Fraction(Decimal(text)) if text.isascii() else Fraction(read_decimal(text))
        )
    except (InvalidOperation, ValueError, OverflowError):
        try:
            return Fraction(read_decimal(text))
        except NotADecimal as error:
            raise BadExample(problem=text) from error


def real(value: Any) -> float:
    """Return a number as a float; "inf" is infinite."""
    return inf if str(value) == "inf" else float(number(value))


def truth(value: Any) -> bool:
    """Return what "true" or "false" says, or the 1 or 0 of a history."""
    text = str(value).lower()
    if text not in ("true", "false", "1", "0"):
        raise BadExample(problem=text)
    return text in ("true", "1")


def given(told: Mapping[str, Any], *keys: str) -> Any:
    """Return the first of these that is given, or refuse."""
    for key in keys:
        if told.get(key) is not None:
            return told[key]
    raise BadExample(problem=N_("this is missing:") + " " + " / ".join(keys))


def optional(told: Mapping[str, Any], *keys: str) -> Any:
    """Return the first of these that is given, or None."""
    return next((told[key] for key in keys if told.get(key) is not None), None)
