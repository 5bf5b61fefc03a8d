"""Keeping what was typed when a form comes too late to be taken.

A session ends, or a page is left open over night: what was typed stands on the answer
and can be sent again. It is offered only to a form of our own pages: another site
could otherwise have a person send what they never typed.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms.i18n import N_

#: Made anew, or nothing to write into a page.
_NOT_KEPT = ("csrf_token", "password")

SIGNED_OUT = N_(
    "You were signed out meanwhile. What you typed stands below and is not lost: sign "
    "in on another page, come back here, and send it again."
)
TOO_OLD = N_(
    "The page was open too long and was not taken. What you typed stands below: send "
    "it once more."
)


def typed() -> list[tuple[str, str]]:
    """Return the fields of the request's form that may be sent again."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in _NOT_KEPT)
    ]


def can_be_held() -> bool:
    """Return whether a form of our own came, with something in it."""
    same = request.headers.get("Sec-Fetch-Site") == "same-origin"
    own = request.headers.get("Origin") == request.host_url.rstrip("/")
    return request.method == "POST" and (same or own) and bool(typed())


def hold() -> ResponseReturnValue:
    """Answer with what was typed, and a button that sends it again."""
    signed_in = current_user.is_authenticated
    page = render_template(
        "errors/held.html",
        text=TOO_OLD if signed_in else SIGNED_OUT,
        is_signed_in=signed_in,
        typed=typed(),
        address=request.full_path.rstrip("?"),
        had_files=any(each.filename for each in request.files.values()),
    )
    return page, 400 if signed_in else 401
