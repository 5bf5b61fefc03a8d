"""A document that there is a doubt about: suspended or looked into, until it is gone.

Neither touches the document itself. Under review, it counts, and everybody reads that
it is looked into; suspended, it doesn't count until the doubt is gone. Both, and that
it is gone, stand in the public log: whoever checks without us knows it too.
"""

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.life import Held, HoldReason, NotHeld
from labms.certificates.logged import log_held, log_lifted
from labms.certificates.models import Certificate, Hold
from labms.certificates.queries import holds_of
from labms.certificates.rules import CertificateState, NotIssued, check_explained
from labms.db import db
from labms.policy import Actor, Permission, authorize
from labms.registry.standings import HoldKind

_EVENTS = {
    HoldKind.SUSPENDED: EventType.CERTIFICATE_SUSPENDED,
    HoldKind.UNDER_REVIEW: EventType.CERTIFICATE_UNDER_REVIEW,
}


def hold_certificate(
    certificate: Certificate,
    *,
    actor: Actor,
    kind: HoldKind,
    reason: HoldReason,
    text: str,
) -> Hold:
    """Suspend a document, or say that it is looked into; the public reads it at once.

    What is under review may be suspended; what is suspended is lifted first. Refuses
    with NotAllowed, NotIssued, Held or ReasonTooShort. The row is locked by the caller.
    """
    authorize(actor, Permission.CERTIFICATE_EXAMINE, certificate)
    if certificate.state is not CertificateState.ISSUED:
        raise NotIssued(number=certificate.number)
    explanation = check_explained(text)
    before = holds_of([certificate]).get(certificate.id)
    if before is not None:
        if before.kind is kind or before.kind is HoldKind.SUSPENDED:
            raise Held(number=certificate.number)
        _lift(before, actor=actor, because=explanation)
    hold = Hold(
        certificate_id=certificate.id,
        kind=kind,
        reason=reason,
        explanation=explanation,
        held_on=clock.today(),
        held_at=clock.now(),
        held_by_id=actor.id,
    )
    db.session.add(hold)
    db.session.flush()
    record(_EVENTS[kind], certificate, actor=actor, reason=explanation)
    log_held(certificate, hold)
    return hold


def lift_hold(certificate: Certificate, *, actor: Actor, text: str) -> None:
    """Say that the doubt is gone: the document is worth again what it was worth.

    Refuses with NotAllowed, NotHeld or ReasonTooShort.
    """
    authorize(actor, Permission.CERTIFICATE_EXAMINE, certificate)
    hold = holds_of([certificate]).get(certificate.id)
    if hold is None:
        raise NotHeld(number=certificate.number)
    because = check_explained(text)
    _lift(hold, actor=actor, because=because)
    record(EventType.CERTIFICATE_HOLD_LIFTED, certificate, actor=actor, reason=because)
    log_lifted(certificate)


def _lift(hold: Hold, *, actor: Actor, because: str) -> None:
    hold.lifted_at = clock.now()
    hold.lifted_by_id = actor.id
    hold.lifted_because = because
    db.session.flush()
