"""The first half of issuing: what is decided, and its withdrawal.

What is decided (number, words, secret code) is committed before there is a file,
which `labms.certificates.finishing` makes.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from labms import clock
from labms.accounts.models import User
from labms.audit.rules import EventType, canonical
from labms.audit.services import record
from labms.catalogue.rules import Evidence
from labms.certificates.content import (
    Content,
    content_of,
    finished,
    hash_of,
    owner_measured,
    shown_hash,
)
from labms.certificates.logged import log_issue, log_revoked, log_void
from labms.certificates.models import Certificate
from labms.certificates.pdf import ready_to_draw
from labms.certificates.queries import (
    instance_is_fenced,
    live_document_of,
)
from labms.certificates.rules import (
    SERIES,
    STATES_VALUES,
    AlreadyReserved,
    AlreadyRevoked,
    BeingFinished,
    BrokenTraceability,
    CertificateState,
    ContentChanged,
    DocumentKind,
    Fenced,
    NotCertifiable,
    NotReserved,
    RevocationReason,
    check_explained,
    document_for,
    new_lookup_token,
)
from labms.certificates.signatures.sealing import begin_signing, with_signature
from labms.db import db
from labms.i18n import N_
from labms.jobs.dating import check_still_counts
from labms.jobs.models import Job, JobStandard
from labms.jobs.rules import JOB_STATES, JobState, WrongState, check_transition
from labms.metrology.verdicts import Verdict
from labms.organisations.numbering import next_number
from labms.organisations.queries import body_by_id
from labms.organisations.rules import has_year
from labms.paper.content import check_content
from labms.people.queries import check_entitled
from labms.policy import Actor, Permission, authorize
from labms.proof.services import check_ready
from labms.registry.models import Instrument
from labms.registry.services import withdraw_ending
from labms.remembering import remembering
from labms.settings import Settings
from labms.traceability.queries import chain_as_used


def reserve_certificate(
    job: Job, *, actor: Actor, shown: str, settings: Settings
) -> Certificate:
    """Decide that an approved job is certified, and write down as what.

    Freezes what the document says and takes the next number of its series. The file
    does not exist yet: `finish_issuing` makes it from what was frozen here, and closes
    the job. `shown` is the hash of what the signatory saw. A failed job is told with a
    notice of failure, a calibration certified with its results, in the same way.
    It is for whoever owned the instrument when it was measured. Refuses with
    NotAllowed, WrongState, NotCertifiable, Fenced, AlreadyReserved, NotEntitled,
    BrokenTraceability, CountsNoMore, ContentChanged or NotPrintable.
    """
    authorize(actor, Permission.CERTIFICATE_ISSUE, job)
    _lock(job)
    failed = job.verdict is Verdict.FAIL
    check_transition(job.state, JobState.NOTIFIED if failed else JobState.CERTIFIED)
    kind = document_for(job.kind, job.verdict)
    if not failed and job.evidence is not Evidence.CERTIFICATE:
        raise NotCertifiable(problem=N_("its evidence is a stamp or mark alone"))
    if instance_is_fenced():
        raise Fenced
    check_ready()  # before a number is taken: without the log nothing is issued
    if live_document_of(job.id) is not None:
        raise AlreadyReserved
    instrument = _instrument_of(job)
    if kind not in STATES_VALUES:  # which asks for no verifier's card
        _check_performer(job, instrument)
    check_still_counts(job)
    with remembering():
        _check_chain(job)
        draft = content_of(job, test_print=settings.demo)
        if shown_hash(job, draft) != shown:
            raise ContentChanged
        return _reserved(job, kind, draft, actor=actor, settings=settings)


def _check_chain(job: Job) -> None:
    """Raise BrokenTraceability unless the standards lead up to the unit."""
    if problems := chain_as_used(_used_in(job), on=job.day_performed).problems:
        raise BrokenTraceability(problems="; ".join(str(one.text) for one in problems))


def _lock(job: Job) -> None:
    """Let nobody take the approval back meanwhile. Raises WrongState if one has."""
    locked = sa.select(Job.state).where(Job.id == job.id).with_for_update()
    state = db.session.scalar(locked)
    if state is not None and state is not job.state:
        raise WrongState(old=JOB_STATES[state], new=JOB_STATES[JobState.CERTIFIED])


def _reserved(
    job: Job,
    kind: DocumentKind,
    draft: Content,
    *,
    actor: Actor,
    settings: Settings,
) -> Certificate:
    certificate = take_number(
        job,
        kind,
        draft,
        owner_id=owner_measured(job),
        evidence_at=job.evidence_at,
        valid_until=None if kind is DocumentKind.NOTICE else job.valid_until,
        actor=actor,
        settings=settings,
    )
    record(EventType.CERTIFICATE_RESERVED, certificate, actor=actor)
    return certificate


def take_number(
    job: Job,
    kind: DocumentKind,
    draft: Content,
    *,
    owner_id: int,
    evidence_at: datetime | None,
    valid_until: date | None,
    actor: Actor,
    settings: Settings,
) -> Certificate:
    """Freeze a draft under the next number of its series: a row without its event.

    Within the transaction of a service that has decided that it may be. Refuses with
    NotPrintable or AlreadyReserved.
    """
    ready_to_draw(settings.cache_dir)  # whether it can be printed is asked below
    today, token = clock.today(), new_lookup_token()
    series = SERIES[kind]
    body = body_by_id(job.body_id)
    sequence, number = next_number(job.body_id, series, year=today.year)
    counted = today.year if has_year(body.pattern(series)) else 0
    draft = with_signature(draft, body, settings=settings)
    content = finished(
        draft, number=number, issued_on=today, url=f"{settings.public_url}/c/{token}"
    )
    check_content(content, schema=content["schema"])
    certificate = Certificate(
        body_id=job.body_id,
        kind=kind,
        year=counted,
        sequence=sequence,
        number=number,
        lookup_token=token,
        state=CertificateState.RESERVED,
        job_id=job.id,
        instrument_id=job.instrument_id,
        owner_id=owner_id,
        content=canonical(content),
        content_hash=hash_of(content),
        reserved_at=clock.now(),
        issued_on=today,
        issued_by_id=actor.id,
        evidence_at=evidence_at,
        valid_until=valid_until,
    )
    db.session.add(certificate)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else was faster: one live document each
        raise AlreadyReserved from error
    begin_signing(certificate, content)
    log_issue(certificate)
    return certificate


def _instrument_of(job: Job) -> Instrument:
    found = db.session.scalar(
        sa.select(Instrument).where(Instrument.id == job.instrument_id)
    )
    if found is None:
        raise NotCertifiable(problem=N_("it is not about an instrument"))
    return found


def _check_performer(job: Job, instrument: Instrument) -> None:
    """Raise NotEntitled unless the performer's card held on the day, for this type."""
    performer = db.session.get(User, job.performed_by_id)
    if performer is not None:
        check_entitled(
            performer, instrument.type_slug, on=job.day_performed, body_id=job.body_id
        )


def _used_in(job: Job) -> dict[int, int]:
    """Return the calibrations that a job relied upon, by the standard's id."""
    rows = db.session.execute(
        sa.select(JobStandard.standard_id, JobStandard.calibration_id)
        .where(JobStandard.job_id == job.id)
        .order_by(JobStandard.standard_id)
    )
    return {row.standard_id: row.calibration_id for row in rows}


def void_reserved(certificate: Certificate, *, actor: Actor, reason: str) -> None:
    """Give up a number that has no document; it stays in the series, with the reason.

    The job stays approved. Refuses with NotAllowed, NotReserved, BeingFinished or
    ReasonTooShort.
    """
    authorize(actor, Permission.CERTIFICATE_REVOKE, certificate)
    if certificate.state is not CertificateState.RESERVED:
        raise NotReserved(number=certificate.number)
    if certificate.lease_until is not None and certificate.lease_until > clock.now():
        raise BeingFinished(number=certificate.number)
    certificate.void_reason = check_explained(reason)
    certificate.state = CertificateState.VOID
    db.session.flush()
    record(EventType.CERTIFICATE_VOIDED, certificate, actor=actor, reason=reason)
    log_void(certificate)


def revoke_certificate(
    certificate: Certificate,
    *,
    actor: Actor,
    reason: RevocationReason,
    text: str,
    on: date,
    restores: bool = True,
) -> None:
    """Withdraw a document because it is wrong; the public page says so at once.

    `restores`: of a notice, what the failure ended is valid again. The job stays closed
    as it is. Refuses with NotAllowed, AlreadyRevoked or ReasonTooShort.
    """
    authorize(actor, Permission.CERTIFICATE_REVOKE, certificate)
    if certificate.state is not CertificateState.ISSUED:
        raise AlreadyRevoked(number=certificate.number)
    certificate.revocation_text = check_explained(text)
    certificate.revocation_reason = reason
    certificate.revoked_on = on
    certificate.state = CertificateState.REVOKED
    if certificate.kind is DocumentKind.NOTICE and restores:
        withdraw_ending(certificate.job_id, actor=actor, reason=text)
    db.session.flush()
    record(EventType.CERTIFICATE_REVOKED, certificate, actor=actor, reason=text)
    log_revoked(certificate)
