"""Entering verifier cards, and suspending them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.accounts.models import User
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.errors import check_all
from labms.organisations.rules import check_suspension, resumed
from labms.organisations.types import check_types
from labms.people.models import VerifierCard, VerifierCardField
from labms.people.rules import (
    CardEntered,
    IsItRenewed,
    NumberOfAnother,
    check_card,
)
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
    is_renewal: bool = False,
) -> VerifierCard:
    """Enter a verifier's card for the body that asked for it.

    A renewed card keeps its number, so `is_renewal` has to say that it is one. Refuses
    with NotAllowed, NoSuchType, or a refusal of `labms.people.rules`.
    """
    card = VerifierCard(
        user_id=holder.id, body_id=body_id, holder_name=holder.full_name
    )
    authorize(actor, Permission.CARD_EDIT, card)
    covered = _write(card, details, fields=fields, is_renewal=is_renewal)
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
    """Correct what was entered. Refuses as `add_card`."""
    authorize(actor, Permission.CARD_EDIT, card)
    covered = _write(card, details, fields=fields, is_renewal=True)
    record(EventType.CARD_CHANGED, card, actor=actor, reason=", ".join(sorted(covered)))


def _write(
    card: VerifierCard,
    details: CardDetails,
    *,
    fields: Iterable[str],
    is_renewal: bool,
) -> frozenset[str]:
    covered = check_types(fields)
    check_all(
        lambda: check_card(
            issued_on=details.issued_on,
            valid_until=details.valid_until,
            birth_year=details.birth_year,
            fields=covered,
        ),
        lambda: _check_number(card, details, is_renewal=is_renewal),
    )
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


def _check_number(
    card: VerifierCard, details: CardDetails, *, is_renewal: bool
) -> None:
    with db.session.no_autoflush:
        others = db.session.scalars(
            sa.select(VerifierCard)
            .where(
                VerifierCard.number == details.number,
                VerifierCard.id != (card.id or 0),
            )
            .order_by(VerifierCard.issued_on.desc())
        ).all()
    for other in others:
        if other.user_id != card.user_id:
            raise NumberOfAnother(number=other.number, name=other.holder_name)
        if other.issued_on == details.issued_on:
            raise CardEntered(number=details.number)
    if others and not is_renewal:
        raise IsItRenewed(
            number=others[0].number,
            issued_on=f"{others[0].issued_on:%d/%m/%Y}",
            valid_until=f"{others[0].valid_until:%d/%m/%Y}",
        )


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
