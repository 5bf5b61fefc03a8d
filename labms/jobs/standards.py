"""Which standards a job may use, for which need, and what is wrong with the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from labms.catalogue.entries import StandardRequirement
from labms.catalogue.sheet import (
    Evaluation,
    Row,
    Sheet,
    StandardOffer,
    evaluate,
    inaccurate_as_used,
    offer_problems,
    overloads,
    standards_fit,
)
from labms.i18n import Message
from labms.jobs.laying import reached
from labms.jobs.models import Job
from labms.metrology.verdicts import Verdict
from labms.registry.models import Standard
from labms.remembering import once
from labms.traceability.models import Calibration
from labms.traceability.queries import AtHand, usable_standards


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A standard that could meet a need, with what stands against it."""

    standard: Standard
    calibration: Calibration | None
    problem: Message | None
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the procedure asks for, what there is, and whether the choice will do."""

    requirement: StandardRequirement
    is_needed: bool
    """Whether it counts for what was measured so far."""
    usable: tuple[Candidate, ...]
    unusable: tuple[Candidate, ...]
    problems: tuple[Message, ...]

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """What was chosen, whether or not it may be."""
        return tuple(each for each in (*self.usable, *self.unusable) if each.is_chosen)


Chosen = Mapping[str, Sequence[int]]


def chosen_of(job: Job) -> dict[str, tuple[int, ...]]:
    """Return the standards that a job has, by need."""
    found: dict[str, tuple[int, ...]] = {}
    for used in job.used:
        found[used.need] = (*found.get(used.need, ()), used.standard_id)
    return found


def needs_of(
    sheet: Sheet,
    evaluation: Evaluation,
    *,
    body_id: int,
    on: date,
    chosen: Chosen,
) -> tuple[Need, ...]:
    """Return each need of the procedure with the body's standards, as of a day.

    Of an instrument that failed only what was measured asks for standards.
    """
    counted = _counted(sheet, evaluation)
    return tuple(
        _need(sheet, counted, evaluation, each, body_id, on, chosen)
        for each in sheet.procedure.standards
    )


def planned_needs(
    sheet: Sheet, *, body_id: int, on: date, chosen: Chosen
) -> tuple[Need, ...]:
    """Return the needs before anything was measured."""
    nothing_read = once(
        ("nothing read", id(sheet)), lambda: (sheet, evaluate(sheet, {}))
    )[1]
    return needs_of(sheet, nothing_read, body_id=body_id, on=on, chosen=chosen)


def _counted(sheet: Sheet, evaluation: Evaluation) -> Sheet:
    """Return the sheet without what was not measured, once the instrument has failed.

    Nothing of a stage after the one that failed counts, even if it was typed before.
    """
    if evaluation.verdict is not Verdict.FAIL:
        return sheet
    checks = reached(sheet, evaluation)
    return replace(
        sheet,
        stages=tuple(
            replace(
                stage,
                checks=tuple(
                    replace(check, rows=_measured(check.rows, evaluation))
                    for check in stage.checks
                    if check.slug in checks
                ),
            )
            for stage in sheet.stages
        ),
    )


def _measured(rows: Iterable[Row], evaluation: Evaluation) -> tuple[Row, ...]:
    found = evaluation.rows
    return tuple(
        row for row in rows if found[row.key].is_complete or found[row.key].numbers
    )


def _is_needed(
    requirement: StandardRequirement, counted: Sheet, evaluation: Evaluation
) -> bool:
    """Whether it has to be met: not if the instrument failed before it came to that."""
    if not requirement.is_required:
        return False
    if not requirement.checks:
        return evaluation.verdict is not Verdict.FAIL
    return _is_used(requirement, counted)


def _is_used(requirement: StandardRequirement, counted: Sheet) -> bool:
    """Whether anything that counts is measured with it."""
    if not requirement.checks:
        return any(row.nominal is not None for row in counted.rows)
    return any(row.check in requirement.checks for row in counted.rows)


def _need(
    sheet: Sheet,
    counted: Sheet,
    evaluation: Evaluation,
    requirement: StandardRequirement,
    body_id: int,
    on: date,
    chosen: Chosen,
) -> Need:
    is_needed = _is_needed(requirement, counted, evaluation)
    ids = set(chosen.get(requirement.slug, ()))
    usable, unusable = usable_standards(body_id, requirement.slug, on=on)
    candidates = list(_candidates(sheet, requirement, usable, ids))
    candidates += [
        Candidate(
            standard=each.standard,
            calibration=each.calibration,
            problem=each.problems[0].text,
            is_chosen=each.standard.id in ids,
        )
        for each in unusable
    ]
    offers = [each.offer for each in usable if each.standard.id in ids]
    problems: tuple[Message, ...] = ()
    if is_needed or (offers and _is_used(requirement, counted)):
        problems = _problems(counted, evaluation, requirement.slug, offers)
    return Need(
        requirement=requirement,
        is_needed=is_needed,
        usable=tuple(each for each in candidates if each.problem is None),
        unusable=tuple(each for each in candidates if each.problem is not None),
        problems=problems,
    )


def _problems(
    counted: Sheet, evaluation: Evaluation, slug: str, offers: Sequence[StandardOffer]
) -> tuple[Message, ...]:
    """Return what is wrong with the chosen; the sheet is kept with it for its `id`."""
    problems = once(
        ("fit", id(counted), slug, tuple(offers)),
        lambda: (
            counted,
            standards_fit(counted.procedure, counted, requirement=slug, offers=offers),
        ),
    )[1]
    if offers:
        for judge in (overloads, inaccurate_as_used):
            problems += judge(counted, evaluation, requirement=slug, offers=offers)
    return problems


def _candidates(
    sheet: Sheet,
    requirement: StandardRequirement,
    usable: Iterable[AtHand],
    ids: set[int],
) -> Iterator[Candidate]:
    for each in usable:
        unfit = _unfit(sheet, requirement.slug, each.offer)
        yield Candidate(
            standard=each.standard,
            calibration=each.calibration,
            problem=unfit[0] if unfit else None,
            is_chosen=each.standard.id in ids,
        )


def _unfit(sheet: Sheet, slug: str, offer: StandardOffer) -> tuple[Message, ...]:
    """Return why a standard does not fit; the sheet is kept with it for its `id`."""
    return once(
        ("unfit", id(sheet), slug, offer),
        lambda: (
            sheet,
            offer_problems(sheet.procedure, sheet, requirement=slug, offer=offer),
        ),
    )[1]


def sensible_choice(needs: Iterable[Need]) -> dict[str, tuple[int, ...]]:
    """Return what to tick beforehand: what there is no choice about.

    One usable standard for a need, and it will do alone: the verifier sees it ticked
    and unticks it if it is not what lies on the bench.
    """
    return {
        need.requirement.slug: (need.usable[0].standard.id,)
        for need in needs
        if need.requirement.is_required and len(need.usable) == 1
    }
