"""Finding people and their sessions."""

from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.accounts.models import LoginSession, User
from labms.accounts.rules import NobodySignsIn, is_over, token_hash
from labms.db import db
from labms.errors import NotFound


def user_by_login(login: str) -> User | None:
    """Return who signs in with this name, active or not."""
    return db.session.scalar(sa.select(User).where(User.login == login.strip().lower()))


def person_called(login: str) -> User:
    """Return who acts under this name in a command. Raises NobodySignsIn."""
    found = user_by_login(login)
    if found is None or not found.is_active:
        raise NobodySignsIn(login=login)
    return found


def user_by_id(user_id: int) -> User:
    """Return one person. Raises NotFound."""
    if (user := db.session.get(User, user_id)) is None:
        raise NotFound
    return user


def users(*, organisation_id: int | None = None) -> sa.Select[Any]:
    """Return the query of people by name, perhaps of one organisation."""
    rows = sa.select(User).order_by(User.full_name, User.id)
    if organisation_id is not None:
        rows = rows.where(User.organisation_id == organisation_id)
    return rows


def person_of_session(token: str) -> User | None:
    """Return whose session a token opened, be it over by now or not."""
    return db.session.scalar(
        sa.select(User)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_hash == token_hash(token))
    )


def open_session(token: str, *, idle_minutes: int) -> tuple[LoginSession, User] | None:
    """Return the live session that a cookie's token opens, and whose it is."""
    row = db.session.execute(
        sa.select(LoginSession, User)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.ended_at.is_(None),
            User.is_active,
        )
    ).first()
    if row is None or is_over(
        last_seen_at=row[0].last_seen_at,
        expires_at=row[0].expires_at,
        idle_minutes=idle_minutes,
        now=clock.now(),
    ):
        return None
    return row[0], row[1]
