"""Keeping what was typed when a form comes too late to be taken.

A session ends, or a page is left open over night: what was typed stands on the answer
and can be sent again. It is offered only to a form of our own pages: another site
could otherwise have a person send what they never typed.
"""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms.i18n import N_

#: Made anew, or nothing to write into a page.
_NOT_KEPT = ("csrf_token", "password")
#: With this the page for people signed out comes back: its token is another session's.
BACK = "held_back"
#: What a page sends besides what a person typed.
_OF_THE_PAGE = ("version", "action", "shown", BACK)
#: Answers that are ticked: without their questions they say nothing.
_TICKED = ("yes", "no", "na", "on", "y")

#: A choice from a list, as the program calls it.
_CHOICE = re.compile("[a-z]+(_[a-z]+)+")

SIGNED_OUT = N_(
    "You were signed out meanwhile. What you typed stands below and is not lost: sign "
    "in on another page, come back here, and go on."
)
SIGNED_IN_AGAIN = N_(
    "You are signed in again. What you typed is not lost: send it now."
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
        if not any(word in name for word in (*_NOT_KEPT, BACK))
    ]


def in_words() -> list[str]:
    """Return what of it a person recognises: numbers and texts, without field names."""
    return [
        value
        for name, value in typed()
        if value.strip()
        and name not in _OF_THE_PAGE
        and value not in _TICKED
        and not _CHOICE.fullmatch(value)
    ]


def can_be_held() -> bool:
    """Return whether a form of our own came, with something in it."""
    same = request.headers.get("Sec-Fetch-Site") == "same-origin"
    own = request.headers.get("Origin") == request.host_url.rstrip("/")
    return request.method == "POST" and (same or own) and bool(typed())


def hold() -> ResponseReturnValue:
    """Answer with what was typed, and a button that sends it again."""
    signed_in = current_user.is_authenticated
    is_back = signed_in and BACK in request.form
    text = SIGNED_IN_AGAIN if is_back else TOO_OLD if signed_in else SIGNED_OUT
    page = render_template(
        "errors/held.html",
        text=text,
        is_signed_in=signed_in,
        back=BACK,
        typed=typed(),
        words=in_words(),
        address=request.full_path.rstrip("?"),
        had_files=any(each.filename for each in request.files.values()),
    )
    return page, 200 if is_back else 400 if signed_in else 401
