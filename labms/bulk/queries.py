"""Finding what can be done at once, runs, and how far they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.rules import OPEN, TAKES, BulkKind, ItemState
from labms.catalogue.rules import Evidence
from labms.certificates.models import Certificate
from labms.certificates.queries import LIVE
from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job
from labms.jobs.queries import Board, Wanted, jobs
from labms.metrology.verdicts import Verdict
from labms.policy import Actor


def jobs_for(
    kind: BulkKind, *, actor: Actor, q: str = "", type_slug: str = ""
) -> sa.Select[Any]:
    """Return the query of jobs that this person can take on: never their own."""
    state, _ = TAKES[kind]
    wanted = Wanted(board=Board.ALL, state=state, type_slug=type_slug, q=q)
    rows = jobs(wanted, actor=actor).where(
        Job.body_id == actor.organisation_id, Job.performed_by_id != actor.id
    )
    if kind is BulkKind.ISSUE:
        live = sa.exists().where(
            Certificate.job_id == Job.id, Certificate.state.in_(LIVE)
        )
        rows = rows.where(
            ~live,
            sa.or_(Job.evidence == Evidence.CERTIFICATE, Job.verdict == Verdict.FAIL),
        )
    return rows.order_by(None).order_by(Job.order_id, Job.position, Job.id)


def ids_of(rows: sa.Select[Any], *, but: Collection[int] = ()) -> list[int]:
    """Return the keys of all jobs of a query, in its order."""
    found = db.session.scalars(rows.with_only_columns(Job.id))
    left_out = set(but)
    return [job_id for job_id in found if job_id not in left_out]


def run_by_id(run_id: int, *, for_update: bool = False) -> BulkRun:
    """Return one run, read anew if it will be changed. Raises NotFound."""
    rows = sa.select(BulkRun).where(BulkRun.id == run_id)
    if for_update:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound
    return found


def runs() -> sa.Select[Any]:
    """Return the query of runs that were confirmed, newest first."""
    return (
        sa.select(BulkRun)
        .where(BulkRun.started_at.is_not(None))
        .order_by(BulkRun.id.desc())
    )


def abandoned(*, now: datetime) -> Sequence[int]:
    """Return the runs under way that no worker has, oldest first."""
    return db.session.scalars(
        sa.select(BulkRun.id)
        .where(
            BulkRun.started_at.is_not(None),
            BulkRun.stopped_at.is_(None),
            BulkRun.finished_at.is_(None),
            sa.or_(BulkRun.lease_until.is_(None), BulkRun.lease_until < now),
        )
        .order_by(BulkRun.id)
    ).all()


def items_of(run_id: int) -> Sequence[BulkItem]:
    """Return all items of a run, in the order in which they are done."""
    return db.session.scalars(
        sa.select(BulkItem).where(BulkItem.run_id == run_id).order_by(BulkItem.position)
    ).all()


def item_by_id(item_id: int, *, for_update: bool = False) -> BulkItem:
    """Return one item, read anew if it will be changed."""
    rows = sa.select(BulkItem).where(BulkItem.id == item_id)
    if for_update:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(rows).one()


def next_item(run_id: int, *, but: Collection[int] = ()) -> int | None:
    """Return the first item of a run that is not finished with, but for these."""
    return db.session.scalar(
        sa.select(BulkItem.id)
        .where(
            BulkItem.run_id == run_id,
            BulkItem.state.in_(OPEN),
            BulkItem.id.not_in(but),
        )
        .order_by(BulkItem.position)
        .limit(1)
    )


def counts_of(run_ids: Collection[int]) -> Mapping[int, Mapping[ItemState, int]]:
    """Return how many items of each run are in which state: one query."""
    rows = db.session.execute(
        sa.select(BulkItem.run_id, BulkItem.state, sa.func.count())
        .where(BulkItem.run_id.in_(run_ids))
        .group_by(BulkItem.run_id, BulkItem.state)
    )
    found: dict[int, dict[ItemState, int]] = {run_id: {} for run_id in run_ids}
    for run_id, state, number in rows:
        found[run_id][state] = number
    return found
