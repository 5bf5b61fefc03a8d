"""Pages on which the decisions that designate a body are entered."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.organisations.forms import DesignationForm, ScopeForm, SuspendForm
from labms.organisations.models import Body, Designation, DesignationScope
from labms.organisations.queries import body_by_id, designation_by_id
from labms.organisations.rules import BadDesignation, BadSuspension, DecisionEntered
from labms.organisations.services import (
    Scope,
    add_designation,
    change_scope,
    resume_designation,
    suspend_designation,
)
from labms.organisations.types import type_groups, type_name
from labms.policy import Permission, authorize
from labms.web.access import current_actor, requires


def register(bp: Blueprint) -> None:
    """Put the pages on the blueprint of organisations."""
    both = ["GET", "POST"]
    bp.add_url_rule(
        "/<int:organisation_id>/designations/new",
        view_func=new_designation,
        methods=both,
    )
    one = "/designations/<int:designation_id>"
    bp.add_url_rule(f"{one}/scope", view_func=scope, methods=both)
    bp.add_url_rule(f"{one}/suspend", view_func=suspend, methods=both)
    bp.add_url_rule(f"{one}/resume", view_func=resume, methods=["POST"])


def body_to_set_up(body_id: int) -> Body:
    """Return a body that the person may set up. Raises NotFound or NotAllowed."""
    body = body_by_id(body_id)
    authorize(current_actor(), Permission.BODY_EDIT, body)
    return body


@requires(Permission.BODY_EDIT)
def new_designation(organisation_id: int) -> ResponseReturnValue:
    """Enter a decision that designates a body."""
    body_to_set_up(organisation_id)
    form = DesignationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                designation = _add(form, organisation_id)
        except DecisionEntered as error:
            form.refuse("decision_number", error)
        except BadDesignation as error:
            form.refuse("valid_until", error)
        else:
            flash(gettext(N_("The decision was entered. Now its ranges and classes.")))
            return redirect(url_for(".scope", designation_id=designation.id))
    return render_template(
        "organisations/designation.html",
        body=body_by_id(organisation_id),
        form=form,
        groups=type_groups(),
    )


def _add(form: DesignationForm, body_id: int) -> Designation:
    return add_designation(
        body_by_id(body_id),
        decision_number=form.decision_number.data,
        issued_by=form.issued_by.data,
        issued_on=form.issued_on.day,
        valid_until=form.valid_until.day,
        scopes=[
            Scope(type_slug=slug, reasons=form.reasons.data) for slug in form.types.data
        ],
        actor=current_actor(),
    )


@requires(Permission.BODY_EDIT)
def scope(designation_id: int) -> ResponseReturnValue:
    """Range, class and kinds of verification of each type that is covered."""
    designation = designation_by_id(designation_id)
    body_to_set_up(designation.body_id)
    form = ScopeForm(data={"rows": [_row(one) for one in designation.scopes]})
    if form.validate_on_submit():
        try:
            with transaction():
                found = designation_by_id(designation_id)
                change_scope(
                    found,
                    scopes=_scopes(form),
                    body=body_by_id(found.body_id),
                    actor=current_actor(),
                )
                body_id = found.body_id
        except BadDesignation as error:
            form.refuse("more", error)
        else:
            flash(gettext(N_("The changes were saved.")))
            return redirect(url_for(".show", organisation_id=body_id))
    designation = designation_by_id(designation_id)
    covered = {one.type_slug for one in designation.scopes}
    return render_template(
        "organisations/scope.html",
        designation=designation,
        body=body_by_id(designation.body_id),
        form=form,
        groups=type_groups({slug for slug, _ in form.more.choices} - covered),
        type_name=type_name,
    )


def _row(one: DesignationScope) -> dict[str, object]:
    return {
        "type_slug": one.type_slug,
        "covered": True,
        "range_text": one.range_text,
        "class_text": one.class_text,
        "reasons": one.reasons,
    }


def _scopes(form: ScopeForm) -> list[Scope]:
    """Return the types that stay, and those that join with all kinds."""
    kept = [
        Scope(
            type_slug=row["type_slug"],
            range_text=row["range_text"],
            class_text=row["class_text"],
            reasons=row["reasons"],
        )
        for row in form.rows.data
        if row["covered"]
    ]
    there = {one.type_slug for one in kept}
    return kept + [
        Scope(type_slug=slug) for slug in form.more.data or () if slug not in there
    ]


@requires(Permission.BODY_EDIT)
def suspend(designation_id: int) -> ResponseReturnValue:
    """Note from when to when a decision does not hold."""
    body_to_set_up(designation_by_id(designation_id).body_id)
    form = SuspendForm(data={"suspended_from": clock.today()})
    if form.validate_on_submit():
        try:
            with transaction():
                body_id = _suspend(form, designation_id)
        except BadSuspension as error:
            form.refuse("suspended_until", error)
        else:
            flash(gettext(N_("The suspension was noted.")))
            return redirect(url_for(".show", organisation_id=body_id))
    designation = designation_by_id(designation_id)
    return render_template(
        "organisations/suspend.html",
        designation=designation,
        body=body_by_id(designation.body_id),
        form=form,
    )


def _suspend(form: SuspendForm, designation_id: int) -> int:
    designation = designation_by_id(designation_id)
    suspend_designation(
        designation,
        body=body_by_id(designation.body_id),
        suspended_from=form.suspended_from.day,
        suspended_until=form.suspended_until.data,
        reason=form.reason.data,
        actor=current_actor(),
    )
    return designation.body_id


@requires(Permission.BODY_EDIT)
def resume(designation_id: int) -> ResponseReturnValue:
    """Let a suspended decision hold again from today."""
    with transaction():
        designation = designation_by_id(designation_id)
        body = body_by_id(designation.body_id)
        resume_designation(
            designation, body=body, on=clock.today(), actor=current_actor()
        )
        body_id = body.id
    flash(gettext(N_("The suspension was lifted.")))
    return redirect(url_for(".show", organisation_id=body_id))
