"""Doing what was confirmed, item by item; killed anywhere, it is taken up again.

One worker has a run at a time, by a lease that it renews. An approval and the note
that it is done are one transaction. A document is reserved together with the note
which number it got, and finished outside of any transaction, as always.
"""

import logging
import secrets
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import user_by_id
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import item_by_id, next_item, run_by_id
from labms.bulk.rules import AGAIN, LEASE, RENEW, BulkKind, ItemState
from labms.bulk.services import leave_out
from labms.certificates.finishing import finish_issuing
from labms.certificates.queries import job_to_certify
from labms.certificates.rules import BeingFinished
from labms.certificates.services import reserve_certificate
from labms.db import db, scoped, transaction
from labms.errors import LabError, NotAllowed
from labms.i18n import N_, Message
from labms.jobs.queries import job_to_change
from labms.jobs.services import approve_job
from labms.policy import EVERYTHING, Scope, scope_of
from labms.settings import Settings

log = logging.getLogger(__name__)

#: One run at a time in each process: the others need the machine too.
_one_at_a_time = threading.Lock()

NUMBER_KEPT = N_("The number is reserved, but there is no file yet: {problem}")
BROKE_DOWN = N_("The program broke down at this item: {problem}")


def set_to_work(app: Flask, run_id: int) -> None:
    """Let a thread of this process do what is left of a run; returns at once.

    If another worker has it, the thread ends without having done anything.
    """
    if app.testing:  # tests say themselves when the work is done
        return
    threading.Thread(
        target=_in_thread, args=(app, run_id), name=f"bulk-{run_id}", daemon=True
    ).start()


@contextmanager
def _giving_way() -> Iterator[None]:
    """Let the threads that answer people take over ten times as often meanwhile.

    A worker computes without pause; Python lets others wait 5 ms for each turn, and an
    answer takes several turns.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _in_thread(app: Flask, run_id: int) -> None:
    with _one_at_a_time, _giving_way(), app.app_context():
        try:
            work(run_id, settings=app.extensions["labms"])
        except Exception:
            log.exception("bulk run %s broke down", run_id)
        finally:
            db.session.remove()


def work(run_id: int, *, settings: Settings) -> int:
    """Do the open items of a run until it is finished, stopped or taken by another.

    Returns how many items this worker dealt with. May be called twice at once, and
    again after any interruption.
    """
    me = secrets.token_hex(8)
    dealt, later = 0, set[int]()
    with scoped(_scope_of(run_id)):
        while (item_id := _take(run_id, me, later)) is not None:
            if not _deal_with(run_id, item_id, settings=settings):
                later.add(item_id)
            dealt += 1
    return dealt


def _scope_of(run_id: int) -> Scope:
    """Return whose rows are worked on: those that who confirmed the run may see."""
    with scoped(EVERYTHING):
        return scope_of(_actor_of(run_id))


def _actor_of(run_id: int) -> User:
    """Return who confirmed a run; what they may do is asked again for each item."""
    actor = user_by_id(run_by_id(run_id).proposed_by_id)
    if not actor.is_active:
        raise NotAllowed(permission="sign in")
    return actor


def _take(run_id: int, me: str, later: Collection[int]) -> int | None:
    """Return the next item if this worker has the run; close the run at its end.

    `later` are items that another process is at: the run is given back with them.
    """
    if not _holds(run_id, me):
        return None
    if (item_id := next_item(run_id, but=later)) is not None:
        return item_id
    with transaction():
        run = run_by_id(run_id, for_update=True)
        if run.worker == me and not run.finished_at:
            run.worker = ""
            if next_item(run_id) is None:
                run.finished_at, run.lease_until = clock.now(), None
            else:
                run.lease_until = clock.now() + AGAIN
    return None


def _holds(run_id: int, me: str) -> bool:
    """Take the lease on a run, or renew it when it has become old."""
    now = clock.now()
    run = run_by_id(run_id)
    under_way = run.started_at and not run.stopped_at and not run.finished_at
    fresh = (
        run.worker == me and run.lease_until and run.lease_until - now > LEASE - RENEW
    )
    if under_way and fresh:
        return True
    with transaction():
        taken = db.session.execute(
            sa.update(BulkRun)
            .where(
                BulkRun.id == run_id,
                BulkRun.started_at.is_not(None),
                BulkRun.stopped_at.is_(None),
                BulkRun.finished_at.is_(None),
                sa.or_(
                    BulkRun.worker == me,
                    BulkRun.lease_until.is_(None),
                    BulkRun.lease_until < now,
                ),
            )
            .values(worker=me, lease_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )
        held = getattr(taken, "rowcount", 0) == 1
        if not held:  # stopped, perhaps: whoever goes on need not wait for the lease
            db.session.execute(
                sa.update(BulkRun)
                .where(BulkRun.id == run_id, BulkRun.worker == me)
                .values(worker="", lease_until=None)
                .execution_options(synchronize_session=False)
            )
    return held


def _deal_with(run_id: int, item_id: int, *, settings: Settings) -> bool:
    """Do one item; False if another process is at it.

    A refusal is written beside the item, anything else stops the run.
    """
    try:
        if run_by_id(run_id).kind is BulkKind.APPROVE:
            _approve(run_id, item_id)
        else:
            _issue(run_id, item_id, settings=settings)
    except BeingFinished:
        return False
    except LabError as error:
        _refuse(item_id, error.text)
    except Exception as error:
        log.exception("bulk run %s stopped", run_id)
        _stop_for(run_id, str(Message(BROKE_DOWN, {"problem": error})))
    return True


def _approve(run_id: int, item_id: int) -> None:
    with transaction():
        item = item_by_id(item_id, for_update=True)
        if item.state is not ItemState.WAITING:
            return
        actor = _actor_of(run_id)
        approve_job(job_to_change(item.job_id), actor=actor, shown=int(item.shown))
        _done(item)


def _issue(run_id: int, item_id: int, *, settings: Settings) -> None:
    certificate_id = _reserve(run_id, item_id, settings=settings)
    if certificate_id is None:
        return
    try:
        finish_issuing(certificate_id, settings=settings)
    except BeingFinished:  # by a worker that had the run before, or has just died
        raise
    except LabError as error:
        _refuse(item_id, Message(NUMBER_KEPT, {"problem": error.text}))
        return
    with transaction():
        item = item_by_id(item_id, for_update=True)
        if item.state is ItemState.BEGUN:
            _done(item)


def _reserve(run_id: int, item_id: int, *, settings: Settings) -> int | None:
    """Return the document of an item: of this worker, or of one before it."""
    with transaction():
        item = item_by_id(item_id, for_update=True)
        if item.state is ItemState.BEGUN:
            return item.certificate_id
        if item.state is not ItemState.WAITING:
            return None
        certificate = reserve_certificate(
            job_to_certify(item.job_id),
            actor=_actor_of(run_id),
            shown=item.shown,
            settings=settings,
        )
        item.certificate_id = certificate.id
        item.state = ItemState.BEGUN
        return certificate.id


def _done(item: BulkItem) -> None:
    item.state = ItemState.DONE
    item.done_at = clock.now()
    db.session.flush()


def _refuse(item_id: int, why: Message) -> None:
    with transaction():
        item = item_by_id(item_id, for_update=True)
        if item.state in (ItemState.WAITING, ItemState.BEGUN):
            leave_out(item, why, state=ItemState.REFUSED)
            item.done_at = clock.now()


def _stop_for(run_id: int, why: str) -> None:
    with transaction():
        run = run_by_id(run_id, for_update=True)
        if run.finished_at is None:
            run.stopped_at, run.stopped_because = clock.now(), why
            run.worker, run.lease_until = "", None
