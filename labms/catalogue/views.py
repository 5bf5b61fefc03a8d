"""What the catalogue knows, and what the body has released of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.entries import Procedure
from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.forms import ReleaseForm, WithdrawForm
from labms.catalogue.queries import (
    cycle_release_by_id,
    cycle_releases,
    legal_list,
    live_release,
    procedure_release_by_id,
    procedure_releases,
)
from labms.catalogue.releasing import (
    AlreadyReleased,
    CatalogueChanged,
    WithdrawalReasonMissing,
)
from labms.catalogue.rules import (
    CONFIDENCE_NAMES,
    CONTROL_NAMES,
    Confidence,
    UnknownOption,
)
from labms.catalogue.services import (
    release_cycles,
    release_procedure,
    withdraw_cycles,
    withdraw_procedure,
)
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.policy import Permission
from labms.text import fold
from labms.web.access import current_actor, requires
from labms.web.show import local

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.app_template_global()
def confidence_name(confidence: str) -> str:
    """Return how a figure is known, in words."""
    return gettext(CONFIDENCE_NAMES[Confidence(confidence)])


@bp.app_template_global()
def type_name(slug: str) -> str:
    """Return a type's name in the language in use; the slug of an unknown one."""
    found = shipped_catalogue().types.get(slug)
    return local(found) if found else slug


def _chosen(found: Procedure) -> dict[str, str]:
    return {table.slug: request.form.get(table.slug, "") for table in found.choices}


def _body_id() -> int:
    return current_actor().organisation_id or 0


@bp.get("/types")
@requires(Permission.CATALOGUE_READ)
def types() -> ResponseReturnValue:
    """Every type that the law's lists name, with the cycle in force today."""
    catalogue, wanted = shipped_catalogue(), fold(request.args.get("q", ""))
    rows = [
        (kind, catalogue.entry_on(kind.slug, clock.today()))
        for kind in sorted(catalogue.types.values(), key=lambda each: each.code)
        if wanted in fold(f"{kind.code} {kind.name_vi} {kind.name_en} {kind.dlvn}")
    ]
    return render_template(
        "catalogue/types.html", rows=rows, q=request.args.get("q", "")
    )


@bp.get("/types/<slug>")
@requires(Permission.CATALOGUE_READ)
def type_(slug: str) -> ResponseReturnValue:
    """One type: what the law has asked for it, and its procedures."""
    catalogue = shipped_catalogue()
    return render_template(
        "catalogue/type.html",
        kind=catalogue.type(slug),
        entries=catalogue.entries_of(slug),
        procedures=catalogue.procedures_for(slug),
        controls=CONTROL_NAMES,
        on=clock.today(),
    )


@bp.get("/procedures")
@requires(Permission.CATALOGUE_READ)
def procedures() -> ResponseReturnValue:
    """Every procedure, and which revision the body works with."""
    catalogue = shipped_catalogue()
    releases = procedure_releases(_body_id())
    live = {each.procedure_slug: each for each in releases if not each.withdrawn_on}
    rows = [
        (each, live.get(each.slug), len(catalogue.unchecked(each)))
        for each in catalogue.procedures
    ]
    return render_template("catalogue/procedures.html", rows=rows, releases=releases)


@bp.route("/procedures/<slug>/<revision>", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_READ)
def procedure(slug: str, revision: str) -> ResponseReturnValue:
    """Read a revision, with everything unchecked; release it for the body."""
    catalogue, form = shipped_catalogue(), ReleaseForm()
    found = catalogue.procedure(slug, revision)
    if form.validate_on_submit():
        try:
            with transaction():
                release_procedure(
                    _body_id(),
                    slug=slug,
                    revision=revision,
                    options={
                        t.slug: request.form.get(t.slug, "") for t in found.choices
                    },
                    shown=form.shown.data,
                    actor=current_actor(),
                )
        except (CatalogueChanged, AlreadyReleased, UnknownOption) as error:
            form.refuse("seen", error)
        else:
            flash(gettext(N_("The procedure was released for your body.")))
            return redirect(url_for(".procedures"))
    form.shown.data = catalogue.content_hash(found)
    return render_template(
        "catalogue/procedure.html",
        procedure=found,
        unchecked=catalogue.unchecked(found),
        from_memory=is_mostly_from_memory(found),
        release=live_release(_body_id(), slug),
        chosen=_chosen(found),
        form=form,
    )


@bp.get("/cycles")
@requires(Permission.CATALOGUE_READ)
def cycles() -> ResponseReturnValue:
    """The versions of the law's list, and which of them the body has released."""
    catalogue, releases = shipped_catalogue(), cycle_releases(_body_id())
    live = {each.list_slug: each for each in releases if not each.withdrawn_on}
    lists = sorted(catalogue.lists.values(), key=lambda each: each.in_force_from)
    rows = [
        (each, live.get(each.slug), len(catalogue.unchecked(each))) for each in lists
    ]
    return render_template("catalogue/cycles.html", rows=rows, releases=releases)


@bp.route("/cycles/<slug>", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_READ)
def cycle_list(slug: str) -> ResponseReturnValue:
    """Read one version of the list; release its cycles for the body."""
    catalogue, form, legal = shipped_catalogue(), ReleaseForm(), legal_list(slug)
    if form.validate_on_submit():
        try:
            with transaction():
                release_cycles(
                    _body_id(),
                    list_slug=slug,
                    shown=form.shown.data,
                    actor=current_actor(),
                )
        except (CatalogueChanged, AlreadyReleased) as error:
            form.refuse("seen", error)
        else:
            flash(gettext(N_("The cycles were released for your body.")))
            return redirect(url_for(".cycles"))
    form.shown.data = catalogue.content_hash(legal)
    releases = cycle_releases(_body_id())
    return render_template(
        "catalogue/cycle_list.html",
        legal=legal,
        types=catalogue.types,
        unchecked=catalogue.unchecked(legal),
        release=next(
            (r for r in releases if r.list_slug == slug and not r.withdrawn_on), None
        ),
        form=form,
    )


@bp.route("/releases/<int:release_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def withdraw(release_id: int) -> ResponseReturnValue:
    """Let no new job use a procedure, and say why."""
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            with transaction():
                withdraw_procedure(
                    procedure_release_by_id(release_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                )
        except WithdrawalReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The release was withdrawn.")))
            return redirect(url_for(".procedures"))
    release = procedure_release_by_id(release_id)
    name = f"{release.procedure_slug}@{release.revision}"
    return render_template(
        "catalogue/withdraw.html", name=name, form=form, back=url_for(".procedures")
    )


@bp.route("/cycle-releases/<int:release_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def withdraw_list(release_id: int) -> ResponseReturnValue:
    """Let no new job use the cycles of a list, and say why."""
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            with transaction():
                withdraw_cycles(
                    cycle_release_by_id(release_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                )
        except WithdrawalReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The release was withdrawn.")))
            return redirect(url_for(".cycles"))
    release = cycle_release_by_id(release_id)
    return render_template(
        "catalogue/withdraw.html",
        name=release.list_slug,
        form=form,
        back=url_for(".cycles"),
    )
