"""What a body has released: what its jobs may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.catalogue.correction.own_revisions import procedure_called
from labms.catalogue.entries import LegalList, ListEntry, Procedure
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.rules import ProcedureKind
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import NotFound
from labms.remembering import once


def procedure_releases(body_id: int) -> Sequence[ProcedureRelease]:
    """Return all that a body released or withdrew, the newest first."""
    return once(("releases", body_id), lambda: _procedure_releases(body_id))


def _procedure_releases(body_id: int) -> Sequence[ProcedureRelease]:
    return db.session.scalars(
        sa.select(ProcedureRelease)
        .where(ProcedureRelease.body_id == body_id)
        .order_by(ProcedureRelease.id.desc())
    ).all()


def cycle_releases(body_id: int) -> Sequence[CycleRelease]:
    """Return the lists that a body released or withdrew, the newest first."""
    return once(("cycles", body_id), lambda: _cycle_releases(body_id))


def _cycle_releases(body_id: int) -> Sequence[CycleRelease]:
    return db.session.scalars(
        sa.select(CycleRelease)
        .where(CycleRelease.body_id == body_id)
        .order_by(CycleRelease.id.desc())
    ).all()


def live_release(body_id: int, procedure_slug: str) -> ProcedureRelease | None:
    """Return the release of a procedure with which a body works now."""
    return db.session.scalar(
        sa.select(ProcedureRelease).where(
            ProcedureRelease.body_id == body_id,
            ProcedureRelease.procedure_slug == procedure_slug,
            ProcedureRelease.withdrawn_on.is_(None),
        )
    )


def release_for(
    body_id: int,
    type_slug: str,
    *,
    kind: ProcedureKind = ProcedureKind.VERIFICATION,
) -> tuple[ProcedureRelease, Procedure] | None:
    """Return the released procedure for a type of instrument, or None.

    A release counts only while the catalogue still says what was released.
    """
    catalogue = shipped_catalogue()
    slugs = {each.slug for each in catalogue.procedures_for(type_slug)}
    for release in procedure_releases(body_id):
        if release.withdrawn_on is None and release.procedure_slug in slugs:
            procedure = procedure_called(release.procedure_slug, release.revision)
            if type_slug in procedure.types and procedure.kind is kind:
                return release, procedure
    return None


def procedure_release_by_id(release_id: int) -> ProcedureRelease:
    """Return one release. Raises NotFound."""
    return once(("release", release_id), lambda: _procedure_release(release_id))


def _procedure_release(release_id: int) -> ProcedureRelease:
    row = db.session.scalar(
        sa.select(ProcedureRelease).where(ProcedureRelease.id == release_id)
    )
    if row is None:
        raise NotFound
    return row


def cycle_release_by_id(release_id: int) -> CycleRelease:
    """Return one release of a list. Raises NotFound."""
    row = db.session.scalar(
        sa.select(CycleRelease).where(CycleRelease.id == release_id)
    )
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class ReleasedCycle:
    """What the law asks for on a day, by a list that the body has released."""

    entry: ListEntry
    release: CycleRelease


def cycle_on(body_id: int, type_slug: str, day: date) -> ReleasedCycle | None:
    """Return the cycle that a body applies to a type on a day, or None."""
    live = {
        release.list_slug: release
        for release in cycle_releases(body_id)
        if release.withdrawn_on is None
    }
    entry = shipped_catalogue().entry_on(type_slug, day, lists=live.keys())
    return None if entry is None else ReleasedCycle(entry, live[entry.list_slug])


def legal_list(slug: str) -> LegalList:
    """Return a version of the law's list. Raises NotFound."""
    found = shipped_catalogue().lists.get(slug)
    if found is None:
        raise NotFound
    return found
