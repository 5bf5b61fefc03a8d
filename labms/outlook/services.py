"""Proposing what could be bought or added."""

from collections.abc import Sequence
from decimal import Decimal

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import NotFound
from labms.organisations.models import Body
from labms.outlook.capacity import check_per_year
from labms.outlook.models import InvestmentOption
from labms.outlook.rules import CostSourceMissing, TypesMissing
from labms.plan.undertakings import AlreadyStruck, check_striking
from labms.policy import Actor, Permission, authorize
from labms.tasks.rules import OptionKind, check_amount


def propose_option(
    *,
    kind: OptionKind,
    title: str,
    body_id: int,
    type_slugs: Sequence[str],
    cost: Decimal | None,
    cost_source: str,
    actor: Actor,
    per_year: int | None = None,
    per_year_basis: str = "",
) -> InvestmentOption:
    """Propose a standard, a person or a designation for a body.

    `per_year` is how many more of each type the body can do in a year with it. Refuses
    with NotAllowed, NotFound, NoSuchType, TypesMissing, BadAmount, CostSourceMissing,
    CapacityUnfit or CapacityUnfounded.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if db.session.get(Body, body_id) is None:
        raise NotFound
    if not type_slugs:
        raise TypesMissing
    catalogue = shipped_catalogue()
    slugs = sorted({catalogue.type(slug).slug for slug in type_slugs})
    if cost is not None:
        check_amount(cost)
        if not cost_source.strip():
            raise CostSourceMissing
    check_per_year(per_year, per_year_basis)
    option = InvestmentOption(
        kind=kind,
        title=title,
        body_id=body_id,
        type_slugs=slugs,
        cost=cost,
        cost_source=cost_source,
        per_year=per_year,
        per_year_basis=None if per_year is None else per_year_basis,
        entered_on=clock.today(),
        entered_by_id=actor.id,
    )
    db.session.add(option)
    db.session.flush()
    record(EventType.OPTION_PROPOSED, option, actor=actor)
    return option


def strike_option(option: InvestmentOption, *, reason: str, actor: Actor) -> None:
    """Take a proposal out of the ranking.

    Refuses with NotAllowed, AlreadyStruck or StrikingReasonMissing.
    """
    authorize(actor, Permission.PLAN_EDIT)
    if option.struck_on is not None:
        raise AlreadyStruck
    option.struck_reason = check_striking(reason)
    option.struck_on = clock.today()
    db.session.flush()
    record(EventType.OPTION_STRUCK, option, actor=actor, reason=reason)
