"""The calibrations of the demo: pressure gauges of a few enterprises, by agreement."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from labms import clock
from labms.catalogue.sheet import ANSWER, YES, Sheet
from labms.demo.asked import Asked
from labms.demo.cast import GAUGE, Cast
from labms.demo.customers import Customer, Held
from labms.demo.readings import Fault
from labms.demo.rounds import Rounds
from labms.demo.timeline import workday
from labms.jobs.calibrating import Agreement
from labms.jobs.conformity import AgreedRule
from labms.jobs.models import Job
from labms.metrology.decimals import show_decimal

#: Calibrations leave the chances of everything else as they are.
SEED = 286
#: So many days before today customers brought gauges to the first body.
DAYS = (320, 170, 45)
#: So many gauges each brings at most: twelve certificates in all.
MOST = 4
#: What each agreed on.
RULES = (AgreedRule.NONE, AgreedRule.SIMPLE, AgreedRule.NON_BINARY)
#: To how much of the unit a gauge is read.
STEP = Decimal("0.1")


def plan_calibrations(
    rounds: Rounds, cast: Cast, customers: Sequence[Customer]
) -> None:
    """Let some customers have gauges calibrated."""
    own = replace(rounds, rng=random.Random(SEED))  # noqa: S311 (nothing secret)
    owners = [
        each for each in customers if any(m.type_slug == GAUGE for m in each.models)
    ]
    for days, rule, customer in zip(DAYS, RULES, owners, strict=False):
        day = workday(max(rounds.today - timedelta(days=days), customer.joined))
        visit = Calibrating(own, customer, GAUGE, home=cast.home, rule=rule)
        rounds.timeline.then(workday(day, after=1), "08:05", visit.register)


@dataclass(slots=True)
class Calibrating(Asked):
    """One order of calibrations, from the counter to the certificates."""

    rule: AgreedRule = AgreedRule.NONE

    def register(self) -> None:
        """At the counter: what is asked for is agreed, and the order taken in."""
        again = self._again(clock.today())
        agreement = Agreement(rule=self.rule, recalibration_on=again)
        self.take_in(most=MOST, at="09:30", agreement=agreement)

    def _again(self, day: date) -> date | None:
        return day + timedelta(days=365) if self.rule is AgreedRule.SIMPLE else None

    def measure_one(
        self,
        job: Job,
        held: Held,
        *,
        temperature: Decimal,
        fault: Fault | None,
        only_half: bool = False,
    ) -> None:
        """Start, read, save and submit one job; a calibration knows no fault."""
        readings = gauge_entries(self.begin(job), self.rounds.rng)
        self.end(
            job,
            environment={
                "temperature": {"begin": "24,2", "end": "24,6"},
                "humidity": {"begin": "58", "end": "57"},
            },
            readings=readings,
            standards=self.rounds.bench.for_gauge(self.home),
        )


def gauge_entries(sheet: Sheet, rng: random.Random) -> dict[str, str]:
    """Return what a gauge shows, a little more when the pressure falls."""
    lean = Decimal(rng.randint(-8, 8)) / 1000
    entries = {}
    for row in sheet.rows:
        if row.nominal is None:
            entries[f"{row.key}.{ANSWER}"] = YES
            continue
        late = STEP if row.direction == "down" and rng.random() < 0.6 else Decimal(0)
        shown = (row.nominal * (1 + lean) / STEP).quantize(Decimal(1)) * STEP + late
        for column in row.columns:
            entries[f"{row.key}.{column.key}"] = show_decimal(shown, language="vi")
    return entries
