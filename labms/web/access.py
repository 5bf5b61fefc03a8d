"""Every view says who may open it; a view that doesn't fails a test."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms.errors import NotAllowed
from labms.policy import Actor, Permission, allowed
from labms.web.holding import can_be_held, hold

View = Callable[..., ResponseReturnValue]


def current_actor() -> Actor:
    """Return the person who is signed in. Raise NotAllowed if nobody is."""
    if not current_user.is_authenticated:
        raise NotAllowed(permission="sign in")
    return cast(Actor, current_user)


def _to_login() -> ResponseReturnValue:
    if can_be_held():
        return hold()
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.log_in", next=following))


def requires(permission: Permission) -> Callable[[View], View]:
    """Let in only those who may do this; others sign in or are refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **given: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _to_login()
            if not allowed(current_actor(), permission):
                raise NotAllowed(permission=permission)
            return view(*args, **given)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """Let in anybody who is signed in."""

    @wraps(view)
    def guarded(*args: Any, **given: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return _to_login()
        return view(*args, **given)

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def public(reason: str) -> Callable[[View], View]:
    """Let in everybody, for the reason that is given."""

    def decorate(view: View) -> View:
        view.access = f"public: {reason}"  # type: ignore[attr-defined]
        return view

    return decorate


def is_own_path(target: str | None) -> bool:
    """Return whether a `next` address leads to a page of this site and nowhere else."""
    return bool(
        target
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and "\\" not in target
        and target.isprintable()
    )


def who_is_asking() -> str:
    """Return the address of the client, as far as proxies may be believed."""
    return request.remote_addr or ("local" if current_app.testing else "unknown")
