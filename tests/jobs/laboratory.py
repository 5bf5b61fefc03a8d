"""A body that may verify spring scales, with its people and weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labms import clock
from labms.accounts.models import User
from labms.catalogue.queries import procedure_release_by_id
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import Sheet
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.services import (
    Typed,
    approve_job,
    register_order,
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.sheets import sheet_of
from labms.organisations.models import Body
from labms.policy import Role
from labms.registry.models import Instrument, Standard
from labms.registry.queries import instrument_by_id
from tests.factories import SPRING_SCALE, Make


@dataclass
class Laboratory:
    """Who works there, and what they have at hand."""

    make: Make
    body: Body
    receptionist: User
    verifier: User
    reviewer: User
    signatory: User
    weights: Standard
    type_slug: str = SPRING_SCALE

    def job(self, instrument: Instrument | None = None, **given: Any) -> Job:
        """A job that was just taken in."""
        return job_by_id(self._taken_in(instrument, **given))

    def started(self, instrument: Instrument | None = None, **given: Any) -> Job:
        """A job that the verifier has begun."""
        with transaction():
            job_id = self._start(self._taken_in(instrument, **given)).id
        return job_by_id(job_id)

    def saved(self, job: Job | None = None, **changed: Any) -> Job:
        """A job with everything entered as it should be, but for what is said."""
        with transaction():
            job_id = self._save(job, **changed).id
        return job_by_id(job_id)

    def submitted(self, job: Job | None = None, **changed: Any) -> Job:
        """A job that waits for its reviewer."""
        with transaction():
            job_id = self._submit(job, **changed).id
        return job_by_id(job_id)

    def approved(self, job: Job | None = None, **changed: Any) -> Job:
        """A job that a reviewer agreed with."""
        with transaction():
            job_id = self._submit(job, **changed).id
        with transaction():
            approve_job(job_to_change(job_id), actor=self.reviewer)
        return job_by_id(job_id)

    # Each step goes on with what the one before has read, for that takes the time.

    def _taken_in(self, instrument: Instrument | None = None, **given: Any) -> int:
        found = instrument or self.make.instrument(type_slug=self.type_slug)
        with transaction():
            row = instrument_by_id(found.id)
            order = register_order(
                row.owner,
                [row],
                actor=self.receptionist,
                **{"reason": VerificationReason.PERIODIC} | given,
            )
            order_id = order.id
        return self.make.first_job_of(order_id)

    def _start(self, job_id: int) -> Job:
        job = job_to_change(job_id)
        start_job(job, actor=self.verifier)
        return job

    def _save(self, given: Job | None, **changed: Any) -> Job:
        job = job_to_change(given.id) if given else self._start(self._taken_in())
        save_readings(job, self.typed(job, **changed), actor=self.verifier)
        return job

    def _submit(self, given: Job | None, **changed: Any) -> Job:
        job = self._save(given, **changed)
        submit_job(job, actor=self.verifier, confirmed=True)
        return job

    def sheet(self, job: Job) -> Sheet:
        """The sheet of a job that has begun."""
        return sheet_of(job, procedure_release_by_id(job.release_id or 0))

    def typed(
        self, job: Job, readings: Mapping[str, str] | None = None, **changed: Any
    ) -> Typed:
        """Everything as it should be: the instrument shows what lies on it."""
        entries: dict[str, str] = {}
        for row in self.sheet(job).rows:
            for column in row.columns:
                key = f"{row.key}.{column.key}"
                entries[key] = "yes" if row.nominal is None else f"{row.nominal:f}"
        given: dict[str, Any] = {
            "performed_on": clock.today(),
            "environment": {"temperature": {"begin": "28,4", "end": "28,9"}},
            "standards": {"weights": [self.weights.id]},
            "readings": entries | dict(readings or {}),
            "evidence": job.evidence,
        }
        return Typed(**given | changed)


def rewrite(model: Any, *where: Any, **values: Any) -> None:
    """Change rows as if they had always been so."""
    db.session.execute(db.update(model).where(*where).values(**values))
    db.session.commit()
    db.session.expire_all()


def laboratory(make: Make, *, type_slug: str = SPRING_SCALE) -> Laboratory:
    """Return a body where everything is in order."""
    body = make.body()
    make.designation(body, type_slug)
    make.cycle_release(body)
    if type_slug == SPRING_SCALE:
        make.procedure_release(body)
    verifier = make.user(Role.VERIFIER, body=body)
    make.card(verifier, type_slug)
    return Laboratory(
        make=make,
        body=body,
        receptionist=make.user(Role.RECEPTIONIST, body=body),
        verifier=verifier,
        reviewer=make.user(Role.REVIEWER, body=body),
        signatory=make.user(Role.SIGNATORY, body=body),
        weights=make.traceable_standard(body),
        type_slug=type_slug,
    )
