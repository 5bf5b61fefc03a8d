"""Two people at once, on a database of their own with real commits."""

import threading
from pathlib import Path

import pytest

from labms import clock
from labms.accounts.queries import user_by_id
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.queries import job_to_certify
from labms.certificates.rules import AlreadyReserved, BeingFinished
from labms.certificates.services import reserve_certificate
from labms.db import db, scoped, transaction
from labms.policy import EVERYTHING, Role
from tests.conftest import NOW
from tests.factories import SPRING_SCALE, Make
from tests.own_application import an_application

pytestmark = pytest.mark.faults


@pytest.fixture
def place(tmp_path: Path):
    """An application whose commits are real, and the keys of a job and signatories."""
    with an_application(tmp_path) as (app, settings):
        make = Make()
        body = make.body()
        verifier = make.user(Role.VERIFIER, body=body)
        make.card(verifier, SPRING_SCALE)
        jobs = [make.job(body=body, performed_by=verifier).id for _ in range(8)]
        users = [make.user(Role.SIGNATORY, body=body).id for _ in range(4)]
        db.session.remove()
        yield app, settings, {"jobs": jobs, "users": users}


def at_once(app, acts):
    """Run these at the same moment, each in a thread; return results or refusals."""
    results = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(n, act):
        with app.app_context(), scoped(EVERYTHING), clock.at(NOW):
            gate.wait()
            try:
                results[n] = act()
            except Exception as error:
                results[n] = error
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def reserving(settings, job_id, user_id):
    def act():
        with transaction():
            job = job_to_certify(job_id)
            return reserve_certificate(
                job,
                actor=user_by_id(user_id),
                shown=content_hash(job),
                settings=settings,
            ).id

    return act


def test_two_signatories_at_once_issue_one_document(place):
    app, settings, keys = place
    job = keys["jobs"][0]

    results = at_once(app, [reserving(settings, job, user) for user in keys["users"]])

    assert sum(isinstance(one, int) for one in results) == 1
    assert sum(isinstance(one, AlreadyReserved) for one in results) == 3


def test_numbers_taken_at_once_are_consecutive(place):
    app, settings, keys = place
    acts = [
        reserving(settings, job, keys["users"][n % 4])
        for n, job in enumerate(keys["jobs"])
    ]

    results = at_once(app, acts)

    taken = db.session.scalars(db.select(Certificate.sequence)).all()
    assert all(isinstance(one, int) for one in results)
    assert sorted(taken) == list(range(1, len(acts) + 1))


def test_two_processes_finish_one_document_once(place):
    app, settings, keys = place
    certificate_id = reserving(settings, keys["jobs"][0], keys["users"][0])()

    results = at_once(
        app,
        [lambda: finish_issuing(certificate_id, settings=settings).file_hash] * 4,
    )

    done = {one for one in results if isinstance(one, str)}
    assert len(done) == 1
    assert all(isinstance(one, str | BeingFinished) for one in results)
