"""Which of several figures counts, and how much of it is due."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.demand.rules import (
    BadFigure,
    Cell,
    CountsFrom,
    DemandSource,
    Entered,
    check_figure,
    due_count,
    due_share,
    figures_that_count,
)

TODAY = date(2031, 3, 4)
counts = st.integers(0, 10_000)


def entered(count=10, *, number=1, commune="now", year=2031, on=date(2031, 1, 1)):
    return Entered(
        id=number,
        commune_key=commune,
        year=year,
        counted_on=on,
        in_use_count=count,
        source=DemandSource.SURVEY,
    )


def cell(*figures, registered=0, cycle=12):
    return Cell(
        type_slug="scale",
        commune_key="now",
        commune_name="Xã Đây",
        entered=figures,
        registered=registered,
        cycle_months=cycle,
    )


def test_of_two_figures_the_one_for_the_later_year_counts():
    old, new = entered(number=2, year=2029), entered(number=1, year=2030)

    assert figures_that_count([new, old], commune_key="now") == (new,)


def test_of_two_figures_for_a_year_the_one_counted_later_counts():
    old = entered(number=2, on=date(2031, 1, 1))
    new = entered(number=1, on=date(2031, 2, 1))

    assert figures_that_count([new, old], commune_key="now") == (new,)


def test_old_communes_count_together_until_the_new_one_was_surveyed():
    one, other = entered(commune="old1", year=2024), entered(commune="old2", year=2024)

    assert figures_that_count([one, other], commune_key="now") == (one, other)
    own = entered(commune="now", year=2026)
    assert figures_that_count([one, other, own], commune_key="now") == (own,)


@given(counts, counts)
def test_the_larger_figure_counts(survey, register):
    found = cell(entered(survey), registered=register)

    assert found.in_use == max(survey, register)
    assert (found.counts_from is CountsFrom.REGISTER) is (register > survey)


def test_without_a_survey_the_register_counts_and_says_so():
    found = cell(registered=3)

    assert not found.is_surveyed
    assert found.entered_count is None
    assert found.in_use == 3
    assert found.counts_from is CountsFrom.REGISTER


@pytest.mark.parametrize(
    ("cycle", "share"),
    [(12, 1), (24, Fraction(1, 2)), (36, Fraction(1, 3)), (60, Fraction(1, 5)), (6, 1)],
)
def test_twelve_months_by_the_cycle_are_due(cycle, share):
    assert due_share(cycle) == share


def test_without_a_cycle_nothing_is_due():
    assert cell(registered=9, cycle=None).due == 0


def test_parts_are_added_before_they_are_rounded_up():
    assert due_count([cell(registered=1, cycle=60)] * 5) == 1
    assert due_count([cell(registered=1, cycle=60)] * 6) == 2


@given(st.lists(counts, max_size=8), st.sampled_from([12, 24, 36, 60, None]))
def test_as_many_are_due_as_there_are_at_most(registered, cycle):
    cells = [cell(registered=number, cycle=cycle) for number in registered]

    assert sum(c.due for c in cells) <= due_count(cells) <= sum(registered)


@pytest.mark.parametrize(
    "wrong",
    [
        {"in_use_count": -1},
        {"counted_on": date(2031, 3, 5)},
        {"year": 2032},
        {"year": 1999},
        {"document": " "},
    ],
)
def test_a_figure_that_cannot_have_been_counted_is_refused(wrong):
    right = {
        "in_use_count": 0,
        "year": 2031,
        "counted_on": TODAY,
        "document": "Báo cáo",
    }
    check_figure(**right, on=TODAY)

    with pytest.raises(BadFigure):
        check_figure(**right | wrong, on=TODAY)
