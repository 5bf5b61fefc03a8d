"""Entering a calibration of the house as that of a standard."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from labms.certificates.queries import certificate_by_id
from labms.certificates.standards import offer_as_calibration
from labms.certificates.views.document import bp
from labms.db import transaction
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import settings


@bp.post("/<int:certificate_id>/as-calibration")
@requires(Permission.STANDARD_EDIT)
def as_calibration(certificate_id: int) -> ResponseReturnValue:
    """Fill in a calibration of the standard that a certificate is about."""
    with transaction():
        row = offer_as_calibration(
            certificate_by_id(certificate_id),
            actor=current_actor(),
            settings=settings(),
        )
        received_id = row.id
    return redirect(url_for("traceability.received_dcc", received_id=received_id))
