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
    found = [
        Attachment(
            name=CONTENT,
            data=certificate.content.encode(),
            media_type="application/json",
            description="The words of the document, as they were fixed",
            relationship="Source",
        )
    ]
    if twin := twin_of(certificate):
        found.append(twin)
    proved = proof_of_issue(document_id(certificate.lookup_token))
    if proved is None:
        return found
    found.append(
        Attachment(
            name=PROOF,
            data=proved.proof.encode(),
            media_type="text/plain",
            description="Proof that the public log has the document",
            relationship="Supplement",
        )
    )
    if proved.trail:
        found.append(
            Attachment(
                name=TRAIL,
                data=proved.trail.encode(),
                media_type="text/plain",
                description="Where the audit trail ended then, signed",
                relationship="Supplement",
            )
        )
    return found
