"""Each procedure from the counter to its document, by the pages that people use.

Once with an instrument that is flawless, once with a single reading far out.
"""

import html
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from labms.catalogue.queries import procedure_release_by_id
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.queries import live_document_of
from labms.certificates.rules import DocumentKind
from labms.jobs.queries import job_by_id
from labms.jobs.rules import JobState
from labms.jobs.sheets import sheet_of
from labms.policy import Role
from tests.jobs.filling import flawless, spoilt, workshop

pytestmark = pytest.mark.long

PROCEDURES = sorted(each.slug for each in shipped_catalogue().procedures)
#: Limits that nobody has read: the sheet is filled in, and nothing can pass.
CANNOT_PASS = ("phuong-tien-do-dien-tim",)
#: The surroundings that suit every procedure, else the middle of what is allowed.
AROUND = {
    "temperature": "22.0",
    "humidity": "55",
    "pressure": "1010",
    "mains-voltage": "220",
    "mains-frequency": "50",
}


class Walk:
    """One job, by the browser of whoever has the next step."""

    def __init__(self, app, make, slug):
        self.app = app
        self.procedure = shipped_catalogue().procedure(slug)
        self.shop = workshop(make, self.procedure)
        self.plate = dict(self.procedure.example)
        self.clients = {
            role: make.sign_in(app.test_client(), person)
            for role, person in self.shop.people.items()
        }
        self.job_id = self._ordered(make)

    def page(self, role, address):
        answer = self.clients[role].get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    def post(self, role, address, data, *, status=302):
        answer = self.clients[role].post(address, data=data)
        assert answer.status_code == status, told(answer.text)
        return answer

    def _ordered(self, make):
        instrument = make.instrument(
            type_slug=self.shop.type_slug, characteristics=self.plate
        )
        kind = "calibration" if self.procedure.is_calibration else "verification"
        reasons = [str(each) for each in self.procedure.reasons]
        answer = self.post(
            Role.RECEPTIONIST,
            f"/jobs/orders/new?customer={instrument.owner_id}",
            {
                "instruments": [instrument.id],
                "kind": kind,
                "reason": "periodic" if "periodic" in reasons else "initial",
                "agreed_rule": "none",
            },
        )
        order_id = int(re.search(r"/(\d+)", answer.location)[1])
        return make.first_job_of(order_id)

    def started(self):
        self.post(Role.VERIFIER, f"/jobs/{self.job_id}/start", {})
        job = job_by_id(self.job_id)
        return sheet_of(job, procedure_release_by_id(job.release_id))

    def measured(self, readings, *, status=302):
        address = f"/jobs/{self.job_id}/measure"
        page = self.page(Role.VERIFIER, address)
        data = {
            "version": re.search(r'name="version" value="(\d+)"', page)[1],
            "performed_on": re.search(
                r'name="performed_on"[^>]* value="([^"]+)"', page
            )[1],
            "action": "submit",
            **{f"reading.{key}": text for key, text in readings.items()},
            **{f"standard.{key}": [one.id] for key, one in self.shop.standards.items()},
        }
        for item in self.procedure.environment:
            value = AROUND.get(item.key)
            low, high = item.minimum, item.maximum
            if low is not None and high is not None:
                value = f"{(low + high) / 2:f}"
            data[f"environment.{item.key}.begin"] = value or "20"
        if "evidence" in page:
            data["evidence"] = "certificate"
        answer = self.clients[Role.VERIFIER].post(address, data=data)
        if 'name="fails"' in answer.text:
            mark = value_of(answer.text, "fails")
            data["version"] = value_of(answer.text, "version")
            answer = self.clients[Role.VERIFIER].post(
                address, data=data | {"fails": mark}
            )
        assert answer.status_code == status, told(answer.text)
        return answer

    def documented(self):
        job = f"/jobs/{self.job_id}"
        shown = re.search(
            r'name="(version|shown)" value="([^"]+)"',
            self.page(Role.REVIEWER, f"{job}/review"),
        )
        self.post(
            Role.REVIEWER, f"{job}/approve", dict([shown.groups()] if shown else ())
        )
        issue = f"/certificates/issue/{self.job_id}"
        page = self.page(Role.SIGNATORY, issue)
        self.post(Role.SIGNATORY, issue, {"shown": value_of(page, "shown")})
        return live_document_of(self.job_id)

    def pdf(self, address):
        answer = self.clients[Role.VERIFIER].get(address)
        assert answer.mimetype == "application/pdf", address
        pages = PdfReader(BytesIO(answer.data)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def value_of(page, name):
    """What stands in a field of a page."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def told(page):
    """What a page complains of."""
    complaint = r"<(?:p|div|ul)[^>]*(?:alert|problem|errors)[^>]*>.*?</"
    found = re.findall(complaint, page, re.DOTALL)
    return " | ".join(re.sub(r"<[^>]+>", " ", each).strip() for each in found)[:1500]


@pytest.mark.parametrize("slug", PROCEDURES)
def test_a_flawless_instrument_gets_its_certificate(app, make, slug):
    walk = Walk(app, make, slug)
    sheet = walk.started()
    readings = flawless(sheet, walk.plate)
    assert len(readings) > 5
    blank = walk.pdf(f"/jobs/{walk.job_id}/blank.pdf")
    assert walk.procedure.document.split(":")[0] in blank

    if slug in CANNOT_PASS:
        refused = walk.measured(readings, status=409)
        assert "giới hạn" in refused.text
        assert job_by_id(walk.job_id).state is JobState.IN_PROGRESS
        return
    walk.measured(readings)
    certificate = walk.documented()

    job = job_by_id(walk.job_id)
    assert job.state is JobState.CERTIFIED
    assert certificate.kind is (
        DocumentKind.CALIBRATION
        if walk.procedure.is_calibration
        else DocumentKind.VERIFICATION
    )
    text = walk.pdf(f"/certificates/{certificate.id}.pdf")
    assert certificate.number in text
    assert job.subject_snapshot["serial"] in text
    record = walk.pdf(f"/certificates/record/{walk.job_id}.pdf")
    assert walk.procedure.record_title_vi.split()[0].lower() in record.lower()


@pytest.mark.parametrize("slug", PROCEDURES)
def test_one_bad_reading_ends_in_a_notice(app, make, slug):
    walk = Walk(app, make, slug)
    sheet = walk.started()
    readings = flawless(sheet, walk.plate)
    if walk.procedure.is_calibration:
        question = next(key for key in readings if key.endswith(".answer"))
        refused = walk.measured(readings | {question: "no"}, status=409)
        assert "hiệu chuẩn" in refused.text
        return
    row, bad = spoilt(sheet, readings)

    walk.measured(bad)
    notice = walk.documented()

    job = job_by_id(walk.job_id)
    assert job.state is JobState.NOTIFIED
    assert notice.kind is DocumentKind.NOTICE
    text = walk.pdf(f"/certificates/{notice.id}.pdf")
    assert notice.number in text
    failed = job.evaluation["verdict"], row.check
    assert failed == ("fail", row.check)
    record = walk.pdf(f"/certificates/record/{walk.job_id}.pdf")
    assert "không đạt" in record
