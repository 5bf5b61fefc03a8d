"""The page of one document, and what the other pages share with it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, Response, render_template, request

from labms import clock
from labms.audit.queries import events_about
from labms.audit.rules import EventType
from labms.certificates.files import files_of, signing_of
from labms.certificates.forms import (
    HandOverForm,
    RevokeForm,
    SigningForm,
    VoidForm,
)
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    content_of_document,
    endings_of,
    standings_of,
    successor_of,
)
from labms.certificates.rules import (
    CERTIFICATE_STATES,
    DOCUMENT_KINDS,
    FILE_KINDS,
    REVOCATION_REASONS,
)
from labms.certificates.signatures.sending import DOUBTS
from labms.certificates.standards import standard_of
from labms.certificates.views.life import life_of
from labms.dcc.writing import has_twin
from labms.i18n import N_, gettext
from labms.paper.qr import qr_svg
from labms.registry.endings import Ending, who_said
from labms.registry.papers import worth_of
from labms.registry.rules import ENDING_REASONS
from labms.registry.standings import STANDINGS, Standing
from labms.signing.rules import TRUSTS, WAYS
from labms.web.lists import settings

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

#: What the register can be narrowed to by worth.
WORTHS = (Standing.VALID, Standing.EXPIRED, Standing.ENDED)


Kind = TypeVar("Kind", bound=StrEnum)


def asked(kind: type[Kind], name: str) -> Kind | None:
    """Return the value of an enum that the address asks for, if it is one."""
    raw = request.args.get(name, "")
    return next((member for member in kind if member == raw), None)


WORDS = {
    "KINDS": DOCUMENT_KINDS,
    "STATES": CERTIFICATE_STATES,
    "STANDINGS": STANDINGS,
    "FILES": FILE_KINDS,
    "REASONS": REVOCATION_REASONS,
    "TRUSTS": TRUSTS,
    "DOUBTS": DOUBTS,
    "WAYS": WAYS,
    "ENDING_REASONS": ENDING_REASONS,
    "EVENTS": {
        EventType.CERTIFICATE_RESERVED: N_("number taken, words frozen"),
        EventType.CERTIFICATE_ISSUED: N_("issued"),
        EventType.CERTIFICATE_VOIDED: N_("number given up"),
        EventType.CERTIFICATE_REVOKED: N_("revoked"),
        EventType.CERTIFICATE_SUPERSEDED: N_("superseded"),
        EventType.CERTIFICATE_SUSPENDED: N_("suspended"),
        EventType.CERTIFICATE_UNDER_REVIEW: N_("put under review"),
        EventType.CERTIFICATE_HOLD_LIFTED: N_("counts again"),
        EventType.CERTIFICATE_SIGNED: N_("signed by hand"),
        EventType.CERTIFICATE_HANDED_OVER: N_("handed over to"),
    },
}


def standings(rows: Iterable[Certificate]) -> dict[int, Standing]:
    """Return what documents are worth today, by their ids."""
    return standings_of(
        rows,
        on=clock.today(),
        expiring_days=settings().expiring_days,
    )


def as_file(data: bytes, name: str) -> Response:
    """Answer with a PDF, to be opened in the browser."""
    return Response(
        data,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _ending_of(certificate: Certificate) -> Ending | None:
    """Return what ended it, and who said so."""
    found = endings_of([certificate]).get(certificate.id)
    return who_said(found) if found else None


def page_about(certificate_id: int, **forms: object) -> str:
    """Return the page of one document, with a form as it was filled in if any was."""
    certificate = certificate_by_id(certificate_id)
    given: dict[str, object] = {
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
    given["scan_problem"] = ""
    return render_template(
        "certificates/show.html",
        files=files_of(certificate),
        e_signing=signing_of(certificate.id),
        certificate=certificate,
        says=says,
        has_twin=has_twin,
        own_standard=standard_of(certificate),
        standing=standings([certificate])[certificate.id],
        worth=worth_of(
            certificate.instrument_id,
            on=clock.today(),
            expiring_days=settings().expiring_days,
        ),
        ending=_ending_of(certificate),
        successor=successor_of(certificate.id),
        events=events_about("certificate", certificate.id),
        qr=qr_svg(says["lookup"]["url"], label=gettext("QR code of this document")),
        **(given | life_of(certificate) | forms),
        **WORDS,
    )
