"""Finding documents, and everything that one is made of."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.audit.models import Instance
from labms.catalogue.rules import Evidence
from labms.certificates.models import Certificate, Correction, Hold
from labms.certificates.rules import (
    AmbiguousNumber,
    CertificateState,
    DocumentKind,
    is_fenced,
)
from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job, JobStandard
from labms.jobs.rules import JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Body, Organisation
from labms.organisations.queries import picture_called
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.standings import Standing, ended_in_time, standing
from labms.text import like

LIVE = (CertificateState.RESERVED, CertificateState.ISSUED)


def job_to_certify(job_id: int) -> Job:
    """Return a job with what issuing checks and a page names. Raises NotFound."""
    job = db.session.scalar(
        sa.select(Job)
        .where(Job.id == job_id)
        .options(
            joinedload(Job.instrument).joinedload(Instrument.owner),
            joinedload(Job.performed_by),
            joinedload(Job.reviewed_by),
            joinedload(Job.order),
            joinedload(Job.used).joinedload(JobStandard.standard),
            joinedload(Job.used).joinedload(JobStandard.calibration),
        )
    )
    if job is None:
        raise NotFound
    return job


def live_document_of(job_id: int) -> Certificate | None:
    """Return the reserved or issued document of a job, if there is one.

    While a corrected one is on its way, that is the one in force.
    """
    return db.session.scalar(
        sa.select(Certificate)
        .where(Certificate.job_id == job_id, Certificate.state.in_(LIVE))
        .order_by(Certificate.id)
        .limit(1)
    )


def certificate_by_id(certificate_id: int, *, for_update: bool = False) -> Certificate:
    """Return one document, read anew if it will be changed. Raises NotFound."""
    rows = sa.select(Certificate).where(Certificate.id == certificate_id)
    if for_update:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(rows)
    if found is None:
        raise NotFound
    return found


def certificate_by_number(number: str, *, body_code: str | None = None) -> Certificate:
    """Return the document with this number. Raises NotFound or AmbiguousNumber."""
    rows = sa.select(Certificate).where(Certificate.number == number.strip())
    if body_code:
        rows = rows.join(Body, Body.id == Certificate.body_id).where(
            Body.code == body_code
        )
    found = db.session.scalars(rows.limit(2)).all()
    if not found:
        raise NotFound
    if len(found) > 1:
        raise AmbiguousNumber(number=number)
    return found[0]


def certificate_by_token(token: str) -> Certificate | None:
    """Return the document with this secret code, if the scope shows it."""
    return db.session.scalar(
        sa.select(Certificate).where(Certificate.lookup_token == token)
    )


def certificate_by_file(digest: str) -> Certificate | None:
    """Return the document whose PDF has this hash."""
    return db.session.scalar(
        sa.select(Certificate).where(Certificate.file_hash == digest)
    )


def instance_is_fenced() -> bool:
    """Return whether issuing waits for an operator, after a restore."""
    row = db.session.execute(
        sa.select(Instance.restored_at, Instance.confirmed_at)
    ).first()
    return row is not None and is_fenced(row.restored_at, row.confirmed_at)


def unfinished() -> sa.Select[Any]:
    """Return the query of documents with a number but no file yet, oldest first."""
    return (
        sa.select(Certificate)
        .where(Certificate.state == CertificateState.RESERVED)
        .order_by(Certificate.reserved_at, Certificate.id)
    )


def awaiting_signature() -> sa.Select[Any]:
    """Return the query of approved jobs that wait for a certificate or a notice."""
    live = sa.exists().where(Certificate.job_id == Job.id, Certificate.state.in_(LIVE))
    return (
        sa.select(Job)
        .where(
            Job.state == JobState.APPROVED,
            sa.or_(Job.evidence == Evidence.CERTIFICATE, Job.verdict == Verdict.FAIL),
            ~live,
        )
        .options(
            joinedload(Job.instrument).joinedload(Instrument.owner),
            joinedload(Job.performed_by),
            joinedload(Job.reviewed_by),
        )
        .order_by(Job.reviewed_at, Job.id)
    )


def _ended_before(on: date) -> sa.Exists:
    return sa.exists().where(
        EvidenceEnding.instrument_id == Certificate.instrument_id,
        EvidenceEnding.ended_at > Certificate.evidence_at,
        EvidenceEnding.ended_on <= on,
        sa.or_(
            Certificate.valid_until.is_(None),
            EvidenceEnding.ended_on <= Certificate.valid_until,
        ),
        EvidenceEnding.withdrawn_at.is_(None),
    )


def certificates(
    *,
    on: date,
    text: str = "",
    state: CertificateState | None = None,
    kind: DocumentKind | None = None,
    worth: Standing | None = None,
    year: int | None = None,
) -> sa.Select[Any]:
    """Return the query of the register, newest first, narrowed to what was asked."""
    rows = sa.select(Certificate).order_by(
        Certificate.issued_on.desc(), Certificate.id.desc()
    )
    if text.strip():
        rows = (
            rows.join(Instrument, Instrument.id == Certificate.instrument_id)
            .join(Organisation, Organisation.id == Certificate.owner_id)
            .where(
                sa.or_(
                    sa.func.lower(Certificate.number).like(like(text), escape="\\"),
                    Instrument.folded.like(like(text), escape="\\"),
                    Organisation.folded.like(like(text), escape="\\"),
                )
            )
        )
    if state is not None:
        rows = rows.where(Certificate.state == state)
    if kind is not None:
        rows = rows.where(Certificate.kind == kind)
    if year is not None:
        rows = rows.where(
            Certificate.issued_on.between(date(year, 1, 1), date(year, 12, 31))
        )
    if worth is not None:
        rows = rows.where(*_worth(worth, on=on))
    return rows


def _worth(worth: Standing, *, on: date) -> list[sa.ColumnElement[bool]]:
    issued = [
        Certificate.state == CertificateState.ISSUED,
        Certificate.kind == DocumentKind.VERIFICATION,
    ]
    over = Certificate.valid_until < on
    conditions: dict[Standing, list[sa.ColumnElement[bool]]] = {
        Standing.VALID: [
            *issued,
            sa.or_(Certificate.valid_until.is_(None), ~over),
            ~_ended_before(on),
        ],
        Standing.EXPIRED: [*issued, over, ~_ended_before(on)],
        Standing.ENDED: [*issued, _ended_before(on)],
    }
    return conditions.get(worth, [])


def endings_of(
    certificates: Iterable[Certificate],
) -> dict[int, EvidenceEnding]:
    """Return what ended each of these documents first, by the document's id."""
    wanted = list(certificates)
    by_instrument: dict[int, list[EvidenceEnding]] = {}
    for row in db.session.scalars(
        sa.select(EvidenceEnding)
        .where(
            EvidenceEnding.instrument_id.in_({one.instrument_id for one in wanted}),
            EvidenceEnding.withdrawn_at.is_(None),
        )
        .order_by(EvidenceEnding.ended_at, EvidenceEnding.id)
    ):
        by_instrument.setdefault(row.instrument_id, []).append(row)
    found = {}
    for one in wanted:
        after = (
            row
            for row in by_instrument.get(one.instrument_id, [])
            if row.ended_at > one.evidence_at
            and ended_in_time(row.ended_on, one.valid_until)
        )
        first = next(after, None)
        if one.kind is DocumentKind.VERIFICATION and first is not None:
            found[one.id] = first
    return found


def standings_of(
    certificates: Iterable[Certificate], *, on: date, expiring_days: int
) -> dict[int, Standing]:
    """Return what each of these documents is worth on a day, by its id: two queries."""
    wanted = list(certificates)
    endings, holds = endings_of(wanted), holds_of(wanted)
    return {
        one.id: standing(
            one.state,
            one.kind,
            valid_until=one.valid_until,
            ended_on=endings[one.id].ended_on if one.id in endings else None,
            on=on,
            expiring_days=expiring_days,
            held=holds[one.id].kind if one.id in holds else None,
        )
        for one in wanted
    }


def holds_of(certificates: Iterable[Certificate]) -> dict[int, Hold]:
    """Return the hold that stands on each of these documents, by the document's id."""
    rows = sa.select(Hold).where(
        Hold.certificate_id.in_({one.id for one in certificates}),
        Hold.lifted_at.is_(None),
    )
    return {row.certificate_id: row for row in db.session.scalars(rows)}


def successor_of(certificate_id: int) -> Certificate | None:
    """Return the document that took the place of this one."""
    return db.session.scalar(
        sa.select(Certificate).where(Certificate.supersedes_id == certificate_id)
    )


def correction_by(certificate_id: int) -> Correction | None:
    """Return why this document takes the place of another one, if it does."""
    return db.session.scalar(
        sa.select(Correction).where(Correction.certificate_id == certificate_id)
    )


def correction_on_its_way(certificate_id: int) -> Certificate | None:
    """Return the document that is reserved to take the place of this one."""
    return db.session.scalar(
        sa.select(Certificate)
        .join(Correction, Correction.certificate_id == Certificate.id)
        .where(
            Correction.corrects_id == certificate_id,
            Certificate.state == CertificateState.RESERVED,
        )
    )


def years_of_documents() -> list[int]:
    """Return the years in which documents were issued, newest first."""
    first, last = db.session.execute(
        sa.select(
            sa.func.min(Certificate.issued_on), sa.func.max(Certificate.issued_on)
        )
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def content_of_document(certificate: Certificate) -> Mapping[str, Any]:
    """Return the frozen words of a document."""
    says: Mapping[str, Any] = json.loads(certificate.content)
    return says


def pictures_in(content: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the pictures that some content names, by their hash."""
    named = content["body"].get("logo", "")
    return {named: picture_called(named)} if named else {}
