"""The pages of what bodies state."""

from io import BytesIO

import pytest

from labms.audit.models import AuditEvent
from labms.audit.rules import EventType
from labms.db import db
from labms.policy import Role
from labms.supply.models import ActivityReport, BodyCapacity, StatedScope
from tests.supply.stating import LAST_YEAR, PUMP

CAPACITY = {
    "type_slug": PUMP,
    "per_year": "1.200",
    "from_on": "01/01/2031",
    "limited_by": "person",
    "basis": "2 người × 600",
    "document": "Công văn số 8",
}
SCOPE = {
    "type_slug": PUMP,
    "reason": "all",
    "issued_on": "01/01/2030",
    "valid_until": "31/12/2034",
    "document": "Quyết định số 77",
}
REPORT = {
    "form": "mau_04",
    "first_on": "01/01/2030",
    "last_on": "31/12/2030",
    "received_on": "15/01/2031",
    "area": "ben-tre-old",
    "document": "Báo cáo số 4",
}
LINES = f"type,turns,passed\n{PUMP},40,38\n"


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


@pytest.fixture
def body(stated):
    return stated.body(name="Công ty Cấp nước Ba Lai")


def of(body, typed):
    return typed | {"organisation": body.name}


@pytest.mark.parametrize("what", ["report", "capacity", "scope"])
def test_an_empty_list_says_so(manager, what):
    assert "Chưa nhập" in manager.get(f"/supply/?what={what}").text


@pytest.mark.parametrize(
    ("what", "typed", "kind"),
    [("capacity", CAPACITY, BodyCapacity), ("scope", SCOPE, StatedScope)],
)
def test_a_statement_is_entered_listed_and_struck_out(manager, body, what, typed, kind):
    assert manager.get(f"/supply/{what}/enter").status_code == 200
    answer = manager.post(f"/supply/{what}/enter", data=of(body, typed))
    assert answer.location == f"/supply/?what={what}"
    assert "Ba Lai" in manager.get(answer.location).text

    row = db.session.scalars(db.select(kind)).one()
    address = f"/supply/{what}/{row.id}/strike"
    assert "Ba Lai" in manager.get(address).text
    assert "reason-errors" in manager.post(address, data={"reason": "sai"}).text
    manager.post(address, data={"reason": "Nhập nhầm tổ chức"})

    assert "Nhập nhầm tổ chức" in manager.get(f"/supply/?what={what}").text


@pytest.mark.parametrize(
    ("what", "typed", "kind", "field"),
    [
        ("capacity", CAPACITY, BodyCapacity, "from_on"),
        ("scope", SCOPE, StatedScope, "type_slug"),
    ],
)
def test_a_statement_entered_twice_is_refused_with_the_way_to_the_first(
    manager, body, what, typed, kind, field
):
    address = f"/supply/{what}/enter"
    manager.post(address, data=of(body, typed))

    page = manager.post(address, data=of(body, typed)).text

    first = db.session.scalars(db.select(kind)).one()
    assert f'id="{field}-errors"' in page
    link = f"/supply/?what={what}&amp;number={first.id}"
    assert f'href="{link}"' in page
    assert typed["document"] in page, "what was typed stays"
    alone = manager.get(link.replace("&amp;", "&")).text
    assert typed["document"] in alone
    assert "Xem tất cả" in alone


def test_a_capacity_that_a_newer_one_replaces_says_from_when(manager, body):
    for day, number in (("01/01/2031", "500"), ("01/03/2031", "800")):
        typed = of(body, CAPACITY) | {"from_on": day, "per_year": number}
        manager.post("/supply/capacity/enter", data=typed)

    page = manager.get("/supply/?what=capacity").text

    assert page.count("được thay từ") == 1
    assert "được thay từ 01/03/2031" in page


def test_who_is_not_entered_is_refused_beside_the_field(manager):
    typed = CAPACITY | {"organisation": "Không ai biết"}

    assert (
        "organisation-errors" in manager.post("/supply/capacity/enter", data=typed).text
    )


def report(manager, body, lines=LINES, **typed):
    data = of(body, REPORT) | typed
    data["file"] = (BytesIO(lines.encode()), "mau-04.csv")
    return manager.post(
        "/supply/report/enter", data=data, content_type="multipart/form-data"
    )


def test_a_report_is_entered_with_its_spreadsheet(manager, body):
    answer = report(manager, body)

    page = manager.get(answer.location).text
    assert "38" in page
    assert "Ba Lai" in page
    assert "Báo cáo số 4" in manager.get("/supply/").text


def test_a_report_can_be_looked_at_without_entering_it(manager, body):
    page = report(manager, body, action="check").text

    assert "1 dòng đúng" in page
    assert db.session.scalars(db.select(ActivityReport)).all() == []


def test_a_refused_report_says_that_the_file_is_to_be_chosen_again(manager, body):
    report(manager, body)
    twice = report(manager, body).text

    first = db.session.scalars(db.select(ActivityReport)).one()
    assert "document-errors" in twice
    assert f'href="/supply/report/{first.id}"' in twice
    assert "dòng đúng" not in twice
    assert "hãy chọn lại tệp" in twice


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("99999999999999", "từ 0 đến 999.999.999"),
        ("-3", "từ 0 đến 999.999.999"),
        ("nhiều", "Hãy nhập một số nguyên."),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_range(manager, body, typed, said):
    sent = of(body, CAPACITY) | {"per_year": typed}

    page = manager.post("/supply/capacity/enter", data=sent).text

    assert said in page
    assert f'value="{typed}"' in page


def test_a_report_of_far_too_much_is_entered_with_a_reason_only(manager, body):
    lines = f"type,turns,passed\n{PUMP},9.999.999,9.999.999\n"
    looked_at = report(manager, body, lines, action="check").text
    assert "9.999.999 lượt kiểm định của một loại chưa biết gì" in looked_at

    refused = report(manager, body, lines, why_right="đúng").text

    assert "9.999.999 lượt kiểm định của một loại chưa biết gì" in refused
    assert "why_right-errors" in refused
    assert db.session.scalars(db.select(ActivityReport)).all() == []
    ticked = {"is_checked": "y", "why_right": "Có danh sách kèm theo"}
    answer = report(manager, body, lines, **ticked)
    assert "9.999.999" in manager.get(answer.location).text
    event = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.event_type == EventType.WORK_REPORTED)
    ).one()
    assert event.reason == ticked["why_right"]


def test_a_missing_spreadsheet_is_refused_beside_its_field(manager, body):
    page = manager.post("/supply/report/enter", data=of(body, REPORT)).text

    assert "file-errors" in page
    assert "document-errors" not in page


def test_the_columns_of_a_report_are_explained(manager):
    assert "“Số khác nhau” là" in manager.get("/supply/report/enter").text


def test_what_is_wrong_with_a_report_is_told_by_row(manager, body):
    page = report(manager, body, lines=LINES + "luck,1,1\n").text

    assert "Dòng 3" in page
    assert "luck" in page
    assert "Báo cáo số 4" in page
    assert db.session.scalars(db.select(ActivityReport)).all() == []


@pytest.mark.parametrize("lines", ["", "a,b\n1,2\n"])
def test_a_spreadsheet_that_cannot_be_read_is_refused_beside_the_field(
    manager, body, lines
):
    assert "file-errors" in report(manager, body, lines=lines).text


def test_the_template_is_a_report_that_can_be_entered(manager, body):
    for kind in ("csv", "xlsx"):
        data = manager.get(f"/supply/report/template.{kind}").data
        sent = of(body, REPORT) | {"file": (BytesIO(data), f"a.{kind}")}
        page = manager.post(
            "/supply/report/enter",
            data=sent | {"action": "check"},
            content_type="multipart/form-data",
        ).text
        assert "1 dòng đúng" in page


def test_late_and_open_reports_stand_with_their_days(manager, stated, body):
    stated.scope(body)
    stated.report(body=body, **LAST_YEAR)

    page = manager.get("/supply/deadlines?year=2030").text

    assert "31/01/2031" in page
    assert "31/03/2031" in page
    assert "quá hạn" in page
    assert "đúng hạn" in page


@pytest.mark.parametrize("address", ["/supply/?what=luck", "/supply/luck/enter"])
def test_there_is_nothing_of_another_kind(manager, address):
    assert manager.get(address).status_code == 404


def test_a_body_does_not_see_what_others_reported(client, make):
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=make.body()))

    assert client.get("/supply/").status_code == 403
