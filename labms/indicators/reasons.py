"""What is said of a row that came or went since a report was frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from labms import clock
from labms.i18n import N_, Message
from labms.indicators.models import FrozenReport
from labms.plan.rules import first_day_too_late


@dataclass(frozen=True, slots=True)
class Told:
    """What a row is called, where it is shown, and why it came or went."""

    name: str
    went: Message
    came: Message
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


WENT = Message(N_("it no longer counts"))
CAME = Message(N_("it counts now"))


def unknown_from(report: FrozenReport) -> date:
    """Return the day from which a report knew nothing of what was entered.

    What was entered on the very day of the freezing may be on either side of it; who
    asks knows that it made a difference.
    """
    return min(first_day_too_late(report.counted_for), clock.day_of(report.frozen_at))


def entered(row: Any, report: FrozenReport) -> Message:
    """Say when a row was entered; of one that was known, that this is not why."""
    day = row.entered_on.strftime("%d/%m/%Y")
    if row.entered_on < unknown_from(report):
        known = N_(
            "known before, since {day}: it counts as what stood in its way is gone"
        )
        return Message(known, {"day": day})
    return Message(N_("entered on {day}"), {"day": day})


def struck(row: Any) -> Message:
    """Say when and why a row was struck out, if it was."""
    if row.struck_on is None:
        return WENT
    told = N_("struck out on {day}: {reason}")
    day = row.struck_on.strftime("%d/%m/%Y")
    return Message(told, {"day": day, "reason": row.struck_reason})
