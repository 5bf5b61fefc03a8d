"""What a received DCC would fill in for a calibration, and what it leaves open.

Pure: values come from the file, nothing is invented. Of several uncertainties the
largest counts, of several errors the largest in magnitude: a standard is used over its
whole range. A person confirms or corrects all of it.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from labms.dcc.reading import Item, Received, Series
from labms.dcc.units import KELVIN
from labms.i18n import N_
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert, convertible

#: By which kinds of values the range is told, the best first.
_RANGE = ("basic_nominalValue", "basic_referenceValue", "basic_measuredValue")
#: Those that name a point; a single value that was found is not the point itself.
_NAMED = (("basic_nominalValue",), ("basic_referenceValue",))
_ERROR = "basic_measurementError"
_CORRECTION = "labms_correction"
#: What is no value of the item: limits, conditions.
_ASIDE = ("basic_tolerance", "basic_acceptance", "basic_temperature", "basic_humidity")


class Fit(StrEnum):
    """Whether what was calibrated is the standard that it is entered for."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


NO_UNIT = N_("No values in the unit of the standard, or one that converts into it.")
NO_POINTS = N_("The points by their nominal values: our own range was taken.")
NO_U = N_("No expanded uncertainty with its coverage factor.")
NO_DATE = N_("The day of the calibration.")
NO_ISSUE = N_("The day of issue.")
NO_DUE = N_("A last day or a day of recalibration: our own interval was taken.")
NO_DUE_AT_ALL = N_("A last day or a day of recalibration.")
NO_ISSUER = N_("The name of the laboratory.")
NO_CHAIN = N_("Certificates of the standards that it was calibrated with.")
NO_COMPETENCE = N_("On what the competence of the laboratory rests.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is filled in; figures are in `unit`."""

    number: str
    issuer_name: str
    calibrated_on: date | None
    issued_on: date | None
    due_on: date | None
    unit: str
    range_from: Decimal | None = None
    range_to: Decimal | None = None
    error: Decimal | None = None
    uncertainty: Decimal | None = None
    coverage_factor: Decimal | None = None
    missing: tuple[str, ...] = ()
    """What the file does not say."""


def suggestion(received: Received, *, unit: str, own_due_on: date | None) -> Suggestion:
    """Return what a received DCC says of a standard whose unit is `unit`.

    `own_due_on` is the last day by our own interval, where the file states none.
    """
    stated = [
        each
        for each in received.series
        if each.is_known and not any(kind.startswith(_ASIDE) for kind in each.kinds)
    ]
    spread = _spread([each for each in stated if convertible(each.unit, unit)], unit)
    apart = [each for each in stated if convertible(_apart(each.unit), unit)]
    worst = _worst(apart, unit)
    errors = [
        _into(point.value, each, unit)
        for each in apart
        if {_ERROR, _CORRECTION} & set(each.kinds)
        for point in each.points
    ]
    return Suggestion(
        number=received.number[:100],
        issuer_name=received.issuer[:200],
        calibrated_on=received.calibrated_on,
        issued_on=received.issued_on,
        due_on=received.due_on or own_due_on,
        unit=unit,
        range_from=spread[0] if spread else None,
        range_to=spread[1] if spread else None,
        error=max(map(abs, errors), default=None),
        uncertainty=worst[0] if worst else None,
        coverage_factor=worst[1] if worst else None,
        missing=tuple(
            _missing(
                received,
                has_range=spread is not None,
                has_values=any(convertible(each.unit, unit) for each in stated),
                has_uncertainty=worst is not None,
                has_own=own_due_on is not None,
            )
        ),
    )


def _missing(
    received: Received,
    *,
    has_range: bool,
    has_values: bool,
    has_uncertainty: bool,
    has_own: bool,
) -> Iterable[str]:
    if not received.issuer:
        yield NO_ISSUER
    yield NO_COMPETENCE  # which no DCC states in a form that a machine can trust
    if received.calibrated_on is None:
        yield NO_DATE
    if received.issued_on is None:
        yield NO_ISSUE
    if received.due_on is None:
        yield NO_DUE if has_own else NO_DUE_AT_ALL
    if not has_range:
        yield NO_POINTS if has_values else NO_UNIT
    if not has_uncertainty:
        yield NO_U
    if not received.reports:
        yield NO_CHAIN


def _spread(usable: Iterable[Series], unit: str) -> tuple[Decimal, Decimal] | None:
    """Return the lowest and the highest point, by the best kind of values there is."""
    known = list(usable)
    for kinds in (*((kind,) for kind in _RANGE), ()):
        values = [
            _into(point.value, each, unit)
            for each in known
            if (set(kinds) <= set(each.kinds)) and _is_value(each)
            for point in each.points
        ]
        if values and (kinds in _NAMED or min(values) != max(values)):
            return min(values), max(values)
    return None


def _is_value(series: Series) -> bool:
    return not {_ERROR, _CORRECTION, "labms_hysteresis"} & set(series.kinds)


def _worst(usable: Iterable[Series], unit: str) -> tuple[Decimal, Decimal] | None:
    """Return the largest U with its k."""
    stated = [
        (_into(point.uncertainty, each, unit), point.factor)
        for each in usable
        for point in each.points
        if point.uncertainty is not None and point.factor is not None
    ]
    return max(stated, default=None)


def _apart(unit: str) -> str:
    """Return the unit in which a difference is as large: a kelvin is a degree."""
    return "°C" if unit == KELVIN else unit


def _into(value: Decimal, series: Series, unit: str) -> Decimal:
    own = _apart(series.unit)
    return value if own == unit else as_decimal(convert(value, unit=own, into=unit))


def fit_of(items: Collection[Item], *, ours: Collection[str]) -> Fit:
    """Return whether one of the items is known by a number of ours.

    `ours` and the items' numbers are compared without spaces and case.
    """
    known = {_key(number) for number in ours if number.strip()}
    given = {_key(number) for item in items for number in item.numbers}
    if not known or not given:
        return Fit.UNKNOWN
    return Fit.SAME if known & given else Fit.OTHER


def _key(number: str) -> str:
    return "".join(number.split()).casefold()


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
