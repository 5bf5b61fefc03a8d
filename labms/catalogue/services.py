"""Releasing procedures and cycles for a body, and withdrawing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.correction.own_revisions import releasable
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.queries import legal_list, live_release
from labms.catalogue.releasing import (
    AlreadyReleased,
    CatalogueChanged,
    NotReleased,
    check_withdrawal_reason,
)
from labms.catalogue.rules import UnknownOption
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.policy import Actor, Permission, authorize


@dataclass(frozen=True, slots=True)
class _Body:
    """For the policy: whose release it is going to be."""

    body_id: int


def release_procedure(
    body_id: int,
    *,
    slug: str,
    revision: str,
    options: Mapping[str, str],
    shown: str,
    actor: Actor,
) -> ProcedureRelease:
    """Let a body's jobs use this revision from today, in place of the one before.

    `shown` is the hash of what the quality manager read; `options` names, for each
    table on which sources disagree, the one that this body uses. Refuses with
    NotAllowed, CatalogueChanged, UnknownOption or AlreadyReleased.
    """
    authorize(actor, Permission.PROCEDURE_RELEASE, _Body(body_id))
    catalogue = shipped_catalogue()
    procedure = releasable(body_id, slug, revision)
    content_hash = catalogue.content_hash(procedure)
    if shown != content_hash:
        raise CatalogueChanged
    chosen = {}
    for table in procedure.choices:
        if table.option(options.get(table.slug, "")) is None:
            raise UnknownOption.of(table)
        chosen[table.slug] = options[table.slug]
    before = live_release(body_id, slug)
    if before is not None:
        same = (before.revision, before.content_hash, before.options)
        if same == (revision, content_hash, chosen):
            raise AlreadyReleased
        _withdraw(before, actor=actor, reason=f"replaced by {slug}@{revision}")
        record(EventType.PROCEDURE_WITHDRAWN, before, actor=actor)
        db.session.flush()
    release = ProcedureRelease(
        body_id=body_id,
        procedure_slug=slug,
        revision=revision,
        content_hash=content_hash,
        content=catalogue.content(procedure),
        options=chosen,
        unchecked=[
            figure.key for figure in catalogue.unchecked(procedure, options=chosen)
        ],
        released_on=clock.today(),
        released_by_id=actor.id,
    )
    db.session.add(release)
    db.session.flush()
    record(EventType.PROCEDURE_RELEASED, release, actor=actor)
    return release


def release_cycles(
    body_id: int, *, list_slug: str, shown: str, actor: Actor
) -> CycleRelease:
    """Let a body apply the cycles of one version of the law's list.

    Refuses with NotAllowed, CatalogueChanged or AlreadyReleased.
    """
    authorize(actor, Permission.PROCEDURE_RELEASE, _Body(body_id))
    catalogue, legal = shipped_catalogue(), legal_list(list_slug)
    content_hash = catalogue.content_hash(legal)
    if shown != content_hash:
        raise CatalogueChanged
    before = db.session.scalar(
        sa.select(CycleRelease).where(
            CycleRelease.body_id == body_id,
            CycleRelease.list_slug == list_slug,
            CycleRelease.withdrawn_on.is_(None),
        )
    )
    if before is not None:
        if before.content_hash == content_hash:
            raise AlreadyReleased
        _withdraw(before, actor=actor, reason="replaced by a newer reading of the list")
        record(EventType.CYCLES_WITHDRAWN, before, actor=actor)
        db.session.flush()
    release = CycleRelease(
        body_id=body_id,
        list_slug=list_slug,
        content_hash=content_hash,
        content=catalogue.content(legal),
        unchecked=[figure.key for figure in catalogue.unchecked(legal)],
        released_on=clock.today(),
        released_by_id=actor.id,
    )
    db.session.add(release)
    db.session.flush()
    record(EventType.CYCLES_RELEASED, release, actor=actor)
    return release


def withdraw_procedure(release: ProcedureRelease, *, reason: str, actor: Actor) -> None:
    """Let no new job use a release; readings that were taken under it keep it."""
    authorize(actor, Permission.PROCEDURE_RELEASE, release)
    _withdraw(release, actor=actor, reason=check_withdrawal_reason(reason))
    record(EventType.PROCEDURE_WITHDRAWN, release, actor=actor, reason=reason)


def withdraw_cycles(release: CycleRelease, *, reason: str, actor: Actor) -> None:
    """Let no new job use the cycles of a list."""
    authorize(actor, Permission.PROCEDURE_RELEASE, release)
    _withdraw(release, actor=actor, reason=check_withdrawal_reason(reason))
    record(EventType.CYCLES_WITHDRAWN, release, actor=actor, reason=reason)


def _withdraw(release: Any, *, actor: Actor, reason: str) -> None:
    if release.withdrawn_on is not None:
        raise NotReleased
    release.withdrawn_on = clock.today()
    release.withdrawn_by_id = actor.id
    release.withdrawal_reason = reason
