from datetime import date

from labms.certificates.tracing import certificates_resting_on, standards_used_for
from labms.db import db
from labms.jobs.models import JobStandard
from labms.jobs.rules import JobState
from labms.traceability.queries import Used


def test_an_instruments_last_job_names_its_standards(make):
    body = make.body()
    standard = make.traceable_standard(body)
    instrument = make.instrument(serial="NH 4711")
    make.job(
        JobState.APPROVED,
        body=body,
        standards=[standard],
        instrument_id=instrument.id,
        performed_on=date(2031, 3, 1),
    )

    used = {standard.id: make._calibration_id(standard)}
    assert standards_used_for("nh4711") == Used(used, date(2031, 3, 1))
    assert standards_used_for("unheard-of") is None


def test_certificates_rest_on_a_standard_between_two_days(make, work, reserve):
    standard = make.traceable_standard(work.body)
    key = standard.id
    job = work.job(standards=[standard], performed_on=date(2031, 3, 1))
    used = db.session.scalars(
        db.select(JobStandard.calibration_id).where(JobStandard.job_id == job.id)
    ).one()
    number = reserve(job).number
    early, late = date(2031, 2, 1), date(2031, 3, 1)

    between = certificates_resting_on([], key, early, late)
    before = certificates_resting_on([], key, early, date(2031, 2, 28))
    by_calibration = certificates_resting_on([used], 0, early, early)

    assert [row["certificate"] for row in between] == [number]
    assert before == []
    assert by_calibration == between
    assert standards_used_for(number) == Used({key: used}, late)


def test_a_stamp_alone_rests_on_a_standard_too(make, work):
    standard = make.traceable_standard(work.body)
    work.job(JobState.EVIDENCED, standards=[standard], performed_on=date(2031, 3, 1))

    (found,) = certificates_resting_on(
        [], standard.id, date(2031, 2, 1), date(2031, 3, 1)
    )

    assert (found["certificate"], found["state"]) == (None, "evidenced")
    assert found["serial"].startswith("NH")
