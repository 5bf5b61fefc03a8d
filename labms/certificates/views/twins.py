"""The page on which a body says where its digital certificates go."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from labms.certificates.views.document import bp
from labms.db import transaction
from labms.dcc.choosing import choose_twins, encloses_twins
from labms.i18n import N_, gettext
from labms.organisations.designating import body_to_set_up
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.forms import Form


class TwinForm(Form):
    """Where digital certificates go."""

    is_enclosed = BooleanField(
        N_("Put it into the PDF of certificates of verification too")
    )


@bp.route("/digital/<int:organisation_id>", methods=["GET", "POST"])
@requires(Permission.BODY_EDIT)
def twins(organisation_id: int) -> ResponseReturnValue:
    """Say whether verifications carry a digital certificate, as calibrations do."""
    body = body_to_set_up(organisation_id)
    form = TwinForm(data={"is_enclosed": encloses_twins(organisation_id)})
    if form.validate_on_submit():
        with transaction():
            choose_twins(
                body_to_set_up(organisation_id),
                is_enclosed=form.is_enclosed.data,
                actor=current_actor(),
            )
        flash(gettext(N_("Saved. It holds for certificates from now on.")))
        return redirect(url_for("organisations.show", organisation_id=organisation_id))
    return render_template("certificates/twins.html", body=body, form=form)
