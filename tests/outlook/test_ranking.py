"""What to add first: the search against trying everything."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.outlook import rules
from labms.outlook.rules import Option, Situation, best_sets, ranked
from labms.tasks.rules import OptionKind

S, P, D = OptionKind


def option(number, kind, *slugs, body=1, cost=100, per_year=None):
    money = None if cost is None else Decimal(cost)
    title = f"option {number}"
    return Option(number, title, kind, body, frozenset(slugs), money, per_year)


def situation(due, *, has=(), bodies=(1,), served=()):
    return Situation(due, frozenset(bodies), frozenset(has), frozenset(served))


def able(where, some):
    """The types that somebody could verify with some options, type by type."""
    can = set(where.served)
    for body in where.bodies:
        for slug in where.due:
            kinds = {kind for b, s, kind in where.has if (b, s) == (body, slug)}
            kinds |= {
                o.kind for o in some if o.body_id == body and slug in o.type_slugs
            }
            if kinds == set(OptionKind):
                can.add(slug)
    return can


def everything_tried(where, options, *, most=4, budget=None):
    """Every set up to each size, each judged anew: slow and plain."""
    found = []
    for size in range(1, most + 1):
        tried = []
        for some in (s for n in range(1, size + 1) for s in combinations(options, n)):
            gained = able(where, some) - able(where, ())
            gain = sum(where.due.get(slug, 0) for slug in gained)
            costs = [one.cost for one in some]
            cost = None if None in costs else sum(costs)
            within = budget is None or (cost is not None and cost <= budget)
            if gain and within:
                ids = sorted(one.id for one in some)
                tried.append((-gain, cost is None, cost or 0, len(some), ids))
        if tried and (not found or -min(tried)[0] > found[-1][0]):
            found.append((-min(tried)[0], set(min(tried)[4])))
    return found


def found(sets):
    return [(one.gain, {option.id for option in one.options}) for one in sets]


slugs = st.sampled_from("abcde")
needs = st.tuples(st.integers(1, 2), slugs, st.sampled_from(list(OptionKind)))


@st.composite
def worlds(draw):
    due = draw(st.dictionaries(slugs, st.integers(0, 50), min_size=1))
    where = situation(
        due,
        has=draw(st.sets(needs, max_size=12)),
        bodies=(1, 2),
        served=draw(st.sets(slugs, max_size=1)),
    )
    options = [
        option(
            number,
            draw(st.sampled_from(list(OptionKind))),
            *draw(st.sets(slugs, min_size=1, max_size=3)),
            body=draw(st.integers(1, 2)),
            cost=draw(st.one_of(st.none(), st.integers(1, 9))),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    return where, options, draw(st.one_of(st.none(), st.integers(1, 20)))


@given(worlds())
def test_the_best_sets_are_those_that_trying_everything_finds(world):
    where, options, budget = world
    money = None if budget is None else Decimal(budget)

    sets = best_sets(where, options, budget=money)

    assert found(sets) == everything_tried(where, options, budget=budget)


def test_a_search_that_looks_at_single_options_alone_would_be_seen(monkeypatch):
    """The control: without recipes of several options the pair is not found."""
    where = situation({"a": 10}, has=[(1, "a", P)])
    options = [option(1, S, "a"), option(2, D, "a")]
    assert found(best_sets(where, options)) == [(10, {1, 2})]

    whole = rules._recipes
    monkeypatch.setattr(
        rules,
        "_recipes",
        lambda *given: {
            ids: slugs for ids, slugs in whole(*given).items() if len(ids) == 1
        },
    )
    assert found(best_sets(where, options)) != everything_tried(where, options)


def test_what_is_enough_only_together_is_ranked_together():
    where = situation({"a": 60, "b": 40}, has=[(1, "b", P), (1, "b", D)])
    options = [
        option(1, S, "a", cost=300),
        option(2, P, "a", cost=50),
        option(3, D, "a", cost=10),
        option(4, S, "b", cost=100),
    ]

    steps = ranked(where, options)

    assert [[o.id for o in step.options] for step in steps] == [[4], [1, 2, 3]]
    assert [step.share_after for step in steps] == [Fraction(2, 5), Fraction(1)]
    assert [step.cost_each for step in steps] == [Decimal(2), Decimal(6)]


def test_greedy_is_not_always_best_and_the_exact_search_says_so():
    has = [(1, slug, kind) for slug in "abc" for kind in (P, D)]
    where = situation({"a": 10, "b": 9, "c": 9}, has=has)
    options = [
        option(1, S, "a", cost=10),
        option(2, S, "b", "c", cost=30),
        option(3, S, "a", "b", cost=25),
    ]
    first = ranked(where, options)[0]
    assert [o.id for o in first.options] == [1]
    sets = best_sets(where, options, budget=Decimal(30))
    assert found(sets) == [(19, {3})]


def test_nothing_due_and_nothing_to_add_is_no_failure():
    assert ranked(situation({}), []) == []
    assert best_sets(situation({"a": 0}), [option(1, S, "a")]) == []
    assert ranked(situation({"a": 5}, served=["a"]), [option(1, S, "a")]) == []


def test_an_unknown_cost_is_neither_nothing_nor_within_a_budget():
    where = situation({"a": 5}, has=[(1, "a", P), (1, "a", D)])
    options = [option(1, S, "a", cost=None), option(2, S, "a", cost=7)]

    assert found(best_sets(where, options)) == [(5, {2})]
    assert best_sets(where, options[:1], budget=Decimal(10**12)) == []
    assert ranked(where, options[:1])[0].cost_each is None


@pytest.mark.long
def test_thirty_options_are_searched_through():
    due = {f"t{n}": n for n in range(60)}
    has = [(1, slug, kind) for slug in due for kind in (P, D)]
    options = [option(n, S, f"t{n}", f"t{n + 7}", cost=n + 1) for n in range(30)]
    sets = best_sets(situation(due, has=has), options)
    assert [len(one.options) for one in sets] == [1, 2, 3, 4]
