"""What a failure rests on, and what it ends: asked about before it is handed on.

A failure ends at once what was valid for the instrument, for everybody to see. So a
slipped digit must not pass as one: whoever submits it has seen which reading fails.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labms import clock
from labms.catalogue.sheet import Evaluation, Sheet
from labms.i18n import N_, gettext, language
from labms.jobs.evidence import Standing, ended_by, valid_now
from labms.jobs.laying import laid_out
from labms.jobs.models import Job
from labms.jobs.rules import FailureNotConfirmed, UnreadableEntries
from labms.jobs.wording import (
    answer_text,
    group_result,
    point_text,
    result_of,
    way_text,
)
from labms.metrology.verdicts import Verdict

KINDS: Mapping[str, str] = {
    "certificate": N_("certificate {number}"),
    "stamp": N_("stamp {number}"),
}


def named(found: Standing) -> str:
    """Return a document or stamp as a sentence names it."""
    return gettext(KINDS[found.kind]).format(number=found.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a person confirms before a failure is submitted."""

    findings: tuple[str, ...]
    """The readings and answers that fail, as the page words them."""
    untaken: int
    """How many entries of the examination that fails are empty."""
    ends: tuple[str, ...]
    """What is valid for the instrument, and ends by it."""
    mark: str
    """Changes with whatever was entered, so that a confirmation is of this."""


def failure_of(job: Job, sheet: Sheet, evaluation: Evaluation) -> Failure:
    """Return what a failing job fails on."""
    laid = laid_out(sheet, evaluation, with_problems=False)
    return Failure(
        findings=tuple(findings(laid)),
        untaken=len(evaluation.untaken),
        ends=tuple(named(each) for each in _ends(job)),
        mark=mark_of(evaluation),
    )


def _ends(job: Job) -> list[Standing]:
    """What it ended before it was returned, and what is valid still."""
    valid = valid_now(job.instrument_id or 0, on=clock.today(), but_of_job=job.id)
    return [*ended_by(job.id), *valid]


def ended_by_job(job: Job) -> list[str]:
    """Return what a failing job ended, named."""
    return [named(each) for each in ended_by(job.id)]


def mark_of(evaluation: Evaluation) -> str:
    """Return what a confirmation is of: it changes with whatever is entered."""
    typed = sorted(
        (key, *sorted(row.values.items())) for key, row in evaluation.rows.items()
    )
    return hashlib.sha256(repr(typed).encode()).hexdigest()[:16]


def check_readable(sheet: Sheet, evaluation: Evaluation) -> None:
    """Raise UnreadableEntries if something was typed that is no reading."""
    if not evaluation.unreadable:
        return
    wanted = set(evaluation.unreadable)
    names = [
        f"“{typed}” ({place})"
        for row, place in _rows(laid_out(sheet, evaluation, with_problems=False))
        if row["key"] in wanted
        for typed in _typed(row)
    ]
    raise UnreadableEntries(entries="; ".join(names[:5]))


def _typed(row: Mapping[str, Any]) -> list[str]:
    return [
        column["typed"]
        for column in row["columns"]
        if column["typed"].strip() and column["value"] is None
    ]


def check_confirmed(
    job: Job, sheet: Sheet, evaluation: Evaluation, *, confirmed: bool
) -> None:
    """Raise FailureNotConfirmed unless a failure was looked at as one."""
    if evaluation.verdict is not Verdict.FAIL or confirmed:
        return
    failure = failure_of(job, sheet, evaluation)
    raise FailureNotConfirmed(
        findings="; ".join(failure.findings),
        ends=", ".join(failure.ends) or N_("nothing, for nothing is valid"),
    )


def findings(laid: Mapping[str, Any]) -> Iterator[str]:
    """Yield what fails in the stages that were reached, with values and limits."""
    for stage in laid["stages"]:
        if not stage["is_reached"]:
            continue
        for check in stage["checks"]:
            for row in check["rows"]:
                if row["verdict"] == "fail":
                    yield _finding(check, row)
            for group in check["groups"]:
                if group["verdict"] == "fail":
                    found = group_result(group, check["error_unit"], rows=check["rows"])
                    yield (
                        f"{name_of(check)}, {found['name']}: {found['value']}"
                        f" ({found['limit']})"
                    )


def _finding(check: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    if row["error"] is None:
        return f"{name_of(check)}: {answer_text(row)}"
    found = result_of(row, check["error_unit"])
    return f"{where(check, row)}: {found['error']} ({found['limit']})"


def untaken(laid: Mapping[str, Any]) -> list[str]:
    """Return where nothing was read, in the stages that were reached."""
    return [place for row, place in _rows(laid) if not row["is_complete"]]


def entries_named(laid: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key of each entry with where it stands, as the page words it."""
    for stage in laid["stages"]:
        for check in stage["checks"]:
            for row in check["rows"]:
                several = len(row["columns"]) > 1
                for column in row["columns"]:
                    label = column[f"label_{language()}"] if several else ""
                    yield (
                        column["key"],
                        ", ".join(filter(None, (where(check, row), label))),
                    )


def _rows(laid: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for stage in laid["stages"]:
        if stage["is_reached"]:
            for check in stage["checks"]:
                for row in check["rows"]:
                    yield row, where(check, row)


def name_of(check: Mapping[str, Any]) -> str:
    """Return what a check is called in the language in use."""
    return str(check[f"name_{language()}"])


def where(check: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return where something was read: the check, the point, the way to it."""
    parts = (name_of(check), " ".join(filter(None, (point_text(row), way_text(row)))))
    return ", ".join(filter(None, parts))
