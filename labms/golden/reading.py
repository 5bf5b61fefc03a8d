"""Reads what the examples give: decimal strings, in whatever way they are typed."""

import re
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import inf
from typing import Any

from labms.errors import Invalid
from labms.i18n import N_, Message
from labms.metrology.decimals import NotADecimal, read_decimal

#: Beyond it a power of ten is no figure of any measurement.
MOST_POWER = 400
TOO_LARGE = N_("powers of ten go to {most}")
_WITH_POWER = re.compile(r"\s*[+-]?[0-9_]*[.,]?[0-9_]*[eE][+-]?(?P<power>[0-9]+)\s*")


class BadExample(Invalid):
    """The example does not give what is needed, or not in a form that is known."""

    code = "golden.bad_example"
    message = N_("The example cannot be worked out: {problem}")


#: What tells about an example, and is never worked with.
ABOUT = frozenset(
    {
        *("id", "title", "description", "case", "unit", "source", "reason", "remark"),
        *("note", "notes", "comment", "verified_with", "gum_validation", "confidence"),
        *("published", "tolerance", "abs_tol", "rel_tol", "expected"),
    }
)


class UnknownKeys(BadExample):
    """The example says more than is worked with, so its result may be another."""

    code = "golden.unknown_keys"
    message = N_("Nothing is known to be done with: {names}")


class Told(Mapping[str, Any]):
    """What an example tells, remembering what of it was used.

    A key that nobody asked for, and that the form doesn't know, means nothing here:
    the result may not be what is meant.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._kept: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._kept:
            self._kept[key] = _remembering(self._told[key])
        return self._kept[key]

    def __contains__(self, key: object) -> bool:
        return key in self._told

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)

    def unused(self, path: str = "") -> Iterator[tuple[str, str, Any]]:
        """Yield where the keys stand that nobody asked for, the keys and their values.

        What is null says nothing.
        """
        for key, value in self._told.items():
            here = f"{path}.{key}" if path else key
            if key in self._kept:
                yield from _unused(self._kept[key], here)
            elif value is not None:
                yield here, key, value


def _remembering(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Told(value)
    return list(map(_remembering, value)) if isinstance(value, list) else value


def _unused(value: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, Told):
        yield from value.unused(path)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _unused(each, f"{path}[{place}]")


def unknown_keys(told: Told, known: Collection[str]) -> list[str]:
    """Return where keys stand that were not used, and that the form does not know.

    Beside what is given, a sentence is a remark, whatever it is called.
    """
    return [
        path
        for path, key, value in told.unused()
        if key not in ABOUT
        and key not in known
        and not key.startswith("computed_")
        and (path.startswith("given.") or not _is_prose(value))
    ]


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and len(value.split()) > 1


def also(more: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what both tell; what is used of either is remembered there."""
    maps: Any = (more, told)  # nothing is put into them
    return ChainMap(*maps)


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


def check_sizes(value: Any) -> None:
    """Refuse a number whose power of ten would fill the memory with digits."""
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            check_sizes(each)
    elif isinstance(value, str) and (found := _WITH_POWER.fullmatch(value)):
        power = found["power"].lstrip("0")
        if len(power) > len(str(MOST_POWER)) or int(power or 0) > MOST_POWER:
            raise BadExample(
                problem=f"{value:.60} ({Message(TOO_LARGE, {'most': str(MOST_POWER)})})"
            )


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
