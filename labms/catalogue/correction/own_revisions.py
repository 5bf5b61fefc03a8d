"""The revisions of procedures that bodies made themselves, beside the catalogue's.

They are rows of the database: every process sees a new one at once, and a backup has
them. What was confirmed never changes, so a job finds its revision for ever.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from labms.catalogue.entries import Procedure
from labms.catalogue.files.faults import Fault, Table
from labms.catalogue.files.limits import read_limit_table
from labms.catalogue.files.loading import Catalogue
from labms.catalogue.files.procedures import read_procedure
from labms.catalogue.models import OwnRevision
from labms.catalogue.rules import CatalogueFaults, NoSuchProcedure
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db, scoped
from labms.errors import NotFound
from labms.policy import EVERYTHING

Document = Mapping[str, Any]


def read_document(
    document: Document,
    *,
    tables: Mapping[str, Document],
    catalogue: Catalogue,
    file: str = "",
) -> tuple[Procedure, list[Fault]]:
    """Read a revision by the very rules of the catalogue's files, with all faults.

    `tables` are shared tables of limits as they were, in place of those of today.
    """
    faults: list[Fault] = []
    shared = dict(catalogue.tables)
    for slug, raw in tables.items():
        shared[slug] = read_limit_table(Table(f"limits/{slug}.toml", "", raw, faults))
    top = Table(file, "", document, faults)
    procedure = read_procedure(top, types=catalogue.types, tables=shared)
    top.finish()
    return procedure, sorted(faults)


def document_of(row: OwnRevision) -> dict[str, Any]:
    """Return what a body's revision says, as the file would."""
    return tomllib.loads(row.content)


def tables_of(row: OwnRevision) -> dict[str, Any]:
    """Return the shared tables of limits that it uses, as they were."""
    return tomllib.loads(row.tables)


def origin_of(row: OwnRevision) -> Procedure:
    """Return the revision that was corrected."""
    return releasable(row.body_id, row.procedure_slug, row.origin_revision)


def read_own(row: OwnRevision) -> Procedure:
    """Return the procedure that a body's revision is. Raises CatalogueFaults."""
    return _read(row.content, row.tables, shipped_catalogue())


@lru_cache(maxsize=64)
def _read(content: str, tables: str, catalogue: Catalogue) -> Procedure:
    document = tomllib.loads(content)
    name = f"{document.get('slug')}@{document.get('revision')}"
    procedure, faults = read_document(
        document, tables=tomllib.loads(tables), catalogue=catalogue, file=name
    )
    if faults:
        raise CatalogueFaults(faults)
    return procedure


def procedure_called(slug: str, revision: str) -> Procedure:
    """Return a revision, of the catalogue or a body's own; or raise NoSuchProcedure.

    Whoever may see a job may read by what it was measured: this asks for no scope.
    """
    catalogue = shipped_catalogue()
    if catalogue.has(slug, revision):
        return catalogue.procedure(slug, revision)
    # What was confirmed never changes, so once for each session is enough.
    known = db.session.info.setdefault("own_revisions", {})
    if (slug, revision) not in known:
        known[slug, revision] = _confirmed(slug, revision)
    content, tables = known[slug, revision]
    return _read(content, tables, catalogue)


def _confirmed(slug: str, revision: str) -> tuple[str, str]:
    with scoped(EVERYTHING):
        found = db.session.execute(
            sa.select(OwnRevision.content, OwnRevision.tables).where(
                OwnRevision.procedure_slug == slug,
                OwnRevision.revision == revision,
                OwnRevision.confirmed_on.is_not(None),
            )
        ).one_or_none()
    if found is None:
        raise NoSuchProcedure(slug=f"{slug}@{revision}")
    return found.content, found.tables


def own_revisions(body_id: int, *, slug: str = "") -> Sequence[OwnRevision]:
    """Return a body's own revisions and drafts, the newest first."""
    query = sa.select(OwnRevision).where(
        OwnRevision.body_id == body_id, OwnRevision.discarded_on.is_(None)
    )
    if slug:
        query = query.where(OwnRevision.procedure_slug == slug)
    return db.session.scalars(query.order_by(OwnRevision.id.desc())).all()


def own_revision_by_id(own_id: int) -> OwnRevision:
    """Return one of a body's own revisions. Raises NotFound."""
    row = db.session.scalar(sa.select(OwnRevision).where(OwnRevision.id == own_id))
    if row is None:
        raise NotFound
    return row


def releasable(body_id: int, slug: str, revision: str) -> Procedure:
    """Return a revision that a body may release: the catalogue's, or its own.

    Raises NoSuchProcedure, for a draft and for what another body corrected too.
    """
    catalogue = shipped_catalogue()
    if catalogue.has(slug, revision):
        return catalogue.procedure(slug, revision)
    row = db.session.scalar(
        sa.select(OwnRevision).where(
            OwnRevision.body_id == body_id,
            OwnRevision.procedure_slug == slug,
            OwnRevision.revision == revision,
            OwnRevision.confirmed_on.is_not(None),
        )
    )
    if row is None:
        raise NoSuchProcedure(slug=f"{slug}@{revision}")
    return read_own(row)
