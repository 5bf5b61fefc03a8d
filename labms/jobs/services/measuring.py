"""Starting a job, keeping what was typed, and submitting it for review."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.queries import (
    cycle_on,
    procedure_release_by_id,
    release_for,
)
from labms.catalogue.rules import Both, Evidence
from labms.catalogue.sheet import Evaluation, Sheet
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.errors import LabError
from labms.jobs.asked_for import check_reason_listed
from labms.jobs.calibrating import check_agreed, check_values
from labms.jobs.dating import check_dated, evidence_moment
from labms.jobs.failing import check_confirmed, check_readable
from labms.jobs.models import Job, JobStandard, Reading
from labms.jobs.rules import (
    JOB_STATES,
    CannotPass,
    ChangedMeanwhile,
    EnvironmentIncomplete,
    JobKind,
    JobState,
    NoReleasedCycle,
    NoReleasedProcedure,
    NotYourJob,
    ReadingsIncomplete,
    ReleasedLater,
    StandardsMissing,
    UnusableStandard,
    WrongState,
    check_day,
    check_evidence,
    check_transition,
    condition_problem,
    end_of_validity,
)
from labms.jobs.sheets import (
    PROCEDURES,
    evaluated,
    frozen_evaluation,
    sheet_of,
    snapshot_of,
    was_measured,
)
from labms.jobs.standards import Need, chosen_of, needs_of, planned_needs
from labms.jobs.typed import Typed
from labms.metrology.decimals import read_in
from labms.metrology.verdicts import Verdict
from labms.organisations.queries import body_by_id, check_designated
from labms.people.queries import check_entitled
from labms.places.queries import commune_by_key
from labms.policy import Actor, Permission, authorize
from labms.registry.models import Instrument
from labms.registry.rules import EndingReason
from labms.registry.services import end_evidence, withdraw_ending
from labms.stamps.queries import live_stamp_of_job
from labms.stamps.rules import REPLACED, TAKEN_OFF
from labms.stamps.services import apply_stamp, cancel_stamp, forget_mistyped


def start_job(job: Job, *, actor: Actor, on: date | None = None) -> None:
    """Begin a job: its performer, its procedure and the instrument are fixed.

    `on` is the day on which everything has to be in order; today unless said. Refuses
    with NotAllowed, NotYourJob, WrongState, NotEntitled, NotDesignated,
    NoReleasedProcedure, NoReleasedCycle, ReasonNotListed, or what the procedure says
    of the instrument.
    """
    authorize(actor, Permission.READING_RECORD)
    authorize(actor, Permission.ORDER_EDIT, job)  # whoever begins is of the same body
    check_transition(job.state, JobState.IN_PROGRESS, only_from=JobState.REGISTERED)
    if job.assigned_to_id not in (None, actor.id):
        assert job.assigned_to is not None  # noqa: S101 (the key is set)
        raise NotYourJob(name=job.assigned_to.full_name)
    day = on or clock.today()
    instrument = _instrument(job)
    _check_rights(job, actor, day)
    found = release_for(job.body_id, instrument.type_slug, kind=PROCEDURES[job.kind])
    if found is None:
        raise NoReleasedProcedure
    release, procedure = found
    job.assigned_to_id = job.performed_by_id = actor.id
    job.procedure_slug = procedure.slug
    job.procedure_revision = procedure.revision
    job.release_id = release.id
    job.subject_snapshot = _snapshot(instrument)
    sheet = sheet_of(job, release)  # refuses what the procedure does not cover
    check_agreed(job.agreed_rule, sheet)
    job.evidence = procedure.evidence.default
    job.state = JobState.IN_PROGRESS
    db.session.flush()
    record(EventType.JOB_STARTED, job, actor=actor)


def _instrument(job: Job) -> Instrument:
    assert job.instrument is not None  # noqa: S101 (verifications are of instruments)
    return job.instrument


def _snapshot(instrument: Instrument) -> dict[str, Any]:
    commune = commune_by_key(instrument.commune_key)
    return snapshot_of(instrument, commune_name=commune.name)


def _check_rights(job: Job, actor: Actor, day: date) -> None:
    """Check card, designation, cycle and what the law asks for, for a day.

    A calibration needs none of them.
    """
    if job.reason is None:
        return
    slug = _instrument(job).type_slug
    check_entitled(actor, slug, on=day, body_id=job.body_id)
    check_designated(body_by_id(job.body_id), slug, job.reason, on=day)
    cycle = cycle_on(job.body_id, slug, day)
    if cycle is None:
        raise NoReleasedCycle(day=day.strftime("%d/%m/%Y"))
    kind = shipped_catalogue().type(slug)
    check_reason_listed(cycle.entry, job.reason, kind=kind, on=day)


def save_readings(
    job: Job, typed: Typed, *, actor: Actor, version: int | None = None
) -> None:
    """Keep what was typed, complete or not, readable or not.

    `version` is the one that the page was made from. What changed stands in the trail,
    each reading with what it was before. Refuses with NotAllowed, WrongState,
    ChangedMeanwhile, TextTooLong, DayInFuture, NotEntitled or UnusableStandard.
    """
    authorize(actor, Permission.READING_RECORD, job)
    if job.state is not JobState.IN_PROGRESS:
        raise WrongState(
            old=JOB_STATES[job.state], new=JOB_STATES[JobState.IN_PROGRESS]
        )
    if version is not None and version != job.version:
        raise ChangedMeanwhile
    typed.check_lengths()
    day = typed.performed_on or clock.today()
    check_day(day, today=clock.today())
    if job.reason is not None:
        check_entitled(actor, _instrument(job).type_slug, on=day, body_id=job.body_id)
    job.subject_snapshot = _snapshot(_instrument(job))
    release = procedure_release_by_id(job.release_id or 0)
    sheet = sheet_of(job, release)
    changes: dict[str, list[Any]] = {}
    _keep_readings(job, sheet, typed.readings, changes)
    _keep_standards(job, sheet, typed.standards, day, changes)
    job.performed_on = typed.performed_on
    job.place, job.note, job.late_reason = typed.place, typed.note, typed.late_reason
    job.environment = {key: dict(value) for key, value in typed.environment.items()}
    job.evidence = typed.evidence or job.evidence
    job.stamp_serial, job.mark = typed.stamp, typed.mark
    if typed.stamp_mistyped:
        forget_mistyped(job.id, typed.stamp, actor=actor)
    job.version += 1
    db.session.flush()
    record(EventType.JOB_READINGS_SAVED, job, actor=actor, changes=changes)


def _keep_readings(
    job: Job, sheet: Sheet, typed: Mapping[str, str], changes: dict[str, list[Any]]
) -> None:
    there = {reading.key: reading for reading in job.readings}
    units = {
        f"{row.key}.{column.key}": column.unit
        for row in sheet.rows
        for column in row.columns
    }
    for key, unit in units.items():
        text = typed.get(key, "").strip()
        before = there.pop(key, None)
        if text == (before.typed if before else ""):
            continue
        changes[f"reading {key}"] = [before and before.typed, text or None]
        if before is None:
            job.readings.append(Reading(key=key, typed=text, value=_number(text, unit)))
        elif text:
            before.typed, before.value = text, _number(text, unit)
        else:
            job.readings.remove(before)
    for key, gone in there.items():  # rows that the sheet no longer has
        changes[f"reading {key}"] = [gone.typed, None]
        job.readings.remove(gone)


def _number(text: str, unit: str) -> Any:
    try:
        return read_in(text, unit)
    except LabError:
        return None


def _refuse_unusable(needs: Iterable[Need]) -> None:
    for need in needs:
        for one in need.unusable:
            if one.is_chosen:
                raise UnusableStandard(
                    standard=f"{one.standard.inventory_number} {one.standard.name}",
                    problem=one.problem,
                )


def _keep_standards(
    job: Job,
    sheet: Sheet,
    chosen: Mapping[str, Sequence[int]],
    day: date,
    changes: dict[str, list[Any]],
) -> None:
    wanted: dict[int, tuple[str, int]] = {}
    needs = planned_needs(sheet, body_id=job.body_id, on=day, chosen=chosen)
    _refuse_unusable(needs)
    for need in needs:
        for one in need.usable:
            if one.is_chosen and one.calibration is not None:
                wanted.setdefault(
                    one.standard.id, (need.requirement.slug, one.calibration.id)
                )
    before = {u.standard_id: (u.need, u.calibration_id) for u in job.used}
    if before == wanted:
        return
    changes["standards"] = [sorted(before), sorted(wanted)]
    for used in list(job.used):
        if wanted.get(used.standard_id) != (used.need, used.calibration_id):
            job.used.remove(used)
    db.session.flush()
    for standard_id, (slug, calibration_id) in wanted.items():
        if before.get(standard_id) != (slug, calibration_id):
            job.used.append(
                JobStandard(
                    standard_id=standard_id, calibration_id=calibration_id, need=slug
                )
            )


def submit_job(
    job: Job, *, actor: Actor, version: int | None = None, confirmed: bool = False
) -> None:
    """Say that the measurements are done, and hand the job to a reviewer.

    Everything is checked for the day of the measurements: card, designation, release,
    cycle, standards and their chains, conditions, readings. A pass takes its evidence,
    the stamp of which exists from now on, and takes back what the job ended if it
    failed before; a failure takes off the stamp and ends at this moment what was valid
    for the instrument. A calibration has values with their
    uncertainties instead, and leaves all of that alone. `confirmed` says that the
    performer has looked at what fails. Refuses with NotAllowed, WrongState,
    ChangedMeanwhile, DayMissing, NotEntitled, NotDesignated, NoReleasedCycle,
    ReasonNotListed, ReleasedLater, UnreadableEntries, ReadingsIncomplete, CannotPass,
    EnvironmentIncomplete, StandardsMissing, UnusableStandard, FailureNotConfirmed,
    EvidenceMissing, BadStampSerial, StampUsed or StampLooksAlike; a calibration with
    NotCalibrated or UncertaintyUnknown.
    """
    authorize(actor, Permission.READING_RECORD, job)
    check_transition(job.state, JobState.AWAITING_REVIEW)
    if version is not None and version != job.version:
        raise ChangedMeanwhile
    day = check_day(job.performed_on, today=clock.today())
    check_dated(job, day, place=job.place, reason=job.late_reason)
    _check_rights(job, actor, day)
    release = procedure_release_by_id(job.release_id or 0)
    if release.released_on > day:
        raise ReleasedLater(released=release.released_on.strftime("%d/%m/%Y"))
    job.subject_snapshot = _snapshot(_instrument(job))
    sheet, evaluation = evaluated(job, release)
    check_readable(sheet, evaluation)
    if evaluation.verdict is None and not evaluation.missing:
        raise CannotPass(problem=evaluation.obstacles[0])
    if evaluation.verdict is None:
        raise ReadingsIncomplete(number=len(evaluation.missing))
    _check_conditions(job, sheet, evaluation)
    _check_standards(job, sheet, evaluation, day)
    cycle = cycle_on(job.body_id, _instrument(job).type_slug, day)
    if job.reason is None:
        if job.kind is JobKind.CALIBRATION:
            check_values(evaluation)
        cycle = None
    else:
        assert cycle is not None  # noqa: S101 (_check_rights saw to it)
        check_confirmed(job, sheet, evaluation, confirmed=confirmed)
        job.verdict = evaluation.verdict
        job.failed_stage = evaluation.failed_stage
        job.cycle_months = cycle.entry.cycle_months
        job.cycle_list = cycle.entry.list_slug
        job.cycle_release_id = cycle.release.id
    job.evaluation = frozen_evaluation(job, release, sheet, evaluation, cycle=cycle)
    job.submitted_at = clock.now()
    job.evidence_at = evidence_moment(day, job.submitted_at)
    if job.reason is None:
        job.evidence = Evidence.CERTIFICATE
        job.stamp_serial = job.mark = ""  # whatever was typed: none is put on
    elif evaluation.verdict is Verdict.PASS:
        _give_evidence(job, sheet, actor, day)
    else:
        _end_evidence(job, actor, day)
    job.state = JobState.AWAITING_REVIEW
    job.version += 1
    db.session.flush()
    record(EventType.JOB_SUBMITTED, job, actor=actor, reason=job.late_reason or None)


def _check_conditions(job: Job, sheet: Sheet, evaluation: Evaluation) -> None:
    measured = was_measured(sheet, evaluation)
    for item in sheet.procedure.environment:
        typed = job.environment.get(item.key, {})
        problem = condition_problem(
            item,
            begin=typed.get("begin", ""),
            end=typed.get("end", ""),
            is_needed=measured,
        )
        if problem is not None:
            raise EnvironmentIncomplete(
                name=Both(item.name_vi, item.name_en), problem=problem
            )


def _check_standards(job: Job, sheet: Sheet, evaluation: Evaluation, day: date) -> None:
    needs = needs_of(
        sheet, evaluation, body_id=job.body_id, on=day, chosen=chosen_of(job)
    )
    _refuse_unusable(needs)
    for need in needs:
        if need.problems and (need.is_needed or need.chosen):
            name = Both(need.requirement.name_vi, need.requirement.name_en)
            raise StandardsMissing(need=name, problem=need.problems[0])
    calibrations = {
        one.standard.id: one.calibration for need in needs for one in need.chosen
    }
    for used in job.used:  # the calibration on the day, should there be a newer one
        now = calibrations.get(used.standard_id)
        if now is not None and now.id != used.calibration_id:
            used.calibration_id = now.id


def _give_evidence(job: Job, sheet: Sheet, actor: Actor, day: date) -> None:
    if job.reviews:  # it may have failed before it was returned
        withdraw_ending(job.id, actor=actor)
    job.evidence = check_evidence(
        job.evidence,
        allowed=sheet.procedure.evidence.allowed,
        stamp=job.stamp_serial,
        mark=job.mark,
    )
    body = body_by_id(job.body_id)
    job.valid_until = end_of_validity(day, job.cycle_months, rule=body.validity_rule)
    live = live_stamp_of_job(job.id)
    typed = job.stamp_serial
    if live is not None and live.serial != "".join(typed.split()).upper():
        cancel_stamp(live, actor=actor, reason=REPLACED, on=day)
        db.session.flush()
    if typed:
        stamp = apply_stamp(
            typed,
            body_id=job.body_id,
            instrument_id=_instrument(job).id,
            job_id=job.id,
            on=day,
            at=job.evidence_at,
            valid_until=job.valid_until,
            actor=actor,
        )
        job.stamp_serial = stamp.serial


def _end_evidence(job: Job, actor: Actor, day: date) -> None:
    job.evidence = None
    job.valid_until = None
    if (stamp := live_stamp_of_job(job.id)) is not None:
        cancel_stamp(stamp, actor=actor, reason=TAKEN_OFF, on=day)
        job.stamp_serial = job.mark = ""  # what was only typed stays, for a return
    end_evidence(
        _instrument(job),
        reason=EndingReason.FAILED,
        actor=actor,
        on=clock.today(),  # that moment, whatever was measured before
        job_id=job.id,
    )
