"""Choosing many jobs, confirming what was shown of them, stopping and going on.

A run is proposed, then shown, then confirmed once: a second click finds it confirmed.
Each item keeps the hash of what was shown, and is refused by itself if that changed.
"""

import json
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from labms import clock
from labms.accounts.queries import user_by_id
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import items_of
from labms.bulk.rules import (
    MOST,
    TAKES,
    BulkKind,
    ItemState,
    NothingChosen,
    NotUnderWay,
    NotYours,
    RunState,
    ShownOtherwise,
    TooManyChosen,
    shown_hash,
)
from labms.bulk.showing import line_of, shown_of, what_stands_out
from labms.certificates.queries import job_to_certify
from labms.db import db
from labms.errors import LabError, NotAllowed
from labms.i18n import N_, Message, gettext, speaking
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id
from labms.jobs.rules import JOB_STATES, WrongState
from labms.policy import Actor, allowed, authorize
from labms.remembering import remembering

UNTICKED = N_("It was not ticked: it stands out, and is done on its own page.")


def propose(
    kind: BulkKind, job_ids: Sequence[int], *, actor: Actor, test_print: bool
) -> BulkRun:
    """Write down which jobs somebody chose, and what the next page shows of each.

    Nothing happens to any of them. What cannot be done anyway is left out and says
    why. What the same person proposed before and never confirmed is forgotten. Refuses
    with NotAllowed, NothingChosen or TooManyChosen.
    """
    _, permission = TAKES[kind]
    authorize(actor, permission)
    chosen = list(dict.fromkeys(job_ids))
    if not chosen:
        raise NothingChosen
    if len(chosen) > MOST:
        raise TooManyChosen(number=len(chosen), most=MOST)
    _forget_proposals(kind, actor)
    with remembering():
        items = [_item(kind, job_id, actor, test_print) for job_id in chosen]
    for position, item in enumerate(items, start=1):
        item.position = position
    run = BulkRun(
        body_id=actor.organisation_id,
        kind=kind,
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
        shown_hash=shown_hash(kind, [(item.job_id, item.shown) for item in items]),
    )
    db.session.add(run)
    db.session.flush()
    for item in items:
        item.run_id = run.id
    db.session.add_all(items)
    db.session.flush()
    return run


def _forget_proposals(kind: BulkKind, actor: Actor) -> None:
    mine = sa.select(BulkRun.id).where(
        BulkRun.proposed_by_id == actor.id,
        BulkRun.kind == kind,
        BulkRun.started_at.is_(None),
    )
    keys = list(db.session.scalars(mine))
    without = {"synchronize_session": False}
    db.session.execute(
        sa.delete(BulkItem).where(BulkItem.run_id.in_(keys)), execution_options=without
    )
    db.session.execute(
        sa.delete(BulkRun).where(BulkRun.id.in_(keys)), execution_options=without
    )


def _item(kind: BulkKind, job_id: int, actor: Actor, test_print: bool) -> BulkItem:
    job = _job_for(kind, job_id)
    item = BulkItem(
        job_id=job.id,
        shown="",
        told=json.dumps(line_of(job), ensure_ascii=False),
        state=ItemState.WAITING,
    )
    try:
        _check(kind, job, actor)
        item.shown = shown_of(kind, job, test_print=test_print)
        item.stands_out = " ".join(what_stands_out(job))
    except LabError as error:
        leave_out(item, error.text)
    return item


def _job_for(kind: BulkKind, job_id: int) -> Job:
    return job_by_id(job_id) if kind is BulkKind.APPROVE else job_to_certify(job_id)


def _check(kind: BulkKind, job: Job, actor: Actor) -> None:
    """Raise what would be refused for certain: nobody takes on their own work."""
    state, permission = TAKES[kind]
    if not allowed(actor, permission, job):
        raise NotAllowed(permission=permission)
    if job.state is not state:
        raise WrongState(old=JOB_STATES[job.state], new=JOB_STATES[state])


def leave_out(
    item: BulkItem, why: Message | str, *, state: ItemState = ItemState.LEFT_OUT
) -> None:
    """Say of an item, in both languages, why nothing is done about it."""
    item.state = state
    item.problem_vi, item.problem_en = in_both_languages(why)


def in_both_languages(why: Message | str) -> tuple[str, str]:
    """Return a reason in Vietnamese and in English."""
    said = []
    for language in ("vi", "en"):
        with speaking(language):
            said.append(str(why) if isinstance(why, Message) else gettext(why))
    return said[0], said[1]


def start(
    run: BulkRun, *, actor: Actor, shown: str, looked_at: Collection[int] = ()
) -> bool:
    """Confirm a run exactly as it was shown; whether this did it, or an earlier click.

    `looked_at` are the items that stand out and shall be taken along; the others that
    stand out are left out. The row is locked by the caller. Refuses with NotYours or
    ShownOtherwise.
    """
    _check_own(run, actor)
    if run.started_at is not None:
        return False
    if run.shown_hash != shown:
        raise ShownOtherwise
    _, permission = TAKES[run.kind]
    authorize(actor, permission)
    for item in items_of(run.id):
        is_open = item.state is ItemState.WAITING and item.id not in looked_at
        if is_open and item.stands_out:
            leave_out(item, UNTICKED)
    run.started_at = clock.now()
    db.session.flush()
    return True


def stop(run: BulkRun, *, actor: Actor) -> None:
    """Let a run end after the item that is being done. Refuses with NotUnderWay."""
    _check_own(run, actor)
    if run.state is not RunState.RUNNING:
        raise NotUnderWay
    run.stopped_at = clock.now()
    run.stopped_because = ""
    db.session.flush()


def go_on(run: BulkRun, *, actor: Actor | None) -> None:
    """Take up a run that was stopped; no actor: an operator's command does.

    Refuses with NotYours or NotUnderWay.
    """
    if actor is not None:
        _check_own(run, actor)
    if run.state not in (RunState.RUNNING, RunState.STOPPED):
        raise NotUnderWay
    run.stopped_at, run.stopped_because = None, ""
    run.worker, run.lease_until = "", None  # a worker that is still there ends by that
    db.session.flush()


def _check_own(run: BulkRun, actor: Actor) -> None:
    if run.proposed_by_id != actor.id:
        raise NotYours(name=user_by_id(run.proposed_by_id).full_name, permission="")
