"""The electronic signature of a document: decided with its number, made with its file.

By hand is the default, and then nothing here is done. A body that signs on the server
signs each file before it is stored; one whose signatory has a token issues the file
as it is, and it is signed elsewhere.
"""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.models import Certificate, CertificateFile, Signing
from labms.certificates.rules import FileKind, SigningStep
from labms.db import db
from labms.filestore import drop_pending, hash_of, keep_pending, read_pending
from labms.policy import SYSTEM, Actor
from labms.settings import Settings
from labms.signing.found import SignatureFound
from labms.signing.keys import has_own_key, key_of
from labms.signing.queries import way_of
from labms.signing.rules import SealDoesNotHold, SigningWay, StamperAway
from labms.signing.sealing import Sealed, check_seal, seal
from labms.signing.stamping import stamper_of

PDF = "application/pdf"
Words = dict[str, Any]


def signature_words(
    body_id: int, body_name: str, *, is_trial: bool | None = None
) -> Words:
    """Return what a document says about its signature: nothing if it is by hand."""
    way = way_of(body_id)
    if way is SigningWay.HAND:
        return {}
    words: Words = {"way": way.value}
    if way is SigningWay.SERVER:
        words["signer"] = body_name
        if is_trial is not None:
            words["is_trial"] = is_trial
    return {"signature": words}


def with_signature(draft: Words, body: Any, *, settings: Settings) -> Words:
    """Return a draft with the signature that its body has chosen by now."""
    plain = {name: said for name, said in draft.items() if name != "signature"}
    is_trial = not has_own_key(body.code, settings=settings)
    return plain | signature_words(body.id, body.name, is_trial=is_trial)


def begin_signing(certificate: Certificate, words: Mapping[str, Any]) -> None:
    """Note with the number that the document will be signed electronically, if so."""
    if signature := words.get("signature"):
        db.session.add(
            Signing(
                certificate_id=certificate.id,
                way=SigningWay(signature["way"]),
                awaits=SigningStep.SIGNATURE,
            )
        )


def is_sealed_here(words: Mapping[str, Any]) -> bool:
    """Whether the file of these words is signed on the server."""
    signature = words.get("signature", {})
    return bool(signature.get("way") == SigningWay.SERVER)


def sealed_file(
    pdf: bytes, *, code: str, name: str, token: str, settings: Settings
) -> Sealed:
    """Return the signed file of a document: the one of a try before, if there is one.

    Until a row names it, it is kept under the document's code: so a crash leaves no
    second signed file. Refuses as `labms.signing.sealing.seal` does; an authority for
    time stamps that does not answer holds nothing up.
    """
    folder = settings.files_dir
    if (before := read_pending(folder, token)) is not None:
        key = key_of(code, name, settings=settings)
        try:
            return check_seal(before, pdf, key, at=clock.now())
        except SealDoesNotHold:
            drop_pending(folder, token)
    given: dict[str, Any] = {
        "code": code,
        "name": name,
        "at": clock.now(),
        "settings": settings,
    }
    try:
        made = seal(pdf, **given, stamper=stamper_of(settings))
    except StamperAway:
        made = seal(pdf, **given)
    keep_pending(folder, token, made.data)
    return made


def note_sealed(
    certificate: Certificate, sealed: Sealed, *, settings: Settings
) -> None:
    """Write that the issued file bears the body's signature, in its transaction."""
    add_file(certificate, FileKind.SEALED, sealed.data, told=told(sealed.signature))
    waits = bool(settings.timestamp_url) and not sealed.signature.has_stamp
    _settle(certificate, SigningStep.STAMP if waits else SigningStep.NOTHING)


def _settle(certificate: Certificate, step: SigningStep) -> None:
    db.session.execute(
        sa.update(Signing)
        .where(Signing.certificate_id == certificate.id)
        .values(awaits=step)
        .execution_options(synchronize_session=False)
    )


def add_file(
    certificate: Certificate,
    kind: FileKind,
    data: bytes,
    *,
    told: Mapping[str, Any],
    media_type: str = PDF,
    actor: Actor = SYSTEM,
) -> CertificateFile:
    """Write down a stored file of a document, in the transaction of its reason."""
    row = CertificateFile(
        certificate_id=certificate.id,
        body_id=certificate.body_id,
        owner_id=certificate.owner_id,
        kind=kind,
        file_hash=hash_of(data),
        media_type=media_type,
        added_at=clock.now(),
        added_by_id=actor.id,
        details=json.dumps(told, ensure_ascii=False, sort_keys=True),
    )
    db.session.add(row)
    db.session.flush()
    record(EventType.CERTIFICATE_FILE_ADDED, row, actor=actor, reason=kind.value)
    return row


def told(signature: SignatureFound) -> dict[str, Any]:
    """Return what a signature says, to be kept with its file."""
    return {
        "signer": signature.signer,
        "organisation": signature.organisation,
        "issuer": signature.issuer,
        "certificate": hash_of(signature.certificate),
        "valid_until": signature.valid_until.isoformat(),
        "claimed_at": signature.claimed_at and signature.claimed_at.isoformat(),
        "stamped_at": signature.stamped_at and signature.stamped_at.isoformat(),
        "has_stamp": signature.has_stamp,
        "trust": signature.trust.value,
    }
