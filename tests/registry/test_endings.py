"""What ends evidence: which of it, who said so, and taking a mistake back."""

from datetime import date, datetime, time, timedelta

import pytest

from labms import clock
from labms.audit.queries import events_about
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.jobs.rules import JobState
from labms.policy import Role
from labms.registry.endings import ending_about, endings_about
from labms.registry.evidence import valid_until
from labms.registry.queries import endings_of, instrument_by_id
from labms.registry.rules import (
    EndingReason,
    EndsNothing,
    NotReported,
    NotYet,
    ReasonTooShort,
    TakenBackAlready,
    WhichCameFirst,
)
from labms.registry.services import (
    end_evidence,
    report_ending,
    take_back_ending_of,
)

NOTE = "Thay lò xo chính"
WHY = "Báo nhầm máy khác của cùng cơ sở."


@pytest.fixture
def job(make):
    """A verification of three days ago, at noon, that gave evidence."""
    with clock.at(clock.today() - timedelta(days=3)):
        return make.job(JobState.EVIDENCED)


@pytest.fixture
def verified_on(job):
    return clock.day_of(job.evidence_at)


@pytest.fixture
def stranger(make):
    """A verifier of another body than the one that verified the instrument."""
    return make.user(Role.VERIFIER, body=make.body())


def manager_of(make, body_id):
    return make.user(Role.QUALITY_MANAGER, organisation_id=body_id)


def report(job, *, actor, on=None, reason=EndingReason.REPAIRED, **given):
    with transaction():
        return report_ending(
            instrument_by_id(job.instrument_id),
            reason=reason,
            actor=actor,
            on=on or clock.today(),
            note=NOTE,
            **given,
        ).id


def take_back(job, key, *, actor, reason=WHY):
    with transaction():
        take_back_ending_of(job.instrument_id, key, actor=actor, reason=reason)


def is_valid(job):
    return job.instrument_id in valid_until([job.instrument_id])


def test_an_end_before_the_evidence_was_given_is_refused_with_its_day(
    job, stranger, verified_on
):
    with pytest.raises(EndsNothing, match=f"{verified_on:%d/%m/%Y}"):
        report(job, actor=stranger, on=date(2020, 1, 1))

    assert endings_of(job.instrument_id) == []


def test_an_end_after_the_evidence_was_given_ends_it(job, stranger, verified_on):
    report(job, actor=stranger, on=verified_on + timedelta(days=1))

    assert not is_valid(job)


def test_on_the_day_of_the_verification_somebody_says_which_came_first(
    job, stranger, verified_on
):
    with pytest.raises(WhichCameFirst):
        report(job, actor=stranger, on=verified_on)
    with pytest.raises(EndsNothing):
        report(job, actor=stranger, on=verified_on, was_verified_before=False)
    report(job, actor=stranger, on=verified_on, was_verified_before=True)

    (ending,) = endings_about(job.instrument_id)
    assert ending.row.ended_on == verified_on
    assert ending.row.ended_at > job.evidence_at
    assert not is_valid(job)


def test_what_was_entered_late_counts_from_the_end_of_its_day(make, stranger):
    """Then a repair on that day, after the verification, ends it all the same."""
    day = clock.today() - timedelta(days=3)
    at = datetime.combine(day, time.max, tzinfo=clock.ZONE)
    job = make.job(JobState.EVIDENCED, performed_on=day, evidence_at=at)

    report(job, actor=stranger, on=day, was_verified_before=True)

    assert not is_valid(job)
    assert endings_about(job.instrument_id)[0].row.ended_on == day


def test_an_older_evidence_that_is_valid_still_can_be_ended_alone(make, job, stranger):
    older = clock.today() - timedelta(days=30)
    with clock.at(older):
        first = make.job(JobState.EVIDENCED, instrument_id=job.instrument_id)
    report(job, actor=stranger, on=older + timedelta(days=3))

    (ending,) = endings_about(job.instrument_id)
    assert [one.body_id for one in ending.ended] == [first.body_id]
    assert is_valid(job)


def test_an_instrument_without_evidence_is_reported_all_the_same(make, stranger):
    row = make.instrument()
    with transaction():
        report_ending(
            row, reason=EndingReason.BROKEN, actor=stranger, on=clock.today(), note=NOTE
        )

    assert [one.ended for one in endings_about(row.id)] == [()]


def test_nothing_is_reported_of_a_day_to_come(job, stranger):
    with pytest.raises(NotYet):
        report(job, actor=stranger, on=clock.today() + timedelta(days=1))


def test_who_reported_it_and_whose_evidence_it_ended_is_told(job, stranger):
    report(job, actor=stranger)

    (ending,) = endings_about(job.instrument_id)
    assert ending.person == stranger.full_name
    assert ending.body_id == stranger.organisation_id
    assert [one.body_id for one in ending.ended] == [job.body_id]
    assert ending.body_ids == {stranger.organisation_id, job.body_id}


@pytest.mark.parametrize("whose", ["reporter", "issuer"])
def test_both_bodies_take_a_mistaken_report_back(make, job, stranger, whose):
    key = report(job, actor=stranger)
    assert not is_valid(job)
    body_id = stranger.organisation_id if whose == "reporter" else job.body_id
    manager = manager_of(make, body_id)

    take_back(job, key, actor=manager)

    assert is_valid(job)
    ending = ending_about(job.instrument_id, key)
    assert ending.row.withdrawn_at == clock.now()
    assert (ending.taken_back_by, ending.taken_back_because) == (manager.name, WHY)
    *_, event = events_about("evidence_ending", key)
    assert (event.event_type, event.reason) == ("evidence:restored", WHY)
    with pytest.raises(TakenBackAlready):
        take_back(job, key, actor=manager_of(make, stranger.organisation_id))


def test_nobody_else_takes_it_back(make, job, stranger):
    key = report(job, actor=stranger)
    colleague = make.user(Role.VERIFIER, organisation_id=job.body_id)

    for actor in (stranger, colleague, manager_of(make, make.body().id)):
        with pytest.raises(NotAllowed):
            take_back(job, key, actor=actor)
    assert not is_valid(job)


def test_taking_back_needs_a_reason(make, job, stranger):
    key = report(job, actor=stranger)

    with pytest.raises(ReasonTooShort):
        take_back(job, key, actor=manager_of(make, job.body_id), reason="  nhầm   ")


@pytest.mark.parametrize("reason", [EndingReason.FAILED, EndingReason.OUT_OF_USE])
def test_what_is_no_report_is_not_taken_back_here(make, job, stranger, reason):
    with transaction():
        key = end_evidence(
            instrument_by_id(job.instrument_id),
            reason=reason,
            actor=stranger,
            on=clock.today(),
            job_id=make.job().id if reason is EndingReason.FAILED else None,
        ).id

    with pytest.raises(NotReported):
        take_back(job, key, actor=manager_of(make, job.body_id))


def test_a_second_report_goes_on_ending_what_the_first_ended(make, job, stranger):
    first = report(job, actor=stranger)
    with clock.at(clock.now() + timedelta(hours=1)):
        second = report(job, actor=stranger, reason=EndingReason.BROKEN)
    assert ending_about(job.instrument_id, second).ended == ()

    take_back(job, first, actor=manager_of(make, job.body_id))

    assert not is_valid(job)
    assert ending_about(job.instrument_id, second).ended
    take_back(job, second, actor=manager_of(make, job.body_id))
    assert is_valid(job)


def test_the_database_lets_nobody_take_it_back_twice(make, job, stranger):
    key = report(job, actor=stranger)
    take_back(job, key, actor=manager_of(make, job.body_id))

    assert endings_of(job.instrument_id)[0].withdrawn_at is not None
    with pytest.raises(Exception, match=r"frozen|once|evidence_ending"):
        db.session.execute(
            db.text("UPDATE evidence_ending SET withdrawn_at = NULL WHERE id = :key"),
            {"key": key},
        )
