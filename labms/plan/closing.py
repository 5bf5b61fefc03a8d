"""What nobody moves any more who enters or strikes out something now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from labms.i18n import N_, Message
from labms.places.rules import AREAS
from labms.plan.data import plans
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import (
    RAISED_INDICATORS,
    RaisedKind,
    Target,
    last_day_closed,
)
from labms.plan.undertakings import What

TRAINED, SERVED = ("persons-trained",), ("enterprises-served",)
#: Which indicators count the records of a kind.
FIGURES_OF = {
    What.TRAINING: TRAINED,
    What.SUPPORT: SERVED,
    What.RAISED: tuple(RAISED_INDICATORS),
}
_TARGETS = N_("The target for {days} is closed: its figure does not change by this.")
_MISSED = N_("entered too late for the target for {days}")
_DAYS = N_("Figures of days until {until} are closed and do not change by this.")


@dataclass(frozen=True, slots=True)
class Closed:
    """The last day whose figures are closed, and which targets are closed with it."""

    until: date
    targets: tuple[Target, ...]
    #: The day on which it happened, if that is known yet.
    happened_on: date | None = None

    @property
    def told(self) -> Message | None:
        """What is said after something was entered; nothing if it was in time."""
        if self.happened_on is None or self.happened_on > self.until:
            return None
        if not self.targets:
            return Message(_DAYS, {"until": f"{self.until:%d/%m/%Y}"})
        return Message(_TARGETS, {"days": self._days})

    @property
    def missed(self) -> Message | None:
        """What is said of a record that came too late for targets; nothing if none."""
        return Message(_MISSED, {"days": self._days}) if self.targets else None

    @property
    def _days(self) -> str:
        days = sorted({target.judged_on for target in self.targets})
        return ", ".join(f"{day:%d/%m/%Y}" for day in days)


def closed_for(
    codes: Collection[str],
    *,
    on: date,
    happened_on: date | None = None,
    area: str | None = None,
) -> Closed:
    """Return what is closed of figures, for a record that is entered on a day.

    Of the targets those that would count what happened on its day in its area; all as
    long as neither is known.
    """
    until = last_day_closed(on)
    targets = (
        target
        for plan in plans()
        if area is None or _lies_in(area, plan.area)
        for target in plan.targets
        if target.indicator in codes and target.judged_on <= until
    )
    return Closed(
        until,
        tuple(t for t in targets if happened_on is None or happened_on <= t.judged_on),
        happened_on,
    )


def closed_for_record(
    row: Training | ProgrammeSupport | BodyRaised, *, on: date
) -> Closed:
    """Return what is closed for a record that is entered or struck out on a day."""
    codes: tuple[str, ...]
    match row:
        case Training():
            codes, day = TRAINED, row.held_on
        case ProgrammeSupport():
            codes, day = SERVED, row.supported_on
        case BodyRaised():
            codes, day = codes_of(row.kind), row.achieved_on
    return closed_for(codes, on=on, happened_on=day, area=row.area)


def codes_of(kind: RaisedKind) -> tuple[str, ...]:
    """Return the indicators that count bodies of a kind."""
    return tuple(code for code, own in RAISED_INDICATORS.items() if own is kind)


def _lies_in(area: str, whole: str) -> bool:
    return AREAS[area].old_province_codes <= AREAS[whole].old_province_codes
