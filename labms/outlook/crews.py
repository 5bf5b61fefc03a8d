"""Who could go on a trip: bodies that may verify what is due there, and with what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.db import db, scoped
from labms.indicators.capability import needs_of
from labms.indicators.figures import Count
from labms.indicators.supplied import ScopeLine, periodic
from labms.people.models import VerifierCard
from labms.policy import Scope
from labms.registry.models import Standard
from labms.registry.rules import StandardState
from labms.traceability.queries import calibrations_in_force

#: So many bodies are named for a trip, those that may verify most of it.
MOST_CREWS = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A standard that a body could take along."""

    id: int
    kind_slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Crew:
    """A body that could go, and what it may and can do there."""

    organisation_id: int
    name: str
    #: Whether it works with labms, so that its people and standards are known.
    is_ours: bool
    types: tuple[str, ...]
    #: Instruments on the way that it may verify.
    count: int
    #: Who holds a card for any of these types.
    verifiers: tuple[str, ...]
    standards: tuple[Held, ...]
    #: Kinds of standards that the procedures need and of which it has none to use.
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtHand:
    """Who is there in an area, and what they hold that can be used on a day."""

    scopes: tuple[ScopeLine, ...]
    #: Body and type: names of those with a card.
    holders: Mapping[tuple[int, str], frozenset[str]]
    standards: Mapping[int, tuple[Held, ...]]

    def crews(self, by_type: Mapping[str, int]) -> list[Crew]:
        """Return the bodies that could go where these are due, the best first."""
        may: dict[int, list[ScopeLine]] = {}
        for scope in self.scopes:
            if by_type.get(scope.type_slug):
                may.setdefault(scope.organisation_id, []).append(scope)
        found = [self._crew(own, by_type) for own in may.values()]
        found.sort(key=lambda crew: (-crew.count, len(crew.lacks), crew.name))
        return found[:MOST_CREWS]

    def _crew(self, scopes: list[ScopeLine], by_type: Mapping[str, int]) -> Crew:
        body, types = scopes[0], tuple(sorted({scope.type_slug for scope in scopes}))
        number = body.organisation_id
        needed = {kind for slug in types for kind in needs_of(slug)}
        held = [s for s in self.standards.get(number, ()) if s.kind_slug in needed]
        has = {standard.kind_slug for standard in held}
        names = (self.holders.get((number, slug), frozenset()) for slug in types)
        return Crew(
            organisation_id=number,
            name=body.name,
            is_ours=body.is_ours,
            types=types,
            count=sum(by_type[slug] for slug in types),
            verifiers=tuple(sorted(frozenset().union(*names))),
            standards=tuple(held),
            lacks=tuple(sorted(needed - has)) if body.is_ours else (),
        )


def at_hand(count: Count, *, scope: Scope) -> AtHand:
    """Return who could go in an area on a day. Four queries.

    Standards are those that whoever asks may see.
    """
    holders: dict[tuple[int, str], set[str]] = {}
    for card in db.session.scalars(sa.select(VerifierCard)).unique():
        if card.holds(count.on):
            for slug in card.fields:
                holders.setdefault((card.body_id, slug), set()).add(card.holder_name)
    inside = tuple(periodic(count.scopes))
    ours = {line.organisation_id for line in inside if line.is_ours}
    return AtHand(
        scopes=inside,
        holders={key: frozenset(names) for key, names in holders.items()},
        standards=_standards(ours, count.on, scope),
    )


def _standards(
    bodies: Iterable[int], on: date, scope: Scope
) -> Mapping[int, tuple[Held, ...]]:
    with scoped(scope):
        rows = db.session.execute(
            sa.select(
                Standard.body_id,
                Standard.id,
                Standard.kind_slug,
                Standard.inventory_number,
                Standard.name,
            )
            .where(
                Standard.body_id.in_(list(bodies)),
                Standard.state == StandardState.IN_USE,
            )
            .order_by(Standard.inventory_number)
        ).all()
        valid = calibrations_in_force([row.id for row in rows], on=on)
    found: dict[int, list[Held]] = {}
    for body, number, kind, inventory_number, name in rows:
        if number in valid and body is not None:
            held = Held(number, kind, f"{inventory_number} · {name}")
            found.setdefault(body, []).append(held)
    return {body: tuple(held) for body, held in found.items()}
