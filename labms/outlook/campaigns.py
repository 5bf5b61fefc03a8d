"""Where to go and verify: communes with much that falls due, in a sensible order."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: So many instruments make a trip worth while; labms' own number.
FEWEST = 5
#: A day in the field covers so many instruments; labms' own number.
A_DAY = 25


@dataclass(frozen=True, slots=True)
class Stop:
    """A commune with what falls due there."""

    commune_key: str
    commune_name: str
    #: Degrees (WGS 84); None where the commune's place is not known.
    at: tuple[float, float] | None
    #: Instruments due, by type.
    due: Mapping[str, int]
    #: Due in the year and not done, by type, of which nobody knows the month.
    undated: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """All instruments due there."""
        return sum(self.due.values()) + self.count_undated

    @property
    def count_undated(self) -> int:
        """Those of which nobody knows the month."""
        return sum(self.undated.values())


@dataclass(frozen=True, slots=True)
class Campaign:
    """A trip through some communes, in order."""

    stops: tuple[Stop, ...]
    #: Straight lines from stop to stop, in kilometres; roads are longer.
    kilometres: float

    @property
    def count(self) -> int:
        """All instruments due on the way."""
        return sum(stop.count for stop in self.stops)

    @property
    def by_type(self) -> Mapping[str, int]:
        """Instruments due on the way, by type, the most first."""
        found: dict[str, int] = {}
        for stop in self.stops:
            for slug, count in (*stop.due.items(), *stop.undated.items()):
                found[slug] = found.get(slug, 0) + count
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    @property
    def undated(self) -> int:
        """Instruments on the way of which nobody knows the month."""
        return sum(stop.count_undated for stop in self.stops)

    @property
    def days(self) -> int:
        """Days in the field, by `A_DAY`."""
        return math.ceil(self.count / A_DAY)

    @property
    def stamps(self) -> int:
        """Stamps to take along: one for each, and a tenth for spoilt ones."""
        return math.ceil(self.count * 11 / 10)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points in kilometres, on a sphere.

    >>> round(distance((10.24, 106.37), (10.25, 105.97)), 1)
    43.8
    """
    north, east = (math.radians(x) for x in one)
    north2, east2 = (math.radians(x) for x in other)
    half = (
        math.sin((north2 - north) / 2) ** 2
        + math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def route(stops: Sequence[Stop]) -> tuple[tuple[Stop, ...], float]:
    """Return stops in the order of a short way, and how long it is.

    From the one with the most always to the nearest left, then crossings undone
    (2-opt). Short, not shortest. Stops without a place come last.
    """
    placed = [stop for stop in stops if stop.at is not None]
    lost = [stop for stop in stops if stop.at is None]
    if not placed:
        return tuple(lost), 0.0
    way = [max(placed, key=lambda stop: (stop.count, stop.commune_key))]
    left = [stop for stop in placed if stop is not way[0]]
    while left:
        nearest = min(left, key=lambda stop: (_apart(way[-1], stop), stop.commune_key))
        way.append(nearest)
        left.remove(nearest)
    way = _uncrossed(way)
    return (*way, *lost), _length(way)


def _apart(one: Stop, other: Stop) -> float:
    if one.at is None or other.at is None:
        return 0.0
    return distance(one.at, other.at)


def _length(way: Sequence[Stop]) -> float:
    return sum(_apart(a, b) for a, b in itertools.pairwise(way))


def _uncrossed(way: list[Stop]) -> list[Stop]:
    improved = True
    while improved:
        improved = False
        for first in range(len(way) - 2):
            for last in range(first + 2, len(way) + 1):
                turned = way[:first] + way[first:last][::-1] + way[last:]
                if _length(turned) < _length(way) - 1e-9:
                    way, improved = turned, True
    return way


def campaigns(stops: Sequence[Stop], *, within_km: float = 15.0) -> list[Campaign]:
    """Return trips: around the commune with the most, those near to it.

    Communes with fewer than `FEWEST` are taken along but never the reason to go.
    """
    left = sorted(stops, key=lambda stop: (-stop.count, stop.commune_key))
    found = []
    while left and left[0].count >= FEWEST:
        centre = left[0]
        near = [
            stop
            for stop in left
            if stop is centre
            or (stop.at and centre.at and distance(stop.at, centre.at) <= within_km)
        ]
        left = [stop for stop in left if stop not in near]
        found.append(Campaign(*route(near)))
    return sorted(found, key=lambda one: (-one.count, one.kilometres))
