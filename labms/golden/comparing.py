"""What a golden file expects beside what was computed, value by value."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite, isinf
from typing import Any

from labms.errors import LabError
from labms.metrology.rounding import as_decimal

#: Shown beside a value, never compared: what a source printed, and remarks.
SHOWN_ONLY = frozenset(
    {
        *("published", "note", "notes", "comment", "source", "verified_with"),
        "se_of_one_1e6_run",
    }
)
#: What holds a value to compare, in a cell that tells more than one.
VALUES = ("computed", "analytic")
_TOLERANCES = frozenset({"abs_tol", "rel_tol"})

#: How a file may say that there is no result.
_NONE = frozenset(
    {
        "refused",
        "undefined",
        "not defined",
        "none",
        "n/a",
        "nan",
        "error",
        "not_applicable",
    }
)

#: The keys under which a file may say that something is refused, in its own words.
_REFUSALS = frozenset({"refused", "refusal", "error", "raises", "rejected", "invalid"})

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")

#: A figure without a tolerance, of so many digits, is taken as rounded to them.
_ROUNDED_FROM = 7
#: What a float may be off by, relatively, where no tolerance is stated: with few digits
#: printed, with many, and beside zero.
_FLOAT, _FINE, _NOTHING = Fraction(1, 10**6), Fraction(1, 10**9), Fraction(1, 10**12)


class Standing(StrEnum):
    """How one value stands."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPUTED = "not computed"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a computed value may be off; None: exactly, as far as it is printed."""

    absolute: Decimal | None = None
    relative: Decimal | None = None

    @property
    def is_stated(self) -> bool:
        """Whether the file says anything."""
        return self.absolute is not None or self.relative is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One value of a golden example."""

    path: str
    expected: str
    computed: str
    published: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Refused:
    """That the engine gives no result here, and why."""

    error: LabError


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in the engine's own words: compared by what it says, not how."""

    texts: tuple[str, ...]
    figures: tuple[Fraction, ...]


class Unordered(list[Any]):
    """A list whose order says nothing."""

    def in_order(self) -> list[Any]:
        """Return it in the order in which such lists are compared."""
        return sorted(self, key=repr)


def tolerance_of(told: Mapping[str, Any], outer: Tolerance) -> Tolerance:
    """Return the tolerance that a vector or a cell states, else the one around it."""
    if "tolerance" in told:
        kind, size = str(told["tolerance"]).split()
        return Tolerance(**{"absolute" if kind == "abs" else "relative": _size(size)})
    if not _TOLERANCES & set(told):
        return outer
    absolute, relative = told.get("abs_tol"), told.get("rel_tol")
    return Tolerance(
        None if absolute is None else _size(absolute),
        None if relative is None else _size(relative),
    )


def _size(told: Any) -> Decimal:
    """Read a tolerance. One that lets everything pass is none. Raises ValueError."""
    size = Decimal(str(told))
    if not size.is_finite() or size < 0:
        raise ValueError(f"tolerance {told}")
    return size


def compare(
    expected: Any, computed: Any, *, tolerance: Tolerance, path: str = ""
) -> Iterator[Comparison]:
    """Yield a comparison for every value expected; what is not computed differs."""
    if isinstance(expected, Mapping):
        yield from _compare_cells(expected, computed, tolerance, path)
        return
    if isinstance(expected, list):
        yield from _compare_list(expected, computed, tolerance, path)
        return
    standing = (
        Standing.NOT_COMPUTED
        if computed is _MISSING
        else Standing.AGREES
        if agrees(expected, computed, tolerance)
        else Standing.DIFFERS
    )
    yield Comparison(
        path=path,
        expected=show(expected),
        computed=show(computed),
        published="",
        standing=standing,
    )


_MISSING = object()


def _compare_cells(
    expected: Mapping[str, Any], computed: Any, tolerance: Tolerance, path: str
) -> Iterator[Comparison]:
    inner = tolerance_of(expected, tolerance)
    compared = [key for key in VALUES if key in expected]
    is_cell = bool(compared)
    for key, value in expected.items():
        if key in _TOLERANCES or key == "tolerance":
            continue
        here = f"{path}.{key}" if path else key
        if key in SHOWN_ONLY:
            if not is_cell or key != "published":
                yield from _shown(here, value)
        elif is_cell and key in VALUES:
            published = show(expected.get("published", ""))
            for one in compare(value, computed, tolerance=inner, path=here):
                yield replace(one, published=published)
        else:
            found = _MISSING
            if isinstance(computed, Refused):
                found = True if key in _REFUSALS and _is_word(value) else computed
                value = "true" if found is True and value is not False else value
            elif not is_cell and isinstance(computed, Mapping):
                found = computed.get(key, _MISSING)
            yield from compare(value, found, tolerance=inner, path=here)


def _compare_list(
    expected: list[Any], computed: Any, tolerance: Tolerance, path: str
) -> Iterator[Comparison]:
    given = list(computed) if isinstance(computed, Sequence) else None
    if given is None or isinstance(computed, str) or len(given) != len(expected):
        yield Comparison(
            path=path,
            expected=show(expected),
            computed=show(computed),
            published="",
            standing=Standing.NOT_COMPUTED if given is None else Standing.DIFFERS,
        )
        return
    if not expected:
        yield Comparison(
            path=path,
            expected="–",
            computed="–",
            published="",
            standing=Standing.AGREES,
        )
    if isinstance(computed, Unordered):
        given = Unordered(map(_plainly, given)).in_order()
        expected = Unordered(map(_plainly, expected)).in_order()
    for place, (want, found) in enumerate(zip(expected, given, strict=True)):
        yield from compare(want, found, tolerance=tolerance, path=f"{path}[{place}]")


def _is_word(value: Any) -> bool:
    """Return whether a value says that there is a refusal."""
    return value is True or str(value).lower() not in ("false", "none", "0", "")


def _plainly(value: Any) -> Any:
    """Return a table with its keys in order, so that equal ones are written alike."""
    return dict(sorted(value.items())) if isinstance(value, Mapping) else value


def _shown(path: str, value: Any) -> Iterator[Comparison]:
    yield Comparison(
        path=path,
        expected="",
        computed="",
        published=show(value),
        standing=Standing.SHOWN,
    )


def agrees(expected: Any, computed: Any, tolerance: Tolerance) -> bool:
    """Return whether a computed value is what a plain expected one says."""
    if isinstance(computed, Refused):
        return expected is None or str(expected) in _NONE
    if expected is None or computed is None:
        return expected is None and computed is None
    if isinstance(computed, bool):
        return str(expected).lower() == str(computed).lower()
    if isinstance(computed, Words):
        return _says(str(expected), computed)
    if isinstance(computed, str):
        return str(expected) == computed
    if str(expected) in ("inf", "-inf"):
        return isinf(computed) and (computed > 0) is (expected == "inf")
    if not _NUMBER.fullmatch(str(expected)):
        return False
    return _near(Decimal(str(expected)), computed, tolerance)


def _near(
    expected: Decimal, computed: Decimal | Fraction | float, tolerance: Tolerance
) -> bool:
    if isinstance(computed, float) and not isfinite(computed):
        return False
    off = abs(Fraction(computed) - Fraction(expected))
    _, digits, exponent = expected.as_tuple()
    size, last = abs(Fraction(expected)), Fraction(10) ** int(exponent)
    is_float = isinstance(computed, float)
    allowed = Fraction(0)
    if tolerance.is_stated:
        allowed = Fraction(tolerance.absolute or 0)
        if tolerance.relative is not None:
            allowed = max(allowed, Fraction(tolerance.relative) * size)
    elif is_float and size == 0:
        allowed = _NOTHING
    elif is_float:
        allowed = (_FINE if len(digits) >= _ROUNDED_FROM else _FLOAT) * size
    if len(digits) >= (_ROUNDED_FROM - 1 if is_float else _ROUNDED_FROM):
        allowed = max(allowed, last * Fraction(501, 1000))
    return off <= allowed


_WORD = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|[<>=]+|\S")

#: Words that may join what a reason says, whoever words it.
_JOINING = frozenset(
    "a an and or not no the of in is be to for at by than from must may has have only "
    "needs need required requires allowed permitted exceeds above below over under "
    "outside within between least most too small large few many minimum maximum number "
    "capacity class classes power ten scale interval intervals verification auxiliary "
    "indicating device equal equals differ differs with without when if , . ( ) : ; - "
    "<= >= < > = == !=".split()
)


def _says(expected: str, computed: Words) -> bool:
    """Return whether a sentence says what one of ours says: same subjects and figures.

    Its own words may differ, but a figure that is not ours, or a word that means
    nothing here, makes it another sentence.
    """
    if not computed.texts:
        return False
    if expected in computed.texts:
        return True
    known = {word for text in computed.texts for word in _WORD.findall(text)}
    own = {word for word in known if word.isalpha() and word not in _JOINING}
    words = _WORD.findall(expected)
    figures = {Fraction(word) for word in words if word[0].isdigit()}
    others = {word for word in words if not word[0].isdigit()} - known
    return (
        bool(own & set(words))
        and figures <= set(computed.figures)
        and {word.lower() for word in others}
        <= _JOINING | {"max", "min", "n", "d", "e"}
    )


def show(value: Any) -> str:
    """Return a value as it is written on the page and in the report."""
    if value is _MISSING:
        return ""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {show(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(show(each) for each in value)
    return _show_one(value)


def _show_one(value: Any) -> str:
    if isinstance(value, Refused):
        return str(value.error.text)
    if isinstance(value, Words):
        return "; ".join(value.texts)
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Fraction):
        return (
            f"{float(value):.12g}"
            if _is_long(value)
            else format(as_decimal(value), "f")
        )
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _is_long(value: Fraction) -> bool:
    return len(format(as_decimal(value), "f")) > 18
