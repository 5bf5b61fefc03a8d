"""What surrounded the readings of a job, from which their uncertainties follow."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from labms import clock
from labms.catalogue.files.uncertainty import environment_name
from labms.catalogue.sheet import Around, Sheet
from labms.errors import LabError
from labms.jobs.models import Job
from labms.metrology.decimals import read_decimal
from labms.traceability.queries import usable_standards


def around_job(job: Job, sheet: Sheet) -> Around:
    """Return what is saved of a job."""
    chosen: dict[str, list[int]] = {}
    for used in job.used:
        chosen.setdefault(used.need, []).append(used.standard_id)
    return around_typed(
        sheet,
        body_id=job.body_id,
        on=job.performed_on or clock.today(),
        chosen=chosen,
        environment=job.environment,
    )


def around_typed(
    sheet: Sheet,
    *,
    body_id: int,
    on: date,
    chosen: Mapping[str, Sequence[int]],
    environment: Mapping[str, Any],
) -> Around:
    """Return what was typed: standards by the need that they meet, and conditions."""
    if not sheet.has_budgets:
        return Around()
    offers = {}
    for need, ids in chosen.items():
        usable, _ = usable_standards(body_id, need, on=on)
        offers[need] = tuple(one.offer for one in usable if one.standard.id in ids)
    return Around(
        standards=offers,
        environment={
            environment_name(key): mean
            for key, typed in environment.items()
            if (mean := _mean(typed)) is not None
        },
    )


def _mean(typed: Mapping[str, str]) -> Fraction | None:
    """Return the mean of begin and end; of one of them if the other is missing."""
    found = []
    for end in ("begin", "end"):
        try:
            found.append(Fraction(read_decimal(typed.get(end) or "")))
        except LabError:
            continue
    return sum(found, Fraction(0)) / len(found) if found else None
