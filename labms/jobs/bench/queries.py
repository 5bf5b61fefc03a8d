"""Which jobs of an order one person can measure together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from labms import i18n
from labms.catalogue.queries import procedure_release_by_id, release_for
from labms.catalogue.sheet import Sheet, plan_sheet
from labms.db import db
from labms.errors import LabError
from labms.i18n import Message
from labms.jobs.bench.rules import likeness, show_places
from labms.jobs.models import Job
from labms.jobs.page import largest_share
from labms.jobs.queries import job_by_id, jobs_of_order
from labms.jobs.rules import JobState, NoReleasedProcedure
from labms.jobs.sheets import rows_of, sheet_of
from labms.jobs.shown import CLOSE_TO_LIMIT
from labms.jobs.standing_out import Near, nearest
from labms.metrology.verdicts import Verdict
from labms.policy import Actor, Permission, allowed
from labms.remembering import remembering


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Jobs of one order that fit on one grid, in their order."""

    sheet: Sheet
    jobs: tuple[Job, ...]

    @property
    def first(self) -> Job:
        """The one that the others are like."""
        return self.jobs[0]

    @property
    def waiting(self) -> int:
        """How many of them nobody has begun yet."""
        return sum(job.state is JobState.REGISTERED for job in self.jobs)

    @property
    def begun(self) -> tuple[Job, ...]:
        """Those that this person is measuring."""
        return tuple(job for job in self.jobs if job.state is JobState.IN_PROGRESS)

    @property
    def places(self) -> str:
        """Where in the order those begun stand, written short."""
        return show_places(job.position for job in self.begun)


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A job that no sheet can be made for, and why."""

    job: Job
    problem: Message


def groups_of(
    order_id: int, *, actor: Actor
) -> tuple[Sequence[Group], Sequence[Unplanned]]:
    """Return what of an order this person can measure together, the largest first.

    Jobs that nobody has begun, unless assigned to another, and those that this person
    has. Those that cannot be planned come with the reason.
    """
    found: dict[object, list[tuple[Job, Sheet]]] = {}
    unplanned: list[Unplanned] = []
    with remembering():
        for job in jobs_of_order(order_id):
            if not _is_for(job, actor) or job.instrument is None:
                continue
            if job.release_id is None and job.reason is None:
                continue  # calibrations and tests are begun one by one
            try:
                sheet = planned_sheet(job)
            except LabError as error:
                unplanned.append(Unplanned(job, error.text))
                continue
            alike = likeness(sheet, job.kind, job.instrument.type_slug)
            found.setdefault(alike, []).append((job, sheet))
    groups = [
        Group(sheet=each[0][1], jobs=tuple(job for job, _ in each))
        for each in found.values()
    ]
    groups.sort(key=lambda group: (-len(group.jobs), group.first.position))
    return groups, unplanned


def _is_for(job: Job, actor: Actor) -> bool:
    if job.state is JobState.REGISTERED:
        return job.assigned_to_id in (None, actor.id)
    return job.state is JobState.IN_PROGRESS and job.performed_by_id == actor.id


def planned_sheet(job: Job) -> Sheet:
    """Return the sheet of a job that has begun, or that it would have if begun now.

    Refuses with NoReleasedProcedure, or what the procedure says of the instrument.
    """
    if job.release_id is not None:
        return sheet_of(job, procedure_release_by_id(job.release_id))
    assert job.instrument is not None  # noqa: S101 (`groups_of` left others out)
    assert job.reason is not None  # noqa: S101 (a verification has a reason)
    found = release_for(job.body_id, job.instrument.type_slug)
    if found is None:
        raise NoReleasedProcedure
    release, procedure = found
    return plan_sheet(
        procedure,
        characteristics=job.instrument.characteristics,
        reason=job.reason,
        options=release.options,
    )


def like_this(
    job_id: int, *, places: Iterable[int], actor: Actor
) -> tuple[Job, Sequence[Job]]:
    """Return a job, and all of its order like it that this person is measuring.

    Only those at some `places` within the order, if any are named. Raises NotFound.
    """
    lead = job_by_id(job_id)
    if lead.release_id is None:
        return lead, ()
    wanted = frozenset(places)
    with remembering():
        alike = _likeness_of(lead)
        return lead, [
            job
            for job in jobs_of_order(lead.order_id)
            if job.state is JobState.IN_PROGRESS
            and job.performed_by_id == actor.id
            and (not wanted or job.position in wanted)
            and _likeness_of(job) == alike
        ]


def _likeness_of(job: Job) -> object:
    slug = job.subject_snapshot.get("type_slug")
    return likeness(planned_sheet(job), job.kind, job.release_id, slug)


def of_order(job_ids: Iterable[int], order_id: int) -> list[int]:
    """Return those of some jobs that belong to an order. One query."""
    return list(
        db.session.scalars(
            sa.select(Job.id)
            .where(Job.id.in_(list(job_ids)), Job.order_id == order_id)
            .order_by(Job.position, Job.id)
        )
    )


def sheets_of(jobs: Iterable[Job]) -> Mapping[int, Sheet]:
    """Return the sheets of jobs that have begun, by the job's id."""
    return {
        job.id: sheet_of(job, procedure_release_by_id(job.release_id))
        for job in jobs
        if job.release_id is not None
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A job that waits for its reviewer, as short as a line of a list."""

    job: Job
    share: int
    """The largest share of a limit that was used up, in percent."""
    worst: Near | None
    """What uses it."""
    failed: tuple[str, ...]
    """What was answered by no, in the language in use."""

    @property
    def stands_out(self) -> bool:
        """Whether it is looked at on its own first: failed, close to a limit, late."""
        is_late = bool(self.job.late_reason)
        failed = self.job.verdict is Verdict.FAIL
        return failed or is_late or self.share >= CLOSE_TO_LIMIT


def submitted_of(order_id: int, *, actor: Actor) -> list[Submitted]:
    """Return what of an order this person can review: what stands out comes first."""
    found = []
    for job in jobs_of_order(order_id):
        is_mine = allowed(actor, Permission.JOB_REVIEW, job)
        if job.state is not JobState.AWAITING_REVIEW or not is_mine:
            continue
        rows = list(rows_of(job.evaluation or {"stages": []}))
        near = nearest(job.evaluation or {"stages": []}, most=1)
        language = i18n.language()
        found.append(
            Submitted(
                job=job,
                share=int(largest_share(job.evaluation or {"stages": []})),
                worst=near[0] if near else None,
                failed=tuple(
                    row[f"check_{language}"]
                    for row in rows
                    if row["nominal"] is None and row["verdict"] == Verdict.FAIL
                ),
            )
        )
    found.sort(key=lambda each: (not each.stands_out, each.job.position))
    return found
