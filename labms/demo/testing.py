"""The tests of the demo: a customer wants to know how new scales measure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from labms.demo.asked import Asked
from labms.demo.cast import SPRING_SCALE, Cast
from labms.demo.customers import Customer, Held
from labms.demo.readings import Fault, likely_entries
from labms.demo.rounds import Rounds
from labms.demo.timeline import workday
from labms.jobs.models import Job

#: Tests leave the chances of everything else as they are.
SEED = 1727
#: So many days before today one customer brought scales to be tested.
DAYS = 60
MOST = 2


def plan_tests(rounds: Rounds, cast: Cast, customers: Sequence[Customer]) -> None:
    """Let one customer of the first body have scales tested."""
    own = replace(rounds, rng=random.Random(SEED))  # noqa: S311 (nothing secret)
    day = rounds.today - timedelta(days=DAYS)
    for customer in customers:
        has_scales = any(m.type_slug == SPRING_SCALE for m in customer.models)
        if has_scales and customer.joined <= day:
            visit = Testing(own, customer, SPRING_SCALE, home=cast.home)
            rounds.timeline.then(workday(day, after=1), "08:15", visit.register)
            return


@dataclass(slots=True)
class Testing(Asked):
    """One order of tests, from the counter to the reports."""

    def register(self) -> None:
        """At the counter: the order is taken in."""
        self.take_in(most=MOST, at="10:10", is_test=True)

    def measure_one(
        self,
        job: Job,
        held: Held,
        *,
        temperature: Decimal,
        fault: Fault | None,
        only_half: bool = False,
    ) -> None:
        """Start, read, save and submit one job; a test knows no fault."""
        sheet = self.begin(job)
        self.end(
            job,
            environment=self._conditions(temperature),
            readings=likely_entries(
                sheet,
                self.rounds.rng,
                characteristics=held.model.characteristics,
                fault=None,
            ),
            standards=self._standards(held),
        )
