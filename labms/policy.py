"""Who may do what: one page for the whole laboratory.

First the roles, then the conditions on the thing itself. A view asks with the
permission alone, the service asks again with the subject, a template asks before it
shows a button; this table answers all three. Who holds a verifier card, for what and
until when, is data in `labms.people`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from labms.errors import NotAllowed
from labms.i18n import N_


class Role(StrEnum):
    """What a person is in the laboratory, or to it."""

    RECEPTIONIST = "receptionist"
    VERIFIER = "verifier"
    REVIEWER = "reviewer"
    SIGNATORY = "signatory"
    QUALITY_MANAGER = "quality_manager"
    MANAGER = "manager"
    ASSESSOR = "assessor"
    ENTERPRISE = "enterprise"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Mapping[Role, str] = {
    Role.RECEPTIONIST: N_("Receptionist"),
    Role.VERIFIER: N_("Verifier"),
    Role.REVIEWER: N_("Reviewer"),
    Role.SIGNATORY: N_("Signatory"),
    Role.QUALITY_MANAGER: N_("Quality manager"),
    Role.MANAGER: N_("Manager at the Department"),
    Role.ASSESSOR: N_("Assessor"),
    Role.ENTERPRISE: N_("Enterprise"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


class Permission(StrEnum):
    """Something that can be done, as `subject:action`."""

    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    BODY_EDIT = "body:edit"
    CARD_EDIT = "card:edit"
    CARD_READ = "card:read"
    CATALOGUE_READ = "catalogue:read"
    CERTIFICATE_EXAMINE = "certificate:examine"
    CERTIFICATE_FINISH = "certificate:finish"
    CERTIFICATE_HAND_OVER = "certificate:hand_over"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_REVOKE = "certificate:revoke"
    DEMAND_EDIT = "demand:edit"
    DEMAND_READ = "demand:read"
    EVIDENCE_END = "evidence:end"
    EVIDENCE_RESTORE = "evidence:restore"
    FIGURES_FREEZE = "figures:freeze"
    INDICATOR_READ = "indicator:read"
    INSTRUMENT_EDIT = "instrument:edit"
    INSTRUMENT_READ = "instrument:read"
    JOB_ASSIGN = "job:assign"
    JOB_READ = "job:read"
    JOB_REVIEW = "job:review"
    JOB_TAKE_BACK = "job:take_back"
    ORDER_EDIT = "order:edit"
    ORDER_READ = "order:read"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_READ = "organisation:read"
    PLAN_EDIT = "plan:edit"
    PLAN_READ = "plan:read"
    PROCEDURE_CONFIRM = "procedure:confirm"
    PROCEDURE_RELEASE = "procedure:release"
    READING_RECORD = "reading:record"
    STAMP_PRINT = "stamp:print"
    STAMP_READ = "stamp:read"
    STAMP_RELEASE = "stamp:release"
    STANDARD_EDIT = "standard:edit"
    STANDARD_READ = "standard:read"
    SUPPLY_EDIT = "supply:edit"
    SUPPLY_READ = "supply:read"
    SYSTEM_READ = "system:read"


LABORATORY = frozenset(
    {
        Role.RECEPTIONIST,
        Role.VERIFIER,
        Role.REVIEWER,
        Role.SIGNATORY,
        Role.QUALITY_MANAGER,
    }
)
#: Those who look into a body's work without being part of it.
ONLOOKERS = frozenset({Role.MANAGER, Role.ASSESSOR})
STAFF = LABORATORY | ONLOOKERS

ROLES: Mapping[Permission, frozenset[Role]] = {
    Permission.ACCOUNT_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.AUDIT_READ: frozenset(
        {Role.ADMINISTRATOR, Role.QUALITY_MANAGER, Role.ASSESSOR}
    ),
    Permission.BODY_EDIT: frozenset({Role.QUALITY_MANAGER, Role.ADMINISTRATOR}),
    Permission.CARD_EDIT: frozenset({Role.QUALITY_MANAGER}),
    Permission.CARD_READ: STAFF,
    Permission.CATALOGUE_READ: STAFF | {Role.ADMINISTRATOR},
    Permission.CERTIFICATE_EXAMINE: frozenset({Role.QUALITY_MANAGER}),
    Permission.CERTIFICATE_FINISH: frozenset({Role.SIGNATORY}),
    Permission.CERTIFICATE_HAND_OVER: frozenset({Role.RECEPTIONIST, Role.SIGNATORY}),
    Permission.CERTIFICATE_ISSUE: frozenset({Role.SIGNATORY}),
    Permission.CERTIFICATE_READ: STAFF | {Role.ENTERPRISE},
    Permission.CERTIFICATE_REVOKE: frozenset({Role.SIGNATORY}),
    Permission.DEMAND_EDIT: frozenset({Role.MANAGER}),
    Permission.DEMAND_READ: STAFF,
    Permission.EVIDENCE_END: frozenset(
        {Role.RECEPTIONIST, Role.VERIFIER, Role.QUALITY_MANAGER}
    ),
    Permission.EVIDENCE_RESTORE: frozenset({Role.QUALITY_MANAGER}),
    Permission.FIGURES_FREEZE: frozenset({Role.MANAGER}),
    Permission.INDICATOR_READ: STAFF,
    Permission.INSTRUMENT_EDIT: frozenset({Role.RECEPTIONIST, Role.VERIFIER}),
    Permission.INSTRUMENT_READ: STAFF | {Role.ENTERPRISE},
    Permission.JOB_ASSIGN: frozenset({Role.RECEPTIONIST, Role.REVIEWER}),
    Permission.JOB_READ: STAFF,
    Permission.JOB_REVIEW: frozenset({Role.REVIEWER, Role.SIGNATORY}),
    Permission.JOB_TAKE_BACK: frozenset(
        {Role.REVIEWER, Role.SIGNATORY, Role.QUALITY_MANAGER}
    ),
    Permission.ORDER_EDIT: frozenset({Role.RECEPTIONIST, Role.VERIFIER}),
    Permission.ORDER_READ: STAFF,
    Permission.ORGANISATION_EDIT: frozenset(
        {Role.RECEPTIONIST, Role.QUALITY_MANAGER, Role.ADMINISTRATOR}
    ),
    Permission.ORGANISATION_READ: STAFF | {Role.ADMINISTRATOR},
    Permission.PLAN_EDIT: frozenset({Role.MANAGER}),
    Permission.PLAN_READ: STAFF,
    Permission.PROCEDURE_CONFIRM: frozenset(
        {Role.QUALITY_MANAGER, Role.VERIFIER, Role.REVIEWER, Role.SIGNATORY}
    ),
    Permission.PROCEDURE_RELEASE: frozenset({Role.QUALITY_MANAGER}),
    Permission.READING_RECORD: frozenset({Role.VERIFIER}),
    Permission.STAMP_PRINT: frozenset(
        {Role.RECEPTIONIST, Role.VERIFIER, Role.QUALITY_MANAGER}
    ),
    Permission.STAMP_READ: STAFF,
    Permission.STAMP_RELEASE: frozenset({Role.QUALITY_MANAGER}),
    Permission.STANDARD_EDIT: frozenset({Role.QUALITY_MANAGER}),
    Permission.STANDARD_READ: STAFF,
    Permission.SUPPLY_EDIT: frozenset({Role.MANAGER}),
    Permission.SUPPLY_READ: frozenset({Role.MANAGER}),
    Permission.SYSTEM_READ: frozenset({Role.ADMINISTRATOR}),
}


class Actor(Protocol):
    """Whoever does something: a person who is signed in, or the system itself."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def organisation_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class System:
    """The system's own work: finishing what was begun, making an instance."""

    permissions: frozenset[Permission]
    id: int | None = None
    name: str = "labms"
    roles: frozenset[Role] = frozenset()
    organisation_id: int | None = None


#: May complete what a signatory has decided, and nothing more.
SYSTEM = System(frozenset({Permission.CERTIFICATE_FINISH}))


def did_not_perform(actor: Actor, job: Any) -> bool:
    """Nobody reviews or signs for their own measurements."""
    return bool(job.performed_by_id != actor.id)


def is_performer(actor: Actor, job: Any) -> bool:
    """Readings are recorded by the person who takes them."""
    return bool(job.performed_by_id == actor.id)


def is_own_body(actor: Actor, subject: Any) -> bool:
    """What belongs to a body is changed by its own people."""
    return bool(subject.body_id == actor.organisation_id)


def is_body_concerned(actor: Actor, subject: Any) -> bool:
    """What concerns several bodies is the affair of the people of each."""
    return actor.organisation_id is not None and (
        actor.organisation_id in subject.body_ids
    )


def sets_up_body(actor: Actor, subject: Any) -> bool:
    """An administrator sets up any body; its settings are its own people's."""
    return Role.ADMINISTRATOR in actor.roles or is_own_body(actor, subject)


def all_of(*conditions: Callable[[Actor, Any], bool]) -> Callable[[Actor, Any], bool]:
    """Return a condition that holds where all of these do."""
    return lambda actor, subject: all(holds(actor, subject) for holds in conditions)


#: Checked besides the role, once the thing itself is known.
CONDITIONS: Mapping[Permission, Callable[[Actor, Any], bool]] = {
    Permission.BODY_EDIT: sets_up_body,
    Permission.CARD_EDIT: is_own_body,
    Permission.CERTIFICATE_EXAMINE: is_own_body,
    Permission.CERTIFICATE_HAND_OVER: is_own_body,
    Permission.CERTIFICATE_ISSUE: all_of(is_own_body, did_not_perform),
    Permission.CERTIFICATE_REVOKE: is_own_body,
    Permission.EVIDENCE_RESTORE: is_body_concerned,
    Permission.JOB_ASSIGN: is_own_body,
    Permission.JOB_REVIEW: all_of(is_own_body, did_not_perform),
    Permission.JOB_TAKE_BACK: all_of(is_own_body, did_not_perform),
    Permission.ORDER_EDIT: is_own_body,
    Permission.PROCEDURE_CONFIRM: is_own_body,
    Permission.PROCEDURE_RELEASE: is_own_body,
    Permission.READING_RECORD: all_of(is_own_body, is_performer),
    Permission.STAMP_PRINT: is_own_body,
    Permission.STAMP_RELEASE: is_own_body,
    Permission.STANDARD_EDIT: is_own_body,
}


def allowed(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """Return whether `actor` may do this at all, or to `subject` if one is given."""
    if isinstance(actor, System):
        return permission in actor.permissions
    if not actor.roles & ROLES[permission]:
        return False
    condition = CONDITIONS.get(permission)
    return subject is None or condition is None or condition(actor, subject)


def authorize(actor: Actor, permission: Permission, subject: Any = None) -> None:
    """Raise NotAllowed unless `actor` may do this."""
    if not allowed(actor, permission, subject):
        raise NotAllowed(permission=permission)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows may be seen. Applied where rows are fetched, see `labms.db`."""

    everything: bool = False
    body_id: int | None = None
    owner_id: int | None = None


#: Commands, and the Department: all bodies.
EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def scope_of(actor: Actor) -> Scope:
    """Return whose rows a person sees.

    Staff see their body's, an enterprise what it owns, the Department all. Someone
    who is several things sees by the first that applies, never the sum.
    """
    if isinstance(actor, System) or Role.MANAGER in actor.roles:
        return EVERYTHING
    if actor.roles & (LABORATORY | {Role.ASSESSOR}):
        return Scope(body_id=actor.organisation_id)
    if Role.ENTERPRISE in actor.roles:
        return Scope(owner_id=actor.organisation_id)
    return NOTHING
