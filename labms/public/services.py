"""Taking reports of problems, and looking into them."""

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.certificates.doubts.holding import hold_certificate
from labms.certificates.life import HoldReason
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, certificate_by_token
from labms.certificates.rules import check_explained, read_token
from labms.db import db
from labms.errors import NotFound
from labms.policy import SYSTEM, Actor, Permission, authorize
from labms.public.models import ProblemReport
from labms.public.problems import (
    CLOSED,
    LONGEST,
    LONGEST_CONTACT,
    SHORTEST,
    AlreadyClosed,
    NoKind,
    ProblemKind,
    ProblemState,
    ReportTooShort,
)
from labms.registry.standings import HoldKind
from labms.text import clean


def report_problem(
    *, kind: ProblemKind | None, text: str, about: str = "", contact: str = ""
) -> ProblemReport:
    """Take what somebody noticed; it goes to the body whose document it is about.

    Rows are looked for in everybody's scope, which the caller opens; who reports is
    told nothing of what was found. Refuses with NoKind or ReportTooShort.
    """
    if kind is None:
        raise NoKind
    said = clean(text)[:LONGEST].strip()
    if len(said) < SHORTEST:
        raise ReportTooShort
    certificate = _meant(about)
    report = ProblemReport(
        body_id=certificate.body_id if certificate else None,
        certificate_id=certificate.id if certificate else None,
        about=clean(about)[:200].strip(),
        kind=kind,
        text=said,
        contact=clean(contact)[:LONGEST_CONTACT].strip(),
        reported_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    record(EventType.PROBLEM_REPORTED, report, actor=SYSTEM)
    return report


def _meant(about: str) -> Certificate | None:
    """Return the document that a code, an address or a number means, if one does."""
    typed = about.strip()
    if token := read_token(typed.rstrip("/").rsplit("/", 1)[-1]):
        return certificate_by_token(token)
    rows = sa.select(Certificate).where(Certificate.number == typed).limit(2)
    found = db.session.scalars(rows).all() if typed else []
    return found[0] if len(found) == 1 else None


def problem_by_id(report_id: int, *, for_update: bool = False) -> ProblemReport:
    """Return one report, read anew if it will be changed. Raises NotFound."""
    rows = sa.select(ProblemReport).where(ProblemReport.id == report_id)
    if for_update:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    if (found := db.session.scalar(rows)) is None:
        raise NotFound
    return found


def answer_problem(
    report: ProblemReport, *, actor: Actor, state: ProblemState, answer: str
) -> None:
    """Say what was done about a report; a closed one forgets who reported it.

    Refuses with NotAllowed, AlreadyClosed or ReasonTooShort.
    """
    _authorize(report, actor)
    report.answer = check_explained(answer)
    report.state = state
    report.answered_by_id = actor.id
    if state in CLOSED:
        report.closed_at, report.contact = clock.now(), ""
    db.session.flush()
    record(EventType.PROBLEM_ANSWERED, report, actor=actor, reason=report.answer)


def review_because_of(report: ProblemReport, *, actor: Actor) -> None:
    """Put the document that a report is about under review.

    Refuses with NotAllowed, NotFound, AlreadyClosed, NotIssued or Held.
    """
    _authorize(report, actor)
    if report.certificate_id is None:
        raise NotFound
    hold_certificate(
        certificate_by_id(report.certificate_id, for_update=True),
        actor=actor,
        kind=HoldKind.UNDER_REVIEW,
        reason=HoldReason.REPORTED,
        text=report.text,
    )
    report.state = ProblemState.EXAMINED
    report.answered_by_id = actor.id
    db.session.flush()
    record(EventType.PROBLEM_ANSWERED, report, actor=actor)


def _authorize(report: ProblemReport, actor: Actor) -> None:
    subject = report if report.body_id is not None else None
    authorize(actor, Permission.CERTIFICATE_EXAMINE, subject)
    if report.state in CLOSED:
        raise AlreadyClosed
