"""What a small demo has on few days: one row of each, and where its page begins."""

import sqlalchemy as sa

from labms import clock
from labms.accounts.queries import user_by_login
from labms.db import db
from labms.jobs.conformity import AgreedRule
from labms.jobs.models import Job, Order
from labms.jobs.rules import JobKind, JobState
from labms.organisations.models import Body, Organisation
from labms.stamps.models import Stamp
from labms.stamps.rules import REPLACED, StampState
from tests.factories import Make


def fill_corners() -> list[str]:
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
    ]


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
