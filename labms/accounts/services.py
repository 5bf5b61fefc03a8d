"""Adding people, signing in and out."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from labms import clock
from labms.accounts import rules
from labms.accounts.models import LoginSession, SecurityEvent, User, UserRole
from labms.accounts.queries import user_by_login
from labms.accounts.rules import (
    LocksOneselfOut,
    LoginTaken,
    SecurityEventKind,
    TooManyTries,
    WrongLogin,
    check_password,
    new_token,
    token_hash,
)
from labms.accounts.throttling import count_try, tries
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import apart, db
from labms.policy import Actor, Permission, Role, System, authorize

#: OWASP's smallest parameters for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
#: Verified when there is no such login, so that the answer takes as long.
_NOBODY = _hasher.hash(new_token())


def _may_manage(actor: Actor) -> None:
    if not isinstance(actor, System):  # the first administrator is made by command
        authorize(actor, Permission.ACCOUNT_MANAGE)


def add_user(
    *,
    login: str,
    full_name: str,
    password: str,
    roles: Iterable[Role],
    actor: Actor,
    organisation_id: int | None = None,
    title: str = "",
) -> User:
    """Let somebody sign in. Refuses with NotAllowed, LoginTaken, WeakPassword."""
    _may_manage(actor)
    login = login.strip().lower()
    check_password(password, login=login)
    if user_by_login(login) is not None:
        raise LoginTaken(login=login)
    user = User(
        login=login,
        full_name=full_name,
        title=title,
        password_hash=_hasher.hash(password),
        organisation_id=organisation_id,
        role_rows=[UserRole(role=role) for role in sorted(set(roles))],
    )
    db.session.add(user)
    db.session.flush()
    record(EventType.USER_ADDED, user, actor=actor, reason=", ".join(sorted(roles)))
    return user


def change_user(
    user: User,
    *,
    actor: Actor,
    full_name: str,
    title: str,
    roles: Iterable[Role],
    is_active: bool,
    organisation_id: int | None,
) -> None:
    """Change who somebody is; their sessions end, since their roles may differ."""
    authorize(actor, Permission.ACCOUNT_MANAGE)
    before = user.roles
    roles = frozenset(roles)
    if user.id == actor.id and not (is_active and Role.ADMINISTRATOR in roles):
        raise LocksOneselfOut
    user.full_name, user.title = full_name, title
    user.is_active, user.organisation_id = is_active, organisation_id
    wanted = set(roles)
    user.role_rows = [row for row in user.role_rows if row.role in wanted] + [
        UserRole(role=role) for role in sorted(wanted - before)
    ]
    end_sessions_of(user)
    record(
        EventType.USER_CHANGED,
        user,
        actor=actor,
        reason=f"{', '.join(sorted(before))} → {', '.join(sorted(wanted))}",
    )


def set_password(user: User, password: str, *, actor: Actor) -> None:
    """Set a password; every session of that person ends."""
    if actor.id != user.id:
        _may_manage(actor)
    check_password(password, login=user.login)
    user.password_hash = _hasher.hash(password)
    end_sessions_of(user)
    record(EventType.USER_PASSWORD_SET, user, actor=actor)


def end_sessions_of(user: User) -> None:
    """End every session of a person, on every browser."""
    db.session.execute(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def is_password_of(user: User | None, password: str) -> bool:
    """Return whether this is the person's password; takes as long for nobody's."""
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return user is not None and user.is_active


def check_login(*, login: str, password: str, address: str) -> User:
    """Return who signs in with this password. Refuses with WrongLogin or TooManyTries.

    Failures are counted by login, by address and in all, before any hashing, and in
    transactions of their own: so this is called outside of any.
    """
    login = login.strip().lower()[:200]
    buckets = {
        f"login:{login}": rules.MOST_PER_LOGIN,
        f"address:{address}": rules.MOST_PER_ADDRESS,
        "login": rules.MOST_IN_ALL,
    }
    if any(tries(name, within=rules.WINDOW) >= most for name, most in buckets.items()):
        _remember(SecurityEventKind.LOGIN_THROTTLED, login, address)
        raise TooManyTries
    user = user_by_login(login)
    if not is_password_of(user, password[: rules.MAX_PASSWORD]) or user is None:
        for name in buckets:
            count_try(name, within=rules.WINDOW)
        _remember(SecurityEventKind.LOGIN_FAILED, login, address)
        raise WrongLogin
    return user


def log_in(user: User, *, address: str, hours: int) -> str:
    """Open a session for somebody whose password was right, and return its token."""
    now, token = clock.now(), new_token()
    db.session.add(
        LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            started_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    db.session.add(
        SecurityEvent(
            at=now,
            kind=SecurityEventKind.LOGGED_IN,
            login=user.login,
            address=address,
        )
    )
    return token


def log_out(token: str, *, login: str, address: str) -> None:
    """End the session of a token; whoever has a copy of the cookie has nothing."""
    now = clock.now()
    db.session.execute(
        sa.update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token))
        .values(ended_at=now)
    )
    db.session.add(
        SecurityEvent(
            at=now, kind=SecurityEventKind.LOGGED_OUT, login=login, address=address
        )
    )


def keep_awake(session_id: int) -> None:
    """Note that a session is being used."""
    with apart() as session:
        session.execute(
            sa.update(LoginSession)
            .where(LoginSession.id == session_id)
            .values(last_seen_at=clock.now())
        )


def _remember(kind: SecurityEventKind, login: str, address: str) -> None:
    with apart() as session:
        session.add(
            SecurityEvent(at=clock.now(), kind=kind, login=login, address=address)
        )
