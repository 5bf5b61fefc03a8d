"""The dashboard reads what is kept, and is of this moment."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from labms import clock
from labms.db import db, transaction
from labms.policy import Role
from labms.reports import views
from labms.summaries import folding
from labms.summaries import views as summaries
from labms.summaries.models import SummaryDay, SummaryMark
from tests.conftest import NOW
from tests.indicators.conftest import PUMP, TODAY

ADDRESS = "/reports/dashboard"


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


@contextmanager
def seen(monkeypatch):
    """The counts that pages were made of."""
    found = []

    def board_of(count, **given):
        found.append(count)
        return before(count, **given)

    before = views.board_of
    with monkeypatch.context() as patch:
        patch.setattr(views, "board_of", board_of)
        yield found


def due(manager, monkeypatch):
    with seen(monkeypatch) as counts:
        assert manager.get(ADDRESS).status_code == 200
    return sum(line.due for line in counts[0].lines)


@pytest.mark.long
def test_a_reader_sees_what_changed_a_moment_ago(manager, make, monkeypatch):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    assert due(manager, monkeypatch) == 10
    make.demand_figure(type_slug=PUMP, in_use_count=30, commune_key=make.commune().key)

    assert due(manager, monkeypatch) == 40
    assert not db.session.scalar(sa.select(sa.func.count(SummaryMark.id)))


@pytest.mark.long
def test_the_page_asks_few_questions_whatever_there_is(manager, make, count, selects):
    for _ in range(3):
        make.demand_figure(type_slug=PUMP, commune_key=make.commune().key)
        count.passed()
    manager.get(ADDRESS)
    selects.clear()

    manager.get(ADDRESS)

    assert len(selects) <= 40, "\n".join(selects)
    few = len(selects)
    for _ in range(3):
        make.demand_figure(commune_key=make.commune().key)
    manager.get(ADDRESS)
    selects.clear()
    manager.get(ADDRESS)
    assert len(selects) == few


@pytest.mark.long
def test_if_too_much_waits_the_page_says_as_of_when_it_is(manager, make, monkeypatch):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    manager.get(ADDRESS)
    monkeypatch.setattr(folding, "FEW", 1)
    monkeypatch.setattr(folding, "SMALL", -1)
    for _ in range(3):
        make.demand_figure(type_slug=PUMP, commune_key=make.commune().key)

    page = manager.get(ADDRESS).text

    assert "3 thay đổi" in page
    assert due(manager, monkeypatch) == 10


@pytest.mark.long
def test_with_many_jobs_no_reader_waits_for_a_change_to_be_counted(
    manager, make, monkeypatch
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    manager.get(ADDRESS)
    monkeypatch.setattr(folding, "SMALL", -1)
    make.demand_figure(type_slug=PUMP, commune_key=make.commune().key)

    assert due(manager, monkeypatch) == 10
    assert "1 thay đổi" in manager.get(ADDRESS).text

    summaries._fold()  # as the thread beside does

    assert due(manager, monkeypatch) == 20


def test_with_many_jobs_no_reader_waits_until_all_of_it_is_counted(
    manager, make, monkeypatch
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    monkeypatch.setattr(folding, "SMALL", -1)

    page = manager.get(ADDRESS)

    assert page.status_code == 503
    assert "labms summaries fold" in page.text
    assert not db.session.scalar(sa.select(sa.func.count(SummaryDay.id)))

    summaries.fold()  # as the thread beside does

    assert due(manager, monkeypatch) == 10


def test_just_after_midnight_many_jobs_are_shown_as_of_the_day_before(
    client, make, monkeypatch
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    with transaction():
        folding.build()
    monkeypatch.setattr(folding, "SMALL", -1)

    with clock.at(NOW + timedelta(days=1)), seen(monkeypatch) as counts:
        manager = make.sign_in(client, make.user(Role.MANAGER))
        page = manager.get(ADDRESS)

    assert page.status_code == 200
    assert counts[0].on == TODAY
    assert "số liệu của hôm nay đang được tính" in page.text
