"""Entering verifier cards, and suspending them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.accounts.models import User
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.organisations.rules import check_suspension, resumed
from labms.organisations.types import check_types
from labms.people.models import VerifierCard, VerifierCardField
from labms.people.rules import CardEntered, check_card
from labms.policy import Actor, Permission, authorize
from labms.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDetails:
    """What stands on a card and in the decision that gave it."""

    number: str
    decision_number: str
    issued_by: str
    issued_on: date
    valid_until: date
    birth_year: int | None = None


def add_card(
    holder: User,
    details: CardDetails,
    *,
    body_id: int,
    fields: Iterable[str],
    actor: Actor,
) -> VerifierCard:
    """Enter a verifier's card for the body that asked for it.

    Refuses with NotAllowed, BadCard, CardEntered or NoSuchType.
    """
    card = VerifierCard(
        user_id=holder.id, body_id=body_id, holder_name=holder.full_name
    )
    authorize(actor, Permission.CARD_EDIT, card)
    covered = _write(card, details, fields=fields)
    db.session.add(card)
    db.session.flush()
    record(EventType.CARD_ADDED, card, actor=actor, reason=", ".join(sorted(covered)))
    return card


def change_card(
    card: VerifierCard,
    details: CardDetails,
    *,
    fields: Iterable[str],
    actor: Actor,
) -> None:
    """Correct what was entered. Refuses with NotAllowed, BadCard or CardEntered."""
    authorize(actor, Permission.CARD_EDIT, card)
    covered = _write(card, details, fields=fields)
    record(EventType.CARD_CHANGED, card, actor=actor, reason=", ".join(sorted(covered)))


def _write(
    card: VerifierCard, details: CardDetails, *, fields: Iterable[str]
) -> frozenset[str]:
    covered = check_types(fields)
    check_card(
        issued_on=details.issued_on,
        valid_until=details.valid_until,
        birth_year=details.birth_year,
        fields=covered,
    )
    with db.session.no_autoflush:
        taken = db.session.scalar(
            sa.select(VerifierCard.id).where(
                VerifierCard.number == details.number,
                VerifierCard.issued_on == details.issued_on,
                VerifierCard.id != (card.id or 0),
            )
        )
    if taken is not None:
        raise CardEntered(number=details.number)
    for name in CardDetails.__dataclass_fields__:
        setattr(card, name, getattr(details, name))
    card.folded = fold(f"{card.holder_name} {card.number}")
    kept = [row for row in card.field_rows if row.type_slug in covered]
    missing = covered - {row.type_slug for row in kept}
    card.field_rows = [
        *kept,
        *(VerifierCardField(type_slug=slug) for slug in sorted(missing)),
    ]
    return covered


def suspend_card(
    card: VerifierCard,
    *,
    suspended_from: date,
    suspended_until: date | None,
    reason: str,
    actor: Actor,
) -> None:
    """Note that a card does not hold for a time (TT 24/2013/TT-BKHCN, Art. 36).

    Refuses with NotAllowed or BadSuspension.
    """
    authorize(actor, Permission.CARD_EDIT, card)
    check_suspension(
        suspended_from,
        suspended_until,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
    )
    card.suspended_from, card.suspended_until = suspended_from, suspended_until
    record(EventType.CARD_CHANGED, card, actor=actor, reason=reason)


def resume_card(card: VerifierCard, *, on: date, actor: Actor) -> None:
    """Let a suspended card hold again from a day. Refuses with NotSuspended."""
    authorize(actor, Permission.CARD_EDIT, card)
    card.suspended_from, card.suspended_until = resumed(card.suspended_from, on=on)
    record(EventType.CARD_CHANGED, card, actor=actor, reason="resumed")
