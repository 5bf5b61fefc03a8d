"""What can be wrong with a file that claims to be a document of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from labms.i18n import N_, Message


class Fault(StrEnum):
    """One way in which a PDF can lie, or in which a document is no longer good."""

    NOT_READABLE = "not_readable"
    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    JUNK_BEFORE = "junk_before"
    TWO_IN_ONE = "two_in_one"
    NOT_OURS = "not_ours"
    PROOF_MISSING = "proof_missing"
    PROOF_UNREADABLE = "proof_unreadable"
    KEY_UNKNOWN = "key_unknown"
    CHECKPOINT_FORGED = "checkpoint_forged"
    PROOF_DOES_NOT_FIT = "proof_does_not_fit"
    PROOF_OF_ANOTHER = "proof_of_another"
    CONTENT_ALTERED = "content_altered"
    TWIN_ALTERED = "twin_altered"
    TRAIL_ALTERED = "trail_altered"
    STRANGE_FILE = "strange_file"
    PAGE_COUNT = "page_count"
    PAGES_ALTERED = "pages_altered"
    SAVED_ANEW = "saved_anew"
    ALTERED = "altered"
    EXTENDED = "extended"
    SIGNED_SINCE = "signed_since"
    STRANGE_SIGNATURE = "strange_signature"
    SIGNATURE_BROKEN = "signature_broken"
    SIGNATURE_MISSING = "signature_missing"
    NOT_COMPARABLE = "not_comparable"
    LOG_DIFFERS = "log_differs"
    FILE_NOT_LOGGED = "file_not_logged"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    VOID = "void"
    SUSPENDED = "suspended"
    UNDER_REVIEW = "under_review"


FAULTS: Mapping[Fault, str] = {
    Fault.NOT_READABLE: N_(
        "The file cannot be read as a PDF: it was damaged or cut off on its way."
    ),
    Fault.NOT_A_PDF: N_(
        "Not a PDF. A photo, a scan or a text cannot be recognised: give the PDF file "
        "itself, as it was issued."
    ),
    Fault.ENCRYPTED: N_(
        "Protected with a password since it was issued, so nobody can compare it. Give "
        "the file as it was issued."
    ),
    Fault.JUNK_BEFORE: N_(
        "Something was put into the file before the place where the PDF begins."
    ),
    Fault.TWO_IN_ONE: N_(
        "Two PDFs or more were put into one file, one behind the other. Give each by "
        "itself."
    ),
    Fault.NOT_OURS: N_(
        "Another file: nothing in it shows that it was issued here. A scan, a copy "
        "that was printed to PDF, or a forgery looks like this."
    ),
    Fault.PROOF_MISSING: N_(
        "The proof that it stands in the public log was taken out of the file."
    ),
    Fault.PROOF_UNREADABLE: N_("The proof in the file cannot be read."),
    Fault.KEY_UNKNOWN: N_(
        "The log in the file's proof was signed with a key that is not known: {name}"
    ),
    Fault.CHECKPOINT_FORGED: N_(
        "The proof bears the name of a known key, which did not sign it."
    ),
    Fault.PROOF_DOES_NOT_FIT: N_(
        "The proof does not fit: its entry is not in the log that was signed."
    ),
    Fault.PROOF_OF_ANOTHER: N_("The proof in the file is that of another document."),
    Fault.CONTENT_ALTERED: N_(
        "The words in the file are not those that were issued: somebody changed them."
    ),
    Fault.TWIN_ALTERED: N_(
        "The machine-readable certificate in the file is not the one that was issued."
    ),
    Fault.TRAIL_ALTERED: N_(
        "The audit checkpoint in the file is not the one that was put there."
    ),
    Fault.STRANGE_FILE: N_("A file was put in that is not part of it: {name}"),
    Fault.PAGE_COUNT: N_(
        "It has another number of pages than what was issued: {here}, not {issued}."
    ),
    Fault.PAGES_ALTERED: N_(
        "Page {page} does not show what was issued: it was changed afterwards."
    ),
    Fault.ALTERED: N_(
        "The file was changed after it was issued, or saved anew by another program."
    ),
    Fault.SAVED_ANEW: N_(
        "The file was saved anew by another program. The pages show what was issued, "
        "but it is no longer the file that was issued, and nothing vouches for it."
    ),
    Fault.EXTENDED: N_("Something was added to the file after it was issued."),
    Fault.SIGNED_SINCE: N_(
        "Unaltered as issued; signed since by {signer}. Whose signature that is cannot "
        "be judged here: the log knows, or the authority that vouches for its signer."
    ),
    Fault.STRANGE_SIGNATURE: N_(
        "A signature of somebody unknown was added: {signer}. Whether it belongs to "
        "the document, the log knows, or the authority that vouches for its signer."
    ),
    Fault.SIGNATURE_BROKEN: N_("An electronic signature in the file does not hold."),
    Fault.SIGNATURE_MISSING: N_(
        "It is signed electronically when it is issued, and the signature was taken "
        "out."
    ),
    Fault.NOT_COMPARABLE: N_(
        "Whether the pages are right cannot be told here: they were made by version "
        "{made} of the program, this is {here}. Give the log, or ask whoever issued it."
    ),
    Fault.LOG_DIFFERS: N_(
        "The log that was given has another entry in the place that the file's proof "
        "names: one of the two was forged."
    ),
    Fault.FILE_NOT_LOGGED: N_("The log knows the document, and not this file of it."),
    Fault.REVOKED: N_("Revoked since, on {day}: {reason}"),
    Fault.SUPERSEDED: N_("An older version: another document took its place on {day}."),
    Fault.VOID: N_("Its number was given up on {day}; it is no document."),
    Fault.SUSPENDED: N_(
        "Suspended since {day}, it must not be relied upon until that is lifted: "
        "{reason}"
    ),
    Fault.UNDER_REVIEW: N_(
        "It counts, and has been under review since {day}: {reason}"
    ),
}
#: About genuine files too: what became of the document since.
SINCE = frozenset(
    {
        Fault.REVOKED,
        Fault.SUPERSEDED,
        Fault.VOID,
        Fault.SUSPENDED,
        Fault.UNDER_REVIEW,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with what the text leaves open."""

    fault: Fault
    details: Mapping[str, object]

    @property
    def text(self) -> Message:
        """What is wrong, for a page or a terminal to translate."""
        return Message(FAULTS[self.fault], self.details)
