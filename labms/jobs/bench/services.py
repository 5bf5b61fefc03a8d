"""Doing for many jobs what is done for one, naming each that refuses."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from labms.catalogue.queries import procedure_release_by_id
from labms.errors import LabError
from labms.jobs.bench.rules import LinesRefused
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


def submit_together(jobs: Sequence[Job], *, actor: Actor) -> list[Job]:
    """Submit those of several jobs that are complete, each as `submit_job` does.

    Returns them; what is incomplete stays with the verifier. Raises LinesRefused.
    """
    complete = [job for job in jobs if _is_complete(job)]
    for_each(complete, lambda job: submit_job(job, actor=actor))
    return complete


def _is_complete(job: Job) -> bool:
    if job.release_id is None or job.state is not JobState.IN_PROGRESS:
        return True  # the service says what is wrong
    _, evaluation = evaluated(job, procedure_release_by_id(job.release_id))
    return evaluation.verdict is not None


def approve_together(
    jobs: Sequence[Job], shown: Mapping[int, int | None], *, actor: Actor
) -> None:
    """Agree with several jobs of another person, each as `approve_job` does.

    `shown` are the versions that the reviewer looked at, by id. Raises LinesRefused.
    """
    for_each(jobs, lambda job: approve_job(job, actor=actor, shown=shown.get(job.id)))
