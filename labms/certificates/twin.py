"""The machine-readable twin of a document: a DCC, from the same frozen content.

Every calibration certificate carries its own, and a certificate of verification if its
body has chosen so. Of the others it is made when somebody asks for it: it is the same
bytes each time.
"""

import json

from labms.certificates.models import Certificate
from labms.certificates.queries import content_of_document
from labms.certificates.rules import DocumentKind
from labms.dcc.rules import NoTwin
from labms.dcc.writing import dcc_of, file_name
from labms.paper.attachments import Attachment

MEDIA_TYPE = "text/xml"
DESCRIPTION = "Digital calibration certificate (DCC 3.3.0)"


def twin_of(certificate: Certificate) -> Attachment | None:
    """Return what goes into the file of a document; None where nothing does."""
    content = json.loads(certificate.content)
    is_wanted = content.get("machine", {}).get("is_enclosed", False)
    if certificate.kind is not DocumentKind.CALIBRATION and not is_wanted:
        return None
    try:
        data = dcc_of(content)
    except NoTwin:
        return None
    return Attachment(
        name=file_name(content),
        data=data,
        media_type=MEDIA_TYPE,
        description=DESCRIPTION,
        relationship="Data",
    )


def twin_bytes(certificate: Certificate) -> bytes:
    """Return the DCC of a document, whether or not it lies in its file too.

    Raises NoTwin for a notice, and for what was frozen before there were any.
    """
    return dcc_of(content_of_document(certificate))
