"""Correcting a document that was issued with wrong words: a new one takes its place.

Two transactions as for any document. The first takes the corrected one's number and
freezes its words, while the wrong one stays in force; the second, with the file, lets
one take the place of the other. A kill in between leaves a reserved number, which is
finished like all others, or given up.
"""

from collections.abc import Collection

from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.correction.correcting import (
    changes_told,
    correction_hash,
    draft_of,
    owner_of,
)
from labms.certificates.life import (
    CorrectionOnItsWay,
    CorrectionReason,
    CorrectsNothing,
    NothingCorrected,
)
from labms.certificates.models import Certificate, Correction
from labms.certificates.queries import (
    correction_on_its_way,
    instance_is_fenced,
    job_to_certify,
)
from labms.certificates.rules import (
    CertificateState,
    ContentChanged,
    Fenced,
    check_explained,
)
from labms.certificates.services import take_number
from labms.db import db
from labms.policy import Actor, Permission, authorize
from labms.remembering import remembering
from labms.settings import Settings


def supersede_certificate(
    certificate: Certificate,
    *,
    actor: Actor,
    reason: CorrectionReason,
    text: str,
    take: Collection[str] = (),
    place: str = "",
    shown: str | None,
    settings: Settings,
) -> Certificate:
    """Decide that a document is corrected, and write down what it says from then on.

    `take` names the words that are taken as register and body have them today, `place`
    is typed; `shown` is the hash of the draft that the signatory saw beside the old
    one (None: nothing was shown, as in a command). The row is locked by the caller.
    Day of the measurements, results, last day and stamp stay. Refuses with NotAllowed,
    CorrectsNothing, CorrectionOnItsWay, Fenced, ReasonTooShort, NothingCorrected,
    MeasuredOtherwise, ContentChanged, NotPrintable or AlreadyReserved.
    """
    job = job_to_certify(certificate.job_id)
    authorize(actor, Permission.CERTIFICATE_ISSUE, job)
    if certificate.state is not CertificateState.ISSUED:
        raise CorrectsNothing(number=certificate.number)
    if (under_way := correction_on_its_way(certificate.id)) is not None:
        raise CorrectionOnItsWay(number=under_way.number)
    if instance_is_fenced():
        raise Fenced
    explanation = check_explained(text)
    with remembering():
        draft, chosen = draft_of(certificate, job, take=take, place=place)
        if not chosen:
            raise NothingCorrected(number=certificate.number)
        if shown is not None and correction_hash(certificate, draft) != shown:
            raise ContentChanged
        corrected = take_number(
            job,
            certificate.kind,
            draft,
            owner_id=owner_of(certificate, job, chosen),
            evidence_at=certificate.evidence_at,
            valid_until=certificate.valid_until,
            actor=actor,
            settings=settings,
        )
    db.session.add(
        Correction(
            certificate_id=corrected.id,
            corrects_id=certificate.id,
            reason=reason,
            explanation=explanation,
            changes=changes_told(chosen),
        )
    )
    db.session.flush()
    record(
        EventType.CERTIFICATE_RESERVED,
        corrected,
        actor=actor,
        reason=f"{certificate.number}: {explanation}",
    )
    return corrected
