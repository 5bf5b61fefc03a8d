"""Doing for many jobs what is done for one, naming each that refuses."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from labms.catalogue.queries import procedure_release_by_id
from labms.errors import LabError
from labms.jobs.bench.rules import LinesRefused
from labms.jobs.failing import check_confirmed, mark_of
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.jobs.services import (
    Typed,
    approve_job,
    save_readings,
    start_job,
    submit_job,
)
from labms.jobs.sheets import evaluated
from labms.policy import Actor


def for_each(jobs: Iterable[Job], do: Callable[[Job], None]) -> None:
    """Do something to each job, and go on where one refuses.

    Raises LinesRefused with all refusals in the end, so that nothing of it stays: then
    it is done again without those, or not at all.
    """
    refusals: dict[int, LabError] = {}
    for job in jobs:
        try:
            do(job)
        except LabError as error:
            refusals[job.id] = error
    if refusals:
        raise LinesRefused(refusals)


def start_together(jobs: Sequence[Job], *, actor: Actor) -> None:
    """Begin several jobs, each as `start_job` does. Raises LinesRefused."""
    for_each(jobs, lambda job: start_job(job, actor=actor))


def save_together(
    jobs: Sequence[Job],
    typed: Mapping[int, Typed],
    versions: Mapping[int, int | None],
    *,
    actor: Actor,
) -> None:
    """Keep what was typed for several jobs, each as `save_readings` does.

    `typed` and `versions` are by the job's id. Raises LinesRefused.
    """
    for_each(
        jobs,
        lambda job: save_readings(
            job, typed[job.id], actor=actor, version=versions[job.id]
        ),
    )


@dataclass(frozen=True, slots=True)
class Ready:
    """Which of several jobs can be submitted, and which are asked about first."""

    versions: Mapping[int, int]
    """Of those that are complete, by id: the version that was looked at."""
    refusals: Mapping[int, LabError]
    """Of those that fail, as long as nobody has confirmed it."""


def ready_to_submit(jobs: Sequence[Job], *, confirmed: Collection[str]) -> Ready:
    """Sort out several jobs before they are submitted; incomplete ones are in neither.

    `confirmed` are the marks of the failures that the performer has looked at.
    """
    versions: dict[int, int] = {}
    refusals: dict[int, LabError] = {}
    for job in jobs:
        if job.release_id is not None and job.state is JobState.IN_PROGRESS:
            sheet, found = evaluated(job, procedure_release_by_id(job.release_id))
            if found.verdict is None:
                continue
            try:
                is_confirmed = mark_of(found) in confirmed
                check_confirmed(job, sheet, found, confirmed=is_confirmed)
            except LabError as error:
                refusals[job.id] = error
                continue
        versions[job.id] = job.version  # otherwise the service says what is wrong
    return Ready(versions, refusals)


def submit_together(
    jobs: Sequence[Job], versions: Mapping[int, int], *, actor: Actor
) -> None:
    """Submit several jobs that are ready, each as `submit_job` does.

    `versions` are those that were looked at, failures included. Raises LinesRefused.
    """
    for_each(
        jobs,
        lambda job: submit_job(
            job, actor=actor, version=versions[job.id], confirmed=True
        ),
    )


def approve_together(
    jobs: Sequence[Job], shown: Mapping[int, int | None], *, actor: Actor
) -> None:
    """Agree with several jobs of another person, each as `approve_job` does.

    `shown` are the versions that the reviewer looked at, by id. Raises LinesRefused.
    """
    for_each(jobs, lambda job: approve_job(job, actor=actor, shown=shown.get(job.id)))
