"""What a page shows of each job before it is approved or issued; what stands out."""

from typing import Any

from labms.bulk.rules import BulkKind, StandsOut
from labms.certificates.content import content_of, shown_hash
from labms.jobs.models import Job
from labms.jobs.page import largest_share
from labms.jobs.shown import CLOSE_TO_LIMIT
from labms.metrology.verdicts import Verdict


def shown_of(kind: BulkKind, job: Job, *, test_print: bool) -> str:
    """Return what identifies that which is shown: its version, or the words' hash."""
    if kind is BulkKind.APPROVE:
        return str(job.version)
    return shown_hash(job, content_of(job, test_print=test_print))


def line_of(job: Job) -> dict[str, Any]:
    """Return the words of a job's line: kept, so that the page stays as it was."""
    subject = job.subject_snapshot or {}
    return {
        "number": job.number,
        "kind": str(job.kind),
        "type_vi": subject.get("type_vi", ""),
        "type_en": subject.get("type_en", ""),
        "serial": subject.get("serial", ""),
        "owner": subject.get("owner_name", ""),
        "verdict": str(job.verdict) if job.verdict else "",
        "evidence": str(job.evidence) if job.evidence else "",
        "share": _share(job),
        "stamp": job.stamp_serial,
        "performed_on": job.performed_on.isoformat() if job.performed_on else "",
        "performed_by": job.performed_by.full_name if job.performed_by else "",
        "valid_until": job.valid_until.isoformat() if job.valid_until else "",
    }


def _share(job: Job) -> int:
    """Return the largest share of a limit that was used up, in percent."""
    return int(largest_share(job.evaluation or {"stages": []}))


def what_stands_out(job: Job) -> list[StandsOut]:
    """Return why somebody looks at this one by itself before it is taken along.

    Whether it is approved or issued makes no difference: what made the reviewer look
    twice is told to who signs, too.
    """
    found = []
    if job.verdict is Verdict.FAIL:
        found.append(StandsOut.FAILED)
    elif _share(job) >= CLOSE_TO_LIMIT:
        found.append(StandsOut.CLOSE)
    if job.late_reason:
        found.append(StandsOut.LATE)
    if _has_another_owner(job):
        found.append(StandsOut.OTHER_OWNER)
    return found


def _has_another_owner(job: Job) -> bool:
    """Whether the register names another owner than when it was measured."""
    measured = (job.subject_snapshot or {}).get("owner_id")
    return job.instrument is not None and measured not in (
        None,
        job.instrument.owner_id,
    )
