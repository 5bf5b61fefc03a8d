"""Nobody verifies without a card that holds on the day, for the type and the body."""

from datetime import date

import pytest

from labms.catalogue.rules import NoSuchType
from labms.db import db, transaction
from labms.errors import NotAllowed, NotFound
from labms.organisations.rules import NotSuspended, Standing
from labms.people.queries import (
    card_of,
    card_seen_by,
    cards_seen_by,
    check_entitled,
    entitled_verifiers,
    people_of,
)
from labms.people.rules import BadCard, CardEntered, NotEntitled
from labms.people.services import (
    CardDetails,
    add_card,
    change_card,
    resume_card,
    suspend_card,
)
from labms.policy import Role

TODAY = date(2031, 3, 4)
SCALE, PUMP = "can-dong-ho-lo-xo", "cot-do-xang-dau"


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def verifier(make, body):
    return make.user(Role.VERIFIER, body=body)


@pytest.fixture
def keeper(make, body):
    return make.user(Role.QUALITY_MANAGER, body=body)


def details(**given):
    return CardDetails(
        **{
            "number": "0831-01",
            "decision_number": "5/QĐ",
            "issued_by": "Ủy ban",
            "issued_on": date(2030, 1, 1),
            "valid_until": date(2034, 12, 31),
            "birth_year": 1990,
        }
        | given
    )


def enter(verifier, keeper, body, *, fields=(SCALE,), **given):
    return add_card(
        verifier, details(**given), body_id=body.id, fields=fields, actor=keeper
    )


def test_a_card_entitles_for_its_types_on_its_days(verifier, keeper, body):
    with transaction():
        card = enter(verifier, keeper, body)

    assert check_entitled(verifier, SCALE, on=TODAY, body_id=body.id) is card
    for slug, day in (
        (PUMP, TODAY),
        (SCALE, date(2029, 12, 31)),
        (SCALE, date(2035, 1, 1)),
    ):
        with pytest.raises(NotEntitled):
            check_entitled(verifier, slug, on=day)


def test_a_card_given_for_another_body_does_not_count(make, verifier, keeper, body):
    enter(verifier, keeper, body)

    with pytest.raises(NotEntitled):
        check_entitled(verifier, SCALE, on=TODAY, body_id=make.body().id)


def test_a_renewed_card_takes_over_from_the_old_one(make, verifier, body):
    make.card(verifier, SCALE, number="1", valid_until=date(2031, 2, 1))
    make.card(verifier, SCALE, number="2", issued_on=date(2031, 2, 2))

    assert card_of(verifier.id, SCALE, TODAY).number == "2"
    assert card_of(verifier.id, SCALE, date(2031, 1, 1)).number == "1"


def test_a_suspended_card_entitles_nobody_until_it_is_resumed(verifier, keeper, body):
    card = enter(verifier, keeper, body)
    suspend_card(
        card,
        suspended_from=date(2031, 3, 1),
        suspended_until=None,
        reason="Quyết định 7",
        actor=keeper,
    )
    assert card_of(verifier.id, SCALE, TODAY) is None

    resume_card(card, on=TODAY, actor=keeper)

    assert card_of(verifier.id, SCALE, TODAY) is card
    assert card_of(verifier.id, SCALE, date(2031, 3, 2)) is None
    assert card_of(verifier.id, SCALE, date(2031, 2, 28)) is card


def test_a_card_that_is_not_suspended_cannot_be_resumed(verifier, keeper, body):
    with pytest.raises(NotSuspended):
        resume_card(enter(verifier, keeper, body), on=TODAY, actor=keeper)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"valid_until": date(2029, 1, 1)}, BadCard),
        ({"birth_year": 2029}, BadCard),
        ({"fields": ()}, BadCard),
        ({"fields": ("khong-co",)}, NoSuchType),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(verifier, keeper, body, given, refusal):
    with pytest.raises(refusal):
        enter(verifier, keeper, body, **given)


def test_a_card_is_entered_once(verifier, keeper, body):
    enter(verifier, keeper, body)

    with pytest.raises(CardEntered):
        enter(verifier, keeper, body)


def test_cards_are_entered_by_the_bodys_own_quality_manager(make, verifier, body):
    stranger = make.user(Role.QUALITY_MANAGER, body=make.body())

    with pytest.raises(NotAllowed):
        enter(verifier, stranger, body)
    with pytest.raises(NotAllowed):
        enter(verifier, verifier, body)


def test_the_types_of_a_card_can_be_corrected(verifier, keeper, body):
    card = enter(verifier, keeper, body)

    with transaction():
        change_card(card, details(), fields=[PUMP], actor=keeper)

    assert card.fields == {PUMP}


def test_those_who_may_be_assigned_are_named(make, verifier, keeper, body):
    enter(verifier, keeper, body)
    make.card(make.user(Role.VERIFIER, body=body), SCALE, valid_until=date(2031, 3, 3))
    make.card(make.user(Role.VERIFIER, body=body, is_active=False), SCALE)

    assert entitled_verifiers(body.id, SCALE, on=TODAY) == [verifier]
    assert keeper in people_of(body.id)


def test_a_body_sees_its_own_cards_and_the_department_sees_all(make, verifier, body):
    own = make.card(verifier, SCALE)
    other_body = make.body()
    other = make.card(make.user(Role.VERIFIER, body=other_body), SCALE)
    manager = make.user(Role.MANAGER)

    with pytest.raises(NotFound):
        card_seen_by(verifier, other.id)
    assert card_seen_by(verifier, own.id) is own
    assert card_seen_by(manager, other.id) is other


@pytest.mark.parametrize("standing", Standing)
def test_the_list_and_the_card_agree_on_how_it_stands(make, verifier, standing):
    make.card(verifier, SCALE)
    make.card(verifier, SCALE, valid_until=date(2031, 3, 3))
    make.card(verifier, SCALE, valid_until=TODAY)
    make.card(verifier, SCALE, valid_until=date(2031, 5, 3))
    make.card(verifier, SCALE, valid_until=date(2031, 5, 4))
    make.card(verifier, SCALE, issued_on=date(2031, 3, 5))
    make.card(verifier, SCALE, suspended_from=date(2031, 3, 4))
    make.card(
        verifier,
        SCALE,
        suspended_from=date(2031, 1, 1),
        suspended_until=date(2031, 3, 3),
    )
    every = db.session.scalars(cards_seen_by(verifier, on=TODAY)).all()

    found = db.session.scalars(
        cards_seen_by(verifier, on=TODAY, standing=standing)
    ).all()

    assert found == [card for card in every if card.standing(TODAY) is standing]
