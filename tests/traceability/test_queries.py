from datetime import date
from decimal import Decimal

import pytest

from labms.db import scoped
from labms.policy import Scope
from labms.registry.rules import StandardState
from labms.traceability.chains import MOST_LEVELS
from labms.traceability.queries import (
    affected_calibrations,
    calibration_in_force,
    chain_of,
    standings_of,
    usable_standards,
)
from labms.traceability.rules import CalibrationStanding

TODAY = date(2031, 3, 4)


def test_the_last_calibration_counts_until_its_last_day(make):
    standard = make.standard()
    make.calibration(standard, calibrated_on=date(2029, 1, 1), due_on=date(2032, 1, 1))
    newer = make.calibration(
        standard, calibrated_on=date(2031, 1, 1), due_on=date(2031, 3, 4)
    )

    assert calibration_in_force(standard.id, TODAY) == newer
    assert calibration_in_force(standard.id, date(2031, 3, 5)) is None


def test_a_withdrawn_calibration_is_as_if_it_had_never_been(make):
    standard = make.standard()
    older = make.calibration(standard)
    make.calibration(
        standard,
        calibrated_on=date(2031, 1, 1),
        withdrawn_on=date(2031, 3, 1),
        withdrawal_reason="Entered for the wrong standard",
    )

    assert calibration_in_force(standard.id, TODAY) == older


def test_an_overdue_reference_of_a_standard_breaks_the_chain_too(make):
    reference = make.standard(name="Piston of the reference balance")
    make.calibration(reference, due_on=date(2031, 3, 1))
    standard = make.standard()
    make.calibration(
        standard, reference_id=reference.id, calibrated_on=date(2031, 3, 2)
    )

    problems = chain_of([standard.id], on=TODAY).problems

    assert [problem.code for problem in problems] == ["T04"]
    assert "Piston of the reference balance" in str(problems[0])


def test_a_whole_chain_reaches_the_national_standard_even_of_another_body(make):
    other = make.traceable_standard(make.body())
    body = make.body()
    standard = make.standard(body)
    make.calibration(standard, reference_id=other.id, uncertainty=Decimal(3))

    with scoped(Scope(body_id=body.id)):
        chain = chain_of([standard.id], on=TODAY)

    assert chain.is_whole
    assert [link.level for link in chain.links] == [0, 1, 2]
    assert chain.links[-1].standard.holder == "Viện Đo lường Việt Nam"


def test_a_chain_costs_one_query_for_each_level(make, selects):
    standard = make.traceable_standard()
    for _ in range(12):
        make.calibration(standard, calibrated_on=date(2029, 1, 1))
    key = standard.id
    selects.clear()

    chain_of([key], on=TODAY)

    assert len(selects) == 2
    assert len(selects) <= MOST_LEVELS


def test_usable_standards_are_offered_and_the_others_say_why_not(make):
    body = make.body()
    good = make.traceable_standard(body)
    overdue = make.standard(body)
    make.calibration(overdue, due_on=date(2031, 3, 3))
    suspended = make.traceable_standard(body, state=StandardState.SUSPENDED)
    make.traceable_standard(body, kind_slug="cans")
    make.traceable_standard(body, state=StandardState.RETIRED)
    make.traceable_standard()

    usable, unusable = usable_standards(body.id, "weights", on=TODAY)

    assert [each.standard for each in usable] == [good]
    assert usable[0].calibration is not None
    assert usable[0].offer.uncertainty == Decimal(2)
    assert {each.standard: [p.code for p in each.problems] for each in unusable} == {
        overdue: ["T04"],
        suspended: ["T14"],
    }


def test_offering_standards_costs_the_same_for_one_and_for_many(make, selects):
    body = make.body()
    make.traceable_standard(body)
    key = body.id
    selects.clear()
    usable_standards(key, "weights", on=TODAY)
    few = len(selects)
    for _ in range(5):
        make.traceable_standard(body)
    key = body.id
    selects.clear()

    usable_standards(key, "weights", on=TODAY)

    assert len(selects) == few


@pytest.mark.parametrize(
    ("due_on", "standing"),
    [
        (date(2031, 3, 3), CalibrationStanding.OVERDUE),
        (date(2031, 3, 4), CalibrationStanding.DUE_IN_30),
        (date(2031, 4, 3), CalibrationStanding.DUE_IN_30),
        (date(2031, 4, 4), CalibrationStanding.DUE_IN_60),
        (date(2031, 5, 4), CalibrationStanding.IN_DATE),
    ],
)
def test_how_a_calibration_stands_is_told_in_time(make, due_on, standing):
    standard = make.standard()
    make.calibration(standard, due_on=due_on)

    assert standings_of([standard.id], on=TODAY)[standard.id] == (standing, due_on)


def test_a_bad_standard_makes_doubtful_what_was_calibrated_with_it_meanwhile(make):
    bad, good = make.standard(), make.standard()
    early, middle, late = make.standard(), make.standard(), make.standard()
    below = make.standard()
    make.calibration(early, reference_id=bad.id, calibrated_on=date(2030, 1, 31))
    hit = make.calibration(middle, reference_id=bad.id, calibrated_on=date(2030, 3, 1))
    make.calibration(late, reference_id=bad.id, calibrated_on=date(2030, 8, 1))
    deep = make.calibration(
        below, reference_id=middle.id, calibrated_on=date(2030, 9, 1)
    )
    make.calibration(middle, reference_id=good.id, calibrated_on=date(2030, 10, 1))
    make.calibration(below, reference_id=middle.id, calibrated_on=date(2030, 11, 1))

    found = affected_calibrations(
        bad.id, since=date(2030, 2, 1), until=date(2030, 7, 1)
    )

    assert [(x.level, x.calibration, x.until) for x in found] == [
        (1, hit, date(2030, 10, 1)),
        (2, deep, date(2030, 11, 1)),
    ]
