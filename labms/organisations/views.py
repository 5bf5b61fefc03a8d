"""Organisations: finding them, entering them, and setting up bodies."""

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.rules import REASON_NAMES
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.organisations import designating, letterheads, signing
from labms.organisations.forms import (
    BodyForm,
    OrganisationForm,
    RegistrationForm,
)
from labms.organisations.models import Organisation
from labms.organisations.queries import (
    body_by_id,
    designations_of,
    find_body,
    organisation_by_id,
    organisations,
    registrations_of,
)
from labms.organisations.rules import (
    NUMBER_KINDS,
    ORGANISATION_KINDS,
    ORGANISATION_ROLES,
    STANDINGS,
    VALIDITY_RULES,
    BadBodyCode,
    BadNumberPattern,
    BadTaxCode,
    BodyCodeTaken,
    BodyCodeUsed,
    OrganisationKind,
    OrganisationRole,
    PatternTwice,
    TaxCodeTaken,
    format_number,
)
from labms.organisations.services import (
    BodySettings,
    Details,
    add_organisation,
    add_registration,
    change_organisation,
    set_up_body,
)
from labms.organisations.types import type_name
from labms.places.queries import commune_by_key, commune_choices, commune_names
from labms.policy import Permission
from labms.signing.queries import way_of
from labms.signing.rules import WAYS
from labms.web.access import current_actor, is_own_path, requires
from labms.web.lists import page_of

bp = Blueprint("organisations", __name__, url_prefix="/organisations")
designating.register(bp)
signing.register(bp)
letterheads.register(bp)


@bp.get("/")
@requires(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """Organisations by name, as they are searched for."""
    given = {name: request.args.get(name, "") for name in ("q", "role", "kind")}
    page = page_of(
        organisations(
            q=given["q"],
            role=_known(OrganisationRole, given["role"]),
            kind=_known(OrganisationKind, given["kind"]),
        )
    )
    return render_template(
        "organisations/index.html",
        page=page,
        given=given,
        communes=commune_names(row.commune_key for row in page.rows),
        kinds=ORGANISATION_KINDS,
        roles=ORGANISATION_ROLES,
    )


Word = TypeVar("Word", bound=StrEnum)


def _known(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in {str(word) for word in kind} else None


@bp.get("/<int:organisation_id>")
@requires(Permission.ORGANISATION_READ)
def show(organisation_id: int) -> ResponseReturnValue:
    """One organisation; of a body also what it may do, from when to when."""
    organisation = organisation_by_id(organisation_id)
    body = find_body(organisation_id)
    key = organisation.commune_key
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        body=body,
        commune=commune_by_key(key) if key else None,
        registrations=registrations_of(organisation_id) if body else [],
        designations=designations_of(organisation_id) if body else [],
        way=WAYS[way_of(organisation_id)] if body else "",
        examples=[
            (name, body.pattern(kind), _example(body.pattern(kind)))
            for kind, name in NUMBER_KINDS.items()
        ]
        if body
        else [],
        kinds=ORGANISATION_KINDS,
        roles=ORGANISATION_ROLES,
        standings=STANDINGS,
        validity_rules=VALIDITY_RULES,
        reasons=REASON_NAMES,
        type_name=type_name,
    )


def _example(pattern: str) -> str:
    return format_number(pattern, 1, year=clock.today().year)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT)
def new() -> ResponseReturnValue:
    """Enter an organisation."""
    form = OrganisationForm(
        communes=commune_choices(clock.today()),
        data={
            "name": request.args.get("name", ""),
            "kind": OrganisationKind.ENTERPRISE,
            "roles": [OrganisationRole.USER],
        },
    )
    taken = None
    if form.validate_on_submit():
        try:
            with transaction():
                organisation = add_organisation(
                    _details(form), roles=form.roles.data, actor=current_actor()
                )
        except (BadTaxCode, TaxCodeTaken) as error:
            form.refuse("tax_code", error)
            taken = error.details.get("organisation_id")
        else:
            flash(gettext(N_("The organisation was entered.")))
            following = request.args.get("next")
            if following and is_own_path(following):  # an order waits for its customer
                return redirect(f"{following}?customer={organisation.id}")
            return redirect(url_for(".show", organisation_id=organisation.id))
    return render_template("organisations/new.html", form=form, taken=taken)


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT)
def edit(organisation_id: int) -> ResponseReturnValue:
    """Change what is written down about an organisation."""
    organisation = organisation_by_id(organisation_id)
    form = _form_of(organisation)
    taken = None
    if form.validate_on_submit():
        try:
            with transaction():
                change_organisation(
                    organisation_by_id(organisation_id),
                    _details(form),
                    roles=form.roles.data,
                    actor=current_actor(),
                )
        except (BadTaxCode, TaxCodeTaken) as error:
            form.refuse("tax_code", error)
            taken = error.details.get("organisation_id")
        else:
            flash(gettext(N_("The changes were saved.")))
            return redirect(url_for(".show", organisation_id=organisation_id))
    return render_template(
        "organisations/edit.html",
        organisation=organisation_by_id(organisation_id),
        form=form,
        taken=taken,
    )


def _form_of(organisation: Organisation) -> OrganisationForm:
    communes = commune_choices(clock.today())
    key = organisation.commune_key
    if key and key not in dict(communes):  # an old one stays what it was
        communes = [(key, commune_by_key(key).name), *communes]
    return OrganisationForm(
        communes=communes,
        data={
            name: getattr(organisation, name) for name in Details.__dataclass_fields__
        }
        | {"roles": sorted(organisation.roles)},
    )


def _details(form: OrganisationForm) -> Details:
    return Details(
        kind=form.kind.data,
        name=form.name.data,
        tax_code=form.tax_code.data or "",
        address=form.address.data or "",
        commune_key=form.commune_key.data or None,
        phone=form.phone.data or "",
        email=form.email.data or "",
    )


@bp.route("/<int:organisation_id>/body", methods=["GET", "POST"])
@requires(Permission.BODY_EDIT)
def body(organisation_id: int) -> ResponseReturnValue:
    """Make an organisation a verification body, or change its settings."""
    there = find_body(organisation_id)
    if there is not None:
        designating.body_to_set_up(there.id)
    begin = there or BodySettings(code="", head_name="")
    form = BodyForm(
        data={name: getattr(begin, name) for name in BodySettings.__dataclass_fields__}
    )
    if form.validate_on_submit():
        given = BodySettings(
            **{name: form[name].data for name in BodySettings.__dataclass_fields__}
        )
        try:
            with transaction():
                set_up_body(
                    organisation_by_id(organisation_id), given, actor=current_actor()
                )
        except (
            BadBodyCode,
            BodyCodeTaken,
            BodyCodeUsed,
            BadNumberPattern,
            PatternTwice,
        ) as error:
            form.refuse(_field_of(form, error), error)
        else:
            flash(gettext(N_("The changes were saved.")))
            return redirect(url_for(".show", organisation_id=organisation_id))
    return render_template(
        "organisations/body.html",
        organisation=organisation_by_id(organisation_id),
        form=form,
    )


def _field_of(form: BodyForm, error: LabError) -> str:
    """Return the field that a refusal is about: the last with a refused pattern."""
    pattern = error.details.get("pattern")
    fields = (
        *("order_pattern", "test_pattern", "calibration_pattern"),
        *("notice_pattern", "certificate_pattern"),
    )
    return next((name for name in fields if form[name].data == pattern), "code")


@bp.route("/<int:organisation_id>/registrations/new", methods=["GET", "POST"])
@requires(Permission.BODY_EDIT)
def new_registration(organisation_id: int) -> ResponseReturnValue:
    """Enter a body's registration certificate."""
    designating.body_to_set_up(organisation_id)
    form = RegistrationForm()
    if form.validate_on_submit():
        with transaction():
            add_registration(
                body_by_id(organisation_id),
                number=form.number.data,
                issued_by=form.issued_by.data,
                issued_on=form.issued_on.day,
                actor=current_actor(),
            )
        flash(gettext(N_("The registration certificate was entered.")))
        return redirect(url_for(".show", organisation_id=organisation_id))
    return render_template(
        "organisations/registration.html", body=body_by_id(organisation_id), form=form
    )
