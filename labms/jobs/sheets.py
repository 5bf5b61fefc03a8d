"""From a job to its measurement sheet, and what the sheet comes to, laid out.

What is laid out is plain JSON: it is frozen when a job is submitted, and the pages, the
record and the certificate are functions of it. `schema` says which keys it has.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from labms.catalogue.correction.own_revisions import procedure_called
from labms.catalogue.entries import Procedure
from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.queries import ReleasedCycle
from labms.catalogue.rules import ProcedureKind, VerificationReason
from labms.catalogue.sheet import (
    Evaluation,
    Sheet,
    evaluate,
    plan_sheet,
)
from labms.catalogue.shipped import shipped_catalogue
from labms.jobs.laying import laid_out, plain, reached
from labms.jobs.models import Job
from labms.jobs.results import results_of
from labms.jobs.rules import JobKind, condition_problem
from labms.jobs.surroundings import around_job
from labms.registry.models import Instrument
from labms.remembering import once

SCHEMA = "evaluation-1"
#: What a job is done by: a test measures what a verification does.
PROCEDURES = {
    JobKind.VERIFICATION: ProcedureKind.VERIFICATION,
    JobKind.CALIBRATION: ProcedureKind.CALIBRATION,
    JobKind.TEST: ProcedureKind.VERIFICATION,
}


def snapshot_of(instrument: Instrument, *, commune_name: str) -> dict[str, Any]:
    """Return what an instrument is and whose, as it stands in the register now."""
    kind = shipped_catalogue().type(instrument.type_slug)
    approval = instrument.type_approval
    return {
        "type_slug": instrument.type_slug,
        "type_vi": kind.name_vi,
        "type_en": kind.name_en,
        "maker": instrument.maker,
        "model": instrument.model,
        "serial": instrument.serial,
        "made_in": instrument.made_in,
        "made_year": instrument.made_year,
        "characteristics": dict(instrument.characteristics),
        "owner_id": instrument.owner_id,
        "owner_name": instrument.owner.name,
        "owner_kind": str(instrument.owner.kind),
        "owner_address": instrument.owner.address,
        "commune_key": instrument.commune_key,
        "commune_name": commune_name,
        "place_of_use": instrument.place_of_use,
        "type_approval": approval.number if approval else "",
    }


def procedure_of(job: Job) -> Procedure:
    """Return the revision of the procedure that a job was started under."""
    return procedure_called(str(job.procedure_slug), str(job.procedure_revision))


def sheet_of(job: Job, release: ProcedureRelease) -> Sheet:
    """Return the measurement sheet of a job that has begun."""
    procedure = procedure_of(job)
    reason = reason_of(job, procedure)
    characteristics = job.subject_snapshot["characteristics"]
    asked = (
        (procedure.slug, procedure.revision, reason),
        tuple(sorted(release.options.items())),
        tuple(sorted((key, str(each)) for key, each in characteristics.items())),
    )
    return once(
        ("sheet", *asked),
        lambda: plan_sheet(
            procedure,
            characteristics=characteristics,
            reason=reason,
            options=release.options,
        ),
    )


def reason_of(job: Job, procedure: Procedure) -> VerificationReason | None:
    """Return why it is measured; a test takes all that a first verification takes."""
    if job.kind is not JobKind.TEST:
        return job.reason
    initial = VerificationReason.INITIAL
    return initial if initial in procedure.reasons else next(iter(procedure.reasons))


def entries_of(job: Job) -> dict[str, str]:
    """Return what was typed, by the keys of the sheet."""
    return {reading.key: reading.typed for reading in job.readings}


def was_measured(sheet: Sheet, evaluation: Evaluation) -> bool:
    """Return whether it came to readings at all, or failed before."""
    return any(
        row.nominal is not None and evaluation.rows[row.key].is_complete
        for row in sheet.rows
        if row.check in reached(sheet, evaluation)
    )


def evaluated(
    job: Job, release: ProcedureRelease, *, entries: Mapping[str, str] | None = None
) -> tuple[Sheet, Evaluation]:
    """Return the sheet of a job, and what its entries (or others) come to."""
    sheet = sheet_of(job, release)
    typed = entries_of(job) if entries is None else entries
    return sheet, evaluate(sheet, typed, around=around_job(job, sheet))


def frozen_evaluation(
    job: Job,
    release: ProcedureRelease,
    sheet: Sheet,
    evaluation: Evaluation,
    *,
    cycle: ReleasedCycle | None,
) -> dict[str, Any]:
    """Return what is frozen when a job is submitted: all that a reader may ask."""
    procedure = sheet.procedure
    return {
        "schema": SCHEMA,
        **laid_out(sheet, evaluation, rule=job.agreed_rule, with_problems=False),
        "results": []
        if job.agreed_rule is None
        else results_of(sheet, evaluation, rule=job.agreed_rule),
        "procedure": {
            "slug": procedure.slug,
            "revision": procedure.revision,
            "document": procedure.document,
            "title_vi": procedure.title_vi,
            "title_en": procedure.title_en,
            "is_from_memory": is_mostly_from_memory(procedure),
            "content_hash": shipped_catalogue().content_hash(procedure),
            "released_on": release.released_on.isoformat(),
        },
        "tables": limits_used(procedure, sheet.options),
        "options": dict(sheet.options),
        "characteristics": characteristics_shown(job.subject_snapshot, procedure),
        "environment": conditions_shown(procedure, job.environment),
        "cycle": _cycle(cycle),
    }


def limits_used(
    procedure: Procedure, options: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the tables of limits with the edition used and how it is known."""
    found = []
    for slug, table in procedure.tables.items():
        option = table.option(options.get(slug) or table.options[0].slug)
        if option is None:
            continue
        found.append(
            {
                "slug": slug,
                "title_vi": table.title_vi,
                "title_en": table.title_en,
                "option": option.slug,
                "document": option.document,
                "edition": option.edition,
                "clause": option.clause,
                "source": option.source.text,
                "confidence": str(option.source.confidence),
                "is_checked": option.source.is_checked,
            }
        )
    return found


def characteristics_shown(
    snapshot: Mapping[str, Any], procedure: Procedure | None = None
) -> list[dict[str, str]]:
    """Return an instrument's characteristics with names and units, in the type's order.

    What the procedure asks for besides those of the type comes after them.
    """
    asked = {
        each.key: each
        for each in shipped_catalogue().type(snapshot["type_slug"]).characteristics
    }
    for each in procedure.characteristics if procedure else ():
        asked.setdefault(each.key, each)
    given = snapshot["characteristics"]
    return [
        {
            "key": key,
            "name_vi": each.name_vi,
            "name_en": each.name_en,
            "value": str(given[key]),
            "value_en": each.worded(str(given[key]), language="en"),
            "unit": "" if each.unit == "1" else each.unit_of(given),
        }
        for key, each in asked.items()
        if str(given.get(key) or "").strip()
    ]


def conditions_shown(
    procedure: Procedure, environment: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the conditions with what was typed and what the procedure asks for."""
    found = []
    for item in procedure.environment:
        typed = environment.get(item.key, {})
        problem = condition_problem(
            item, begin=typed.get("begin", ""), end=typed.get("end", "")
        )
        found.append(
            {
                "key": item.key,
                "name_vi": item.name_vi,
                "name_en": item.name_en,
                "unit": item.unit,
                "begin": typed.get("begin", ""),
                "end": typed.get("end", ""),
                "minimum": plain(item.minimum),
                "maximum": plain(item.maximum),
                "is_required": item.is_required,
                "is_fine": problem is None,
            }
        )
    return found


def _cycle(cycle: ReleasedCycle | None) -> dict[str, Any] | None:
    if cycle is None:
        return None
    entry = cycle.entry
    return {
        "list": entry.list_slug,
        "title": entry.list_title,
        "months": entry.cycle_months,
        "source": entry.source.text,
        "confidence": str(entry.source.confidence),
        "is_checked": entry.source.is_checked,
    }


def rows_of(laid: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield all rows of what was laid out, each with the names of its check."""
    for stage in laid["stages"]:
        for check in stage["checks"]:
            for row in check["rows"]:
                yield {
                    **row,
                    "check_vi": check["name_vi"],
                    "check_en": check["name_en"],
                    "error_unit": check["error_unit"],
                    "kind": check["kind"],
                }
