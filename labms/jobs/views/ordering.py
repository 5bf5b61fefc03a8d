"""Orders: what customers bring, and who gets it."""

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.accounts.models import User
from labms.accounts.queries import user_by_id
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import N_, gettext, ngettext
from labms.jobs.asked_for import ReasonNotListed
from labms.jobs.calibrating import RecalibrationTooEarly
from labms.jobs.forms import InstrumentsForm, OrderForm
from labms.jobs.models import Order
from labms.jobs.queries import (
    instruments_by_id,
    instruments_for_order,
    job_to_change,
    open_jobs_of,
    order_by_id,
    progress_of,
)
from labms.jobs.queries import (
    orders as all_orders,
)
from labms.jobs.rules import (
    AlreadyOpen,
    JobKind,
    JobState,
    NothingChosen,
    PromisedTooEarly,
)
from labms.jobs.services import add_jobs, assign_job, register_order
from labms.jobs.views.blueprint import bp
from labms.organisations.queries import organisation_by_id, organisations_named
from labms.people.queries import entitled_verifiers, names_of, people_of
from labms.policy import Permission, Role, allowed
from labms.registry.models import Instrument
from labms.web.access import current_actor, requires
from labms.web.lists import page_of


@bp.get("/orders")
@requires(Permission.ORDER_READ)
def orders() -> ResponseReturnValue:
    """What was brought, newest first."""
    q = request.args.get("q", "").strip()
    only_open = request.args.get("open") == "1"
    page = page_of(all_orders(q=q, only_open=only_open))
    return render_template(
        "jobs/orders.html",
        page=page,
        progress=progress_of([order.id for order in page.rows]),
        q=q,
        only_open=only_open,
    )


@bp.get("/orders/new/customer")
@requires(Permission.ORDER_EDIT)
def customer() -> ResponseReturnValue:
    """Find who brings something."""
    q = request.args.get("q", "").strip()
    found = organisations_named(q) if q else []
    return render_template("jobs/customer.html", q=q, found=found)


@bp.route("/orders/new", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def new_order() -> ResponseReturnValue:
    """Take in a customer's instruments."""
    customer_id = request.args.get("customer", type=int)
    if customer_id is None:
        return redirect(url_for(".customer"))
    found = organisation_by_id(customer_id)
    form = OrderForm(instruments=_picked())
    offered = _offer(form, customer_id)
    if form.validate_on_submit():
        try:
            with transaction():
                order_id = _register(form, customer_id).id
        except PromisedTooEarly as error:
            form.refuse("promised_on", error)
        except RecalibrationTooEarly as error:
            form.refuse("recalibration_on", error)
        except ReasonNotListed as error:
            form.refuse("reason", error)
        except (AlreadyOpen, NothingChosen) as error:
            form.refuse("instruments", error)
        else:
            flash(gettext(N_("The order was registered.")))
            return redirect(url_for(".order", order_id=order_id))
        found = organisation_by_id(customer_id)
        offered = _offer(form, customer_id)
    return render_template(
        "jobs/new_order.html", form=form, customer=found, order=None, **offered
    )


def _register(form: OrderForm, customer_id: int) -> Order:
    return register_order(
        organisation_by_id(customer_id),
        instruments_by_id(form.instruments.data or []),
        **form.asked,
        actor=current_actor(),
        promised_on=form.promised_on.data,
        place=form.place.data or "",
        note=form.note.data or "",
    )


def _picked() -> list[int]:
    """What was just registered on the way, and is ticked therefore."""
    return request.args.getlist("instrument", type=int)


def _offer(form: InstrumentsForm, customer_id: int) -> dict[str, object]:
    """Let a form choose among a customer's instruments that are not in work."""
    instruments = instruments_for_order(customer_id)
    busy = open_jobs_of([each.id for each in instruments])
    free: list[Instrument] = [each for each in instruments if each.id not in busy]
    form.instruments.choices = [(each.id, each.serial) for each in free]
    return {"instruments": instruments, "busy": busy}


@bp.get("/orders/<int:order_id>")
@requires(Permission.ORDER_READ)
def order(order_id: int) -> ResponseReturnValue:
    """One order with its jobs."""
    found = order_by_id(order_id)
    return render_template(
        "jobs/order.html",
        order=found,
        progress=progress_of([order_id]).get(order_id),
        names=names_of([found.received_by_id]),
        verifiers=_verifiers(found),
        has_waiting=any(job.state is JobState.REGISTERED for job in found.jobs),
        together=_can_be_together(found),
        waiting_review=sum(
            allowed(current_actor(), Permission.JOB_REVIEW, job)
            for job in found.jobs
            if job.state is JobState.AWAITING_REVIEW
        ),
    )


def _verifiers(order: Order) -> list[User]:
    """Return who may be given what waits: with a card for it, if that takes one."""
    waiting = [job for job in order.jobs if job.state is JobState.REGISTERED]
    if any(job.kind is not JobKind.VERIFICATION for job in waiting):
        return people_of(order.body_id, role=Role.VERIFIER)
    slugs = {job.instrument.type_slug for job in waiting if job.instrument is not None}
    found = {
        person.id: person
        for slug in sorted(slugs)
        for person in entitled_verifiers(order.body_id, slug, on=clock.today())
    }
    return sorted(found.values(), key=lambda person: (person.full_name, person.id))


def _can_be_together(order: Order) -> bool:
    """Whether there are several of one type that were not submitted yet."""
    begun_at_most = {JobState.REGISTERED, JobState.IN_PROGRESS}
    found = Counter(
        job.instrument.type_slug
        for job in order.jobs
        if job.state in begun_at_most and job.instrument is not None
    )
    return any(number > 1 for number in found.values())


@bp.route("/orders/<int:order_id>/add", methods=["GET", "POST"])
@requires(Permission.ORDER_EDIT)
def add(order_id: int) -> ResponseReturnValue:
    """Add instruments to an order."""
    found = order_by_id(order_id)
    form = InstrumentsForm(instruments=_picked())
    offered = _offer(form, found.customer_id)
    if form.validate_on_submit():
        try:
            with transaction():
                add_jobs(
                    order_by_id(order_id),
                    instruments_by_id(form.instruments.data or []),
                    **form.asked,
                    place=form.place.data or "",
                    actor=current_actor(),
                )
        except RecalibrationTooEarly as error:
            form.refuse("recalibration_on", error)
        except ReasonNotListed as error:
            form.refuse("reason", error)
        except (AlreadyOpen, NothingChosen) as error:
            form.refuse("instruments", error)
        else:
            return redirect(url_for(".order", order_id=order_id))
        found = order_by_id(order_id)
        offered = _offer(form, found.customer_id)
    return render_template(
        "jobs/new_order.html",
        form=form,
        customer=found.customer,
        order=found,
        **offered,
    )


@bp.post("/orders/<int:order_id>/assign")
@requires(Permission.JOB_ASSIGN)
def assign_many(order_id: int) -> ResponseReturnValue:
    """Give several jobs of an order to one verifier, all or none."""
    job_ids = request.form.getlist("job", type=int)
    verifier_id = request.form.get("verifier", type=int)
    if not job_ids or verifier_id is None:
        flash(gettext(N_("Tick the jobs and choose a verifier.")))
        return redirect(url_for(".order", order_id=order_id))
    try:
        with transaction():
            verifier = user_by_id(verifier_id)
            for job_id in job_ids:
                assign_job(job_to_change(job_id), verifier, actor=current_actor())
    except LabError as error:
        flash(str(error.text))
    else:
        text = ngettext(
            "{n} job was assigned.", "{n} jobs were assigned.", len(job_ids)
        )
        flash(text.format(n=len(job_ids)))
    return redirect(url_for(".order", order_id=order_id))
