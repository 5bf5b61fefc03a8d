"""Where each open target is heading: figures of past month ends, and a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from labms.indicators.days import days_looked_at
from labms.indicators.figures import Count
from labms.indicators.rules import Figure, rounded
from labms.outlook.forecast import Forecast, forecast, is_another_demand
from labms.plan.rules import Target, is_closed


@dataclass(frozen=True, slots=True)
class Heading:
    """A target with the figures that led here, and where they lead."""

    target: Target
    #: The oldest first; the last one is of the day itself.
    past: tuple[Figure, ...]
    forecast: Forecast | None
    #: Month ends at which the demand was another one than a month before.
    another_demand: tuple[date, ...] = ()

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
    whole = [figure for figure in alike if figure.on != on]
    left_out = _with_another_demand(whole)
    found = None
    if now.value is not None:
        found = forecast(
            [f.value for f in whole if f.value is not None],
            now=now.value,
            on=on,
            target=target,
            is_share=now.share is not None,
            left_out=left_out,
        )
    another = tuple(whole[place].on for place in left_out)
    return Heading(target, tuple(alike or [now]), found, another)


def _with_another_demand(figures: Sequence[Figure]) -> list[int]:
    """Return the places of month ends at which a share is one of another demand."""
    return [
        place
        for place, (before, after) in enumerate(pairwise(figures), 1)
        if before.share is not None
        and after.share is not None
        and is_another_demand(before.share.denominator, after.share.denominator)
    ]
