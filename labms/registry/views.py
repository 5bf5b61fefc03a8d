"""Instruments: finding them, entering them, and what ends their evidence."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.entries import InstrumentType
from labms.catalogue.plates import ImpossibleFigure
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.errors import LabError, Several
from labms.i18n import N_, gettext
from labms.organisations.models import Organisation
from labms.organisations.naming import label_of, labels
from labms.organisations.queries import organisation_by_id
from labms.organisations.types import type_groups, type_name
from labms.places.queries import commune_by_key, commune_choices, commune_names
from labms.policy import Permission, Role, allowed
from labms.registry import approving, holding, reporting
from labms.registry.endings import endings_about
from labms.registry.evidence import in_work_at, valid_until
from labms.registry.forms import InstrumentForm, instrument_form
from labms.registry.models import Instrument
from labms.registry.papers import worth_of
from labms.registry.plates import plate_doubt
from labms.registry.queries import (
    instrument_by_id,
    instrument_rows,
    look_alikes,
    owner_called,
    same_instrument,
    type_approvals_for,
)
from labms.registry.rules import (
    ENDING_REASONS,
    INSTRUMENT_STATES,
    AlterationUnanswered,
    ApprovalOfAnother,
    DuplicateInstrument,
    InstrumentState,
    InWorkElsewhere,
    LooksAlike,
)
from labms.registry.services import (
    InstrumentDetails,
    add_instrument,
    change_instrument,
    set_instrument_state,
)
from labms.registry.standings import STANDINGS
from labms.text import fold
from labms.web.access import current_actor, is_own_path, requires
from labms.web.lists import page_of, settings

bp = Blueprint("registry", __name__)
approving.register(bp)
holding.register(bp)
reporting.register(bp)

#: How far ahead "due soon" looks, in days.
SOON = 60
CANNOT_BE_MEASURED = N_("With what is registered it cannot be measured yet: {problem}")


@bp.get("/instruments")
@requires(Permission.INSTRUMENT_READ)
def instruments() -> ResponseReturnValue:
    """Instruments, as they are searched for."""
    names = ("q", "type", "commune", "state", "due")
    given = {name: request.args.get(name, "") for name in names}
    today = clock.today()
    state = given["state"] if given["state"] in set(InstrumentState) else None
    page = page_of(
        instrument_rows(
            text=given["q"],
            type_slug=given["type"],
            commune_key=given["commune"],
            state=InstrumentState(state) if state else None,
            due_by=today + timedelta(days=SOON) if given["due"] else None,
        )
    )
    return render_template(
        "registry/instruments.html",
        page=page,
        given=given,
        type_name=type_name,
        groups=type_groups(),
        communes=commune_choices(today),
        commune_names=commune_names(row.commune_key for row in page.rows),
        valid_until=valid_until([row.id for row in page.rows]),
        soon=today + timedelta(days=settings().expiring_days),
        states=INSTRUMENT_STATES,
    )


@bp.get("/instruments/<int:instrument_id>")
@requires(Permission.INSTRUMENT_READ)
def instrument(instrument_id: int) -> ResponseReturnValue:
    """One instrument: its plate, whose it is, and what its evidence is worth."""
    found = instrument_by_id(instrument_id)
    kind = shipped_catalogue().types.get(found.type_slug)
    return render_template(
        "registry/instrument.html",
        instrument=found,
        kind=kind,
        type_name=type_name(found.type_slug),
        commune=commune_by_key(found.commune_key),
        endings=endings_about(found.id),
        reasons=ENDING_REASONS,
        states=INSTRUMENT_STATES,
        worth=worth_of(
            found.id, on=clock.today(), expiring_days=settings().expiring_days
        ),
        STANDINGS=STANDINGS,
        elsewhere=_elsewhere(found),
        links=_links(found),
        doubt=_doubt(found),
    )


def _doubt(found: Instrument) -> str:
    """Return why it could not be measured with what is registered, or ""."""
    kind = shipped_catalogue().types.get(found.type_slug)
    if kind is None:
        return ""
    body_id = current_actor().organisation_id
    doubt = plate_doubt(kind, found.characteristics, body_id=body_id)
    return str(doubt.problem) if doubt else ""


def _elsewhere(found: Instrument) -> str:
    """Return which other body has an instrument in work, so that ours leave it be."""
    body, actor = in_work_at(found.id), current_actor()
    if body is None or body.id == actor.organisation_id:
        return ""
    return "" if Role.ADMINISTRATOR in actor.roles else body.name


def _links(found: Instrument) -> list[tuple[str, str]]:
    """Return where the parts above tell more about an instrument."""
    wanted = (
        (Permission.JOB_READ, "jobs.index", N_("Its jobs")),
        (Permission.CERTIFICATE_READ, "certificates.index", N_("Its certificates")),
    )
    actor = current_actor()
    return [
        (gettext(text), url_for(endpoint, q=found.serial))
        for permission, endpoint, text in wanted
        if endpoint in current_app.view_functions and allowed(actor, permission)
    ]


def _tell_doubt(found: Instrument) -> None:
    if doubt := _doubt(found):
        flash(gettext(CANNOT_BE_MEASURED).format(problem=doubt))


@bp.route("/instruments/new", methods=["GET", "POST"])
@requires(Permission.INSTRUMENT_EDIT)
def new_instrument() -> ResponseReturnValue:
    """Choose a type, then enter an instrument of it."""
    slug = request.args.get("type", "")
    if slug not in shipped_catalogue().types:
        return _choose_type()
    kind = shipped_catalogue().type(slug)
    owner = _owner_asked_for()
    commune_key = owner.commune_key if owner else None
    form = _form(kind, owner=_named(owner), commune_key=commune_key)
    if form.validate_on_submit():
        try:
            with transaction():
                added = add_instrument(
                    _details(kind, form),
                    actor=current_actor(),
                    on=clock.today(),
                    look_alikes_compared=form.look_alikes_compared.data,
                )
                key = added.id
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
        else:
            flash(gettext(N_("The instrument was registered.")))
            if is_own_path(request.args.get("next", "")):
                _tell_doubt(instrument_by_id(key))  # else its own page does
            return redirect(_onwards(key))
    return _show_form("registry/new_instrument.html", kind, form, None)


@bp.route("/instruments/<int:instrument_id>/edit", methods=["GET", "POST"])
@requires(Permission.INSTRUMENT_EDIT)
def edit_instrument(instrument_id: int) -> ResponseReturnValue:
    """Correct an instrument, or note what became of it."""
    found = instrument_by_id(instrument_id)
    kind = shipped_catalogue().type(found.type_slug)
    form = _form(kind, found)
    if form.validate_on_submit():
        try:
            with transaction():
                change_instrument(
                    instrument_by_id(instrument_id),
                    _details(kind, form),
                    actor=current_actor(),
                    on=clock.today(),
                    was_altered=_YES_NO.get(form.was_altered.data),
                    look_alikes_compared=form.look_alikes_compared.data,
                )
        except _ON_FIELDS as error:
            form.refuse_all(error, _FIELDS)
            found = instrument_by_id(instrument_id)
        else:
            flash(gettext(N_("The instrument was saved.")))
            return redirect(url_for(".instrument", instrument_id=instrument_id))
    return _show_form("registry/edit_instrument.html", kind, form, found)


@bp.post("/instruments/<int:instrument_id>/state")
@requires(Permission.INSTRUMENT_EDIT)
def set_state(instrument_id: int) -> ResponseReturnValue:
    """Take an instrument out of use, or back into it."""
    out = request.form.get("state") == InstrumentState.OUT_OF_USE
    with transaction():
        set_instrument_state(
            instrument_by_id(instrument_id),
            InstrumentState.OUT_OF_USE if out else InstrumentState.IN_USE,
            actor=current_actor(),
            on=clock.today(),
        )
    flash(gettext(N_("The instrument was saved.")))
    return redirect(url_for(".instrument", instrument_id=instrument_id))


#: Refusals that belong to a field of the form.
_FIELDS: dict[type[LabError], str] = {
    AlterationUnanswered: "was_altered",
    ApprovalOfAnother: "type_approval_id",
    DuplicateInstrument: "serial",
    InWorkElsewhere: "owner",
    LooksAlike: "serial",
}
_ON_FIELDS: tuple[type[LabError], ...] = (Several, ImpossibleFigure, *_FIELDS)
_PLATE = (
    "maker",
    "model",
    "serial",
    "made_in",
    "made_year",
    "characteristics",
    "commune_key",
    "place_of_use",
    "type_approval_id",
)
_YES_NO = {"yes": True, "no": False}


def _choose_type() -> ResponseReturnValue:
    """Show the types to choose from, those whose name holds what was typed."""
    typed = request.args.get("q", "")
    found = [
        each.slug
        for each in shipped_catalogue().types.values()
        if fold(typed) in fold(f"{each.name_vi} {each.name_en} {each.code}")
    ]
    kept = {
        name: request.args[name] for name in ("owner", "next") if name in request.args
    }
    return render_template(
        "registry/choose_type.html",
        groups=type_groups(found),
        with_procedure={
            slug
            for procedure in shipped_catalogue().procedures
            for slug in procedure.types
        },
        q=typed,
        kept=kept,
    )


def _form(
    kind: InstrumentType, found: Instrument | None = None, **given: Any
) -> InstrumentForm:
    communes = commune_choices(clock.today())
    if found is not None:
        known = {key for key, _ in communes}
        if found.commune_key not in known:
            communes += commune_names([found.commune_key]).items()
        given |= {name: getattr(found, name) for name in _PLATE}
        given["owner"] = _named(found.owner)
    approvals = [
        (each.id, f"{each.number} · {each.maker} {each.model}")
        for each in type_approvals_for(kind.slug)
    ]
    return instrument_form(kind, communes=communes, approvals=approvals, **given)


def _show_form(
    template: str, kind: InstrumentType, form: InstrumentForm, found: Instrument | None
) -> ResponseReturnValue:
    typed = (kind.slug, form.maker.data or "", form.serial.data or "")
    but = found.id if found else None
    is_refused = bool(form.serial.errors)
    same = same_instrument(*typed, but_id=but) if is_refused else None
    alike = look_alikes(*typed, but_id=but) if is_refused and not same else []
    return render_template(
        template,
        kind=kind,
        form=form,
        instrument=found,
        same=same,
        look_alikes=alike,
        owners=[label for _, label in labels()],
    )


def _details(kind: InstrumentType, form: InstrumentForm) -> InstrumentDetails:
    return InstrumentDetails(
        type_slug=kind.slug,
        maker=form.maker.data or "",
        model=form.model.data or "",
        serial=form.serial.data or "",
        made_in=form.made_in.data or "",
        made_year=form.made_year.data,
        characteristics=form.characteristics(),
        owner_id=owner_called(form.owner.data or "").id,
        commune_key=form.commune_key.data,
        place_of_use=form.place_of_use.data or "",
        type_approval_id=form.type_approval_id.data,
    )


def _owner_asked_for() -> Organisation | None:
    key = request.args.get("owner", type=int)
    return organisation_by_id(key) if key else None


def _named(owner: Organisation | None) -> str:
    """Return an organisation as the list offers it."""
    if owner is None:
        return ""
    return label_of(owner)


def _onwards(instrument_id: int) -> str:
    """Return to the page that sent us, and tell it what was registered."""
    following = request.args.get("next", "")
    if not is_own_path(following):
        return url_for(".instrument", instrument_id=instrument_id)
    mark = "&" if "?" in following else "?"
    return f"{following}{mark}{urlencode({'instrument': instrument_id})}"
