"""One way to fill in a form: refusals beside their fields, what was typed stays."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from labms.db import transaction
from labms.errors import EnteredBefore, LabError, refusals_in
from labms.i18n import N_, gettext
from labms.plan.closing import Closed
from labms.plan.undertakings import (
    BadDay,
    DocumentMissing,
    NotAnEnterprise,
    OutsideTheArea,
    StrikingReasonMissing,
    UnknownArea,
)
from labms.tasks.rules import (
    AlreadyOver,
    BadAmount,
    BadPercent,
    BadQuantity,
    DayBefore,
    DayToCome,
    DoneIsAll,
    EndsBeforeItBegins,
    EvidenceMissing,
    HeadingHasNoWork,
    OutsideThePlan,
    OutsideTheTask,
    PaidTooMuch,
    StepTwice,
    WrongStage,
)
from labms.web.firsts import link_first
from labms.web.forms import Form

#: Which field a refusal is about: the first of these that the form has.
ABOUT: Mapping[type[LabError], tuple[str, ...]] = {
    AlreadyOver: ("stage", "state"),
    BadAmount: ("amount", "cost"),
    BadDay: ("day",),
    BadPercent: ("percent",),
    BadQuantity: ("quantity",),
    DayBefore: ("day",),
    DayToCome: ("day",),
    DocumentMissing: ("document",),
    DoneIsAll: ("percent",),
    EnteredBefore: (
        "title",
        "name",
        "enterprise_id",
        "organisation_id",
        "number",
        "amount",
        "percent",
        "purpose",
    ),
    EndsBeforeItBegins: ("ends_on", "valid_until"),
    HeadingHasNoWork: ("task_code",),
    NotAnEnterprise: ("enterprise_id",),
    OutsideTheArea: ("area",),
    OutsideThePlan: ("year",),
    OutsideTheTask: ("year",),
    PaidTooMuch: ("amount",),
    StepTwice: ("step_code",),
    StrikingReasonMissing: ("reason",),
    UnknownArea: ("area",),
    WrongStage: ("stage",),
}


def filled_in(
    form: Form,
    *,
    title: str,
    back: str,
    act: Callable[[], Any],
    template: str = "tasks/form.html",
    crumb: str = "",
    note: str = "",
    closed: Closed | None = None,
    closing: Callable[[], Closed | None] | None = None,
    about: Mapping[type[LabError], tuple[str, ...]] | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """Show a form, or do what it says and go back. `title` and `note` are marked.

    `about` says of more refusals which field they are about. `closed` is shown before,
    and what `closing` returns is told after: what is too late for closed days.
    """
    if form.validate_on_submit():
        try:
            with transaction():
                act()
        except LabError as error:
            refuse(form, error, about={**ABOUT, **(about or {})})
        else:
            flash(gettext(N_("It was entered.")))
            after = closing() if closing else closed
            if after is not None and after.told is not None:
                flash(str(after.told))
            return redirect(back)
    return render_template(
        template,
        form=form,
        heading=title,
        back=back,
        crumb=crumb,
        note=note,
        closed=closed,
        **shown,
    )


def refuse(
    form: Form, error: LabError, *, about: Mapping[type[LabError], tuple[str, ...]]
) -> None:
    """Show refusals beside their fields; raise what is about none of them."""
    for each in refusals_in(error):
        field = _field_for(form, each, about.get(type(each), ()))
        if field is None:
            raise each
        form.refuse(field, each)
        link_first(form, each, field)


def _field_for(form: FlaskForm, error: LabError, names: tuple[str, ...]) -> str | None:
    if "criterion" in error.details:
        which = "evidence" if isinstance(error, EvidenceMissing) else "score"
        names = (f"{which}_{error.details['criterion']}",)
    return next((name for name in names if name in form), None)
