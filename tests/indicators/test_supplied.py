"""What bodies without labms may, can and did: apart, and never more than is due."""

from datetime import date

import pytest

from labms import clock
from labms.indicators.capability import Hangs, Standing, capabilities
from labms.indicators.figures import Count as Counted
from labms.jobs.rules import JobState
from labms.supply.rules import Source
from tests.indicators.conftest import METER, PLAN, PUMP, TODAY
from tests.supply.stating import LAST_YEAR, Stated, total
from tests.world import HERE

pytestmark = pytest.mark.long


@pytest.fixture
def stated(make):
    return Stated(make)


def by_source(count, **given):
    counted = count.figure("verified-share", **given).counted_by
    return [counted[source] for source in Source]


def test_the_scope_of_a_body_without_labms_counts_for_the_designated_share(
    count, stated
):
    count.instrument(PUMP)
    assert count.share("designated-share") == (0, 1)

    stated.scope()

    assert count.share("designated-share") == (1, 1)


@pytest.mark.parametrize(
    "given", [{"valid_until": date(2031, 3, 3)}, {"outside": True}]
)
def test_a_scope_that_ended_or_lies_outside_does_not(count, stated, given):
    count.instrument(PUMP)
    body = stated.outside() if given.pop("outside", False) else None
    stated.scope(body, **given)

    assert count.share("designated-share") == (0, 1)


def test_one_bench_does_not_cover_a_hundred_thousand_meters(count, make, stated):
    make.demand_figure(type_slug=METER, in_use_count=99_505 * 5)
    body = stated.body()
    stated.scope(body, type_slug=METER)
    assert count.share("capacity-share") == (0, 99_505)
    assert count.figure("capacity-share").types_without_capacity == 1

    stated.capacity(2000, body, type_slug=METER)

    assert count.share("designated-share") == (99_505, 99_505)
    assert count.share("capacity-share") == (2000, 99_505)
    assert count.figure("capacity-share").types_without_capacity == 0


def test_the_newest_statement_of_a_body_counts_and_no_body_twice(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=100)
    body = stated.body()
    stated.scope(body)
    stated.capacity(90, body)
    stated.capacity(40, body, from_on=date(2031, 1, 1))
    stated.capacity(50)  # of a body without a scope

    assert count.share("capacity-share") == (40, 100)
    assert count.share("capacity-share", on=date(2030, 12, 31))[0] == 0


def test_reported_work_of_each_side_is_shown_apart_and_never_over_what_is_due(
    count, make, stated
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    count.passed()
    stated.report(total(4, commune_key=HERE))
    stated.report(total(3, commune_key=HERE), body=stated.outside())

    assert by_source(count) == [1, 4, 3]
    stated.report(total(30, commune_key=HERE))
    assert by_source(count) == [1, 9, 0]
    assert count.share("verified-share") == (10, 10)


def test_what_names_no_commune_fills_only_what_is_left_of_its_type(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    stated.report(total(8, commune_key=HERE))
    stated.report(total(50))

    assert by_source(count) == [0, 10, 0]


def test_reported_work_in_a_cell_without_demand_improves_nothing(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    stated.report(total(8, commune_key=make.commune().key))
    stated.report(total(8, METER))

    assert count.share("verified-share") == (0, 10)


def test_a_report_counts_when_its_days_lie_wholly_within(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=10, year=2030)
    with clock.at(date(2031, 1, 20)):
        stated.report(total(8), received_on=clock.today(), **LAST_YEAR)

    assert by_source(count) == [0, 0, 0]
    assert by_source(count, on=date(2030, 12, 31)) == [0, 0, 0]  # counted later
    make.demand_figure(
        type_slug=PUMP, in_use_count=10, year=2030, counted_on=date(2030, 2, 1)
    )
    assert by_source(count, on=date(2030, 12, 30)) == [0, 0, 0]
    assert by_source(count, on=date(2030, 12, 31)) == [0, 8, 0]


def test_a_body_that_recorded_jobs_in_these_days_is_not_counted_twice(
    count, make, stated
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    job = count.passed(performed_on=date(2031, 2, 3))
    stated.report(total(8), organisation_id=job.body_id)

    assert by_source(count) == [1, 0, 0]


def test_an_instrument_of_a_list_counts_once_and_not_where_labms_has_it(
    count, make, stated
):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    count.passed(count.instrument(serial="NT 07", serial_key="nt07"))
    meters = [total(1, serial=serial) for serial in ("nt07", "NT 08", "nt08")]
    stated.report(*meters)

    assert by_source(count) == [1, 1, 0]


def test_a_total_counts_different_ones_where_it_says_how_many(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    stated.report(total(8, distinct=5))

    assert by_source(count) == [0, 5, 0]


def test_each_type_weighs_the_same_in_the_mean(count, make, stated):
    make.demand_figure(type_slug=METER, in_use_count=500)
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    stated.scope(type_slug=METER)

    figure = count.figure("designated-share")

    assert (figure.share.numerator, figure.share.denominator) == (100, 110)
    assert figure.mean == 50


def found(slug=PUMP):
    count = Counted(PLAN, "ben-tre-old", TODAY)
    return next(c for c in capabilities(count) if c.line.type_slug == slug)


def test_what_nobody_can_do_and_what_only_others_can(count, stated):
    count.instrument(PUMP)
    count.instrument(METER)
    stated.scope(stated.outside(), type_slug=METER)

    assert found().standing is Standing.NOBODY
    assert found(METER).standing is Standing.OUTSIDE_ONLY


def test_what_hangs_on_one_person_one_standard_and_a_decision_that_ends(
    count, make, stated
):
    for _ in range(3):
        count.instrument(PUMP)
    body = count.designated(PUMP, valid_until=date(2031, 6, 1))
    make.card(make.user(body=body), PUMP)
    for kind in ("proving-can", "stopwatch"):
        standard = make.standard(body, kind_slug=kind)
        make.calibration(standard)
    stated.capacity(2, body)

    one = found()

    assert one.standing is Standing.ITSELF
    assert (one.persons, one.ends_on) == (1, date(2031, 6, 1))
    assert {
        Hangs.ONE_BODY,
        Hangs.ONE_PERSON,
        Hangs.ENDS_SOON,
        Hangs.TOO_LITTLE,
    } <= set(one.hangs_on)


def test_of_bodies_without_labms_people_and_standards_are_not_known(count, stated):
    count.instrument(PUMP)
    stated.scope()

    assert (found().persons, found().scarcest) == (None, None)
    assert Hangs.NO_PERSON not in found().hangs_on
    assert Hangs.NO_CAPACITY in found().hangs_on


def test_a_failed_job_is_no_own_work(count, make, stated):
    make.demand_figure(type_slug=PUMP, in_use_count=10)
    job = count.passed(state=JobState.APPROVED, performed_on=date(2031, 2, 3))
    stated.report(total(8), organisation_id=job.body_id)

    assert by_source(count) == [0, 8, 0]
