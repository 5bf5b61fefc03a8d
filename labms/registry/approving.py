"""Pages about type approvals (phê duyệt mẫu)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.i18n import N_, gettext
from labms.organisations.types import type_name
from labms.policy import Permission
from labms.registry.forms import TypeApprovalForm
from labms.registry.queries import type_approval_rows
from labms.registry.rules import DuplicateApproval
from labms.registry.services import ApprovalDetails, add_type_approval
from labms.web.access import current_actor, requires
from labms.web.lists import page_of
from labms.web.show import local


def register(bp: Blueprint) -> None:
    """Add these pages to the registry's."""
    bp.get("/type-approvals")(type_approvals)
    bp.route("/type-approvals/new", methods=["GET", "POST"])(new_type_approval)


@requires(Permission.INSTRUMENT_READ)
def type_approvals() -> ResponseReturnValue:
    """Decisions of type approval, the newest first."""
    typed = request.args.get("q", "")
    return render_template(
        "registry/type_approvals.html",
        page=page_of(type_approval_rows(text=typed)),
        q=typed,
        type_name=type_name,
        on=clock.today(),
    )


@requires(Permission.INSTRUMENT_EDIT)
def new_type_approval() -> ResponseReturnValue:
    """Enter a decision of type approval."""
    types = [(each.slug, local(each)) for each in shipped_catalogue().types.values()]
    form = TypeApprovalForm(types=types, type_slug=request.args.get("type", ""))
    if form.validate_on_submit():
        try:
            with transaction():
                add_type_approval(
                    ApprovalDetails(
                        number=form.number.data or "",
                        type_slug=form.type_slug.data,
                        maker=form.maker.data or "",
                        model=form.model.data or "",
                        issued_by=form.issued_by.data or "",
                        issued_on=form.issued_on.day,
                        valid_until=form.valid_until.data,
                    ),
                    actor=current_actor(),
                )
        except DuplicateApproval as error:
            form.refuse("number", error)
        else:
            flash(gettext(N_("The type approval was entered.")))
            return redirect(url_for(".type_approvals"))
    return render_template("registry/new_type_approval.html", form=form)
