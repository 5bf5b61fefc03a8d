"""From an approved job to its document."""

from flask import (
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.content import content_of, owner_measured, shown_hash
from labms.certificates.finishing import finish_issuing, resume_issuing
from labms.certificates.forms import (
    IssueForm,
)
from labms.certificates.pdf import draw_preview
from labms.certificates.queries import (
    awaiting_signature,
    certificate_by_id,
    instance_is_fenced,
    job_to_certify,
    live_document_of,
    pictures_in,
    unfinished,
)
from labms.certificates.rules import (
    AlreadyReserved,
    BeingFinished,
    BrokenTraceability,
    ContentChanged,
)
from labms.certificates.services import reserve_certificate
from labms.certificates.views.confirming import asks_password, is_confirmed
from labms.certificates.views.document import (
    WORDS,
    as_file,
    bp,
)
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.jobs.dating import CountsNoMore
from labms.jobs.models import Job
from labms.jobs.rules import JobState, WrongState
from labms.policy import Permission
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings


@bp.get("/awaiting")
@requires(Permission.CERTIFICATE_ISSUE)
def awaiting() -> ResponseReturnValue:
    """Approved jobs that wait for a signature, and numbers that wait for their file."""
    return render_template(
        "certificates/awaiting.html",
        page=page_of(awaiting_signature()),
        waiting=page_of(unfinished(), size=200).rows,
        is_fenced=instance_is_fenced(),
        **WORDS,
    )


@bp.route("/issue/<int:job_id>", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def issue(job_id: int) -> ResponseReturnValue:
    """Read what will be certified once more, then certify exactly that."""
    form = IssueForm()
    if form.validate_on_submit() and is_confirmed(form):
        _rehearse(job_id)
        try:
            with transaction():
                certificate = reserve_certificate(
                    job_to_certify(job_id),
                    actor=current_actor(),
                    shown=form.shown.data or "",
                    settings=settings(),
                )
        except (AlreadyReserved, WrongState):
            if live_document_of(job_id) is None:
                raise
        except (BrokenTraceability, ContentChanged, CountsNoMore) as error:
            form.shown.errors = [error.text]
        else:
            return finish_and_tell(certificate.id)
    job = job_to_certify(job_id)
    if (live := live_document_of(job.id)) is not None:
        return redirect(url_for(".show", certificate_id=live.id))
    status = 422 if form.password.errors else 200
    return _issue_page(job, form), 409 if form.shown.errors else status


def _rehearse(job_id: int) -> bytes:
    """Draw the draft: what can't be printed is refused before a number is taken."""
    draft = content_of(job_to_certify(job_id), test_print=settings().demo)
    return draw_preview(
        draft,
        public_url=settings().public_url,
        on=clock.today().isoformat(),
        cache_dir=settings().cache_dir,
        pictures=pictures_in(draft),
    )


def _issue_page(job: Job, form: IssueForm) -> str:
    draft = content_of(job, test_print=settings().demo)
    form.shown.data = shown_hash(job, draft)
    return render_template(
        "certificates/issue.html",
        job=job,
        form=form,
        says=draft,
        other_owner=_other_owner(job),
        is_ready=job.state is JobState.APPROVED,
        is_fenced=instance_is_fenced(),
        asks_password=asks_password(),
    )


def _other_owner(job: Job) -> str:
    """Return whom the register names as the owner by now, if that is somebody else."""
    owner = job.instrument.owner if job.instrument else None
    return owner.name if owner and owner.id != owner_measured(job) else ""


def finish_and_tell(certificate_id: int) -> ResponseReturnValue:
    """Make the file of what was decided; if that fails the number is not lost."""
    try:
        certificate = finish_issuing(certificate_id, settings=settings())
    except BeingFinished as error:
        flash(str(error.text))
    except LabError as error:
        told = N_("The number is reserved, but there is no file yet: {problem}")
        flash(str(Message(told, {"problem": str(error.text)})))
    else:
        flash(str(Message(N_("{number} was issued."), {"number": certificate.number})))
    return redirect(url_for(".show", certificate_id=certificate_id))


@bp.get("/preview/<int:job_id>.pdf")
@requires(Permission.CERTIFICATE_ISSUE)
def preview(job_id: int) -> ResponseReturnValue:
    """What the paper will look like: without a number, and marked as worthless."""
    data = _rehearse(job_id)
    return as_file(data, f"xem-truoc-{job_id}.pdf")


@bp.post("/resume")
@requires(Permission.CERTIFICATE_FINISH)
def resume() -> ResponseReturnValue:
    """Make the files of all numbers that wait for one."""
    done, refused = resume_issuing(settings=settings())
    told = N_("{number} documents were finished.")
    flash(str(Message(told, {"number": len(done)})))
    for number, error in refused.items():
        flash(f"{number}: {error.text}")
    return redirect(url_for(".awaiting"))


@bp.post("/<int:certificate_id>/finish")
@requires(Permission.CERTIFICATE_FINISH)
def finish(certificate_id: int) -> ResponseReturnValue:
    """Make the file of one reserved number."""
    return finish_and_tell(certificate_by_id(certificate_id).id)
