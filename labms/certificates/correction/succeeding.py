"""One document takes the place of another in one moment: never two, never none."""

from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.life import CorrectsNothing
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, correction_by
from labms.certificates.rules import CertificateState
from labms.db import db
from labms.policy import SYSTEM


def make_room_for(certificate: Certificate) -> Certificate | None:
    """End what this document corrects, in the transaction that issues it.

    Returns the corrected one, or None for a document that takes nobody's place.
    Refuses with CorrectsNothing if that one is not in force any more.
    """
    correction = correction_by(certificate.id)
    if correction is None:
        return None
    corrected = certificate_by_id(correction.corrects_id, for_update=True)
    if corrected.state is not CertificateState.ISSUED:
        raise CorrectsNothing(number=corrected.number)
    corrected.state = CertificateState.SUPERSEDED
    # First the old one leaves: an index allows one document in force for each job.
    db.session.flush()
    certificate.supersedes_id = corrected.id
    record(
        EventType.CERTIFICATE_SUPERSEDED,
        corrected,
        actor=SYSTEM,
        reason=f"{certificate.number}: {correction.explanation}",
    )
    return corrected
