"""A calibration of the house, entered as that of the standard that was calibrated.

A standard goes through the laboratory as any instrument does, under its own maker and
serial number: by these its certificate is known again.
"""

from labms import filestore
from labms.certificates.files import newest_file
from labms.certificates.models import Certificate
from labms.certificates.queries import content_of_document
from labms.certificates.rules import CertificateState, DocumentKind
from labms.errors import Conflict
from labms.i18n import N_
from labms.policy import Actor
from labms.registry.models import Standard
from labms.registry.queries import standards_named
from labms.registry.rules import StandardState, identity_key
from labms.settings import Settings
from labms.traceability.models import ReceivedDcc
from labms.traceability.receiving import receive_dcc
from labms.traceability.services import Attachment


class NoSuchStandard(Conflict):
    """The certificate is about no standard of the body, or about several."""

    code = "certificate.no_such_standard"
    message = N_(
        "No standard of this body, or more than one, has the maker and serial number "
        "of this certificate. Compare them on the page of the standard."
    )


def standard_of(certificate: Certificate) -> Standard | None:
    """Return the body's standard that an issued calibration is about, if it is one."""
    if (certificate.kind, certificate.state) != (
        DocumentKind.CALIBRATION,
        CertificateState.ISSUED,
    ):
        return None
    subject = content_of_document(certificate)["instrument"]
    serial, maker = (
        identity_key(subject.get(key) or "") for key in ("serial", "maker")
    )
    found = [
        each
        for each in (standards_named(subject["serial"]) if serial else ())
        if each.body_id == certificate.body_id
        and each.state is not StandardState.RETIRED
        and identity_key(each.serial) == serial
        and identity_key(each.maker) in ("", maker)
    ]
    return found[0] if len(found) == 1 else None


def offer_as_calibration(
    certificate: Certificate, *, actor: Actor, settings: Settings
) -> ReceivedDcc:
    """Hand a certificate to the standard that it is about, for somebody to confirm.

    Its file fills in number, days, values and chain, as that of any laboratory does.
    Refuses with NoSuchStandard, or as `receive_dcc` does.
    """
    standard = standard_of(certificate)
    if standard is None:
        raise NoSuchStandard
    data = filestore.read(settings.files_dir, newest_file(certificate).file_hash)
    return receive_dcc(
        standard,
        Attachment(f"{certificate.lookup_token}.pdf", data),
        actor=actor,
        files_dir=settings.files_dir,
    )
