"""What the things are called that events are about, and where their pages are."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from labms.accounts.models import User
from labms.catalogue.correction.own_revisions import procedure_called
from labms.catalogue.models import CycleRelease, OwnRevision, ProcedureRelease
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.models import Certificate, CertificateFile
from labms.db import db
from labms.dcc.models import TwinChoice
from labms.demand.models import DemandFigure, DemandImport
from labms.errors import LabError
from labms.indicators.models import FrozenReport
from labms.jobs.models import Job, Order
from labms.organisations.models import Body, Designation, Organisation, Registration
from labms.organisations.types import type_name
from labms.people.models import VerifierCard
from labms.places.models import Commune
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.undertakings import What
from labms.public.models import ProblemReport
from labms.registry.models import EvidenceEnding, Instrument, Standard, TypeApproval
from labms.signing.models import SigningChoice
from labms.stamps.models import Stamp
from labms.supply.models import (
    ActivityReport,
    BodyCapacity,
    StatedScope,
    Statement,
)
from labms.text import like
from labms.traceability.models import Calibration, ReceivedDcc

#: So many things of one kind are looked for under what was typed.
MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Where something is shown: an endpoint and what its address is made of."""

    endpoint: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a row is called; its page; whose it is, where it is a body's."""

    name: str
    page: Page | None = None
    body_id: int | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """How the rows of one table get their names."""

    rows: Any  # a Select; its columns differ
    """Their ids as `id`, their bodies as `body_id`, and what a name is made of."""
    name: Callable[[Any], str]
    page: Callable[[Any], Page | None] = lambda _row: None
    searched: tuple[Any, ...] = ()
    """Where a number or a name is looked for; a column that is folded by its name."""


def _number(row: Any) -> str:
    return str(row.number)


def _typed(row: Any) -> str:
    return f"{type_name(row.type_slug)} {row.serial}"


def _procedure(row: Any) -> str:
    try:
        found = procedure_called(row.slug, row.revision)
    except LabError:
        return f"{row.slug} {row.revision}"
    return f"{found.document}, {row.revision}"


def list_title(slug: str) -> str:
    """Return the title of a list of the law, or its slug if it is unknown."""
    found = shipped_catalogue().lists.get(slug)
    return found.title if found else slug


def _undertaking(what: What) -> Callable[[Any], Page]:
    return lambda _row: Page("plan.undertakings", {"what": str(what)})


def _statement(kind: type[Statement], what: str) -> Naming:
    return Naming(
        sa.select(kind.id, Organisation.name, kind.document).join(
            Organisation, Organisation.id == kind.organisation_id
        ),
        lambda row: f"{row.name}: {row.document}",
        lambda _row: Page("supply.index", {"what": what}),
    )


NAMINGS: Mapping[str, Naming] = {
    "job": Naming(
        sa.select(
            Job.id,
            Job.body_id,
            (Order.number + "/" + Job.position.cast(sa.Text)).label("number"),
        ).join(Order, Order.id == Job.order_id),
        _number,
        lambda row: Page("jobs.show", {"job_id": row.id}),
        (Order.number + "/" + Job.position.cast(sa.Text),),
    ),
    "order": Naming(
        sa.select(Order.id, Order.body_id, Order.number),
        _number,
        lambda row: Page("jobs.order", {"order_id": row.id}),
        (Order.number,),
    ),
    "certificate": Naming(
        sa.select(Certificate.id, Certificate.body_id, Certificate.number),
        _number,
        lambda row: Page("certificates.show", {"certificate_id": row.id}),
        (Certificate.number,),
    ),
    "certificate_file": Naming(
        sa.select(
            CertificateFile.id,
            CertificateFile.body_id,
            CertificateFile.certificate_id,
            Certificate.number,
        ).join(Certificate, Certificate.id == CertificateFile.certificate_id),
        _number,
        lambda row: Page("certificates.show", {"certificate_id": row.certificate_id}),
        (Certificate.number,),
    ),
    "stamp": Naming(
        sa.select(Stamp.id, Stamp.body_id, Stamp.serial, Stamp.job_id),
        lambda row: str(row.serial),
        lambda row: Page("jobs.show", {"job_id": row.job_id}),
        (Stamp.serial,),
    ),
    "instrument": Naming(
        sa.select(Instrument.id, Instrument.type_slug, Instrument.serial),
        _typed,
        lambda row: Page("registry.instrument", {"instrument_id": row.id}),
        (Instrument.folded,),
    ),
    "evidence_ending": Naming(
        sa.select(
            EvidenceEnding.id,
            EvidenceEnding.instrument_id,
            Instrument.type_slug,
            Instrument.serial,
        ).join(Instrument, Instrument.id == EvidenceEnding.instrument_id),
        _typed,
        lambda row: Page("registry.instrument", {"instrument_id": row.instrument_id}),
        (Instrument.folded,),
    ),
    "type_approval": Naming(
        sa.select(TypeApproval.id, TypeApproval.number),
        _number,
        lambda row: Page("registry.type_approvals", {"q": row.number}),
        (TypeApproval.number,),
    ),
    "standard": Naming(
        sa.select(
            Standard.id, Standard.body_id, Standard.inventory_number, Standard.name
        ),
        lambda row: f"{row.inventory_number} {row.name}",
        lambda row: Page("traceability.standard", {"standard_id": row.id}),
        (Standard.folded,),
    ),
    "calibration": Naming(
        sa.select(
            Calibration.id,
            Calibration.standard_id,
            Calibration.number,
            Standard.body_id,
            Standard.inventory_number,
        ).join(Standard, Standard.id == Calibration.standard_id),
        lambda row: f"{row.number} ({row.inventory_number})",
        lambda row: Page("traceability.standard", {"standard_id": row.standard_id}),
        (Calibration.number, Standard.folded),
    ),
    "received_dcc": Naming(
        sa.select(
            ReceivedDcc.id,
            ReceivedDcc.identifier,
            Standard.body_id,
            Standard.inventory_number,
        ).join(Standard, Standard.id == ReceivedDcc.standard_id),
        lambda row: f"{row.identifier} ({row.inventory_number})",
        lambda row: Page("traceability.received_dcc", {"received_id": row.id}),
        (ReceivedDcc.identifier, Standard.folded),
    ),
    "organisation": Naming(
        sa.select(Organisation.id, Organisation.name),
        lambda row: str(row.name),
        lambda row: Page("organisations.show", {"organisation_id": row.id}),
        (Organisation.folded,),
    ),
    "body": Naming(
        sa.select(Body.id, Organisation.name).join(
            Organisation, Organisation.id == Body.id
        ),
        lambda row: str(row.name),
        lambda row: Page("organisations.show", {"organisation_id": row.id}),
        (Organisation.folded,),
    ),
    "twin_choice": Naming(
        sa.select(
            TwinChoice.id, TwinChoice.body_id.label("of"), Organisation.name
        ).join(Organisation, Organisation.id == TwinChoice.body_id),
        lambda row: str(row.name),
        lambda row: Page("organisations.show", {"organisation_id": row.of}),
        (Organisation.folded,),
    ),
    "signing_choice": Naming(
        sa.select(
            SigningChoice.id, SigningChoice.body_id.label("of"), Organisation.name
        ).join(Organisation, Organisation.id == SigningChoice.body_id),
        lambda row: str(row.name),
        lambda row: Page("organisations.show", {"organisation_id": row.of}),
        (Organisation.folded,),
    ),
    "designation": Naming(
        sa.select(
            Designation.id, Designation.body_id.label("of"), Designation.decision_number
        ),
        lambda row: str(row.decision_number),
        lambda row: Page("organisations.show", {"organisation_id": row.of}),
        (Designation.decision_number,),
    ),
    "registration": Naming(
        sa.select(
            Registration.id, Registration.body_id.label("of"), Registration.number
        ),
        _number,
        lambda row: Page("organisations.show", {"organisation_id": row.of}),
        (Registration.number,),
    ),
    "verifier_card": Naming(
        sa.select(
            VerifierCard.id,
            VerifierCard.body_id,
            VerifierCard.number,
            VerifierCard.holder_name,
        ),
        lambda row: f"{row.number} · {row.holder_name}",
        lambda row: Page("people.card", {"card_id": row.id}),
        (VerifierCard.folded,),
    ),
    "user": Naming(
        sa.select(User.id, User.full_name, User.login),
        lambda row: str(row.full_name or row.login),
        lambda row: Page("people.edit_user", {"user_id": row.id}),
        (User.login,),
    ),
    "procedure_release": Naming(
        sa.select(
            ProcedureRelease.id,
            ProcedureRelease.body_id,
            ProcedureRelease.procedure_slug.label("slug"),
            ProcedureRelease.revision,
        ),
        _procedure,
        lambda row: Page(
            "catalogue.procedure", {"slug": row.slug, "revision": row.revision}
        ),
    ),
    "own_revision": Naming(
        sa.select(
            OwnRevision.id,
            OwnRevision.body_id,
            OwnRevision.document,
            OwnRevision.revision,
        ),
        lambda row: f"{row.document}, {row.revision}",
        lambda row: Page("catalogue.own", {"own_id": row.id}),
        (OwnRevision.document,),
    ),
    "cycle_release": Naming(
        sa.select(
            CycleRelease.id, CycleRelease.body_id, CycleRelease.list_slug.label("slug")
        ),
        lambda row: list_title(row.slug),
        lambda row: Page("catalogue.cycle_list", {"slug": row.slug}),
    ),
    "commune": Naming(
        sa.select(Commune.key.label("id"), Commune.name), lambda row: str(row.name)
    ),
    "demand_figure": Naming(
        sa.select(
            DemandFigure.id,
            DemandFigure.type_slug,
            DemandFigure.commune_key,
            Commune.name,
            DemandFigure.year,
        ).join(Commune, Commune.key == DemandFigure.commune_key),
        lambda row: f"{type_name(row.type_slug)}, {row.name}, {row.year}",
        lambda row: Page(
            "demand.cell",
            {
                "type_slug": row.type_slug,
                "commune_key": row.commune_key,
                "year": row.year,
            },
        ),
    ),
    "training": Naming(
        sa.select(Training.id, Training.title),
        lambda row: str(row.title),
        _undertaking(What.TRAINING),
    ),
    "programme_support": Naming(
        sa.select(ProgrammeSupport.id, Organisation.name).join(
            Organisation, Organisation.id == ProgrammeSupport.enterprise_id
        ),
        lambda row: str(row.name),
        _undertaking(What.SUPPORT),
    ),
    "body_raised": Naming(
        sa.select(BodyRaised.id, Organisation.name).join(
            Organisation, Organisation.id == BodyRaised.organisation_id
        ),
        lambda row: str(row.name),
        _undertaking(What.RAISED),
    ),
    "demand_import": Naming(
        sa.select(DemandImport.id, DemandImport.file_name),
        lambda row: str(row.file_name),
        lambda row: Page("demand.show_import", {"import_id": row.id}),
    ),
    "stated_scope": _statement(StatedScope, "scope"),
    "body_capacity": _statement(BodyCapacity, "capacity"),
    "activity_report": _statement(ActivityReport, "report"),
    "problem_report": Naming(
        sa.select(ProblemReport.id, ProblemReport.body_id, ProblemReport.about),
        lambda row: str(row.about),
        lambda row: Page("public.problem", {"report_id": row.id}),
    ),
    "frozen_report": Naming(
        sa.select(FrozenReport.id, FrozenReport.title),
        lambda row: str(row.title),
        lambda row: Page("indicators.recounted", {"report_id": row.id}),
    ),
}

#: A row by its table and its id.
Key = tuple[str, Any]


def things(keys: Iterable[Key]) -> dict[Key, Thing]:
    """Return what rows are called, by table and id. One query for each table."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for table, row_id in keys:
        if table in NAMINGS and row_id is not None:
            wanted[table].add(row_id)
    found: dict[Key, Thing] = {}
    for table, ids in wanted.items():
        naming = NAMINGS[table]
        column = naming.rows.selected_columns.id
        for row in db.session.execute(naming.rows.where(column.in_(ids))):
            body_id = getattr(row, "body_id", None)
            found[table, row.id] = Thing(naming.name(row), naming.page(row), body_id)
    return found


def called(text: str) -> list[tuple[str, list[int]]]:
    """Return what is called so, or partly so: the ids by table."""
    found = []
    for table, naming in NAMINGS.items():
        if not naming.searched:
            continue
        column = naming.rows.selected_columns.id
        held = sa.or_(*(_contains(each, text) for each in naming.searched))
        rows = naming.rows.where(held).with_only_columns(column).order_by(column.desc())
        if ids := list(db.session.scalars(rows.limit(MOST_FOUND))):
            found.append((table, ids))
    return found


def _contains(column: Any, text: str) -> sa.ColumnElement[bool]:
    if getattr(column, "key", "") == "folded":
        found: sa.ColumnElement[bool] = column.like(like(text), escape="\\")
        return found
    escaped = re.sub(r"([\\%_])", r"\\\1", text.strip())
    named: sa.ColumnElement[bool] = column.ilike(f"%{escaped}%", escape="\\")
    return named
