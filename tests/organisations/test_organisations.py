"""Organisations are entered once, found without accents, and set up as bodies."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.audit.models import AuditEvent
from labms.catalogue.rules import VERIFICATIONS, NoSuchType, VerificationReason
from labms.db import db, transaction
from labms.errors import NotAllowed, NotFound
from labms.organisations import services
from labms.organisations.queries import (
    body_by_code,
    check_designated,
    designated_types,
    designation_by_id,
    designations_on,
    employers,
    organisations_named,
    registration_on,
)
from labms.organisations.rules import (
    BadBodyCode,
    BadDesignation,
    BadSuspension,
    BadTaxCode,
    BodyCodeTaken,
    BodyCodeUsed,
    DecisionEntered,
    NotDesignated,
    NotSuspended,
    OrganisationKind,
    OrganisationRole,
    Standing,
    TaxCodeTaken,
    clean_tax_code,
)
from labms.organisations.services import BodySettings, Details, Scope
from labms.places.rules import UnknownPlace
from labms.policy import Role
from labms.stamps.models import Stamp
from tests.world import HERE

TODAY = date(2031, 3, 4)
SCALE, PUMP = "can-dong-ho-lo-xo", "cot-do-xang-dau"
PERIODIC = VerificationReason.PERIODIC


@pytest.fixture
def receptionist(make):
    return make.user(Role.RECEPTIONIST, body=make.body())


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def keeper(make, body):
    return make.user(Role.QUALITY_MANAGER, body=body)


def details(**given):
    return Details(
        **{"kind": OrganisationKind.ENTERPRISE, "name": "Công ty Đầu Dừa"} | given
    )


def decide(body, keeper, **given):
    return services.add_designation(
        body,
        **{
            "decision_number": "1/QĐ",
            "issued_by": "Ủy ban",
            "issued_on": date(2029, 1, 1),
            "valid_until": date(2033, 12, 31),
            "scopes": [Scope(type_slug=SCALE)],
            "actor": keeper,
        }
        | given,
    )


def test_an_organisation_is_found_without_accents(receptionist):
    with transaction():
        services.add_organisation(details(commune_key=HERE), actor=receptionist)

    assert [o.name for o in organisations_named("dau dua")] == ["Công ty Đầu Dừa"]
    assert [o.name for o in organisations_named("ĐẦU")] == ["Công ty Đầu Dừa"]


def test_a_percent_sign_finds_itself_and_not_everything(receptionist):
    services.add_organisation(details(name="Sạch 100%"), actor=receptionist)
    services.add_organisation(details(name="Sạch 1000"), actor=receptionist)

    assert [o.name for o in organisations_named("100%")] == ["Sạch 100%"]


def test_a_tax_code_belongs_to_one_and_the_refusal_says_whose(receptionist):
    first = services.add_organisation(
        details(tax_code="0312345678"), actor=receptionist
    )

    with pytest.raises(TaxCodeTaken, match="Công ty Đầu Dừa") as refusal:
        services.add_organisation(
            details(name="Khác", tax_code="03 1234 5678"), actor=receptionist
        )

    assert refusal.value.details["organisation_id"] == first.id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0312345678", "0312345678"),
        ("0312345678-001", "0312345678-001"),
        ("0312345678001", "0312345678-001"),
        ("083 0990 01234", "083099001234"),
        ("", None),
    ],
)
def test_a_tax_code_is_kept_in_one_form(typed, kept):
    assert clean_tax_code(typed) == kept


@pytest.mark.parametrize("typed", ["123", "03123456789", "abc1234567", "٠٣١٢٣٤٥٦٧٨"])
def test_what_cannot_be_a_tax_code_is_refused(typed):
    with pytest.raises(BadTaxCode):
        clean_tax_code(typed)


def test_an_unknown_commune_is_refused(receptionist):
    with pytest.raises(UnknownPlace):
        services.add_organisation(details(commune_key="1@2"), actor=receptionist)


def test_nobody_becomes_a_body_by_a_role_alone(receptionist):
    made = services.add_organisation(
        details(), roles=[OrganisationRole.BODY], actor=receptionist
    )

    assert made.roles == frozenset()


def test_a_receptionist_does_not_rename_a_body(receptionist, body):
    with pytest.raises(NotAllowed):
        services.change_organisation(
            body.organisation, details(), roles=[], actor=receptionist
        )


def test_changing_a_body_keeps_it_a_body(body, keeper):
    with transaction():
        services.change_organisation(
            body.organisation,
            details(name="Trung tâm Mới"),
            roles=[OrganisationRole.AUTHORITY],
            actor=keeper,
        )

    assert body.organisation.roles == {
        OrganisationRole.BODY,
        OrganisationRole.AUTHORITY,
    }
    assert body.organisation in employers()


def test_an_administrator_sets_up_the_first_body(make):
    administrator = make.user(Role.ADMINISTRATOR)
    organisation = make.organisation()

    with transaction():
        body = services.set_up_body(
            organisation,
            BodySettings(code="tt-a", head_name="Đầu"),
            actor=administrator,
        )

    assert body_by_code("tt-a") is body
    assert OrganisationRole.BODY in organisation.roles


def test_a_body_is_set_up_by_its_own_people(make, keeper):
    with pytest.raises(NotAllowed):
        services.set_up_body(
            make.body().organisation,
            BodySettings(code="tt-b", head_name="Đầu"),
            actor=keeper,
        )


def test_a_code_that_stands_on_stamps_stays(make, body, keeper):
    job = make.job(body=body)
    make._add(
        Stamp(
            body_id=body.id,
            serial="26V.00001",
            instrument_id=job.instrument_id,
            job_id=job.id,
            applied_at=job.submitted_at,
            applied_on=job.performed_on,
            applied_by_id=job.performed_by_id,
        )
    )

    with pytest.raises(BodyCodeUsed):
        services.set_up_body(
            body.organisation,
            BodySettings(code="khac", head_name="Đầu"),
            actor=keeper,
        )


def test_two_bodies_cannot_have_one_code(make, body, keeper):
    other = make.body()

    with pytest.raises(BodyCodeTaken):
        services.set_up_body(
            body.organisation,
            BodySettings(code=other.code, head_name="Đầu"),
            actor=keeper,
        )


@pytest.mark.parametrize("code", ["", "a", "TT", "tt/1", "-a", "a" * 21])
def test_a_code_fits_into_an_address(body, keeper, code):
    with pytest.raises(BadBodyCode):
        services.set_up_body(
            body.organisation, BodySettings(code=code, head_name="Đầu"), actor=keeper
        )


def test_a_decision_counts_from_its_first_to_its_last_day(body, keeper):
    decide(body, keeper)

    for day in (date(2029, 1, 1), TODAY, date(2033, 12, 31)):
        assert designated_types(body.id, day) == {SCALE: frozenset(VERIFICATIONS)}
    for day in (date(2028, 12, 31), date(2034, 1, 1)):
        assert designated_types(body.id, day) == {}


def test_a_body_is_designated_by_type_and_kind_of_verification(body, keeper):
    decide(body, keeper, scopes=[Scope(type_slug=SCALE, reasons=[PERIODIC])])

    check_designated(body, SCALE, PERIODIC, on=TODAY)
    with pytest.raises(NotDesignated):
        check_designated(body, SCALE, VerificationReason.INITIAL, on=TODAY)
    with pytest.raises(NotDesignated):
        check_designated(body, PUMP, PERIODIC, on=TODAY)


def test_two_decisions_add_up(body, keeper):
    decide(body, keeper, scopes=[Scope(type_slug=SCALE, reasons=[PERIODIC])])
    decide(body, keeper, decision_number="2/QĐ", scopes=[Scope(type_slug=PUMP)])

    assert set(designated_types(body.id, TODAY)) == {SCALE, PUMP}
    assert len(designations_on(body.id, TODAY)) == 2


def test_a_suspended_decision_does_not_hold_and_then_holds_again(body, keeper):
    decision = decide(body, keeper)
    services.suspend_designation(
        decision,
        body=body,
        suspended_from=date(2031, 2, 1),
        suspended_until=None,
        reason="Quyết định 9/QĐ",
        actor=keeper,
    )
    assert decision.standing(TODAY) is Standing.SUSPENDED
    assert designations_on(body.id, TODAY) == []

    services.resume_designation(decision, body=body, on=TODAY, actor=keeper)

    assert designations_on(body.id, TODAY) == [decision]
    assert designations_on(body.id, date(2031, 2, 10)) == []


def test_what_is_not_suspended_cannot_be_lifted(body, keeper):
    with pytest.raises(NotSuspended):
        services.resume_designation(
            decide(body, keeper), body=body, on=TODAY, actor=keeper
        )


def test_a_suspension_lies_within_the_decision(body, keeper):
    with pytest.raises(BadSuspension):
        services.suspend_designation(
            decide(body, keeper),
            body=body,
            suspended_from=date(2034, 1, 1),
            suspended_until=None,
            reason="x",
            actor=keeper,
        )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"valid_until": date(2028, 1, 1)}, BadDesignation),
        ({"scopes": []}, BadDesignation),
        ({"scopes": [Scope(type_slug=SCALE, reasons=[])]}, BadDesignation),
        ({"scopes": [Scope(type_slug="khong-co")]}, NoSuchType),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(body, keeper, given, refusal):
    with pytest.raises(refusal):
        decide(body, keeper, **given)


def test_a_decision_is_entered_once(body, keeper):
    decide(body, keeper)

    with pytest.raises(DecisionEntered):
        decide(body, keeper)


def test_a_decision_of_another_body_is_none_of_ones_business(make, keeper):
    with pytest.raises(NotAllowed):
        decide(make.body(), keeper)


def test_the_scope_can_be_corrected_and_the_trail_says_how(body, keeper):
    with transaction():
        decision = decide(body, keeper)
    kept_id = designation_by_id(decision.id).scopes[0].id
    with transaction():
        services.change_scope(
            designation_by_id(decision.id),
            scopes=[
                Scope(type_slug=SCALE, reasons=[PERIODIC], range_text="đến 100 kg"),
                Scope(type_slug=PUMP),
            ],
            body=body,
            actor=keeper,
        )

    found = {one.type_slug: one for one in designation_by_id(decision.id).scopes}
    assert found[SCALE].id == kept_id
    assert found[SCALE].range_text == "đến 100 kg"
    assert set(found) == {SCALE, PUMP}
    told = db.session.scalars(
        sa.select(AuditEvent.reason).order_by(AuditEvent.id.desc())
    ).first()
    assert f"{SCALE}: periodic" in told


def test_the_registration_of_a_day_is_the_newest_by_then(body, keeper):
    for number, day in (("ĐK 1", date(2028, 1, 1)), ("ĐK 2", date(2031, 1, 1))):
        services.add_registration(
            body, number=number, issued_by="Ủy ban", issued_on=day, actor=keeper
        )

    assert registration_on(body.id, TODAY).number == "ĐK 2"
    assert registration_on(body.id, date(2030, 1, 1)).number == "ĐK 1"
    assert registration_on(body.id, date(2027, 1, 1)) is None


def test_an_unknown_body_is_not_found(app):
    with pytest.raises(NotFound):
        body_by_code("nobody")
