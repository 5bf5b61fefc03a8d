"""Pages to look at: the register, one document, the account of numbers."""

from flask import (
    Response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from labms.certificates.files import any_to_be_signed, newest_file
from labms.certificates.queries import (
    certificate_by_id,
    content_of_document,
    job_to_certify,
    live_document_of,
    years_of_documents,
)
from labms.certificates.rules import BeingFinished
from labms.certificates.twin import twin_bytes
from labms.certificates.views.accounting import asked_register
from labms.certificates.views.document import (
    WORDS,
    WORTHS,
    as_file,
    bp,
    page_about,
    standings,
)
from labms.filestore import read
from labms.jobs.queries import job_by_id
from labms.jobs.record import record_of
from labms.organisations.types import type_name
from labms.policy import Permission, scope_of
from labms.registry.queries import next_due
from labms.traceability.queries import chain_as_used
from labms.traceability.rules import ISSUER_KINDS
from labms.traceability.views import may_open
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings

#: So many of its instruments an enterprise sees at once, the most urgent first.
DUE_SHOWN = 6


@bp.get("/")
@requires(Permission.CERTIFICATE_READ)
def index() -> ResponseReturnValue:
    """The register of documents."""
    is_owner = scope_of(current_actor()).owner_id is not None
    page = page_of(asked_register())
    return render_template(
        "certificates/index.html",
        page=page,
        says={one.id: content_of_document(one) for one in page.rows},
        standings=standings(page.rows),
        years=years_of_documents(),
        worths=WORTHS,
        tokens_wanted=not is_owner and any_to_be_signed(),
        due=next_due(DUE_SHOWN) if is_owner and not request.args else [],
        type_name=type_name,
        **WORDS,
    )


@bp.get("/<int:certificate_id>")
@requires(Permission.CERTIFICATE_READ)
def show(certificate_id: int) -> ResponseReturnValue:
    """One document: what it says, what it is worth today, and what was done with it."""
    return page_about(certificate_id)


@bp.get("/<int:certificate_id>.pdf")
@requires(Permission.CERTIFICATE_READ)
def pdf(certificate_id: int) -> ResponseReturnValue:
    """The newest file: as it was issued, or as it was signed since."""
    certificate = certificate_by_id(certificate_id)
    return as_file(
        read(settings().files_dir, newest_file(certificate).file_hash),
        f"{certificate.lookup_token}.pdf",
    )


@bp.get("/<int:certificate_id>.xml")
@requires(Permission.CERTIFICATE_READ)
def twin(certificate_id: int) -> ResponseReturnValue:
    """The same for machines: a digital calibration certificate."""
    certificate = certificate_by_id(certificate_id)
    if certificate.file_hash is None:
        raise BeingFinished(number=certificate.number)
    return Response(
        twin_bytes(certificate),
        mimetype="text/xml",
        headers={
            "Content-Disposition": (
                f'attachment; filename="{certificate.lookup_token}.xml"'
            )
        },
    )


@bp.get("/<int:certificate_id>/chain")
@requires(Permission.STANDARD_READ)
def chain(certificate_id: int) -> ResponseReturnValue:
    """The standards behind a document, up to the national ones, on the day of use."""
    certificate = certificate_by_id(certificate_id)
    job = job_to_certify(certificate.job_id)
    return render_template(
        "certificates/chain.html",
        certificate=certificate,
        on=job.day_performed,
        chain=chain_as_used(
            {one.standard_id: one.calibration_id for one in job.used},
            on=job.day_performed,
        ),
        may_open=may_open,
        issuer_kinds=ISSUER_KINDS,
        **WORDS,
    )


@bp.get("/record/<int:job_id>.pdf")
@requires(Permission.JOB_READ)
def record(job_id: int) -> ResponseReturnValue:
    """The record (biên bản) of a job, with the number of what was issued about it."""
    job, document = job_by_id(job_id), live_document_of(job_id)
    made = record_of(
        job,
        test_print=settings().demo,
        fonts=settings().cache_dir,
        document_number=document.number if document else "",
    )
    return as_file(made.getvalue(), f"bien-ban-{job.number.replace('/', '-')}.pdf")
