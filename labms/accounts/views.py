"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms.accounts import signing_in
from labms.accounts.forms import LoginForm, PasswordForm
from labms.accounts.queries import user_by_id
from labms.accounts.rules import TooManyTries, WeakPassword, WrongLogin, WrongPassword
from labms.accounts.services import (
    check_login,
    is_password_of,
    set_password,
)
from labms.accounts.services import (
    log_in as open_door,
)
from labms.accounts.services import (
    log_out as close_door,
)
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.web.access import (
    is_own_path,
    public,
    signed_in,
    who_is_asking,
)
from labms.web.languages import remember
from labms.web.lists import settings

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.route("/login", methods=["GET", "POST"])
@public("nobody is signed in yet")
def log_in() -> ResponseReturnValue:
    """Sign in, then go on to where one wanted to be."""
    form = LoginForm()
    status = 200
    if form.validate_on_submit():
        try:
            user = check_login(
                login=form.login.data,
                password=form.password.data,
                address=who_is_asking(),
            )
            with transaction():
                token = open_door(
                    user, address=who_is_asking(), hours=settings().session_hours
                )
        except (WrongLogin, TooManyTries) as error:
            form.refuse("password", error)
            status = error.status
        else:
            signing_in.begin(user, token)
            following = request.args.get("next")
            answer = redirect(
                following if is_own_path(following) and following else url_for("home")
            )
            remember(answer, request.args.get("lang"))
            return answer
    elif current_user.is_authenticated:
        return redirect(url_for("home"))
    return render_template("accounts/log_in.html", form=form), status


@bp.post("/logout")
@signed_in
def log_out() -> ResponseReturnValue:
    """End the session, here and for every copy of its cookie."""
    with transaction():
        close_door(
            current_user.get_id(), login=current_user.login, address=who_is_asking()
        )
    signing_in.end()
    return redirect(url_for(".log_in"))


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Choose a new password; all sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        if not is_password_of(current_user.user, form.old.data):
            form.refuse("old", WrongPassword())
        else:
            try:
                with transaction():
                    user = user_by_id(current_user.id)
                    set_password(user, form.new.data, actor=user)
            except WeakPassword as error:
                form.refuse("new", error)
            else:
                signing_in.end()
                flash(gettext(N_("The password was changed. Sign in again.")))
                return redirect(url_for(".log_in"))
    return render_template("accounts/password.html", form=form)
