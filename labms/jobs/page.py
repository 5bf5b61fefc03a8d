"""What the measurement page shows: the sheet as typed, judged, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from labms import clock
from labms.catalogue.entries import EnvironmentItem, Procedure
from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.queries import procedure_release_by_id
from labms.catalogue.rules import Both
from labms.catalogue.sheet import Evaluation, Row, Sheet, evaluate
from labms.catalogue.shipped import shipped_catalogue
from labms.errors import LabError
from labms.i18n import N_, Message, gettext
from labms.jobs.dating import check_dated
from labms.jobs.laying import laid_out
from labms.jobs.models import Job
from labms.jobs.remembering import remembered
from labms.jobs.rules import condition_doubt, condition_problem
from labms.jobs.services import Typed
from labms.jobs.sheets import (
    entries_of,
    limits_used,
    sheet_of,
    was_measured,
)
from labms.jobs.standards import (
    Need,
    chosen_of,
    needs_of,
    planned_needs,
    sensible_choice,
)
from labms.jobs.surroundings import around_typed
from labms.jobs.typed import LONGEST
from labms.jobs.wording import budgets_text, group_result, result_of
from labms.stamps.queries import live_stamp_of_job, stamp_of
from labms.stamps.rules import stamp_serial
from labms.stamps.services import check_unused

STILL_MISSING = N_("still needed: {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing about the surroundings, as typed."""

    item: EnvironmentItem
    begin: str
    end: str
    problem: Message | None
    doubt: Message | None = None
    """What is asked about it, though it stands in nobody's way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePage:
    """Everything that the page needs, worked out once."""

    job: Job
    sheet: Sheet
    typed: Typed
    evaluation: Evaluation
    laid: Mapping[str, Any]
    needs: tuple[Need, ...]
    conditions: tuple[Condition, ...]
    limits: list[dict[str, Any]]
    from_memory: bool
    day_typed: str = ""
    is_taken_over: bool = False
    """Whether conditions and standards come from the verifier's last job of the day."""
    saved: Mapping[str, str] = field(default_factory=dict)
    """What is saved, where another window saved something else meanwhile."""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def procedure(self) -> Procedure:
        """The revision that the job was started under."""
        return self.sheet.procedure

    @property
    def noted_stamp(self) -> str:
        """The stamp that was noted before a reviewer gave the job back, if any was."""
        stamp = live_stamp_of_job(self.job.id) if self.job.reviews else None
        return stamp.serial if stamp else ""

    @property
    def is_late(self) -> bool:
        """Whether it may have to be said why the day is entered late."""
        day = self.typed.performed_on
        return bool(self.typed.late_reason) or (day is not None and day < clock.today())

    @property
    def has_changed(self) -> bool:
        """Whether the register says something else now than when the job began."""
        instrument = self.job.instrument
        then = self.job.subject_snapshot
        return instrument is not None and (
            dict(instrument.characteristics) != then["characteristics"]
            or (instrument.maker, instrument.model, instrument.serial)
            != (then["maker"], then["model"], then["serial"])
            or instrument.owner_id != then["owner_id"]
        )

    def digits(self, row: Row) -> int | None:
        """Return after how many digits a reading is complete, if that can be told.

        Where the instrument shows whole units, a reading has as many digits as the
        point. Sparing the Enter key after each is worth it: a comma takes it back.
        """
        nominal, limit = row.nominal, row.limit
        if nominal is None or limit is None or len(row.columns) != 1:
            return None
        if nominal != nominal.to_integral_value() or limit < 1:
            return None
        return len(str(abs(int(nominal)))) if nominal else None

    @property
    def lacking(self) -> list[str]:
        """What still stands against handing it in, besides the readings."""
        found = [
            f"{Both(one.item.name_vi, one.item.name_en)} {one.problem}"
            for one in self.conditions
            if one.problem is not None
        ]
        return found + [
            f"{Both(need.requirement.name_vi, need.requirement.name_en)}: {problem}"
            for need in self.needs
            if need.is_needed or need.chosen
            for problem in need.problems[:1]
        ]

    @property
    def lacking_text(self) -> str:
        """The same as one sentence; nothing where all is there."""
        if not self.lacking:
            return ""
        return gettext(STILL_MISSING).format(what="; ".join(self.lacking))

    def results(self) -> dict[str, Any]:
        """Return what is shown live, as JSON."""
        laid = self.laid
        rows: dict[str, Any] = {}
        groups: dict[str, Any] = {}
        for stage in laid["stages"]:
            for check in stage["checks"]:
                for row in check["rows"]:
                    rows[row["key"]] = result_of(row, check["error_unit"])
                for group in check["groups"]:
                    groups[group["key"]] = group_result(
                        group, check["error_unit"], rows=check["rows"]
                    )
        return {
            "rows": rows,
            "groups": groups,
            "stages": {
                stage["slug"]: {
                    "verdict": stage["verdict"],
                    "is_reached": stage["is_reached"],
                }
                for stage in laid["stages"]
            },
            "verdict": laid["verdict"],
            "failed_stage": laid["failed_stage"],
            "missing": len(laid["missing"]),
            "untaken": len(self.evaluation.untaken),
            "unreadable": len(self.evaluation.unreadable),
            "budgets": {
                check["slug"]: budgets_text(check)
                for stage in laid["stages"]
                for check in stage["checks"]
                if check["budgets"]
            },
            "lacking": self.lacking_text,
            "obstacles": [str(each) for each in self.evaluation.obstacles],
            "conditions": {
                one.item.key: str(one.problem or "") for one in self.conditions
            },
            "doubts": {one.item.key: str(one.doubt or "") for one in self.conditions},
            "needs": {
                need.requirement.slug: [str(problem) for problem in need.problems]
                for need in self.needs
            },
            "problems": dict(self.problems),
        }


def measure_page(
    job: Job,
    *,
    typed: Typed | None = None,
    day_typed: str = "",
    problems: Mapping[str, str] | None = None,
    shows_saved: bool = False,
) -> MeasurePage:
    """Return the page of a job: as saved, or with what was typed but not saved."""
    release = procedure_release_by_id(job.release_id or 0)
    sheet = sheet_of(job, release)
    taken = False
    if typed is None:
        typed, taken = as_saved(job, sheet)
    day = typed.performed_on or clock.today()
    around = around_typed(
        sheet,
        body_id=job.body_id,
        on=day,
        chosen=typed.standards,
        environment=typed.environment,
    )
    evaluation = evaluate(sheet, typed.readings, around=around)
    return MeasurePage(
        job=job,
        sheet=sheet,
        typed=typed,
        evaluation=evaluation,
        laid=laid_out(sheet, evaluation, rule=job.agreed_rule),
        needs=needs_of(
            sheet, evaluation, body_id=job.body_id, on=day, chosen=typed.standards
        ),
        conditions=_conditions(sheet, evaluation, typed),
        limits=limits_used(sheet.procedure, sheet.options),
        from_memory=is_mostly_from_memory(sheet.procedure),
        day_typed=day_typed or day.strftime("%d/%m/%Y"),
        is_taken_over=taken,
        saved=entries_of(job) if shows_saved else {},
        problems={**_problems(job, typed, day), **(problems or {})},
    )


def as_saved(job: Job, sheet: Sheet) -> tuple[Typed, bool]:
    """Return what is saved; at first, what can be taken over from the job before."""
    saved = Typed(
        performed_on=job.performed_on,
        late_reason=job.late_reason,
        place=job.place,
        note=job.note,
        environment=job.environment,
        readings=entries_of(job),
        standards=chosen_of(job),
        evidence=job.evidence or sheet.procedure.evidence.default,
        stamp=job.stamp_serial,
        mark=job.mark,
    )
    if job.performed_on is not None or job.version > 1:
        return saved, False
    today = clock.today()
    own = own_place(job)
    last = remembered(job, day=today)
    if last.standards or last.environment:
        return replace(
            saved,
            performed_on=today,
            environment=last.environment,
            standards=last.standards,
            place=saved.place or own or last.place,
            evidence=last.evidence or saved.evidence,
        ), True
    needs = planned_needs(sheet, body_id=job.body_id, on=today, chosen={})
    return replace(
        saved,
        performed_on=today,
        place=saved.place or own,
        standards=sensible_choice(needs),
    ), False


def own_place(job: Job) -> str:
    """Return where an instrument stands, if its type is verified where it stands."""
    then = job.subject_snapshot
    kind = shipped_catalogue().types.get(then["type_slug"])
    if kind is None or not kind.stays:
        return ""
    parts = (then["place_of_use"], then["commune_name"])
    return ", ".join(part for part in parts if part)[:LONGEST]


def _conditions(
    sheet: Sheet, evaluation: Evaluation, typed: Typed
) -> tuple[Condition, ...]:
    measured = was_measured(sheet, evaluation)
    found = []
    for item in sheet.procedure.environment:
        given = typed.environment.get(item.key, {})
        begin, end = given.get("begin", ""), given.get("end", "")
        found.append(
            Condition(
                item=item,
                begin=begin,
                end=end,
                problem=condition_problem(
                    item, begin=begin, end=end, is_needed=measured
                ),
                doubt=condition_doubt(item, begin=begin, end=end),
            )
        )
    return tuple(found)


def _problems(job: Job, typed: Typed, day: date) -> dict[str, str]:
    """Return what can be said at once about the stamp and the day."""
    found: dict[str, str] = {}
    if day > clock.today():
        found["performed_on"] = str(Message(N_("This day lies in the future.")))
    try:
        check_dated(job, day, place=typed.place, reason=typed.late_reason)
    except LabError as error:
        found["performed_on"] = str(error.text)
    if typed.stamp:
        try:
            serial = stamp_serial(typed.stamp)
            check_unused(serial, stamp_of(job.body_id, serial), job_id=job.id)
        except LabError as error:
            found["stamp"] = str(error.text)
    return found


def largest_share(laid: Mapping[str, Any]) -> Decimal | int:
    """Return the largest share of a limit that was used up, in percent; 0 if none."""
    return max(
        (
            each["share"] or 0
            for stage in laid["stages"]
            for check in stage["checks"]
            for each in (*check["rows"], *check["groups"])
        ),
        default=0,
    )
