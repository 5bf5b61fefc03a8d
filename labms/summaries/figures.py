"""Figures of a day that has passed, as text, so that a page reads them ready."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from labms.indicators.figures import Count
from labms.indicators.rules import Figure, Share, Unknown
from labms.plan.data import definition, definitions
from labms.plan.rules import first_day_counted
from labms.supply.rules import Source

#: Figures that ask what was done.
OF_WORK = frozenset({"verified-share"})


def as_text(count: Count, *, has_work: bool) -> str:
    """Return the figures of a count that are kept: of work only if it is.

    And none of those that are asked for today only.
    """
    told = {
        code: _plain(count.figure(code))
        for code, each in definitions().items()
        if not each.is_daily and (has_work or code not in OF_WORK)
    }
    return json.dumps(told, sort_keys=True)


def _plain(figure: Figure) -> dict[str, Any]:
    told = asdict(figure)
    for name in ("definition", "on", "first_on"):
        del told[name]
    told["mean"] = None if figure.mean is None else str(figure.mean)
    told["measured"] = None if figure.measured is None else str(figure.measured)
    return {name: value for name, value in told.items() if value is not None}


def figure_of(code: str, told: Mapping[str, Any], count: Count) -> Figure:
    """Return one figure as it was, from what was told of it."""
    given: dict[str, Any] = dict(told)
    for name, kind in (("share", Share), ("unknown", Unknown)):
        if name in given:
            given[name] = kind(**given[name])
    for name in ("mean", "measured"):
        if name in given:
            given[name] = Decimal(given[name])
    if "counted_by" in given:
        by = given["counted_by"]
        given["counted_by"] = {source: by[source.value] for source in Source}
    return Figure(
        definition=definition(code),
        on=count.on,
        first_on=_first(code, count, count.on),
        **given,
    )


def _first(code: str, count: Count, on: date) -> date | None:
    return first_day_counted(definition(code), count.plan, on=on)
