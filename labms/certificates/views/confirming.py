"""Asking for the password once more, where issuing signs in the body's name.

A page that was left open, or a cookie that was taken, signs nothing.
"""

from typing import Any

from flask_login import current_user

from labms.accounts.rules import TooManyTries, WrongLogin, WrongPassword
from labms.accounts.services import check_login
from labms.signing.queries import way_of
from labms.signing.rules import PasswordWanted, SigningWay
from labms.web.access import current_actor, who_is_asking


def asks_password() -> bool:
    """Whether what this person issues is signed on the server at once."""
    body_id = current_actor().organisation_id
    return body_id is not None and way_of(body_id) is SigningWay.SERVER


def is_confirmed(form: Any) -> bool:
    """Whether the person who signs is the one who is signed in; else the form says why.

    Wrong passwords are counted as at the door. Outside of any transaction.
    """
    if not asks_password():
        return True
    try:
        if not form.password.data:
            raise PasswordWanted
        check_login(
            login=current_user.login,
            password=form.password.data,
            address=who_is_asking(),
        )
    except WrongLogin:
        form.refuse("password", WrongPassword())
        return False
    except (PasswordWanted, TooManyTries) as error:
        form.refuse("password", error)
        return False
    return True
