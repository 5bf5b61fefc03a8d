"""Rows as CSV and figures as JSON, for whoever works on with them."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from labms.i18n import gettext
from labms.indicators.evidence import Evidence
from labms.indicators.rules import Standing

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    A name such as "=HYPERLINK(…)" would be carried out by whoever opens the file; an
    apostrophe before it says that it is text.
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(found: Evidence) -> str:
    """Return rows as CSV, with a mark by which spreadsheets know that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(gettext(column.text) for column in found.columns)
    writer.writerows([harmless(cell.value) for cell in row] for row in found.rows)
    return "\ufeff" + out.getvalue()


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
        "communes": _text(unknown.communes) if unknown else None,
        "communes_never_surveyed": (
            _text(unknown.communes_never_surveyed) if unknown else None
        ),
        "target_code": target.code if target else None,
        "target": _text(target.value) if target else None,
        "target_on": target.judged_on.isoformat() if target else None,
        "comparison": str(target.comparison) if target else None,
        "met": one.met,
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
