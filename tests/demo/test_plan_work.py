"""What the Department plans and proposes in the demo."""

from decimal import Decimal

import pytest

from labms import clock
from labms.db import db
from labms.indicators.figures import Count, figures_on
from labms.indicators.models import FrozenFigure, FrozenReport
from labms.outlook.planning import gaps, workload
from labms.outlook.queries import as_option, proposals, situation_on
from labms.outlook.rules import best_sets, ranked
from labms.plan.data import plan
from labms.plan.models import BodyRaised
from labms.plan.rules import RAISED_INDICATORS, RaisedKind
from labms.tasks.models import Accreditation, Assessment, Participant, Programme
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


def test_frozen_reports_of_closed_days_say_what_the_plan_counts_there_now(small):
    codes = {"persons-trained", "enterprises-served", *RAISED_INDICATORS}
    reports = db.session.scalars(db.select(FrozenReport)).all()
    assert len(reports) >= 2
    for report in reports:
        found = figures_on(plan("3446"), report.area, report.counted_for)
        frozen = db.session.scalars(
            db.select(FrozenFigure).where(FrozenFigure.report_id == report.id)
        )
        own = {each.code: (each.turns, each.distinct_count) for each in frozen}
        for code in codes:
            assert own[code] == (found[code].turns, found[code].distinct), code


def test_the_certificate_of_a_raised_body_was_entered_with_it(small):
    raised = db.session.scalars(
        db.select(BodyRaised).where(BodyRaised.kind == RaisedKind.CAPABILITY)
    ).one()
    paper = db.session.scalars(
        db.select(Accreditation).where(Accreditation.raised_id == raised.id)
    ).one()
    assert paper.entered_on == raised.entered_on
