"""Suspending a document, putting it under review, and lifting that."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from labms.certificates.doubts.holding import hold_certificate, lift_hold
from labms.certificates.forms import HoldForm, LiftForm
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import ReasonTooShort
from labms.certificates.views.document import bp, page_about
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.policy import Permission
from labms.web.access import current_actor, requires


@bp.post("/<int:certificate_id>/hold")
@requires(Permission.CERTIFICATE_EXAMINE)
def hold(certificate_id: int) -> ResponseReturnValue:
    """Suspend a document, or say that it is looked into."""
    form = HoldForm()
    if form.validate_on_submit():
        try:
            with transaction():
                hold_certificate(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    kind=form.kind.data,
                    reason=form.reason.data,
                    text=form.text.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("text", error)
        else:
            flash(gettext(N_("Noted. Whoever scans its code reads it from now on.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, holding=form), 422


@bp.post("/<int:certificate_id>/lift")
@requires(Permission.CERTIFICATE_EXAMINE)
def lift(certificate_id: int) -> ResponseReturnValue:
    """Say that the doubt is gone."""
    form = LiftForm()
    if form.validate_on_submit():
        try:
            with transaction():
                lift_hold(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    text=form.text.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("text", error)
        else:
            flash(gettext(N_("The doubt is lifted.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, lifting=form), 422
