"""What a document will say: every printed word, made of rows once and then frozen.

The words are the form's, in Vietnamese and English at once, whatever the language of
the screen. What is not known before the number is taken (number, day, address) is
empty in a draft and filled in by `finished`.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from labms.audit.rules import canonical
from labms.catalogue.rules import VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.calibrated import calibrated
from labms.certificates.dossier import Dossier, dossier_of
from labms.certificates.findings import findings_of
from labms.certificates.provenance import machine_facts, provenance_of
from labms.certificates.rules import DocumentKind, document_for
from labms.certificates.signatures.sealing import signature_words
from labms.certificates.tested import reported
from labms.certificates.verified import readings_for_machines
from labms.dcc.choosing import encloses_twins
from labms.errors import LabError
from labms.jobs.models import Job
from labms.jobs.sheets import (
    characteristics_shown,
    conditions_shown,
    procedure_of,
    snapshot_of,
)
from labms.metrology.decimals import read_decimal, show_decimal
from labms.organisations.models import Body
from labms.organisations.rules import DocumentLanguage, OrganisationKind
from labms.paper.content import VIETNAMESE
from labms.places.data import places
from labms.places.models import Commune
from labms.remembering import remembering

#: Source of the kinds: TT 23/2013/TT-BKHCN, Art. 19 to 22.
REASONS: Mapping[VerificationReason, tuple[str, str]] = {
    VerificationReason.INITIAL: ("ban đầu", "initial"),
    VerificationReason.PERIODIC: ("định kỳ", "periodic"),
    VerificationReason.AFTER_REPAIR: ("sau sửa chữa", "after repair"),
    VerificationReason.COUNTER: ("đối chứng", "counter-verification"),
}
#: Source: TT 24/2013/TT-BKHCN, Art. 41.
PASSED = (
    "Đạt yêu cầu kỹ thuật đo lường",
    "Complies with the metrological requirements",
)
IN_THE_LABORATORY = ("Phòng đo lường của {body}", "The laboratory of {body}")

Content = dict[str, Any]


def content_of(job: Job, *, test_print: bool) -> Content:
    """Return the draft of the document about a job, for people to read first.

    Raises NotCertifiable for a job that gives none. About eleven reads, whatever its
    size.
    """
    kind = document_for(job.kind, job.verdict)
    dossier = dossier_of(job)
    draft = _common(dossier, test_print=test_print)
    if kind is DocumentKind.NOTICE:
        return draft | _failure(dossier) | {"schema": "notice-1"}
    if kind is DocumentKind.CALIBRATION:
        return draft | _calibration(dossier) | {"schema": "calibration-1"}
    if kind is DocumentKind.TEST:
        return draft | _test(dossier) | {"schema": "test-report-1"}
    return draft | _pass(dossier) | {"schema": "certificate-1"}


def _calibration(dossier: Dossier) -> Content:
    """Return the rest of a calibration certificate: no card, no designation in it."""
    return calibrated(dossier) | {
        "standards": standards_used(dossier),
        "environment": environment_of(dossier.job),
        "performer": {"name": dossier.performer.full_name, "card_number": ""},
        "body": _body(dossier) | {"designation_number": ""},
    }


def _test(dossier: Dossier) -> Content:
    """Return the rest of a test report: no card, no designation in it either."""
    return reported(dossier) | {
        "standards": standards_used(dossier),
        "environment": environment_of(dossier.job),
        "performer": {"name": dossier.performer.full_name, "card_number": ""},
        "body": _body(dossier) | {"designation_number": ""},
    }


def finished(draft: Content, *, number: str, issued_on: date, url: str) -> Content:
    """Return a draft with what only the reservation knows."""
    return draft | {
        "number": number,
        "issued_on": issued_on.isoformat(),
        "lookup": {"url": url, "host": url.split("://", 1)[-1].split("/", 1)[0]},
    }


def hash_of(content: Mapping[str, Any]) -> str:
    """Return SHA-256 over the canonical form of some content, in hex."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def owner_measured(job: Job) -> int:
    """Return who owned the instrument when it was measured: the document is theirs."""
    return int(subject_of(dossier_of(job))["owner_id"])


def shown_hash(job: Job, draft: Content) -> str:
    """Return the hash of what a signatory is shown: the draft, and both owners.

    The register may name another owner by now. Then the draft is looked at once more:
    it stays with the owner at the measurements, unless the approval is taken back.
    """
    now = dossier_of(job).instrument.owner_id
    return hash_of({**draft, "owners": [owner_measured(job), now]})


def content_hash(job: Job, *, test_print: bool = False) -> str:
    """Return the hash of what a signatory is shown about a job."""
    with remembering():
        return shown_hash(job, content_of(job, test_print=test_print))


def _common(dossier: Dossier, *, test_print: bool) -> Content:
    job = dossier.job
    subject = subject_of(dossier)
    procedure = procedure_of(job)
    reason = {}
    if job.reason is not None:
        reason_vi, reason_en = REASONS[job.reason]
        reason = {"reason_vi": reason_vi, "reason_en": reason_en}
    return {
        "number": "",
        "issued_on": "",
        "lookup": {"url": "", "host": ""},
        "test_print": test_print,
        **_language(dossier),
        "body": _body(dossier),
        "instrument": _instrument(subject),
        "owner": _owner(dossier, subject),
        "place": job.place or IN_THE_LABORATORY[0].format(body=dossier.body.name),
        "place_en": job.place or IN_THE_LABORATORY[1].format(body=dossier.body.name),
        **reason,
        "method": {
            "number": procedure.document,
            "title": procedure.title_vi,
            "title_en": procedure.title_en,
        },
        "record_number": f"{dossier.order.number}/{job.position}",
        "performed_on": job.day_performed.isoformat(),
        "issued_at_place": _province_of(dossier.body_commune),
        "performer": {
            "name": dossier.performer.full_name,
            "card_number": dossier.card.number if dossier.card else "",
        },
        "head": {"name": dossier.body.head_name, "title": dossier.body.head_title},
        "machine": machine_facts(dossier),
        **signature_words(dossier.body.id, dossier.body.name),
    }


def _language(dossier: Dossier) -> Content:
    """Return what says that a body's documents speak Vietnamese alone, if so."""
    head = dossier.letterhead
    if head is None or head.language is DocumentLanguage.BILINGUAL:
        return {}
    return {"language": VIETNAMESE}


def subject_of(dossier: Dossier) -> Mapping[str, Any]:
    """Return the instrument as it was measured; as it is now if nobody noted it."""
    return dossier.job.subject_snapshot or snapshot_of(
        dossier.instrument, commune_name=dossier.commune.name
    )


def words_today(job: Job) -> Content:
    """Return how register and body would name the parties to a document today.

    Of a document's words only those that no measurement hangs on, and the
    characteristics, with the owner's key as `owner_id`.
    """
    dossier = dossier_of(job)
    subject = snapshot_of(dossier.instrument, commune_name=dossier.commune.name)
    return {
        "instrument": _instrument(subject),
        "owner": _owner(dossier, subject),
        "owner_id": dossier.instrument.owner_id,
        "body": _body(dossier),
        "performer": {
            "name": dossier.performer.full_name,
            "card_number": dossier.card.number if dossier.card else "",
        },
        "head": {"name": dossier.body.head_name, "title": dossier.body.head_title},
    }


def _instrument(subject: Mapping[str, Any]) -> Content:
    kind = shipped_catalogue().type(subject["type_slug"])
    return {
        "name_vi": kind.name_vi,
        "name_en": kind.name_en,
        "model": subject["model"],
        "serial": subject["serial"],
        "maker": subject["maker"],
        "made_in": subject["made_in"],
        "made_year": str(subject["made_year"] or ""),
        "type_approval": subject["type_approval"],
        "characteristics": [
            {
                "name_vi": one["name_vi"],
                "name_en": one["name_en"],
                "value": f"{decimal_text(one['value'])} {one['unit']}".strip(),
            }
            for one in characteristics_shown(subject)
        ],
    }


def _body(dossier: Dossier) -> Content:
    body: Body = dossier.body
    return {
        "name": body.name,
        "address": body.organisation.address,
        "phone": body.organisation.phone,
        "registration_number": (
            dossier.registration.number if dossier.registration else ""
        ),
        "designation_number": (
            dossier.designation.decision_number if dossier.designation else ""
        ),
        **_logo(dossier),
    }


def _logo(dossier: Dossier) -> Content:
    head = dossier.letterhead
    return {"logo": head.logo_hash} if head and head.logo_hash else {}


def _owner(dossier: Dossier, subject: Mapping[str, Any]) -> Content:
    province = _province_of(dossier.commune)
    parts = (
        subject["owner_address"],
        subject["commune_name"],
        f"tỉnh {province}" if province else "",
    )
    return {
        "name": subject["owner_name"],
        "address": ", ".join(filter(None, parts)),
        # Not printed: the public page shows the commune, and keeps a person's name.
        "commune": subject["commune_name"],
        "is_person": subject["owner_kind"] == OrganisationKind.PERSON,
    }


def _province_of(commune: Commune | None) -> str:
    code = commune.province_code if commune else ""
    named = (one.name for one in places().provinces if one.code == code)
    return next(named, "")


def decimal_text(written: str) -> str:
    """Return a decimal as it is printed, with a comma; other text as it is."""
    try:
        return show_decimal(read_decimal(written), language="vi")
    except LabError:
        return written


def _pass(dossier: Dossier) -> Content:
    job = dossier.job
    return _for_machines(dossier) | {
        "standards": standards_used(dossier),
        "environment": environment_of(job),
        "conclusion_vi": PASSED[0],
        "conclusion_en": PASSED[1],
        "stamp_number": dossier.stamp.serial if dossier.stamp else "",
        "mark": job.mark,
        "valid_until": job.valid_until.isoformat() if job.valid_until else "",
    }


def _for_machines(dossier: Dossier) -> Content:
    """Return the readings, if the body's verifications carry a DCC in their file."""
    if not encloses_twins(dossier.job.body_id):
        return {}
    return {
        "machine": machine_facts(dossier) | {"is_enclosed": True},
        "readings": readings_for_machines(dossier.job.evaluation or {}),
    }


def standards_used(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the standards with the certificates that they stood on, and the chain."""
    provenance = provenance_of(dossier)
    return [
        {
            "name": one.standard.name,
            "inventory_number": one.standard.inventory_number,
            "serial": one.standard.serial,
            "certificate_number": one.calibration.number,
            "issuer": one.calibration.issuer_name,
            "due_on": one.calibration.due_on.isoformat(),
            **provenance[one.standard_id],
        }
        for one in dossier.used
    ]


def environment_of(job: Job) -> list[dict[str, str]]:
    """Return the conditions as they are printed, from the lowest to the highest."""
    shown = []
    for item in conditions_shown(procedure_of(job), job.environment):
        rising = _rising([item["begin"], item["end"]])
        values = [decimal_text(value) for value in rising if value]
        texts = list(dict.fromkeys(values))
        if not texts:
            continue
        text = texts[0] if len(texts) == 1 else f"({' ÷ '.join(texts)})"
        shown.append(
            {
                "name_vi": item["name_vi"].lower(),
                "name_en": item["name_en"].lower(),
                "value": f"{text} {item['unit']}".strip(),
                **_extremes(item),
            }
        )
    return shown


def _rising(typed: list[str]) -> list[str]:
    """Return numbers as they were typed, the lowest first if they can be read."""
    try:
        return sorted(filter(None, typed), key=read_decimal)
    except LabError:
        return typed


def _extremes(item: Mapping[str, Any]) -> dict[str, str]:
    """Return a condition for machines: from the lowest to the highest, as decimals."""
    typed = [text for text in (item["begin"], item["end"]) if text]
    try:
        found = sorted(map(read_decimal, typed))
    except LabError:
        return {}
    return {
        "key": item["key"],
        "low": format(found[0], "f"),
        "high": format(found[-1], "f"),
        "unit": item["unit"],
    }


def _failure(dossier: Dossier) -> Content:
    job = dossier.job
    stages = {stage.slug: stage for stage in procedure_of(job).stages}
    failed = stages.get(job.failed_stage or "")
    return {
        "failed_stage": failed.name_vi if failed else job.failed_stage or "",
        "failed_stage_en": failed.name_en if failed else "",
        "explanation": job.note,
        "exceeded": findings_of(job.evaluation) if job.evaluation else [],
        "ended": dossier.ended,
    }
