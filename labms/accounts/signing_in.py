"""Flask-Login, and the cookie that carries nothing but a token."""

from datetime import timedelta
from typing import Any

from flask import Flask, g, session
from flask_login import LoginManager, login_user, logout_user

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import open_session, person_of_session
from labms.accounts.services import keep_awake
from labms.db import set_scope
from labms.policy import NOTHING, scope_of
from labms.web.lists import settings

#: The token of whoever signed out last on a browser, until somebody signs in.
LEFT = "left"
#: A session's "last seen" is written at most this often.
AWAKE_EVERY = timedelta(minutes=1)


class SignedIn:
    """A person on a browser: what Flask-Login keeps is the session's token.

    Everything else is read from the person, so that this can be passed as the actor.
    """

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User, token: str) -> None:
        self.user = user
        self.token = token

    def get_id(self) -> str:
        """Return the token, for the cookie."""
        return self.token

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)


def begin(user: User, token: str) -> None:
    """Carry a session's token in the cookie from now on; nothing of before stays."""
    session.clear()
    login_user(SignedIn(user, token))


def end() -> None:
    """Let the cookie open nothing."""
    token = session.get("_user_id")
    logout_user()
    session.clear()
    if token:
        session[LEFT] = token  # opens nothing any more; says whose a late form is


def last_signed_in() -> User | None:
    """Return whose session was the last on this browser, though it is over."""
    token = session.get("_user_id") or session.get(LEFT)
    return person_of_session(token) if token else None


def register(app: Flask) -> None:
    """Find out who is asking, and let every query see only their rows."""
    manager = LoginManager(app)
    app.extensions["last_signed_in"] = last_signed_in

    @manager.user_loader  # type: ignore[untyped-decorator, unused-ignore] # no types
    def load(token: str) -> SignedIn | None:
        found = open_session(token, idle_minutes=settings().session_idle_minutes)
        if found is None:
            return None
        row, user = found
        if clock.now() - row.last_seen_at >= AWAKE_EVERY and not settings().read_only:
            g.keep_awake = row.id
        set_scope(scope_of(user))
        return SignedIn(user, token)

    @app.before_request
    def forget_scope() -> None:
        g.scope_before = set_scope(NOTHING)

    @app.teardown_request
    def note_use(_error: BaseException | None) -> None:
        if "scope_before" in g:
            set_scope(g.pop("scope_before"))
        if (session_id := g.pop("keep_awake", None)) is not None:
            keep_awake(session_id)
