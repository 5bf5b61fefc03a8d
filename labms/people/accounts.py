"""Pages on which an administrator looks after accounts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.accounts.forms import NewUserForm, UserForm
from labms.accounts.models import User
from labms.accounts.queries import user_by_id
from labms.accounts.rules import LocksOneselfOut, LoginTaken, WeakPassword
from labms.accounts.services import add_user, change_user, set_password
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.organisations.queries import employers, organisation_names
from labms.people.forms import NewPasswordForm
from labms.people.queries import accounts
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.forms import choose
from labms.web.lists import page_of


def register(bp: Blueprint) -> None:
    """Put the pages on the blueprint of people."""
    both = ["GET", "POST"]
    bp.add_url_rule("/users", view_func=users)
    bp.add_url_rule("/users/new", view_func=new_user, methods=both)
    bp.add_url_rule("/users/<int:user_id>", view_func=edit_user, methods=both)
    bp.add_url_rule(
        "/users/<int:user_id>/password", view_func=new_password, methods=both
    )


@requires(Permission.ACCOUNT_MANAGE)
def users() -> ResponseReturnValue:
    """Who signs in, and as what."""
    q = request.args.get("q", "")
    page = page_of(accounts(q=q))
    return render_template(
        "people/users.html",
        page=page,
        q=q,
        organisations=organisation_names(user.organisation_id for user in page.rows),
    )


def _choices(organisation_id: int | None) -> list[tuple[str, str]]:
    """Return bodies and authorities, and the one that is asked for besides."""
    offered = {one.id: one.name for one in employers()}
    if organisation_id is not None:
        offered |= organisation_names([organisation_id])
    return choose(offered.items(), empty=N_("None"))


@requires(Permission.ACCOUNT_MANAGE)
def new_user() -> ResponseReturnValue:
    """Let somebody sign in."""
    asked = request.args.get("organisation", type=int)
    form = NewUserForm(data={"organisation_id": asked or 0, "is_active": True})
    form.organisation_id.choices = _choices(asked)
    if form.validate_on_submit():
        try:
            with transaction():
                user = add_user(
                    login=form.login.data or "",
                    full_name=form.full_name.data or "",
                    password=form.password.data or "",
                    roles=form.roles.data,
                    organisation_id=form.organisation_id.data or None,
                    title=form.title.data or "",
                    actor=current_actor(),
                )
        except LoginTaken as error:
            form.refuse("login", error)
        except WeakPassword as error:
            form.refuse("password", error)
        else:
            flash(gettext(N_("{name} may sign in now.")).format(name=user.full_name))
            return redirect(url_for(".users"))
    return render_template("people/new_user.html", form=form)


@requires(Permission.ACCOUNT_MANAGE)
def edit_user(user_id: int) -> ResponseReturnValue:
    """Change who somebody is, or whether they sign in."""
    user = user_by_id(user_id)
    form = UserForm(data=_typed(user))
    form.organisation_id.choices = _choices(user.organisation_id)
    if form.validate_on_submit():
        try:
            with transaction():
                change_user(
                    user_by_id(user_id),
                    full_name=form.full_name.data or "",
                    title=form.title.data or "",
                    roles=form.roles.data,
                    is_active=form.is_active.data,
                    organisation_id=form.organisation_id.data or None,
                    actor=current_actor(),
                )
        except LocksOneselfOut as error:
            form.refuse("roles", error)
        else:
            flash(gettext(N_("The changes were saved.")))
            return redirect(url_for(".users"))
    return render_template("people/edit_user.html", user=user_by_id(user_id), form=form)


def _typed(user: User) -> dict[str, object]:
    return {
        "full_name": user.full_name,
        "title": user.title,
        "organisation_id": user.organisation_id or 0,
        "roles": sorted(user.roles),
        "is_active": user.is_active,
    }


@requires(Permission.ACCOUNT_MANAGE)
def new_password(user_id: int) -> ResponseReturnValue:
    """Set a password for somebody who has forgotten theirs; their sessions end."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                set_password(
                    user_by_id(user_id),
                    form.password.data or "",
                    actor=current_actor(),
                )
        except WeakPassword as error:
            form.refuse("password", error)
        else:
            flash(gettext(N_("The password was set.")))
            return redirect(url_for(".users"))
    return render_template(
        "people/new_password.html", user=user_by_id(user_id), form=form
    )
