"""What customers of the demo ask for beside what the law asks: one order at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labms import clock
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.sheet import Sheet
from labms.db import db
from labms.demo.cast import Staff
from labms.demo.rounds import Visit
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


@dataclass(slots=True)
class Asked(Visit):
    """An order of the first body, from the counter to what it ends with."""

    home: Staff = field(kw_only=True)

    @property
    def staff(self) -> Staff:
        """The body that does it: other bodies of the demo don't."""
        return self.home

    def take_in(self, *, most: int, at: str, **given: Any) -> None:
        """Take in so many instruments, to be measured the day after at an hour."""
        staff, day = self.home, clock.today()
        held = self.customer.of_type(self.slug)[:most]
        order = register_order(
            db.session.get_one(Organisation, self.customer.id),
            instruments_by_id([each.id for each in held]),
            reason=None,
            actor=staff.receptionist,
            promised_on=workday(day, after=5),
            **given,
        )
        self.order_id = order.id
        db.session.expire(order)
        self.verifier = staff.verifiers[0]
        jobs = order_by_id(order.id).jobs
        self.jobs = [(job.id, one) for job, one in zip(jobs, held, strict=True)]
        self.rounds.timeline.then(workday(day, after=1), at, self.measure)

    def begin(self, job: Job) -> Sheet:
        """Start a job, and return the sheet that its readings go into."""
        assert self.verifier is not None  # noqa: S101 (take_in saw to it)
        start_job(job, actor=self.verifier)
        return sheet_of(job, db.session.get_one(ProcedureRelease, job.release_id))

    def end(
        self,
        job: Job,
        *,
        environment: Mapping[str, Any],
        readings: dict[str, str],
        standards: Mapping[str, Sequence[int]],
    ) -> None:
        """Save what was read, and submit it; no stamp belongs to any of these."""
        assert self.verifier is not None  # noqa: S101 (as above)
        typed = Typed(
            performed_on=clock.today(),
            environment=dict(environment),
            readings=readings,
            standards=standards,
        )
        save_readings(job, typed, actor=self.verifier)
        submit_job(job, actor=self.verifier)
