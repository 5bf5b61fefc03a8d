"""Files that a signatory signed on a computer of their own, with a token of the State.

What comes back is taken only if its beginning is the issued file, byte for byte, if
nothing but signatures was added, and if the last of them speaks for the whole file.
Anybody can make a key in anybody's name. So a file is taken only after a person has
said so if nobody known here vouches for the signer, if no signer has the signatory's
name, or if it takes the place of one that was signed before; that is kept with it.
Source of the tokens: NĐ 68/2024/NĐ-CP (official-duty signatures).
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from labms import clock
from labms.certificates.files import File, files_of
from labms.certificates.logged import log_file
from labms.certificates.models import Certificate, CertificateFile, Signing
from labms.certificates.queries import certificate_by_id, content_of_document
from labms.certificates.rules import CertificateState, FileKind, NotIssued, SigningStep
from labms.certificates.signatures.sealing import add_file, told
from labms.certificates.signatures.sending import (
    ContentAdded,
    Doubt,
    NotIssuedHere,
    NotSigned,
    SignatureBroken,
    SignedAlready,
    SignerOutOfDate,
    SignerRefused,
)
from labms.db import db, transaction
from labms.errors import LabError
from labms.filestore import hash_of, read, store
from labms.i18n import Message
from labms.policy import Actor, Permission, authorize
from labms.settings import Settings
from labms.signing.found import SignatureFound
from labms.signing.keys import trusted_roots
from labms.signing.reading import added_to, signatures_of
from labms.signing.rules import TRUSTS, Added, Coverage, SigningWay, Trust
from labms.text import fold

_END = b"%%EOF"
#: A file has one version as issued, and one more for each signature.
MOST_VERSIONS = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sends in, as it is called on their computer."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file that was sent in."""

    name: str
    number: str = ""
    certificate_id: int = 0
    was_there: bool = False
    """It had been sent in before: nothing was done twice."""
    refusal: Message | None = None
    doubts: tuple[Doubt, ...] = ()
    """What somebody has to agree to, or has agreed to."""
    is_asked: bool = False
    """It was not taken yet, because of its doubts."""
    signer: str = ""
    signatory: str = ""


def take_signed(
    sent: Sent, *, actor: Actor, settings: Settings, nevertheless: bool = False
) -> Taken:
    """Take one file that was signed elsewhere; opens its own transaction.

    Twice is once. One in doubt is taken only with `nevertheless`. A refusal is in what
    is returned, for the others not to be lost.
    """
    try:
        return _taken(sent, actor, settings, nevertheless=nevertheless)
    except LabError as error:
        return Taken(sent.name, refusal=error.text)


def _taken(
    sent: Sent, actor: Actor, settings: Settings, *, nevertheless: bool
) -> Taken:
    certificate = issued_as(sent.data)
    if certificate is None or certificate.file_hash is None:
        raise NotIssuedHere
    authorize(actor, Permission.CERTIFICATE_HAND_OVER, certificate)
    number, key = certificate.number, certificate.id
    digest = hash_of(sent.data)
    if digest == certificate.file_hash:
        raise NotSigned
    if _has(key, digest):
        return Taken(sent.name, number, key, was_there=True)
    issued = read(settings.files_dir, certificate.file_hash)
    roots = trusted_roots(settings)
    found = check_signed(sent.data, issued, roots, at=clock.now())
    signatory = content_of_document(certificate)["head"]["name"]
    doubts = _doubts(certificate, found, sent.data, signatory, settings)
    taken = Taken(
        sent.name,
        number,
        key,
        doubts=doubts,
        is_asked=bool(doubts) and not nevertheless,
        signer="; ".join(one.signer for one in found),
        signatory=signatory,
    )
    if taken.is_asked:
        return taken
    store(settings.files_dir, sent.data)
    with transaction():
        certificate = certificate_by_id(key, for_update=True)
        if certificate.state is not CertificateState.ISSUED:
            raise NotIssued(number=number)
        if _has(key, digest):  # somebody sent it in at the same moment
            return Taken(sent.name, number, key, was_there=True)
        says = told(found[-1]) | {"signers": [one.signer for one in found]}
        if any(one.trust is not Trust.TRUSTED for one in found):
            says["trust"] = Trust.UNKNOWN.value
        if doubts:
            says["despite"] = [one.value for one in doubts]
        add_file(certificate, FileKind.TOKEN, sent.data, told=says, actor=actor)
        db.session.execute(
            sa.update(Signing)
            .where(Signing.certificate_id == key, Signing.way == SigningWay.TOKEN)
            .values(awaits=SigningStep.NOTHING)
            .execution_options(synchronize_session=False)
        )
        log_file(certificate, digest)
    return taken


def _doubts(
    certificate: Certificate,
    found: list[SignatureFound],
    data: bytes,
    signatory: str,
    settings: Settings,
) -> tuple[Doubt, ...]:
    """Return what speaks against taking a file. Refuses with SignedAlready."""
    doubts = []
    if any(one.trust is not Trust.TRUSTED for one in found):
        doubts.append(Doubt.UNKNOWN)
    if fold(signatory) not in {fold(one.signer) for one in found}:
        doubts.append(Doubt.OTHER_NAME)
    before = [one for one in files_of(certificate) if one.kind is FileKind.TOKEN]
    if before and _takes_its_place(certificate, before[-1], found, data, settings):
        doubts.append(Doubt.REPLACES)
    return tuple(doubts)


def _takes_its_place(
    certificate: Certificate,
    before: File,
    found: list[SignatureFound],
    data: bytes,
    settings: Settings,
) -> bool:
    """Whether it is another signature instead of the one before, not one more.

    Refuses with SignedAlready if the same certificate signed once more.
    """
    goes_on = data.startswith(read(settings.files_dir, before.file_hash))
    is_stamped = goes_on and len(found) == len(before.signers)
    if not is_stamped and before.said("certificate") == hash_of(found[-1].certificate):
        raise SignedAlready(signer=found[-1].signer, number=certificate.number)
    return not goes_on


def check_signed(
    data: bytes, issued: bytes, roots: list[bytes], *, at: datetime
) -> list[SignatureFound]:
    """Return the signatures of a file that was signed elsewhere, oldest first.

    Refuses with NotIssuedHere, NotSigned, SignatureBroken, ContentAdded,
    SignerOutOfDate, SignerRefused or UnreadablePdf.
    """
    if not data.startswith(issued):
        raise NotIssuedHere
    everything = signatures_of(data, roots, at=at)
    found = [
        one
        for one in everything
        if not one.is_timestamp and one.covered_to > len(issued)
    ]
    if not found:
        raise (
            SignatureBroken if any(not one.signer for one in everything) else NotSigned
        )
    if not all(one.intact for one in everything):
        raise SignatureBroken
    if added_to(data, issued) is Added.CONTENT or not all(
        one.is_sound for one in everything
    ):
        raise ContentAdded
    last = everything[-1]
    if last.covers is not Coverage.WHOLE_FILE:
        raise ContentAdded
    for one in found:
        if not one.was_in_date(at):
            raise SignerOutOfDate(signer=one.signer)
        if one.trust not in {Trust.TRUSTED, Trust.UNKNOWN}:
            raise SignerRefused(signer=one.signer, problem=TRUSTS[one.trust])
    return found


def issued_as(data: bytes) -> Certificate | None:
    """Return the document of which this file was made, by what it begins with."""
    hashes: list[str] = []
    at = 0
    while len(hashes) < MOST_VERSIONS and (at := data.find(_END, at)) >= 0:
        at += len(_END)
        for ending in (b"\r\n", b"\n", b""):
            if data.startswith(ending, at):
                hashes.append(hash_of(data[: at + len(ending)]))
                break
    if not hashes:
        return None
    return db.session.scalar(
        sa.select(Certificate).where(Certificate.file_hash.in_(hashes)).limit(1)
    )


def _has(certificate_id: int, digest: str) -> bool:
    rows = sa.select(CertificateFile.id).where(
        CertificateFile.certificate_id == certificate_id,
        CertificateFile.file_hash == digest,
    )
    return db.session.scalar(rows) is not None
