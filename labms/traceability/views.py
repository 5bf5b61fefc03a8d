"""Standards with their calibrations, and the chains they form."""

from datetime import date, datetime
from io import BytesIO

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock, filestore
from labms.catalogue.rules import Both
from labms.db import transaction
from labms.errors import NotFound
from labms.i18n import N_, gettext
from labms.organisations.queries import organisation_names
from labms.policy import Permission, scope_of
from labms.registry.models import Standard
from labms.registry.queries import standard_by_id, standard_kinds, standard_rows
from labms.registry.rules import (
    STANDARD_RANKS,
    STANDARD_STATES,
    ReasonTooShort,
    StandardState,
)
from labms.traceability import entering, importing
from labms.traceability.forms import WithdrawForm
from labms.traceability.queries import (
    affected_calibrations,
    calibration_by_id,
    calibrations_of,
    chain_of,
    standings_of,
    with_standing,
)
from labms.traceability.receiving import received_for
from labms.traceability.rules import (
    CALIBRATION_STANDINGS,
    ISSUER_KINDS,
    CalibrationStanding,
    media_type_of,
)
from labms.traceability.services import withdraw_calibration
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings

bp = Blueprint("traceability", __name__)
entering.register(bp)
importing.register(bp)

#: Which badge a standing is shown as.
COLOURS = {
    CalibrationStanding.NONE: "bad",
    CalibrationStanding.OVERDUE: "bad",
    CalibrationStanding.DUE_IN_30: "warn",
    CalibrationStanding.DUE_IN_60: "warn",
    CalibrationStanding.IN_DATE: "good",
}


@bp.get("/standards")
@requires(Permission.STANDARD_READ)
def standards() -> ResponseReturnValue:
    """Standards, and how their calibrations stand today."""
    given = {name: request.args.get(name, "") for name in ("q", "kind", "state", "of")}
    today = clock.today()
    rows = standard_rows(
        text=given["q"],
        kind_slug=given["kind"],
        state=StandardState(given["state"])
        if given["state"] in set(StandardState)
        else None,
        outside=given["of"] == "others",
        ours=given["of"] == "ours",
    )
    if given["state"] in set(CalibrationStanding):
        rows = with_standing(rows, CalibrationStanding(given["state"]), on=today)
    page = page_of(rows)
    return render_template(
        "traceability/standards.html",
        page=page,
        given=given,
        kinds=kind_names(),
        states=STANDARD_STATES,
        ranks=STANDARD_RANKS,
        standings=standings_of([row.id for row in page.rows], on=today),
        standing_names=CALIBRATION_STANDINGS,
        colours=COLOURS,
        bodies=organisation_names(row.body_id for row in page.rows),
    )


def kind_names() -> dict[str, str]:
    """Return what standards can be used as, in the language in use."""
    return {slug: str(Both(*names)) for slug, names in standard_kinds().items()}


@bp.get("/standards/<int:standard_id>")
@requires(Permission.STANDARD_READ)
def standard(standard_id: int) -> ResponseReturnValue:
    """One standard: what it realises, its calibrations, and whether its chain holds."""
    found = standard_by_id(standard_id)
    today = clock.today()
    return render_template(
        "traceability/standard.html",
        standard=found,
        holder=_holder(found),
        calibrations=calibrations_of(standard_id),
        received=received_for(standard_id),
        chain=chain_of([standard_id], on=today),
        standing=standings_of([standard_id], on=today)[standard_id],
        standing_names=CALIBRATION_STANDINGS,
        colours=COLOURS,
        kinds=kind_names(),
        states=STANDARD_STATES,
        ranks=STANDARD_RANKS,
        issuer_kinds=ISSUER_KINDS,
        may_open=may_open,
    )


def _holder(found: Standard) -> str:
    if found.body_id is None:
        return found.holder_name
    return organisation_names([found.body_id]).get(found.body_id, "")


@bp.get("/standards/<int:standard_id>/chain")
@requires(Permission.STANDARD_READ)
def chain(standard_id: int) -> ResponseReturnValue:
    """The chain above a standard as it was on a day, and what depends on it."""
    found = standard_by_id(standard_id)
    today = clock.today()
    on = _day("on") or today
    since = _day("since")
    until = _day("until") or today
    below = affected_calibrations(
        standard_id, since=since or date(1900, 1, 1), until=until
    )
    return render_template(
        "traceability/chain.html",
        standard=found,
        holder=_holder(found),
        chain=chain_of([standard_id], on=on),
        on=on,
        since=since,
        until=until,
        below=below,
        may_open=may_open,
        issuer_kinds=ISSUER_KINDS,
    )


def may_open(body_id: int | None) -> bool:
    """Return whether this person may open the standards of a body."""
    scope = scope_of(current_actor())
    return scope.everything or body_id in {None, scope.body_id}


def _day(name: str) -> date | None:
    """Return a day from the address, typed as people or as machines do."""
    typed = request.args.get(name, "").strip()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed, form).replace(tzinfo=clock.ZONE).date()
        except ValueError:
            continue
    return None


@bp.route("/calibrations/<int:calibration_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.STANDARD_EDIT)
def withdraw(calibration_id: int) -> ResponseReturnValue:
    """Let a calibration count no more."""
    form = WithdrawForm()
    found = calibration_by_id(calibration_id)
    standard_id = found.standard_id
    if form.validate_on_submit():
        try:
            with transaction():
                withdraw_calibration(
                    calibration_by_id(calibration_id),
                    actor=current_actor(),
                    on=clock.today(),
                    reason=form.reason.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("reason", error)
            found = calibration_by_id(calibration_id)
        else:
            flash(gettext(N_("The calibration was withdrawn.")))
            return redirect(url_for(".standard", standard_id=standard_id))
    return render_template("traceability/withdraw.html", calibration=found, form=form)


@bp.get("/calibrations/<int:calibration_id>/file")
@requires(Permission.STANDARD_READ)
def file(calibration_id: int) -> ResponseReturnValue:
    """The file of a calibration certificate, as it was attached."""
    found = calibration_by_id(calibration_id)
    if found.file_hash is None:
        raise NotFound
    data = filestore.read(settings().files_dir, found.file_hash)
    return send_file(
        BytesIO(data),
        mimetype=media_type_of(data),
        as_attachment=True,
        download_name=found.file_name,
    )
