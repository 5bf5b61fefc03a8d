from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from labms import clock
from labms.audit.models import AuditEvent
from labms.catalogue.rules import CharacteristicMissing
from labms.db import db, scoped, transaction
from labms.errors import NotAllowed
from labms.jobs.rules import JobState
from labms.metrology.decimals import NotADecimal
from labms.organisations.models import Body
from labms.policy import EVERYTHING, Role, scope_of
from labms.registry.evidence import valid_until
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.queries import endings_of, instrument_rows, owner_called
from labms.registry.rules import (
    AlterationUnanswered,
    ApprovalOfAnother,
    DuplicateInstrument,
    EndingReason,
    InstrumentState,
    InWorkElsewhere,
    LooksAlike,
    NoSuchOwner,
    NotYet,
    ends,
)
from labms.registry.services import (
    ApprovalDetails,
    InstrumentDetails,
    add_instrument,
    add_type_approval,
    change_instrument,
    end_evidence,
    report_ending,
    set_instrument_state,
    withdraw_ending,
)
from tests.factories import SPRING_SCALE
from tests.world import HERE

TODAY = date(2031, 3, 4)


@pytest.fixture
def receptionist(make):
    return make.user(Role.RECEPTIONIST, body=make.body())


@pytest.fixture
def details(make):
    """What stands on the plate of a spring scale."""
    return InstrumentDetails(
        type_slug=SPRING_SCALE,
        maker="Nhơn Hòa",
        model="NHS-60",
        serial="NH-000777",
        characteristics={"class": "IIII", "Max": "60,0", "e": "200"},
        owner_id=make.organisation().id,
        commune_key=HERE,
    )


def test_characteristics_keep_their_digits(details, receptionist):
    with transaction():
        row = add_instrument(details, actor=receptionist, on=TODAY)

    assert row.characteristics == {"class": "IIII", "Max": "60.0", "e": "200"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"class": "IIII", "e": "200"}, CharacteristicMissing),
        ({"class": "IIII", "Max": "sixty", "e": "200"}, NotADecimal),
    ],
)
def test_the_type_says_which_characteristics_are_needed(
    details, receptionist, given, error
):
    with pytest.raises(error):
        add_instrument(
            replace(details, characteristics=given), actor=receptionist, on=TODAY
        )


@pytest.mark.parametrize(
    ("maker", "serial"),
    [
        ("Nhơn Hòa", "NH-000777"),
        ("NHON HOA", "nh-000777"),
        ("Nhơn  Hòa ", "NH-000 777"),
    ],
)
def test_two_spellings_are_one_instrument(details, receptionist, maker, serial):
    add_instrument(details, actor=receptionist, on=TODAY)

    with pytest.raises(DuplicateInstrument):
        add_instrument(
            replace(details, maker=maker, serial=serial),
            actor=receptionist,
            on=TODAY,
            look_alikes_compared=True,
        )


@pytest.mark.parametrize(
    ("maker", "serial"),
    [
        ("Nhơn Hòa", "NH-OOO777"),
        ("Nhơn Hòa", "NH-OO0777"),
        ("Công ty Nhơn Hòa", "NH-000777"),
    ],
)
def test_what_looks_alike_is_compared_before_it_is_registered(
    details, receptionist, maker, serial
):
    add_instrument(details, actor=receptionist, on=TODAY)
    other = replace(details, maker=maker, serial=serial)

    with pytest.raises(LooksAlike) as refused:
        add_instrument(other, actor=receptionist, on=TODAY)
    assert f"{details.serial} ({details.maker})" in str(refused.value.text)

    add_instrument(other, actor=receptionist, on=TODAY, look_alikes_compared=True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.RECEPTIONIST, Role.VERIFIER}))
def test_only_the_counter_and_verifiers_register_instruments(make, details, role):
    with pytest.raises(NotAllowed):
        add_instrument(details, actor=make.user(role, body=make.body()), on=TODAY)


def test_an_approval_of_another_type_is_refused(details, receptionist):
    approval = add_type_approval(
        ApprovalDetails(
            number="9/QĐ-TĐC",
            type_slug="cot-do-xang-dau",
            maker="Tatsuno",
            model="Neo",
            issued_by="Ủy ban",
            issued_on=date(2030, 1, 1),
        ),
        actor=receptionist,
    )

    with pytest.raises(ApprovalOfAnother):
        add_instrument(
            replace(details, type_approval_id=approval.id),
            actor=receptionist,
            on=TODAY,
        )


def test_a_changed_characteristic_is_an_alteration_or_a_correction(
    details, receptionist
):
    row = add_instrument(details, actor=receptionist, on=TODAY)
    new = replace(details, characteristics={**details.characteristics, "Max": "100"})

    with pytest.raises(AlterationUnanswered):
        change_instrument(row, new, actor=receptionist, on=TODAY)

    change_instrument(row, new, actor=receptionist, on=TODAY, was_altered=False)
    assert endings_of(row.id) == []
    change_instrument(row, details, actor=receptionist, on=TODAY, was_altered=True)
    assert [each.reason for each in endings_of(row.id)] == [EndingReason.ALTERED]


def test_a_new_place_or_owner_ends_nothing(make, details, receptionist):
    row = add_instrument(details, actor=receptionist, on=TODAY)
    moved = replace(details, owner_id=make.organisation().id, place_of_use="Sạp 12")

    change_instrument(row, moved, actor=receptionist, on=TODAY)

    assert row.place_of_use == "Sạp 12"
    assert endings_of(row.id) == []


def test_an_ending_ends_what_was_there_before_it_and_not_what_comes_after(
    make, receptionist
):
    row = make.instrument()
    before = clock.now() - timedelta(seconds=1)

    ending = end_evidence(row, reason=EndingReason.BROKEN, actor=receptionist, on=TODAY)

    assert ends(ending.ended_at, before)
    assert not ends(ending.ended_at, clock.now())


def test_a_repair_reported_late_leaves_what_was_verified_since(make, receptionist):
    row = make.instrument()

    ending = end_evidence(
        row, reason=EndingReason.REPAIRED, actor=receptionist, on=date(2031, 3, 1)
    )

    assert ends(ending.ended_at, datetime(2031, 2, 28, 9, tzinfo=UTC))
    assert not ends(ending.ended_at, datetime(2031, 3, 1, 3, tzinfo=UTC))


def test_nothing_ends_on_a_day_that_has_not_come(make, receptionist):
    with pytest.raises(NotYet):
        end_evidence(
            make.instrument(),
            reason=EndingReason.REPAIRED,
            actor=receptionist,
            on=date(2031, 3, 5),
        )


def test_an_ending_is_taken_back_with_the_job_that_caused_it(make, receptionist):
    job = make.job()
    row = db.session.get(Instrument, job.instrument_id)
    with transaction():
        end_evidence(
            row,
            reason=EndingReason.FAILED,
            actor=receptionist,
            on=TODAY,
            job_id=job.id,
        )

    with transaction():
        withdraw_ending(job.id, actor=receptionist, reason="Returned by the reviewer")

    ending = db.session.scalars(db.select(EvidenceEnding)).one()
    assert ending.withdrawn_at == clock.now()
    told = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.event_type for event in told[-2:]] == [
        "evidence:ended",
        "evidence:restored",
    ]


def test_an_owner_is_found_by_name_or_tax_code_when_only_one_is_meant(make):
    first = make.organisation(name="Chợ Bến Tre", tax_code="1300000001")
    make.organisation(name="Chợ Bến Tre Mới", tax_code="1300000002")

    assert owner_called("1300000001") == first
    assert owner_called("Chợ Bến Tre · 1300000001") == first
    assert owner_called("Chợ Bến Tre") == first
    with pytest.raises(NoSuchOwner):
        owner_called("cho ben")
    with pytest.raises(NoSuchOwner):
        owner_called("Chợ Lách")


def test_due_soon_finds_what_runs_out_and_what_never_had_evidence(make):
    now = clock.now()
    never = make.instrument().id
    soon, late = (
        make.job(JobState.EVIDENCED, valid_until=day, closed_at=now).instrument_id
        for day in (date(2031, 4, 1), date(2032, 4, 1))
    )

    found = db.session.scalars(instrument_rows(due_by=date(2031, 5, 1))).all()

    assert {row.id for row in found} == {never, soon}
    assert late not in {row.id for row in found}


def test_an_enterprise_fetches_only_what_it_owns(make):
    owner = make.organisation()
    own = make.instrument(owner_id=owner.id)
    make.instrument()
    user = make.user(Role.ENTERPRISE, organisation_id=owner.id)

    with scoped(scope_of(user)):
        seen = db.session.scalars(instrument_rows()).all()
    with scoped(EVERYTHING):
        there = db.session.scalars(instrument_rows()).all()

    assert seen == [own]
    assert len(there) == 2


def test_what_another_body_has_in_work_is_left_alone(make, details, receptionist):
    row = add_instrument(details, actor=receptionist, on=TODAY)
    other = make.job(JobState.IN_PROGRESS, instrument_id=row.id).body_id
    insider = make.user(Role.RECEPTIONIST, body=db.session.get(Body, other))
    operator = make.user(Role.RECEPTIONIST, Role.ADMINISTRATOR, body=make.body())
    moved = replace(details, owner_id=make.organisation().id)
    given = {"reason": EndingReason.REPAIRED, "on": TODAY, "note": "Thay lò xo chính"}

    with pytest.raises(InWorkElsewhere):
        change_instrument(row, moved, actor=receptionist, on=TODAY)
    with pytest.raises(InWorkElsewhere):
        report_ending(row, actor=receptionist, **given)
    with pytest.raises(InWorkElsewhere):
        set_instrument_state(
            row, InstrumentState.OUT_OF_USE, actor=receptionist, on=TODAY
        )

    change_instrument(row, moved, actor=insider, on=TODAY)
    report_ending(row, actor=operator, **given)


def test_evidence_ends_with_the_use_and_comes_back_with_it(make, receptionist):
    now = clock.now()
    job = make.job(JobState.EVIDENCED)
    row = db.session.get(Instrument, job.instrument_id)

    def use(state, hours):
        with clock.at(now + timedelta(hours=hours)), transaction():
            set_instrument_state(row, state, actor=receptionist, on=TODAY)
        return row.id in valid_until([row.id])

    assert not use(InstrumentState.OUT_OF_USE, 1)
    assert not use(InstrumentState.OUT_OF_USE, 2)
    assert len(endings_of(row.id)) == 1
    assert use(InstrumentState.IN_USE, 3)
