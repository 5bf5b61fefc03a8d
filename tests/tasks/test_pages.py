"""The pages of the work on a plan."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from labms.db import db
from labms.plan.data import plan
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.sheets.writing import xlsx_of
from labms.tasks.models import Accreditation, Activity, Assessment, TaskItem

pytestmark = pytest.mark.long


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_the_annex_stands_there_as_it_is(manager):
    page = manager.get("/tasks/").text

    for task in plan("3446").tasks:
        assert f'id="task-{task.code}"' in page
    assert page.count("(để trống)") == sum(
        cell in task.blank
        for task in plan("3446").tasks
        for cell in ("lead", "cooperating", "period", "funding")
    )
    assert "bị ngắt ở dòng 4" in page
    assert "Chưa có công việc nào" in page


def test_work_is_planned_with_the_units_of_the_annex_offered(manager):
    address = "/tasks/items/new?task=2.2&year=2030"
    page = manager.get(address).text
    assert "Tổng cục TCĐLCL" in page

    typed = {
        "task_code": "2.1",
        "year": "2030",
        "title": "Vận động xã hội hóa",
        "lead": "Sở Khoa học và Công nghệ",
        "begins_on": "01/02/2030",
        "ends_on": "30/11/2030",
        "document": "Kế hoạch 5",
    }
    late = manager.post(address, data=typed | {"task_code": "2.2"}).text
    assert "year-errors" in late
    assert "từ năm 2020 đến năm 2025" in late
    wrong = manager.post(address, data=typed | {"ends_on": "01/01/2030"}).text
    assert "ends_on-errors" in wrong
    assert "Vận động xã hội hóa" in wrong
    assert manager.post(address, data=typed).status_code == 302
    assert (
        db.session.scalars(db.select(TaskItem)).one().title
        in manager.get("/tasks/?year=2030").text
    )


def test_money_is_typed_as_people_write_it(manager, work):
    item = work.item()
    line = work.line(item)
    address = f"/tasks/money/{line}/decide"
    typed = {
        "stage": "estimate",
        "amount": "1.250.000.000",
        "document": "Tờ trình 3",
        "day": "01/02/2030",
        "decided_by": "Giám đốc Sở",
    }
    assert "amount-errors" in manager.post(address, data=typed | {"amount": "1,5"}).text
    assert (
        "stage-errors" in manager.post(address, data=typed | {"stage": "approval"}).text
    )
    assert manager.post(address, data=typed).status_code == 302

    assert "1.250.000.000" in manager.get(f"/tasks/items/{item}").text
    assert "1,250,000,000" in manager.get("/tasks/money?year=2030&lang=en").text


def test_an_item_opens_into_every_decision_with_who_entered_it(manager, work, selects):
    item, _ = work.funded()
    work.purchase(item)
    selects.clear()

    page = manager.get(f"/tasks/items/{item}").text

    assert page.count("Tờ trình 3") == 3
    assert work.manager.full_name in page
    assert "Bộ quả cân F1" in page
    assert len(selects) < 14


def test_lists_are_read_with_few_queries(manager, work, selects):
    for _ in range(5):
        work.funded()
        work.purchase(work.item())
        work.programme()
    for address in ("/tasks/?year=2030", "/tasks/purchases", "/tasks/programmes"):
        selects.clear()
        assert manager.get(address).status_code == 200
        assert len(selects) <= 10, address


@pytest.mark.parametrize("quantity", ["0", "10.000"])
def test_a_purchase_of_no_piece_is_refused_beside_its_field(manager, work, quantity):
    typed = {
        "purpose": "inspection",
        "name": "Xe chuyên dụng",
        "quantity": quantity,
        "holder_id": "",
        "day": "01/02/2030",
        "document": "Đề xuất 2",
    }
    answer = manager.post(f"/tasks/items/{work.item()}/purchases", data=typed)

    assert answer.status_code == 200
    assert 'id="quantity-errors"' in answer.text
    assert "từ 1 đến 9.999" in answer.text
    assert "Xe chuyên dụng" in answer.text


def test_progress_and_purchases_are_entered_on_their_pages(manager, work):
    item = work.item()
    manager.post(
        f"/tasks/items/{item}/progress",
        data={"day": "01/06/2030", "state": "under_way", "percent": "40"},
    )
    manager.post(
        f"/tasks/items/{item}/purchases",
        data={
            "purpose": "inspection",
            "name": "Xe chuyên dụng",
            "quantity": "1",
            "holder_id": "",
            "day": "01/02/2030",
            "document": "Đề xuất 2",
        },
    )
    page = manager.get(f"/tasks/items/{item}").text
    assert "40 %" in page
    assert "Xe chuyên dụng" in page
    assert (
        "Xe chuyên dụng" not in manager.get("/tasks/purchases?purpose=laboratory").text
    )
    assert manager.get("/tasks/purchases?purpose=x").status_code == 404


def test_an_entry_is_struck_out_on_its_page(manager, work):
    item = work.item()
    address = f"/tasks/strike/item/{item}?back=/tasks/items/{item}"
    assert manager.get(address).status_code == 200
    assert "reason-errors" in manager.post(address, data={"reason": "sai"}).text

    answer = manager.post(address, data={"reason": "Nhập hai lần rồi"})

    assert answer.location == f"/tasks/items/{item}"
    assert "Nhập hai lần rồi" in manager.get(answer.location).text
    assert manager.get("/tasks/strike/luck/1").status_code == 404
    elsewhere = manager.post(
        f"/tasks/strike/item/{work.item()}?back=//evil.example",
        data={"reason": "Nhập hai lần rồi"},
    )
    assert elsewhere.location == "/tasks/"


@pytest.mark.parametrize(
    "address", ["activities", "programmes", "bodies", "assessments", "purchases"]
)
def test_an_empty_list_says_so(manager, address):
    assert 'class="empty"' in manager.get(f"/tasks/{address}").text


def test_an_activity_is_entered(manager):
    typed = {
        "kind": "communication",
        "title": "Ngày Đo lường thế giới",
        "day": "20/05/2030",
        "result": "Treo 30 băng rôn",
        "reached_count": "1.200",
        "document": "Báo cáo 4",
        "area": "ben-tre-old",
    }
    later = manager.post("/tasks/activities/enter", data=typed | {"day": "05/03/2031"})
    assert "day-errors" in later.text
    manager.post("/tasks/activities/enter", data=typed)
    assert db.session.scalars(db.select(Activity)).one().reached_count == 1200
    assert "Ngày Đo lường" in manager.get("/tasks/activities?kind=communication").text
    assert "Ngày Đo lường" not in manager.get("/tasks/activities?kind=survey").text


def test_a_programme_shows_every_step_and_where_they_are_from(manager, work):
    programme = work.programme()
    address = f"/tasks/programmes/{programme}/step"
    typed = {"step_code": "verify", "day": "01/06/2030", "document": "Biên bản 2"}
    assert manager.post(address, data=typed | {"counts": "y"}).status_code == 302

    page = manager.get(f"/tasks/programmes/{programme}").text

    assert "tính là một lượt" in page
    assert "QĐ 3807/QĐ-BKHCN" in page
    assert "step_code-errors" in manager.post(address, data=typed).text
    assert "1/8" in manager.get("/tasks/programmes").text


def test_a_certificate_of_a_body_says_when_it_ends(manager, make):
    raised = make.body_raised(RaisedKind.CAPABILITY, has_papers=False)
    assert "giấy chứng nhận chưa được nhập" in manager.get("/tasks/bodies").text
    typed = {
        "number": "VILAS 999",
        "issued_by": "BoA",
        "day": "01/02/2030",
        "valid_until": "01/04/2031",
    }
    address = f"/tasks/bodies/{raised.id}/accreditation"
    wrong = manager.post(address, data=typed | {"valid_until": "01/01/2030"})
    assert "valid_until-errors" in wrong.text
    manager.post(address, data=typed)
    assert db.session.scalars(db.select(Accreditation)).one().number == "VILAS 999"
    page = manager.get("/tasks/bodies").text
    assert "VILAS 999" in page
    assert "sắp hết" in page
    assert "chưa tính" not in page
    other = make.body_raised(RaisedKind.SOCIALISED)
    assert manager.get(f"/tasks/bodies/{other.id}/accreditation").status_code == 404


def test_an_assessment_is_entered_with_every_score(manager, make):
    typed = {
        "organisation_id": make.organisation().id,
        "day": "01/06/2030",
        "assessors": "Hội đồng",
        "conclusion": "does_not",
        "document": "Biên bản 7",
        "area": "ben-tre-old",
    }
    for n in range(1, 11):
        typed |= {f"score_{n}": "8,5", f"evidence_{n}": "Hồ sơ"}
    wrong = manager.post("/tasks/assessments/enter", data=typed | {"score_3": "11"})
    assert "score_3-errors" in wrong.text
    manager.post("/tasks/assessments/enter", data=typed)
    found = db.session.scalars(db.select(Assessment)).one()
    page = manager.get(f"/tasks/assessments/{found.id}").text
    assert "85,0/100" in page
    assert "chưa có trong tay" in manager.get("/tasks/assessments").text


def test_papers_that_are_too_late_for_a_closed_target_say_so_before_and_after(
    manager, make
):
    """Today is 04/03/2031: the target for 31/12/2025 is closed."""
    closed = "Chỉ tiêu đến 31/12/2025 đã chốt"
    raised = make.body_raised(
        RaisedKind.CAPABILITY, achieved_on=date(2025, 12, 10), has_papers=False
    )
    typed = {
        "number": "VILAS 999",
        "issued_by": "BoA",
        "day": "10/12/2025",
        "valid_until": "10/12/2028",
    }
    address = f"/tasks/bodies/{raised.id}/accreditation"

    assert "31/12/2025 (ít nhất 2" in manager.get(address).text
    after = manager.post(address, data=typed, follow_redirects=True).text
    assert closed in after
    paper = db.session.scalars(db.select(Accreditation)).one()
    strike = f"/tasks/strike/accreditation/{paper.id}"
    assert "31/12/2025 (ít nhất 2" in manager.get(strike).text
    reason = {"reason": "Nhập nhầm văn bản"}
    assert closed in manager.post(strike, data=reason, follow_redirects=True).text


HEADING = ("Họ và tên", "Năm sinh", "Đơn vị", "4 số cuối CCCD", "Số buổi")


def sent(*rows, heading=HEADING, **more):
    file = io.BytesIO(xlsx_of(heading, rows))
    return {"data": {"file": (file, "a.xlsx"), **more}}


def test_a_list_is_tried_first_and_every_wrong_row_is_named(manager, make):
    training = make.training(turns=3, distinct_count=2)
    address = f"/tasks/trainings/{training.id}"
    page = manager.post(
        f"{address}/list",
        **sent(
            ("An", 1980, "Công ty A", "", 1),
            ("Trần Văn An", 1880, "Công ty A", "", 1),
            ("Trần Văn An", 1980, "Công ty A", "", 0),
            ("Lê Thị Bé", "", "", "", 1),
            ("Lê Văn Cò", 1980, "", "12", 1),
            ("Lê Văn Cò", 1980, "", "0012", 1),
            keep="1",
        ),
    ).text
    assert "5 dòng" in page
    for number in (2, 3, 4, 5, 7):
        assert f"Dòng {number}:" in page
    assert "Chưa gửi danh sách" in page


def test_a_list_that_is_right_is_taken_and_held_against_the_figures(manager, make):
    training = make.training(turns=3, distinct_count=2)
    address = f"/tasks/trainings/{training.id}"
    rows = [("Trần Văn An", 1980, "Công ty A", "", 2), ("Lê Thị Bé", 1990, "", "", 1)]

    tried = manager.post(f"{address}/list", **sent(*rows)).text
    assert "2 người, 3 lượt" in tried
    assert "Chưa gửi danh sách" in tried
    assert manager.post(f"{address}/list", **sent(*rows, keep="1")).status_code == 302
    page = manager.get(address).text
    assert "Trần Văn An" in page
    assert "khớp" in page


@pytest.mark.parametrize(
    "file", [b"", b"not,a\nlist,of\n", b"PK\x03\x04 broken", b"\x00\x01"]
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(manager, make, file):
    training = make.training()
    given = {"file": (io.BytesIO(file), "a.csv")}

    page = manager.post(f"/tasks/trainings/{training.id}/list", data=given).text

    assert "file-errors" in page


def test_names_are_shown_to_those_who_enter_them_alone(client, make, work):
    training = make.training()
    reader = make.sign_in(client, make.user(Role.VERIFIER, body=make.body()))

    page = reader.get(f"/tasks/trainings/{training.id}").text

    assert "người nhập" in page
    refused = reader.post(f"/tasks/trainings/{training.id}/list", data={})
    assert refused.status_code == 403


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_empty_list_that_is_downloaded_can_be_sent(manager, make, language):
    empty = manager.get(f"/tasks/participants.xlsx?lang={language}").data
    book = load_workbook(io.BytesIO(empty))
    book.active.append(["Trần Văn An", 1980, "Công ty A", "", 1])
    filled = io.BytesIO()
    book.save(filled)
    filled.seek(0)
    address = f"/tasks/trainings/{make.training().id}/list?lang=vi"

    page = manager.post(address, data={"file": (filled, "a.xlsx")}).text

    assert "1 người, 1 lượt" in page


def test_readers_see_no_way_to_write(client, make, work):
    item, line = work.funded()
    reader = make.sign_in(client, make.user(Role.VERIFIER, body=make.body()))

    page = reader.get(f"/tasks/items/{item}").text

    assert "/tasks/strike/" not in page
    assert f"/tasks/money/{line}/decide" not in page
    for address in (f"items/{item}/progress", f"money/{line}/decide", "items/new"):
        assert reader.get(f"/tasks/{address}").status_code == 403
