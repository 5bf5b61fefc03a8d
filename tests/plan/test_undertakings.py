"""Records of trainings, support and bodies."""

from datetime import date

import pytest

from labms.audit.models import AuditEvent
from labms.db import db, transaction
from labms.errors import EnteredBefore, NotAllowed, NotFound
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.plan.models import Training
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
