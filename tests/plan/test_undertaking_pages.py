"""The pages of the plan and of its records."""

from datetime import date

import pytest

from labms.db import db
from labms.plan.data import definitions
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.policy import Role


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_the_plan_is_shown_as_it_stands(manager):
    page = manager.get("/plan/").text

    assert "3446/KH-UBND" in page
    assert "trên 75 %" in page
    assert "bị ngắt ở dòng 4" in page
    assert "(để trống)" in page
    assert "Chưong trình" in page


def test_the_plan_is_shown_in_english_with_its_own_words(manager):
    page = manager.get("/plan/?lang=en").text

    assert "more than 75 %" in page
    assert "(blank)" in page
    assert 'lang="vi"' in page


def test_an_unknown_plan_is_refused(manager):
    assert manager.get("/plan/?plan=1").status_code == 404


@pytest.mark.parametrize("what", ["training", "support", "raised"])
def test_an_empty_list_says_so(manager, what):
    page = manager.get(f"/plan/undertakings?what={what}").text

    assert "Chưa nhập gì" in page
    assert f"/plan/undertakings/{what}/enter" in page


def test_long_lists_are_paged_with_few_queries(manager, make, selects):
    for _ in range(21):
        make.support()
    selects.clear()
    page = manager.get("/plan/undertakings?what=support").text

    assert page.count("<tr>") == 21
    assert "page=2" in page
    assert len(selects) <= 6


TYPED = {
    "training": {
        "title": "Kiểm định cân",
        "held_on": "01/03/2031",
        "organiser": "Sở",
        "turns": "20",
        "distinct_count": "18",
    },
    "support": {"supported_on": "01/03/2031", "activity": "Tư vấn"},
    "raised": {
        "kind": "capability",
        "achieved_on": "01/03/2031",
        "achievement": "TCVN ISO 9001:2015",
    },
}
COMMON = {"document": "Báo cáo 3", "area": "ben-tre-old"}


@pytest.mark.parametrize(
    ("what", "model"),
    [("training", Training), ("support", ProgrammeSupport), ("raised", BodyRaised)],
)
def test_each_kind_is_entered_on_its_page(manager, make, what, model):
    number = make.laboratory().id
    subject = {"enterprise_id": number, "organisation_id": number}
    address = f"/plan/undertakings/{what}/enter"
    assert manager.get(address).status_code == 200

    answer = manager.post(address, data=COMMON | TYPED[what] | subject)

    assert answer.status_code == 302
    assert db.session.scalars(db.select(model)).one().document == "Báo cáo 3"
    assert "Báo cáo 3" in manager.get(f"/plan/undertakings?what={what}").text


@pytest.mark.parametrize("what", TYPED)
def test_what_was_typed_stays_when_something_is_missing(manager, what):
    typed = COMMON | TYPED[what] | {"document": ""}

    page = manager.post(f"/plan/undertakings/{what}/enter", data=typed).text

    assert "document-errors" in page
    assert "01/03/2031" in page


def test_a_refusal_stands_beside_its_field(manager):
    typed = COMMON | TYPED["training"]
    address = "/plan/undertakings/training/enter"

    later = manager.post(address, data=typed | {"held_on": "05/03/2031"}).text
    fewer = manager.post(address, data=typed | {"turns": "3"}).text

    assert 'id="held_on-errors"' in later
    assert 'id="turns-errors"' in fewer


def test_what_keeps_a_body_from_counting_stands_beside_its_field(manager, make):
    address = "/plan/undertakings/raised/enter"
    typed = COMMON | TYPED["raised"]
    yard = make.organisation()
    centre = make.body().organisation

    no_body = manager.post(address, data=typed | {"organisation_id": yard.id}).text
    data = typed | {"organisation_id": centre.id, "kind": "socialised"}
    unsaid = manager.post(address, data=data).text
    given = data | {"organisation_id": make.laboratory().id, "kind": "criteria"}

    assert 'id="organisation_id-errors"' in no_body
    assert yard.name in no_body
    assert 'id="is_non_state-errors"' in unsaid
    assert 'id="kind-errors"' in manager.post(address, data=given).text
    assert "/tasks/assessments/enter" in no_body
    assert not db.session.scalars(db.select(BodyRaised)).all()


def test_a_raised_body_goes_on_to_its_certificate(manager, make):
    data = COMMON | TYPED["raised"] | {"organisation_id": make.laboratory().id}
    answer = manager.post("/plan/undertakings/raised/enter", data=data)

    assert answer.location.endswith("/accreditation")
    assert "số, nơi cấp" in manager.get("/plan/undertakings?what=raised").text


def test_what_was_entered_before_is_linked_beside_its_field(manager, make):
    address = "/plan/undertakings/training/enter"
    manager.post(address, data=COMMON | TYPED["training"])
    first = db.session.scalars(db.select(Training)).one()

    page = manager.post(address, data=COMMON | TYPED["training"]).text

    assert 'id="title-errors"' in page
    assert f'href="/tasks/trainings/{first.id}"' in page
    assert db.session.scalars(db.select(Training)).one() == first


def test_the_definition_and_the_form_say_the_same_of_a_participation(manager):
    told = definitions()["persons-trained"].definition

    assert "hai buổi là hai lượt" in told.vi
    assert "two occasions is two" in told.en
    form = manager.get("/plan/undertakings/training/enter?lang=en").text
    assert "two occasions is two" in form


def test_a_record_is_struck_out_on_its_page(manager, make):
    training = make.training()
    address = f"/plan/undertakings/training/{training.id}/strike"
    assert "Báo cáo số 9" in manager.get(address).text

    assert "reason-errors" in manager.post(address, data={"reason": "sai"}).text
    manager.post(address, data={"reason": "Nhập hai lần rồi"})

    assert "Nhập hai lần rồi" in manager.get("/plan/undertakings").text


def test_an_unknown_kind_is_refused(manager):
    assert manager.get("/plan/undertakings?what=luck").status_code == 404
    assert manager.get("/plan/undertakings/luck/enter").status_code == 404
    assert manager.get("/plan/undertakings/training/9999/strike").status_code == 404


def test_what_is_too_late_for_a_closed_target_is_said_before_and_after(manager):
    """Today is 04/03/2031: days until 31/01/2031 are closed."""
    address = "/plan/undertakings/training/enter"
    before = manager.get(address).text
    late = COMMON | TYPED["training"] | {"held_on": "15/06/2025"}
    after = manager.post(address, data=late, follow_redirects=True).text
    own = manager.post(
        address, data=COMMON | TYPED["training"], follow_redirects=True
    ).text

    assert "Số liệu các ngày đến 31/01/2031 đã khóa" in before
    assert "31/12/2025 (khoảng 100" in before
    assert "Chỉ tiêu đến 31/12/2025, 31/12/2030 đã chốt" in after
    assert "đã chốt: việc này" not in own


def test_striking_out_says_so_too_and_of_a_day_after_all_targets_the_day(manager, make):
    of_old = make.training(held_on=date(2030, 5, 1))
    since = make.training(held_on=date(2031, 1, 20))
    address = "/plan/undertakings/training/{}/strike"

    page = manager.get(address.format(of_old.id)).text
    assert "Chỉ tiêu đến 31/12/2030 đã chốt" in page
    assert "đến 31/01/2031 đã khóa" in manager.get(address.format(since.id)).text
    typed = {"reason": "Nhập hai lần rồi"}
    answer = manager.post(
        address.format(of_old.id), data=typed, follow_redirects=True
    ).text
    assert "Chỉ tiêu đến 31/12/2030 đã chốt" in answer


def test_the_list_says_which_records_came_too_late_for_a_target(manager, make):
    make.training(title="Lớp kịp", held_on=date(2030, 12, 1))
    page = manager.get("/plan/undertakings").text
    assert "quá muộn" not in page
    late = {"held_on": date(2030, 12, 1), "entered_on": date(2031, 2, 1)}
    make.training(title="Lớp muộn", **late)

    page = manager.get("/plan/undertakings").text
    assert page.count("nhập quá muộn đối với chỉ tiêu đến 31/12/2030") == 1
