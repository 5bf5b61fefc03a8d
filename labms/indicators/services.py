"""Freezing the figures of a day, with everything that was counted for them."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.db import db
from labms.errors import Conflict, Invalid
from labms.i18n import N_
from labms.indicators.counted import counted_rows
from labms.indicators.figures import Count
from labms.indicators.models import FrozenCell, FrozenFigure, FrozenReport, FrozenRow
from labms.indicators.rules import Figure, check_day
from labms.places.rules import area_named
from labms.plan.data import definitions
from labms.plan.rules import BeforeThePlan, Plan
from labms.policy import Actor, Permission, authorize
from labms.text import fold

_BATCH = 1000


class TitleMissing(Invalid):
    """Nobody finds a report without a name."""

    code = "indicator.title_missing"
    message = N_("Enter a title, such as “Report of the third quarter of 2026”.")


class SameReport(Conflict):
    """Two reports of one day with one name cannot be told apart."""

    code = "indicator.same_report"
    message = N_(
        "The figures of {day} were frozen under this title already, on {moment}. "
        "Choose another title, such as one that says why they are frozen again."
    )


def freeze_figures(
    plan: Plan, *, area: str, on: date, title: str, actor: Actor, note: str = ""
) -> FrozenReport:
    """Keep every figure of an area and a day, and the rows and cells counted for it.

    From then on they can't change, whatever is revoked, corrected or added; counting
    again shows what did. Refuses with NotAllowed, TitleMissing, SameReport,
    UnknownPlace, DayToCome, AreaNotYet or BeforeThePlan.
    """
    authorize(actor, Permission.FIGURES_FREEZE)
    check_day(on, area=area_named(area), today=clock.today())
    if on < plan.counts_from:
        raise BeforeThePlan(year=plan.counts_from.year)
    if not title.strip():
        raise TitleMissing
    _check_title(title.strip(), plan, area, on)
    report = FrozenReport(
        title=title.strip(),
        plan_code=plan.code,
        area=area,
        counted_for=on,
        frozen_at=clock.now(),
        frozen_by_id=actor.id,
        note=note,
    )
    db.session.add(report)
    db.session.flush()
    counted = Count(plan, area, on)
    _insert(
        FrozenFigure, (_figure(report.id, counted.figure(c)) for c in definitions())
    )
    _insert(FrozenCell, (_cell(report.id, cell) for cell in counted.cells))
    _insert(
        FrozenRow,
        (
            {"report_id": report.id, "code": code, "row_table": table, "row_id": number}
            for code, table, number in counted_rows(counted)
        ),
    )
    record(EventType.FIGURES_FROZEN, report, actor=actor)
    return report


def _check_title(title: str, plan: Plan, area: str, on: date) -> None:
    others = db.session.scalars(
        sa.select(FrozenReport).where(
            FrozenReport.plan_code == plan.code,
            FrozenReport.area == area,
            FrozenReport.counted_for == on,
        )
    )
    same = next((r for r in others if fold(r.title) == fold(title)), None)
    if same is not None:
        frozen = clock.day_of(same.frozen_at)
        raise SameReport(
            day=on.strftime("%d/%m/%Y"), moment=frozen.strftime("%d/%m/%Y")
        )


def _figure(report_id: int, figure: Figure) -> dict[str, Any]:
    share = figure.share
    return {
        "report_id": report_id,
        "code": figure.code,
        "value": figure.value,
        "turns": figure.turns,
        "distinct_count": figure.distinct,
        "numerator": share.numerator if share else None,
        "denominator": share.denominator if share else None,
        "definition": json.dumps(
            asdict(figure.definition), ensure_ascii=False, sort_keys=True
        ),
    }


def _cell(report_id: int, cell: Any) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "type_slug": cell.type_slug,
        "commune_key": cell.commune_key,
        "entered": cell.entered_count,
        "registered": cell.registered,
        "in_use": cell.in_use,
        "due": str(cell.due),
        "is_surveyed": cell.is_surveyed,
    }


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Add rows in bulk: the event of the report tells of them."""
    waiting = iter(rows)
    while some := list(islice(waiting, _BATCH)):
        db.session.execute(sa.insert(model), some)
