"""Time stamps that were missing when documents were issued."""

from dataclasses import dataclass

import sqlalchemy as sa

from labms import clock
from labms.certificates.files import newest_file
from labms.certificates.logged import log_file
from labms.certificates.models import Certificate, Signing
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import FileKind, SigningStep
from labms.certificates.signatures.sealing import add_file, told
from labms.db import db, transaction
from labms.filestore import drop_pending, keep_pending, read, read_pending, store
from labms.settings import Settings
from labms.signing.keys import trusted_roots
from labms.signing.reading import signatures_of
from labms.signing.rules import StamperAway
from labms.signing.stamping import stamp, stamper_of


@dataclass(frozen=True, slots=True)
class Stamped:
    """What came of asking for the time stamps that are missing."""

    done: list[str]
    """Numbers of documents that have theirs now."""
    left: int
    problem: StamperAway | None
    """Why the others have none yet."""


def stamp_waiting(*, settings: Settings) -> Stamped:
    """Get the time stamps that documents wait for; may run twice without harm.

    Each makes a further file of the document; the one before stays. The first time the
    authority doesn't answer ends it: the rest wait on. Opens its own transactions.
    """
    waiting = db.session.execute(
        sa.select(Certificate.id, Certificate.number)
        .join(Signing, Signing.certificate_id == Certificate.id)
        .where(Signing.awaits == SigningStep.STAMP)
        .order_by(Certificate.id)
    ).all()
    done: list[str] = []
    for certificate_id, number in waiting:
        try:
            _stamp(certificate_id, settings)
        except StamperAway as error:
            _note(certificate_id, error)
            return Stamped(done, len(waiting) - len(done), error)
        done.append(number)
    return Stamped(done, 0, None)


def _stamp(certificate_id: int, settings: Settings) -> None:
    certificate = certificate_by_id(certificate_id)
    folder, name = settings.files_dir, f"{certificate.lookup_token}-stamp"
    before = read(folder, newest_file(certificate).file_hash)
    made = read_pending(folder, name)
    if made is None or not made.startswith(before):
        drop_pending(folder, name)
        stamper = stamper_of(settings, patiently=True)
        if stamper is None:
            raise StamperAway(problem="timestamp_url is not set")
        made = stamp(before, stamper)
        keep_pending(folder, name, made)
    *_, found = signatures_of(made, trusted_roots(settings))
    digest = store(folder, made)
    with transaction():
        certificate = certificate_by_id(certificate_id, for_update=True)
        waits = db.session.scalar(
            sa.select(Signing.awaits).where(Signing.certificate_id == certificate_id)
        )
        if waits is SigningStep.STAMP:
            add_file(certificate, FileKind.STAMPED, made, told=told(found))
            _settle(certificate_id, awaits=SigningStep.NOTHING, problem=None)
            log_file(certificate, digest)
    drop_pending(folder, name)


def _note(certificate_id: int, error: StamperAway) -> None:
    with transaction():
        _settle(
            certificate_id,
            tries=Signing.tries + 1,
            tried_at=clock.now(),
            problem=str(error)[:500],
        )


def _settle(certificate_id: int, **values: object) -> None:
    db.session.execute(
        sa.update(Signing)
        .where(Signing.certificate_id == certificate_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
