"""Several processes count anew while others work: what is kept stays right."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from labms import clock
from labms.db import db, scoped, sqlite_driver, transaction
from labms.demand.models import DemandFigure
from labms.demand.rules import DemandSource
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.policy import EVERYTHING, Role
from labms.summaries import beside, counting
from labms.summaries.folding import build, catch_up
from labms.summaries.models import SummaryMark
from labms.summaries.recounting import differences
from tests.conftest import NOW
from tests.factories import SPRING_SCALE, Make
from tests.own_application import an_application
from tests.world import HERE

pytestmark = pytest.mark.faults


@pytest.fixture
def place(tmp_path: Path):
    """An application whose commits are real, on the engine that the tests run on."""
    with an_application(tmp_path) as (app, _):
        make = Make()
        keys = {
            "manager": make.user(Role.MANAGER).id,
            "jobs": [make.job(JobState.REGISTERED).id for _ in range(12)],
        }
        with transaction():
            build()
        db.session.remove()
        yield app, keys


def at_once(app, *acts):
    """Run these in threads; return what went wrong."""
    wrong = []

    def run(act):
        with app.app_context(), scoped(EVERYTHING), clock.at(NOW):
            try:
                act()
            except Exception as error:
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def surveyed(number, *, by):
    """Enter a figure of demand, and commit."""
    figure = {
        "type_slug": SPRING_SCALE,
        "commune_key": HERE,
        "year": 2031,
        "in_use_count": number,
        "source": DemandSource.SURVEY,
        "document": "Báo cáo",
        "method": "",
        "counted_on": clock.today(),
        "entered_on": clock.today(),
        "entered_by_id": by,
    }
    with transaction():
        db.session.execute(sa.insert(DemandFigure), [figure])


@contextmanager
def while_counting(app, monkeypatch, act):
    """Let somebody else do this in the middle of the counting, once, and wait."""
    wrong, before, tries = [], counting.facts, iter([act])

    def facts(count):
        for one in tries:
            wrong.extend(at_once(app, one))
        return before(count)

    with monkeypatch.context() as patch:
        patch.setattr(counting, "facts", facts)
        yield wrong


@pytest.mark.parametrize("count", [beside.build_beside, beside.recount])
def test_nobody_waits_for_a_count_and_nothing_is_lost(place, monkeypatch, count):
    app, keys = place

    def survey():
        surveyed(7, by=keys["manager"])

    with while_counting(app, monkeypatch, survey) as wrong:
        assert count() in (None, [])

    assert wrong == []
    assert db.session.scalar(sa.select(sa.func.count(SummaryMark.id))) > 0
    beside.fold()
    assert list(differences()) == []


def test_whoever_counts_in_a_transaction_lets_others_wait(place, monkeypatch):
    """The control: the same within a transaction."""
    app, _ = place
    if db.engine.dialect.name != "sqlite":
        pytest.skip("writers wait for each other on SQLite only")

    def begin():
        place = str(db.engine.url.database)
        other = sqlite_driver.connect(place, timeout=0.05)
        try:
            other.execute("BEGIN IMMEDIATE")
        finally:
            other.close()

    with while_counting(app, monkeypatch, begin) as wrong, transaction():
        build()

    assert [type(error) for error in wrong] == [sqlite_driver.OperationalError]


def test_what_somebody_counted_meanwhile_is_not_overwritten(place, monkeypatch):
    app, keys = place

    def survey_and_fold():
        surveyed(7, by=keys["manager"])
        with clock.at(NOW + timedelta(seconds=1)):
            beside.fold()

    with while_counting(app, monkeypatch, survey_and_fold) as wrong:
        beside.build_beside()

    assert wrong == []
    assert db.session.scalar(sa.select(sa.func.count(SummaryMark.id))) == 0
    assert list(differences()) == []


def test_two_who_count_anew_while_others_write_lose_nothing(place):
    app, keys = place

    def survey():
        for number in range(10):
            surveyed(number, by=keys["manager"])

    def cancel():
        for number in keys["jobs"]:
            with transaction():
                job = db.session.get_one(Job, number)
                job.state = JobState.CANCELLED
                db.session.flush()
                db.session.info.clear()  # as if it had been recorded

    def count():
        for _ in range(8):
            with transaction():
                catch_up()

    assert at_once(app, survey, cancel, count, count) == []

    with transaction():
        catch_up()
    assert db.session.scalar(sa.select(sa.func.count(SummaryMark.id))) == 0
    assert list(differences()) == []
