"""Bodies with raised capability, and laboratories assessed against criteria."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.i18n import N_
from labms.people.queries import names_of
from labms.places.rules import AREAS
from labms.plan.closing import Closed, closed_for, closed_for_record, codes_of
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import RAISED_KINDS, NotABody
from labms.policy import Permission
from labms.tasks.data import criteria_in_use, criteria_named
from labms.tasks.forms import AccreditationForm, assessment_form
from labms.tasks.queries import (
    accreditations_of,
    assessment_by_id,
    assessments,
    raised_bodies,
    raised_by_id,
)
from labms.tasks.rules import CONCLUSIONS, Conclusion
from labms.tasks.services import enter_accreditation, enter_assessment
from labms.tasks.views.filling import filled_in
from labms.web.access import current_actor, requires
from labms.web.lists import page_of

#: What counts laboratories that meet the criteria.
ASSESSED = codes_of(RaisedKind.CRITERIA)


def register(bp: Blueprint) -> None:
    """Add these pages to the others."""
    bp.get("/bodies")(bodies)
    bp.get("/assessments")(list_assessments)
    bp.get("/assessments/<int:assessment_id>")(assessment)
    both = ["GET", "POST"]
    bp.route("/bodies/<int:raised_id>/accreditation", methods=both)(accredit)
    bp.route("/assessments/enter", methods=both)(new_assessment)


@requires(Permission.PLAN_READ)
def bodies() -> ResponseReturnValue:
    """Bodies socialised or raised in capability, with their certificates."""
    page = page_of(raised_bodies())
    return render_template(
        "tasks/bodies.html",
        page=page,
        kinds=RAISED_KINDS,
        areas=AREAS,
        certificates=accreditations_of(row.id for row in page.rows),
        on=clock.today(),
    )


@requires(Permission.PLAN_EDIT)
def accredit(raised_id: int) -> ResponseReturnValue:
    """Enter the certificate behind a body's capability, or its recognition."""
    found = raised_by_id(raised_id)
    is_laboratory = found.kind is RaisedKind.CRITERIA
    form = AccreditationForm()
    return filled_in(
        form,
        title=N_("Enter the recognition of a laboratory")
        if is_laboratory
        else N_("Enter a certificate of a management system"),
        back=url_for(".list_assessments" if is_laboratory else ".bodies"),
        crumb=found.organisation.name,
        closed=closed_for_record(found, on=clock.today()),
        act=lambda: enter_accreditation(
            raised_by_id(raised_id),
            **form.entered(day="issued_on"),
            actor=current_actor(),
        ),
    )


@requires(Permission.PLAN_READ)
def list_assessments() -> ResponseReturnValue:
    """Laboratories assessed, newest first."""
    return render_template(
        "tasks/assessments.html",
        page=page_of(assessments()),
        criteria_named=criteria_named,
        criteria=criteria_in_use(),
        conclusions=CONCLUSIONS,
        areas=AREAS,
    )


@requires(Permission.PLAN_READ)
def assessment(assessment_id: int) -> ResponseReturnValue:
    """One assessment: every score and what it rests on."""
    found = assessment_by_id(assessment_id)
    return render_template(
        "tasks/assessment.html",
        assessment=found,
        criteria=criteria_named(found.criteria),
        scores={score.criterion: score for score in found.scores},
        conclusions=CONCLUSIONS,
        names=names_of([found.entered_by_id]),
    )


@requires(Permission.PLAN_EDIT)
def new_assessment() -> ResponseReturnValue:
    """Enter how a laboratory was assessed."""
    criteria, today = criteria_in_use(), clock.today()
    form = assessment_form(criteria)

    def act() -> None:
        enter_assessment(
            organisation_id=form.organisation_id.data,
            criteria=criteria,
            assessed_on=form.day.day,
            assessors=form.assessors.data or "",
            scores=form.scores(criteria),
            conclusion=form.conclusion.data,
            document=form.document.data or "",
            area=form.area.data,
            actor=current_actor(),
        )

    def closing() -> Closed | None:
        if form.conclusion.data is not Conclusion.MEETS:
            return None
        where = form.area.data
        return closed_for(ASSESSED, on=today, happened_on=form.day.day, area=where)

    return filled_in(
        form,
        title=N_("Enter an assessment"),
        back=url_for(".list_assessments"),
        act=act,
        closed=closed_for(ASSESSED, on=today),
        closing=closing,
        template="tasks/assess.html",
        about={NotABody: ("organisation_id",)},
        criteria=criteria,
    )
