"""The arithmetic of the shares, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.demand.rules import Cell, DemandSource, Entered
from labms.i18n import speaking
from labms.indicators.communes import commune_lines
from labms.indicators.evidence.daily_rows import share_text
from labms.indicators.rules import (
    AreaNotYet,
    DayToCome,
    Figure,
    Share,
    capacity_share,
    check_day,
    designated_share,
    nearest_rank,
    rounded,
    standing,
    type_lines,
    type_mean,
    verified_share,
)
from labms.organisations.rules import OrganisationKind
from labms.places.rules import AREAS
from labms.plan.data import definition, plan
from labms.supply.rules import Source

TARGET = next(t for t in plan("3446").targets if t.code == "2025-1")
TODAY = date(2031, 3, 4)
TYPES = ("a", "b", "c")
COMMUNES = ("x", "y", "z")


@st.composite
def provinces(draw):
    """Cells with a known demand, designations, and passes anywhere."""
    keys = draw(
        st.sets(
            st.tuples(st.sampled_from(TYPES), st.sampled_from(COMMUNES)), max_size=9
        )
    )
    cycles = {slug: draw(st.sampled_from([12, 24, 60, None])) for slug in TYPES}
    cells = [
        cell(*key, draw(st.integers(1, 50)), cycles[key[0]]) for key in sorted(keys)
    ]
    designated = dict.fromkeys(draw(st.sets(st.sampled_from(TYPES))), ("TT",))
    passed = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(TYPES), st.sampled_from(COMMUNES)),
            st.integers(0, 60),
        )
    )
    return cells, designated, passed


def cell(slug, commune, in_use, cycle=12, holder=None, entered=True):
    figure = Entered(
        id=1,
        commune_key=commune,
        year=2031,
        counted_on=TODAY,
        in_use_count=in_use,
        source=DemandSource.SURVEY,
        holder=holder,
    )
    return Cell(
        type_slug=slug,
        commune_key=commune,
        commune_name=commune,
        entered=(figure,) if entered else (),
        registered=in_use,
        cycle_months=cycle,
    )


def unknown_cell(slug, commune, in_use, cycle=12):
    return cell(slug, commune, in_use, cycle, entered=False)


def lines(cells, designated=(), passed=()):
    return type_lines(cells, designated=dict(designated), passed=dict(passed))


def of(share):
    return share.numerator, share.denominator


reports = st.dictionaries(
    st.tuples(st.sampled_from(TYPES), st.sampled_from([*COMMUNES, None])),
    st.dictionaries(
        st.sampled_from([Source.REPORTED_INSIDE, Source.REPORTED_OUTSIDE]),
        st.integers(0, 60),
    ),
)


@given(provinces())
def test_no_share_is_over_the_whole(province):
    for share in (designated_share(lines(*province)), verified_share(lines(*province))):
        assert 0 <= share.numerator <= share.denominator


@given(provinces(), st.sampled_from(COMMUNES), st.integers(1, 100))
def test_what_passes_where_no_demand_is_known_never_improves_a_share(
    province, commune, number
):
    cells, designated, passed = province

    more = passed | {("unknown", commune): number}

    before = verified_share(lines(cells, designated, passed))
    assert verified_share(lines(cells, designated, more)) == before


@given(provinces(), st.integers(1, 500))
def test_demand_that_nobody_can_meet_never_improves_a_share(province, in_use):
    cells, designated, passed = province

    more = [*cells, cell("unknown", "x", in_use)]

    for share in (designated_share, verified_share):
        before = share(lines(cells, designated, passed)).percent or Decimal(0)
        assert share(lines(more, designated, passed)).percent <= max(before, Decimal(0))


@given(
    provinces(),
    reports,
    st.fixed_dictionaries(dict.fromkeys(TYPES, st.integers(0, 80))),
    st.sampled_from(TYPES),
    st.builds(
        cell,
        st.just("a"),
        st.just("w"),
        st.integers(0, 80),
        st.sampled_from([12, 24, 60, None]),
        holder=st.sampled_from(OrganisationKind),
        entered=st.booleans(),
    ),
    st.integers(0, 90),
    st.integers(0, 90),
)
def test_a_cell_that_was_not_surveyed_never_improves_a_share(
    province, reported, capacity, slug, unknown, own, told
):
    cells, designated, passed = province
    there = {"reported": reported, "capacity": capacity, "designated": designated}
    before = type_lines(cells, passed=passed, **there)
    more = sorted([*cells, replace(unknown, type_slug=slug)], key=lambda c: c.type_slug)
    there["reported"] = reported | {(slug, "w"): {Source.REPORTED_INSIDE: told}}

    after = type_lines(more, passed=passed | {(slug, "w"): own}, **there)

    for share, above in (
        (designated_share, "designated_due"),
        (capacity_share, "within_capacity"),
        (verified_share, "counted"),
    ):
        if (percent := share(before).percent) is not None:
            assert share(after).percent <= percent
            assert mean(after, above) <= mean(before, above)


def mean(found, above):
    return type_mean((getattr(line, above), line.due) for line in found)


def test_what_was_done_where_nobody_surveyed_is_told_and_does_not_count():
    cells = [cell("a", "x", 10), unknown_cell("a", "y", 6)]
    passed = {("a", "x"): 4, ("a", "y"): 6}

    (line,) = lines(cells, {"a": ("TT",)}, passed)

    assert (line.due, line.surveyed_due, line.unsurveyed_due) == (16, 10, 6)
    assert (line.designated_due, line.counted) == (10, 4)
    assert (line.unsurveyed_done, line.missing) == (6, 6)


def test_no_capacity_is_for_what_nobody_surveyed():
    cells = [cell("a", "x", 10), unknown_cell("a", "y", 6), cell("b", "x", 10)]
    designated = dict.fromkeys("ab", ("TT",))

    found = type_lines(cells, designated=designated, passed={}, capacity={"a": 16})

    assert of(capacity_share(found)) == (10, 26)


def test_what_was_reported_without_a_commune_fills_what_was_surveyed_only():
    cells = [cell("a", "x", 10), unknown_cell("a", "y", 6)]
    reported = {("a", None): {Source.REPORTED_OUTSIDE: 50}}

    (line,) = type_lines(
        cells, designated={}, passed={("a", "x"): 4}, reported=reported
    )

    assert (line.counted, line.unplaced) == (10, 6)


def test_a_commune_with_a_part_that_nobody_surveyed_is_not_done():
    cells = [cell("a", "x", 5), unknown_cell("b", "x", 5), unknown_cell("b", "y", 5)]
    passed = dict.fromkeys([("a", "x"), ("b", "x"), ("b", "y")], 5)

    found = commune_lines(cells, passed)

    assert (found["x"].done, found["x"].counted, found["x"].due) == (10, 5, 10)
    assert (found["x"].is_surveyed, found["x"].is_partly_surveyed) == (True, True)
    assert (found["y"].done, found["y"].counted, found["y"].is_known) == (5, 0, False)
    assert not found["y"].is_partly_surveyed


@given(provinces())
def test_a_further_designation_never_makes_the_share_worse(province):
    cells, designated, passed = province
    before = designated_share(lines(cells, designated, passed))

    after = designated_share(lines(cells, dict.fromkeys(TYPES, ("TT",)), passed))

    assert after.numerator >= before.numerator
    assert after.numerator == after.denominator == before.denominator


@given(provinces(), reports)
def test_reports_add_up_to_no_more_than_is_due_and_take_nothing_from_own_work(
    province, reported
):
    cells, designated, passed = province
    alone = lines(cells, designated, passed)

    both = type_lines(cells, designated={}, passed=passed, reported=reported)

    for before, after in zip(alone, both, strict=True):
        assert after.counted <= after.due
        assert after.counted_by[Source.OWN] == before.counted_by[Source.OWN]
        assert after.counted >= before.counted


@given(provinces(), reports, st.sampled_from(COMMUNES), st.integers(1, 100))
def test_reports_where_no_demand_is_known_never_improve_a_share(
    province, reported, commune, number
):
    cells, _, passed = province
    more = reported | {("unknown", commune): {Source.REPORTED_INSIDE: number}}

    def share(told):
        return verified_share(
            type_lines(cells, designated={}, passed=passed, reported=told)
        )

    assert share(more) == share(reported)


@given(provinces(), st.dictionaries(st.sampled_from(TYPES), st.integers(0, 80)))
def test_the_share_within_capacity_is_never_over_the_designated_one(province, capacity):
    cells, designated, _ = province
    found = type_lines(cells, designated=designated, passed={}, capacity=capacity)

    assert capacity_share(found).numerator <= designated_share(found).numerator


@given(st.lists(st.integers(0, 400), min_size=1), st.sampled_from([50, 90]))
def test_so_many_per_cent_take_no_longer_and_no_shorter_value_does(days, percent):
    found = nearest_rank(Counter(days), percent)

    assert found in days
    assert sum(day <= found for day in days) * 100 >= percent * len(days)
    assert sum(day < found for day in days) * 100 < percent * len(days)


def test_an_over_fulfilled_cell_does_not_hide_another():
    cells = [cell("a", "x", 10), cell("a", "y", 10)]

    found = verified_share(lines(cells, passed={("a", "x"): 20}))

    assert of(found) == (10, 20)


def test_one_meter_in_each_of_five_communes_is_one_in_a_year():
    cells = [cell("a", commune, 1, 60) for commune in "vwxyz"]

    assert of(verified_share(lines(cells, passed={("a", "w"): 1}))) == (1, 1)


def test_a_type_without_a_cycle_is_no_demand():
    found = lines([cell("a", "x", 9, None)], {"a": ("TT",)})

    assert of(designated_share(found)) == (0, 0)
    assert designated_share(found).percent is None


def figure(numerator, denominator):
    return Figure(
        definition=definition("designated-share"),
        on=date(2025, 12, 31),
        first_on=None,
        share=Share(numerator, denominator),
    )


def test_exactly_75_percent_is_not_above_75_percent():
    assert standing(figure(3, 4), TARGET, beside=(), on=TODAY).met is False
    assert standing(figure(3001, 4000), TARGET, beside=(), on=TODAY).met is True
    assert standing(figure(0, 0), TARGET, beside=(), on=TODAY).met is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (3, 4, "75.0"),
        (75_020, 100_000, "75.02"),
        (74_999, 100_000, "74.9"),
        (800, 1000, "80.0"),
        (2, 3, "66.6"),
        (50, 150, "33.3"),
        (9999, 10_000, "99.9"),
    ],
)
def test_rounding_never_moves_a_value_onto_its_target(numerator, denominator, shown):
    assert str(rounded(figure(numerator, denominator), TARGET)) == shown


@given(st.integers(0, 10_000))
def test_what_is_shown_is_on_the_same_side_of_the_target(numerator):
    exact = figure(numerator, 10_000)

    shown = rounded(exact, TARGET)

    assert (shown > TARGET.value) is (exact.value > TARGET.value)
    assert (shown == TARGET.value) is (exact.value == TARGET.value)


def test_a_count_is_shown_whole():
    counted = replace(
        figure(0, 0), definition=definition("persons-trained"), share=None, turns=120
    )

    assert str(rounded(counted)) == "120"


def test_a_day_to_come_is_refused():
    with pytest.raises(DayToCome):
        check_day(date(2031, 3, 5), area=AREAS["ben-tre-old"], today=TODAY)


def test_an_area_is_not_asked_for_before_it_existed():
    with pytest.raises(AreaNotYet):
        check_day(date(2025, 6, 30), area=AREAS["vinh-long-new"], today=TODAY)
    check_day(date(2025, 7, 1), area=AREAS["vinh-long-new"], today=TODAY)


def test_a_share_that_passed_is_rounded_down_and_has_the_mark_of_the_language():
    with speaking("vi"):
        assert share_text(2, 3) == "66,6 %"
        assert share_text(9999, 10000) == "99,9 %"
    with speaking("en"):
        assert share_text(3, 3) == "100.0 %"
