"""Everything that one document is made of, read in a fixed number of queries."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.accounts.models import User
from labms.catalogue.models import ProcedureRelease
from labms.db import db
from labms.errors import NotFound
from labms.jobs.evidence import ended_by
from labms.jobs.models import Job, JobStandard, Order
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Body, Designation, Letterhead, Registration
from labms.organisations.queries import designations_on, letterhead_of, registration_on
from labms.people.models import VerifierCard
from labms.people.queries import card_of
from labms.places.models import Commune
from labms.registry.models import Instrument
from labms.remembering import once
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState

#: Words of the notice, which is Vietnamese.
ENDED = {
    "certificate": "Giấy chứng nhận kiểm định số {number}",
    "stamp": "Tem kiểm định số {number}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that a document about a job says, as rows, in a fixed number of reads."""

    job: Job
    order: Order
    instrument: Instrument
    commune: Commune
    body: Body
    letterhead: Letterhead | None
    body_commune: Commune | None
    performer: User
    registration: Registration | None
    designation: Designation | None
    card: VerifierCard | None
    used: list[JobStandard]
    stamp: Stamp | None
    release: ProcedureRelease | None
    ended: list[str]
    """Numbers of documents and stamps that a failure ended."""


def dossier_of(job: Job) -> Dossier:
    """Return what a document about this job is made of. Raises NotFound."""
    return once(("dossier", job.id), lambda: _dossier_of(job))


def _dossier_of(job: Job) -> Dossier:
    instrument = db.session.scalar(
        sa.select(Instrument)
        .where(Instrument.id == job.instrument_id)
        .options(joinedload(Instrument.owner), joinedload(Instrument.type_approval))
    )
    if instrument is None:
        raise NotFound
    body = db.session.scalars(sa.select(Body).where(Body.id == job.body_id)).one()
    keys = {instrument.commune_key, body.organisation.commune_key}
    communes = {
        row.key: row
        for row in db.session.scalars(
            sa.select(Commune).where(Commune.key.in_(keys - {None}))
        )
    }
    return Dossier(
        job=job,
        order=db.session.scalars(
            sa.select(Order).where(Order.id == job.order_id)
        ).one(),
        instrument=instrument,
        commune=communes[instrument.commune_key],
        body=body,
        letterhead=letterhead_of(job.body_id),
        body_commune=communes.get(body.organisation.commune_key or ""),
        performer=db.session.scalars(
            sa.select(User).where(User.id == job.performed_by_id)
        )
        .unique()
        .one(),
        registration=registration_on(job.body_id, job.day_performed),
        designation=_designation(job, instrument.type_slug),
        card=card_of(
            job.performed_by_id or 0,
            instrument.type_slug,
            job.day_performed,
            body_id=job.body_id,
        ),
        used=_used(job),
        stamp=db.session.scalar(
            sa.select(Stamp).where(
                Stamp.job_id == job.id, Stamp.state == StampState.APPLIED
            )
        ),
        release=db.session.scalar(
            sa.select(ProcedureRelease).where(ProcedureRelease.id == job.release_id)
        ),
        ended=_ended_by(job) if job.verdict is Verdict.FAIL else [],
    )


def _used(job: Job) -> list[JobStandard]:
    return list(
        db.session.scalars(
            sa.select(JobStandard)
            .where(JobStandard.job_id == job.id)
            .options(
                joinedload(JobStandard.standard), joinedload(JobStandard.calibration)
            )
            .order_by(JobStandard.need, JobStandard.standard_id)
        )
    )


def _designation(job: Job, type_slug: str) -> Designation | None:
    return next(
        (
            one
            for one in designations_on(job.body_id, job.day_performed)
            if any(scope.type_slug == type_slug for scope in one.scopes)
        ),
        None,
    )


def _ended_by(job: Job) -> list[str]:
    """Return what was valid for the instrument until this job failed it."""
    return [ENDED[one.kind].format(number=one.number) for one in ended_by(job.id)]
