"""Many jobs at once, each by itself: approved, issued, refused, stopped, resumed."""

from datetime import timedelta

import pytest

from labms import clock
from labms.accounts.models import UserRole
from labms.accounts.queries import user_by_id
from labms.bulk import working
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import ids_of, items_of, jobs_for, run_by_id
from labms.bulk.rules import (
    LEASE,
    MOST,
    BulkKind,
    ItemState,
    NothingChosen,
    NotUnderWay,
    NotYours,
    RunState,
    ShownOtherwise,
    TooManyChosen,
)
from labms.bulk.services import go_on, propose, start, stop
from labms.bulk.working import _holds, _reserve, work
from labms.catalogue.rules import Evidence
from labms.certificates.finishing import _claim
from labms.certificates.models import Certificate
from labms.certificates.queries import live_document_of
from labms.certificates.rules import CertificateState
from labms.certificates.services import reserve_certificate
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import JobState, WrongState
from labms.jobs.services import approve_job
from labms.policy import Role
from labms.registry.models import Instrument
from tests.jobs.laboratory import rewrite

pytestmark = pytest.mark.long


@pytest.fixture
def proposed(lab):
    """Propose a run over jobs, as the reviewer or the signatory."""

    def act(kind, jobs, *, actor=None):
        who = actor or (lab.reviewer if kind is BulkKind.APPROVE else lab.signatory)
        with transaction():
            run = propose(kind, [job.id for job in jobs], actor=who, test_print=False)
            return run.id

    return act


@pytest.fixture
def confirmed(lab, proposed):
    """Propose and confirm a run; `looked_at` takes all that stand out along."""

    def act(kind, jobs, *, looked_at=()):
        run_id = proposed(kind, jobs)
        confirm(run_id, looked_at=looked_at)
        return run_id

    return act


def confirm(run_id, *, looked_at=(), actor=None, shown=None):
    with transaction():
        run = run_by_id(run_id, for_update=True)
        return start(
            run,
            actor=actor or user_by_id(run.proposed_by_id),
            shown=shown or run.shown_hash,
            looked_at=looked_at,
        )


def states(run_id):
    db.session.expire_all()
    return [str(item.state) for item in items_of(run_id)]


FAILS = {"metrological-loads-5-up-1.indication": "65000"}
#: Within the limit, and using most of it.
CLOSE = {"metrological-loads-5-up-1.indication": "60250"}


def test_all_that_was_shown_is_approved(lab, confirmed, settings):
    jobs = [lab.submitted(), lab.submitted()]

    run_id = confirmed(BulkKind.APPROVE, jobs)
    assert work(run_id, settings=settings) == 2

    assert states(run_id) == ["done", "done"]
    assert run_by_id(run_id).state is RunState.FINISHED
    for job in jobs:
        done = job_by_id(job.id)
        assert (done.state, done.reviewed_by_id) == (JobState.APPROVED, lab.reviewer.id)


def test_all_that_was_shown_is_issued(lab, confirmed, settings):
    jobs = [lab.approved(), lab.approved()]

    run_id = confirmed(BulkKind.ISSUE, jobs)
    work(run_id, settings=settings)

    assert states(run_id) == ["done", "done"]
    for item, job in zip(items_of(run_id), jobs, strict=True):
        document = live_document_of(job.id)
        assert document.id == item.certificate_id
        assert document.issued_by_id == lab.signatory.id
        assert document.state is CertificateState.ISSUED


def test_who_measured_it_takes_nothing_along(lab, make, proposed, settings):
    both = make.user(Role.VERIFIER, Role.REVIEWER, body=lab.body)
    job = lab.submitted()
    rewrite(Job, Job.id == job.id, performed_by_id=both.id)

    run_id = proposed(BulkKind.APPROVE, [job], actor=both)

    assert states(run_id) == ["left_out"]
    assert ids_of(jobs_for(BulkKind.APPROVE, actor=both)) == []
    assert ids_of(jobs_for(BulkKind.APPROVE, actor=lab.reviewer)) == [job.id]
    with pytest.raises(NotAllowed):
        proposed(BulkKind.ISSUE, [job], actor=lab.verifier)


def test_what_lost_the_right_meanwhile_is_refused_by_item(lab, confirmed, settings):
    run_id = confirmed(BulkKind.APPROVE, [lab.submitted()])
    rewrite(UserRole, UserRole.user_id == lab.reviewer.id, role=Role.RECEPTIONIST)

    work(run_id, settings=settings)

    assert states(run_id) == ["refused"]


def test_what_stands_out_needs_a_tick_of_its_own(lab, proposed, settings):
    fine, failed, ticked = (
        lab.submitted(),
        lab.submitted(readings=FAILS),
        lab.submitted(readings=FAILS),
    )
    run_id = proposed(BulkKind.APPROVE, [fine, failed, ticked])
    items = items_of(run_id)
    assert [item.stands_out for item in items] == ["", "failed", "failed"]

    confirm(run_id, looked_at=[items[2].id])
    work(run_id, settings=settings)

    assert states(run_id) == ["done", "left_out", "done"]
    assert job_by_id(failed.id).state is JobState.AWAITING_REVIEW


def test_a_stamp_alone_is_no_more_certified_in_bulk_than_singly(
    lab, proposed, settings
):
    certified = lab.approved()
    stamped = lab.approved(evidence=Evidence.STAMP, stamp="31V.000001")

    assert ids_of(jobs_for(BulkKind.ISSUE, actor=lab.signatory)) == [certified.id]
    run_id = proposed(BulkKind.ISSUE, [stamped, certified])
    assert states(run_id) == ["left_out", "waiting"]
    with pytest.raises(WrongState):
        reserve_certificate(
            job_by_id(stamped.id), actor=lab.signatory, shown="", settings=settings
        )


def test_a_certificate_may_stand_alone_where_the_procedure_gives_it_so(
    lab, confirmed, settings
):
    job = lab.approved()
    assert (job.evidence, job.stamp_serial) == (Evidence.CERTIFICATE, "")

    run_id = confirmed(BulkKind.ISSUE, [job])
    work(run_id, settings=settings)

    assert states(run_id) == ["done"]


def test_what_stood_out_when_it_was_approved_stands_out_when_it_is_issued(
    lab, proposed, settings
):
    plain, close = lab.submitted(), lab.submitted(readings=CLOSE)
    moved, late = lab.submitted(), lab.submitted()
    rewrite(Instrument, Instrument.id == moved.instrument_id, owner_id=lab.body.id)
    rewrite(Job, Job.id == late.id, late_reason="Mất điện")
    jobs = [plain, close, moved, late]

    def stand_out(kind):
        return [item.stands_out for item in items_of(proposed(kind, jobs))]

    approving = stand_out(BulkKind.APPROVE)
    for job in jobs:
        with transaction():
            approve_job(job_to_change(job.id), actor=lab.reviewer)

    assert approving == ["", "close", "other_owner", "late"]
    assert stand_out(BulkKind.ISSUE) == approving


def test_what_changed_since_it_was_shown_is_refused_alone(lab, confirmed, settings):
    changed, same = lab.approved(), lab.approved()
    run_id = confirmed(BulkKind.ISSUE, [changed, same])
    rewrite(Instrument, Instrument.id == changed.instrument_id, owner_id=lab.body.id)

    work(run_id, settings=settings)

    assert states(run_id) == ["refused", "done"]
    first, _ = items_of(run_id)
    assert "Read it again" in first.problem_en
    assert first.problem_vi
    assert live_document_of(changed.id) is None


def test_a_second_click_does_nothing_twice(lab, confirmed, settings):
    job = lab.approved()
    run_id = confirmed(BulkKind.ISSUE, [job])

    assert confirm(run_id) is False
    work(run_id, settings=settings)
    assert confirm(run_id) is False
    assert work(run_id, settings=settings) == 0

    assert db.session.scalar(db.select(db.func.count(Certificate.id))) == 1


def test_the_same_job_in_two_runs_gets_one_document(lab, confirmed, settings, make):
    job, other = lab.approved(), make.user(Role.SIGNATORY, body=lab.body)
    first = confirmed(BulkKind.ISSUE, [job])
    with transaction():
        second = propose(BulkKind.ISSUE, [job.id], actor=other, test_print=False).id
    confirm(second)

    work(first, settings=settings)
    work(second, settings=settings)

    assert (states(first), states(second)) == (["done"], ["refused"])


def test_it_stops_after_the_item_and_goes_on_where_it_was(
    lab, confirmed, settings, monkeypatch
):
    jobs = [lab.submitted() for _ in range(3)]
    run_id = confirmed(BulkKind.APPROVE, jobs)

    def approve_then_stop(run_id, item_id, *, settings):
        done = before(run_id, item_id, settings=settings)
        with transaction():
            stop(run_by_id(run_id, for_update=True), actor=lab.reviewer)
        return done

    before = working._deal_with
    with monkeypatch.context() as patched:
        patched.setattr(working, "_deal_with", approve_then_stop)
        assert work(run_id, settings=settings) == 1
    assert run_by_id(run_id).state is RunState.STOPPED
    assert work(run_id, settings=settings) == 0, "stopped is stopped"

    with transaction():
        go_on(run_by_id(run_id, for_update=True), actor=lab.reviewer)
    assert work(run_id, settings=settings) == 2
    assert states(run_id) == ["done"] * 3
    with pytest.raises(NotUnderWay), transaction():
        go_on(run_by_id(run_id, for_update=True), actor=lab.reviewer)


def test_a_worker_keeps_others_out_until_its_lease_is_over(lab, confirmed, settings):
    run_id = confirmed(BulkKind.APPROVE, [lab.submitted()])

    assert _holds(run_id, "another")
    assert work(run_id, settings=settings) == 0
    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        assert work(run_id, settings=settings) == 1


def test_what_died_after_the_number_was_taken_is_finished_with_that_number(
    lab, confirmed, settings
):

    job = lab.approved()
    run_id = confirmed(BulkKind.ISSUE, [job])
    (item,) = items_of(run_id)
    assert _holds(run_id, "dead")
    _reserve(run_id, item.id, settings=settings)
    number = live_document_of(job.id).number
    assert states(run_id) == ["begun"]

    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        work(run_id, settings=settings)

    assert states(run_id) == ["done"]
    document = live_document_of(job.id)
    assert (document.number, document.state) == (number, CertificateState.ISSUED)


def test_what_another_process_is_at_is_looked_at_later(lab, confirmed, settings):

    job, other = lab.approved(), lab.approved()
    run_id = confirmed(BulkKind.ISSUE, [job, other])
    item, _ = items_of(run_id)
    _claim(_reserve(run_id, item.id, settings=settings))

    work(run_id, settings=settings)

    assert states(run_id) == ["begun", "done"]
    assert run_by_id(run_id).state is RunState.RUNNING
    with clock.at(clock.now() + timedelta(minutes=5)):
        work(run_id, settings=settings)
    assert states(run_id) == ["done", "done"]
    assert run_by_id(run_id).state is RunState.FINISHED


def test_only_who_chose_confirms_stops_and_goes_on(lab, make, proposed):
    run_id = proposed(BulkKind.APPROVE, [lab.submitted()])
    other = make.user(Role.REVIEWER, body=lab.body)

    with pytest.raises(NotYours):
        confirm(run_id, actor=other)
    with pytest.raises(ShownOtherwise):
        confirm(run_id, shown="0" * 64)
    confirm(run_id)
    for act in (stop, go_on):
        with pytest.raises(NotYours), transaction():
            act(run_by_id(run_id, for_update=True), actor=other)


def test_no_choice_and_too_large_a_choice_are_refused(lab, proposed):
    with pytest.raises(NothingChosen):
        proposed(BulkKind.APPROVE, [])
    with pytest.raises(TooManyChosen), transaction():
        propose(
            BulkKind.APPROVE,
            list(range(1, MOST + 2)),
            actor=lab.reviewer,
            test_print=False,
        )


def test_a_new_proposal_forgets_the_one_before(lab, proposed):
    job = lab.submitted()
    proposed(BulkKind.APPROVE, [job])
    second = proposed(BulkKind.APPROVE, [job])

    assert list(db.session.scalars(db.select(BulkRun.id))) == [second]
    assert db.session.scalar(db.select(db.func.count(BulkItem.id))) == 1


def test_what_breaks_down_stops_the_run_and_says_so(
    lab, confirmed, settings, monkeypatch
):

    run_id = confirmed(BulkKind.ISSUE, [lab.approved()])

    def full(*_args, **_given):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(working, "finish_issuing", full)
        work(run_id, settings=settings)

    run = run_by_id(run_id)
    assert run.state is RunState.STOPPED
    assert "No space left" in run.stopped_because
    with transaction():
        go_on(run_by_id(run_id, for_update=True), actor=None)
    work(run_id, settings=settings)
    assert states(run_id) == ["done"]
    assert ItemState.DONE in {item.state for item in items_of(run_id)}
