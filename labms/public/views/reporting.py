"""Reporting a problem: for everybody, without signing in, and for those who examine it.

No third party, no picture puzzle: a field that no person sees catches programs, and
addresses that report too often wait. What was reported is shown to nobody else.
"""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from labms.accounts.throttling import count_try, tries
from labms.certificates.queries import certificate_by_id, holds_of
from labms.certificates.rules import ReasonTooShort
from labms.db import scoped, transaction
from labms.errors import Invalid
from labms.i18n import N_, gettext
from labms.policy import EVERYTHING, Permission
from labms.public.forms import AnswerForm
from labms.public.models import ProblemReport
from labms.public.pages import frame
from labms.public.problems import (
    CLOSED,
    MOST_FROM_ADDRESS,
    MOST_REPORTS,
    PROBLEM_KINDS,
    PROBLEM_STATES,
    WITHIN,
    ProblemKind,
    ProblemState,
)
from labms.public.queries import problems
from labms.public.rules import TooManyGuesses
from labms.public.services import (
    answer_problem,
    problem_by_id,
    report_problem,
    review_because_of,
)
from labms.public.views.lookup import HEADERS, bp
from labms.web.access import current_actor, public, requires, who_is_asking
from labms.web.lists import page_of, settings

#: A field that people don't see; whoever fills it in is a program.
TRAP = "website"


@bp.route("/report", methods=["GET", "POST"])
@public("whoever stands before an instrument may say what is wrong")
def report() -> ResponseReturnValue:
    """Say what you noticed about a document, a stamp or an instrument."""
    if request.method == "GET":
        return _form()
    if request.form.get(TRAP):
        return _thanks()
    try:
        _take()
    except Invalid as error:
        return _form(422, problem=str(error.text))
    except TooManyGuesses as error:
        return _form(error.status, problem=str(error.text))
    return _thanks()


def _take() -> None:
    limits = {
        f"report:from:{who_is_asking()}": MOST_FROM_ADDRESS,
        "report": MOST_REPORTS,
    }
    if any(tries(bucket, within=WITHIN) >= most for bucket, most in limits.items()):
        raise TooManyGuesses
    given = request.form
    kind = given.get("kind", "")
    with scoped(EVERYTHING), transaction():
        report_problem(
            kind=ProblemKind(kind) if kind in set(ProblemKind) else None,
            text=given.get("text", ""),
            about=given.get("about", ""),
            contact=given.get("contact", ""),
        )
    for bucket in limits:
        count_try(bucket, within=WITHIN)


def _form(status: int = 200, *, problem: str = "") -> ResponseReturnValue:
    page = render_template(
        "public/report.html",
        given=request.form,
        about=request.form.get("about", request.args.get("about", "")),
        kinds=PROBLEM_KINDS,
        problem=problem,
        csrf=generate_csrf(),
        trap=TRAP,
        **frame(settings()),
    )
    return Response(page, status, HEADERS, mimetype="text/html")


def _thanks() -> ResponseReturnValue:
    page = render_template("public/thanks.html", **frame(settings()))
    return Response(page, 200, HEADERS, mimetype="text/html")


@bp.get("/problems")
@requires(Permission.CERTIFICATE_EXAMINE)
def problem_list() -> ResponseReturnValue:
    """What people reported, what is open first."""
    asked = request.args.get("state", "")
    state = ProblemState(asked) if asked in set(ProblemState) else None
    return render_template(
        "public/problems.html",
        page=page_of(problems(state=state)),
        asked=state,
        KINDS=PROBLEM_KINDS,
        STATES=PROBLEM_STATES,
    )


@bp.get("/problems/<int:report_id>")
@requires(Permission.CERTIFICATE_EXAMINE)
def problem(report_id: int) -> ResponseReturnValue:
    """One report, and what can be done about it."""
    return _about(problem_by_id(report_id), AnswerForm(formdata=None))


def _about(found: ProblemReport, form: AnswerForm) -> str:
    certificate = (
        certificate_by_id(found.certificate_id) if found.certificate_id else None
    )
    return render_template(
        "public/problem.html",
        report=found,
        certificate=certificate,
        hold=holds_of([certificate]).get(certificate.id) if certificate else None,
        form=form,
        is_closed=found.state in CLOSED,
        KINDS=PROBLEM_KINDS,
        STATES=PROBLEM_STATES,
    )


@bp.post("/problems/<int:report_id>/answer")
@requires(Permission.CERTIFICATE_EXAMINE)
def answer(report_id: int) -> ResponseReturnValue:
    """Say what was done about a report."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                answer_problem(
                    problem_by_id(report_id, for_update=True),
                    actor=current_actor(),
                    state=form.state.data,
                    answer=form.answer.data or "",
                )
        except ReasonTooShort as error:
            form.refuse("answer", error)
        else:
            flash(gettext(N_("Noted.")))
            return redirect(url_for(".problem", report_id=report_id))
    return _about(problem_by_id(report_id), form), 422


@bp.post("/problems/<int:report_id>/review")
@requires(Permission.CERTIFICATE_EXAMINE)
def review(report_id: int) -> ResponseReturnValue:
    """Put the document under review because of what was reported."""
    with transaction():
        review_because_of(
            problem_by_id(report_id, for_update=True), actor=current_actor()
        )
    flash(gettext(N_("Noted. Whoever scans its code reads it from now on.")))
    return redirect(url_for(".problem", report_id=report_id))
