"""Taking in many instruments of one type, for a new order or one that there is."""

from collections import defaultdict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.entries import InstrumentType
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import ngettext
from labms.jobs.asked_for import ReasonNotListed
from labms.jobs.bench.intake import SerialsRefused, read_list, register_listed
from labms.jobs.bench.intake_forms import IntakeForm
from labms.jobs.queries import order_by_id
from labms.jobs.rules import PromisedTooEarly
from labms.jobs.services import add_jobs, register_order
from labms.jobs.views.blueprint import bp
from labms.organisations.models import Organisation
from labms.organisations.queries import organisation_by_id
from labms.organisations.types import type_groups
from labms.places.queries import commune_choices
from labms.policy import Permission, authorize
from labms.registry.forms import instrument_form
from labms.registry.queries import type_approvals_for
from labms.remembering import remembering
from labms.web.access import current_actor, requires


@bp.route("/orders/new/intake", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def new_intake() -> ResponseReturnValue:
    """Take in many instruments of one type with a new order."""
    customer_id = request.args.get("customer", type=int)
    if customer_id is None:
        return redirect(url_for(".customer"))
    return _intake(customer_id, None)


@bp.route("/orders/<int:order_id>/intake", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def intake(order_id: int) -> ResponseReturnValue:
    """Add many instruments of one type to an order."""
    found = order_by_id(order_id)
    authorize(current_actor(), Permission.ORDER_EDIT, found)
    return _intake(found.customer_id, order_id)


def _intake(customer_id: int, order_id: int | None) -> ResponseReturnValue:
    authorize(current_actor(), Permission.INSTRUMENT_EDIT)
    kind = shipped_catalogue().types.get(request.args.get("type", ""))
    form = _form(kind, organisation_by_id(customer_id)) if kind else None
    refused: dict[str, LabError] = {}
    if kind and form and form.validate_on_submit():
        try:
            with remembering(), transaction():
                order_id, number = _take_in(form, kind, customer_id, order_id)
        except SerialsRefused as error:
            form.refuse("serials", error)
            refused = error.refusals
        except PromisedTooEarly as error:
            form.refuse("promised_on", error)
        except ReasonNotListed as error:
            form.refuse("reason", error)
        except LabError as error:
            form.refuse_all(error, defaultdict(lambda: "serials"))
        else:
            text = ngettext(
                "{n} instrument was taken in.", "{n} instruments were taken in.", number
            )
            flash(text.format(n=number))
            return redirect(url_for(".order", order_id=order_id))
    return render_template(
        "jobs/intake.html",
        kind=kind,
        form=form,
        customer=organisation_by_id(customer_id),
        order=order_by_id(order_id) if order_id else None,
        groups=type_groups(),
        refused=refused,
    )


def _form(kind: InstrumentType, customer: Organisation) -> IntakeForm:
    approvals = [
        (each.id, f"{each.number} · {each.maker} {each.model}")
        for each in type_approvals_for(kind.slug)
    ]
    form = instrument_form(
        kind,
        communes=commune_choices(clock.today()),
        approvals=approvals,
        base=IntakeForm,
        commune_key=customer.commune_key,
    )
    assert isinstance(form, IntakeForm)  # noqa: S101 (its base says so)
    return form


def _take_in(
    form: IntakeForm, kind: InstrumentType, customer_id: int, order_id: int | None
) -> tuple[int, int]:
    """Register what is new, make a job for each, and return the order and how many."""
    actor = current_actor()
    customer = organisation_by_id(customer_id)
    instruments = register_listed(
        customer,
        read_list(
            form.serials.data or "",
            first=form.first.data or "",
            number=form.number.data,
        ),
        form.details(kind.slug, owner_id=customer.id),
        actor=actor,
        look_alikes_compared=form.look_alikes_compared.data,
    )
    reason, place = form.reason.data, form.place.data or ""
    if order_id is None:
        order = register_order(
            customer,
            instruments,
            reason=reason,
            actor=actor,
            place=place,
            promised_on=form.promised_on.data,
        )
        return order.id, len(instruments)
    order = order_by_id(order_id)
    add_jobs(order, instruments, reason=reason, place=place, actor=actor)
    return order_id, len(instruments)
