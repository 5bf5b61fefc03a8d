"""What is demanded of verification, and where a figure comes from."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from labms.errors import Invalid
from labms.i18n import N_


class DemandSource(StrEnum):
    """Where a figure of instruments in use comes from."""

    SURVEY = "survey"
    LICENCE_LIST = "licence_list"
    METER_LIST = "meter_list"


DEMAND_SOURCES: Mapping[DemandSource, str] = {
    DemandSource.SURVEY: N_("Survey"),
    DemandSource.LICENCE_LIST: N_("List of licences"),
    DemandSource.METER_LIST: N_("A utility's list of meters"),
}


class BadFigure(Invalid):
    """A figure that cannot be a number of instruments in use."""

    code = "demand.bad_figure"
    message = N_("The figure cannot be entered: {problem}")


def due_share(cycle_months: int | None) -> Decimal:
    """Return the part of instruments in use that is due in one year: 12 / cycle.

    At most all of them; without a periodic cycle none is due.
    """
    if not cycle_months:
        return Decimal(0)
    return min(Decimal(1), Decimal(12) / cycle_months)
