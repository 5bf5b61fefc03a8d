"""Which step may follow which, sums of money, and who is the same person."""

from datetime import date
from decimal import Decimal

import pytest

from labms.i18n import speaking
from labms.tasks.data import criteria_in_use, criteria_sets, step_lists
from labms.tasks.rules import (
    AlreadyOver,
    BadAmount,
    BadPercent,
    BadScore,
    BudgetStage,
    DayBefore,
    DayToCome,
    Decided,
    DoneIsAll,
    EvidenceMissing,
    ItemState,
    Listed,
    Money,
    PaidTooMuch,
    PurchaseStage,
    WrongStage,
    check_budget_step,
    check_progress,
    check_purchase_stage,
    check_scores,
    persons_and_turns,
)

TODAY = date(2031, 3, 4)


def decided(stage, amount="100", day=TODAY):
    return Decided(stage, Decimal(amount), day)


def check(new, *before):
    check_budget_step(new, before=before, on=TODAY)


E, A, P, PAY = BudgetStage


def test_estimate_appraisal_approval_and_payment_follow_each_other():
    check(decided(E))
    check(decided(A), decided(E))
    check(decided(P), decided(E), decided(A))
    check(decided(PAY), decided(E), decided(A), decided(P))


@pytest.mark.parametrize(
    ("new", "before"),
    [(A, ()), (P, (E,)), (PAY, (E, A)), (A, (E, A, P)), (P, (E, A, P, PAY))],
)
def test_no_stage_is_left_out_or_goes_back(new, before):
    with pytest.raises(WrongStage):
        check(decided(new), *map(decided, before))


def test_a_new_estimate_begins_another_round_and_the_approval_stands():
    steps = [decided(E, "90"), decided(A, "80"), decided(P, "75"), decided(E, "120")]

    check(decided(A), *steps)
    assert Money.of(steps) == Money(*map(Decimal, (120, 80, 75)), None)


def test_days_do_not_go_back_and_do_not_lie_ahead():
    with pytest.raises(DayBefore):
        check(decided(A, day=date(2031, 3, 3)), decided(E))
    with pytest.raises(DayToCome):
        check(decided(E, day=date(2031, 3, 5)))


@pytest.mark.parametrize("amount", ["0", "-5", "0.5", "1000000000000000"])
def test_an_amount_is_whole_and_above_none(amount):
    with pytest.raises(BadAmount):
        check(decided(E, amount))


def test_no_more_is_paid_than_approved():
    steps = [decided(E), decided(A), decided(P, "100"), decided(PAY, "60")]

    check(decided(PAY, "40"), *steps)
    with pytest.raises(PaidTooMuch):
        check(decided(PAY, "41"), *steps)


def test_amounts_in_a_refusal_are_grouped_as_the_language_has_it():
    steps = [decided(E), decided(A), decided(P, "1306224000")]
    with pytest.raises(PaidTooMuch) as refused:
        check(decided(PAY, "1306224001"), *steps)

    assert "1.306.224.001" in str(refused.value.text)
    with speaking("en"):
        assert "1,306,224,000" in str(refused.value.text)


def test_sums_keep_every_digit_and_nothing_is_not_zero():
    big = Money(Decimal(999999999999999), None, None, Decimal(1))

    assert Money.total([big, big, Money()]) == Money(
        Decimal(1999999999999998), None, None, Decimal(2)
    )


def test_a_purchase_goes_forward_only():
    check_purchase_stage(PurchaseStage.CONTRACTED, before=PurchaseStage.PROPOSED)
    with pytest.raises(WrongStage):
        check_purchase_stage(PurchaseStage.ACCEPTED, before=PurchaseStage.CONTRACTED)
    with pytest.raises(AlreadyOver):
        check_purchase_stage(PurchaseStage.GIVEN_UP, before=PurchaseStage.ACCEPTED)


def test_a_hundred_per_cent_is_done_and_nothing_else():
    check_progress(100, ItemState.DONE, before=ItemState.UNDER_WAY)
    for percent, state in ((100, ItemState.UNDER_WAY), (99, ItemState.DONE)):
        with pytest.raises(DoneIsAll):
            check_progress(percent, state, before=None)
    with pytest.raises(BadPercent):
        check_progress(101, ItemState.DONE, before=None)
    with pytest.raises(AlreadyOver):
        check_progress(50, ItemState.UNDER_WAY, before=ItemState.DONE)


def listed(name="Trần Văn An", **given):
    return Listed(full_name=name, **{"birth_year": 1980} | given)


def test_namesakes_are_told_apart_and_spellings_are_not():
    an = listed()
    assert an.person_key == listed("TRẦN VĂN AN", workplace="Nơi khác").person_key
    others = [
        listed("Trần Văn Ân"),
        listed(birth_year=1981),
        listed(id_tail="0123"),
        listed(birth_year=None, workplace="A"),
    ]
    assert an.person_key not in {other.person_key for other in others}


def test_fifty_turns_by_forty_three_persons_count_fifty_and_forty_three():
    rows = [listed(f"Lê Thị {n}", occasions=2 if n < 7 else 1) for n in range(43)]

    assert persons_and_turns(rows) == (43, 50)


def test_scores_lie_within_their_criterion_and_rest_on_something():
    criteria = criteria_in_use().criteria
    right = {each.code: (Decimal("7.5"), "Hồ sơ") for each in criteria}

    assert check_scores(criteria, right) == Decimal("75.0")
    with pytest.raises(BadScore):
        check_scores(criteria, right | {"3": (Decimal("10.1"), "Hồ sơ")})
    with pytest.raises(EvidenceMissing):
        check_scores(criteria, right | {"3": (Decimal(5), " ")})


def test_data_from_memory_says_so():
    for about in (
        *(each.about for each in criteria_sets().values()),
        *(each.about for each in step_lists().values()),
    ):
        assert about.confidence == "memory"
        assert about.checked_by == ()
        assert "memory" in about.source.en
