"""Records of trainings, support and bodies."""

from datetime import date

import pytest

from labms.audit.models import AuditEvent
from labms.db import db, transaction
from labms.errors import NotAllowed, NotFound
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.plan.data import definitions
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.plan.services import (
    enter_body_raised,
    enter_support,
    enter_training,
    strike_out,
)
from labms.plan.undertakings import (
    AlreadyStruck,
    AssessmentMissing,
    BadCount,
    BadDay,
    DocumentMissing,
    EnteredBefore,
    NonStateUnsaid,
    NotABody,
    NotAnEnterprise,
    OutsideTheArea,
    StateBody,
    StrikingReasonMissing,
    TooMany,
    UnknownArea,
)
from labms.policy import Role

TODAY = date(2031, 3, 4)


def train(actor, **given):
    with transaction():
        return enter_training(
            **{
                "title": "Kiểm định cân",
                "held_on": TODAY,
                "organiser": "Sở KH&CN",
                "turns": 20,
                "distinct_count": 18,
                "document": "Báo cáo 3",
                "area": "ben-tre-old",
                "actor": actor,
            }
            | given
        )


def support(actor, enterprise):
    with transaction():
        return enter_support(
            enterprise_id=enterprise.id,
            supported_on=TODAY,
            activity="Tư vấn",
            document="Biên bản 4",
            area="ben-tre-old",
            actor=actor,
        )


def raise_body(actor, organisation_id, kind=RaisedKind.CAPABILITY, **given):
    with transaction():
        return enter_body_raised(
            **{
                "organisation_id": organisation_id,
                "kind": kind,
                "achieved_on": TODAY,
                "achievement": "TCVN ISO 9001:2015",
                "document": "Giấy chứng nhận 5",
                "area": "ben-tre-old",
                "actor": actor,
            }
            | given
        )


def events():
    rows = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.id))
    return [event.event_type for event in rows]


def test_a_manager_enters_each_kind_and_the_trail_knows(make):
    manager, enterprise = make.user(Role.MANAGER), make.organisation()

    train(manager)
    support(manager, enterprise)
    raise_body(manager, make.laboratory().id)

    assert events() == [
        "training:entered",
        "support:entered",
        "body_raised:entered",
    ]


def test_nobody_else_enters_anything(make):
    verifier = make.user(Role.VERIFIER)

    for enter in (
        lambda: train(verifier),
        lambda: support(verifier, make.organisation()),
        lambda: raise_body(verifier, make.organisation().id),
    ):
        with pytest.raises(NotAllowed):
            enter()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"held_on": date(2031, 3, 5)}, BadDay),
        ({"turns": 17}, BadCount),
        ({"distinct_count": 0}, BadCount),
        ({"turns": 100_000_000, "distinct_count": 9}, TooMany),
        ({"turns": 18 * 60 + 1}, TooMany),
        ({"turns": 5001, "distinct_count": 5001}, TooMany),
        ({"document": "  "}, DocumentMissing),
        ({"area": "moon"}, UnknownArea),
    ],
)
def test_what_cannot_count_is_refused(make, wrong, error):
    with pytest.raises(error):
        train(make.user(Role.MANAGER), **wrong)


def test_the_same_training_sent_again_does_not_count_twice(make):
    manager = make.user(Role.MANAGER)
    first = train(manager).id

    with pytest.raises(EnteredBefore) as refused:
        train(manager, title="kiểm định  CÂN", document="Báo cáo 3 (gửi lại)")
    assert refused.value.details["number"] == first
    train(manager, title="Kiểm định đồng hồ")
    train(manager, held_on=date(2031, 3, 3))
    strike(db.session.get_one(Training, first), manager)
    train(manager)


def test_the_same_support_or_body_sent_again_is_refused(make):
    manager, enterprise = make.user(Role.MANAGER), make.organisation()
    body = make.laboratory().id
    support(manager, enterprise)
    raise_body(manager, body)

    with pytest.raises(EnteredBefore):
        support(manager, enterprise)
    with pytest.raises(EnteredBefore):
        raise_body(manager, body)
    support(manager, make.organisation())


def test_support_is_for_enterprises(make):
    household = make.organisation(kind=OrganisationKind.PERSON)

    with pytest.raises(NotAnEnterprise):
        support(make.user(Role.MANAGER), household)


def test_an_enterprise_from_elsewhere_is_not_supported_here(make):
    commune = make.commune(former_province_code="84")

    with pytest.raises(OutsideTheArea):
        support(make.user(Role.MANAGER), make.organisation(commune_key=commune.key))


def test_an_unknown_organisation_is_refused(make):
    with pytest.raises(NotFound):
        raise_body(make.user(Role.MANAGER), 999_999)


def test_what_is_no_body_does_not_count_as_one(make):
    sand_yard = make.organisation()

    with pytest.raises(NotABody):
        raise_body(make.user(Role.MANAGER), sand_yard.id)


def test_a_laboratory_counts_from_its_assessment_alone(make):
    with pytest.raises(AssessmentMissing):
        raise_body(make.user(Role.MANAGER), make.laboratory().id, RaisedKind.CRITERIA)


def test_an_authority_is_no_non_state_body(make):
    roles = (OrganisationRole.BODY, OrganisationRole.AUTHORITY)
    authority = make.organisation(*roles, kind=OrganisationKind.ORGANISATION)

    with pytest.raises(StateBody):
        raise_body(
            make.user(Role.MANAGER),
            authority.id,
            RaisedKind.SOCIALISED,
            is_non_state=True,
        )


def test_that_an_organisation_is_no_unit_of_the_state_is_confirmed(make):
    manager = make.user(Role.MANAGER)
    kind = OrganisationKind.ORGANISATION
    centre = make.organisation(OrganisationRole.BODY, kind=kind)
    company = make.organisation(OrganisationRole.BODY)

    raise_body(manager, company.id, RaisedKind.SOCIALISED)
    with pytest.raises(NonStateUnsaid):
        raise_body(manager, centre.id, RaisedKind.SOCIALISED)
    raise_body(manager, centre.id, RaisedKind.SOCIALISED, is_non_state=True)

    told = db.session.scalars(db.select(AuditEvent.reason)).all()
    assert told == [None, "Đã xác nhận: không phải đơn vị của nhà nước."]


@pytest.mark.parametrize("where", ["84", None])
def test_a_body_from_elsewhere_does_not_count_for_the_area(make, where):
    commune = make.commune(former_province_code=where).key if where else None
    body = make.organisation(OrganisationRole.BODY, commune_key=commune)

    with pytest.raises(OutsideTheArea):
        raise_body(make.user(Role.MANAGER), body.id)


def strike(row, actor, reason="Nhập hai lần"):
    with transaction():
        strike_out(db.session.get_one(type(row), row.id), reason=reason, actor=actor)


def test_a_mistake_is_struck_out_with_a_reason_and_stays(make):
    manager = make.user(Role.MANAGER)
    training = make.training()

    strike(training, manager)

    kept = db.session.get_one(Training, training.id)
    assert (kept.struck_on, kept.struck_reason) == (TODAY, "Nhập hai lần")
    assert events() == ["undertaking:struck"]


def test_striking_out_needs_a_reason_and_happens_once(make):
    manager = make.user(Role.MANAGER)
    training = make.training()

    with pytest.raises(StrikingReasonMissing):
        strike(training, manager, reason="sai")
    strike(training, manager)
    with pytest.raises(AlreadyStruck):
        strike(training, manager)


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
