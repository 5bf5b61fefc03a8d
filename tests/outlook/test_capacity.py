"""What to add where somebody may verify a type, but less than is due."""

from decimal import Decimal
from fractions import Fraction

import pytest

from labms.outlook.capacity import Capacities, Stated, best_capacities
from labms.outlook.rules import ranked
from labms.supply.rules import Limit
from labms.tasks.rules import OptionKind
from tests.outlook.test_ranking import option

S, P, D = OptionKind


def dispensers(*, due=235, taken=()):
    """Two bodies can do 150 of 235: one lacks days, the other has two verifiers."""
    return Capacities(
        due={"a": due},
        stated={
            (1, "a"): Stated(90, Limit.TIME, 1),
            (2, "a"): Stated(60, Limit.PERSON, 2),
            (3, "a"): Stated(25, Limit.MONEY, 1),
        },
        may=frozenset({(1, "a"), (2, "a")}),
        has=frozenset({(3, "a", S), (3, "a", P)}),
        taken=taken,
    )


def gains(steps):
    return [([o.id for o in step.options], step.gain) for step in steps]


def test_one_more_of_what_stops_a_body_brings_as_much_as_each_that_is_there():
    where = dispensers(due=1000)

    assert where.within("a") == 150
    assert where.outcome([option(1, P, "a", body=2)]).gain == 30
    assert where.outcome([option(1, S, "a", body=2)]).gain == 0


def test_where_days_lack_it_takes_a_person_and_a_standard_together():
    person, standard = option(1, P, "a"), option(2, S, "a")

    assert dispensers().outcome([person]).gain == 0
    both = dispensers().outcome([person, standard])
    (one,) = both.brought
    # min(235; 150 + 90) − 150 = 85
    assert (one.due, one.before, one.after, both.gain) == (235, 150, 240, 85)


def test_a_body_that_lacks_a_designation_alone_brings_what_it_stated():
    assert dispensers().outcome([option(1, D, "a", body=3)]).gain == 25


def test_no_more_counts_than_is_due():
    steps = ranked(
        dispensers(due=160),
        [option(1, P, "a", body=2, cost=10), option(2, P, "a", body=2, cost=10)],
    )

    assert gains(steps) == [([1], 10)]
    assert steps[0].share_before == Fraction(150, 160)
    assert steps[0].share_after == 1


OPTIONS = [
    option(1, P, "a", cost=20),
    option(2, S, "a", cost=400),
    option(3, P, "a", body=2, cost=20),
    option(4, D, "a", body=3, cost=10),
]


def test_capacities_are_ranked_by_what_they_bring_for_their_money():
    # 25 / 10, 30 / 20, then what is left: 30 of 90 for 420
    assert gains(ranked(dispensers(), OPTIONS)) == [([4], 25), ([3], 30), ([1, 2], 30)]


def test_the_best_sets_of_capacities_are_found_exactly():
    found = [
        (one.gain, [o.id for o in one.options])
        for one in best_capacities(dispensers(), OPTIONS)
    ]
    assert found == [(30, [3]), (85, [1, 2])]
    within = best_capacities(dispensers(), OPTIONS, budget=Decimal(30))
    assert [(one.gain, one.cost) for one in within] == [(30, 20), (55, 30)]


@pytest.mark.parametrize(
    ("budget", "expected"), [(9, []), (29, [[4]]), (30, [[4], [3]]), (449, [[4], [3]])]
)
def test_a_step_beyond_the_budget_is_not_among_the_first(budget, expected):
    steps = ranked(dispensers(), OPTIONS, budget=Decimal(budget))

    assert [[o.id for o in step.options] for step in steps] == expected
    assert sum(step.cost for step in steps) <= budget


def test_of_an_unknown_cost_nobody_can_say_that_it_is_within_a_budget():
    unknown = [option(1, P, "a", body=2, cost=None)]

    assert gains(ranked(dispensers(), unknown)) == [([1], 30)]
    assert ranked(dispensers(), unknown, budget=Decimal(10**12)) == []
    assert best_capacities(dispensers(), unknown, budget=Decimal(10**12)) == []
