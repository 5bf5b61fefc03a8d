"""What lies in the file of a document beside its pages, for machines and for proof.

The same files each time: what depends on the moment was fixed with the number.
"""

from labms.certificates.models import Certificate
from labms.certificates.twin import twin_of
from labms.paper.attachments import Attachment
from labms.proof.queries import proof_of_issue
from labms.proof.rules import document_id

CONTENT = "content.json"
PROOF = "proof.tlog"
TRAIL = "audit-checkpoint.txt"


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
    )


def enclosed(
    content: str, *, twin: Attachment | None, proof: str, trail: str
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
    return found
