"""Finding orders and jobs, and what a page about them needs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from labms.accounts.models import User
from labms.db import db, scoped
from labms.errors import NotFound
from labms.jobs.models import Job, JobStandard, Order, Review
from labms.jobs.rules import CLOSED_STATES, OPEN_STATES, JobState
from labms.organisations.models import Organisation
from labms.policy import EVERYTHING, Actor, Role
from labms.registry.models import Instrument
from labms.registry.rules import InstrumentState
from labms.text import like

_ORDER = (joinedload(Job.order).joinedload(Order.customer),)
_SUBJECT = (
    joinedload(Job.instrument).joinedload(Instrument.owner),
    joinedload(Job.instrument).joinedload(Instrument.type_approval),
    joinedload(Job.standard),
)
_PEOPLE = (
    joinedload(Job.performed_by),
    joinedload(Job.assigned_to),
    joinedload(Job.reviewed_by),
)
_MEASURED = (
    selectinload(Job.used).joinedload(JobStandard.standard),
    selectinload(Job.used).joinedload(JobStandard.calibration),
    selectinload(Job.readings),
    selectinload(Job.reviews).joinedload(Review.reviewed_by),
)


def _whole(*which: sa.ColumnElement[bool]) -> Sequence[Job]:
    """Return jobs with all that hangs on them."""
    return (
        db.session.scalars(
            sa.select(Job)
            .where(*which)
            .options(*_ORDER, *_SUBJECT, *_PEOPLE, *_MEASURED)
            .order_by(Job.position, Job.id)
        )
        .unique()
        .all()
    )


def job_by_id(job_id: int) -> Job:
    """Return one job with all that hangs on it. Raises NotFound."""
    for job in _whole(Job.id == job_id):
        return job
    raise NotFound


def jobs_by_id(job_ids: Iterable[int]) -> Sequence[Job]:
    """Return several jobs in their order, with all that hangs on them."""
    return _whole(Job.id.in_(list(job_ids)))


def jobs_of_order(order_id: int) -> Sequence[Job]:
    """Return the jobs of an order in their order, with all that hangs on them."""
    return _whole(Job.order_id == order_id)


def job_to_change(job_id: int) -> Job:
    """Return one job as it is now, and let nobody else change it meanwhile.

    Raises NotFound.
    """
    locked = db.session.scalar(
        sa.select(Job.id).where(Job.id == job_id).with_for_update()
    )
    if locked is None:
        raise NotFound
    return job_by_id(job_id)


def jobs_to_change(job_ids: Collection[int]) -> Sequence[Job]:
    """Return several jobs in their order, and let nobody else change them meanwhile."""
    wanted = sa.select(Job.id).where(Job.id.in_(job_ids)).order_by(Job.id)
    db.session.execute(wanted.with_for_update())
    return _whole(Job.id.in_(job_ids))


def order_by_id(order_id: int) -> Order:
    """Return one order with its jobs and their instruments. Raises NotFound."""
    of_job = selectinload(Order.jobs)
    found = db.session.scalars(
        sa.select(Order)
        .where(Order.id == order_id)
        .options(
            joinedload(Order.customer),
            of_job.joinedload(Job.instrument),
            of_job.joinedload(Job.performed_by),
            of_job.joinedload(Job.assigned_to),
        )
    ).unique()
    if (order := found.one_or_none()) is None:
        raise NotFound
    return order


def orders(*, q: str = "", only_open: bool = False) -> sa.Select[Any]:
    """Return the query of orders, newest first, by number or customer."""
    rows = (
        sa.select(Order)
        .join(Order.customer)
        .options(contains_eager(Order.customer))
        .order_by(Order.received_at.desc(), Order.id.desc())
    )
    if q:
        rows = rows.where(
            sa.or_(
                Organisation.folded.like(like(q), escape="\\"),
                sa.func.lower(Order.number).like(like(q), escape="\\"),
            )
        )
    if only_open:
        rows = rows.where(
            sa.exists().where(Job.order_id == Order.id, Job.state.in_(OPEN_STATES))
        )
    return rows


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come."""

    jobs: int = 0
    closed: int = 0
    cancelled: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is under way any more."""
        return self.jobs > 0 and self.jobs == self.closed + self.cancelled


def progress_of(order_ids: Collection[int]) -> dict[int, Progress]:
    """Return how far orders have come. One query."""
    if not order_ids:
        return {}
    rows = db.session.execute(
        sa.select(
            Job.order_id,
            sa.func.count(),
            sa.func.count().filter(Job.state.in_(CLOSED_STATES)),
            sa.func.count().filter(Job.state == JobState.CANCELLED),
        )
        .where(Job.order_id.in_(order_ids))
        .group_by(Job.order_id)
    )
    return {
        order_id: Progress(jobs, closed, cancelled)
        for order_id, jobs, closed, cancelled in rows
    }


class Board(StrEnum):
    """A part of the work, as the tabs of the page show it."""

    MINE = "mine"
    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs are looked for."""

    board: Board = Board.OPEN
    state: JobState | None = None
    verifier_id: int | None = None
    type_slug: str = ""
    q: str = ""
    overdue_on: date | None = None
    """Promised before this day, and not finished."""


def jobs(wanted: Wanted, *, actor: Actor | None = None) -> sa.Select[Any]:
    """Return the query of jobs: first what was promised first, then the oldest."""
    rows = (
        sa.select(Job)
        .join(Job.order)
        .join(Order.customer)
        .outerjoin(Job.instrument)
        .options(
            contains_eager(Job.order).contains_eager(Order.customer),
            contains_eager(Job.instrument),
            joinedload(Job.performed_by),
            joinedload(Job.assigned_to),
        )
    )
    rows = rows.where(*_conditions(wanted, actor))
    if wanted.board is Board.ALL:
        return rows.order_by(Job.registered_at.desc(), Job.id.desc())
    promised = sa.func.coalesce(Order.promised_on, date(9999, 12, 31))
    return rows.order_by(promised, Job.registered_at, Job.id)


def _conditions(wanted: Wanted, actor: Actor | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.board is Board.MINE and actor is not None:
        found.append(waits_for(actor))
    elif wanted.board is Board.OPEN and wanted.state is None:
        found.append(Job.state.in_(OPEN_STATES))
    if wanted.state is not None:
        found.append(Job.state == wanted.state)
    if wanted.verifier_id is not None:
        found.append(
            sa.func.coalesce(Job.performed_by_id, Job.assigned_to_id)
            == wanted.verifier_id
        )
    if wanted.type_slug:
        found.append(Instrument.type_slug == wanted.type_slug)
    if wanted.overdue_on is not None:
        found += [Order.promised_on < wanted.overdue_on, Job.state.in_(OPEN_STATES)]
    if wanted.q:
        pattern = like(wanted.q)
        found.append(
            sa.or_(
                Instrument.folded.like(pattern, escape="\\"),
                Organisation.folded.like(pattern, escape="\\"),
                sa.func.lower(Order.number).like(
                    like(wanted.q.partition("/")[0]), escape="\\"
                ),
            )
        )
    return found


def waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that a job waits for something this person does."""
    mine: list[sa.ColumnElement[bool]] = []
    if Role.VERIFIER in actor.roles:
        own = sa.or_(Job.assigned_to_id == actor.id, Job.assigned_to_id.is_(None))
        mine.append(sa.and_(Job.state == JobState.REGISTERED, own))
        mine.append(
            sa.and_(Job.state == JobState.IN_PROGRESS, Job.performed_by_id == actor.id)
        )
    others = sa.or_(Job.performed_by_id.is_(None), Job.performed_by_id != actor.id)
    if actor.roles & {Role.REVIEWER, Role.SIGNATORY}:
        mine.append(sa.and_(Job.state == JobState.AWAITING_REVIEW, others))
    if Role.SIGNATORY in actor.roles:
        mine.append(sa.and_(Job.state == JobState.APPROVED, others))
    if Role.RECEPTIONIST in actor.roles:
        mine.append(
            sa.and_(Job.state == JobState.REGISTERED, Job.assigned_to_id.is_(None))
        )
    return sa.or_(*mine) if mine else sa.false()


def state_counts() -> Mapping[JobState, int]:
    """Return how many jobs are at each step. One query."""
    rows = db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state))
    return dict(rows.all())


def waiting_count(actor: Actor) -> int:
    """Return how many jobs wait for this person. One query."""
    return (
        db.session.scalar(sa.select(sa.func.count(Job.id)).where(waits_for(actor))) or 0
    )


def types_in_work() -> list[str]:
    """Return the types of instruments that there are jobs for. One query."""
    return list(
        db.session.scalars(
            sa.select(Instrument.type_slug)
            .join(Job, Job.instrument_id == Instrument.id)
            .distinct()
            .order_by(Instrument.type_slug)
        )
    )


def people_in_work() -> list[tuple[int, str]]:
    """Return who has or had jobs, by name. One query."""
    doing = sa.func.coalesce(Job.performed_by_id, Job.assigned_to_id)
    rows = db.session.execute(
        sa.select(User.id, User.full_name)
        .where(User.id.in_(sa.select(doing).where(doing.is_not(None))))
        .order_by(User.full_name, User.id)
    )
    return [(user_id, name) for user_id, name in rows]


def last_job_before(job: Job) -> Job | None:
    """Return the job of the same instrument that was approved last before this one."""
    rows = (
        sa.select(Job)
        .where(
            Job.instrument_id == job.instrument_id,
            Job.id != job.id,
            Job.state.in_(CLOSED_STATES | {JobState.APPROVED}),
        )
        .options(*_ORDER, joinedload(Job.performed_by))
        .order_by(Job.performed_on.desc(), Job.id.desc())
        .limit(1)
    )
    if job.performed_on is not None:
        rows = rows.where(Job.performed_on <= job.performed_on)
    return db.session.scalars(rows).unique().one_or_none()


def next_of_order(job: Job, *, actor: Actor) -> Job | None:
    """Return what this person can begin next of the same order, the same type first."""
    if Role.VERIFIER not in actor.roles or job.instrument is None:
        return None
    return db.session.scalars(
        sa.select(Job)
        .join(Job.instrument)
        .where(
            Job.order_id == job.order_id,
            Job.id != job.id,
            Job.state == JobState.REGISTERED,
            sa.or_(Job.assigned_to_id == actor.id, Job.assigned_to_id.is_(None)),
        )
        .options(contains_eager(Job.instrument))
        .order_by(
            sa.case((Instrument.type_slug == job.instrument.type_slug, 0), else_=1),
            Job.position,
            Job.id,
        )
        .limit(1)
    ).one_or_none()


def jobs_of_instrument(instrument_id: int) -> list[Job]:
    """Return what was done to an instrument, newest first. One query."""
    rows = (
        sa.select(Job)
        .where(Job.instrument_id == instrument_id)
        .options(*_ORDER)
        .order_by(Job.registered_at.desc(), Job.id.desc())
    )
    return list(db.session.scalars(rows).unique())


def open_jobs_of(instrument_ids: Collection[int]) -> dict[int, int]:
    """Return the open job of each instrument that has one, at whichever body."""
    if not instrument_ids:
        return {}
    with scoped(EVERYTHING):  # an instrument is in one laboratory at a time
        rows = db.session.execute(
            sa.select(Job.instrument_id, Job.id).where(
                Job.instrument_id.in_(instrument_ids), Job.state.in_(OPEN_STATES)
            )
        ).all()
    return {
        instrument_id: job_id
        for instrument_id, job_id in rows
        if instrument_id is not None
    }


def instruments_for_order(owner_id: int) -> list[Instrument]:
    """Return what a customer uses and may bring, by type and serial number."""
    return list(
        db.session.scalars(
            sa.select(Instrument)
            .where(
                Instrument.owner_id == owner_id,
                Instrument.state == InstrumentState.IN_USE,
            )
            .order_by(Instrument.type_slug, Instrument.serial_key, Instrument.id)
        )
    )


def instruments_by_id(instrument_ids: Iterable[int]) -> list[Instrument]:
    """Return these instruments in this order. Raises NotFound if one is missing."""
    wanted = list(dict.fromkeys(instrument_ids))
    rows = db.session.scalars(
        sa.select(Instrument)
        .where(Instrument.id.in_(wanted))
        .options(joinedload(Instrument.owner))
    ).unique()
    found = {row.id: row for row in rows}
    if len(found) < len(wanted):
        raise NotFound
    return [found[each] for each in wanted]
