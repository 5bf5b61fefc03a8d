"""The page on which a body chooses how its documents are signed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.accounts.queries import user_by_id
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import N_, Message, gettext
from labms.organisations.designating import body_to_set_up
from labms.organisations.forms import SigningWayForm
from labms.organisations.models import Body
from labms.organisations.queries import body_by_id
from labms.policy import Permission
from labms.signing.keys import WARN_BEFORE, key_of
from labms.signing.open_key import SealingKey
from labms.signing.queries import choices_of, way_of
from labms.signing.rules import WAYS, SigningWay
from labms.signing.services import choose_way
from labms.web.access import current_actor, requires
from labms.web.lists import settings


def register(bp: Blueprint) -> None:
    """Put the page on the blueprint of organisations."""
    bp.add_url_rule(
        "/<int:organisation_id>/signing", view_func=signing, methods=["GET", "POST"]
    )


@requires(Permission.BODY_EDIT)
def signing(organisation_id: int) -> ResponseReturnValue:
    """How a body's documents are signed, with its key, and what it was before."""
    body = body_to_set_up(organisation_id)
    form = SigningWayForm(way=way_of(body.id))
    if form.validate_on_submit():
        try:
            if form.way.data is SigningWay.SERVER:  # it has to be there, and in date
                key_of(body.code, body.name, settings=settings())
            with transaction():
                choose_way(
                    body_by_id(organisation_id), form.way.data, actor=current_actor()
                )
        except LabError as error:
            form.refuse("way", error)
        else:
            flash(gettext(N_("The choice holds for documents from now on.")))
            return redirect(url_for(".signing", organisation_id=organisation_id))
    body = body_by_id(organisation_id)
    key, problem = _key(body)
    return render_template(
        "organisations/signing.html",
        body=body,
        form=form,
        ways=WAYS,
        way=way_of(body.id),
        key=key,
        problem=problem,
        ends_soon=key is not None and key.ends - clock.now() < WARN_BEFORE,
        choices=[
            (one, user_by_id(one.chosen_by_id).full_name if one.chosen_by_id else "")
            for one in choices_of(body.id)
        ],
    ), 422 if form.errors else 200


def _key(body: Body) -> tuple[SealingKey | None, Message | None]:
    """Return the key that signs for a body, if it does, or why it can't."""
    if way_of(body.id) is not SigningWay.SERVER:
        return None, None
    try:
        return key_of(body.code, body.name, settings=settings()), None
    except LabError as error:
        return None, error.text
