"""Workers and clicks at the same moment, on a database with real commits."""

import pytest

from labms import clock
from labms.accounts.queries import user_by_id
from labms.bulk.queries import items_of, run_by_id
from labms.bulk.rules import BulkKind, RunState
from labms.bulk.services import propose, start
from labms.bulk.working import work
from labms.certificates.content import content_hash
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.finishing import finish_issuing
from labms.certificates.life import CorrectionOnItsWay, CorrectionReason
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, job_to_certify
from labms.certificates.rules import AlreadyReserved
from labms.certificates.services import reserve_certificate
from labms.db import db, transaction
from tests.certificates.test_at_once import at_once, place

__all__ = ["place"]

pytestmark = pytest.mark.faults


def begun(keys, user_id, jobs):
    actor = user_by_id(user_id)
    with transaction():
        run = propose(BulkKind.ISSUE, jobs, actor=actor, test_print=False)
        run_id, shown = run.id, run.shown_hash
    with transaction():
        run = run_by_id(run_id, for_update=True)
        assert start(run, actor=user_by_id(user_id), shown=shown)
    return run_id


def documents():
    db.session.rollback()  # what was being read is over
    return db.session.scalars(
        db.select(Certificate).order_by(Certificate.sequence)
    ).all()


def test_two_workers_on_one_run_do_each_item_once(place):
    app, settings, keys = place
    run_id = begun(keys, keys["users"][0], keys["jobs"])

    dealt = at_once(app, [lambda: work(run_id, settings=settings)] * 3)

    assert sorted(dealt) == [0, 0, len(keys["jobs"])]
    assert run_by_id(run_id).state is RunState.FINISHED
    assert [one.sequence for one in documents()] == list(range(1, 9))


def test_two_runs_over_the_same_jobs_give_each_job_one_document(place):
    app, settings, keys = place
    runs = [begun(keys, user, keys["jobs"]) for user in keys["users"][:2]]

    at_once(app, [lambda key=key: work(key, settings=settings) for key in runs])

    assert len({one.job_id for one in documents()}) == len(documents()) == 8
    assert [one.sequence for one in documents()] == list(range(1, 9))
    for first, second in zip(*(items_of(key) for key in runs), strict=True):
        assert {str(first.state), str(second.state)} == {"done", "refused"}


def test_a_second_click_at_the_same_moment_starts_nothing(place):
    app, _settings, keys = place
    user = keys["users"][0]
    with transaction():
        run = propose(
            BulkKind.ISSUE, keys["jobs"][:1], actor=user_by_id(user), test_print=False
        )
        run_id, shown = run.id, run.shown_hash

    def click():
        with transaction():
            return start(
                run_by_id(run_id, for_update=True),
                actor=user_by_id(user),
                shown=shown,
            )

    assert sorted(at_once(app, [click] * 4)) == [False, False, False, True]


def test_two_people_who_correct_at_once_take_one_number(place):
    app, settings, keys = place
    with clock.at(clock.now()), transaction():
        job = job_to_certify(keys["jobs"][0])
        first = reserve_certificate(
            job,
            actor=user_by_id(keys["users"][0]),
            shown=content_hash(job),
            settings=settings,
        ).id
    finish_issuing(first, settings=settings)

    def correct(user):
        def act():
            with transaction():
                return supersede_certificate(
                    certificate_by_id(first, for_update=True),
                    actor=user_by_id(user),
                    reason=CorrectionReason.PLACE,
                    text="Địa điểm bị ghi sai.",
                    place="Chợ Lách",
                    shown=None,
                    settings=settings,
                ).number

        return act

    results = at_once(app, [correct(user) for user in keys["users"]])

    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 3
    assert all(isinstance(one, CorrectionOnItsWay | AlreadyReserved) for one in refused)
    assert [one.sequence for one in documents()] == [1, 2]
