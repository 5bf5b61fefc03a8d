"""From a certificate or an instrument down to the standards, and back up from them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_number
from labms.certificates.rules import CertificateState
from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job, JobStandard
from labms.registry.models import Instrument
from labms.registry.rules import identity_key
from labms.traceability.queries import Used


def standards_used_for(number: str) -> Used | None:
    """Return the standards that a certificate rests on, or an instrument's last job.

    `number` is the certificate's, or the instrument's serial number; None if there is
    neither. A certificate's number that several bodies gave is refused.
    """
    job = db.session.scalar(
        select(Job).options(selectinload(Job.used)).where(Job.id == _job_behind(number))
    )
    if job is None or job.performed_on is None:
        return None
    by = {used.standard_id: used.calibration_id for used in job.used}
    return Used({key: by[key] for key in sorted(by)}, job.performed_on)


def _job_behind(number: str) -> int | None:
    try:
        return certificate_by_number(number).job_id
    except NotFound:
        return _last_job_of(number)


def _last_job_of(serial: str) -> int | None:
    return db.session.scalar(
        select(Job.id)
        .join(Instrument, Instrument.id == Job.instrument_id)
        .where(
            Instrument.serial_key == identity_key(serial),
            Job.performed_on.is_not(None),
        )
        .order_by(Job.performed_on.desc(), Job.id.desc())
        .limit(1)
    )


def results_resting_on(
    calibration_ids: Collection[int], standard_id: int, since: date, until: date
) -> list[tuple[Job, Certificate | None]]:
    """Return the results that rest on a standard between two days, by day.

    Also those of jobs that used standards by one of these calibrations, on any day.
    Every verification counts, with its certificate if it has one, or with the stamp
    alone; also those that still go through the laboratory.
    """
    used = (
        select(JobStandard.job_id)
        .join(Job, Job.id == JobStandard.job_id)
        .where(
            or_(
                JobStandard.calibration_id.in_(calibration_ids),
                and_(
                    JobStandard.standard_id == standard_id,
                    Job.performed_on.between(since, until),
                ),
            )
        )
    )
    shown = Certificate.state != CertificateState.VOID
    rows = db.session.execute(
        select(Job, Certificate)
        .outerjoin(Certificate, and_(Certificate.job_id == Job.id, shown))
        .options(
            joinedload(Job.order),
            joinedload(Job.instrument),
            defer(Certificate.content),  # there may be thousands
        )
        .where(Job.id.in_(used))
        .order_by(Job.performed_on, Job.id, Certificate.id)
    ).all()
    return [(job, document) for job, document in rows]


def certificates_resting_on(
    calibration_ids: Collection[int], standard_id: int, since: date, until: date
) -> list[dict[str, str | None]]:
    """Return the same as plain values."""
    return [
        _result(job, document)
        for job, document in results_resting_on(
            calibration_ids, standard_id, since, until
        )
    ]


def _result(job: Job, document: Certificate | None) -> dict[str, str | None]:
    return {
        "certificate": document.number if document else None,
        "state": str(document.state if document else job.state),
        "kind": str(document.kind if document else job.kind),
        "performed_on": job.performed_on.isoformat() if job.performed_on else None,
        "issued_on": document.issued_on.isoformat() if document else None,
        "stamp": job.stamp_serial or None,
        "job": job.number,
        "serial": job.instrument.serial if job.instrument else None,
    }
