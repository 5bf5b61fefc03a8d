"""What the readings of a job are called, which the trail knows by their keys."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from labms.catalogue.correction.own_revisions import procedure_called
from labms.db import db
from labms.errors import LabError
from labms.jobs.models import Job
from labms.jobs.wording import point_text, way_text
from labms.web.show import local


def reading_names(job_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return what the readings of jobs are called, by job and key. One query."""
    rows = db.session.execute(
        sa.select(
            Job.id, Job.evaluation, Job.procedure_slug, Job.procedure_revision
        ).where(Job.id.in_(set(job_ids)))
    )
    return {
        row.id: _submitted(row.evaluation)
        if row.evaluation
        else _planned(row.procedure_slug, row.procedure_revision)
        for row in rows
    }


def _submitted(evaluation: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for stage in evaluation.get("stages", ()):
        for check in stage["checks"]:
            for row in check["rows"]:
                where = " ".join(filter(None, (point_text(row), way_text(row))))
                for column in row["columns"]:
                    parts = [local(check), where]
                    if len(row["columns"]) > 1:
                        parts.append(local(column, "label"))
                    found[column["key"]] = ": ".join(part for part in parts if part)
    return found


class _ByCheck(dict[str, str]):
    """Names by the check alone, while nobody has submitted the job."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the name of the check to which a key belongs, and what is left."""
        row, _, _ = key.rpartition(".")
        for slug in sorted(self, key=len, reverse=True):
            if row == slug:
                return self[slug]
            if row.startswith(f"{slug}-"):
                return f"{self[slug]}: {row.removeprefix(f'{slug}-')}"
        return default


def _planned(slug: str | None, revision: str | None) -> dict[str, str]:
    try:
        procedure = procedure_called(str(slug), str(revision))
    except LabError:
        return {}
    return _ByCheck(
        {
            f"{stage.slug}-{check.slug}": local(check)
            for stage in procedure.stages
            for check in stage.checks
        }
    )
