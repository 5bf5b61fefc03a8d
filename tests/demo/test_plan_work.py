"""What the Department plans and proposes in the demo."""

from decimal import Decimal

import pytest

from labms import clock
from labms.db import db
from labms.indicators.figures import Count
from labms.outlook.planning import gaps, workload
from labms.outlook.queries import as_option, proposals, situation_on
from labms.outlook.rules import best_sets, ranked
from labms.plan.data import plan
from labms.tasks.models import Assessment, Participant, Programme
from labms.tasks.queries import items_of
from labms.tasks.rules import ItemState
from labms.tasks.standing import standing_of
from tests.outlook.test_ranking import everything_tried, found

pytestmark = pytest.mark.demo


def counted():
    return Count(plan("3446"), "ben-tre-old", clock.today())


def test_every_year_was_planned_paid_and_done_and_this_one_is_under_way(small):
    this_year = clock.today().year  # after the plan's last year, in these tests
    items = items_of("3446")
    assert {item.year for item in items} == {2029, 2030}
    for item in items:
        standing = standing_of(item)
        if item.year < this_year:
            assert standing.state is ItemState.DONE
            assert standing.money.paid < standing.money.approved
        else:
            assert standing.money.estimated


def test_people_programmes_and_assessments_are_there(small):
    for kind in (Participant, Programme, Assessment):
        assert db.session.scalars(db.select(kind)).first() is not None


def test_the_ranking_agrees_with_trying_every_set_of_up_to_four(small):
    situation = situation_on(counted())
    options = [as_option(row) for row in proposals()]
    assert len(options) == 16

    for budget in (None, Decimal(500_000_000), Decimal(1_600_000_000)):
        tried = everything_tried(situation, options, budget=budget)
        assert found(best_sets(situation, options, budget=budget)) == tried
        assert tried, "something can be gained"

    steps = ranked(situation, options)
    shares = [step.share_after for step in steps]
    assert len(steps) >= 3
    assert shares == sorted(shares)


def test_there_are_gaps_and_work_that_falls_due(small):
    assert gaps(counted())[0].missing > 0
    assert workload(counted()).dated > 0
