"""What to add where somebody may verify a type, but not as many as are due.

Arithmetic only. A body states how many of a type it can do in a year and what stops it
from doing more. One more of that brings what its proposal says, or else as much again
as each that is there brings now: one more person where there are too few verifiers, one
more standard where there are too few of them, both where the days of the year are what
lacks, and then the smaller of the two. That is labms' own rule, and the page shows it;
nobody knows what lifts a limit of money.

What a body stated nothing about it can do as far as proposals say. Of persons and of
standards that it lacks all that are proposed count together, and the smaller of the two
sums. If it lacks neither, the larger sum counts of what is added to those that are
there. Where nobody says it of something that lacks, nobody knows, and it adds nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product

from labms.errors import Invalid
from labms.i18n import N_, Grouped
from labms.outlook.rules import (
    MOST_IN_SET,
    Brought,
    Chosen,
    Need,
    Option,
    Step,
    World,
    cost_of,
    growing,
)
from labms.supply.rules import MOST_PER_YEAR, Limit
from labms.tasks.rules import OptionKind

#: Some options, taken together.
_Ways = Iterable[tuple[Option, ...]]
#: What has to be added together for one more, by what stops a body.
LIFTED_BY: Mapping[Limit, frozenset[OptionKind]] = {
    Limit.PERSON: frozenset({OptionKind.PERSON}),
    Limit.STANDARD: frozenset({OptionKind.STANDARD}),
    Limit.TIME: frozenset({OptionKind.PERSON, OptionKind.STANDARD}),
    Limit.MONEY: frozenset(),
}


#: What does the work: a designation allows any number.
WORKING = (OptionKind.PERSON, OptionKind.STANDARD)


class CapacityUnfit(Invalid):
    """What is added brings something, or nobody says how much."""

    code = "outlook.capacity_unfit"
    message = N_(
        "Enter how many more in a year, from 1 to {most}; or leave it empty, if nobody "
        "knows."
    )


class CapacityUnfounded(Invalid):
    """What is brought in a year was worked out from something."""

    code = "outlook.capacity_unfounded"
    message = N_(
        "Say how the number in a year was worked out: 1 bench × 4 scales × 200 days."
    )


def check_per_year(per_year: int | None, basis: str) -> None:
    """Raise CapacityUnfit or CapacityUnfounded unless so many can be brought."""
    if per_year is None:
        return
    if not 1 <= per_year <= MOST_PER_YEAR:
        raise CapacityUnfit(most=Grouped(MOST_PER_YEAR))
    if not basis.strip():
        raise CapacityUnfounded


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

    #: As far as it was surveyed.
    due: Mapping[str, int]
    #: By body and type, of all bodies of the area.
    stated: Mapping[tuple[int, str], Stated]
    #: Body and type: what holds a designation.
    may: frozenset[tuple[int, str]]
    has: frozenset[Need]
    #: Added already.
    taken: tuple[Option, ...] = ()
    #: Due where not all was surveyed: nothing that is added brings any of it.
    unsurveyed: int = 0

    @property
    def total(self) -> int:
        """All that is due."""
        return sum(self.due.values()) + self.unsurveyed

    @property
    def share(self) -> Fraction:
        """The part of all that is due that can be done in a year."""
        able = sum(self.within(slug) for slug in self.due)
        return Fraction(able, self.total) if self.total else Fraction(0)

    def per_year(self, slug: str, more: Sequence[Option] = ()) -> int:
        """Return what all bodies that may verify a type can do of it in a year."""
        added: dict[int, list[Option]] = {}
        for option in (*self.taken, *more):
            if slug in option.type_slugs:
                added.setdefault(option.body_id, []).append(option)
        bodies = self._stating.get(slug, frozenset()).union(added)
        return sum(self._of_body(b, slug, added.get(b, ())) or 0 for b in bodies)

    @cached_property
    def _stating(self) -> Mapping[str, frozenset[int]]:
        """The bodies that stated a capacity, by type."""
        slugs = {slug for _, slug in self.stated}
        return {
            slug: frozenset(body for body, each in self.stated if each == slug)
            for slug in slugs
        }

    def _of_body(self, body: int, slug: str, added: Sequence[Option]) -> int | None:
        """Return what a body can do of a type; None: it may, and nobody said."""
        stated = self.stated.get((body, slug))
        if (body, slug) not in self.may:
            has = self.has.union(*(option.meets for option in added))
            if not all((body, slug, kind) in has for kind in OptionKind):
                return 0
            return (
                stated.per_year if stated else proposed(added, self._lacks(body, slug))
            )
        if stated is None:
            return proposed(added, self._lacks(body, slug))
        return stated.per_year + lifted(stated, added)

    def _lacks(self, body: int, slug: str) -> frozenset[OptionKind]:
        """Return which of what does the work a body had not, at first."""
        if (body, slug) in self.may:
            return frozenset()
        return frozenset(kind for kind in WORKING if (body, slug, kind) not in self.has)

    def untold(self, options: Sequence[Option]) -> frozenset[str]:
        """Return the types of which nobody said how many options make possible."""
        pairs = {(o.body_id, slug) for o in options for slug in o.type_slugs}
        added = (*self.taken, *options)
        return frozenset(
            slug
            for body, slug in pairs
            if slug in self.due
            and self._of_body(
                body,
                slug,
                [o for o in added if o.body_id == body and slug in o.type_slugs],
            )
            is None
        )

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
        """Yield sets of options that may bring anything, the smallest among them."""
        proposals = {(o.body_id, slug) for o in options for slug in o.type_slugs}
        for body, slug in sorted(proposals):
            if self.due.get(slug, 0) <= self.within(slug):
                continue
            own = [o for o in options if o.body_id == body and slug in o.type_slugs]
            ways = (
                self._more(body, slug, own)
                if (body, slug) in self.stated
                else self._first(body, slug, own)
            )
            yield from (frozenset(o.id for o in some) for some in ways if some)

    def _more(self, body: int, slug: str, own: Sequence[Option]) -> _Ways:
        """Return what lets a body do what it stated, or lifts what stops it there."""
        wanted: Iterable[OptionKind] = LIFTED_BY[self.stated[body, slug].limit]
        if (body, slug) not in self.may:
            wanted = self._unmet(body, slug)
        return product(*([o for o in own if o.kind is kind] for kind in wanted))

    def _first(self, body: int, slug: str, own: Sequence[Option]) -> _Ways:
        """Return what lets a body that stated nothing do anything, or more of it."""
        told = [o for o in own if o.per_year is not None]
        has_told = {
            o.kind
            for o in self.taken
            if o.body_id == body and slug in o.type_slugs and o.per_year is not None
        }
        silent = self._lacks(body, slug) - has_told
        unmet = set() if (body, slug) in self.may else self._unmet(body, slug)
        ways = [[o for o in told if o.kind is kind] for kind in sorted(silent)]
        ways += [[o for o in own if o.kind is kind] for kind in sorted(unmet - silent)]
        for some in product(*ways):
            yield some
            if not silent:
                yield from ((*some, o) for o in told if o not in some)
                yield from ((*some, *two) for two in combinations(told, 2))

    def _unmet(self, body: int, slug: str) -> set[OptionKind]:
        met = self.has.union(*(option.meets for option in self.taken))
        return {kind for kind in OptionKind if (body, slug, kind) not in met}


def lifted(stated: Stated, added: Sequence[Option]) -> int:
    """Return what options add to what a body stated that it can do."""
    ways = [
        sorted(
            (
                stated.each if option.per_year is None else option.per_year
                for option in added
                if option.kind is kind
            ),
            reverse=True,
        )
        for kind in LIFTED_BY[stated.limit]
    ]
    return sum(min(unit) for unit in zip(*ways, strict=False))


def proposed(added: Sequence[Option], lacks: Collection[OptionKind]) -> int | None:
    """Return what options say that a body can do; None if nobody knows.

    `lacks`: which of persons and standards there were none of before.
    """
    told: dict[OptionKind, int] = {}
    for option in added:
        if option.per_year is not None:
            told[option.kind] = told.get(option.kind, 0) + option.per_year
    if lacks:
        return min(told[k] for k in lacks) if set(lacks) <= set(told) else None
    return max(told.values(), default=None)


@dataclass(frozen=True, slots=True)
class Beside:
    """What options bring to the other share than the one that they are ranked for."""

    brought: tuple[Brought, ...]
    share_before: Fraction
    share_after: Fraction
    #: Types that become possible, and nobody said how many of them in a year.
    untold: frozenset[str]


def beside(steps: Iterable[Step], other: World) -> list[Beside]:
    """Return what each step brings to another share, after the steps before it."""
    found = []
    for step in steps:
        found.append(beside_of(step.options, other))
        other = other.after(step.options)
    return found


def beside_of(options: Sequence[Option], other: World) -> Beside:
    """Return what some options bring to another share."""
    untold = other.untold(options) if isinstance(other, Capacities) else frozenset()
    brought = other.outcome(options).brought
    return Beside(brought, other.share, other.after(options).share, untold)


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
