"""What to add where somebody may verify a type, but not as many as are due.

Arithmetic only. A body states how many of a type it can do in a year and what stops it
from doing more. One more of that brings as much again as each that is there brings now:
one more person where there are too few verifiers, one more standard where there are too
few of them, both where the days of the year are what lacks. That is labms' own rule,
and the page shows it; nobody knows what lifts a limit of money.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

from labms.outlook.rules import (
    MOST_IN_SET,
    Brought,
    Chosen,
    Need,
    Option,
    cost_of,
    growing,
)
from labms.supply.rules import Limit
from labms.tasks.rules import OptionKind

#: What has to be added together for one more, by what stops a body.
LIFTED_BY: Mapping[Limit, frozenset[OptionKind]] = {
    Limit.PERSON: frozenset({OptionKind.PERSON}),
    Limit.STANDARD: frozenset({OptionKind.STANDARD}),
    Limit.TIME: frozenset({OptionKind.PERSON, OptionKind.STANDARD}),
    Limit.MONEY: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a body says it can do of a type in a year, and what stops it."""

    per_year: int
    limit: Limit
    #: How many there are of what stops it: persons, standards, pairs of both.
    there: int

    @property
    def each(self) -> int:
        """What one more brings in a year, rounded down."""
        return self.per_year // max(self.there, 1)


@dataclass(frozen=True)
class Capacities:
    """What is due of each type, and what bodies can do of it."""

    due: Mapping[str, int]
    #: By body and type, of all bodies of the area.
    stated: Mapping[tuple[int, str], Stated]
    #: Body and type: what holds a designation.
    may: frozenset[tuple[int, str]]
    has: frozenset[Need]
    #: Added already.
    taken: tuple[Option, ...] = ()

    @property
    def total(self) -> int:
        """All that is due."""
        return sum(self.due.values())

    @property
    def share(self) -> Fraction:
        """The part of all that is due that can be done in a year."""
        able = sum(self.within(slug) for slug in self.due)
        return Fraction(able, self.total) if self.total else Fraction(0)

    def per_year(self, slug: str, more: Sequence[Option] = ()) -> int:
        """Return what all bodies that may verify a type can do of it in a year."""
        added = [o for o in (*self.taken, *more) if slug in o.type_slugs]
        return sum(
            self._of_body(body, slug, [o for o in added if o.body_id == body])
            for body, each in self.stated
            if each == slug
        )

    def _of_body(self, body: int, slug: str, added: Sequence[Option]) -> int:
        stated = self.stated[body, slug]
        if (body, slug) not in self.may:
            has = self.has.union(*(option.meets for option in added))
            able = all((body, slug, kind) in has for kind in OptionKind)
            return stated.per_year if able else 0
        wanted = LIFTED_BY[stated.limit]
        kinds = [option.kind for option in added]
        units = min((kinds.count(kind) for kind in wanted), default=0)
        return stated.per_year + units * stated.each

    def within(self, slug: str, more: Sequence[Option] = ()) -> int:
        """Return what of a type's demand can be done in a year."""
        return min(self.due.get(slug, 0), self.per_year(slug, more))

    def outcome(self, options: Sequence[Option]) -> Chosen:
        """Return what some options bring together."""
        slugs = {slug for option in options for slug in option.type_slugs}
        brought = [
            Brought(
                slug, self.due[slug], self.per_year(slug), self.per_year(slug, options)
            )
            for slug in sorted(slugs & set(self.due))
        ]
        more = tuple(one for one in brought if one.gain)
        return Chosen(
            tuple(options),
            frozenset(one.type_slug for one in more),
            sum(one.gain for one in more),
            cost_of(options),
            more,
        )

    def after(self, options: Sequence[Option]) -> "Capacities":
        """Return the same with these options added."""
        return replace(self, taken=(*self.taken, *options))

    def recipes(self, options: Sequence[Option]) -> Iterator[frozenset[int]]:
        """Yield the smallest sets of options that bring anything."""
        for (body, slug), stated in self.stated.items():
            if self.due.get(slug, 0) <= self.within(slug):
                continue
            wanted: Iterable[OptionKind] = LIFTED_BY[stated.limit]
            if (body, slug) not in self.may:
                met = self.has.union(*(option.meets for option in self.taken))
                wanted = [k for k in OptionKind if (body, slug, k) not in met]
            ways = [
                [o.id for o in options if (body, slug, kind) in o.meets]
                for kind in wanted
            ]
            yield from (frozenset(ids) for ids in product(*ways) if ids)


def best_capacities(
    situation: Capacities, options: Sequence[Option], *, budget: Decimal | None = None
) -> list[Chosen]:
    """Return the best set of one option, of up to two, and so on: by trying all.

    With a budget, only sets whose whole cost is known and within it. Options that are
    in no recipe bring nothing and are left out.
    """
    useful = {one for ids in situation.recipes(options) for one in ids}
    some = [option for option in options if option.id in useful]
    best: dict[int, Chosen] = {}
    for size in range(1, MOST_IN_SET + 1):
        for chosen in combinations(some, size):
            cost = cost_of(chosen)
            if budget is not None and (cost is None or cost > budget):
                continue
            one = situation.outcome(chosen)
            if one.gain and (size not in best or one.key < best[size].key):
                best[size] = one
    return growing(best)
