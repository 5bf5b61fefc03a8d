"""Scopes against demand: what the province can verify, what nobody can, what hangs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa

from labms.catalogue.rules import VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db, scoped
from labms.i18n import N_
from labms.indicators.figures import Count
from labms.indicators.rules import TypeLine
from labms.indicators.supplied import ScopeLine
from labms.people.models import VerifierCard, VerifierCardField
from labms.policy import EVERYTHING
from labms.registry.models import Standard
from labms.registry.rules import StandardState
from labms.traceability.queries import calibrations_in_force

#: Renewal is asked for three months before the end (TT 24/2013, Art. 17); in time for
#: that, and for what has to be done before it.
SOON = timedelta(days=180)


class Standing(StrEnum):
    """What the province can do about a type."""

    NOBODY = "nobody"
    OUTSIDE_ONLY = "outside_only"
    ITSELF = "itself"


STANDINGS: Mapping[Standing, str] = {
    Standing.NOBODY: N_("nobody known is designated"),
    Standing.OUTSIDE_ONLY: N_("only bodies from outside"),
    Standing.ITSELF: N_("the province itself"),
}


class Hangs(StrEnum):
    """What a capability hangs on."""

    ONE_BODY = "one_body"
    ONE_PERSON = "one_person"
    NO_PERSON = "no_person"
    ONE_STANDARD = "one_standard"
    NO_STANDARD = "no_standard"
    ENDS_SOON = "ends_soon"
    NO_CAPACITY = "no_capacity"
    TOO_LITTLE = "too_little"


HANGS: Mapping[Hangs, str] = {
    Hangs.ONE_BODY: N_("one body alone"),
    Hangs.ONE_PERSON: N_("one person alone"),
    Hangs.NO_PERSON: N_("no valid card"),
    Hangs.ONE_STANDARD: N_("one standard alone"),
    Hangs.NO_STANDARD: N_("a standard is missing or overdue"),
    Hangs.ENDS_SOON: N_("the last designation ends soon"),
    Hangs.NO_CAPACITY: N_("capacity not stated"),
    Hangs.TOO_LITTLE: N_("less capacity than is due"),
}


@dataclass(frozen=True, slots=True)
class TypeCapability:
    """What can be done about one type, and what that hangs on."""

    line: TypeLine
    inside: tuple[ScopeLine, ...]
    outside: tuple[ScopeLine, ...]
    #: With a card that holds, at the bodies of the area that work with labms; None:
    #: no such body, so nobody knows.
    persons: int | None
    #: For the need of the procedure of which there are fewest: its kind, how many.
    scarcest: tuple[str, int] | None
    #: When the last designation of the area ends.
    ends_on: date | None
    hangs_on: tuple[Hangs, ...]

    @property
    def standing(self) -> Standing:
        """Who can do it."""
        if self.inside:
            return Standing.ITSELF
        return Standing.OUTSIDE_ONLY if self.outside else Standing.NOBODY


def capabilities(count: Count) -> list[TypeCapability]:
    """Return what can be done about each type with a demand, most due first."""
    may: dict[str, list[ScopeLine]] = {}
    for scope in count.scopes:
        if VerificationReason.PERIODIC in scope.reasons:
            may.setdefault(scope.type_slug, []).append(scope)
    persons = card_holders(count.on)
    standards = standards_at_hand(count.on)
    found = [
        _capability(line, may.get(line.type_slug, []), persons, standards, on=count.on)
        for line in count.lines
        if line.due
    ]
    return sorted(found, key=lambda each: (-each.line.due, each.line.type_slug))


def _capability(
    line: TypeLine,
    scopes: Iterable[ScopeLine],
    persons: Mapping[tuple[int, str], frozenset[int]],
    standards: Mapping[tuple[int, str], int],
    *,
    on: date,
) -> TypeCapability:
    own = [*scopes]
    inside = tuple(scope for scope in own if scope.is_inside)
    ours = {scope.organisation_id for scope in inside if scope.is_ours}
    holders = frozenset().union(*(persons.get((b, line.type_slug), ()) for b in ours))
    found = TypeCapability(
        line=line,
        inside=inside,
        outside=tuple(scope for scope in own if not scope.is_inside),
        persons=len(holders) if ours else None,
        scarcest=_scarcest(line.type_slug, ours, standards) if ours else None,
        ends_on=max((scope.valid_until for scope in inside), default=None),
        hangs_on=(),
    )
    return TypeCapability(
        found.line,
        found.inside,
        found.outside,
        found.persons,
        found.scarcest,
        found.ends_on,
        _hangs_on(found, on=on),
    )


def _hangs_on(found: TypeCapability, *, on: date) -> tuple[Hangs, ...]:
    if not found.inside:
        return ()
    bodies = {scope.organisation_id for scope in found.inside}
    all_ours = all(scope.is_ours for scope in found.inside)
    number = found.scarcest[1] if found.scarcest else None
    capacity = found.line.capacity
    said = {
        Hangs.ONE_BODY: len(bodies) == 1,
        Hangs.ONE_PERSON: all_ours and found.persons == 1,
        Hangs.NO_PERSON: all_ours and found.persons == 0,
        Hangs.ONE_STANDARD: all_ours and number == 1,
        Hangs.NO_STANDARD: all_ours and number == 0,
        Hangs.ENDS_SOON: found.ends_on is not None and found.ends_on <= on + SOON,
        Hangs.NO_CAPACITY: capacity is None,
        Hangs.TOO_LITTLE: capacity is not None and capacity < found.line.due,
    }
    return tuple(what for what, holds in said.items() if holds)


def needs_of(type_slug: str) -> tuple[str, ...]:
    """Return which kinds of standards the newest verification procedure needs."""
    for procedure in reversed(shipped_catalogue().procedures_for(type_slug)):
        if not procedure.is_calibration:
            return tuple(each.slug for each in procedure.standards if each.is_required)
    return ()


def _scarcest(
    type_slug: str, bodies: Iterable[int], standards: Mapping[tuple[int, str], int]
) -> tuple[str, int] | None:
    counts = [
        (sum(standards.get((body, kind), 0) for body in bodies), kind)
        for kind in needs_of(type_slug)
    ]
    if not counts:
        return None
    number, kind = min(counts)
    return kind, number


def card_holders(on: date) -> Mapping[tuple[int, str], frozenset[int]]:
    """Return who holds a card for which type at which body on a day. Two queries."""
    rows = db.session.execute(
        sa.select(VerifierCard, VerifierCardField.type_slug).join(
            VerifierCardField, VerifierCardField.card_id == VerifierCard.id
        )
    )
    found: dict[tuple[int, str], set[int]] = {}
    for card, slug in rows.unique():
        if card.holds(on):
            found.setdefault((card.body_id, slug), set()).add(card.user_id)
    return {key: frozenset(users) for key, users in found.items()}


def standards_at_hand(on: date) -> Mapping[tuple[int, str], int]:
    """Return how many usable standards of each kind each body holds. Two queries.

    In use, and with a calibration that is in force on the day; whether the whole chain
    above it holds is for the job that uses it.
    """
    with scoped(EVERYTHING):
        rows = db.session.execute(
            sa.select(Standard.id, Standard.body_id, Standard.kind_slug).where(
                Standard.body_id.is_not(None), Standard.state == StandardState.IN_USE
            )
        ).all()
        valid = calibrations_in_force([row.id for row in rows], on=on)
    found: dict[tuple[int, str], int] = {}
    for number, body, kind in rows:
        if body is not None and number in valid:
            found[body, kind] = found.get((body, kind), 0) + 1
    return found
