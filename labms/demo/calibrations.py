"""The calibrations of the demo: pressure gauges of a few enterprises, by agreement."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from labms import clock
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.sheet import ANSWER, YES, Sheet
from labms.db import db
from labms.demo.cast import GAUGE, Cast, Staff
from labms.demo.customers import Customer, Held
from labms.demo.readings import Fault
from labms.demo.rounds import Rounds, Visit
from labms.demo.timeline import workday
from labms.jobs.calibrating import Agreement
from labms.jobs.conformity import AgreedRule
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
from labms.metrology.decimals import show_decimal
from labms.organisations.models import Organisation

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
class Calibrating(Visit):
    """One order of calibrations, from the counter to the certificates."""

    home: Staff = field(kw_only=True)
    rule: AgreedRule = AgreedRule.NONE

    @property
    def staff(self) -> Staff:
        """The body that calibrates: other bodies of the demo don't."""
        return self.home

    def register(self) -> None:
        """At the counter: what is asked for is agreed, and the order taken in."""
        staff, day = self.home, clock.today()
        held = self.customer.of_type(self.slug)[:MOST]
        order = register_order(
            db.session.get_one(Organisation, self.customer.id),
            instruments_by_id([each.id for each in held]),
            reason=None,
            agreement=Agreement(rule=self.rule, recalibration_on=self._again(day)),
            actor=staff.receptionist,
            promised_on=workday(day, after=5),
        )
        self.order_id = order.id
        db.session.expire(order)
        self.verifier = staff.verifiers[0]
        jobs = order_by_id(order.id).jobs
        self.jobs = [(job.id, one) for job, one in zip(jobs, held, strict=True)]
        self.rounds.timeline.then(workday(day, after=1), "09:30", self.measure)

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
        assert self.verifier is not None  # noqa: S101 (register saw to it)
        start_job(job, actor=self.verifier)
        release = db.session.get_one(ProcedureRelease, job.release_id)
        entries = gauge_entries(sheet_of(job, release), self.rounds.rng)
        save_readings(
            job,
            Typed(
                performed_on=clock.today(),
                environment={
                    "temperature": {"begin": "24,2", "end": "24,6"},
                    "humidity": {"begin": "58", "end": "57"},
                },
                readings=entries,
                standards=self.rounds.bench.for_gauge(self.home),
            ),
            actor=self.verifier,
        )
        submit_job(job, actor=self.verifier)


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
