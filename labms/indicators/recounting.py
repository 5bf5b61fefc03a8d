"""Counting a frozen report again: what changed since, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.errors import NotFound
from labms.indicators.counted import counted_rows
from labms.indicators.explaining import Change, explained
from labms.indicators.figures import Count
from labms.indicators.models import FrozenCell, FrozenFigure, FrozenReport, FrozenRow
from labms.indicators.rules import Figure, rounded
from labms.places.queries import commune_names
from labms.plan.data import definitions
from labms.plan.data import plan as plan_named


@dataclass(frozen=True, slots=True)
class FigureThen:
    """A figure as it was frozen, and as it is counted again."""

    was: FrozenFigure
    now: Figure | None

    @property
    def has_changed(self) -> bool:
        """Whether anything that was counted of it differs."""
        if self.now is None:
            return True
        share = self.now.share
        return (
            self.was.turns,
            self.was.distinct_count,
            self.was.numerator,
            self.was.denominator,
        ) != (
            self.now.turns,
            self.now.distinct,
            share.numerator if share else None,
            share.denominator if share else None,
        ) or (share is None and self.was.value != self.now.value)

    @property
    def shown_now(self) -> Any:
        """The value of today, as it is shown."""
        return rounded(self.now) if self.now else None


@dataclass(frozen=True, slots=True)
class CellThen:
    """A cell of the demand that is not what it was."""

    type_slug: str
    commune_key: str
    commune_name: str
    entered: tuple[int | None, int | None]
    registered: tuple[int, int]
    in_use: tuple[int, int]
    due: tuple[Fraction, Fraction]
    is_surveyed: tuple[bool, bool]


@dataclass(frozen=True)
class Recount:
    """A frozen report beside what is known of the same days now."""

    report: FrozenReport
    known_on: date
    frozen: Mapping[str, FrozenFigure]

    @cached_property
    def count(self) -> Count:
        """The same area and day, as it is known now."""
        report = self.report
        plan = plan_named(report.plan_code)
        return Count(plan, report.area, report.counted_for, self.known_on)

    @cached_property
    def figures(self) -> list[FigureThen]:
        """Every figure then and now, in the order of the definitions."""
        codes = [code for code in definitions() if code in self.frozen]
        codes += sorted(self.frozen.keys() - set(codes))
        return [
            FigureThen(
                self.frozen[code],
                self.count.figure(code) if code in definitions() else None,
            )
            for code in codes
        ]

    @cached_property
    def rows(self) -> Sequence[Change]:
        """The rows that count no more and those that came, each with the reason."""
        was = {
            (row.code, row.row_table, row.row_id)
            for row in db.session.scalars(
                sa.select(FrozenRow).where(FrozenRow.report_id == self.report.id)
            )
        }
        now = set(counted_rows(self.count))
        return [
            *explained(was - now, came=False, report=self.report),
            *explained(now - was, came=True, report=self.report),
        ]

    @cached_property
    def cells(self) -> list[CellThen]:
        """The cells of the demand that changed."""
        was = {
            (cell.type_slug, cell.commune_key): cell
            for cell in db.session.scalars(
                sa.select(FrozenCell).where(FrozenCell.report_id == self.report.id)
            )
        }
        now = {(cell.type_slug, cell.commune_key): cell for cell in self.count.cells}
        keys = [
            key for key in sorted({*was, *now}) if _state(was, key) != _new(now, key)
        ]
        names = commune_names(key[1] for key in keys)
        return [
            _cell_then(key, names.get(key[1], key[1]), _state(was, key), _new(now, key))
            for key in keys
        ]

    @property
    def has_changed(self) -> bool:
        """Whether anything at all is not what it was."""
        changed = any(figure.has_changed for figure in self.figures)
        return changed or bool(self.rows or self.cells)


#: Entered, registered, in use, due, and whether all was surveyed.
_State = tuple[int | None, int, int, Fraction, bool]
_NOTHING: _State = (None, 0, 0, Fraction(0), False)


def _state(cells: Mapping[Any, FrozenCell], key: Any) -> _State:
    if (cell := cells.get(key)) is None:
        return _NOTHING
    due = Fraction(cell.due)
    return cell.entered, cell.registered, cell.in_use, due, cell.is_surveyed


def _new(cells: Mapping[Any, Any], key: Any) -> _State:
    if (cell := cells.get(key)) is None:
        return _NOTHING
    entered, surveyed = cell.entered_count, cell.is_surveyed
    return entered, cell.registered, cell.in_use, cell.due, surveyed


def _cell_then(key: tuple[str, str], name: str, was: _State, now: _State) -> CellThen:
    return CellThen(
        type_slug=key[0],
        commune_key=key[1],
        commune_name=name,
        entered=(was[0], now[0]),
        registered=(was[1], now[1]),
        in_use=(was[2], now[2]),
        due=(was[3], now[3]),
        is_surveyed=(was[4], now[4]),
    )


def recount(report: FrozenReport, *, known_on: date) -> Recount:
    """Return a report beside what is known now. Changes nothing."""
    frozen = db.session.scalars(
        sa.select(FrozenFigure).where(FrozenFigure.report_id == report.id)
    )
    return Recount(report, known_on, {figure.code: figure for figure in frozen})


def report_by_id(report_id: int) -> FrozenReport:
    """Return one frozen report. Raises NotFound."""
    if (found := db.session.get(FrozenReport, report_id)) is None:
        raise NotFound
    return found


def reports() -> sa.Select[Any]:
    """Return the query of all frozen reports, newest first."""
    return sa.select(FrozenReport).order_by(FrozenReport.id.desc())


def reports_with(rows: Iterable[tuple[str, int]]) -> list[tuple[FrozenReport, str]]:
    """Return the frozen reports that counted one of these rows, with the figure."""
    wanted = [
        sa.and_(FrozenRow.row_table == table, FrozenRow.row_id == number)
        for table, number in rows
    ]
    found = db.session.execute(
        sa.select(FrozenReport, FrozenRow.code)
        .join(FrozenRow, FrozenRow.report_id == FrozenReport.id)
        .where(sa.or_(sa.false(), *wanted))
        .order_by(FrozenReport.id.desc(), FrozenRow.code)
    )
    return [(report, code) for report, code in found]
