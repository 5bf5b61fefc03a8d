"""Trips through communes."""

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from labms.outlook.campaigns import FEWEST, Stop, campaigns, distance, route


def stop(name, north, east, **due):
    return Stop(name, name, (north, east), due or {"a": 10})


def test_a_degree_of_the_meridian_is_a_hundred_and_eleven_kilometres():
    assert round(distance((10.0, 106.0), (11.0, 106.0)), 1) == 111.2


def test_a_trip_goes_from_neighbour_to_neighbour():
    stops = [stop(str(n), 10 + n / 100, 106.0, a=5 + (n == 0)) for n in (3, 0, 2, 1)]

    way, length = route(stops)

    assert [one.commune_key for one in way] == ["0", "1", "2", "3"]
    assert round(length, 1) == round(3 * 1.112, 1)


points = st.tuples(st.floats(10.0, 10.2), st.floats(106.0, 106.2))


@given(st.lists(points, min_size=2, max_size=6, unique=True))
def test_a_way_goes_through_every_stop_and_is_not_far_from_the_shortest(given_points):
    stops = [stop(str(n), *at) for n, at in enumerate(given_points)]

    way, length = route(stops)

    assert sorted(one.commune_key for one in way) == sorted(
        s.commune_key for s in stops
    )
    shortest = min(
        sum(distance(a.at, b.at) for a, b in pairwise(p)) for p in permutations(stops)
    )
    assert length <= 1.5 * shortest + 1e-9


def test_few_instruments_are_no_reason_to_go_but_are_taken_along():
    near = stop("near", 10.01, 106.0, a=1)
    far = stop("far", 11.0, 106.0, a=FEWEST - 1)
    centre = stop("centre", 10.0, 106.0, a=20, b=3)

    (trip,) = campaigns([near, far, centre])

    assert {one.commune_key for one in trip.stops} == {"centre", "near"}
    assert trip.by_type == {"a": 21, "b": 3}
    assert (trip.count, trip.days, trip.stamps) == (24, 1, 27)


def test_a_commune_without_a_place_is_not_lost():
    lost = Stop("x", "x", None, {"a": 9})
    assert [one.stops for one in campaigns([lost])] == [(lost,)]
