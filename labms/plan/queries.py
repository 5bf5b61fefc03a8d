"""Finding what was undertaken for the plan."""

from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.db import db
from labms.errors import NotFound
from labms.organisations.naming import labels
from labms.organisations.rules import OrganisationKind
from labms.places.models import Commune
from labms.places.queries import keys_in
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.undertakings import What

Undertaken: TypeAlias = Training | ProgrammeSupport | BodyRaised


def undertakings(what: What) -> sa.Select[Any]:
    """Return the query of the records of a kind, newest first, struck ones too."""
    match what:
        case What.TRAINING:
            return sa.select(Training).order_by(
                Training.held_on.desc(), Training.id.desc()
            )
        case What.SUPPORT:
            return (
                sa.select(ProgrammeSupport)
                .options(joinedload(ProgrammeSupport.enterprise))
                .order_by(
                    ProgrammeSupport.supported_on.desc(), ProgrammeSupport.id.desc()
                )
            )
        case What.RAISED:
            return (
                sa.select(BodyRaised)
                .options(joinedload(BodyRaised.organisation))
                .order_by(BodyRaised.achieved_on.desc(), BodyRaised.id.desc())
            )


def undertaking_by_id(what: What, number: int) -> Undertaken:
    """Return one record. Raises NotFound."""
    kinds: dict[What, type[Any]] = {
        What.TRAINING: Training,
        What.SUPPORT: ProgrammeSupport,
        What.RAISED: BodyRaised,
    }
    if (found := db.session.get(kinds[what], number)) is None:
        raise NotFound
    return cast(Undertaken, found)


def lies_in_area(commune_key: str | None, area: str) -> bool:
    """Whether a commune, old or new, belongs to an area; unknown ones do not."""
    found = keys_in(area).where(Commune.key == commune_key)
    return db.session.scalar(found) is not None


def organisation_choices(
    kind: OrganisationKind | None = None,
) -> list[tuple[int, str]]:
    """Return id and label of organisations, perhaps of a kind, by name."""
    return labels(kind=kind)
