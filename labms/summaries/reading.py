"""Reading what is kept, with the attributes of a count: so pages don't know which."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.demand.queries import Coverage
from labms.indicators import daily
from labms.indicators.communes import CommuneLine
from labms.indicators.figures import Count, first_day
from labms.indicators.queries import Persons, Raised
from labms.indicators.rules import Figure, TypeLine
from labms.indicators.supplied import capacity_by_type, designated_bodies
from labms.places.models import Commune
from labms.places.queries import keys_in
from labms.plan.data import plan as plan_named
from labms.plan.rules import RaisedKind
from labms.summaries.counting import counted_by
from labms.summaries.figures import figure_of
from labms.summaries.keeping import kept_cells, kept_communes, kept_told, kept_types
from labms.summaries.models import (
    SummaryCell,
    SummaryDay,
    SummaryMark,
    SummaryPace,
    SummaryState,
    SummaryTold,
)
from labms.summaries.rules import KeptCommune, KeptType, lines_of_communes


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day of which figures are kept, with its types."""

    id: int
    day: date
    is_today: bool
    served: tuple[int, int]
    #: Of a day that has passed, as JSON: what is read as a whole, and its figures.
    facts: str
    figures: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept for an area, and how far it is."""

    days: Mapping[date, KeptDay]
    #: When it was last brought up to date, and how many changes wait since.
    as_of: datetime | None
    waiting: int


@dataclass(frozen=True)
class KeptCount(Count):
    """A count that reads what is kept of its day.

    Rows and cells, where a page shows them, are still those of the day.
    """

    kept: Kept | None = None

    def of_day(self, day: date) -> Count:
        """Return the same for another day; from the rows if it is not kept."""
        if self.kept is None or day not in self.kept.days:
            return Count(self.plan, self.area, day)
        return self if day == self.on else replace(self, on=day)

    def figure(self, code: str) -> Figure:
        """Return one indicator's figure."""
        told = self._told.get(code)
        if told is not None:
            return figure_of(code, told, self)
        if self._told:  # it is not kept of this day
            return Count(self.plan, self.area, self.on).figure(code)
        return super().figure(code)

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._day.figures or "{}")
        return found

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._day.facts)
        return found

    @cached_property
    def _types(self) -> list[KeptType]:
        return sorted(kept_types(self._day.id), key=lambda kept: kept.type_slug)

    @property
    def _day(self) -> KeptDay:
        assert self.kept is not None  # noqa: S101 (made by `kept` alone)
        return self.kept.days[self.on]

    @cached_property
    def lines(self) -> list[TypeLine]:
        """What each type brings into the shares."""
        if self._day.is_today:
            designated = designated_bodies(self.scopes)
            capacity = capacity_by_type(self.scopes, self.capacities)
        else:
            designated, capacity = (
                self._facts["designated"],
                self._facts["capacity"],
            )
        return [
            kept.line(
                tuple(designated.get(kept.type_slug, ())), capacity.get(kept.type_slug)
            )
            for kept in self._types
            if kept.has_demand
        ]

    @cached_property
    def turns(self) -> int:
        """All passes of the year, several of one instrument among them."""
        return sum(kept.turns for kept in self._types)

    @cached_property
    def _communes(self) -> list[KeptCommune]:
        return kept_communes(self._day.id)

    @cached_property
    def known(self) -> Coverage:
        """Which communes were surveyed."""
        covered = {each.commune_key for each in self._communes if each.is_covered}
        rows = db.session.execute(
            sa.select(Commune.key, Commune.name)
            .where(Commune.key.in_(keys_in(self.area)), Commune.valid_until.is_(None))
            .order_by(Commune.folded, Commune.key)
        ).all()
        return Coverage(
            surveyed=tuple(name for key, name in rows if key in covered),
            never=tuple(name for key, name in rows if key not in covered),
        )

    def communes(self, type_slug: str = "") -> Mapping[str, CommuneLine]:
        """Return what is due and done in each commune, of one type or of all."""
        if type_slug:
            cells = kept_cells(self._day.id, SummaryCell.type_slug == type_slug)
            told = kept_told(self._day.id, SummaryTold.type_slug == type_slug)
            return lines_of_communes(cells, told)
        return {
            each.commune_key: each.line for each in self._communes if each.has_demand
        }

    @cached_property
    def raised(self) -> Mapping[RaisedKind, Raised]:
        """Records of bodies."""
        if self._day.is_today:
            return super().raised
        told = self._facts["raised"]
        return {RaisedKind(kind): Raised(*found) for kind, found in told.items()}

    @cached_property
    def persons(self) -> Persons:
        """Who took part in trainings."""
        if self._day.is_today:
            return super().persons
        return Persons(*self._facts["persons"])

    @cached_property
    def enterprises(self) -> tuple[int, int]:
        """Turns of enterprises, and different ones."""
        return self._day.served

    @cached_property
    def verdicts(self) -> Mapping[str, tuple[int, int]]:
        """By type, how many verifications passed and how many there were."""
        if not self._day.is_today:
            return super().verdicts
        return {
            kept.type_slug: (kept.judged_passed, kept.judged)
            for kept in self._types
            if kept.judged
        }

    @cached_property
    def overdue(self) -> int:
        """How many instruments have evidence that ran out."""
        if not self._day.is_today:
            return super().overdue
        return sum(kept.overdue for kept in self._types)

    @cached_property
    def workload(self) -> int:
        """How many jobs are in work."""
        if not self._day.is_today:
            return super().workload
        return sum(kept.in_work for kept in self._types)

    @cached_property
    def pace(self) -> daily.Pace:
        """How long jobs took."""
        if not self._day.is_today:
            return super().pace
        first = first_day("turnaround-median", self.plan, on=self.on)
        rows = db.session.execute(
            sa.select(
                SummaryPace.days,
                sa.func.sum(SummaryPace.jobs),
                sa.func.sum(SummaryPace.promised),
                sa.func.sum(SummaryPace.on_time),
            )
            .where(
                SummaryPace.area == self.area,
                SummaryPace.closed_on.between(first, self.on),
            )
            .group_by(SummaryPace.days)
        ).all()
        return daily.Pace(
            days={days: int(jobs) for days, jobs, _, _ in rows},
            promised=sum(int(promised) for _, _, promised, _ in rows),
            on_time=sum(int(on_time) for *_, on_time in rows),
        )


def kept(count: Count, *, or_earlier: bool = False) -> Count:
    """Return a count that reads what is kept; itself if nothing is kept for its day.

    With `or_earlier` it may be of the last day that was today. Two queries, whatever
    the size.
    """
    known = _days(count)
    if or_earlier:
        last = max((d.day for d in known if d.is_today), default=count.on)
        count = replace(count, on=min(last, count.on))
    days = {day.day: day for day in known if day.is_today or day.day != count.on}
    if count.on not in days:
        return count
    as_of, waiting = db.session.execute(
        sa.select(
            sa.select(SummaryState.folded_at).scalar_subquery(),
            sa.select(sa.func.count(SummaryMark.id)).scalar_subquery(),
        )
    ).one()
    return KeptCount(count.plan, count.area, count.on, kept=Kept(days, as_of, waiting))


def _days(count: Count) -> list[KeptDay]:
    rows = db.session.execute(
        sa.select(
            SummaryDay.id,
            SummaryDay.day,
            SummaryDay.is_today,
            SummaryDay.served_turns,
            SummaryDay.served,
            SummaryDay.facts,
            SummaryDay.figures,
        )
        .where(
            SummaryDay.plan_code == count.plan.code,
            SummaryDay.area == count.area,
            SummaryDay.version == counted_by(),
        )
        .order_by(SummaryDay.is_today)
    )
    return [_kept_day(*row) for row in rows]


def _kept_day(
    number: int,
    day: date,
    is_today: bool,
    turns: int,
    different: int,
    facts: str,
    figures: str,
) -> KeptDay:
    return KeptDay(
        number,
        day,
        is_today,
        (turns, different),
        facts,
        figures,
    )


def count_kept(day: SummaryDay) -> Count:
    """Return a count of one kept day that reads what is kept, but for its figures."""
    own = _kept_day(
        day.id, day.day, day.is_today, day.served_turns, day.served, day.facts, ""
    )
    return KeptCount(
        plan_named(day.plan_code), day.area, day.day, kept=Kept({day.day: own}, None, 0)
    )
