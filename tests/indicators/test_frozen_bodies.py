"""Counting a frozen report again names what made the record of a body count, or not."""

from datetime import date

import pytest

from labms import clock
from labms.db import db, transaction
from labms.indicators.recounting import recount, report_by_id
from labms.indicators.services import freeze_figures
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.supply.services import strike_statement
from tests.indicators.conftest import PLAN, PUMP, TODAY
from tests.supply.stating import Stated

LAST_YEAR, FROZEN = date(2030, 12, 31), date(2031, 1, 20)
BEFORE = date(2030, 11, 20)
STRUCK = {"struck_on": TODAY, "struck_reason": "Nhập nhầm văn bản"}
ROWS = {
    RaisedKind.CAPABILITY: "bodies-raised",
    RaisedKind.CRITERIA: "laboratories-assessed",
}


@pytest.fixture
def frozen(make):
    def freeze():
        with clock.at(FROZEN), transaction():
            return freeze_figures(
                PLAN,
                area="ben-tre-old",
                on=LAST_YEAR,
                title="Báo cáo năm 2030",
                actor=make.user(Role.MANAGER),
            ).id

    return freeze


def changes(report_id):
    db.session.expire_all()
    found = recount(report_by_id(report_id), known_on=TODAY)
    return {(row.code, row.came): str(row.why) for row in found.rows}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (RaisedKind.CAPABILITY, "giấy chứng nhận VILAS 7 được nhập ngày 04/03/2031"),
        (RaisedKind.CRITERIA, "giấy công nhận VILAS 7 được nhập ngày 04/03/2031"),
    ],
)
def test_a_body_that_counts_by_a_late_certificate_names_that(make, frozen, kind, why):
    raised = make.body_raised(kind, achieved_on=BEFORE, has_papers=False)
    if kind is RaisedKind.CRITERIA:
        make.assessment(raised)
    report = frozen()
    make.accreditation(raised, number="VILAS 7", entered_on=TODAY)

    assert changes(report) == {(ROWS[kind], True): why}


def test_a_late_second_certificate_is_not_what_made_it_count(make, frozen):
    """It was known with its first one; its record came late."""
    raised = make.body_raised(
        RaisedKind.CAPABILITY, achieved_on=BEFORE, entered_on=date(2031, 2, 10)
    )
    report = frozen()
    make.accreditation(raised, number="VILAS 8", entered_on=TODAY)

    assert changes(report) == {("bodies-raised", True): "nhập ngày 10/02/2031"}


def test_a_certificate_that_was_struck_out_is_named_with_its_day(make, frozen):
    raised = make.body_raised(
        RaisedKind.CAPABILITY, achieved_on=BEFORE, has_papers=False
    )
    paper = make.accreditation(raised, number="VILAS 9")
    report = frozen()
    for name, value in STRUCK.items():
        setattr(paper, name, value)
    make._add(paper)

    [why] = changes(report).values()
    assert why == "giấy chứng nhận VILAS 9 bị gạch bỏ ngày 04/03/2031"


def test_a_body_that_came_to_lie_in_the_area_is_not_said_to_be_entered_now(
    make, frozen
):
    where = make.laboratory().commune_key
    body = make.organisation("body", commune_key=None)
    make.body_raised(RaisedKind.CAPABILITY, achieved_on=BEFORE, organisation_id=body.id)
    report = frozen()
    body.commune_key = where
    make._add(body)

    [why] = changes(report).values()
    assert "đã thay đổi" in why


def test_a_capacity_that_counts_since_a_newer_one_was_struck_out_was_known_before(
    make, count, frozen
):
    stated = Stated(make)
    make.demand_figure(type_slug=PUMP, year=2030, counted_on=date(2030, 3, 1))
    with clock.at(date(2030, 5, 1)):
        body = stated.body()
        stated.scope(body)
        stated.capacity(9, body, from_on=date(2030, 1, 1))
        newer = stated.capacity(5, body, from_on=date(2030, 5, 1))
    report = frozen()
    with clock.at(TODAY), transaction():
        strike_statement(newer, reason="Nhập nhầm văn bản", actor=stated.manager)

    assert "đã biết từ trước" in changes(report)["capacity-share", True]
