"""What happens when: everything in the demo is done at a time, in the order of time."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from labms import clock
from labms.db import transaction

Deed = Callable[[], object]
#: How far it is, how far it goes.
Progress = Callable[[int, int], None]


def unseen(_done: int, _of: int) -> None:
    """Show nobody how far it is."""


@dataclass(order=True, slots=True)
class _Step:
    at: datetime
    number: int
    do: Deed = field(compare=False)


class Timeline:
    """Deeds that wait for their time; a deed may put others after it."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._numbers = itertools.count()

    def then(
        self, day: date, hour: str, do: Callable[..., object], *given: Any
    ) -> None:
        """Let something be done at an hour of a day, in a transaction of its own."""
        self.alone(day, hour, partial(_together, partial(do, *given)))

    def alone(self, day: date, hour: str, do: Deed) -> None:
        """Let something be done that opens its own transactions."""
        at = datetime.combine(day, time.fromisoformat(hour), tzinfo=clock.ZONE)
        heapq.heappush(self._steps, _Step(at, next(self._numbers), do))

    def run(self, progress: Progress, *, after_each: Deed = lambda: None) -> None:
        """Do everything, earliest first, each with the clock set to its time."""
        begin = self._steps[0].at if self._steps else None
        end = max((step.at for step in self._steps), default=None)
        while self._steps:
            step = heapq.heappop(self._steps)
            with clock.at(step.at):
                step.do()
            after_each()
            if begin and end:
                progress((step.at - begin).days, max((end - begin).days, 1))


def _together(do: Deed) -> None:
    with transaction():
        do()


def workday(day: date, *, after: int = 0) -> date:
    """Return the day that is so many days of work later, never at a weekend."""
    while after > 0 or day.weekday() >= 5:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after -= 1
    return day


def months_before(day: date, months: int) -> date:
    """Return the first day of the month that is so many months earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
