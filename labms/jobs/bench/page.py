"""What the grid shows: a line for each instrument, judged as a single sheet is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labms.catalogue.entries import CheckKind
from labms.catalogue.sheet import NO, NOT_APPLICABLE, YES
from labms.catalogue.sheet.planning import ANSWER, Row, Sheet
from labms.errors import LabError
from labms.i18n import N_, Message, gettext
from labms.jobs.bench.forms import (
    BenchEntered,
    questions_of,
    shared_keys,
    went_on,
)
from labms.jobs.bench.queries import sheets_of
from labms.jobs.bench.rules import series
from labms.jobs.failing import Failure, failure_of
from labms.jobs.models import Job
from labms.jobs.page import MeasurePage, as_saved, measure_page, own_place
from labms.jobs.rules import ChangedMeanwhile, FailureNotConfirmed
from labms.jobs.services import Typed
from labms.jobs.sheets import entries_of
from labms.jobs.standards import chosen_of
from labms.jobs.wording import (
    VERDICTS,
    group_result,
    limit_text,
    point_text,
    signed,
    way_text,
    with_unit,
)
from labms.metrology.verdicts import Verdict
from labms.remembering import remembering
from labms.stamps.queries import stamps_called
from labms.stamps.rules import stamp_serial
from labms.stamps.services import check_unused

TWICE = N_("This number stands twice on the page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One instrument on the bench."""

    page: MeasurePage
    stamp: str
    stamp_problem: str = ""
    refusal: LabError | None = None

    @property
    def job(self) -> Job:
        """The job of this instrument."""
        return self.page.job

    @property
    def laid_rows(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Each row as laid out, with the unit of its error."""
        for stage in self.page.laid["stages"]:
            for check in stage["checks"]:
                for row in check["rows"]:
                    yield row, check["error_unit"]

    def typed(self, key: str) -> str:
        """Return what was typed under a key."""
        return self.page.typed.readings.get(key, "")

    def mark(self, row: Row) -> str:
        """Return how a question is marked on the grid: no, na, or nothing."""
        answer = self.typed(f"{row.key}.{ANSWER}")
        return answer if answer in (NO, NOT_APPLICABLE) else ""

    def result(self) -> dict[str, Any]:
        """Return what the grid shows live in this line."""
        laid = self.page.laid
        notes = [
            f"{found['name']} {found['value']} ({found['limit']})"
            for stage in laid["stages"]
            for check in stage["checks"]
            for group in check["groups"]
            if group["verdict"] == Verdict.FAIL
            for found in [group_result(group, check["error_unit"])]
        ]
        notes += [str(each) for each in self.page.evaluation.obstacles]
        return {
            "rows": {
                row["key"]: {
                    "error": signed(row["error_shown"]),
                    "limit": with_unit(
                        limit_text(row["limit_plus"], row["limit_minus"]), unit
                    ),
                    "verdict": row["verdict"],
                    "problem": row.get("problem") or row.get("warning") or "",
                }
                for row, unit in self.laid_rows
                if row["nominal"] is not None
            },
            "verdict": laid["verdict"],
            "word": gettext(VERDICTS.get(laid["verdict"] or "", "")),
            "missing": len(laid["missing"]),
            "notes": notes,
            "stamp": self.stamp_problem,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPage:
    """Everything that the grid needs, worked out once."""

    lead: Job
    lines: tuple[Line, ...]
    questions: tuple[Row, ...]
    rows: tuple[Row, ...]
    shared: Mapping[str, str]
    mixed: frozenset[str]
    is_confirmed: bool
    others: Mapping[str, str]
    differs: bool
    stamp_first: str = ""
    stamp_count: int | None = None
    is_unsaved: bool = False
    refused: tuple[tuple[Job, LabError], ...] = ()
    points: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    """The limit at each row, where it is the same for all lines."""

    @property
    def refusals(self) -> list[tuple[Job, LabError]]:
        """Who was refused why, but for failures, which are asked about."""
        return [
            (job, error)
            for job, error in self.refused
            if not isinstance(error, FailureNotConfirmed)
        ]

    @property
    def refused_alike(self) -> list[tuple[str, LabError]]:
        """The serial numbers of those refused for the same reason, and the reason."""
        alike: dict[str, tuple[list[str], LabError]] = {}
        for job, error in self.refusals:
            serials, _ = alike.setdefault(str(error.text), ([], error))
            serials.append(str(job.subject_snapshot["serial"]))
        return [(", ".join(serials), error) for serials, error in alike.values()]

    @property
    def failures(self) -> list[tuple[Job, Failure]]:
        """The lines that fail, each to be confirmed before it is submitted."""
        return [
            (line.job, failure_of(line.job, line.page.sheet, line.page.evaluation))
            for line in self.lines
            if isinstance(line.refusal, FailureNotConfirmed)
        ]

    @property
    def common(self) -> MeasurePage:
        """What is entered once, with what is wrong with it."""
        return self.lines[0].page

    @property
    def own_columns(self) -> Mapping[str, tuple[Any, ...]]:
        """What is read on each instrument, by row."""
        return {
            row.key: tuple(each for each in row.columns if not each.is_shared)
            for row in self.rows
        }

    @property
    def goes_on(self) -> Mapping[str, str]:
        """Which entries can be taken over from which."""
        return went_on(self.common.sheet)

    @property
    def shared_rows(self) -> tuple[Row, ...]:
        """The rows for which something is read on the standard."""
        return tuple(
            row for row in self.rows if any(each.is_shared for each in row.columns)
        )

    def count(self, verdict: str | None) -> int:
        """Return how many lines have come to a verdict, or to none yet."""
        return sum(line.page.laid["verdict"] == verdict for line in self.lines)

    def results(self) -> dict[str, Any]:
        """Return what is shown live, as JSON."""
        whole = self.common.results()
        return {
            "lines": {str(line.job.id): line.result() for line in self.lines},
            **{
                key: whole[key] for key in ("conditions", "doubts", "needs", "problems")
            },
        }


def bench_page(
    lead: Job,
    jobs: Sequence[Job],
    *,
    entered: BenchEntered | None = None,
    refusals: Mapping[int, LabError] | None = None,
    refused: Sequence[tuple[Job, LabError]] = (),
) -> BenchPage:
    """Return the grid of these jobs: as saved, or with what was typed but not saved."""
    with remembering():
        sheets = sheets_of(jobs)
        first = sheets[jobs[0].id]
        typed = entered.lines if entered else _as_saved(jobs, first)
        lines = _lines(jobs, typed, entered, refusals or {})
    shared, mixed = _shared(first, lines) if entered is None else ({}, frozenset())
    questions = tuple(questions_of(first))
    laid = {row["key"]: row for row, _ in lines[0].laid_rows}
    return BenchPage(
        lead=lead,
        lines=lines,
        questions=questions,
        rows=tuple(row for row in first.rows if row.kind is CheckKind.READING),
        shared=entered.shared if entered else shared,
        mixed=entered.mixed if entered else mixed,
        is_confirmed=entered.is_confirmed if entered else _all_answered(lines),
        others=entered.others if entered else _others(questions, lines),
        differs=entered is None and _differ(jobs),
        stamp_first=entered.stamp_first if entered else "",
        stamp_count=entered.stamp_count if entered else None,
        is_unsaved=entered is not None,
        refused=tuple(refused),
        points={key: point_text(row) for key, row in laid.items()},
        ways={key: way_text(row) for key, row in laid.items()},
        limits=_same_limits(lines),
    )


def _as_saved(jobs: Sequence[Job], sheet: Sheet) -> dict[int, Typed]:
    """Return what is saved in each line; what is common, from one that was saved."""
    begun = next((job for job in jobs if job.performed_on is not None), jobs[0])
    common, _ = as_saved(begun, sheet)
    if common.place and common.place == own_place(begun) and not begun.place:
        common = replace(common, place=_common_place(jobs))
    return {
        job.id: replace(
            common, readings=entries_of(job), stamp=job.stamp_serial, note=job.note
        )
        for job in jobs
    }


def _common_place(jobs: Iterable[Job]) -> str:
    """Return where all of them stand: the same place, else the same commune."""
    for of in (own_place, lambda job: str(job.subject_snapshot["commune_name"])):
        found = {of(job) for job in jobs}
        if len(found) == 1:
            return found.pop()
    return ""


def _lines(
    jobs: Sequence[Job],
    typed: Mapping[int, Typed],
    entered: BenchEntered | None,
    refusals: Mapping[int, LabError],
) -> tuple[Line, ...]:
    stamps = _stamp_problems(jobs, typed)
    return tuple(
        Line(
            page=measure_page(
                job,
                typed=replace(typed[job.id], stamp=""),  # asked for all at once
                day_typed=entered.common.day_typed if entered else "",
                problems=entered.common.problems if entered else None,
                shows_saved=isinstance(refusals.get(job.id), ChangedMeanwhile),
            ),
            stamp=typed[job.id].stamp,
            stamp_problem=stamps.get(job.id, ""),
            refusal=refusals.get(job.id),
        )
        for job in jobs
    )


def _stamp_problems(jobs: Sequence[Job], typed: Mapping[int, Typed]) -> dict[int, str]:
    """Return what is wrong with the stamps of the lines. One query."""
    problems: dict[int, str] = {}
    serials: dict[int, str] = {}
    for job in jobs:
        if typed[job.id].stamp:
            try:
                serials[job.id] = stamp_serial(typed[job.id].stamp)
            except LabError as error:
                problems[job.id] = str(error.text)
    used = stamps_called(jobs[0].body_id, serials.values()) if serials else {}
    known = list(serials.values())
    for job_id, serial in serials.items():
        try:
            check_unused(serial, used.get(serial), job_id=job_id)
        except LabError as error:
            problems[job_id] = str(error.text)
        else:
            if known.count(serial) > 1:
                problems[job_id] = str(Message(TWICE))
    return problems


def _shared(
    sheet: Sheet, lines: Iterable[Line]
) -> tuple[dict[str, str], frozenset[str]]:
    """Return what the standard showed, and the keys of what differs between lines."""
    shared: dict[str, str] = {}
    mixed: set[str] = set()
    for key in shared_keys(sheet):
        values = {line.typed(key) for line in lines} - {""}
        shared[key] = values.pop() if len(values) == 1 else ""
        if values and not shared[key]:
            mixed.add(key)
    return shared, frozenset(mixed)


def _all_answered(lines: Iterable[Line]) -> bool:
    """Whether it was said of all lines that what is not marked is as required."""
    return all(
        line.typed(f"{row.key}.{ANSWER}") or line.page.laid["failed_stage"]
        for line in lines
        for row in questions_of(line.page.sheet)
    )


def _others(questions: Iterable[Row], lines: Iterable[Line]) -> dict[str, str]:
    """Return what the unmarked ones are: what most are, if it may not apply at all."""
    found: dict[str, str] = {}
    for row in questions:
        given = [line.typed(f"{row.key}.{ANSWER}") for line in lines]
        is_idle = row.may_not_apply and given.count(NOT_APPLICABLE) > given.count(YES)
        found[row.key] = NOT_APPLICABLE if is_idle else YES
    return found


def _differ(jobs: Iterable[Job]) -> bool:
    """Whether saved lines differ in what the grid enters once for all."""
    seen = [
        (job.performed_on, job.place, job.environment, chosen_of(job), job.mark)
        for job in jobs
        if job.version > 1
    ]
    return any(each != seen[0] for each in seen)


def _same_limits(lines: Sequence[Line]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for line in lines:
        for row, unit in line.laid_rows:
            text = limit_text(row["limit_plus"], row["limit_minus"])
            found.setdefault(row["key"], set()).add(with_unit(text, unit))
    return {key: next(iter(each)) for key, each in found.items() if len(each) == 1}


def with_stamps(page: BenchPage, entered: BenchEntered) -> BenchEntered:
    """Return what was typed with stamps counted on from the first one.

    One after another to the lines that have none and have not failed, as many as are
    wanted. Raises NoSeries or TooManyAtOnce.
    """
    empty = [
        line.job.id
        for line in page.lines
        if not line.stamp and line.page.laid["verdict"] != Verdict.FAIL
    ]
    number = len(empty) if entered.stamp_count is None else entered.stamp_count
    serials = series(entered.stamp_first, max(0, min(number, len(empty))))
    stamps = dict(zip(empty, serials, strict=False))
    lines = {
        job_id: replace(typed, stamp=stamps.get(job_id, typed.stamp))
        for job_id, typed in entered.lines.items()
    }
    return replace(entered, lines=lines)
