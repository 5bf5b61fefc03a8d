"""Beginning a correction by the official text, and reading it a second time."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms.accounts.models import User
from labms.catalogue.comparing import procedure_differences
from labms.catalogue.correction.correcting import (
    begin_revision,
    confirm_revision,
    discard_revision,
)
from labms.catalogue.correction.forms import (
    BeginForm,
    ConfirmForm,
    DiscardForm,
)
from labms.catalogue.correction.own_revisions import (
    document_of,
    origin_of,
    own_revision_by_id,
    read_own,
    releasable,
    tables_of,
)
from labms.catalogue.correction.rules import (
    NotAllCompared,
    NothingCorrected,
    SecondReaderNeeded,
    corrected_figures,
    shown_hash,
)
from labms.catalogue.models import OwnRevision
from labms.catalogue.queries import live_release
from labms.catalogue.releasing import CatalogueChanged, WithdrawalReasonMissing
from labms.catalogue.views.blueprint import body_id, bp
from labms.db import db, transaction
from labms.i18n import N_, gettext
from labms.policy import Permission
from labms.web.access import current_actor, requires


@bp.route("/procedures/<slug>/<revision>/correct", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def correct(slug: str, revision: str) -> ResponseReturnValue:
    """Begin the body's own revision of a procedure."""
    form, origin = BeginForm(), releasable(body_id(), slug, revision)
    if form.validate_on_submit():
        with transaction():
            row = begin_revision(
                body_id(),
                slug=slug,
                revision=revision,
                document=form.document.data,
                actor=current_actor(),
            )
            own_id = row.id
        return redirect(url_for(".own", own_id=own_id))
    if not form.document.data:
        form.document.data = origin.document
    return render_template("catalogue/correct.html", procedure=origin, form=form)


@bp.get("/own/<int:own_id>")
@requires(Permission.CATALOGUE_READ)
def own(own_id: int) -> ResponseReturnValue:
    """A body's own revision: what differs from its origin, and who read it."""
    return _own_page(own_revision_by_id(own_id), ConfirmForm(), DiscardForm())


def _own_page(
    row: OwnRevision, confirm: ConfirmForm, discard: DiscardForm
) -> ResponseReturnValue:
    document, origin = document_of(row), origin_of(row)
    tables = tables_of(row)
    figures = () if row.confirmed_on else corrected_figures(origin.raw, document)
    confirm.compared.choices = [
        (each.key, f"{each.place}: {each.source}") for each in figures
    ]
    confirm.shown.data = shown_hash(row.content)
    return render_template(
        "catalogue/own.html",
        own=row,
        procedure=read_own(row),
        origin=origin,
        differences=procedure_differences(
            origin.raw,
            document,
            tables_before={key: each.raw for key, each in origin.tables.items()},
            tables_after=tables,
        ),
        figures=figures,
        is_author=row.author_id == current_actor().id,
        people={
            "author": _name(row.author_id),
            "reader": _name(row.confirmed_by_id),
        },
        release=live_release(row.body_id, row.procedure_slug),
        confirm=confirm,
        discard=discard,
    )


def _name(user_id: int | None) -> str:
    found = db.session.get(User, user_id) if user_id else None
    return found.full_name if found else ""


@bp.get("/own/<int:own_id>/file.toml")
@requires(Permission.CATALOGUE_READ)
def own_file(own_id: int) -> ResponseReturnValue:
    """The file of a body's own revision, to be given back to the catalogue."""
    row = own_revision_by_id(own_id)
    name = f"{row.procedure_slug}-{row.revision}.toml"
    return Response(
        row.content,
        mimetype="application/toml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post("/own/<int:own_id>/confirm")
@requires(Permission.PROCEDURE_CONFIRM)
def confirm(own_id: int) -> ResponseReturnValue:
    """Say as second reader that every corrected figure stands in the official text."""
    form = ConfirmForm()
    try:
        with transaction():
            confirm_revision(
                own_revision_by_id(own_id),
                shown=form.shown.data or "",
                compared=form.compared.raw_data or [],
                actor=current_actor(),
            )
    except (
        SecondReaderNeeded,
        NotAllCompared,
        NothingCorrected,
        CatalogueChanged,
    ) as error:
        form.compared.errors = [str(error.text)]
        return _own_page(own_revision_by_id(own_id), form, DiscardForm())
    flash(gettext(N_("The revision is confirmed. It can be released now.")))
    return redirect(url_for(".own", own_id=own_id))


@bp.post("/own/<int:own_id>/discard")
@requires(Permission.PROCEDURE_RELEASE)
def discard(own_id: int) -> ResponseReturnValue:
    """Give a draft up, and say why."""
    form = DiscardForm()
    if form.validate_on_submit():
        try:
            with transaction():
                discard_revision(
                    own_revision_by_id(own_id),
                    reason=form.reason.data,
                    actor=current_actor(),
                )
        except WithdrawalReasonMissing as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The draft was given up.")))
            return redirect(url_for(".procedures"))
    return _own_page(own_revision_by_id(own_id), ConfirmForm(), form)
