"""What happened within some days, for a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.db import db
from labms.indicators.queries import areas_within, within
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.tasks.models import Activity
from labms.tasks.queries import activities_between, persons_listed


@dataclass(frozen=True, slots=True)
class Happened:
    """Records of some days in an area, none of them struck out."""

    trainings: Sequence[Training]
    supports: int
    enterprises_supported: int
    bodies: Sequence[BodyRaised]
    activities: Sequence[Activity]
    #: Different persons on lists, and trainings that have a list.
    persons_listed: tuple[int, int]


def happened(area: str, *, first: date, last: date) -> Happened:
    """Return what was entered of these days. Five queries."""
    days = {"first": first, "last": last}
    trainings = db.session.scalars(
        sa.select(Training)
        .where(within(Training, Training.held_on, area, **days))
        .order_by(Training.held_on, Training.id)
    ).all()
    supports, enterprises = db.session.execute(
        sa.select(
            sa.func.count(), sa.func.count(ProgrammeSupport.enterprise_id.distinct())
        ).where(within(ProgrammeSupport, ProgrammeSupport.supported_on, area, **days))
    ).one()
    bodies = (
        db.session.scalars(
            sa.select(BodyRaised)
            .options(sa.orm.joinedload(BodyRaised.organisation))
            .where(within(BodyRaised, BodyRaised.achieved_on, area, **days))
            .order_by(BodyRaised.achieved_on, BodyRaised.id)
        )
        .unique()
        .all()
    )
    areas = areas_within(area)
    return Happened(
        trainings=trainings,
        supports=supports,
        enterprises_supported=enterprises,
        bodies=bodies,
        activities=activities_between(areas, first=first, last=last),
        persons_listed=persons_listed(areas, first=first, last=last),
    )
