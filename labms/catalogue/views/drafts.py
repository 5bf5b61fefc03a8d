"""Writing in a draft: a check by the official text, the conditions, the texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labms.catalogue.comparing import with_limits
from labms.catalogue.correction.correcting import (
    check_correctable,
    correct_revision,
)
from labms.catalogue.correction.editing import (
    GROUPS,
    TEXTS,
    THE_CHECK,
    Citation,
    check_typed,
    conditions_typed,
    corrected_check,
    corrected_conditions,
    corrected_texts,
    find_check,
    reasons_of,
)
from labms.catalogue.correction.fault_places import (
    place_check_faults,
    place_condition_faults,
    place_text_faults,
)
from labms.catalogue.correction.forms import (
    CheckForm,
    ConditionsForm,
    TextsForm,
)
from labms.catalogue.correction.own_revisions import (
    document_of,
    own_revision_by_id,
    read_own,
    tables_of,
)
from labms.catalogue.correction.own_tables import KEPT, LimitTyped
from labms.catalogue.correction.rules import (
    CorrectionFaults,
    NothingCorrected,
)
from labms.catalogue.entries import Procedure
from labms.catalogue.files.faults import Fault
from labms.catalogue.files.types import kind_of
from labms.catalogue.models import OwnRevision
from labms.catalogue.views.blueprint import bp
from labms.catalogue.wording import limit_said
from labms.db import transaction
from labms.errors import NotFound
from labms.i18n import N_, gettext
from labms.metrology.expressions import Kind
from labms.policy import Permission
from labms.web.access import current_actor, requires

Document = Mapping[str, Any]


def draft_to_correct(own_id: int) -> OwnRevision:
    """Return a draft for its author's form; refuses for what is fixed, or another's."""
    row = own_revision_by_id(own_id)
    check_correctable(row, actor=current_actor())
    return row


def keep(
    row_id: int, change: Callable[[Document], Document]
) -> CorrectionFaults | NothingCorrected | None:
    """Correct a draft; return what the rules of the catalogue find, if anything."""
    try:
        with transaction():
            row = own_revision_by_id(row_id)
            correct_revision(row, change(document_of(row)), actor=current_actor())
    except (CorrectionFaults, NothingCorrected) as error:
        return error
    flash(gettext(N_("Saved. Whatever you cited waits for its second reader.")))
    return None


def faults_of(error: CorrectionFaults | NothingCorrected) -> tuple[Fault, ...]:
    """Return the faults that a refusal is about; none is one too."""
    if isinstance(error, CorrectionFaults):
        return error.faults
    return (Fault("", "", str(error.text)),)


def cited_before(row: OwnRevision, figure: Document) -> tuple[str, str]:
    """Return document and page for the form: those of its last correction."""
    names = figure.get("checked_by", ())
    source = str(figure.get("source", ""))
    head = f"{row.document}, "
    if list(names) == [current_actor().name] and source.startswith(head):
        return row.document, source.removeprefix(head)
    return row.document, ""


@bp.route("/own/<int:own_id>/checks/<check>", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_check(own_id: int, check: str) -> ResponseReturnValue:
    """Correct one check: points, readings, error and limits."""
    row = draft_to_correct(own_id)
    document, procedure, tables = document_of(row), read_own(row), tables_of(row)
    found = find_check(document, check)
    if found is None:
        raise NotFound
    stage, raw = found
    form, elsewhere = _check_form(row, document, raw, tables), []
    if form.validate_on_submit():
        error = keep(
            own_id,
            lambda current: corrected_check(
                current,
                check,
                form.typed(),
                cited=form.cited(current_actor().name),
                tables=tables,
                kinds=_kinds(procedure),
            ),
        )
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_check_faults(
            form, faults_of(error), stage=stage["slug"], check=check
        )
    now = find_check(with_limits(document, tables), check) or (stage, raw)
    return render_template(
        "catalogue/own_check.html",
        own=row,
        procedure=procedure,
        stage=stage,
        check=raw,
        limits_now=[limit_said(use) for use in now[1].get("limit", ())],
        form=form,
        elsewhere=elsewhere,
    )


def _kinds(procedure: Procedure) -> dict[str, Kind]:
    return {each.key: kind_of(each) for each in procedure.characteristics}


def _check_form(
    row: OwnRevision, document: Document, raw: Document, tables: Mapping[str, Document]
) -> CheckForm:
    """Return the form of a check as it stands, with room for one more limit."""
    typed = check_typed(document, raw, tables=tables)
    reasons = reasons_of(document, raw)
    limits = [_limit_data(each) for each in typed.limits]
    if raw["kind"] == "reading":
        limits.append(_limit_data(LimitTyped(reasons=() if limits else tuple(reasons))))
    cited, page = cited_before(row, raw)
    form = CheckForm(
        data={
            "name_vi": typed.name_vi,
            "name_en": typed.name_en,
            "points": typed.points,
            "keep": typed.keep,
            "directions": typed.directions,
            "repetitions": typed.repetitions,
            "columns": typed.columns,
            "error": typed.error,
            **typed.groups,
            "limits": limits,
            "document": cited,
            "page": page,
        }
    )
    form.offer(reasons, parts=_parts(raw, limits=typed.limits))
    return form


def _parts(raw: Document, *, limits: Sequence[LimitTyped]) -> Iterator[str]:
    """Yield what can be compared and found as it stands, each with its own source."""
    yield THE_CHECK
    yield from (key for key in GROUPS if key in raw)
    for place, limit in enumerate(limits, start=1):
        if limit.how != KEPT:  # a table that others share is not this procedure's
            yield f"limit-{place}"


def _limit_data(typed: LimitTyped) -> dict[str, Any]:
    return {name: getattr(typed, name) for name in LimitTyped.__dataclass_fields__}


@bp.route("/own/<int:own_id>/conditions", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_conditions(own_id: int) -> ResponseReturnValue:
    """Correct the conditions of the surroundings."""
    row = draft_to_correct(own_id)
    document, elsewhere = document_of(row), []
    known = {each.key: each for each in conditions_typed(document)}
    raw: Document = next(iter(document.get("environment", ())), {})
    cited, page = cited_before(row, raw)
    rows = [
        {
            "key": each.key,
            "minimum": each.minimum,
            "maximum": each.maximum,
            "is_required": each.is_required,
            "is_asked": True,
        }
        for each in known.values()
    ]
    form = ConditionsForm(data={"rows": rows, "document": cited, "page": page})
    form.offer(known)
    if form.validate_on_submit():
        error = keep(
            own_id,
            lambda current: corrected_conditions(
                current, form.typed(known), cited=form.cited(current_actor().name)
            ),
        )
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_condition_faults(
            form, faults_of(error), keys={"min": "minimum", "max": "maximum"}
        )
    return render_template(
        "catalogue/own_conditions.html",
        own=row,
        procedure=read_own(row),
        known=known,
        form=form,
        elsewhere=elsewhere,
    )


@bp.route("/own/<int:own_id>/texts", methods=["GET", "POST"])
@requires(Permission.PROCEDURE_RELEASE)
def own_texts(own_id: int) -> ResponseReturnValue:
    """Correct the texts of a procedure as a whole."""
    row = draft_to_correct(own_id)
    document, elsewhere = document_of(row), []
    _, page = cited_before(row, document)
    form = TextsForm(data={**{key: document[key] for key in TEXTS}, "page": page})
    if form.validate_on_submit():
        cited = Citation(
            document=row.document,
            page=form.page.data,
            reader=current_actor().name,
        )
        typed = {key: form[key].data for key in TEXTS}
        error = keep(
            own_id, lambda current: corrected_texts(current, typed, cited=cited)
        )
        if error is None:
            return redirect(url_for(".own", own_id=own_id))
        elsewhere = place_text_faults(form, faults_of(error))
    return render_template(
        "catalogue/own_texts.html",
        own=row,
        procedure=read_own(row),
        form=form,
        elsewhere=elsewhere,
    )
