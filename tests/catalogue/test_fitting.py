"""Standards have to reach the points and be accurate enough there."""

from decimal import Decimal

import pytest

from labms.catalogue.sheet import StandardOffer, offer_problems, standards_fit
from labms.i18n import speaking
from tests.catalogue.test_sheet import dispenser_sheet, scale_sheet

D = Decimal


def weight(largest, mpe, count=1, unit="kg", least="0"):
    return StandardOffer(
        unit=unit,
        range_from=D(least),
        range_to=D(largest),
        mpe=mpe and D(mpe),
        count=count,
    )


def can(volume, **given):
    return StandardOffer(unit="L", range_from=D(volume), range_to=D(volume), **given)


def problems(sheet, requirement, *offers):
    found = standards_fit(
        sheet.procedure, sheet, requirement=requirement, offers=offers
    )
    return [each.text for each in found]


@pytest.fixture
def scale(catalogue):
    return scale_sheet(catalogue)


def test_several_weights_may_make_one_load(scale):
    assert problems(scale, "weights", weight(5, "0.00025"), weight(5, "0.00025")) == []
    assert problems(scale, "weights", weight("0.5", "0.000025", count=20)) == []


def test_too_few_weights_do_not_reach_the_largest_load(scale):
    (problem,) = problems(scale, "weights", weight(5, "0.00025"))
    assert problem.startswith("Together they make")


def test_weights_that_are_all_larger_than_the_smallest_load_do_not_make_it(scale):
    coarse, fine = weight(10, "0.0005", least=1), weight(1, "0.00005", least="0.001")
    (problem,) = problems(scale, "weights", coarse)
    assert problem.startswith("The smallest of them is")
    assert problems(scale, "weights", coarse, fine) == []
    with speaking("vi"):
        (told,) = standards_fit(
            scale.procedure, scale, requirement="weights", offers=[coarse]
        )
        assert str(told) == "Nhỏ nhất trong đó là 1000 g, trong khi cần tải 200 g."


def test_weights_of_another_quantity_cannot_be_used(scale):
    (problem,) = problems(scale, "weights", can(20, mpe=D("0.02")))
    assert problem.startswith("It measures in")


def test_a_standard_that_states_nothing_is_refused_not_taken_as_perfect(scale):
    (problem,) = problems(scale, "weights", weight(10, None))
    assert problem.startswith("Neither")


def test_exactly_one_third_of_the_limit_is_accurate_enough(catalogue):
    sheet = dispenser_sheet(catalogue)
    good = [can(20, mpe=D("0.02")), can(5, mpe=D("0.005")), can(2, mpe=D("0.002"))]
    assert problems(sheet, "cans", *good) == []
    coarse = can(20, mpe=D("0.0200001"))
    assert problems(sheet, "cans", coarse, *good[1:])[0].startswith("Not accurate")


def test_the_wider_option_lets_a_coarser_can_serve(catalogue):
    sheet = dispenser_sheet(catalogue, "dlvn-10-2011")
    cans = [can(v, mpe=D(v) * D("0.0016")) for v in (20, 5, 2)]
    assert problems(sheet, "cans", *cans) == []


def test_every_point_needs_a_standard_that_reaches_it(catalogue):
    sheet = dispenser_sheet(catalogue)
    found = problems(sheet, "cans", can(20, mpe=D("0.01")), can(5, mpe=D("0.004")))
    assert found == ["None of them reaches the point {point}."]


def test_a_known_error_counts_with_its_uncertainty(catalogue):
    sheet = dispenser_sheet(catalogue)
    offer = can(5, error=D("-0.003"), uncertainty=D("0.0025"))
    assert offer.accuracy == D("0.0055")
    assert offer_problems(sheet.procedure, sheet, requirement="cans", offer=offer)


def test_one_can_is_usable_although_other_points_need_another(catalogue):
    sheet = dispenser_sheet(catalogue)
    offer = can(5, uncertainty=D("0.002"))
    assert not offer_problems(sheet.procedure, sheet, requirement="cans", offer=offer)
    wrong = can(10, uncertainty=D("0.002"))
    assert offer_problems(sheet.procedure, sheet, requirement="cans", offer=wrong)


def test_what_is_not_required_may_be_left_out_but_not_be_too_coarse(catalogue):
    sheet = dispenser_sheet(catalogue)
    assert problems(sheet, "cylinder") == []
    assert problems(sheet, "cans") == ["No standard was chosen."]
    cylinder = StandardOffer(unit="mL", range_from=D(0), range_to=D(500), mpe=D("5.1"))
    assert problems(sheet, "cylinder", cylinder)[0].startswith("Not accurate")
