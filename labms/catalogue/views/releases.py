"""Releasing procedures and cycles for the body, and withdrawing them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.catalogue.correction.own_revisions import (
    origin_of,
    own_revisions,
    read_own,
    releasable,
)
from labms.catalogue.entries import Procedure
from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.forms import ReleaseForm, WithdrawForm
from labms.catalogue.models import OwnRevision
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
from labms.catalogue.rules import MODE_NAMES, UnknownOption
from labms.catalogue.services import (
    release_cycles,
    release_procedure,
    withdraw_cycles,
    withdraw_procedure,
)
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.since import cycle_changes, procedure_changes
from labms.catalogue.views.blueprint import body_id, bp, release_name
from labms.catalogue.wording import field_name
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.metrology.decision import RULES
from labms.metrology.distributions import DISTRIBUTION_NAMES
from labms.policy import Permission
from labms.web.access import current_actor, requires


def _chosen(found: Procedure) -> dict[str, str]:
    return {table.slug: request.form.get(table.slug, "") for table in found.choices}


def _own(found: Procedure) -> OwnRevision | None:
    """Return the row of a revision that the body made itself, or None."""
    if shipped_catalogue().has(found.slug, found.revision):
        return None
    rows = own_revisions(body_id(), slug=found.slug)
    return next(each for each in rows if each.revision == found.revision)


@bp.get("/procedures")
@requires(Permission.CATALOGUE_READ)
def procedures() -> ResponseReturnValue:
    """Every procedure, and which revision the body works with."""
    catalogue = shipped_catalogue()
    releases = procedure_releases(body_id())
    live = {each.procedure_slug: each for each in releases if not each.withdrawn_on}
    own = own_revisions(body_id())
    confirmed = [read_own(each) for each in reversed(own) if each.confirmed_on]
    rows = [
        (each, live.get(each.slug), len(catalogue.unchecked(each)))
        for each in sorted((*catalogue.procedures, *confirmed), key=lambda p: p.slug)
    ]
    return render_template(
        "catalogue/procedures.html",
        rows=rows,
        own={each.name: each for each in own if each.confirmed_on},
        drafts=[(each, origin_of(each)) for each in own if each.is_draft],
        history=[(each, release_name(each)) for each in releases],
    )


@bp.route("/procedures/<slug>/<revision>", methods=["GET", "POST"])
@requires(Permission.CATALOGUE_READ)
def procedure(slug: str, revision: str) -> ResponseReturnValue:
    """Read a revision, with everything unchecked; release it for the body."""
    catalogue, form = shipped_catalogue(), ReleaseForm()
    found = releasable(body_id(), slug, revision)
    if form.validate_on_submit():
        try:
            with transaction():
                release_procedure(
                    body_id(),
                    slug=slug,
                    revision=revision,
                    options=_chosen(found),
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
        modes=MODE_NAMES,
        rules=RULES,
        distributions=DISTRIBUTION_NAMES,
        field_name=field_name,
        from_memory=is_mostly_from_memory(found),
        release=live_release(body_id(), slug),
        changes=procedure_changes(body_id(), found),
        own=_own(found),
        chosen=_chosen(found),
        form=form,
    )


@bp.get("/cycles")
@requires(Permission.CATALOGUE_READ)
def cycles() -> ResponseReturnValue:
    """The versions of the law's list, and which of them the body has released."""
    catalogue, releases = shipped_catalogue(), cycle_releases(body_id())
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
                    body_id(),
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
    releases = cycle_releases(body_id())
    return render_template(
        "catalogue/cycle_list.html",
        legal=legal,
        types=catalogue.types,
        unchecked=catalogue.unchecked(legal),
        changes=cycle_changes(body_id(), legal),
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
    return render_template(
        "catalogue/withdraw.html",
        name=release_name(release),
        form=form,
        back=url_for(".procedures"),
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
        name=legal_list(release.list_slug).title,
        form=form,
        back=url_for(".cycles"),
    )
