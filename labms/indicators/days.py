"""Days of which figures are shown beside those of today."""

from datetime import date, timedelta

from labms.places.rules import area_named
from labms.plan.rules import Plan

#: So many month ends are looked at.
MONTHS = 12


def month_ends(on: date, *, count: int = MONTHS) -> list[date]:
    """Return the last days of so many months before a day, the oldest first.

    >>> month_ends(date(2031, 3, 4), count=2)
    [datetime.date(2031, 1, 31), datetime.date(2031, 2, 28)]
    """
    found: list[date] = []
    end = on.replace(day=1) - timedelta(days=1)
    while len(found) < count:
        found.insert(0, end)
        end = end.replace(day=1) - timedelta(days=1)
    return found


def days_looked_at(plan: Plan, area: str, on: date) -> list[date]:
    """Return the month ends for which figures exist, and the day itself."""
    exists_from = area_named(area).exists_from
    first = max(plan.counts_from, exists_from or plan.counts_from)
    return [day for day in month_ends(on) if day >= first] + [on]
