"""What is noted about a document later, and its withdrawal."""

from flask import (
    flash,
    redirect,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.forms import (
    HandOverForm,
    RevokeForm,
    SigningForm,
    VoidForm,
)
from labms.certificates.handing import record_handing_over, record_signing
from labms.certificates.queries import (
    certificate_by_id,
)
from labms.certificates.rules import (
    ReasonTooShort,
    WrongDay,
)
from labms.certificates.services import (
    revoke_certificate,
    void_reserved,
)
from labms.certificates.views.document import (
    bp,
    page_about,
)
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.policy import Permission
from labms.web.access import current_actor, requires


@bp.post("/<int:certificate_id>/revoke")
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Withdraw a document because it is wrong."""
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                revoke_certificate(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    reason=form.reason.data,
                    text=form.text.data,
                    on=clock.today(),
                    restores=form.restores.data,
                )
        except ReasonTooShort as error:
            form.refuse("text", error)
        else:
            flash(gettext(N_("It is revoked. Whoever scans its code reads why.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, revoking=form), 422


@bp.post("/<int:certificate_id>/void")
@requires(Permission.CERTIFICATE_REVOKE)
def void(certificate_id: int) -> ResponseReturnValue:
    """Give up a number that has no document."""
    form = VoidForm()
    if form.validate_on_submit():
        try:
            with transaction():
                void_reserved(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    reason=form.reason.data,
                )
        except ReasonTooShort as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The number is given up; it stays in the series.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, voiding=form), 422


@bp.post("/<int:certificate_id>/signed")
@requires(Permission.CERTIFICATE_HAND_OVER)
def sign(certificate_id: int) -> ResponseReturnValue:
    """Note that the paper was signed and sealed by hand."""
    form = SigningForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_signing(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    signed_on=form.signed_on.data,  # type: ignore[arg-type]
                    sealed_on=form.sealed_on.data,
                )
        except WrongDay as error:
            form.refuse("signed_on", error)
        else:
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, signing=form), 422


@bp.post("/<int:certificate_id>/handed-over")
@requires(Permission.CERTIFICATE_HAND_OVER)
def hand_over(certificate_id: int) -> ResponseReturnValue:
    """Note who took the signed paper."""
    form = HandOverForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_handing_over(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    to=form.to.data,
                    on=form.on.data,  # type: ignore[arg-type]
                )
        except WrongDay as error:
            form.refuse("on", error)
        else:
            return redirect(url_for(".show", certificate_id=certificate_id))
    return page_about(certificate_id, handing=form), 422
