"""What the reviewer is told was changed since the job was given back."""

from datetime import timedelta

import pytest

from labms import clock
from labms.catalogue.rules import Evidence
from labms.db import transaction
from labms.i18n import speaking
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.services import return_job
from labms.jobs.shown import review_shown
from labms.registry.models import Instrument
from tests.jobs.laboratory import rewrite

WHY = "Nhiệt độ cuối ghi nhầm, xem lại."


@pytest.fixture
def returned(lab):
    """A job with a stamp that the reviewer gave back."""
    job = lab.submitted(stamp="31V.00001", place="Chợ An Hội")
    with transaction():
        return_job(job_to_change(job.id), actor=lab.reviewer, reason=WHY)
    return job_by_id(job.id)


def told(lab, job, **changed):
    """What the review page tells after the sheet was handed in again."""
    given = {"stamp": "31V.00001", "place": "Chợ An Hội"} | changed
    lab.submitted(job, **given)
    with speaking("vi"):
        found = review_shown(job_by_id(job.id)).changed
    return [(one.where, one.before, one.after) for one in found]


@pytest.mark.long
def test_nothing_is_told_where_nothing_was_changed(lab, returned):
    assert told(lab, returned) == []


@pytest.mark.long
def test_the_surroundings_are_told(lab, returned, client, make):
    warmer = {"temperature": {"begin": "28,4", "end": "29"}}
    assert told(lab, returned, environment=warmer) == [
        ("Nhiệt độ, kết thúc", "28,9 °C", "29 °C")
    ]
    page = make.sign_in(client, lab.reviewer).get(f"/jobs/{returned.id}/review").text
    assert "<del>28,9 °C</del> → <strong>29 °C</strong>" in page
    assert "Không có gì trên phiếu thay đổi" not in page


@pytest.mark.long
def test_a_place_that_was_emptied_is_the_laboratory(lab, returned):
    assert told(lab, returned, place="") == [
        ("Nơi thực hiện", "Chợ An Hội", "Tại phòng đo")
    ]


@pytest.mark.long
def test_standards_are_told(lab, returned, make):
    other = make.traceable_standard(lab.body)
    [(where, before, after)] = told(
        lab, returned, standards={"weights": [lab.weights.id, other.id]}
    )
    assert where == "Chuẩn đo lường đã dùng"
    assert lab.weights.inventory_number in before
    assert other.inventory_number not in before
    assert other.inventory_number in after


@pytest.mark.long
def test_day_place_stamp_mark_evidence_and_note_are_told(lab, returned):
    today = clock.today()
    day = today - timedelta(days=1)
    assert told(
        lab,
        returned,
        performed_on=day,
        late_reason="Sổ tay ghi đúng ngày đo hôm trước.",
        place="Chợ Ba Tri",
        stamp="31V.00002",
        mark="chì 12",
        note="Đã lau đĩa cân.",
        evidence=Evidence.STAMP,
    ) == [
        ("Ngày thực hiện", f"{today:%d/%m/%Y}", f"{day:%d/%m/%Y}"),
        ("Vì sao nhập ngày này muộn", "", "Sổ tay ghi đúng ngày đo hôm trước."),
        ("Nơi thực hiện", "Chợ An Hội", "Chợ Ba Tri"),
        ("Chứng chỉ kiểm định", "Giấy chứng nhận", "Chỉ dán tem"),
        ("Số tem kiểm định", "31V.00001", "31V.00002"),
        ("Dấu, niêm phong", "", "chì 12"),
        ("Ghi chú", "", "Đã lau đĩa cân."),
    ]


@pytest.mark.long
def test_answers_and_readings_are_told(lab, returned):
    rows = {row.key: row for row in lab.sheet(returned).rows}
    reading = next(row for row in rows.values() if row.nominal)
    found = told(lab, returned, readings={reading.entry_keys[0]: "1"})
    assert [(before, after) for _, before, after in found] == [
        ("31V.00001", ""),  # it fails now, so the stamp came off
        (f"{reading.nominal:f}", "1"),
    ]
    with transaction():
        return_job(job_to_change(returned.id), actor=lab.reviewer, reason=WHY)
    answer = next(key for key in lab.sheet(returned).entry_keys if "answer" in key)
    found = told(lab, job_by_id(returned.id), readings={answer: "no"})
    assert ("Đạt", "Không đạt") in [(before, after) for _, before, after in found]


@pytest.mark.long
def test_what_was_taken_over_from_the_register_is_told(lab, returned):
    before = returned.subject_snapshot["serial"]
    rewrite(Instrument, Instrument.id == returned.instrument_id, serial="SN-9")
    found = told(lab, job_by_id(returned.id))
    assert [each[1:] for each in found] == [(before, "SN-9")]
