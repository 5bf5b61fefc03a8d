"""Where each open target is heading: figures of past month ends, and a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labms.indicators.days import days_looked_at
from labms.indicators.figures import Count
from labms.indicators.rules import Figure, rounded
from labms.outlook.forecast import Forecast, forecast
from labms.plan.rules import Target, is_closed


@dataclass(frozen=True, slots=True)
class Heading:
    """A target with the figures that led here, and where they lead."""

    target: Target
    #: The oldest first; the last one is of the day itself.
    past: tuple[Figure, ...]
    forecast: Forecast | None

    @property
    def now(self) -> Figure:
        """The figure of the day."""
        return self.past[-1]

    @property
    def shown(self) -> Decimal | None:
        """The figure of the day as it is shown everywhere."""
        return rounded(self.now, self.target)

    @property
    def values(self) -> list[Decimal]:
        """What the figures were."""
        return [figure.value or Decimal(0) for figure in self.past]


def headings(count: Count) -> list[Heading]:
    """Return where each target that is still open is heading."""
    plan, area, on = count.plan, count.area, count.on
    targets = [t for t in plan.targets_for(area) if not is_closed(t, on)]
    counts = [count.of_day(day) for day in days_looked_at(plan, area, on)]
    return [heading(target, counts, on=on) for target in targets]


def heading(target: Target, counts: Sequence[Count], *, on: date) -> Heading:
    """Return where one target is heading.

    Figures that are counted from another first day than today's say nothing about its
    pace, and neither do days on which nothing was known.
    """
    figures = [count.figure(target.indicator) for count in counts]
    now = figures[-1]
    alike = [
        figure
        for figure in figures
        if figure.first_on == now.first_on and figure.value is not None
    ]
    ends = [f.value for f in alike if f.value is not None and f.on != on]
    found = None
    if now.value is not None:
        is_share = now.share is not None
        found = forecast(ends, now=now.value, on=on, target=target, is_share=is_share)
    return Heading(target, tuple(alike or [now]), found)
