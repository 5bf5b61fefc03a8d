"""The rows behind a figure: whoever doubts a number can read what was counted.

Rows are those that the person may see; the figure itself counts all of them, so a
body's people may find fewer rows than the figure says, and are told so.
"""

from collections.abc import Callable, Mapping

from labms.indicators.evidence import daily_rows, shares, undertaken
from labms.indicators.evidence.rows import (
    Asked,
    Cell,
    Column,
    Evidence,
    TypeName,
)
from labms.plan.rules import RAISED_INDICATORS

__all__ = ["Asked", "Cell", "Column", "Evidence", "TypeName", "evidence"]

_MADE: Mapping[str, Callable[[Asked, TypeName], Evidence]] = {
    "designated-share": shares.types,
    "capacity-share": shares.capacities_of_types,
    "verified-share": shares.passes,
    "enterprises-served": undertaken.enterprises,
    "persons-trained": undertaken.trainings,
    "turnaround-median": daily_rows.closed,
    "turnaround-90": daily_rows.closed,
    "on-time-share": daily_rows.promised,
    "pass-share": daily_rows.verdicts,
    "overdue-instruments": daily_rows.overdue,
    "workload": daily_rows.in_work,
}


def evidence(asked: Asked, *, type_name: TypeName) -> Evidence:
    """Return the rows that make up a figure, newest or largest first."""
    if asked.code in RAISED_INDICATORS:
        return undertaken.bodies(asked, type_name)
    return _MADE[asked.code](asked, type_name)
