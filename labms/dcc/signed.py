"""What can be said of the XML signature in a DCC without trusting it."""

from base64 import b64decode
from dataclasses import dataclass

from lxml import etree

_DS = "{http://www.w3.org/2000/09/xmldsig#}"


@dataclass(frozen=True, slots=True)
class Signed:
    """How many signatures there are, and who they say that they are by.

    None is checked here: neither that the content is what was signed, nor the
    certificate. A page has to say so.
    """

    count: int = 0
    names: tuple[str, ...] = ()


def signed_by(root: etree._Element) -> Signed:
    """Return the signatures of a document, unchecked."""
    found = root.findall(f"{_DS}Signature")
    names = [
        name
        for one in found
        for name in [_subject(one.find(f".//{_DS}X509Certificate"))]
        if name
    ]
    return Signed(len(found), tuple(names[:10]))


def _subject(certificate: etree._Element | None) -> str:
    from cryptography import x509

    if certificate is None:
        return ""
    try:
        read = x509.load_der_x509_certificate(b64decode(certificate.text or ""))
        return read.subject.rfc4514_string()[:300]
    except ValueError:
        return ""
