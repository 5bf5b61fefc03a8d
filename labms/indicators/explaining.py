"""Why a row counts no more for a frozen report, or only since."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.models import Certificate
from labms.certificates.rules import REVOCATION_REASONS, CertificateState
from labms.db import db
from labms.demand.models import DemandFigure
from labms.i18n import N_, Message, gettext, language
from labms.indicators.bodies_again import bodies
from labms.indicators.counted import Row
from labms.indicators.models import FrozenReport
from labms.indicators.reasons import CAME, WENT, Told, entered, struck, unknown_from
from labms.jobs.models import Job, Order
from labms.organisations.models import Designation, DesignationScope, Organisation
from labms.places.models import Commune
from labms.plan.models import ProgrammeSupport, Training
from labms.registry.models import Instrument
from labms.supply.models import ActivityReport, BodyCapacity, ReportedWork, StatedScope


@dataclass(frozen=True, slots=True)
class Change:
    """A row that counts no more, or counts only since, and why."""

    code: str
    table: str
    id: int
    came: bool
    name: str
    why: Message
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


_OTHERS = N_("of another body")


def explained(
    rows: Collection[Row], *, came: bool, report: FrozenReport
) -> list[Change]:
    """Return each row with the reason, by figure; a few queries for each table.

    Whoever asks sees the names of what they may see; of the rest, that it changed.
    """
    by_table: dict[str, set[int]] = {}
    for _, table, number in rows:
        by_table.setdefault(table, set()).add(number)
    told = {
        table: _TABLES[table](numbers, report) if table in _TABLES else {}
        for table, numbers in by_table.items()
    }
    changes = []
    for code, table, number in sorted(rows):
        one = told[table].get(number, Told(gettext(_OTHERS), WENT, CAME))
        why = one.came if came else one.went
        changes.append(
            Change(
                code, table, number, came, one.name, why, one.endpoint, one.arguments
            )
        )
    return changes


def _day(moment: datetime | None) -> str:
    return clock.day_of(moment).strftime("%d/%m/%Y") if moment else ""


def _jobs(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
    """Jobs: a revoked certificate is named; what was submitted late says when."""
    revoked = {
        certificate.job_id: certificate
        for certificate in db.session.scalars(
            sa.select(Certificate).where(
                Certificate.job_id.in_(list(numbers)),
                Certificate.state == CertificateState.REVOKED,
            )
        )
    }
    rows = db.session.execute(
        sa.select(Job.id, Job.position, Job.submitted_at, Job.closed_at, Order.number)
        .join(Order, Order.id == Job.order_id)
        .where(Job.id.in_(list(numbers)))
    )
    found = {}
    for row in rows:
        went, certificate = WENT, revoked.get(row.id)
        name = f"{row.number}/{row.position}"
        endpoint, arguments = "jobs.show", {"job_id": row.id}
        if certificate is not None:
            name = certificate.number
            endpoint = "certificates.show"
            arguments = {"certificate_id": certificate.id}
            went = _revoked(certificate)
        elif row.submitted_at and row.submitted_at < report.frozen_at:
            went = Message(N_("another verification of the instrument counts instead"))
        found[row.id] = Told(name, went, _late(row, report), endpoint, arguments)
    return found


def _revoked(certificate: Certificate) -> Message:
    told = N_("certificate {number} was revoked on {day}: {reason}")
    reason = certificate.revocation_reason
    details = {
        "number": certificate.number,
        "day": certificate.revoked_on.strftime("%d/%m/%Y")
        if certificate.revoked_on
        else "",
        "reason": REVOCATION_REASONS[reason] if reason else "",
    }
    return Message(told, details)


def _late(row: Any, report: FrozenReport) -> Message:
    if row.submitted_at and row.submitted_at >= report.frozen_at:
        told = N_("added late: submitted on {day}")
        return Message(told, {"day": _day(row.submitted_at)})
    if row.closed_at and row.closed_at >= report.frozen_at:
        return Message(N_("closed on {day}, since then"), {"day": _day(row.closed_at)})
    return Message(N_("counts in the place of another verification, or as known since"))


def _orders(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
    rows = db.session.execute(
        sa.select(Order.id, Order.number, sa.func.max(Job.submitted_at))
        .join(Job, Job.order_id == Order.id)
        .where(Order.id.in_(list(numbers)))
        .group_by(Order.id, Order.number)
    )
    return {
        number: Told(
            name,
            WENT,
            _submitted(submitted, report),
            "jobs.order",
            {"order_id": number},
        )
        for number, name, submitted in rows
    }


def _submitted(moment: datetime | None, report: FrozenReport) -> Message:
    if moment is None or clock.day_of(moment) < unknown_from(report):
        return Message(N_("what was known of it before has changed"))
    return Message(N_("added late: submitted on {day}"), {"day": _day(moment)})


def _demand(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
    """Figures of demand: a survey that was replaced names the one that did it."""
    newer = sa.orm.aliased(DemandFigure)
    rows = db.session.execute(
        sa.select(DemandFigure, Commune.name, newer.document)
        .join(Commune, Commune.key == DemandFigure.commune_key)
        .outerjoin(newer, newer.id == DemandFigure.replaced_by_id)
        .where(DemandFigure.id.in_(list(numbers)))
    )
    found = {}
    for figure, commune, replaced in rows:
        went = Message(N_("a newer figure counts for the cell"))
        if replaced:
            went = Message(N_("survey replaced by: {document}"), {"document": replaced})
        found[figure.id] = Told(
            " · ".join(
                (
                    _type(figure.type_slug),
                    commune,
                    str(figure.year),
                    figure.document,
                )
            ),
            went,
            entered(figure, report),
            "demand.cell",
            {
                "type_slug": figure.type_slug,
                "commune_key": figure.commune_key,
                "year": report.counted_for.year,
            },
        )
    return found


def _type(slug: str) -> str:
    found = shipped_catalogue().types.get(slug)
    if found is None:
        return slug
    return str(found.name_vi if language() == "vi" else found.name_en)


def _recorded(
    model: Any,
    endpoint: str,
    arguments: Callable[[Any], Mapping[str, Any]],
    *,
    named: str = "",
) -> Callable[[Iterable[int], FrozenReport], dict[int, Told]]:
    """Records with a document, which are struck out when they were a mistake."""

    def tell(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
        rows = db.session.scalars(sa.select(model).where(model.id.in_(list(numbers))))
        return {
            row.id: Told(
                " · ".join(
                    part for part in (_called(row, named), row.document) if part
                ),
                struck(row),
                entered(row, report),
                endpoint,
                arguments(row),
            )
            for row in rows
        }

    return tell


def _called(row: Any, named: str) -> str:
    text = str(getattr(row, named)) if named else ""
    return _type(text) if named == "type_slug" else text


def _work(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
    rows = db.session.execute(
        sa.select(ReportedWork.id, ReportedWork.serial, ActivityReport)
        .join(ActivityReport, ActivityReport.id == ReportedWork.report_id)
        .where(ReportedWork.id.in_(list(numbers)))
    )
    return {
        number: Told(
            f"{told.document} {serial}".strip(),
            struck(told),
            entered(told, report),
            "supply.report",
            {"report_id": told.id},
        )
        for number, serial, told in rows
    }


def _scopes(numbers: Iterable[int], _report: FrozenReport) -> dict[int, Told]:
    rows = db.session.execute(
        sa.select(DesignationScope.id, Designation, Organisation.name)
        .join(Designation, Designation.id == DesignationScope.designation_id)
        .join(Organisation, Organisation.id == Designation.body_id)
        .where(DesignationScope.id.in_(list(numbers)))
    )
    changed = Message(N_("the decision was changed, suspended or entered since"))
    return {
        number: Told(
            f"{decision.decision_number} · {name}",
            changed,
            changed,
            "organisations.show",
            {"organisation_id": decision.body_id},
        )
        for number, decision, name in rows
    }


def _instruments(numbers: Iterable[int], _report: FrozenReport) -> dict[int, Told]:
    rows = db.session.execute(
        sa.select(Instrument.id, Instrument.serial).where(
            Instrument.id.in_(list(numbers))
        )
    )
    return {
        number: Told(
            serial,
            WENT,
            CAME,
            "registry.instrument",
            {"instrument_id": number},
        )
        for number, serial in rows
    }


def _stated(what: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda _row: {"what": what}


_TABLES: Mapping[str, Callable[[Iterable[int], FrozenReport], dict[int, Told]]] = {
    "job": _jobs,
    "order": _orders,
    "demand_figure": _demand,
    "reported_work": _work,
    "designation_scope": _scopes,
    "instrument": _instruments,
    "stated_scope": _recorded(
        StatedScope, "supply.index", _stated("scope"), named="type_slug"
    ),
    "body_capacity": _recorded(
        BodyCapacity, "supply.index", _stated("capacity"), named="type_slug"
    ),
    "training": _recorded(
        Training, "plan.undertakings", _stated("training"), named="title"
    ),
    "programme_support": _recorded(
        ProgrammeSupport, "plan.undertakings", _stated("support"), named="activity"
    ),
    "body_raised": bodies,
}
