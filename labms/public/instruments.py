"""An instrument as anybody may see it today: what it is worth, and all that says so.

It has no code of its own. Whoever stands before one holds a document with a secret
code, or reads a stamp and the end of the serial number off it; either leads here, and
nothing else does, so that instruments can be walked along as little as documents can. A
code of its own would be one more secret that is printed nowhere. The address outlives
the document that it belongs to: one that was superseded or expired years ago still
leads to what counts now.

Documents are named and opened for whoever came by one of the same owner. Of others'
documents, from before or after it was sold, only kind, day and worth are told: those
decide whether it may be used, and what they say more is their owner's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from labms.catalogue.rules import Both
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState
from labms.db import db, scoped
from labms.organisations.models import Body
from labms.organisations.rules import OrganisationKind
from labms.organisations.types import type_name
from labms.places.queries import commune_by_key
from labms.policy import EVERYTHING
from labms.registry import models
from labms.registry.papers import papers_of
from labms.registry.rules import InstrumentState
from labms.registry.standings import Paper, Standing, paper_that_counts
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState

#: So many of its papers are listed, the newest first.
MOST_PAPERS = 30
_SHOWN = (
    CertificateState.ISSUED,
    CertificateState.REVOKED,
    CertificateState.SUPERSEDED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentToday:
    """What anybody may know of an instrument on a day."""

    standing: Standing
    counts: Paper | None
    """The paper that its standing comes from."""
    papers: Sequence[Paper]
    older_count: int
    """How many more there are."""
    is_reduced: bool
    """Whether some are of another owner, so that less is told of them."""
    name: Both | str
    """Of its type; its slug if the catalogue has it no more."""
    maker: str
    model: str
    serial: str
    owner_name: str
    """Empty for a natural person or household."""
    commune: str
    out_of_use_on: date | None


def instrument_by_document(
    code: str, *, on: date, expiring_days: int
) -> InstrumentToday | None:
    """Return the instrument that the document with this secret code is about."""
    with scoped(EVERYTHING):
        row = db.session.execute(
            sa.select(Certificate.instrument_id, Certificate.owner_id).where(
                Certificate.lookup_token == code, Certificate.state.in_(_SHOWN)
            )
        ).first()
        if row is None:
            return None
        return _today(
            row.instrument_id,
            owner_id=row.owner_id,
            on=on,
            expiring_days=expiring_days,
        )


def instrument_by_stamp(
    body: str, serial: str, *, on: date, expiring_days: int
) -> InstrumentToday | None:
    """Return the instrument that a stamp was put on.

    Only the certificate that was given with the stamp is named from here.
    """
    with scoped(EVERYTHING):
        row = db.session.execute(
            sa.select(Stamp.instrument_id, Certificate.lookup_token)
            .join(Body, Body.id == Stamp.body_id)
            .outerjoin(
                Certificate,
                sa.and_(
                    Certificate.job_id == Stamp.job_id, Certificate.state.in_(_SHOWN)
                ),
            )
            .where(
                Body.code == body,
                Stamp.serial == serial,
                Stamp.state != StampState.RELEASED,
            )
            .order_by(Certificate.id.desc())
        ).first()
        if row is None:
            return None
        return _today(
            row.instrument_id,
            code=row.lookup_token or "",
            on=on,
            expiring_days=expiring_days,
        )


def _today(
    instrument_id: int,
    *,
    owner_id: int | None = None,
    code: str = "",
    **when: Any,
) -> InstrumentToday:
    instrument = db.session.scalars(
        sa.select(models.Instrument)
        .where(models.Instrument.id == instrument_id)
        .options(joinedload(models.Instrument.owner))
    ).one()

    def told(paper: Paper) -> Paper:
        if not paper.code or paper.code == code or paper.owner_id == owner_id:
            return paper
        return replace(paper, number="", code="", stamp_number="")

    every = papers_of(instrument_id, **when)
    papers = [told(one) for one in every]
    counts = paper_that_counts(papers)
    owner = instrument.owner
    is_out = instrument.state is InstrumentState.OUT_OF_USE
    return InstrumentToday(
        standing=counts.standing if counts else Standing.NOTHING,
        counts=counts,
        papers=papers[:MOST_PAPERS],
        older_count=max(0, len(papers) - MOST_PAPERS),
        is_reduced=papers != every,
        name=type_name(instrument.type_slug),
        maker=instrument.maker,
        model=instrument.model,
        serial=instrument.serial,
        owner_name="" if owner.kind is OrganisationKind.PERSON else owner.name,
        commune=commune_by_key(instrument.commune_key).name,
        out_of_use_on=instrument.out_of_use_on if is_out else None,
    )
