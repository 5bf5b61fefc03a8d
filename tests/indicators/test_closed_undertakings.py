"""A training, support, a body or its papers entered too late move no closed day.

As in `test_closed`: each on the last day on which it counts, and on the first on which
it does not.
"""

from datetime import date

import pytest

from labms.db import db
from labms.indicators.counted import counted_rows
from labms.indicators.evidence import Asked, evidence
from labms.indicators.figures import Count as Counted
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.tasks.rules import Conclusion
from tests.indicators import recounted_bodies
from tests.indicators.conftest import PLAN, TODAY
from tests.indicators.recounted_in_sql import Recount

DAY, BEFORE = date(2030, 12, 31), date(2030, 6, 1)
IN_TIME, LATE = date(2031, 1, 31), date(2031, 2, 1)
WHEN = pytest.mark.parametrize(("entered", "counts"), [(IN_TIME, 1), (LATE, 0)])
STRUCK = {"struck_reason": "Nhập nhầm văn bản"}
CODES = {
    RaisedKind.SOCIALISED: "bodies-socialised",
    RaisedKind.CAPABILITY: "bodies-raised",
    RaisedKind.CRITERIA: "laboratories-assessed",
}
KINDS = pytest.mark.parametrize("kind", RaisedKind)


def turns(code, *, known_on=None):
    """What a figure of the day counts; rows and plain SQL say the same."""
    count = Counted(PLAN, "ben-tre-old", DAY, known_on)
    found = count.figure(code)
    own = [row for row in counted_rows(count) if row[0] == code]
    asked = Asked(PLAN, "ben-tre-old", DAY, code, known_on=known_on)
    assert len(own) == evidence(asked, type_name=str).total
    if known_on is None:
        assert plain(code) == (found.turns, found.distinct)
    return min(found.turns, len(own))


def plain(code):
    area = AREAS["ben-tre-old"]
    recount = Recount(
        db.session.connection(), area.old_province_codes, {area.code}, DAY
    )
    if code == "persons-trained":
        return recount.persons()
    if code == "enterprises-served":
        return recount.turns()
    return recounted_bodies.bodies(recount)[code]


@WHEN
def test_a_training_counts_for_a_day_if_it_was_entered_before_the_day_was_closed(
    make, entered, counts
):
    make.training(held_on=BEFORE, entered_on=entered, turns=1, distinct_count=1)

    assert turns("persons-trained") == counts
    assert turns("persons-trained", known_on=TODAY) == 1


@WHEN
def test_so_does_support_of_an_enterprise(make, entered, counts):
    make.support(supported_on=BEFORE, entered_on=entered)

    assert turns("enterprises-served") == counts
    assert turns("enterprises-served", known_on=TODAY) == 1


@KINDS
@WHEN
def test_so_does_a_body(make, kind, entered, counts):
    make.body_raised(kind, achieved_on=BEFORE, entered_on=entered)

    assert turns(CODES[kind]) == counts
    assert turns(CODES[kind], known_on=TODAY) == 1


@pytest.mark.parametrize("kind", [RaisedKind.CAPABILITY, RaisedKind.CRITERIA])
@WHEN
def test_and_the_certificate_behind_a_body(make, kind, entered, counts):
    raised = make.body_raised(kind, achieved_on=BEFORE, has_papers=False)
    if kind is RaisedKind.CRITERIA:
        make.assessment(raised)
    make.accreditation(raised, entered_on=entered)

    assert turns(CODES[kind]) == counts
    assert turns(CODES[kind], known_on=TODAY) == 1


@WHEN
def test_and_the_assessment_of_a_laboratory(make, entered, counts):
    raised = make.body_raised(RaisedKind.CRITERIA, achieved_on=BEFORE, has_papers=False)
    make.accreditation(raised)
    make.assessment(raised, conclusion=Conclusion.MEETS, entered_on=entered)

    assert turns("laboratories-assessed") == counts


@pytest.mark.long
@WHEN
def test_what_is_struck_out_later_stays_in_the_figures_of_the_day(
    make, entered, counts
):
    struck = STRUCK | {"struck_on": entered}
    make.training(held_on=BEFORE, turns=1, distinct_count=1, **struck)
    make.support(supported_on=BEFORE, **struck)
    for kind in RaisedKind:
        make.body_raised(kind, achieved_on=BEFORE, **struck)

    for code in ("persons-trained", "enterprises-served", *CODES.values()):
        assert turns(code) == 1 - counts
        assert turns(code, known_on=TODAY) == 0


@WHEN
def test_so_does_a_body_whose_certificate_is_struck_out_later(make, entered, counts):
    raised = make.body_raised(
        RaisedKind.CAPABILITY, achieved_on=BEFORE, has_papers=False
    )
    make.accreditation(raised, struck_on=entered, **STRUCK)

    assert turns("bodies-raised") == 1 - counts
    assert turns("bodies-raised", known_on=TODAY) == 0


def rows_page(manager, code):
    return manager.get(f"/indicators/{code}?on=2030-12-31&area=ben-tre-old").text


def test_rows_tell_what_came_too_late_and_what_was_struck_out_too_late(make, client):
    manager = make.sign_in(client, make.user(Role.MANAGER))
    make.training(title="Lớp muộn", held_on=BEFORE, entered_on=LATE)
    make.training(title="Lớp sai", held_on=BEFORE, struck_on=LATE, **STRUCK)
    make.support(supported_on=BEFORE, entered_on=LATE)
    raised = make.body_raised(
        RaisedKind.CAPABILITY, achieved_on=BEFORE, has_papers=False
    )
    make.accreditation(raised, entered_on=LATE)

    trainings = rows_page(manager, "persons-trained")
    counted, _, missed = trainings.partition("Không được tính")
    assert "Lớp sai" in counted
    assert "gạch bỏ ngày 01/02/2031, quá muộn" in counted
    assert "Lớp muộn" in missed
    assert "nhập ngày 01/02/2031, quá muộn" in missed
    assert "quá muộn" in rows_page(manager, "enterprises-served")
    body = rows_page(manager, "bodies-raised").partition("Không được tính")[2]
    assert "giấy chứng nhận được nhập ngày 01/02/2031, quá muộn" in body


def test_where_everything_counts_nothing_is_said_to_be_left_out(make, client):
    manager = make.sign_in(client, make.user(Role.MANAGER))
    make.training(held_on=BEFORE)

    assert "Không được tính" not in rows_page(manager, "persons-trained")
