"""What lies in the file of a document beside its pages, for machines and for proof.

The same files each time: what depends on the moment was fixed with the number.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import labms
from labms.certificates.models import Certificate
from labms.certificates.twin import DESCRIPTION, MEDIA_TYPE, twin_of
from labms.dcc.writing import file_name
from labms.organisations.queries import picture_called
from labms.paper.attachments import Attachment
from labms.program import code_of
from labms.proof.queries import proof_of_issue
from labms.proof.rules import document_id

CONTENT = "content.json"
PROOF = "proof.tlog"
TRAIL = "audit-checkpoint.txt"
LOGO = "logo.png"


def enclosures(certificate: Certificate) -> list[Attachment]:
    """Return the files to put into a document's PDF: its words, and what proves it.

    A document whose number was taken before there was a log has no proof in it.
    """
    proved = proof_of_issue(document_id(certificate.lookup_token))
    return enclosed(
        certificate.content,
        twin=twin_of(certificate),
        proof=proved.proof if proved else "",
        trail=proved.trail if proved else "",
        logo=_logo(certificate.content),
    )


def _logo(content: str) -> bytes:
    """Return the logo that some content names; empty if it names none."""
    if '"logo"' not in content:  # as with most: spare the reading
        return b""
    digest = json.loads(content)["body"].get("logo", "")
    return picture_called(digest) if digest else b""


def enclosed(
    content: str,
    *,
    twin: Attachment | None,
    proof: str,
    trail: str,
    logo: bytes = b"",
) -> list[Attachment]:
    """Return the files that lie in a PDF, of what is in them; what is empty is not."""
    found = [
        Attachment(
            name=CONTENT,
            data=content.encode(),
            media_type="application/json",
            description="The words of the document, as they were fixed",
            relationship="Source",
        )
    ]
    if twin:
        found.append(twin)
    if proof:
        found.append(
            Attachment(
                name=PROOF,
                data=proof.encode(),
                media_type="text/plain",
                description="Proof that the public log has the document",
                relationship="Supplement",
            )
        )
    if trail:
        found.append(
            Attachment(
                name=TRAIL,
                data=trail.encode(),
                media_type="text/plain",
                description="Where the audit trail ended then, signed",
                relationship="Supplement",
            )
        )
    if logo:
        found.append(
            Attachment(
                name=LOGO,
                data=logo,
                media_type="image/png",
                description="The logo on the paper, as it was fixed",
                relationship="Supplement",
            )
        )
    return found


def names_logo(content: Mapping[str, Any] | None, data: bytes) -> bool:
    """Whether some content names these data as its body's logo."""
    body = (content or {}).get("body")
    named = body.get("logo") if isinstance(body, Mapping) else None
    return bool(data) and named == hashlib.sha256(data).hexdigest()


def twin_found(content: Mapping[str, Any], name: str, data: bytes) -> Attachment | None:
    """Return the twin that lies in a file, as it was put there; None if it is none."""
    if content.get("schema") != "calibration-1" or name != file_name(dict(content)):
        return None
    return Attachment(
        name=name,
        data=data,
        media_type=MEDIA_TYPE,
        description=DESCRIPTION,
        relationship="Data",
    )


#: What the bytes of a file depend on: our own code, and the libraries it draws with.
SOURCES = (
    "certificates/enclosing.py",
    "certificates/pdf.py",
    "metrology/decimals.py",
    "paper/*.py",
)
_MAKERS = ("reportlab", "fonttools", "fontpkg-source-serif-4", "fontpkg-source-sans-3")


@cache
def drawn_by() -> str:
    """Return which program draws here: the same one draws the same bytes.

    The version, and eight digits that stand for the code and the libraries it draws
    with: between two versions a page may change as well.
    """
    with_them = [zlib.ZLIB_RUNTIME_VERSION, *map(_version, _MAKERS)]
    with_them.append(code_of(Path(labms.__file__).parent, SOURCES))
    digest = hashlib.sha256("|".join(with_them).encode()).hexdigest()
    return f"{labms.__version__}-{digest[:8]}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
