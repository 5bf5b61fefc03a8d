"""Passwords and sessions: what is accepted, and for how long."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from labms.errors import Conflict, Invalid, LabError
from labms.i18n import N_
from labms.text import fold

MIN_PASSWORD = 8
MAX_PASSWORD = 200

#: Failures of one login or one address within `WINDOW`, and of everybody together.
WINDOW = timedelta(minutes=5)
MOST_PER_LOGIN = 10
MOST_PER_ADDRESS = 30
MOST_IN_ALL = 1000

#: The words that come first to whoever guesses; the demo's own are longer than these.
COMMON = frozenset(
    """password matkhau 12345678 123456789 1234567890 11111111 00000000 qwertyuiop
    qwerty123 iloveyou password1 abc12345 vietnam123 87654321 admin123 administrator
    labms123 kiemdinh doluong1 bentre123 vinhlong letmein1 welcome1""".split()
)


class SecurityEventKind(StrEnum):
    """What is remembered about doors, whether they opened or not."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOGIN_THROTTLED = "login_throttled"
    LOGGED_OUT = "logged_out"
    PASSWORD_CHANGED = "password_changed"


class WeakPassword(Invalid):
    """A password that would be guessed."""

    code = "account.weak_password"
    message = N_(
        "Choose a longer or less common password: at least {least} characters."
    )


class LocksOneselfOut(Conflict):
    """An administrator who gave up the right could not take it back."""

    code = "account.locks_oneself_out"
    message = N_(
        "You cannot take the administrator's role or the sign-in from yourself. "
        "Another administrator can."
    )


class LoginTaken(Invalid):
    """Somebody signs in with that name already."""

    code = "account.login_taken"
    message = N_("The login {login} is taken. Choose another one.")


class NobodySignsIn(Invalid):
    """There is no such account, or it is switched off."""

    code = "account.nobody_signs_in"
    message = N_("Nobody signs in as {login}.")


class WrongLogin(LabError):
    """Login or password are wrong; which of them is nobody's business."""

    code = "account.wrong_login"
    message = N_("The login or the password is wrong.")
    status = 401


class WrongPassword(WrongLogin):
    """Somebody who is signed in was asked for their password, and gave another."""

    code = "account.wrong_password"
    message = N_("The password is wrong.")


class TooManyTries(LabError):
    """Too many failed log-ins lately."""

    code = "account.too_many_tries"
    message = N_("Too many tries. Wait a few minutes, then try again.")
    status = 429


def check_password(password: str, *, login: str) -> None:
    """Raise WeakPassword for one that would be guessed.

    Long ones are welcome, and no mixture of letters is asked for: NIST SP 800-63B,
    5.1.1.2; OWASP ASVS 5.0, 6.2.
    """
    word = fold(password)
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise WeakPassword(least=MIN_PASSWORD)
    if word in COMMON or len(set(word)) < 4 or (login and fold(login) == word):
        raise WeakPassword(least=MIN_PASSWORD)


def new_token() -> str:
    """Return a token that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what of a token is stored: reading the database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_over(
    *, last_seen_at: datetime, expires_at: datetime, idle_minutes: int, now: datetime
) -> bool:
    """Return whether a session has ended by itself: unused too long, or too old."""
    return now >= expires_at or now - last_seen_at >= timedelta(minutes=idle_minutes)
