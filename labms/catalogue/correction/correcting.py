"""Correcting a procedure by the official text: a draft, and a second reader."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.correction.editing import begun
from labms.catalogue.correction.own_revisions import (
    document_of,
    origin_of,
    own_revisions,
    read_document,
    releasable,
    tables_of,
)
from labms.catalogue.correction.rules import (
    CitationMissing,
    CorrectionFaults,
    NotADraft,
    NotAllCompared,
    NothingCorrected,
    NotYourDraft,
    SecondReaderNeeded,
    confirmed,
    corrected_figures,
    shown_hash,
)
from labms.catalogue.entries import Procedure
from labms.catalogue.files.writing import as_toml
from labms.catalogue.models import OwnRevision
from labms.catalogue.releasing import CatalogueChanged, check_withdrawal_reason
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.trial.trying import example_faults
from labms.db import db
from labms.policy import Actor, Permission, authorize


@dataclass(frozen=True, slots=True)
class _Body:
    """For the policy: whose revision it is going to be."""

    body_id: int


def begin_revision(
    body_id: int, *, slug: str, revision: str, document: str, actor: Actor
) -> OwnRevision:
    """Begin a body's own revision of a procedure, as a draft of `actor`.

    `document` is the official text that it is going to be compared with. Who has begun
    one of the same origin goes on with it. Refuses with NotAllowed or CitationMissing.
    """
    authorize(actor, Permission.PROCEDURE_RELEASE, _Body(body_id))
    origin = releasable(body_id, slug, revision)
    for draft in own_revisions(body_id, slug=slug):
        ours = (draft.origin_revision, draft.author_id) == (revision, actor.id)
        if draft.is_draft and ours:
            return draft
    if not document.strip():
        raise CitationMissing
    name = _next_revision(body_id, slug, revision)
    row = OwnRevision(
        body_id=body_id,
        procedure_slug=slug,
        revision=name,
        origin_revision=revision,
        document=document.strip(),
        content=as_toml(begun(origin.raw, revision=name)),
        tables=_tables(origin),
        author_id=actor.id,
        written_on=clock.today(),
    )
    db.session.add(row)
    db.session.flush()
    record(EventType.OWN_REVISION_BEGUN, row, actor=actor)
    return row


def _next_revision(body_id: int, slug: str, origin: str) -> str:
    """Return a name that no other revision will have: origin, body, number."""
    body = sa.table("body", sa.column("id"), sa.column("code"))
    code = db.session.scalar(sa.select(body.c.code).where(body.c.id == body_id))
    stem = f"-{str(code).lower()}."
    base = origin.split(stem)[0]
    count = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(OwnRevision)
        .where(OwnRevision.body_id == body_id, OwnRevision.procedure_slug == slug)
    )
    return f"{base}{stem}{(count or 0) + 1}"


def _tables(procedure: Procedure) -> str:
    """Return the shared tables that a procedure uses, as they are now."""
    own = {each["slug"] for each in procedure.raw.get("table", ())}
    return as_toml(
        {slug: table.raw for slug, table in procedure.tables.items() if slug not in own}
    )


def correct_revision(
    row: OwnRevision, document: Mapping[str, Any], *, actor: Actor
) -> None:
    """Keep another document for a draft, if the rules of the catalogue allow it.

    Refuses with NotAllowed, NotADraft, NotYourDraft, NothingCorrected where it says
    what it said, or CorrectionFaults, all of them.
    """
    check_correctable(row, actor=actor)
    if document == document_of(row):
        raise NothingCorrected
    procedure = _without_faults(row, document)
    row.content = as_toml(document)
    row.tables = _tables(procedure)
    row.written_on = clock.today()
    db.session.flush()
    record(EventType.OWN_REVISION_CORRECTED, row, actor=actor)


def check_correctable(row: OwnRevision, *, actor: Actor) -> None:
    """Raise NotAllowed, NotADraft or NotYourDraft unless `actor` may correct it."""
    authorize(actor, Permission.PROCEDURE_RELEASE, row)
    _check_draft(row)
    if row.author_id != actor.id:
        raise NotYourDraft


def _check_draft(row: OwnRevision) -> None:
    if not row.is_draft:
        raise NotADraft


def _without_faults(row: OwnRevision, document: Mapping[str, Any]) -> Procedure:
    procedure, faults = read_document(
        document,
        tables=tables_of(row),
        catalogue=shipped_catalogue(),
        file=f"procedures/{row.procedure_slug}-{row.revision}.toml",
    )
    faults = faults or example_faults(procedure)
    if faults:
        raise CorrectionFaults(faults)
    return procedure


def confirm_revision(
    row: OwnRevision, *, shown: str, compared: Collection[str], actor: Actor
) -> None:
    """Say that each corrected figure stands so in the official text, as second reader.

    From now on the revision is fixed, and can be released. `shown` tells which draft
    was on the page, `compared` names the figures. Refuses with NotAllowed, NotADraft,
    SecondReaderNeeded, CatalogueChanged, NothingCorrected, NotAllCompared or
    CorrectionFaults.
    """
    authorize(actor, Permission.PROCEDURE_CONFIRM, row)
    _check_draft(row)
    if row.author_id == actor.id:
        raise SecondReaderNeeded
    if shown != shown_hash(row.content):
        raise CatalogueChanged
    document, origin = document_of(row), origin_of(row).raw
    figures = corrected_figures(origin, document)
    if not figures:
        raise NothingCorrected
    if {each.key for each in figures} - set(compared):
        raise NotAllCompared
    author = figures[0].figure["checked_by"][0]
    # Two people of one name are two people, and count as such.
    reader = actor.name if actor.name != author else f"{actor.name} ({actor.id})"
    document = confirmed(origin, document, reader=reader)
    procedure = _without_faults(row, document)
    row.content = as_toml(document)
    row.tables = _tables(procedure)
    row.confirmed_by_id = actor.id
    row.confirmed_on = clock.today()
    db.session.flush()
    record(EventType.OWN_REVISION_CONFIRMED, row, actor=actor)


def discard_revision(row: OwnRevision, *, reason: str, actor: Actor) -> None:
    """Give a draft up. Refuses with NotADraft or without a reason worth keeping."""
    authorize(actor, Permission.PROCEDURE_RELEASE, row)
    _check_draft(row)
    said = check_withdrawal_reason(reason)
    row.discarded_on = clock.today()
    record(EventType.OWN_REVISION_DISCARDED, row, actor=actor, reason=said)
