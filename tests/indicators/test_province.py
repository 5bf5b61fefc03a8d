"""The province of the benchmarks, so small that its figures can be counted again."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from labms import clock
from labms.db import db, engine_options
from labms.frozen import unprotected
from labms.indicators.figures import figures_on
from labms.indicators.queries import areas_within
from labms.places.rules import AREAS
from labms.plan.data import plan
from tests.benchmarks.province import TODAY, fill, prepare
from tests.databases import an_empty_database
from tests.indicators.recounted_in_sql import Recount
from tests.invariants.test_migrations import described

JOBS, CELLS = 800, 400


@pytest.fixture
def empty(app: Flask, tmp_path, monkeypatch) -> Iterator[sa.Engine]:
    """An empty instance, in which it is the day of the benchmarks."""
    with an_empty_database(tmp_path) as url, clock.at(TODAY):
        engine = sa.create_engine(url, **engine_options(url))
        monkeypatch.setitem(db.engines, None, engine)
        db.session.remove()
        prepare()
        yield engine
        db.session.remove()
        engine.dispose()


@pytest.mark.long
def test_the_province_of_the_benchmarks_is_one_whose_figures_can_be_counted(empty):
    before = described(empty)
    fill(jobs=JOBS, cells=CELLS)

    assert described(empty) == before
    with empty.connect() as connection:
        assert unprotected(connection) == []
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM job").scalar() == JOBS
    for area in AREAS.values():
        found = figures_on(plan("3446"), area.code, TODAY)
        shares, turns = recounted(empty, area)
        for code, (above, below) in shares.items():
            share = found[code].share
            assert (code, share.numerator, share.denominator) == (code, above, below)
            assert 0 < above < below
        enterprises = found["enterprises-served"]
        assert (enterprises.turns, enterprises.distinct) == turns
        assert turns[0] > turns[1] > 0


def recounted(engine, area):
    with engine.connect() as connection:
        recount = Recount(
            connection, area.old_province_codes, areas_within(area.code), TODAY
        )
        return recount.shares(), recount.turns()
