"""Adding organisations, and making some of them verification bodies."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import sqlalchemy as sa

from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.rules import VERIFICATIONS, VerificationReason
from labms.db import db
from labms.organisations import rules
from labms.organisations.logos import plain_logo
from labms.organisations.models import (
    Body,
    Designation,
    DesignationScope,
    Letterhead,
    Organisation,
    OrganisationRoleRow,
    Picture,
    Registration,
)
from labms.organisations.queries import find_body, organisation_by_tax_code
from labms.organisations.rules import (
    TEST_PATTERN,
    BadDesignation,
    BodyCodeTaken,
    BodyCodeUsed,
    DecisionEntered,
    DocumentLanguage,
    NameMissing,
    OrganisationKind,
    OrganisationRole,
    TaxCodeTaken,
    ValidityRule,
)
from labms.organisations.types import check_types
from labms.places.queries import commune_by_key
from labms.policy import Actor, Permission, authorize
from labms.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is written down about an organisation."""

    kind: OrganisationKind
    name: str
    tax_code: str = ""
    address: str = ""
    commune_key: str | None = None
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One type that a decision covers."""

    type_slug: str
    reasons: Collection[VerificationReason] = VERIFICATIONS
    range_text: str = ""
    class_text: str = ""


def add_organisation(
    details: Details,
    *,
    actor: Actor,
    roles: Iterable[OrganisationRole] = (OrganisationRole.USER,),
) -> Organisation:
    """Enter an organisation. Refuses with NameMissing, BadTaxCode or TaxCodeTaken."""
    authorize(actor, Permission.ORGANISATION_EDIT)
    organisation = Organisation()
    _write(organisation, details, roles=frozenset(roles) - {OrganisationRole.BODY})
    db.session.add(organisation)
    db.session.flush()
    record(EventType.ORGANISATION_ADDED, organisation, actor=actor)
    return organisation


def change_organisation(
    organisation: Organisation,
    details: Details,
    *,
    actor: Actor,
    roles: Iterable[OrganisationRole],
) -> None:
    """Change what is written down. What a body is called is its own people's to say.

    Refuses with NotAllowed, NameMissing, BadTaxCode or TaxCodeTaken.
    """
    authorize(actor, Permission.ORGANISATION_EDIT)
    if (body := find_body(organisation.id)) is not None:
        authorize(actor, Permission.BODY_EDIT, body)
    is_body = organisation.roles & {OrganisationRole.BODY}
    wanted = (frozenset(roles) - {OrganisationRole.BODY}) | is_body
    before = organisation.roles
    _write(organisation, details, roles=wanted)
    changed = sorted(before ^ wanted)
    reason = f"{', '.join(sorted(before))} → {', '.join(sorted(wanted))}"
    record(
        EventType.ORGANISATION_CHANGED,
        organisation,
        actor=actor,
        reason=reason if changed else None,
    )


def _write(
    organisation: Organisation, details: Details, *, roles: frozenset[OrganisationRole]
) -> None:
    tax_code = rules.clean_tax_code(details.tax_code)
    with db.session.no_autoflush:
        if not details.name:
            raise NameMissing
        other = organisation_by_tax_code(tax_code) if tax_code else None
        if other is not None and other is not organisation:
            raise TaxCodeTaken(name=other.name, organisation_id=other.id)
        if details.commune_key:
            commune_by_key(details.commune_key)
    organisation.kind = details.kind
    organisation.name = details.name
    organisation.tax_code = tax_code
    organisation.address = details.address
    organisation.commune_key = details.commune_key or None
    organisation.phone = details.phone
    organisation.email = details.email
    organisation.folded = fold(
        f"{details.name} {tax_code or ''} {details.address} {details.phone}"
    )
    _set_roles(organisation, roles)


def _set_roles(organisation: Organisation, roles: frozenset[OrganisationRole]) -> None:
    kept = [row for row in organisation.role_rows if row.role in roles]
    missing = roles - {row.role for row in kept}
    organisation.role_rows = [
        *kept,
        *(OrganisationRoleRow(role=role) for role in sorted(missing)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySettings:
    """What a body decides for itself."""

    code: str
    head_name: str
    head_title: str = "Giám đốc"
    certificate_pattern: str = "V{yy}.{n:05}"
    notice_pattern: str = "TB{yy}.{n:05}"
    calibration_pattern: str = "HC{yy}.{n:05}"
    test_pattern: str = TEST_PATTERN
    order_pattern: str = "P{yy}.{n:05}"
    validity_rule: ValidityRule = ValidityRule.END_OF_MONTH


def set_up_body(
    organisation: Organisation, given: BodySettings, *, actor: Actor
) -> Body:
    """Make an organisation a verification body, or change its settings.

    Numbers given out before keep their form. Refuses with NotAllowed, BadBodyCode,
    BodyCodeTaken, BodyCodeUsed, BadNumberPattern or PatternTwice.
    """
    authorize(actor, Permission.BODY_EDIT)
    rules.check_body_code(given.code)
    rules.check_patterns(
        (
            given.certificate_pattern,
            given.notice_pattern,
            given.calibration_pattern,
            given.test_pattern,
            given.order_pattern,
        )
    )
    taken = db.session.scalar(
        sa.select(Body.id).where(Body.code == given.code, Body.id != organisation.id)
    )
    if taken is not None:
        raise BodyCodeTaken(body_code=given.code)
    body = find_body(organisation.id)
    if body is not None and body.code != given.code and _bears_stamps(body):
        raise BodyCodeUsed(body_code=body.code)
    if body is None:
        body = Body(id=organisation.id, organisation=organisation)
    authorize(actor, Permission.BODY_EDIT, body)
    for name in BodySettings.__dataclass_fields__:
        setattr(body, name, getattr(given, name))
    db.session.add(body)
    if OrganisationRole.BODY not in organisation.roles:
        _set_roles(organisation, organisation.roles | {OrganisationRole.BODY})
        record(
            EventType.ORGANISATION_CHANGED,
            organisation,
            actor=actor,
            reason=f"+ {OrganisationRole.BODY}",
        )
    db.session.flush()
    record(EventType.BODY_CHANGED, body, actor=actor)
    return body


def set_letterhead(
    body: Body,
    *,
    language: DocumentLanguage,
    logo: bytes | None,
    without_logo: bool,
    actor: Actor,
) -> Letterhead:
    """Say in which languages a body's documents speak, and with which logo.

    `logo` is a file that was sent in; without one the logo stays as it is, or goes
    with `without_logo`. Refuses with NotAllowed or BadLogo.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    found = db.session.get(Letterhead, body.id) or Letterhead(body_id=body.id)
    found.language = language
    if logo:
        picture = plain_logo(logo)
        digest = sha256(picture).hexdigest()
        if db.session.get(Picture, digest) is None:
            db.session.add(Picture(hash=digest, data=picture))
            db.session.flush()
        found.logo_hash = digest
    elif without_logo:
        found.logo_hash = None
    db.session.add(found)
    db.session.flush()
    record(EventType.BODY_CHANGED, found, actor=actor)
    return found


#: Of a part above this one, by name: whose serials stand on instruments.
_stamp = sa.table("stamp", sa.column("body_id"))


def _bears_stamps(body: Body) -> bool:
    stuck = sa.select(_stamp).where(_stamp.c.body_id == body.id).exists()
    return bool(db.session.scalar(sa.select(stuck)))


def add_registration(
    body: Body, *, number: str, issued_by: str, issued_on: date, actor: Actor
) -> Registration:
    """Enter a body's registration certificate (NĐ 105/2016)."""
    authorize(actor, Permission.BODY_EDIT, body)
    registration = Registration(
        body_id=body.id, number=number, issued_by=issued_by, issued_on=issued_on
    )
    db.session.add(registration)
    db.session.flush()
    record(EventType.REGISTRATION_ADDED, registration, actor=actor)
    return registration


def add_designation(
    body: Body,
    *,
    decision_number: str,
    issued_by: str,
    issued_on: date,
    valid_until: date,
    scopes: Sequence[Scope],
    actor: Actor,
) -> Designation:
    """Enter a decision that designates a body, with its scope.

    Refuses with NotAllowed, DecisionEntered, BadDesignation or NoSuchType.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    rules.check_designation_days(issued_on, valid_until)
    entered = db.session.scalar(
        sa.select(Designation.id).where(
            Designation.body_id == body.id,
            Designation.decision_number == decision_number,
        )
    )
    if entered is not None:
        raise DecisionEntered(number=decision_number)
    designation = Designation(
        body_id=body.id,
        decision_number=decision_number,
        issued_by=issued_by,
        issued_on=issued_on,
        valid_until=valid_until,
        scopes=_scopes(scopes),
    )
    db.session.add(designation)
    db.session.flush()
    record(EventType.DESIGNATION_ADDED, designation, actor=actor, reason=_told(scopes))
    return designation


def change_scope(
    designation: Designation, *, scopes: Sequence[Scope], body: Body, actor: Actor
) -> None:
    """Correct what a decision was entered to cover.

    Refuses with NotAllowed, BadDesignation or NoSuchType.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    there = {scope.type_slug: scope for scope in designation.scopes}
    before = {slug: list(scope.reasons) for slug, scope in there.items()}
    rows = []
    for wanted in _scopes(scopes):
        row = there.get(wanted.type_slug)
        if row is None:
            rows.append(wanted)
            continue
        row.reasons = wanted.reasons
        row.range_text, row.class_text = wanted.range_text, wanted.class_text
        rows.append(row)
    designation.scopes = rows
    after = {scope.type_slug: list(scope.reasons) for scope in rows}
    record(
        EventType.DESIGNATION_CHANGED,
        designation,
        actor=actor,
        reason=_told(scopes),
        changes={"scopes": [before, after]},
    )


def _scopes(scopes: Sequence[Scope]) -> list[DesignationScope]:
    check_types(scope.type_slug for scope in scopes)
    if not scopes:
        raise BadDesignation(problem=rules.NO_TYPE)
    if not all(scope.reasons for scope in scopes):
        raise BadDesignation(problem=rules.NO_REASON)
    return [
        DesignationScope(
            type_slug=scope.type_slug,
            range_text=scope.range_text,
            class_text=scope.class_text,
            reasons=sorted(reason.value for reason in scope.reasons),
        )
        for scope in scopes
    ]


def _told(scopes: Sequence[Scope]) -> str:
    return "; ".join(
        f"{scope.type_slug}: {', '.join(sorted(scope.reasons))}" for scope in scopes
    )


def suspend_designation(
    designation: Designation,
    *,
    body: Body,
    suspended_from: date,
    suspended_until: date | None,
    reason: str,
    actor: Actor,
) -> None:
    """Note that a decision does not hold for a time (TT 24/2013, Art. 18).

    Refuses with NotAllowed or BadSuspension.
    """
    authorize(actor, Permission.BODY_EDIT, body)
    rules.check_suspension(
        suspended_from,
        suspended_until,
        issued_on=designation.issued_on,
        valid_until=designation.valid_until,
    )
    designation.suspended_from = suspended_from
    designation.suspended_until = suspended_until
    record(EventType.DESIGNATION_CHANGED, designation, actor=actor, reason=reason)


def resume_designation(
    designation: Designation, *, body: Body, on: date, actor: Actor
) -> None:
    """Let a suspended decision hold again from a day. Refuses with NotSuspended."""
    authorize(actor, Permission.BODY_EDIT, body)
    designation.suspended_from, designation.suspended_until = rules.resumed(
        designation.suspended_from, on=on
    )
    record(EventType.DESIGNATION_CHANGED, designation, actor=actor, reason="resumed")
