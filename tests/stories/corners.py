"""What a small demo has on few days: one row of each, and where its page begins."""

from pathlib import Path

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import user_by_login
from labms.bulk.rules import BulkKind
from labms.bulk.services import propose, start, stop
from labms.certificates.models import Certificate
from labms.db import db, transaction
from labms.demand.columns import COLUMNS
from labms.demand.importing import example_rows, send_file
from labms.jobs.conformity import AgreedRule
from labms.jobs.models import Job, Order
from labms.jobs.rules import JobKind, JobState
from labms.organisations.models import Body, Organisation
from labms.public.problems import ProblemKind
from labms.public.services import report_problem
from labms.registry.models import EvidenceEnding, Standard
from labms.registry.rules import EndingReason
from labms.sheets.columns import headings
from labms.sheets.writing import file_of
from labms.stamps.models import Stamp
from labms.stamps.rules import REPLACED, StampState
from labms.tasks.models import TaskItem
from labms.tasks.rules import Purpose
from labms.tasks.services.money import add_purchase
from labms.traceability.receiving import receive_dcc
from labms.traceability.services import Attachment
from tests.dcc.examples import released
from tests.factories import Make


def fill_corners(files_dir: Path) -> list[str]:
    """Add what nobody happened to do; return addresses that few links lead to.

    Whoever may not open one of them is turned away there.
    """
    make = Make()
    manager = user_by_login("chatluong")
    body = db.session.get_one(Body, manager.organisation_id)
    make.own_revision(body, author_id=manager.id)
    agreed = make.job(
        JobState.REGISTERED,
        body=body,
        kind=JobKind.CALIBRATION,
        reason=None,
        agreed_rule=AgreedRule.GUARDED,
        instrument_id=_calibrated_instrument(body),
    )
    open_sheet = _job_of(body, JobState.IN_PROGRESS)
    waiting = _job_of(body, JobState.AWAITING_REVIEW)
    return [
        f"/jobs/{agreed.id}/agree",
        f"/jobs/{open_sheet.id}/bench",
        f"/jobs/orders/{waiting.order_id}/review",
        f"/stamps/{_destroyed_stamp(make, waiting).id}/release",
        f"/jobs/orders/new/customer?q={_customer_of(agreed)}",
        f"/organisations/{body.id}",
        f"/bulk/runs/{_proposed(waiting)}",
        f"/bulk/runs/{_stopped(_job_of(body, JobState.APPROVED))}",
        f"/dcc/{_received(body, files_dir)}",
        f"/demand/imports/{_sent_demand(files_dir)}",
        f"/problems/{_reported_problem(body)}",
        f"/tasks/purchases/{_proposed_purchase()}/move",
        _reported_ending(make, body, manager),
        "/certificates/to-sign",
    ]


def _reported_ending(make: Make, body: Body, manager: User) -> str:
    """Return where a report that ended a certificate can be taken back."""
    job = _job_of(body, JobState.CERTIFIED)
    ending = make._add(
        EvidenceEnding(
            instrument_id=job.instrument_id,
            reason=EndingReason.REPAIRED,
            ended_at=clock.now(),
            ended_on=clock.today(),
            note="Thay lò xo chính",
            recorded_by_id=manager.id,
        )
    )
    return f"/instruments/{job.instrument_id}/endings/{ending.id}/take-back"


def _proposed(job: Job) -> int:
    """Return a run that nobody has confirmed."""
    with transaction():
        reviewer = user_by_login("soatxet")
        run = propose(BulkKind.APPROVE, [job.id], actor=reviewer, test_print=True)
        return run.id


def _stopped(job: Job) -> int:
    """Return a run that was confirmed, and stopped before anything was done."""
    with transaction():
        head = user_by_login("kyduyet")
        run = propose(BulkKind.ISSUE, [job.id], actor=head, test_print=True)
        start(run, actor=head, shown=run.shown_hash)
        stop(run, actor=head)
        return run.id


def _received(body: Body, files_dir: Path) -> int:
    """Return a digital certificate that nobody has taken over."""
    with transaction():
        standard = db.session.scalars(
            sa.select(Standard).where(Standard.body_id == body.id)
        ).first()
        sent = Attachment("HC31.00001.xml", released("calibration-1"))
        keeper = user_by_login("chatluong")
        return receive_dcc(standard, sent, actor=keeper, files_dir=files_dir).id


def _sent_demand(files_dir: Path) -> int:
    """Return a spreadsheet of which one row can be entered and one is wrong."""
    right = example_rows(clock.today())[0]
    data, _ = file_of(headings(COLUMNS), [right, ("?", *right[1:])], "csv")
    with transaction():
        sent = send_file(
            "nhu-cau.csv",
            str(data).encode(),
            actor=user_by_login("quanly"),
            folder=files_dir,
        )
        return sent.id


def _reported_problem(body: Body) -> int:
    """Return what a stranger reported about a document of a body."""
    query = sa.select(Certificate.number).where(Certificate.body_id == body.id)
    with transaction():
        report = report_problem(
            kind=ProblemKind.DIFFERS,
            text="The serial number on the plate is another one.",
            about=db.session.scalars(query.order_by(Certificate.id)).first(),
        )
        return report.id


def _proposed_purchase() -> int:
    """Return a purchase that nobody decided about."""
    item = db.session.scalars(sa.select(TaskItem).order_by(TaskItem.id)).first()
    with transaction():
        bought = add_purchase(
            item,
            purpose=Purpose.INSPECTION,
            name="Standard weights",
            quantity=1,
            holder_id=None,
            proposed_on=clock.today(),
            document="TTr-1",
            actor=user_by_login("quanly"),
        )
        return bought.id


def _calibrated_instrument(body: Body) -> int:
    query = sa.select(Job.instrument_id).where(
        Job.body_id == body.id, Job.kind == JobKind.CALIBRATION
    )
    return db.session.scalars(query.order_by(Job.id)).first()


def _job_of(body: Body, state: JobState) -> Job:
    query = sa.select(Job).where(Job.body_id == body.id, Job.state == state)
    return db.session.scalars(query.order_by(Job.id)).first()


def _destroyed_stamp(make: Make, job: Job) -> Stamp:
    return make._add(
        Stamp(
            body_id=job.body_id,
            serial="HUY-00001",
            state=StampState.CANCELLED,
            instrument_id=job.instrument_id,
            job_id=job.id,
            applied_at=clock.now(),
            applied_on=clock.today(),
            applied_by_id=job.performed_by_id,
            cancelled_on=clock.today(),
            cancel_reason=REPLACED,
        )
    )


def _customer_of(job: Job) -> str:
    return db.session.scalars(
        sa.select(Organisation.name)
        .join(Order, Order.customer_id == Organisation.id)
        .where(Order.id == job.order_id)
    ).one()
