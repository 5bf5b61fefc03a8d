"""What makes a report look like a slip of the keys: said, and to be confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from labms.db import db
from labms.demand.doubts import ENOUGH, MOST_UNHEARD_OF, is_apart
from labms.demand.narrowing import Narrow
from labms.demand.queries import demand_of
from labms.demand.rules import Purpose
from labms.errors import Invalid
from labms.i18n import N_, Grouped, Message
from labms.places.queries import PROVINCE
from labms.supply.models import ActivityReport, BodyCapacity, ReportedWork


class DoubtfulReport(Invalid):
    """A report that looks wrong, with what makes it look so."""

    code = "supply.doubtful_report"
    message = N_(
        "The report looks wrong. If it is right, tick that you have checked, and say "
        "in at least ten characters why. Then choose the file again."
    )

    def __init__(self, doubts: Sequence[tuple[str, Message]]) -> None:
        self.doubts = doubts
        super().__init__()


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a type before a body reports on it; None: nothing."""

    #: Instruments in use in the province.
    in_use: int | None = None
    #: What the body stated that it can do in a year.
    per_year: int | None = None
    #: Verified by its last report, and on how many days.
    before: tuple[int, int] | None = None


def doubts(turns: int, *, days: int, beside: Beside) -> tuple[Message, ...]:
    """Return what looks wrong with so many verifications of a type within days.

    They are held against what is in use, what the body can do in a year, and what it
    did in as many days by its last report. Only too many look wrong: a body may stop.
    """
    found = []
    if beside.in_use and _is_more(turns, beside.in_use):
        text = N_("{count} verified, but {known} in use in the province")
        found.append(_said(text, turns, known=beside.in_use))
    elif beside == Beside() and turns > MOST_UNHEARD_OF:
        text = N_("{count} verified of a type of which nothing is known")
        found.append(_said(text, turns))
    years = max(1, round(days / 365))
    if beside.per_year is not None and _is_more(turns, beside.per_year * years):
        text = N_("{count} verified, but the body stated that it can do {known} a year")
        found.append(_said(text, turns, known=beside.per_year))
    if beside.before is not None:
        number, of_days = beside.before
        if _is_more(turns, number * days // of_days):
            text = N_("{count} verified in {days} days, but {known} in {before} before")
            more = {"days": days, "before": of_days}
            found.append(_said(text, turns, known=number, **more))
    return tuple(found)


def _is_more(one: int, other: int) -> bool:
    return one > other and is_apart(one, other)


def _said(text: str, turns: int, **numbers: int) -> Message:
    given = {name: Grouped(number) for name, number in numbers.items()}
    return Message(text, {"count": Grouped(turns), **given})


def doubts_of(
    organisation_id: int, turns: Mapping[str, int], *, first_on: date, last_on: date
) -> list[tuple[str, Message]]:
    """Return what looks wrong with a report, each with its type. Five queries."""
    slugs = frozenset(turns)
    days = (last_on - first_on).days + 1
    in_use: dict[str, int] = {}
    for cell in demand_of(PROVINCE, last_on.year, narrow=Narrow(slugs)):
        in_use[cell.type_slug] = in_use.get(cell.type_slug, 0) + cell.in_use
    able = _able(organisation_id, slugs, on=last_on)
    before = _before(organisation_id, slugs)
    return [
        (slug, doubt)
        for slug, number in sorted(turns.items())
        for doubt in doubts(
            number,
            days=days,
            beside=Beside(in_use.get(slug), able.get(slug), before.get(slug)),
        )
    ]


def _able(organisation_id: int, slugs: Iterable[str], *, on: date) -> Mapping[str, int]:
    """Return what a body stated that it can do of types in a year."""
    rows = db.session.execute(
        sa.select(BodyCapacity.type_slug, BodyCapacity.per_year)
        .where(
            BodyCapacity.organisation_id == organisation_id,
            BodyCapacity.type_slug.in_(sorted(slugs)),
            BodyCapacity.struck_on.is_(None),
            BodyCapacity.from_on <= on,
        )
        .order_by(BodyCapacity.from_on, BodyCapacity.id)
    )
    return dict(rows.all())


def _before(
    organisation_id: int, slugs: Iterable[str]
) -> Mapping[str, tuple[int, int]]:
    """Return what a body verified by its last report of types, and in how many days."""
    report = ActivityReport
    rows = db.session.execute(
        sa.select(
            ReportedWork.type_slug,
            report.first_on,
            report.last_on,
            sa.func.sum(ReportedWork.turns),
        )
        .join(report, report.id == ReportedWork.report_id)
        .where(
            report.organisation_id == organisation_id,
            report.struck_on.is_(None),
            ReportedWork.type_slug.in_(sorted(slugs)),
            ReportedWork.purpose == Purpose.VERIFICATION,
        )
        .group_by(ReportedWork.type_slug, report.id, report.first_on, report.last_on)
        .order_by(report.last_on, report.id)
    )
    return {
        slug: (int(number), (last - first).days + 1)
        for slug, first, last, number in rows
    }


def check_doubts(found: Sequence[tuple[str, Message]], *, checked: str) -> None:
    """Raise DoubtfulReport unless nothing looks wrong, or somebody says why not."""
    if found and len(checked.strip()) < ENOUGH:
        raise DoubtfulReport(found)
