"""What to add first, where a figure is heading, and where to go and verify.

Arithmetic only. A body can verify a type when it has a standard, a person and a
designation for it (NĐ 105/2016/NĐ-CP; TT 24/2013/TT-BKHCN, Art. 11 to 17): what lacks
one of the three brings nothing by itself, so that two options together may bring more
than the sum of both. That is why the best set is searched for and not only added up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Protocol, Self

from labms.errors import Invalid
from labms.i18n import N_
from labms.tasks.rules import OptionKind

#: Sets up to so many options are searched through completely.
MOST_IN_SET = 4
#: So many options are compared; beyond it the search would take too long for a page.
MOST_OPTIONS = 30


class TypesMissing(Invalid):
    """An option helps for something."""

    code = "outlook.types_missing"
    message = N_("Choose at least one type of instrument for which it helps.")


class CostSourceMissing(Invalid):
    """A cost is from somewhere."""

    code = "outlook.cost_source_missing"
    message = N_("Say where the cost is from: an offer or a price list, with its day.")


#: What a body needs for a type: (body, type, kind).
Need = tuple[int, str, OptionKind]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be added, and what it would meet."""

    id: int
    title: str
    kind: OptionKind
    body_id: int
    type_slugs: frozenset[str]
    #: In đồng; None if nobody knows.
    cost: Decimal | None
    #: How many more of each type in a year; None if nobody said.
    per_year: int | None = None

    @property
    def meets(self) -> frozenset[Need]:
        """The needs that it meets."""
        return frozenset((self.body_id, slug, self.kind) for slug in self.type_slugs)


@dataclass(frozen=True)
class Situation:
    """What is due of each type, who is there, and what they have."""

    #: Instruments due in the year, by type, as far as they were surveyed.
    due: Mapping[str, int]
    bodies: frozenset[int]
    has: frozenset[Need]
    #: Types inside a scope that holds, whoever's: they need nothing more.
    served: frozenset[str]
    #: Due where not all was surveyed: nothing that is added brings any of it.
    unsurveyed: int = 0

    @property
    def total(self) -> int:
        """All that is due."""
        return sum(self.due.values()) + self.unsurveyed

    @cached_property
    def possible(self) -> frozenset[str]:
        """The types that some body can verify as things stand."""
        return self.able()

    def able(self, met: Iterable[Need] = ()) -> frozenset[str]:
        """Return the types that some body could verify, with these needs met too."""
        has = self.has | frozenset(met)
        return self.served | {
            slug
            for slug in self.due
            if any(
                all((body, slug, kind) in has for kind in OptionKind)
                for body in self.bodies
            )
        }

    @property
    def share(self) -> Fraction:
        """The part of all that is due that some body can verify."""
        able = self.due_of(self.possible)
        return Fraction(able, self.total) if self.total else Fraction(0)

    def outcome(self, options: Sequence[Option]) -> "Chosen":
        """Return what some options bring together."""
        return outcome(self, options)

    def after(self, options: Sequence[Option]) -> "Situation":
        """Return the same with these options added."""
        met = self.has.union(*(option.meets for option in options))
        return replace(self, has=met)

    def recipes(self, options: Sequence[Option]) -> Iterator[frozenset[int]]:
        """Yield the smallest sets of options that make any type possible."""
        yield from _recipes(self, options)

    def due_of(self, slugs: Iterable[str]) -> int:
        """Return what is due of some types together."""
        return sum(self.due.get(slug, 0) for slug in slugs)


@dataclass(frozen=True, slots=True)
class Brought:
    """What options bring of one type: what could be done in a year before and after."""

    type_slug: str
    due: int
    before: int
    after: int

    @property
    def gain(self) -> int:
        """How many more of what is due."""
        return min(self.due, self.after) - min(self.due, self.before)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some options together, and what they bring."""

    options: tuple[Option, ...]
    #: Types of which more could be verified with them than without.
    gained: frozenset[str]
    gain: int
    #: None if the cost of any of them is not known.
    cost: Decimal | None
    #: The same in numbers, type by type.
    brought: tuple[Brought, ...]

    @property
    def key(self) -> tuple[int, int, Decimal, int, tuple[int, ...]]:
        """What makes one set better: more gain, known and less cost, fewer, older."""
        return (
            -self.gain,
            self.cost is None,
            self.cost or Decimal(0),
            len(self.options),
            tuple(sorted(option.id for option in self.options)),
        )


def outcome(situation: Situation, options: Sequence[Option]) -> Chosen:
    """Return what some options bring together."""
    gained = _gained(situation, options)
    due = {slug: situation.due[slug] for slug in sorted(gained)}
    return Chosen(
        tuple(options),
        gained,
        sum(due.values()),
        cost_of(options),
        tuple(Brought(slug, number, 0, number) for slug, number in due.items()),
    )


def cost_of(options: Iterable[Option]) -> Decimal | None:
    """Return what options cost together; None if nobody knows."""
    costs = [option.cost for option in options]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _gained(situation: Situation, options: Sequence[Option]) -> frozenset[str]:
    """Return the types that become possible: only those that an option is about can."""
    has = situation.has.union(*(option.meets for option in options))
    touched = {
        (option.body_id, slug)
        for option in options
        for slug in option.type_slugs
        if slug in situation.due and option.body_id in situation.bodies
    }
    return frozenset(
        slug
        for body, slug in touched
        if slug not in situation.possible
        and all((body, slug, kind) in has for kind in OptionKind)
    )


def best_sets(
    situation: Situation, options: Sequence[Option], *, budget: Decimal | None = None
) -> list[Chosen]:
    """Return the best set of one option, of up to two, and so on: exactly.

    With a budget, only sets whose whole cost is known and within it. A set is listed
    only if it brings more than every smaller one. Of equal gain the cheapest counts.
    The search goes through sets of types rather than of options: which options are
    enough for a type is small, and unions of those are all that can be best.
    """
    bit = {option.id: 1 << n for n, option in enumerate(options)}
    recipes = {
        sum(bit[one] for one in ids): slugs
        for ids, slugs in _recipes(situation, options).items()
    }
    best: dict[int, Chosen] = {}
    for mask in _unions(recipes):
        gained = {s for m, slugs in recipes.items() if m & mask == m for s in slugs}
        gain, size = situation.due_of(gained), mask.bit_count()
        if gain and (size not in best or gain >= best[size].gain):
            one = outcome(situation, [o for o in options if bit[o.id] & mask])
            within = budget is None or (one.cost is not None and one.cost <= budget)
            if within and (size not in best or one.key < best[size].key):
                best[size] = one
    return growing(best)


def growing(best: Mapping[int, Chosen]) -> list[Chosen]:
    """Return the best of all sets up to each size, where a larger one brings more."""
    found: list[Chosen] = []
    for size in range(1, MOST_IN_SET + 1):
        fitting = [one for n, one in best.items() if n <= size]
        if not fitting:
            continue
        one = min(fitting, key=lambda each: each.key)
        if not found or one.gain > found[-1].gain:
            found.append(one)
    return found


def _unions(recipes: Iterable[int]) -> set[int]:
    """Return all unions of sets, as masks of bits, that are not too large."""
    reached: set[int] = set()
    frontier = {0}
    while frontier:
        grown = {
            mask | recipe
            for mask in frontier
            for recipe in recipes
            if (mask | recipe).bit_count() <= MOST_IN_SET
        }
        frontier = grown - reached
        reached |= grown
    return reached


def _recipes(
    situation: Situation, options: Sequence[Option]
) -> Mapping[frozenset[int], frozenset[str]]:
    """Return the smallest sets of options that make types possible, with those."""
    found: dict[frozenset[int], set[str]] = {}
    for slug in set(situation.due) - situation.possible:
        for body in situation.bodies:
            for ids in _recipes_of(situation, options, slug, body):
                found.setdefault(ids, set()).add(slug)
    return {ids: frozenset(slugs) for ids, slugs in found.items()}


def _recipes_of(
    situation: Situation, options: Sequence[Option], slug: str, body: int
) -> Iterator[frozenset[int]]:
    missing = [kind for kind in OptionKind if (body, slug, kind) not in situation.has]
    ways = [
        [o.id for o in options if (body, slug, kind) in o.meets] for kind in missing
    ]
    if not all(ways):
        return
    chosen: list[frozenset[int]] = [frozenset()]
    for way in ways:
        chosen = [ids | {one} for ids in chosen for one in way]
    yield from chosen


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the greedy list: what comes next and what it brings then."""

    #: Options that are taken together, since none of them brings anything alone.
    options: tuple[Option, ...]
    gain: int
    gained: frozenset[str]
    cost: Decimal | None
    #: Part of all that is due that can be verified before and after this step.
    share_before: Fraction
    share_after: Fraction
    brought: tuple[Brought, ...]

    @property
    def cost_each(self) -> Decimal | None:
        """Đồng for each instrument a year that could be verified."""
        if self.cost is None or not self.gain:
            return None
        return (self.cost / self.gain).quantize(Decimal(1))


class World(Protocol):
    """What options are added to: see `Situation` and `outlook.capacity.Capacities`."""

    @property
    def total(self) -> int:
        """All that is due."""

    @property
    def share(self) -> Fraction:
        """The part of it that can be verified."""

    def outcome(self, options: Sequence[Option]) -> Chosen:
        """Return what some options bring together."""

    def after(self, options: Sequence[Option]) -> Self:
        """Return the same with these options added."""

    def recipes(self, options: Sequence[Option]) -> Iterator[frozenset[int]]:
        """Yield the smallest sets of options that bring anything."""


def ranked(
    world: World, options: Sequence[Option], *, budget: Decimal | None = None
) -> list[Step]:
    """Return what to add first: each step brings the most for its money.

    Greedy: of all options and pairs and triples that are enough for some type, the one
    with the most instruments a year per đồng; where costs are not known, the most
    instruments. It need not be the best set, see `best_sets`, which is exact. With a
    budget only steps of which the cost is known and that, together with those before
    them, stay within it.
    """
    by_id = {option.id: option for option in options}
    left, steps, room = dict(by_id), list[Step](), budget
    while world.total:
        tries = [
            world.outcome([by_id[n] for n in sorted(ids)])
            for ids in set(world.recipes(list(left.values())))
            if len(ids) <= MOST_IN_SET
        ]
        tries = [one for one in tries if one.gain and _fits(one.cost, room)]
        if not tries:
            break
        best = min(tries, key=_per_money)
        before, world = world.share, world.after(best.options)
        for option in best.options:
            del left[option.id]
        if room is not None and best.cost is not None:
            room -= best.cost
        steps.append(
            Step(
                best.options,
                best.gain,
                best.gained,
                best.cost,
                before,
                world.share,
                best.brought,
            )
        )
    return steps


def _fits(cost: Decimal | None, room: Decimal | None) -> bool:
    return room is None or (cost is not None and cost <= room)


def _per_money(one: Chosen) -> tuple[bool, Fraction, tuple[object, ...]]:
    if one.cost is None:
        return (True, Fraction(-one.gain), one.key)
    each = Fraction(one.cost) / one.gain
    return (False, each, one.key)
