"""What becomes of the paper: signed by hand, sealed, handed over.

A document that is signed electronically needs no other signature to be handed over;
whoever signs and seals a printed copy of it may note that too.
"""

from datetime import date
from itertools import pairwise

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.files import signing_of
from labms.certificates.models import Certificate
from labms.certificates.rules import (
    CertificateState,
    NotIssued,
    NotSignedYet,
    SigningStep,
    WrongDay,
)
from labms.db import db
from labms.policy import Actor, Permission, authorize


def record_signing(
    certificate: Certificate,
    *,
    actor: Actor,
    signed_on: date,
    sealed_on: date | None,
) -> None:
    """Note that the paper was signed by performer and head, and sealed.

    Refuses with NotAllowed, NotIssued or WrongDay.
    """
    authorize(actor, Permission.CERTIFICATE_HAND_OVER, certificate)
    _check_in_force(certificate)
    _check_days(certificate.issued_on, signed_on, sealed_on)
    certificate.signed_on, certificate.sealed_on = signed_on, sealed_on
    db.session.flush()
    record(EventType.CERTIFICATE_SIGNED, certificate, actor=actor)


def record_handing_over(
    certificate: Certificate, *, actor: Actor, to: str, on: date
) -> None:
    """Note to whom the signed paper was given.

    Refuses with NotAllowed, NotIssued, NotSignedYet or WrongDay.
    """
    authorize(actor, Permission.CERTIFICATE_HAND_OVER, certificate)
    _check_in_force(certificate)
    if certificate.signed_on is None and not is_signed_electronically(certificate):
        raise NotSignedYet(number=certificate.number)
    _check_days(certificate.issued_on, certificate.signed_on, certificate.sealed_on, on)
    certificate.handed_over_on, certificate.handed_over_to = on, to
    db.session.flush()
    record(EventType.CERTIFICATE_HANDED_OVER, certificate, actor=actor, reason=to)


def is_signed_electronically(certificate: Certificate) -> bool:
    """Whether its file bears the electronic signature that was chosen for it."""
    signing = signing_of(certificate.id)
    return signing is not None and signing.awaits is not SigningStep.SIGNATURE


def _check_in_force(certificate: Certificate) -> None:
    if certificate.state is not CertificateState.ISSUED:
        raise NotIssued(number=certificate.number)


def _check_days(*days: date | None) -> None:
    """Raise WrongDay unless the days that are given follow each other up to today."""
    given = [day for day in days if day is not None]
    for before, day in pairwise(given):
        if not before <= day <= clock.today():
            raise WrongDay(first=before.strftime("%d/%m/%Y"))
