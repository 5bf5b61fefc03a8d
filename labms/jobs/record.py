"""The record of a verification (biên bản): its content, and the PDF of it.

A record is official Vietnamese paper, so its words are Vietnamese whatever the screen.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from labms import clock
from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.queries import procedure_release_by_id, release_for
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import Sheet, evaluate, plan_sheet
from labms.i18n import speaking
from labms.jobs.conformity import STATEMENTS, AgreedRule
from labms.jobs.laying import laid_out
from labms.jobs.models import Job
from labms.jobs.record_results import (
    IN_THE_LABORATORY,
    REPORTED,
    STATED,
    VALUES_ONLY,
    results_stage,
)
from labms.jobs.record_tables import VERDICTS, table_of
from labms.jobs.rules import JobKind, NoReleasedProcedure
from labms.jobs.sheets import (
    PROCEDURES,
    characteristics_shown,
    conditions_shown,
    entries_of,
    reason_of,
    sheet_of,
)
from labms.jobs.shown import subject_of
from labms.jobs.surroundings import around_job
from labms.jobs.wording import (
    answer_text,
    number_text,
    with_unit,
)
from labms.metrology.verdicts import Verdict
from labms.organisations.queries import (
    body_by_id,
    designations_on,
    registration_on,
    speaks_vietnamese_alone,
)
from labms.paper.content import VIETNAMESE
from labms.paper.fonts import prepare_fonts
from labms.paper.record import record_pdf
from labms.people.queries import card_of

#: As the law words them (TT 23/2013/TT-BKHCN, Art. 19-22).
REASONS: Mapping[VerificationReason, tuple[str, str]] = {
    VerificationReason.INITIAL: ("ban đầu", "initial"),
    VerificationReason.PERIODIC: ("định kỳ", "periodic"),
    VerificationReason.AFTER_REPAIR: ("sau sửa chữa", "after repair"),
    VerificationReason.COUNTER: ("đối chứng", "counter"),
}
CONCLUSIONS: Mapping[Verdict | None, tuple[str, str]] = {
    Verdict.PASS: (
        "Đạt yêu cầu kỹ thuật đo lường",
        "Complies with the metrological requirements",
    ),
    Verdict.FAIL: (
        "Không đạt yêu cầu kỹ thuật đo lường",
        "Does not comply with the metrological requirements",
    ),
    None: ("Chưa có kết luận", "No conclusion yet"),
}


def record_of(
    job: Job, *, test_print: bool, fonts: Path, document_number: str = ""
) -> BytesIO:
    """Return the record of a job that has begun, as PDF; as far as it has come.

    `document_number` is that of the certificate or notice which closed the job.
    """
    prepare_fonts(fonts / "fonts")
    with speaking("vi"):
        content = record_content(job, test_print=test_print)
    if document_number:
        content["certificate_number"] = document_number
    preview = job.submitted_at is None
    return BytesIO(record_pdf(content, preview=preview))


def blank_record(job: Job, *, test_print: bool, fonts: Path) -> BytesIO:
    """Return the record as a form to fill in by hand, with its points and limits.

    Before the job has begun it follows what the body has released now. Refuses with
    NoReleasedProcedure.
    """
    prepare_fonts(fonts / "fonts")
    with speaking("vi"):
        content = record_content(job, test_print=test_print, is_blank=True)
    return BytesIO(record_pdf(content, blank=True))


def _laid(job: Job, *, is_blank: bool) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Return stages and procedure: frozen, or worked out anew."""
    if job.evaluation and not is_blank:
        return job.evaluation, job.evaluation
    subject = subject_of(job)
    if job.release_id is not None and job.subject_snapshot:
        sheet = sheet_of(job, procedure_release_by_id(job.release_id))
    else:
        found = release_for(
            job.body_id, subject["type_slug"], kind=PROCEDURES[job.kind]
        )
        if found is None:
            raise NoReleasedProcedure
        release, procedure = found
        sheet = plan_sheet(
            procedure,
            characteristics=subject["characteristics"],
            reason=reason_of(job, procedure),
            options=release.options,
        )
    entries = {} if is_blank else entries_of(job)
    evaluation = evaluate(
        sheet, entries, around=None if is_blank else around_job(job, sheet)
    )
    procedure = sheet.procedure
    around: dict[str, Any] = {
        "procedure": {
            "slug": procedure.slug,
            "revision": procedure.revision,
            "document": procedure.document,
            "title_vi": procedure.title_vi,
            "is_from_memory": is_mostly_from_memory(procedure),
        },
        "characteristics": characteristics_shown(subject, procedure),
        "environment": conditions_shown(procedure, {} if is_blank else job.environment),
        "standard_lines": _lines_for_standards(sheet),
    }
    laid = laid_out(sheet, evaluation, rule=job.agreed_rule, with_problems=False)
    return laid, around


def _lines_for_standards(sheet: Sheet) -> int:
    """Return how many standards may have to be written down: one for each point."""
    points = {
        need.slug: {row.nominal for row in sheet.rows if row.check in need.checks}
        for need in sheet.procedure.standards
    }
    return max(3, min(8, sum(max(1, min(3, len(each))) for each in points.values())))


def record_content(
    job: Job, *, test_print: bool, is_blank: bool = False
) -> dict[str, Any]:
    """Return what the record says; see RecordContent in `labms.paper.content`."""
    laid, around = _laid(job, is_blank=is_blank)
    subject = subject_of(job)
    procedure = around["procedure"]
    if job.reason is None:
        reason_vi, reason_en = STATEMENTS.get(
            job.agreed_rule or AgreedRule.NONE, VALUES_ONLY
        )
        conclusion_vi, conclusion_en = REPORTED if job.kind is JobKind.TEST else STATED
    else:
        reason_vi, reason_en = REASONS[job.reason]
        conclusion_vi, conclusion_en = CONCLUSIONS[job.verdict]
    has_evidence = not is_blank and job.verdict is not Verdict.FAIL
    place = job.place or subject["place_of_use"] or ""
    return {
        "schema": "record-1",
        **({"language": VIETNAMESE} if speaks_vietnamese_alone(job.body_id) else {}),
        "number": job.number,
        "body": _body(job),
        "instrument": _instrument(subject, around["characteristics"]),
        "owner": {
            "name": subject["owner_name"],
            "address": ", ".join(
                filter(None, (subject["owner_address"], subject["commune_name"]))
            ),
        },
        "place_of_use": ", ".join(
            filter(None, (subject["place_of_use"], subject["commune_name"]))
        ),
        "place": place if job.place else IN_THE_LABORATORY[job.kind],
        "is_calibration": job.kind is JobKind.CALIBRATION,
        "is_test": job.kind is JobKind.TEST,
        "reason_vi": reason_vi,
        "reason_en": reason_en,
        "method": {"number": procedure["document"], "title": procedure["title_vi"]},
        "procedure_revision": _revision(procedure),
        "standards": [] if is_blank else _standards(job),
        "standard_lines": around["standard_lines"] if is_blank else 0,
        "environment": [_condition(each) for each in around["environment"]],
        "stages": [
            *(stage_content(stage, is_blank=is_blank) for stage in laid["stages"]),
            *results_stage(laid.get("results") or [] if not is_blank else []),
        ],
        "conclusion_vi": conclusion_vi,
        "conclusion_en": conclusion_en,
        "note": "" if is_blank else job.note,
        "stamp_number": job.stamp_serial if has_evidence else "",
        "mark": job.mark if has_evidence else "",
        "received_on": clock.day_of(job.registered_at).isoformat(),
        "performed_on": _iso(job.performed_on) if not is_blank else "",
        "reviewed_on": _iso(
            clock.day_of(job.reviewed_at) if job.reviewed_at and not is_blank else None
        ),
        "performer": _performer(job),
        "reviewer": {
            "name": job.reviewed_by.full_name
            if job.reviewed_by and not is_blank
            else ""
        },
        "test_print": test_print,
    }


def _revision(procedure: Mapping[str, Any]) -> str:
    """Return which revision it is; one mostly from memory says so on paper too."""
    named = f"bản {procedure['revision']}"
    if procedure.get("is_from_memory"):
        named += ", phần lớn ghi theo trí nhớ, chưa đối chiếu với văn bản"
    return named


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _body(job: Job) -> dict[str, str]:
    body = body_by_id(job.body_id)
    assert job.instrument is not None  # noqa: S101 (jobs are about instruments)
    day = job.performed_on or clock.today()
    registration = registration_on(body.id, day)
    designation = next(
        (
            each.decision_number
            for each in designations_on(body.id, day)
            if any(s.type_slug == job.instrument.type_slug for s in each.scopes)
        ),
        "",
    )
    return {
        "name": body.name,
        "address": body.organisation.address,
        "phone": body.organisation.phone,
        "registration_number": registration.number if registration else "",
        "designation_number": designation,
    }


def _instrument(
    subject: Mapping[str, Any], characteristics: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "name_vi": subject["type_vi"],
        "name_en": subject["type_en"],
        "model": subject["model"],
        "serial": subject["serial"],
        "maker": subject["maker"],
        "made_in": subject["made_in"],
        "made_year": str(subject["made_year"] or ""),
        "type_approval": subject["type_approval"],
        "characteristics": [
            {
                "name_vi": each["name_vi"],
                "name_en": each["name_en"],
                "value": with_unit(number_text(each["value"]), each["unit"]),
            }
            for each in characteristics
        ],
    }


def _standards(job: Job) -> list[dict[str, str]]:
    return [
        {
            "name": used.standard.name,
            "inventory_number": used.standard.inventory_number,
            "serial": used.standard.serial,
            "certificate_number": used.calibration.number,
            "issuer": used.calibration.issuer_name,
            "due_on": used.calibration.due_on.isoformat(),
        }
        for used in sorted(job.used, key=lambda each: each.standard.inventory_number)
    ]


def _condition(each: Mapping[str, Any]) -> dict[str, str]:
    low, high, unit = each["minimum"], each["maximum"], each["unit"]
    required = ""
    if low is not None and high is not None:
        required = f"({number_text(low)} ÷ {number_text(high)}) {unit}"
    elif low is not None or high is not None:
        sign = "≥" if low is not None else "≤"
        required = f"{sign} {number_text(low if low is not None else high)} {unit}"
    return {
        "name_vi": each["name_vi"],
        "name_en": each["name_en"],
        "begin": with_unit(_typed(each["begin"]), unit),
        "end": with_unit(_typed(each["end"]), unit),
        "required": required,
    }


def _typed(text: str) -> str:
    return text.replace(".", ",").replace("-", "\u2212")


def stage_content(stage: Mapping[str, Any], *, is_blank: bool) -> dict[str, Any]:
    """Return a stage, laid out, as StageContent in `labms.paper`."""
    is_reached = stage["is_reached"]
    return {
        "title_vi": stage["name_vi"],
        "title_en": stage["name_en"],
        "checks": [
            {
                "name_vi": check["name_vi"],
                "name_en": check["name_en"],
                "verdict": _answer(check["rows"][0]) if is_reached else "",
            }
            for check in stage["checks"]
            if check["kind"] == "yes_no"
        ],
        "tables": [
            table_of(check, is_blank=is_blank)
            for check in stage["checks"]
            if check["kind"] != "yes_no"
        ],
        "verdict": VERDICTS[stage["verdict"]] if is_reached else "",
    }


def _answer(row: Mapping[str, Any]) -> str:
    if row["verdict"] is not None:
        return VERDICTS[row["verdict"]]
    return "không áp dụng" if row["is_complete"] and answer_text(row) else ""


def _performer(job: Job) -> dict[str, str]:
    person = job.performed_by or job.assigned_to
    if person is None:
        return {"name": "", "card_number": ""}
    assert job.instrument is not None  # noqa: S101 (jobs are about instruments)
    day = job.performed_on or clock.today()
    card = card_of(person.id, job.instrument.type_slug, day, body_id=job.body_id)
    return {"name": person.full_name, "card_number": card.number if card else ""}
