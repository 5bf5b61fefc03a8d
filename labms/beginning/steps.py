"""The few steps from an empty instance to the first certificate, and which are done."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User, UserRole
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.db import db, scoped
from labms.i18n import N_
from labms.jobs.models import Order
from labms.organisations.models import Body, Designation
from labms.people.models import VerifierCard
from labms.policy import EVERYTHING, Actor, Role
from labms.registry.models import Standard
from labms.traceability.models import Calibration

#: Without people in all of these roles nothing gets as far as a certificate.
NEEDED_ROLES = frozenset({Role.VERIFIER, Role.SIGNATORY, Role.QUALITY_MANAGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that has to be done once; `endpoint` is where."""

    text: str
    why: str
    endpoint: str
    role: Role
    """Whose step it is."""
    is_done: bool


def steps(actor: Actor) -> list[Step]:
    """Return the steps of a person's body; for an administrator those of any body.

    Two queries, whatever there is.
    """
    body_id = actor.organisation_id
    with scoped(EVERYTHING):  # an administrator sees no rows, but whether there are any
        any_body = Role.ADMINISTRATOR in actor.roles
        done = _done(None if any_body else body_id)
    return [
        Step(
            text=N_("Enter your organisation and set it up as a body"),
            why=N_("Its head, and how its numbers are written."),
            endpoint="organisations.index",
            role=Role.ADMINISTRATOR,
            is_done=done["body"],
        ),
        Step(
            text=N_("Add accounts for its people"),
            why=N_(
                "At least a verifier, a signatory and a quality manager. Nobody "
                "reviews or signs their own measurements, so at least two people."
            ),
            endpoint="people.users",
            role=Role.ADMINISTRATOR,
            is_done=done["people"],
        ),
        Step(
            text=N_("Enter the decision that designates the body"),
            why=N_("Without one it cannot verify. It stands on the body's page."),
            endpoint="organisations.index",
            role=Role.QUALITY_MANAGER,
            is_done=done["designation"],
        ),
        Step(
            text=N_("Enter the verifiers' cards"),
            why=N_("Each for the types that it covers."),
            endpoint="people.cards",
            role=Role.QUALITY_MANAGER,
            is_done=done["card"],
        ),
        Step(
            text=N_("Enter the standards and their calibrations"),
            why=N_("First those above yours, so that the chain can be followed up."),
            endpoint="traceability.standards",
            role=Role.QUALITY_MANAGER,
            is_done=done["calibration"],
        ),
        Step(
            text=N_("Release the list of cycles"),
            why=N_("It says until when a certificate is valid."),
            endpoint="catalogue.cycles",
            role=Role.QUALITY_MANAGER,
            is_done=done["cycles"],
        ),
        Step(
            text=N_("Release the procedures that you work by"),
            why=N_("Compare their figures with the official documents first."),
            endpoint="catalogue.procedures",
            role=Role.QUALITY_MANAGER,
            is_done=done["procedure"],
        ),
        Step(
            text=N_("Take in the first order"),
            why=N_("From here on the jobs lead from step to step."),
            endpoint="jobs.orders",
            role=Role.RECEPTIONIST,
            is_done=done["order"],
        ),
    ]


def _done(body_id: int | None) -> dict[str, bool]:
    """Return what there is, of one body or of any: one query, and one for roles."""

    def of(column: Any) -> Any:
        return column.is_not(None) if body_id is None else column == body_id

    there = {
        "body": sa.exists().where(of(Body.id)),
        "designation": sa.exists().where(of(Designation.body_id)),
        "card": sa.exists().where(of(VerifierCard.body_id)),
        "calibration": sa.exists().where(
            Calibration.standard_id == Standard.id,
            of(Standard.body_id),
            Calibration.withdrawn_on.is_(None),
        ),
        "cycles": sa.exists().where(
            of(CycleRelease.body_id), CycleRelease.withdrawn_on.is_(None)
        ),
        "procedure": sa.exists().where(
            of(ProcedureRelease.body_id), ProcedureRelease.withdrawn_on.is_(None)
        ),
        "order": sa.exists().where(of(Order.body_id)),
    }
    found = db.session.execute(
        sa.select(*(condition.label(name) for name, condition in there.items()))
    ).one()
    roles = set(
        db.session.scalars(
            sa.select(UserRole.role)
            .join(User, User.id == UserRole.user_id)
            .where(User.is_active, of(User.organisation_id))
            .distinct()
        )
    )
    return {name: bool(getattr(found, name)) for name in there} | {
        "people": roles >= NEEDED_ROLES
    }
