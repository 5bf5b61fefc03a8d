"""What rests on a standard that was found bad, doubted and freed in one go."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.doubts.doubting import (
    AT_ONCE,
    Impact,
    Outcome,
    doubt_all,
    free_all,
    impact_of,
)
from labms.certificates.forms import DoubtForm, LiftForm, PeriodForm
from labms.certificates.rules import ReasonTooShort
from labms.certificates.views.document import WORDS, bp, standings
from labms.policy import Permission
from labms.registry.queries import standard_by_id
from labms.traceability.queries import calibrations_of
from labms.web.access import current_actor, requires
from labms.web.lists import page_in

#: What "since when" begins with where a standard has no calibration.
A_YEAR = timedelta(days=365)


@bp.get("/impact/<int:standard_id>")
@requires(Permission.STANDARD_READ)
def impact(standard_id: int) -> ResponseReturnValue:
    """Everything that rests on a standard between two days, and what holds it."""
    return _page(*_asked(standard_id))


@bp.post("/impact/<int:standard_id>/doubt")
@requires(Permission.CERTIFICATE_EXAMINE)
def doubt(standard_id: int) -> ResponseReturnValue:
    """Put all of it under review, or suspend it; again for what is left."""
    form, (found, period) = DoubtForm(), _asked(standard_id)
    outcome = None
    if form.validate_on_submit():
        try:
            outcome = doubt_all(
                found,
                actor=current_actor(),
                kind=form.kind.data,
                text=form.text.data or "",
                most=AT_ONCE,
            )
        except ReasonTooShort as error:
            form.refuse("text", error)
    if outcome is None:
        return _page(found, period, doubting=form), 422
    return _page(*_asked(standard_id), doubting=form, outcome=outcome)


@bp.post("/impact/<int:standard_id>/free")
@requires(Permission.CERTIFICATE_EXAMINE)
def free(standard_id: int) -> ResponseReturnValue:
    """Lift one doubt from all that it was noted for; again for what is left."""
    form, (found, period) = LiftForm(), _asked(standard_id)
    outcome = None
    if form.validate_on_submit():
        try:
            outcome = free_all(
                found,
                actor=current_actor(),
                said=request.form.get("said", ""),
                text=form.text.data or "",
                most=AT_ONCE,
            )
        except ReasonTooShort as error:
            form.refuse("text", error)
    if outcome is None:
        return _page(found, period, freeing=form), 422
    return _page(*_asked(standard_id), freeing=form, outcome=outcome)


def _asked(standard_id: int) -> tuple[Impact, PeriodForm]:
    """Return what rests on a standard in the days of the address, and these days."""
    standard, period = standard_by_id(standard_id), PeriodForm(request.args)
    period.validate()
    until = period.until.data or clock.today()
    since = period.since.data or _last_good(standard_id, until)
    if since > until:
        since, until = until, since
    for field, day in ((period.since, since), (period.until, until)):
        if not field.errors:
            field.typed, field.data = None, day
    return impact_of(standard, since=since, until=until), period


def _last_good(standard_id: int, until: date) -> date:
    """Return the day of its last calibration: until then it was known to be good."""
    days = [
        one.calibrated_on
        for one in calibrations_of(standard_id)
        if one.withdrawn_on is None and one.calibrated_on <= until
    ]
    return max(days, default=until - A_YEAR)


def _page(
    found: Impact,
    period: PeriodForm,
    *,
    doubting: DoubtForm | None = None,
    freeing: LiftForm | None = None,
    outcome: Outcome | None = None,
) -> str:
    page = page_in(found.results)
    shown = [document for _, document in page.rows if document is not None]
    return render_template(
        "certificates/impact.html",
        impact=found,
        period=period,
        page=page,
        standings=standings(shown),
        doubting=doubting or DoubtForm(formdata=None),
        freeing=freeing or LiftForm(formdata=None),
        said=request.form.get("said", ""),
        outcome=outcome,
        AT_ONCE=AT_ONCE,
        **WORDS,
    )
