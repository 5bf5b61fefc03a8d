"""What is entered after a day was closed moves none of its figures.

Each is tried on the last day on which it counts, and on the first on which it does not:
one is the control of the other.
"""

from datetime import date

import pytest

from labms import clock
from labms.db import db, transaction
from labms.indicators.figures import Count as Counted
from labms.indicators.queries import idle_bodies
from labms.organisations.models import Designation
from labms.organisations.queries import designation_by_id
from labms.organisations.services import (
    Scope,
    add_designation,
    change_scope,
    resume_designation,
    suspend_designation,
)
from labms.places.rules import AREAS
from labms.policy import Role
from labms.supply.services import strike_statement
from tests.indicators.conftest import PLAN, PUMP, SCALE, TODAY
from tests.indicators.recounted_in_sql import Recount
from tests.supply.stating import LAST_YEAR, Stated, total

DAY = date(2030, 12, 31)
IN_TIME, LATE = date(2031, 1, 31), date(2031, 2, 1)
WHEN = pytest.mark.parametrize(("entered", "counts"), [(IN_TIME, 1), (LATE, 0)])
WHY = "Nhập nhầm văn bản"


@pytest.fixture
def stated(make):
    return Stated(make)


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def keeper(make):
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def one_pump_is_due(make):
    make.demand_figure(
        type_slug=PUMP, year=2030, in_use_count=1, counted_on=date(2030, 3, 1)
    )


def designate(body, keeper, slug=PUMP):
    number = add_designation(
        body,
        decision_number="1/QĐ",
        issued_by="Ủy ban",
        issued_on=date(2025, 1, 1),
        valid_until=date(2035, 1, 1),
        scopes=[Scope(type_slug=slug)],
        actor=keeper,
    ).id
    db.session.flush()
    return number


def above(count, code="designated-share"):
    """What is above the line; plain SQL finds the same."""
    found = count.share(code, on=DAY)
    area = AREAS["ben-tre-old"]
    connection = db.session.connection()
    plain = Recount(connection, area.old_province_codes, {area.code}, DAY)
    assert found == plain.shares()[code]
    return found[0]


@WHEN
def test_a_decision_counts_for_a_day_if_it_was_entered_before_the_day_was_closed(
    count, body, keeper, entered, counts
):
    with clock.at(entered), transaction():
        designate(body, keeper)

    assert above(count) == counts
    assert count.share("designated-share", on=TODAY) == (1, 1)
    recount = Counted(PLAN, "ben-tre-old", DAY, TODAY)
    assert recount.figure("designated-share").share.numerator == 1


@WHEN
def test_demand_that_is_dated_back_leaves_the_day_alone(
    make, count, body, keeper, entered, counts
):
    with clock.at(date(2030, 1, 1)), transaction():
        designate(body, keeper)
    make.demand_figure(
        type_slug=PUMP,
        year=2030,
        in_use_count=5,
        counted_on=date(2030, 6, 1),
        entered_on=entered,
    )

    assert above(count) == (5 if counts else 1)


@WHEN
def test_a_suspension_that_is_entered_later_leaves_the_day_alone(
    count, body, keeper, entered, counts
):
    with clock.at(date(2030, 1, 1)), transaction():
        number = designate(body, keeper)
    with clock.at(entered), transaction():
        suspend_designation(
            db.session.get(Designation, number),
            body=body,
            suspended_from=date(2030, 6, 1),
            suspended_until=None,
            reason=WHY,
            actor=keeper,
        )

    assert above(count) == 1 - counts
    assert (body.id in idle_bodies(DAY)) == bool(counts)
    assert body.id in idle_bodies(DAY, known_on=TODAY)


@WHEN
def test_nor_does_resuming_it(count, body, keeper, entered, counts):
    with clock.at(date(2030, 1, 1)), transaction():
        number = designate(body, keeper)
    found = db.session.get(Designation, number)
    with clock.at(date(2030, 6, 1)), transaction():
        suspend_designation(
            found,
            body=body,
            suspended_from=date(2030, 6, 1),
            suspended_until=None,
            reason=WHY,
            actor=keeper,
        )
    with clock.at(entered), transaction():
        resume_designation(found, body=body, on=date(2030, 12, 1), actor=keeper)

    assert above(count) == counts


def test_a_type_that_a_decision_is_corrected_to_cover_counts_from_then_on(
    count, body, keeper
):
    with clock.at(date(2030, 1, 1)), transaction():
        number = designate(body, keeper, SCALE)
    found = designation_by_id(number)
    with clock.at(LATE), transaction():
        wanted = [Scope(type_slug=SCALE), Scope(type_slug=PUMP)]
        change_scope(found, scopes=wanted, body=body, actor=keeper)

    assert count.share("designated-share", on=DAY) == (0, 1)
    assert count.share("designated-share") == (1, 1)


@WHEN
def test_a_stated_scope_counts_if_it_was_entered_in_time(
    count, stated, entered, counts
):
    with clock.at(entered):
        stated.scope()

    assert above(count) == counts


@WHEN
def test_and_no_longer_if_it_was_struck_out_in_time(count, stated, entered, counts):
    with clock.at(date(2030, 5, 1)):
        scope = stated.scope()
    with clock.at(entered), transaction():
        strike_statement(scope, reason=WHY, actor=stated.manager)

    assert above(count) == 1 - counts


@WHEN
def test_a_capacity_counts_if_it_was_entered_in_time(count, stated, entered, counts):
    with clock.at(date(2030, 5, 1)):
        body = stated.body()
        stated.scope(body)
    with clock.at(entered):
        stated.capacity(9, body)

    assert above(count, "capacity-share") == counts


@WHEN
def test_a_report_counts_if_it_was_entered_in_time(count, stated, entered, counts):
    with clock.at(entered):
        stated.report(total(1), received_on=date(2031, 1, 20), **LAST_YEAR)

    assert above(count, "verified-share") == counts


@WHEN
def test_a_late_job_of_a_body_does_not_put_its_report_aside(
    count, stated, entered, counts
):
    with clock.at(date(2031, 1, 15)):
        job = count.passed(
            performed_on=date(2030, 7, 1),
            submitted_at=clock.now().replace(
                year=entered.year, month=entered.month, day=entered.day
            ),
        )
        stated.report(
            total(1),
            organisation_id=job.body_id,
            received_on=date(2031, 1, 15),
            **LAST_YEAR,
        )
    source = count.figure("verified-share", on=DAY).counted_by

    assert above(count, "verified-share") == 1
    assert sorted(source.values()) == [0, 0, 1]
    assert source[next(iter(source))] == counts
