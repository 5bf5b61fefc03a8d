"""What to add where somebody may verify a type, but less than is due."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.outlook.capacity import Capacities, Stated, beside, best_capacities
from labms.outlook.rules import ranked
from labms.supply.rules import Limit
from labms.tasks.rules import OptionKind
from tests.outlook.test_ranking import option, situation

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


def test_a_proposal_that_says_how_many_it_brings_counts_with_that():
    where = dispensers(due=1000)

    assert where.outcome([option(1, P, "a", body=2, per_year=45)]).gain == 45
    more = [option(1, P, "a", body=2, per_year=45), option(2, P, "a", body=2)]
    assert where.outcome(more).gain == 45 + 30
    # too few persons: another standard brings nothing, whatever it could do
    assert where.outcome([option(1, S, "a", body=2, per_year=45)]).gain == 0


def test_of_a_person_and_a_standard_the_smaller_number_counts():
    where = dispensers(due=1000)
    person, standard = option(1, P, "a", per_year=70), option(2, S, "a", per_year=500)

    assert where.outcome([person, standard]).gain == 70
    assert where.outcome([option(3, P, "a"), standard]).gain == 90


def silent(*, may=(), has=(), due=1000):
    """A body that stated nothing."""
    return Capacities({"a": due}, {}, frozenset(may), frozenset(has))


def test_a_body_that_stated_nothing_can_do_what_its_proposals_say():
    everything = [
        option(1, S, "a", per_year=800),
        option(2, P, "a", per_year=300),
        option(3, D, "a"),
    ]

    (one,) = silent().outcome(everything).brought
    assert (one.due, one.before, one.after, one.gain) == (1000, 0, 300, 300)
    assert not silent().untold(everything)
    assert silent().outcome(everything[:2]).gain == 0, "nobody designated it"
    another = option(4, P, "a", per_year=600)
    assert silent().outcome([*everything, another]).gain == 800


def test_of_what_nobody_said_nobody_knows_what_it_brings():
    everything = [option(1, S, "a"), option(2, P, "a"), option(3, D, "a")]

    assert silent().outcome(everything).gain == 0
    assert silent().untold(everything) == {"a"}
    assert not silent().untold(everything[:2]), "it does not become possible"
    assert ranked(silent(), everything) == []
    assert best_capacities(silent(), everything) == []


def test_what_is_enough_is_found_with_the_one_that_says_how_many():
    ready = {(1, "a", S), (1, "a", P)}
    options = [option(1, D, "a"), option(2, P, "a", per_year=200), option(3, S, "a")]

    assert gains(ranked(silent(has=ready), options)) == [([1, 2], 200)]
    may = silent(may={(1, "a")})
    assert gains(ranked(may, options)) == [([2], 200)]


def test_beside_each_step_stands_what_it_brings_to_the_other_share():
    options = [option(n, kind, "a", "b") for n, kind in enumerate((S, P, D))]
    options[0] = option(0, S, "a", per_year=60)
    options[1] = option(1, P, "a", "b", per_year=80)
    options.append(option(3, S, "b"))
    due = {"a": 100, "b": 50, "c": 50}
    steps = ranked(situation(due), options)
    limited = Capacities(due, {}, frozenset(), frozenset())

    first, second = beside(steps, limited)

    assert [step.gained for step in steps] == [{"a"}, {"b"}]
    assert [(one.after, one.gain) for one in first.brought] == [(60, 60)]
    assert (first.share_before, first.share_after) == (0, Fraction(60, 200))
    assert not first.untold
    assert (second.brought, second.untold) == ((), {"b"})
    assert second.share_after == Fraction(60, 200), "unknown improves nothing"


def test_beside_what_is_ranked_by_capacity_stands_the_designated_share():
    where = situation({"a": 235}, has={(3, "a", S), (3, "a", P)}, bodies=(1, 2, 3))

    first, second = beside(ranked(dispensers(), OPTIONS[2:]), where)

    assert [one.gain for one in first.brought] == [235]
    assert (second.brought, second.share_after) == ((), 1)


@st.composite
def silent_worlds(draw):
    """Two bodies that stated nothing, two types, and some proposals."""
    pairs = [(body, slug) for body in (1, 2) for slug in "ab"]
    may = draw(st.sets(st.sampled_from(pairs), max_size=1))
    needs = [(*pair, kind) for pair in pairs for kind in OptionKind]
    has = draw(st.sets(st.sampled_from(needs), max_size=6))
    options = [
        option(
            number,
            draw(st.sampled_from([S, P, D])),
            *draw(st.sets(st.sampled_from("ab"), min_size=1)),
            body=draw(st.sampled_from([1, 2])),
            cost=draw(st.sampled_from([None, 10, 20])),
            per_year=draw(st.sampled_from([None, 5, 40])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    due = {"a": 50, "b": 30}
    return Capacities(due, {}, frozenset(may), frozenset(has)), options


def gain_by_hand(where, some):
    """What some options bring, each type and body judged anew."""
    gain = 0
    for slug, due in where.due.items():
        total = 0
        for body in (1, 2):
            own = [o for o in some if o.body_id == body and slug in o.type_slugs]
            had = {kind for b, s, kind in where.has if (b, s) == (body, slug)}
            may = (body, slug) in where.may
            if not may and had | {o.kind for o in own} != set(OptionKind):
                continue
            told = {
                kind: sum(o.per_year or 0 for o in own if o.kind is kind)
                for kind in OptionKind
            }
            lacking = [] if may else [told[kind] for kind in (P, S) if kind not in had]
            total += min(lacking) if lacking else max(told.values())
        gain += min(due, total)
    return gain


@given(silent_worlds())
def test_the_best_sets_of_what_is_proposed_agree_with_trying_everything(world):
    where, options = world
    found = best_capacities(where, options)

    best = 0
    for size in range(1, 5):
        tried = [gain_by_hand(where, some) for some in combinations(options, size)]
        if max(tried, default=0) > best:
            best = max(tried)
            assert best in [one.gain for one in found if len(one.options) == size]
    assert max([0, *(one.gain for one in found)]) == best


@given(silent_worlds())
def test_adding_more_never_brings_less(world):
    where, options = world
    steps = ranked(where, options)

    assert all(step.gain > 0 for step in steps)
    shares = [step.share_after for step in steps]
    assert shares == sorted(shares)
    gain = [gain_by_hand(where, options[:n]) for n in range(len(options) + 1)]
    assert gain == sorted(gain)
    assert gain[-1] == where.outcome(options).gain
