"""Which of several figures counts, and how much of it is due."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.demand.choosing import chosen, figures_that_count
from labms.demand.rules import (
    MORE_IN_PARTS,
    About,
    BadFigure,
    Cell,
    CountsFrom,
    DemandSource,
    Entered,
    Purpose,
    check_about,
    check_figure,
    due_count,
    due_share,
)
from labms.organisations.rules import OrganisationKind

TODAY = date(2031, 3, 4)
counts = st.integers(0, 10_000)


def entered(
    count=10,
    *,
    number=1,
    commune="now",
    year=2031,
    on=date(2031, 1, 1),
    source=DemandSource.SURVEY,
    **more,
):
    return Entered(
        id=number,
        commune_key=commune,
        year=year,
        counted_on=on,
        in_use_count=count,
        source=source,
        **more,
    )


def cell(*figures, registered=0, cycle=12, **more):
    return Cell(
        type_slug="scale",
        commune_key="now",
        commune_name="Xã Đây",
        entered=figures,
        registered=registered,
        cycle_months=cycle,
        **more,
    )


def parts(*counts_, year=2031):
    """A figure for each kind of holder, as many as there are counts."""
    kinds = zip(counts_, OrganisationKind, strict=False)
    return [
        entered(n, number=10 + i, holder=kind, year=year)
        for i, (n, kind) in enumerate(kinds)
    ]


def test_of_two_figures_the_one_for_the_later_year_counts():
    old, new = entered(number=2, year=2029), entered(number=1, year=2030)

    assert figures_that_count([new, old], commune_key="now") == (new,)


def test_of_two_figures_for_a_year_the_one_counted_later_counts():
    old = entered(number=2, on=date(2031, 1, 1))
    new = entered(number=1, on=date(2031, 2, 1))

    assert figures_that_count([new, old], commune_key="now") == (new,)


def test_of_one_year_a_list_counts_before_a_survey_that_was_made_later():
    listed = entered(source=DemandSource.METER_LIST, on=date(2031, 1, 1))
    survey = entered(number=2, on=date(2031, 2, 1))

    assert figures_that_count([listed, survey], commune_key="now") == (listed,)
    newer = entered(number=3, year=2032)
    assert figures_that_count([listed, newer], commune_key="now") == (newer,)


def test_all_kinds_of_holders_take_the_place_of_an_older_figure_of_all():
    whole, each = entered(90, year=2029), parts(10, 20, 30)

    assert figures_that_count([whole, *each], commune_key="now") == tuple(each)


def test_some_kinds_of_holders_never_make_the_whole_smaller():
    whole, few, more = entered(90, year=2029), parts(10, 20), parts(80, 20)

    assert figures_that_count([whole, *few], commune_key="now") == (whole,)
    assert figures_that_count([whole, *more], commune_key="now") == tuple(more)


def test_a_part_of_the_new_commune_never_makes_its_old_ones_forgotten():
    old, own = entered(90, commune="old", year=2024), parts(10)

    assert figures_that_count([old, *own], commune_key="now") == (old,)
    assert figures_that_count([old, *parts(1, 1, 1)], commune_key="now") == tuple(
        parts(1, 1, 1)
    )


def known_of(figures, **more):
    """A cell of these figures, as it is chosen."""
    choice = chosen(figures, commune_key="now")
    return cell(*choice.counting, behind=choice.behind, **more)


def test_a_newer_survey_of_some_holders_leaves_the_whole_surveyed():
    whole = entered(40, on=date(2031, 3, 1), initial_count=6)
    some = parts(20, 30)

    found = known_of([whole, *some])

    assert (found.in_use, found.is_surveyed) == (50, True)
    assert found.is_more_in_parts
    assert found.why == MORE_IN_PARTS
    assert found.initial == 6, "nor is forgotten what only the whole says"
    assert not known_of(some).is_surveyed


def test_a_survey_of_some_holders_leaves_the_old_communes_surveyed():
    old = [entered(10, commune="a"), entered(10, commune="b", number=2)]

    assert known_of([*old, *parts(20, 5)], old_communes=2).is_surveyed
    assert not known_of([old[0], *parts(20, 5)], old_communes=2).is_surveyed


figures = st.builds(
    entered,
    st.integers(0, 9),
    number=st.integers(1, 99),
    commune=st.sampled_from(["now", "a", "b"]),
    year=st.integers(2029, 2031),
    holder=st.sampled_from([None, *OrganisationKind]),
)


@given(st.lists(figures, max_size=9), figures)
def test_a_further_figure_never_makes_less_surveyed(known, further):
    before = known_of(known, old_communes=2)

    after = known_of([*known, further], old_communes=2)

    assert after.is_surveyed >= before.is_surveyed
    assert bool(after.entered) is True


@pytest.mark.parametrize(
    ("figures", "old_communes", "surveyed"),
    [
        ([entered()], 3, True),
        (parts(1, 2, 3), 0, True),
        (parts(1, 2), 0, False),
        ([entered(commune="a")], 1, True),
        ([entered(commune="a")], 2, False),
        ([entered(commune="a"), entered(commune="b")], 2, True),
        ([], 0, False),
    ],
)
def test_a_part_that_nobody_surveyed_shows(figures, old_communes, surveyed):
    found = cell(*figures, old_communes=old_communes)

    assert found.is_surveyed is surveyed
    assert found.is_partly_surveyed is (bool(figures) and not surveyed)


def test_of_each_holder_the_larger_of_survey_and_register_counts():
    held = dict(zip(OrganisationKind, (5, 40, 0), strict=True))

    found = cell(*parts(10, 20, 30), registered=45, registered_by=held)

    assert found.in_use == 10 + 40 + 30


def test_new_and_repaired_ones_are_due_as_far_as_the_law_asks_and_somebody_counted():
    counted = entered(60, initial_count=8, after_repair_count=3)

    assert cell(counted, cycle=60).due == 12 + 8 + 3
    assert cell(counted, cycle=60, has_initial=False, has_after_repair=False).due == 12
    assert cell(counted, cycle=None).due == 11
    assert (cell(entered()).initial, cell(entered()).after_repair) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"initial_count": -1},
        {"interval_months": 12},
        {"purpose": Purpose.CALIBRATION, "initial_count": 3},
        {"purpose": Purpose.CALIBRATION, "interval_months": 0},
    ],
)
def test_what_a_figure_counts_must_not_contradict_itself(wrong):
    with pytest.raises(BadFigure):
        check_about(About(**wrong))
    check_about(About(purpose=Purpose.TEST, interval_months=24))


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
