"""Correcting what is asked besides readings: questions, and the standards needed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms.catalogue.correction.asking import with_question, without_question
from labms.catalogue.correction.editing import checks_of, find_check
from labms.catalogue.correction.fault_places import place_text_faults
from labms.catalogue.correction.forms import QuestionForm, RemoveForm, StandardForm
from labms.catalogue.correction.own_revisions import document_of, read_own
from labms.catalogue.correction.requiring import (
    corrected_standard,
    standard_called,
    standard_typed,
)
from labms.catalogue.models import OwnRevision
from labms.catalogue.views.blueprint import bp
from labms.catalogue.views.drafts import (
    cited_before,
    draft_to_correct,
    faults_of,
    keep,
)
from labms.catalogue.wording import thing_name
from labms.errors import NotFound
from labms.policy import Permission
from labms.web.access import current_actor, requires

Document = Mapping[str, Any]


def _page(template: str, row: OwnRevision, **given: Any) -> ResponseReturnValue:
    return render_template(
        f"catalogue/{template}.html", own=row, procedure=read_own(row), **given
    )


@bp.route("/own/<int:own_id>/stages/<stage>/new", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_question(own_id: int, stage: str) -> ResponseReturnValue:
    """Ask one more question by yes or no, as the official text does."""
    row = draft_to_correct(own_id)
    document, elsewhere = document_of(row), []
    found = next((s for s in document["stage"] if s["slug"] == stage), None)
    if found is None:
        raise NotFound
    form = QuestionForm(data={"document": row.document})
    if form.validate_on_submit():
        cited = form.cited(current_actor().name)
        error = keep(
            own_id, lambda now: with_question(now, stage, form.typed(), cited=cited)
        )
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_text_faults(form, faults_of(error))
    return _page("own_question", row, stage=found, form=form, elsewhere=elsewhere)


@bp.route("/own/<int:own_id>/checks/<check>/remove", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_remove(own_id: int, check: str) -> ResponseReturnValue:
    """Take a question out that the official text does not ask."""
    row = draft_to_correct(own_id)
    found, elsewhere = find_check(document_of(row), check), []
    if found is None or found[1]["kind"] != "yes_no":
        raise NotFound
    form = RemoveForm(data={"document": row.document})
    if form.validate_on_submit():
        cited = form.cited(current_actor().name)
        error = keep(own_id, lambda now: without_question(now, check, cited=cited))
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_text_faults(form, faults_of(error))
    return _page("own_remove", row, check=found[1], form=form, elsewhere=elsewhere)


@bp.route("/own/<int:own_id>/standards/<need>", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_standard(own_id: int, need: str) -> ResponseReturnValue:
    """Correct what is needed of a standard."""
    row = draft_to_correct(own_id)
    document, elsewhere = document_of(row), []
    raw = standard_called(document, need)
    if raw is None:
        raise NotFound
    cited, page = cited_before(row, raw)
    data = {**asdict(standard_typed(raw)), "document": cited, "page": page}
    form = StandardForm(data=data)
    form.checks.choices = [
        (each["slug"], thing_name(each))
        for _, each in checks_of(document)
        if each["kind"] == "reading" or each["slug"] in raw["checks"]
    ]
    if form.validate_on_submit():
        by = form.cited(current_actor().name)
        error = keep(
            own_id, lambda now: corrected_standard(now, need, form.typed(), cited=by)
        )
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_text_faults(
            form, faults_of(error), inside=f"standard[{need}]."
        )
    return _page("own_standard", row, need=raw, form=form, elsewhere=elsewhere)
