"""Rows as CSV and figures as JSON, for whoever works on with them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from labms.i18n import gettext
from labms.indicators.evidence import Evidence
from labms.indicators.rules import Standing
from labms.sheets.writing import csv_of


def as_csv(found: Evidence) -> str:
    """Return rows as CSV, with a mark by which spreadsheets know that it is UTF-8."""
    return csv_of(*cells_of(found))


def cells_of(found: Evidence) -> tuple[list[str], Iterator[list[str | int | date]]]:
    """Return the heading and the rows for a spreadsheet."""
    heading = [gettext(column.text) for column in found.columns]
    return heading, ([cell.value for cell in row] for row in found.rows)


def as_json(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """Return figures and targets as plain values, numbers as decimal strings.

    The names of the keys are a promise; keys may be added and none is removed.
    """
    return [_plain(each) for each in standings]


def _plain(one: Standing) -> dict[str, Any]:
    figure, target = one.figure, one.target
    share, unknown = figure.share, figure.unknown
    return {
        "code": figure.code,
        "name": str(figure.definition.name),
        "value": _text(figure.value),
        "unit": str(figure.definition.unit),
        "turns": _text(figure.turns),
        "distinct": _text(figure.distinct),
        "distinct_is_at_most": figure.is_distinct_at_most,
        "numerator": _text(share.numerator) if share else None,
        "denominator": _text(share.denominator) if share else None,
        "type_weighted_mean": _text(figure.mean),
        **{
            str(source): _text(number)
            for source, number in (figure.counted_by or {}).items()
        },
        "types_without_capacity": _text(figure.types_without_capacity),
        "communes": _text(unknown.communes) if unknown else None,
        "communes_never_surveyed": (
            _text(unknown.communes_never_surveyed) if unknown else None
        ),
        "unsurveyed_due": _text(unknown.unsurveyed_due) if unknown else None,
        "unsurveyed_done": _text(unknown.unsurveyed_done) if unknown else None,
        "target_code": target.code if target else None,
        "target": _text(target.value) if target else None,
        "target_on": target.judged_on.isoformat() if target else None,
        "comparison": str(target.comparison) if target else None,
        "met": one.met,
        "judgement": str(one.judgement) if target else None,
        "closed": one.is_closed,
        "from": figure.first_on.isoformat() if figure.first_on else None,
        "on": figure.on.isoformat(),
    }


def _text(value: Decimal | int | None) -> str | None:
    """Return a number as text, a broken one to six places."""
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)), "f")
    return format(value.quantize(Decimal("1.000000"), rounding=ROUND_HALF_EVEN), "f")
