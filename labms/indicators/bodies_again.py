"""Why a record of a body came or went: itself, or a paper behind it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db
from labms.i18n import N_, Message
from labms.indicators.models import FrozenReport
from labms.indicators.reasons import Told, entered, struck, unknown_from
from labms.plan.models import BodyRaised
from labms.plan.rules import RaisedKind
from labms.tasks.models import Accreditation, Assessment
from labms.tasks.rules import Conclusion

_CHANGED = Message(
    N_("what the organisation is, where it lies or what it is designated for changed")
)
_ENTERED = {
    RaisedKind.CAPABILITY: N_("its certificate {name} was entered on {day}"),
    RaisedKind.CRITERIA: N_("its recognition {name} was entered on {day}"),
}
_STRUCK = {
    RaisedKind.CAPABILITY: N_("its certificate {name} was struck out on {day}"),
    RaisedKind.CRITERIA: N_("its recognition {name} was struck out on {day}"),
}
_ASSESSED = N_("its assessment {name} was entered on {day}")
_ASSESSMENT_STRUCK = N_("its assessment {name} was struck out on {day}")

_Paper = Accreditation | Assessment
#: What happened, and the day on which it was entered.
_Cause = tuple[date, Message]


@dataclass(frozen=True, slots=True)
class _Behind:
    """A record with the papers of one sort behind it, and what is said of them."""

    papers: Sequence[_Paper]
    entered: str
    struck: str

    def came(self, unknown_from: date) -> Iterator[_Cause]:
        """Yield which one was missing when the report was frozen."""
        known = [
            each
            for each in self.papers
            if each.entered_on < unknown_from
            and (each.struck_on is None or each.struck_on >= unknown_from)
        ]
        late = [each for each in self.papers if each.entered_on >= unknown_from]
        if late and not known:
            first = min(late, key=lambda each: (each.entered_on, each.id))
            yield first.entered_on, _said(self.entered, first, first.entered_on)

    def went(self, unknown_from: date) -> Iterator[_Cause]:
        """Yield which ones were there and have been struck out."""
        for each in self.papers:
            if each.struck_on is not None and each.struck_on >= unknown_from:
                yield each.struck_on, _said(self.struck, each, each.struck_on)


def bodies(numbers: Iterable[int], report: FrozenReport) -> dict[int, Told]:
    """Return what is said of records of bodies. Three queries."""
    ids = list(numbers)
    records = db.session.scalars(sa.select(BodyRaised).where(BodyRaised.id.in_(ids)))
    papers = _by_record(
        sa.select(Accreditation)
        .join(BodyRaised, BodyRaised.id == Accreditation.raised_id)
        .where(
            Accreditation.raised_id.in_(ids),
            Accreditation.issued_on <= report.counted_for,
            Accreditation.valid_until >= BodyRaised.achieved_on,
        )
    )
    assessments = _by_record(
        sa.select(Assessment).where(
            Assessment.raised_id.in_(ids), Assessment.conclusion == Conclusion.MEETS
        )
    )
    return {
        record.id: _told(
            record,
            [
                _Behind(
                    papers.get(record.id, ()),
                    _ENTERED.get(record.kind, ""),
                    _STRUCK.get(record.kind, ""),
                ),
                _Behind(assessments.get(record.id, ()), _ASSESSED, _ASSESSMENT_STRUCK),
            ],
            report,
        )
        for record in records
    }


def _by_record(rows: sa.Select[Any]) -> dict[int, list[_Paper]]:
    found: dict[int, list[_Paper]] = {}
    for row in db.session.scalars(rows):
        if row.raised_id is not None:
            found.setdefault(row.raised_id, []).append(row)
    return found


def _told(record: BodyRaised, behind: Sequence[_Behind], report: FrozenReport) -> Told:
    since = unknown_from(report)
    came: list[_Cause] = []
    if record.entered_on >= since:
        came.append((record.entered_on, entered(record, report)))
    came += [cause for each in behind for cause in each.came(since)]
    went: list[_Cause] = []
    if record.struck_on is not None:
        went.append((record.struck_on, struck(record)))
    went += [cause for each in behind for cause in each.went(since)]
    return Told(
        f"{record.achievement} · {record.document}",
        _last(went),
        _last(came),
        "plan.undertakings",
        {"what": "raised"},
    )


def _last(causes: Sequence[_Cause]) -> Message:
    """Return what came last, of one day the record itself: it made the difference."""
    if not causes:
        return _CHANGED
    return max(causes, key=lambda cause: cause[0])[1]


def _said(text: str, paper: _Paper, day: date) -> Message:
    name = paper.number if isinstance(paper, Accreditation) else paper.document
    return Message(text, {"name": name, "day": day.strftime("%d/%m/%Y")})
