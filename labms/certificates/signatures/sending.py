"""What is sent in about a document: signed files, many at once, and scans."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from io import BytesIO

from labms.errors import Conflict, Invalid
from labms.i18n import N_


class NotIssuedHere(Invalid):
    """It does not begin with a file that was issued."""

    code = "signed.not_issued_here"
    message = N_(
        "It does not begin with a file that was issued here, byte for byte. Sign the "
        "downloaded file with a program that appends the signature, and change nothing "
        "else."
    )


class NotSigned(Invalid):
    """It is the issued file itself."""

    code = "signed.not_signed"
    message = N_("It bears no signature yet.")


class SignatureBroken(Invalid):
    """A signature in it does not hold."""

    code = "signed.broken"
    message = N_("A signature in it does not hold: the file was changed after signing.")


class ContentAdded(Invalid):
    """More was added than signatures, or the last one does not cover everything."""

    code = "signed.content_added"
    message = N_("Something else than signatures was added, or is not signed for.")


class SignerOutOfDate(Invalid):
    """The certificate of the signer is over, or has not begun."""

    code = "signed.out_of_date"
    message = N_("The certificate of {signer} is not within its dates.")


class SignerRefused(Invalid):
    """The certificate of the signer is not fit for documents."""

    code = "signed.signer_refused"
    message = N_("The signature of {signer} cannot be taken: {problem}.")


class SignedAlready(Conflict):
    """The same person's token has signed this document before."""

    code = "signed.already"
    message = N_(
        "{signer} has signed {number} already. The file that was sent in first stays."
    )


class Doubt(StrEnum):
    """Why a signature that holds is taken only if somebody says so."""

    UNKNOWN = "unknown"
    OTHER_NAME = "other_name"
    REPLACES = "replaces"


DOUBTS: Mapping[Doubt, str] = {
    Doubt.UNKNOWN: N_("nobody known here vouches for the certificate of {signer}"),
    Doubt.OTHER_NAME: N_("it names {signer}, and the signatory is {signatory}"),
    Doubt.REPLACES: N_(
        "it was signed already, and this is not a further signature on that file: it "
        "would take its place"
    ),
}


class NotAZip(Invalid):
    """It is called a ZIP and is none."""

    code = "signed.not_a_zip"
    message = N_("The ZIP cannot be read, or holds more than it may.")


class TooLarge(Invalid):
    """One file is larger than any document, or it cannot be unpacked."""

    code = "signed.too_large"
    message = N_("It is too large, or cannot be unpacked; or there are too many files.")


class BadScan(Invalid):
    """A scan is a PDF or a picture, and not too large."""

    code = "scan.bad"
    message = N_("A scan is a PDF, JPEG or PNG of at most {most} MB: {problem}.")


class ScanThere(Conflict):
    """The very file is there."""

    code = "scan.there"
    message = N_("This scan is there already.")


class ScanIsIssued(Invalid):
    """It is no picture of a paper, but an electronic file that was issued here."""

    code = "scan.issued"
    message = N_(
        "This is an electronic file that was issued here, not a scan. Scan the paper "
        "that bears the signatures and the seal."
    )


#: So many files may be sent in at once, packed or not.
MOST_FILES = 1000
#: So large may one be, and so large all together, unpacked.
LARGEST = 10 * 1024 * 1024
LARGEST_TOGETHER = 400 * 1024 * 1024


def unpacked(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes | None]]:
    """Yield each file by its name, those in a ZIP one by one.

    None stands for what is too large, or cannot be read. Folders and what computers
    add by themselves are left out.
    """
    count, together = 0, 0
    for name, data in files:
        parts = _in_zip(data) if data.startswith(b"PK\x03\x04") else [(name, data)]
        for inner, content in parts:
            count += 1
            together += len(content or b"")
            if count > MOST_FILES or together > LARGEST_TOGETHER:
                yield inner, None
                return
            yield inner, content


def _in_zip(data: bytes) -> Iterator[tuple[str, bytes | None]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for one in packed.infolist():
                name = one.filename.replace("\\", "/").rsplit("/", 1)[-1]
                if one.is_dir() or name.startswith(".") or "__MACOSX" in one.filename:
                    continue
                yield name, _content(packed, one)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotAZip from error


def _content(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes | None:
    """Return what is in one part; None if it is larger than it may be."""
    if one.file_size > LARGEST or one.flag_bits & 1:  # the second: it has a password
        return None
    with packed.open(one) as opened:
        content = opened.read(LARGEST + 1)  # whatever the index says
    return None if len(content) > LARGEST else content
