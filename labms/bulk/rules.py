"""Work on many jobs at once: what stands out, what becomes of each, what is refused."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from labms.errors import Conflict, Invalid, NotAllowed
from labms.i18n import N_
from labms.jobs.rules import JobState
from labms.policy import Permission


class BulkKind(StrEnum):
    """What is done to each job."""

    APPROVE = "approve"
    ISSUE = "issue"


#: At which step a job must be, and who may take it on from there.
TAKES: Mapping[BulkKind, tuple[JobState, Permission]] = {
    BulkKind.APPROVE: (JobState.AWAITING_REVIEW, Permission.JOB_REVIEW),
    BulkKind.ISSUE: (JobState.APPROVED, Permission.CERTIFICATE_ISSUE),
}


class ItemState(StrEnum):
    """What became of one job."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


ITEM_STATES: Mapping[ItemState, str] = {
    ItemState.WAITING: N_("Waiting"),
    ItemState.BEGUN: N_("Number reserved"),
    ItemState.DONE: N_("Done"),
    ItemState.REFUSED: N_("Refused"),
    ItemState.LEFT_OUT: N_("Left out"),
}
#: What a run still has to do.
OPEN = (ItemState.WAITING, ItemState.BEGUN)


class RunState(StrEnum):
    """Where a run stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


RUN_STATES: Mapping[RunState, str] = {
    RunState.PROPOSED: N_("Not confirmed yet"),
    RunState.RUNNING: N_("Under way"),
    RunState.STOPPED: N_("Stopped"),
    RunState.FINISHED: N_("Finished"),
}


class StandsOut(StrEnum):
    """Why a person looks at one item by itself before it is taken along."""

    FAILED = "failed"
    CLOSE = "close"
    LATE = "late"
    OTHER_OWNER = "other_owner"


STANDS_OUT: Mapping[StandsOut, str] = {
    StandsOut.FAILED: N_("it failed"),
    StandsOut.CLOSE: N_("close to a limit"),
    StandsOut.LATE: N_("entered late"),
    StandsOut.OTHER_OWNER: N_("the register names another owner by now"),
}

#: So many jobs at once: a day's work of a large laboratory.
MOST = 500
#: A worker that is silent for so long is taken to be gone.
LEASE = timedelta(minutes=2)
#: A worker says that it is there when so much of its lease is over.
RENEW = timedelta(seconds=20)
#: When somebody looks again at what another process was at.
AGAIN = timedelta(seconds=30)


class NothingChosen(Invalid):
    """No job was ticked, or none that could be taken."""

    code = "bulk.nothing_chosen"
    message = N_("Tick at least one job.")


class TooManyChosen(Invalid):
    """More than are done in one go."""

    code = "bulk.too_many"
    message = N_("{number} were chosen; at most {most} are done in one go.")


class NotYours(NotAllowed):
    """Who confirmed a run answers for it: others look only."""

    code = "bulk.not_yours"
    message = N_("Only {name}, who chose them, can go on with these.")


class ShownOtherwise(Conflict):
    """What is confirmed is not what the page showed."""

    code = "bulk.shown_otherwise"
    message = N_("The list has changed since it was shown. Look at it again.")


class NotUnderWay(Conflict):
    """Only what was confirmed and is not finished can be stopped or gone on with."""

    code = "bulk.not_under_way"
    message = N_("This was not confirmed yet, or is finished.")


def run_state(
    *,
    started_at: datetime | None,
    stopped_at: datetime | None,
    finished_at: datetime | None,
) -> RunState:
    """Return where a run stands."""
    if finished_at is not None:
        return RunState.FINISHED
    if started_at is None:
        return RunState.PROPOSED
    return RunState.STOPPED if stopped_at is not None else RunState.RUNNING


def shown_hash(kind: BulkKind, items: Iterable[tuple[int, str]]) -> str:
    """Return the hash of what a page shows: which jobs, and of each which words."""
    told = "\n".join(f"{job_id} {shown}" for job_id, shown in items)
    return hashlib.sha256(f"{kind}\n{told}".encode()).hexdigest()
