"""The tests of the demo: a customer wants to know how new scales measure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from labms import clock
from labms.catalogue.models import ProcedureRelease
from labms.db import db
from labms.demo.cast import SPRING_SCALE, Cast, Staff
from labms.demo.customers import Customer, Held
from labms.demo.readings import Fault, likely_entries
from labms.demo.rounds import Rounds, Visit
from labms.demo.timeline import workday
from labms.jobs.models import Job
from labms.jobs.queries import instruments_by_id, order_by_id
from labms.jobs.services import (
    Typed,
    register_order,
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.sheets import sheet_of
from labms.organisations.models import Organisation

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
class Testing(Visit):
    """One order of tests, from the counter to the reports."""

    home: Staff = field(kw_only=True)

    @property
    def staff(self) -> Staff:
        """The body that tests: other bodies of the demo don't."""
        return self.home

    def register(self) -> None:
        """At the counter: the order is taken in."""
        staff, day = self.home, clock.today()
        held = self.customer.of_type(self.slug)[:MOST]
        order = register_order(
            db.session.get_one(Organisation, self.customer.id),
            instruments_by_id([each.id for each in held]),
            reason=None,
            is_test=True,
            actor=staff.receptionist,
            promised_on=workday(day, after=5),
        )
        self.order_id = order.id
        db.session.expire(order)
        self.verifier = staff.verifiers[0]
        jobs = order_by_id(order.id).jobs
        self.jobs = [(job.id, one) for job, one in zip(jobs, held, strict=True)]
        self.rounds.timeline.then(workday(day, after=1), "10:10", self.measure)

    def measure_one(
        self,
        job: Job,
        held: Held,
        *,
        temperature: Decimal,
        fault: Fault | None,
        only_half: bool = False,
    ) -> None:
        """Start, read, save and submit one job; no stamp belongs to a test."""
        assert self.verifier is not None  # noqa: S101 (register saw to it)
        start_job(job, actor=self.verifier)
        release = db.session.get_one(ProcedureRelease, job.release_id)
        entries = likely_entries(
            sheet_of(job, release),
            self.rounds.rng,
            characteristics=held.model.characteristics,
            fault=None,
        )
        save_readings(
            job,
            Typed(
                performed_on=clock.today(),
                environment=self._conditions(temperature),
                readings=entries,
                standards=self._standards(held),
            ),
            actor=self.verifier,
        )
        submit_job(job, actor=self.verifier)
