"""Verifier cards: which there are, and entering them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.accounts.queries import user_by_id
from labms.db import transaction
from labms.errors import LabError, NotFound, Several, refusals_in
from labms.i18n import N_, gettext
from labms.organisations.forms import SuspendForm
from labms.organisations.queries import bodies, body_by_id, find_body
from labms.organisations.rules import STANDINGS, BadSuspension, Standing
from labms.organisations.types import type_groups, type_name
from labms.people import accounts
from labms.people.forms import CardForm, NewCardForm
from labms.people.models import VerifierCard
from labms.people.queries import card_by_id, card_seen_by, cards_seen_by, people_of
from labms.people.rules import (
    URGENT_DAYS,
    BadBirthYear,
    CardEntered,
    EndsEarly,
    IsItRenewed,
    NoFields,
    NumberOfAnother,
)
from labms.people.services import (
    CardDetails,
    add_card,
    change_card,
    resume_card,
    suspend_card,
)
from labms.policy import Permission, Role
from labms.web.access import current_actor, requires
from labms.web.lists import page_of

bp = Blueprint("people", __name__, url_prefix="/people")
accounts.register(bp)


@bp.get("/cards")
@requires(Permission.CARD_READ)
def cards() -> ResponseReturnValue:
    """Verifier cards, those that end first on top."""
    q, standing = request.args.get("q", ""), request.args.get("standing", "")
    actor = current_actor()
    page = page_of(
        cards_seen_by(
            actor,
            on=clock.today(),
            q=q,
            standing=Standing(standing) if standing in STANDINGS else None,
        )
    )
    return render_template(
        "people/cards.html",
        page=page,
        q=q,
        standing=standing,
        standings=STANDINGS,
        urgent_days=URGENT_DAYS,
        bodies={body.id: body.name for body in bodies()},
        is_of_body=find_body(actor.organisation_id or 0) is not None,
    )


@bp.get("/cards/<int:card_id>")
@requires(Permission.CARD_READ)
def card(card_id: int) -> ResponseReturnValue:
    """One card, and what it covers."""
    found = card_seen_by(current_actor(), card_id)
    groups = type_groups(found.fields)
    known = {one.slug for group in groups for one in group.types}
    return render_template(
        "people/card.html",
        card=found,
        body=body_by_id(found.body_id),
        groups=groups,
        unknown=sorted(found.fields - known),
        standings=STANDINGS,
        type_name=type_name,
    )


@bp.route("/cards/new", methods=["GET", "POST"])
@requires(Permission.CARD_EDIT)
def new_card() -> ResponseReturnValue:
    """Enter a card of somebody of one's own body."""
    body_id = current_actor().organisation_id
    if body_id is None or find_body(body_id) is None:
        raise NotFound
    asks_renewal = False
    form = NewCardForm(
        people=[
            (person.id, person.full_name)
            for person in people_of(body_id, role=Role.VERIFIER)
        ]
    )
    if form.validate_on_submit():
        try:
            with transaction():
                card = add_card(
                    user_by_id(form.user_id.data),
                    _details(form),
                    body_id=body_id,
                    fields=form.fields.data,
                    actor=current_actor(),
                    is_renewal=form.is_renewal.data,
                )
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
            asks_renewal = any(isinstance(e, IsItRenewed) for e in refusals_in(error))
        else:
            flash(gettext(N_("The card was entered.")))
            return redirect(url_for(".card", card_id=card.id))
    return render_template(
        "people/new_card.html",
        form=form,
        groups=type_groups(),
        asks_renewal=asks_renewal,
    )


@bp.route("/cards/<int:card_id>/edit", methods=["GET", "POST"])
@requires(Permission.CARD_EDIT)
def edit_card(card_id: int) -> ResponseReturnValue:
    """Correct what was entered about a card."""
    found = card_seen_by(current_actor(), card_id)
    form = CardForm(data=_typed(found))
    if form.validate_on_submit():
        try:
            with transaction():
                change_card(
                    card_by_id(card_id),
                    _details(form),
                    fields=form.fields.data,
                    actor=current_actor(),
                )
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
        else:
            flash(gettext(N_("The changes were saved.")))
            return redirect(url_for(".card", card_id=card_id))
    return render_template(
        "people/edit_card.html",
        card=card_by_id(card_id),
        form=form,
        groups=type_groups(),
    )


def _typed(card: VerifierCard) -> dict[str, object]:
    given = {name: getattr(card, name) for name in CardDetails.__dataclass_fields__}
    return given | {"fields": sorted(card.fields)}


def _details(form: CardForm) -> CardDetails:
    return CardDetails(
        number=form.number.data or "",
        decision_number=form.decision_number.data or "",
        issued_by=form.issued_by.data or "",
        issued_on=form.issued_on.day,
        valid_until=form.valid_until.day,
        birth_year=form.birth_year.data,
    )


#: The field that each refusal is about.
_FIELDS: dict[type[LabError], str] = {
    BadBirthYear: "birth_year",
    CardEntered: "number",
    EndsEarly: "valid_until",
    IsItRenewed: "number",
    NoFields: "fields",
    NumberOfAnother: "number",
}
_ON_FIELDS: tuple[type[LabError], ...] = (Several, *_FIELDS)


@bp.route("/cards/<int:card_id>/suspend", methods=["GET", "POST"])
@requires(Permission.CARD_EDIT)
def suspend(card_id: int) -> ResponseReturnValue:
    """Note from when to when a card does not hold."""
    card_seen_by(current_actor(), card_id)
    form = SuspendForm(data={"suspended_from": clock.today()})
    if form.validate_on_submit():
        try:
            with transaction():
                suspend_card(
                    card_by_id(card_id),
                    suspended_from=form.suspended_from.day,
                    suspended_until=form.suspended_until.data,
                    reason=form.reason.data or "",
                    actor=current_actor(),
                )
        except BadSuspension as error:
            form.refuse("suspended_until", error)
        else:
            flash(gettext(N_("The suspension was noted.")))
            return redirect(url_for(".card", card_id=card_id))
    return render_template("people/suspend.html", card=card_by_id(card_id), form=form)


@bp.post("/cards/<int:card_id>/resume")
@requires(Permission.CARD_EDIT)
def resume(card_id: int) -> ResponseReturnValue:
    """Let a suspended card hold again from today."""
    card_seen_by(current_actor(), card_id)
    with transaction():
        resume_card(card_by_id(card_id), on=clock.today(), actor=current_actor())
    flash(gettext(N_("The suspension was lifted.")))
    return redirect(url_for(".card", card_id=card_id))
