"""Pages on which standards are taken in, changed, and kept from use."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.rules import Both
from labms.db import transaction
from labms.errors import LabError, Several
from labms.i18n import N_, gettext
from labms.metrology.units import UNITS
from labms.policy import Permission
from labms.registry.forms import AvailabilityForm, StandardForm
from labms.registry.models import Standard
from labms.registry.queries import standard_by_id, standard_kinds
from labms.registry.rules import (
    BadLimit,
    BadRange,
    DuplicateStandard,
    HolderMissing,
    ReasonTooShort,
    StandardRank,
    StandardState,
    UnknownUnit,
)
from labms.registry.services import (
    StandardDetails,
    add_standard,
    change_standard,
    resume_standard,
    retire_standard,
    suspend_standard,
)
from labms.web.access import current_actor, requires


def register(bp: Blueprint) -> None:
    """Add these pages to the registry's."""
    both = ["GET", "POST"]
    bp.route("/standards/new", methods=both)(new_standard)
    bp.route("/standards/<int:standard_id>/edit", methods=both)(edit_standard)
    bp.route("/standards/<int:standard_id>/availability", methods=both)(availability)


@requires(Permission.STANDARD_EDIT)
def new_standard() -> ResponseReturnValue:
    """Take a standard into the register: our own, or one above it that others hold."""
    outside = bool(request.args.get("outside"))
    rank = StandardRank.NATIONAL if outside else StandardRank.WORKING
    form = StandardForm(kinds=kind_choices(), rank=rank)
    if form.validate_on_submit():
        try:
            with transaction():
                actor = current_actor()
                body_id = None if outside else actor.organisation_id
                key = add_standard(_details(form), actor=actor, body_id=body_id).id
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
        else:
            flash(gettext(N_("The standard was registered.")))
            return redirect(url_for("traceability.standard", standard_id=key))
    return _show_form(form, None, outside=outside)


@requires(Permission.STANDARD_EDIT)
def edit_standard(standard_id: int) -> ResponseReturnValue:
    """Correct what is registered about a standard."""
    found = standard_by_id(standard_id)
    form = StandardForm(kinds=kind_choices(found.kind_slug), obj=found)
    if form.validate_on_submit():
        try:
            with transaction():
                change_standard(
                    standard_by_id(standard_id), _details(form), actor=current_actor()
                )
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
            found = standard_by_id(standard_id)
        else:
            flash(gettext(N_("The standard was saved.")))
            return redirect(url_for("traceability.standard", standard_id=standard_id))
    return _show_form(form, found, outside=found.body_id is None)


@requires(Permission.STANDARD_EDIT)
def availability(standard_id: int) -> ResponseReturnValue:
    """Suspend a standard, resume it, or retire it."""
    found = standard_by_id(standard_id)
    form = AvailabilityForm(possible=_POSSIBLE[found.state], on=clock.today())
    if form.validate_on_submit():
        try:
            with transaction():
                _ACTIONS[form.what.data](
                    standard_by_id(standard_id),
                    actor=current_actor(),
                    on=form.on.day,
                    reason=form.reason.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("reason", error)
            found = standard_by_id(standard_id)
        else:
            flash(gettext(N_("The standard was saved.")))
            return redirect(url_for("traceability.standard", standard_id=standard_id))
    return render_template("registry/availability.html", standard=found, form=form)


_POSSIBLE = {
    StandardState.IN_USE: ("suspend", "retire"),
    StandardState.SUSPENDED: ("resume", "retire"),
    StandardState.RETIRED: (),
}
_ACTIONS: dict[str, Any] = {
    "suspend": suspend_standard,
    "resume": resume_standard,
    "retire": retire_standard,
}
#: Refusals that belong to a field of the form.
_FIELDS: dict[type[LabError], str] = {
    BadLimit: "mpe",
    BadRange: "range_to",
    DuplicateStandard: "inventory_number",
    HolderMissing: "holder_name",
    UnknownUnit: "unit",
}
_ON_FIELDS: tuple[type[LabError], ...] = (Several, *_FIELDS)


def kind_choices(*also: str) -> list[tuple[str, str]]:
    """Return what standards can be used as, by the procedures that need them."""
    kinds = {slug: str(Both(*names)) for slug, names in standard_kinds().items()}
    other = {slug: slug for slug in also if slug not in kinds and slug != OTHER}
    return [
        *kinds.items(),
        *other.items(),
        (OTHER, gettext(N_("Only to calibrate others"))),
    ]


#: A standard that no procedure asks for: it stands higher up in chains.
OTHER = "other"


def _show_form(
    form: StandardForm, found: Standard | None, *, outside: bool
) -> ResponseReturnValue:
    return render_template(
        "registry/standard_form.html",
        form=form,
        standard=found,
        outside=outside,
        units=list(UNITS),
    )


def _details(form: StandardForm) -> StandardDetails:
    return StandardDetails(
        inventory_number=form.inventory_number.data or "",
        name=form.name.data or "",
        kind_slug=form.kind_slug.data,
        rank=form.rank.data,
        range_from=form.range_from.number,
        range_to=form.range_to.number,
        unit=form.unit.data or "",
        accuracy_class=form.accuracy_class.data or "",
        mpe=form.mpe.data,
        interval_months=form.interval_months.data,
        maker=form.maker.data or "",
        model=form.model.data or "",
        serial=form.serial.data or "",
        made_in=form.made_in.data or "",
        holder_name=form.holder_name.data or "",
        note=form.note.data or "",
    )
