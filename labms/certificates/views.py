"""Pages about certificates and notices of failure."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from labms import clock
from labms.audit.queries import events_about
from labms.audit.rules import EventType
from labms.certificates.account import number_accounts
from labms.certificates.content import content_of, hash_of
from labms.certificates.forms import (
    HandOverForm,
    IssueForm,
    RevokeForm,
    SigningForm,
    VoidForm,
)
from labms.certificates.pdf import draw_preview
from labms.certificates.queries import (
    awaiting_signature,
    certificate_by_id,
    certificates,
    content_of_document,
    endings_of,
    instance_is_fenced,
    job_to_certify,
    live_document_of,
    standings_of,
    successor_of,
    unfinished,
    years_of_documents,
)
from labms.certificates.rules import (
    CERTIFICATE_STATES,
    DOCUMENT_KINDS,
    REVOCATION_REASONS,
    STANDINGS,
    BeingFinished,
    CertificateState,
    ContentChanged,
    DocumentKind,
    ReasonTooShort,
    Standing,
    WrongDay,
)
from labms.certificates.services import (
    finish_issuing,
    record_handing_over,
    record_signing,
    reserve_certificate,
    resume_issuing,
    revoke_certificate,
    void_reserved,
)
from labms.db import transaction
from labms.errors import LabError
from labms.filestore import read
from labms.i18n import N_, Message, gettext
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.paper.qr import qr_svg
from labms.policy import Permission, scope_of
from labms.registry.rules import ENDING_REASONS
from labms.traceability.queries import chain_of
from labms.traceability.rules import ISSUER_KINDS
from labms.traceability.views import may_open
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

#: What the register can be narrowed to by worth.
WORTHS = (Standing.VALID, Standing.EXPIRED, Standing.ENDED)


def _asked(kind: type, name: str) -> object | None:
    raw = request.args.get(name, "")
    return kind(raw) if raw in {str(member) for member in kind} else None  # type: ignore[attr-defined]


@bp.get("/")
@requires(Permission.CERTIFICATE_READ)
def index() -> ResponseReturnValue:
    """The register of documents."""
    year = request.args.get("year", type=int)
    page = page_of(
        certificates(
            on=clock.today(),
            text=request.args.get("q", ""),
            state=_asked(CertificateState, "state"),  # type: ignore[arg-type]
            kind=_asked(DocumentKind, "kind"),  # type: ignore[arg-type]
            worth=_asked(Standing, "worth"),  # type: ignore[arg-type]
            year=year if year and 1900 <= year <= 2200 else None,
        )
    )
    return render_template(
        "certificates/index.html",
        page=page,
        says={one.id: content_of_document(one) for one in page.rows},
        standings=_standings(page.rows),
        years=years_of_documents(),
        worths=WORTHS,
        **WORDS,
    )


WORDS = {
    "KINDS": DOCUMENT_KINDS,
    "STATES": CERTIFICATE_STATES,
    "STANDINGS": STANDINGS,
    "REASONS": REVOCATION_REASONS,
    "ENDING_REASONS": ENDING_REASONS,
    "EVENTS": {
        EventType.CERTIFICATE_RESERVED: N_("number taken, words frozen"),
        EventType.CERTIFICATE_ISSUED: N_("issued"),
        EventType.CERTIFICATE_VOIDED: N_("number given up"),
        EventType.CERTIFICATE_REVOKED: N_("revoked"),
        EventType.CERTIFICATE_SUPERSEDED: N_("superseded"),
        EventType.CERTIFICATE_SIGNED: N_("signed by hand"),
        EventType.CERTIFICATE_HANDED_OVER: N_("handed over to"),
    },
}


def _standings(rows: object) -> dict[int, Standing]:
    return standings_of(
        rows,  # type: ignore[arg-type]
        on=clock.today(),
        expiring_days=settings().expiring_days,
    )


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


@bp.get("/numbers")
@requires(Permission.CERTIFICATE_READ)
def numbers() -> ResponseReturnValue:
    """Every number from 1 to the last one, and what became of it."""
    scope = scope_of(current_actor())
    accounts = [] if scope.owner_id else number_accounts(body_id=scope.body_id)
    return render_template("certificates/numbers.html", accounts=accounts, **WORDS)


@bp.route("/issue/<int:job_id>", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def issue(job_id: int) -> ResponseReturnValue:
    """Read what will be certified once more, then certify exactly that."""
    form = IssueForm()
    if form.validate_on_submit():
        _rehearse(job_id)
        try:
            with transaction():
                certificate = reserve_certificate(
                    job_to_certify(job_id),
                    actor=current_actor(),
                    shown=form.shown.data or "",
                    settings=settings(),
                )
        except ContentChanged as error:
            form.shown.errors = [error.text]
        else:
            return _finish(certificate.id)
    job = job_to_certify(job_id)
    if (live := live_document_of(job.id)) is not None:
        return redirect(url_for(".show", certificate_id=live.id))
    return _issue_page(job, form), 409 if form.shown.errors else 200


def _rehearse(job_id: int) -> bytes:
    """Draw the draft: what can't be printed is refused before a number is taken."""
    draft = content_of(job_to_certify(job_id), test_print=settings().demo)
    return draw_preview(
        draft,
        public_url=settings().public_url,
        on=clock.today().isoformat(),
        cache_dir=settings().cache_dir,
    )


def _issue_page(job: Job, form: IssueForm) -> str:
    draft = content_of(job, test_print=settings().demo)
    form.shown.data = hash_of(draft)
    return render_template(
        "certificates/issue.html",
        job=job,
        form=form,
        says=draft,
        is_ready=job.state is JobState.APPROVED,
        is_fenced=instance_is_fenced(),
    )


def _finish(certificate_id: int) -> ResponseReturnValue:
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
    return _file(data, f"xem-truoc-{job_id}.pdf")


def _file(data: bytes, name: str) -> Response:
    return Response(
        data,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@bp.get("/<int:certificate_id>")
@requires(Permission.CERTIFICATE_READ)
def show(certificate_id: int) -> ResponseReturnValue:
    """One document: what it says, what it is worth today, and what was done with it."""
    return _show(certificate_id)


def _show(certificate_id: int, **forms: object) -> str:
    certificate = certificate_by_id(certificate_id)
    given = {
        "revoking": RevokeForm(formdata=None),
        "voiding": VoidForm(formdata=None),
        "signing": SigningForm(
            formdata=None,
            signed_on=certificate.signed_on or clock.today(),
            sealed_on=certificate.sealed_on or clock.today(),
        ),
        "handing": HandOverForm(formdata=None, on=clock.today()),
    }
    says = content_of_document(certificate)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        says=says,
        standing=_standings([certificate])[certificate.id],
        ending=endings_of([certificate]).get(certificate.id),
        successor=successor_of(certificate.id),
        events=events_about("certificate", certificate.id),
        qr=qr_svg(says["lookup"]["url"], label=gettext("QR code of this document")),
        **(given | forms),
        **WORDS,
    )


@bp.get("/<int:certificate_id>.pdf")
@requires(Permission.CERTIFICATE_READ)
def pdf(certificate_id: int) -> ResponseReturnValue:
    """The file, as it was issued."""
    certificate = certificate_by_id(certificate_id)
    if certificate.file_hash is None:
        raise BeingFinished(number=certificate.number)
    return _file(
        read(settings().files_dir, certificate.file_hash),
        f"{certificate.lookup_token}.pdf",
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
        chain=chain_of([one.standard_id for one in job.used], on=job.day_performed),
        may_open=may_open,
        issuer_kinds=ISSUER_KINDS,
        **WORDS,
    )


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
    return _finish(certificate_by_id(certificate_id).id)


@bp.post("/<int:certificate_id>/revoke")
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Withdraw a document because it is wrong."""
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                revoke_certificate(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    reason=form.reason.data,
                    text=form.text.data,
                    on=clock.today(),
                )
        except ReasonTooShort as error:
            form.refuse("text", error)
        else:
            flash(gettext(N_("It is revoked. Whoever scans its code reads why.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return _show(certificate_id, revoking=form), 422


@bp.post("/<int:certificate_id>/void")
@requires(Permission.CERTIFICATE_REVOKE)
def void(certificate_id: int) -> ResponseReturnValue:
    """Give up a number that has no document."""
    form = VoidForm()
    if form.validate_on_submit():
        try:
            with transaction():
                void_reserved(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    reason=form.reason.data,
                )
        except ReasonTooShort as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The number is given up; it stays in the series.")))
            return redirect(url_for(".show", certificate_id=certificate_id))
    return _show(certificate_id, voiding=form), 422


@bp.post("/<int:certificate_id>/signed")
@requires(Permission.CERTIFICATE_HAND_OVER)
def sign(certificate_id: int) -> ResponseReturnValue:
    """Note that the paper was signed and sealed by hand."""
    form = SigningForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_signing(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    signed_on=form.signed_on.data,  # type: ignore[arg-type]
                    sealed_on=form.sealed_on.data,
                )
        except WrongDay as error:
            form.refuse("signed_on", error)
        else:
            return redirect(url_for(".show", certificate_id=certificate_id))
    return _show(certificate_id, signing=form), 422


@bp.post("/<int:certificate_id>/handed-over")
@requires(Permission.CERTIFICATE_HAND_OVER)
def hand_over(certificate_id: int) -> ResponseReturnValue:
    """Note who took the signed paper."""
    form = HandOverForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_handing_over(
                    certificate_by_id(certificate_id, for_update=True),
                    actor=current_actor(),
                    to=form.to.data,
                    on=form.on.data,  # type: ignore[arg-type]
                )
        except WrongDay as error:
            form.refuse("on", error)
        else:
            return redirect(url_for(".show", certificate_id=certificate_id))
    return _show(certificate_id, handing=form), 422
