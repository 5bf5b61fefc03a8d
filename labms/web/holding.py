"""Keeping what was typed when a form comes too late to be taken.

A session ends, or a page is left open over night: what was typed stands on the answer
and can be sent again. It is offered only to a form of our own pages: another site
could otherwise have a person send what they never typed. Whose it is goes along with
it, signed: at a counter somebody else may be signed in by then, who sends nothing.
"""

import re
from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.policy import Permission, allowed

#: Made anew, or nothing to write into a page.
_NOT_KEPT = ("csrf_token", "password")
#: With this the page for people signed out comes back: its token is another session's.
BACK = "held_back"
#: Who typed it, as far as that is known; also that it comes from the page made here.
WHOSE = "held_of"
#: What a page sends besides what a person typed.
_OF_THE_PAGE = ("version", "action", "shown", BACK, WHOSE)
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
ANOTHERS = N_(
    "{typist} typed this, and {name} is signed in: nothing was sent. It is not lost: "
    "let {typist} sign in on another page, come back here, and go on."
)
NOT_FOR_YOU = N_(
    "{name} is signed in and may not send this: nothing was sent. It is not lost: let "
    "the person who typed it sign in on another page, come back here, and go on."
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
        if not any(word in name for word in (*_NOT_KEPT, BACK, WHOSE))
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


def comes_back() -> bool:
    """Return whether a form was sent from the page that holds what was typed."""
    return WHOSE in request.form and can_be_held()


@dataclass(frozen=True, slots=True)
class Typist:
    """Who typed what is held."""

    id: int
    name: str


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=WHOSE)


def _typist() -> Typist | None:
    """Return who typed it: as this page knew before, or whose session it was."""
    try:
        return Typist(*_signer().loads(request.form.get(WHOSE, "")))
    except BadSignature:
        pass
    if current_user.is_authenticated:
        return None  # who is signed in by now need not have typed it
    find = current_app.extensions.get("last_signed_in")
    found = find() if find else None
    return Typist(found.id, found.name) if found else None


def _may_send() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    access = getattr(view, "access", None)
    return not isinstance(access, Permission) or allowed(current_user, access)


def hold(refused: LabError | None = None) -> ResponseReturnValue:
    """Answer with what was typed, and a button that sends it again.

    `refused` says why whoever is signed in may not send it.
    """
    signed_in, typist = current_user.is_authenticated, _typist()
    is_anothers = bool(signed_in and typist and typist.id != current_user.id)
    may_send = signed_in and not is_anothers and not refused and _may_send()
    is_back = may_send and BACK in request.form
    if is_anothers:
        text = ANOTHERS
    elif signed_in and not may_send:
        text = NOT_FOR_YOU
    elif not signed_in:
        text = SIGNED_OUT
    else:
        text = SIGNED_IN_AGAIN if is_back else TOO_OLD
    names = {
        "typist": typist.name if typist else "",
        "name": current_user.name if signed_in else "",
    }
    page = render_template(
        "errors/held.html",
        text=gettext(text).format(**names),
        refused=str(refused.text) if refused and not is_anothers else "",
        is_signed_in=signed_in,
        may_send=may_send,
        back=BACK,
        whose=WHOSE,
        typist=typist,
        signed=_signer().dumps([typist.id, typist.name]) if typist else "",
        typed=typed(),
        words=in_words(),
        address=request.full_path.rstrip("?"),
        had_files=any(each.filename for each in request.files.values()),
    )
    if is_back:
        return page, 200
    return page, 401 if not signed_in else 400 if may_send else 403
