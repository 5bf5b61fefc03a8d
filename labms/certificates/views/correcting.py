"""Correcting a document: choose, look at old and new side by side, issue."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.certificates.correction.correcting import (
    PLACE,
    correction_hash,
    differences,
    draft_of,
    unprintable,
)
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.forms import CorrectForm
from labms.certificates.life import MeasuredOtherwise, NothingCorrected
from labms.certificates.models import Certificate
from labms.certificates.pdf import ready_to_draw
from labms.certificates.queries import (
    certificate_by_id,
    content_of_document,
    correction_on_its_way,
    instance_is_fenced,
    job_to_certify,
)
from labms.certificates.rules import (
    CertificateState,
    ContentChanged,
    ReasonTooShort,
    check_explained,
)
from labms.certificates.views.confirming import asks_password, is_confirmed
from labms.certificates.views.document import WORDS, bp
from labms.certificates.views.issuing import finish_and_tell
from labms.db import transaction
from labms.errors import LabError
from labms.jobs.models import Job
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import settings


@bp.route("/<int:certificate_id>/correct", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def correct(certificate_id: int) -> ResponseReturnValue:
    """Choose what is corrected, see it side by side, and issue what was seen."""
    certificate = certificate_by_id(certificate_id)
    if certificate.state is not CertificateState.ISSUED:
        return redirect(url_for(".show", certificate_id=certificate_id))
    if (under_way := correction_on_its_way(certificate_id)) is not None:
        return redirect(url_for(".show", certificate_id=under_way.id))
    form = CorrectForm(place=content_of_document(certificate)["place"])
    take = request.form.getlist("take")
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return _choose(certificate, form, take), status
    if not form.shown.data:
        return _compare(certificate, form, take)
    if not is_confirmed(form):
        return _compare(certificate_by_id(certificate_id), form, take, status=422)
    return _issue(certificate_id, form, take)


def _issue(
    certificate_id: int, form: CorrectForm, take: list[str]
) -> ResponseReturnValue:
    try:
        with transaction():
            corrected = supersede_certificate(
                certificate_by_id(certificate_id, for_update=True),
                actor=current_actor(),
                reason=form.reason.data,
                text=form.text.data or "",
                take=take,
                place=form.place.data or "",
                shown=form.shown.data,
                settings=settings(),
            )
    except ContentChanged as error:
        flash(str(error.text))
        return _compare(certificate_by_id(certificate_id), form, take, status=409)
    return finish_and_tell(corrected.id)


def _compare(
    certificate: Certificate, form: CorrectForm, take: list[str], *, status: int = 200
) -> ResponseReturnValue:
    job = job_to_certify(certificate.job_id)
    try:
        check_explained(form.text.data or "")
        draft, chosen = draft_of(
            certificate, job, take=take, place=form.place.data or ""
        )
        if not chosen:
            raise NothingCorrected(number=certificate.number)
    except ReasonTooShort as error:
        form.refuse("text", error)
        return _choose(certificate, form, take), 422
    except (MeasuredOtherwise, NothingCorrected) as error:
        return _choose(certificate, form, take, problem=error), 422
    ready_to_draw(settings().cache_dir)
    if refusals := dict(unprintable(draft, chosen)):
        if (about_place := refusals.pop(PLACE, None)) is not None:
            form.refuse("place", about_place)
        others = next(iter(refusals.values()), None)
        return _choose(certificate, form, take, problem=others), 422
    form.shown.data = correction_hash(certificate, draft)
    page = render_template(
        "certificates/compare.html",
        certificate=certificate,
        job=job,
        form=form,
        take=take,
        says=draft,
        chosen=chosen,
        is_fenced=instance_is_fenced(),
        asks_password=asks_password(),
        **WORDS,
    )
    return page, status


def _choose(
    certificate: Certificate,
    form: CorrectForm,
    take: list[str],
    *,
    problem: LabError | None = None,
) -> str:
    job: Job = job_to_certify(certificate.job_id)
    form.shown.data = ""
    return render_template(
        "certificates/correct.html",
        certificate=certificate,
        job=job,
        form=form,
        take=take,
        offered=differences(job, content_of_document(certificate)),
        other_owner=_is_another_owner(certificate, job),
        problem=str(problem.text) if problem else "",
        **WORDS,
    )


def _is_another_owner(certificate: Certificate, job: Job) -> bool:
    return (
        job.instrument is not None and job.instrument.owner_id != certificate.owner_id
    )
