"""Whose card covers what, and until when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User, UserRole
from labms.db import db
from labms.errors import NotFound
from labms.organisations.rules import Standing
from labms.organisations.types import type_name
from labms.people.models import VerifierCard, VerifierCardField
from labms.people.rules import WARN_DAYS, NotEntitled
from labms.policy import Actor, Role, scope_of
from labms.remembering import once
from labms.text import fold, like


def card_by_id(card_id: int) -> VerifierCard:
    """Return one card. Raises NotFound."""
    if (found := db.session.get(VerifierCard, card_id)) is None:
        raise NotFound
    return found


def card_seen_by(actor: Actor, card_id: int) -> VerifierCard:
    """Return one card, if it is of a body whose work this person sees; or NotFound."""
    card = card_by_id(card_id)
    scope = scope_of(actor)
    if not (scope.everything or scope.body_id == card.body_id):
        raise NotFound
    return card


def cards_seen_by(
    actor: Actor, *, on: date, q: str = "", standing: Standing | None = None
) -> sa.Select[Any]:
    """Return the query of the cards that a person sees; those that end first, first.

    `q` is part of a name or a number; `standing` is how a card stands on the day.
    """
    rows = sa.select(VerifierCard).order_by(VerifierCard.valid_until, VerifierCard.id)
    scope = scope_of(actor)
    if not scope.everything:
        rows = rows.where(VerifierCard.body_id == scope.body_id)
    if q:
        rows = rows.where(VerifierCard.folded.like(like(q), escape="\\"))
    if standing is not None:
        rows = rows.where(_stands(standing, on))
    return rows


def _stands(standing: Standing, day: date) -> sa.ColumnElement[bool]:
    """Return the condition that `VerifierCard.standing` states about one row."""
    begun = VerifierCard.issued_on <= day
    lasting = VerifierCard.valid_until >= day
    suspended = sa.and_(
        VerifierCard.suspended_from.is_not(None),
        VerifierCard.suspended_from <= day,
        sa.or_(
            VerifierCard.suspended_until.is_(None),
            VerifierCard.suspended_until >= day,
        ),
    )
    soon = VerifierCard.valid_until <= day + timedelta(days=WARN_DAYS)
    return {
        Standing.NOT_YET: sa.not_(begun),
        Standing.EXPIRED: sa.and_(begun, sa.not_(lasting)),
        Standing.SUSPENDED: sa.and_(begun, lasting, suspended),
        Standing.EXPIRING: sa.and_(begun, lasting, sa.not_(suspended), soon),
        Standing.VALID: sa.and_(begun, lasting, sa.not_(suspended), sa.not_(soon)),
    }[standing]


def accounts(*, q: str = "") -> sa.Select[Any]:
    """Return the query of people who sign in, by name; `q` is part of name or login.

    Names are compared here, since accounts are few and have no folded column.
    """
    rows = sa.select(User).order_by(User.full_name, User.id)
    if q:
        everybody = db.session.execute(sa.select(User.id, User.full_name, User.login))
        found = [
            user_id
            for user_id, name, login in everybody
            if fold(q) in fold(f"{name} {login}")
        ]
        rows = rows.where(User.id.in_(found))
    return rows


def _covering(type_slug: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        VerifierCardField.card_id == VerifierCard.id,
        VerifierCardField.type_slug == type_slug,
    )


def cards_of(user_id: int) -> list[VerifierCard]:
    """Return a person's cards, newest first."""
    return list(
        db.session.scalars(
            sa.select(VerifierCard)
            .where(VerifierCard.user_id == user_id)
            .order_by(VerifierCard.issued_on.desc(), VerifierCard.id.desc())
        )
    )


def card_of(
    user_id: int, type_slug: str, on: date, *, body_id: int | None = None
) -> VerifierCard | None:
    """Return the card with which a person may verify a type on a day, if any.

    A card is given for the body that asked for it (TT 24/2013/TT-BKHCN, Art. 32);
    with `body_id` only that body's cards count.
    """
    key = ("cards", user_id, type_slug, body_id)
    cards = once(key, lambda: _cards_for(user_id, type_slug, body_id))
    return next((card for card in cards if card.holds(on)), None)


def _cards_for(user_id: int, type_slug: str, body_id: int | None) -> list[VerifierCard]:
    rows = (
        sa.select(VerifierCard)
        .where(VerifierCard.user_id == user_id, _covering(type_slug))
        .order_by(VerifierCard.valid_until.desc(), VerifierCard.id.desc())
    )
    if body_id is not None:
        rows = rows.where(VerifierCard.body_id == body_id)
    return list(db.session.scalars(rows))


def check_entitled(
    actor: Actor, type_slug: str, *, on: date, body_id: int | None = None
) -> VerifierCard:
    """Return the card that lets a person verify a type on a day, or raise NotEntitled.

    Asked when a job is assigned, when readings are saved, and when it is signed.
    """
    card = (
        card_of(actor.id, type_slug, on, body_id=body_id)
        if actor.id is not None
        else None
    )
    if card is None:
        raise NotEntitled(
            name=actor.name, day=on.strftime("%d/%m/%Y"), type=type_name(type_slug)
        )
    return card


def entitled_verifiers(body_id: int, type_slug: str, *, on: date) -> list[User]:
    """Return a body's people who may verify a type on a day, by name."""
    rows = db.session.execute(
        sa.select(User, VerifierCard)
        .join(VerifierCard, VerifierCard.user_id == User.id)
        .where(
            User.organisation_id == body_id,
            User.is_active,
            User.role_rows.any(UserRole.role == Role.VERIFIER),
            VerifierCard.body_id == body_id,
            _covering(type_slug),
        )
        .order_by(User.full_name, User.id)
    ).unique()
    found = {user.id: user for user, card in rows if card.holds(on)}
    return list(found.values())


def people_of(body_id: int, *, role: Role | None = None) -> list[User]:
    """Return a body's active people by name, perhaps only those with a role."""
    rows = (
        sa.select(User)
        .where(User.organisation_id == body_id, User.is_active)
        .order_by(User.full_name, User.id)
    )
    if role is not None:
        rows = rows.where(User.role_rows.any(UserRole.role == role))
    return list(db.session.scalars(rows).unique())


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by id. One query."""
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(User.id, User.full_name).where(User.id.in_(wanted))
    )
    return dict(rows.all())
