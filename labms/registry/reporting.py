"""Pages about what ends an instrument's evidence, and about taking that back."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.organisations.types import type_name
from labms.policy import Permission, authorize
from labms.registry.endings import ending_about, endings_about
from labms.registry.forms import EndingForm, TakeBackForm
from labms.registry.queries import instrument_by_id
from labms.registry.rules import (
    ENDING_REASONS,
    EndsNothing,
    InWorkElsewhere,
    NotYet,
    ReasonTooShort,
    WhichCameFirst,
)
from labms.registry.services import report_ending as end_evidence_of
from labms.registry.services import take_back_ending_of
from labms.web.access import current_actor, requires

#: Refusals that belong to a field of the report.
_FIELDS: Mapping[type[LabError], str] = {
    EndsNothing: "on",
    InWorkElsewhere: "reason",
    NotYet: "on",
    ReasonTooShort: "note",
    WhichCameFirst: "order",
}
_AFTER = {"after": True, "before": False}


def register(bp: Blueprint) -> None:
    """Add these pages to the registry's."""
    address = "/instruments/<int:instrument_id>/end"
    bp.route(address, methods=["GET", "POST"])(report_ending)
    address = "/instruments/<int:instrument_id>/endings/<int:ending_id>/take-back"
    bp.route(address, methods=["GET", "POST"])(take_back)


@requires(Permission.EVIDENCE_END)
def report_ending(instrument_id: int) -> ResponseReturnValue:
    """Note a repair, an alteration, a defect or lost evidence."""
    form = EndingForm(on=clock.today())
    if form.validate_on_submit():
        try:
            with transaction():
                key = end_evidence_of(
                    instrument_by_id(instrument_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                    on=form.on.day,
                    note=form.note.data,
                    was_verified_before=_AFTER.get(form.order.data),
                ).id
        except tuple(_FIELDS) as error:
            form.refuse_all(error, _FIELDS)
        else:
            _tell_what_ended(instrument_id, key)
            return redirect(url_for(".instrument", instrument_id=instrument_id))
    found = instrument_by_id(instrument_id)
    return render_template(
        "registry/end.html",
        instrument=found,
        type_name=type_name(found.type_slug),
        form=form,
    )


def _tell_what_ended(instrument_id: int, ending_id: int) -> None:
    if ending_about(instrument_id, ending_id).ended:
        flash(gettext(N_("The evidence of this instrument has ended.")))
    else:
        flash(gettext(N_("It was noted. Nothing was valid that it could have ended.")))


@requires(Permission.EVIDENCE_RESTORE)
def take_back(instrument_id: int, ending_id: int) -> ResponseReturnValue:
    """Take back a mistaken report: what it ended is valid again."""
    authorize(
        current_actor(),
        Permission.EVIDENCE_RESTORE,
        ending_about(instrument_id, ending_id),
    )
    form = TakeBackForm()
    if form.validate_on_submit():
        try:
            with transaction():
                take_back_ending_of(
                    instrument_id,
                    ending_id,
                    actor=current_actor(),
                    reason=form.text.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("text", error)
        else:
            flash(gettext(N_("It was taken back. The page says what is valid now.")))
            return redirect(url_for(".instrument", instrument_id=instrument_id))
    found = instrument_by_id(instrument_id)
    return render_template(
        "registry/take_back.html",
        instrument=found,
        type_name=type_name(found.type_slug),
        ending=ending_about(instrument_id, ending_id),
        others=_others(instrument_id, ending_id),
        reasons=ENDING_REASONS,
        form=form,
    )


def _others(instrument_id: int, ending_id: int) -> bool:
    """Return whether something else has ended what was valid by then."""
    this = ending_about(instrument_id, ending_id)
    return any(
        each.row.withdrawn_at is None
        and each.row.id != ending_id
        and any(
            given.is_ended_by(each.row.ended_at, each.row.ended_on)
            for given in this.ended
        )
        for each in endings_about(instrument_id)
    )
