"""Entering what bodies stated, and striking out what was a mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.rules import VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demand.rules import Purpose
from labms.firsts import all_like, entered_before
from labms.i18n import N_, Message
from labms.organisations.queries import organisation_by_id
from labms.places.queries import commune_by_key
from labms.places.rules import area_named
from labms.policy import Actor, Permission, authorize
from labms.registry.rules import identity_key
from labms.supply.doubts import check_doubts, doubts_of
from labms.supply.models import (
    ActivityReport,
    BodyCapacity,
    ReportedWork,
    StatedScope,
    Statement,
)
from labms.supply.queries import overlapping
from labms.supply.rules import (
    AlreadyStruckOut,
    BadStatement,
    CapacityEntered,
    Limit,
    PeriodReported,
    ReportForm,
    check_capacity,
    check_statement,
    check_striking_out,
    check_work,
)

Row = TypeVar("Row", bound=Statement)
_BATCH = 500


def state_scope(
    *,
    organisation_id: int,
    type_slug: str,
    reasons: Sequence[VerificationReason],
    issued_on: date,
    valid_until: date,
    document: str,
    actor: Actor,
    range_text: str = "",
    class_text: str = "",
) -> StatedScope:
    """Enter a type that a body outside labms is designated for.

    Refuses with NotAllowed, BadStatement, NoSuchType, NotFound or EnteredBefore: the
    same type, range, class and days for one of the same kinds of verification.
    """
    common = _common(organisation_id, document, actor)
    shipped_catalogue().type(type_slug)
    check_statement(document=document, from_on=issued_on, until_on=valid_until)
    if not reasons:
        raise BadStatement(problem=N_("say for which verifications it holds"))
    same = all_like(
        StatedScope,
        organisation_id=organisation_id,
        type_slug=type_slug,
        range_text=range_text,
        class_text=class_text,
        issued_on=issued_on,
        valid_until=valid_until,
    )
    for first in same:
        if not set(reasons).isdisjoint(first.reasons):
            raise entered_before(first)
    return _added(
        StatedScope(
            type_slug=type_slug,
            reasons=[str(reason) for reason in reasons],
            issued_on=issued_on,
            valid_until=valid_until,
            range_text=range_text,
            class_text=class_text,
            **common,
        ),
        EventType.SCOPE_STATED,
        actor=actor,
    )


def state_capacity(
    *,
    organisation_id: int,
    type_slug: str,
    per_year: int,
    from_on: date,
    limited_by: Limit,
    basis: str,
    document: str,
    actor: Actor,
) -> BodyCapacity:
    """Enter how many of a type a body can verify in a year, from a day on.

    It counts until a newer statement of the body and type begins. Refuses with
    NotAllowed, BadStatement, NoSuchType, NotFound or, where one begins on the same day,
    CapacityEntered.
    """
    common = _common(organisation_id, document, actor)
    shipped_catalogue().type(type_slug)
    check_statement(document=document, from_on=from_on, until_on=None)
    check_capacity(per_year)
    same = {"organisation_id": organisation_id, "type_slug": type_slug}
    for first in all_like(BodyCapacity, from_on=from_on, **same):
        raise entered_before(first, CapacityEntered)
    return _added(
        BodyCapacity(
            type_slug=type_slug,
            per_year=per_year,
            from_on=from_on,
            limited_by=limited_by,
            basis=basis,
            **common,
        ),
        EventType.CAPACITY_STATED,
        actor=actor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One line of a report: a total, or one instrument of a list."""

    type_slug: str
    turns: int
    passed: int
    distinct: int | None = None
    commune_key: str | None = None
    purpose: Purpose = Purpose.VERIFICATION
    serial: str = ""
    performed_on: date | None = None


def enter_report(
    *,
    organisation_id: int,
    form: ReportForm,
    first_on: date,
    last_on: date,
    received_on: date,
    area: str,
    document: str,
    work: Sequence[Work],
    actor: Actor,
    file_hash: str | None = None,
    checked: str | None = None,
) -> ActivityReport:
    """Enter what a body that works without labms reported, with all its lines.

    With `checked`, one that looks wrong needs a reason there why it is right, which the
    trail keeps. Refuses with NotAllowed, BadStatement, PeriodReported, NoSuchType,
    UnknownPlace, NotFound or DoubtfulReport.
    """
    authorize(actor, Permission.SUPPLY_EDIT)
    area_named(area)
    check_statement(document=document, from_on=first_on, until_on=last_on)
    if max(last_on, received_on) > clock.today():
        raise BadStatement(problem=N_("it is about days to come"))
    if not work:
        raise BadStatement(problem=N_("it says nothing of any type"))
    for line in work:
        _check_line(line, first_on, last_on)
    _check_not_reported(organisation_id, first_on, last_on, work)
    why = None
    if checked is not None:
        found = doubts_in(work, organisation_id, first_on=first_on, last_on=last_on)
        check_doubts(found, checked=checked)
        why = checked.strip() if found else None
    report = _added(
        ActivityReport(
            form=form,
            first_on=first_on,
            last_on=last_on,
            received_on=received_on,
            area=area,
            file_hash=file_hash,
            **_common(organisation_id, document, actor),
        ),
        EventType.WORK_REPORTED,
        actor=actor,
        reason=why,
    )
    rows = [_line(report.id, line) for line in work]
    for start in range(0, len(rows), _BATCH):
        db.session.execute(sa.insert(ReportedWork), rows[start : start + _BATCH])
    return report


def doubts_in(
    work: Sequence[Work], organisation_id: int, *, first_on: date, last_on: date
) -> list[tuple[str, Message]]:
    """Return what looks wrong with a report, each with its type."""
    turns: dict[str, int] = {}
    for line in work:
        if line.purpose is Purpose.VERIFICATION:
            turns[line.type_slug] = turns.get(line.type_slug, 0) + line.turns
    return doubts_of(organisation_id, turns, first_on=first_on, last_on=last_on)


def _check_line(line: Work, first_on: date, last_on: date) -> None:
    shipped_catalogue().type(line.type_slug)
    if line.commune_key:
        commune_by_key(line.commune_key)
    check_work(turns=line.turns, passed=line.passed, distinct=line.distinct)
    if line.serial and line.turns != 1:
        raise BadStatement(problem=N_("a line with a serial number is one instrument"))
    if line.performed_on and not first_on <= line.performed_on <= last_on:
        raise BadStatement(problem=N_("a day lies outside the report's days"))


def _check_not_reported(
    organisation_id: int, first_on: date, last_on: date, work: Sequence[Work]
) -> None:
    other = overlapping(
        organisation_id,
        first=first_on,
        last=last_on,
        type_slugs={line.type_slug for line in work},
    )
    if other is not None:
        name = organisation_by_id(organisation_id).name
        raise PeriodReported(
            name=name,
            document=other.document,
            number=other.id,
            table=ActivityReport.__tablename__,
        )


def _line(report_id: int, line: Work) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "type_slug": line.type_slug,
        "commune_key": line.commune_key,
        "purpose": line.purpose,
        "turns": line.turns,
        "passed": line.passed,
        "distinct_count": line.distinct,
        "serial": line.serial,
        "serial_key": identity_key(line.serial) if line.serial else "",
        "performed_on": line.performed_on,
    }


def _common(organisation_id: int, document: str, actor: Actor) -> dict[str, Any]:
    authorize(actor, Permission.SUPPLY_EDIT)
    return {
        "organisation_id": organisation_by_id(organisation_id).id,
        "document": document,
        "entered_on": clock.today(),
        "entered_by_id": actor.id,
    }


def _added(
    row: Row, event: EventType, *, actor: Actor, reason: str | None = None
) -> Row:
    db.session.add(row)
    db.session.flush()
    record(event, row, actor=actor, reason=reason)
    return row


def strike_statement(statement: Statement, *, reason: str, actor: Actor) -> None:
    """Let a statement that was a mistake count no more; it stays to be seen.

    Refuses with NotAllowed, AlreadyStruckOut or BadStatement.
    """
    authorize(actor, Permission.SUPPLY_EDIT)
    if statement.struck_on is not None:
        raise AlreadyStruckOut
    statement.struck_reason = check_striking_out(reason)
    statement.struck_on = clock.today()
    db.session.flush()
    record(EventType.STATEMENT_STRUCK, statement, actor=actor, reason=reason)
