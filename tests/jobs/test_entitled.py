"""Who may do what in the life of a job: four eyes, cards, designations, bodies."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import (
    JobState,
    NoReleasedCycle,
    NoReleasedProcedure,
    NotYourJob,
)
from labms.jobs.services import (
    approve_job,
    assign_job,
    return_job,
    save_readings,
    start_job,
    submit_job,
)
from labms.organisations.models import DesignationScope
from labms.organisations.rules import NotDesignated
from labms.people.models import VerifierCard
from labms.people.rules import NotEntitled
from labms.policy import Role
from tests.jobs.laboratory import Laboratory, laboratory, rewrite
from tests.jobs.test_life import DO, WHY


@pytest.mark.parametrize(
    "step",
    [
        lambda lab, job: return_job(job, actor=lab.verifier, reason=WHY),
        lambda lab, job: approve_job(job, actor=lab.verifier),
    ],
)
def test_nobody_reviews_their_own_measurements(lab, step):
    everything = (Role.VERIFIER, Role.REVIEWER, Role.SIGNATORY, Role.QUALITY_MANAGER)
    lab.verifier = lab.make.user(*everything, body=lab.body)
    lab.make.card(lab.verifier, lab.type_slug)
    job = lab.submitted()

    with pytest.raises(NotAllowed):
        step(lab, job)


def test_the_database_refuses_a_reviewer_who_performed(lab):
    job = lab.submitted()
    job.state = JobState.APPROVED
    job.reviewed_by_id = job.performed_by_id
    with pytest.raises(IntegrityError, match="reviewed_by_another"):
        db.session.flush()


@pytest.mark.long
def test_people_of_another_body_can_do_nothing(lab, make):
    other = laboratory(make)

    for action in DO:
        job = {
            "assign": lab.job, "start": lab.job, "cancel": lab.job,
            "save": lab.started, "submit": lab.saved,
            "return": lab.submitted, "approve": lab.submitted,
        }.get(action)  # fmt: skip
        if job is not None:
            with pytest.raises(NotAllowed):
                DO[action](other, job())


def test_a_job_is_begun_by_whom_it_was_assigned_to(lab, make):
    other = make.user(Role.VERIFIER, body=lab.body)
    make.card(other, lab.type_slug)
    job_id = lab.job().id
    with transaction():
        assign_job(job_to_change(job_id), other, actor=lab.receptionist)

    with pytest.raises(NotYourJob, match=other.full_name):
        start_job(job_by_id(job_id), actor=lab.verifier)


def test_readings_are_recorded_by_who_began(lab, make):
    other = make.user(Role.VERIFIER, body=lab.body)
    make.card(other, lab.type_slug)
    job = lab.started()

    with pytest.raises(NotAllowed):
        save_readings(job, lab.typed(job), actor=other)
    with pytest.raises(NotAllowed):
        submit_job(job, actor=other)


def test_a_verifier_without_a_card_for_the_type_gets_no_job(lab, make):
    other = make.user(Role.VERIFIER, body=lab.body)
    make.card(other, "cot-do-xang-dau")

    with pytest.raises(NotEntitled):
        assign_job(lab.job(), other, actor=lab.receptionist)
    with pytest.raises(NotEntitled):
        start_job(lab.job(), actor=other)


@pytest.mark.long
def test_a_card_that_ran_out_stops_the_work_at_every_step(lab, make):
    saved, waiting = lab.saved(), lab.submitted()
    begun = lab.started()
    registered = lab.job()
    card = make.card(make.user(Role.VERIFIER, body=lab.body), lab.type_slug)
    rewrite(
        VerifierCard,
        VerifierCard.user_id == lab.verifier.id,
        valid_until=clock.today() - timedelta(days=1),
    )
    assert card.holds(clock.today())

    with pytest.raises(NotEntitled):
        start_job(job_by_id(registered.id), actor=lab.verifier)
    job = job_by_id(begun.id)
    with pytest.raises(NotEntitled):
        save_readings(job, lab.typed(job), actor=lab.verifier)
    with pytest.raises(NotEntitled):
        submit_job(job_by_id(saved.id), actor=lab.verifier)
    with pytest.raises(NotEntitled):
        approve_job(job_by_id(waiting.id), actor=lab.reviewer)


def test_the_card_counts_on_the_day_of_the_measurements(lab, make):
    """Valid today, but not yet on the day it was measured."""
    newcomer = make.user(Role.VERIFIER, body=lab.body)
    make.card(newcomer, lab.type_slug, issued_on=clock.today())
    lab.verifier = newcomer
    job = lab.started()

    with pytest.raises(NotEntitled):
        save_readings(
            job,
            lab.typed(job, performed_on=clock.today() - timedelta(days=1)),
            actor=newcomer,
        )


def test_a_body_without_designation_verifies_nothing(make):
    lab = laboratory(make)
    bare = Laboratory(
        make=make,
        body=make.body(),
        receptionist=lab.receptionist,
        verifier=lab.verifier,
        reviewer=lab.reviewer,
        signatory=lab.signatory,
        weights=lab.weights,
    )
    bare.receptionist = make.user(Role.RECEPTIONIST, body=bare.body)
    bare.verifier = make.user(Role.VERIFIER, body=bare.body)
    make.card(bare.verifier, bare.type_slug)

    with pytest.raises(NotDesignated):
        start_job(bare.job(), actor=bare.verifier)
    make.designation(bare.body, bare.type_slug)
    with pytest.raises(NoReleasedCycle):
        start_job(bare.job(), actor=bare.verifier)
    make.cycle_release(bare.body)
    with pytest.raises(NoReleasedProcedure):
        start_job(bare.job(), actor=bare.verifier)


def test_a_designation_for_other_reasons_is_not_enough(make):
    lab = laboratory(make)
    rewrite(DesignationScope, reasons=["initial"])

    with pytest.raises(NotDesignated):
        start_job(lab.job(), actor=lab.verifier)
