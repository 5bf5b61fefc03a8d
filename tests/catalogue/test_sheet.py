"""The measurement sheet: planned from the instrument, judged exactly."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from labms.catalogue.characteristics import characteristic_problems
from labms.catalogue.rules import (
    CharacteristicMissing,
    CharacteristicUnusable,
    OutOfScope,
    UnknownOption,
    VerificationReason,
    WrongReason,
)
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.metrology.decimals import NotADecimal
from labms.metrology.limits import NoLimit
from labms.metrology.verdicts import Verdict

D = Decimal
PERIODIC = VerificationReason.PERIODIC


def scale_sheet(catalogue, **given):
    plate = {"class": "IIII", "Max": "10", "e": "20"} | given
    procedure = catalogue.procedure("can-dong-ho-lo-xo")
    return plan_sheet(procedure, characteristics=plate, reason=PERIODIC, options={})


def dispenser_sheet(catalogue, option="dlvn-10-2013"):
    return plan_sheet(
        catalogue.procedure("cot-do-xang-dau"),
        characteristics={"Qmax": "50", "Qmin": "5", "Vmin": "2"},
        reason=PERIODIC,
        options={"cot-do-xang-dau": option} if option else {},
    )


def perfect(sheet):
    """Return entries as of an instrument without any error."""
    return {
        key: "yes" if row.nominal is None else str(row.nominal)
        for row in sheet.rows
        for key in row.entry_keys
    }


@pytest.fixture
def sheet(catalogue):
    return scale_sheet(catalogue)


def loads(sheet):
    return [row for row in sheet.rows if row.check == "loads"]


def test_points_come_from_the_plate_whatever_its_units(sheet):
    up = [row for row in loads(sheet) if row.direction == "up"]
    assert [row.nominal for row in up] == [200, 1000, 4000, 5000, 10000]
    assert [row.point_label for row in up] == ["Min", "50e", "200e", "½ Max", "Max"]
    assert {row.unit for row in up} == {"g"}


def test_the_largest_load_is_the_turning_point_and_read_once(sheet):
    down = [row.nominal for row in loads(sheet) if row.direction == "down"]
    assert down == [5000, 4000, 1000, 200]


def test_equal_points_are_one_point_with_both_names(catalogue):
    sheet = scale_sheet(catalogue, Max="2", e="20")  # 100 e: ½ Max = 50e
    up = [row for row in loads(sheet) if row.direction == "up"]
    assert [(row.nominal, row.point_label) for row in up] == [
        (200, "Min"),
        (1000, "50e; ½ Max"),
        (2000, "Max"),
    ]


def test_row_keys_are_stable_and_fit_for_a_page(sheet):
    keys = [row.key for row in sheet.rows]
    assert "metrological-loads-3-up-1" in keys
    assert len(set(keys)) == len(keys)
    assert all(key.replace("-", "").isalnum() and key.isascii() for key in keys)


def test_limits_follow_the_steps_of_r76_with_their_upper_bounds(sheet):
    limits = {int(row.nominal): row.limit for row in loads(sheet)}
    # e = 20 g: up to 50 e ½ e, up to 200 e 1 e, above 1½ e
    assert limits == {200: 10, 1000: 10, 4000: 20, 5000: 30, 10000: 30}


def test_an_unmarked_minimum_is_worked_out_from_e(catalogue):
    sheet = scale_sheet(catalogue, Min="0,5", e="20")
    assert loads(sheet)[0].nominal == D("0.5")
    assert loads(scale_sheet(catalogue, Min=""))[0].nominal == 200


def test_without_errors_it_passes(sheet):
    result = evaluate(sheet, perfect(sheet))
    assert result.verdict is Verdict.PASS
    assert result.missing == ()
    assert set(result.stages.values()) == {Verdict.PASS}


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [("1010", "pass"), ("990", "pass"), ("1010,001", "fail"), ("989,9", "fail")],
)
def test_a_reading_exactly_on_the_limit_passes(sheet, typed, verdict):
    entries = perfect(sheet) | {"metrological-loads-2-up-1.indication": typed}
    result = evaluate(sheet, entries)
    assert result.rows["metrological-loads-2-up-1"].verdict == verdict
    assert result.verdict == verdict


def test_a_reading_keeps_what_was_typed_and_shows_its_digits(sheet):
    entries = {"metrological-loads-2-up-1.indication": "1\u00a0004,50"}
    row = evaluate(sheet, entries).rows["metrological-loads-2-up-1"]
    assert row.values == {"indication": "1\u00a0004,50"}
    assert str(row.error_shown) == "4.50"
    assert (row.mpe_plus, row.mpe_minus) == (10, 10)


def test_what_is_missing_is_named_in_the_order_of_the_sheet(sheet):
    assert evaluate(sheet, {}).missing == sheet.entry_keys
    entries = perfect(sheet)
    del entries["metrological-loads-1-up-1.indication"]
    result = evaluate(sheet, entries)
    assert result.verdict is None
    assert result.missing == ("metrological-loads-1-up-1.indication",)


def test_what_cannot_be_read_is_missing_and_says_why(sheet):
    entries = perfect(sheet) | {"metrological-loads-1-up-1.indication": "2oo"}
    result = evaluate(sheet, entries)
    assert result.verdict is None
    assert result.missing == ("metrological-loads-1-up-1.indication",)
    problem = result.rows["metrological-loads-1-up-1"].problem
    assert problem.details == {"typed": "2oo"}


def test_failing_a_stage_ends_it_and_nothing_more_is_needed(sheet):
    result = evaluate(
        sheet, {"external-markings.answer": "yes", "external-condition.answer": "no"}
    )
    assert result.verdict is Verdict.FAIL
    assert result.failed_stage == "external"
    assert result.missing == ()
    assert result.failures == ("external-condition",)


def test_a_question_is_answered_by_yes_or_no_only(sheet):
    result = evaluate(sheet, perfect(sheet) | {"external-markings.answer": "na"})
    assert result.rows["external-markings"].problem is not None
    assert "external-markings.answer" in result.missing


def test_a_slipped_decimal_mark_is_pointed_out(sheet):
    entries = perfect(sheet) | {"metrological-loads-2-up-1.indication": "10000"}
    assert evaluate(sheet, entries).rows["metrological-loads-2-up-1"].warning


def test_repeated_weighings_may_not_differ_by_more_than_the_limit(sheet):
    keys = [row.key for row in sheet.rows if row.check == "repeatability"]
    at = perfect(sheet)
    at |= {f"{keys[0]}.indication": "4985", f"{keys[1]}.indication": "5015"}
    assert evaluate(sheet, at).verdict is Verdict.PASS  # exactly 30 g
    at[f"{keys[1]}.indication"] = "5016"
    result = evaluate(sheet, at)
    assert result.verdict is Verdict.FAIL
    assert result.failures == ("metrological-repeatability-1-spread",)


def test_a_result_can_be_frozen_as_json(sheet):
    entries = perfect(sheet) | {"metrological-loads-2-up-1.indication": "1010,50"}
    frozen = json.loads(json.dumps(evaluate(sheet, entries).to_json()))
    assert frozen["verdict"] == "fail"
    assert frozen["rows"]["metrological-loads-2-up-1"]["error"] == "10.5"
    assert frozen["rows"]["metrological-loads-2-up-1"]["numbers"] == {
        "indication": "1010.50"
    }


@pytest.mark.parametrize(
    ("option", "percent"), [("dlvn-10-2013", D("0.3")), ("dlvn-10-2011", D("0.5"))]
)
def test_the_released_option_decides_between_the_two_limits(catalogue, option, percent):
    sheet = dispenser_sheet(catalogue, option)
    assert {row.limit for row in sheet.rows if row.nominal} == {percent}
    exact = perfect(sheet)
    for row in sheet.rows:
        if row.key.startswith("metrological-volume-error-1-"):
            exact[f"{row.key}.reference"] = "20"
            exact[f"{row.key}.indication"] = str(20 + 20 * percent / 100)
    assert evaluate(sheet, exact).verdict is Verdict.PASS
    first = "metrological-volume-error-1-1"
    over = exact | {f"{first}.indication": str(D("20.0001") + 20 * percent / 100)}
    result = evaluate(sheet, over)
    assert result.failures == (first,)
    assert result.rows[first].error_shown > percent


def test_where_sources_disagree_somebody_has_to_choose(catalogue):
    for option in ("", "dlvn-10-1999"):
        with pytest.raises(UnknownOption):
            dispenser_sheet(catalogue, option)


def test_half_of_a_reading_names_the_other_half_as_missing(catalogue):
    sheet = dispenser_sheet(catalogue)
    entries = perfect(sheet)
    del entries["metrological-volume-error-2-1.reference"]
    result = evaluate(sheet, entries)
    assert result.missing == ("metrological-volume-error-2-1.reference",)


def test_a_reference_of_zero_is_a_problem_of_its_row(catalogue):
    sheet = dispenser_sheet(catalogue)
    entries = perfect(sheet) | {"metrological-volume-error-2-1.reference": "0"}
    result = evaluate(sheet, entries)
    assert result.rows["metrological-volume-error-2-1"].problem is not None
    assert result.verdict is None
    assert result.missing


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"Max": ""}, CharacteristicMissing),
        ({"Max": "ten"}, NotADecimal),
        ({"class": "V"}, CharacteristicUnusable),
        ({"Max": "201", "e": "500"}, OutOfScope),
        ({"Max": "1", "e": "20"}, OutOfScope),
        ({"e": "5"}, OutOfScope),
    ],
)
def test_what_the_procedure_does_not_cover_is_refused(catalogue, given, refusal):
    with pytest.raises(refusal):
        scale_sheet(catalogue, **given)


def test_a_procedure_is_for_its_reasons_only(catalogue):
    procedure = catalogue.procedure("can-dong-ho-lo-xo")
    with pytest.raises(WrongReason):
        plan_sheet(
            procedure,
            characteristics={},
            reason=VerificationReason.COUNTER,
            options={},
        )


def test_problems_of_a_plate_are_named_one_by_one(catalogue):
    kind = catalogue.type("can-dong-ho-lo-xo")
    problems = characteristic_problems(
        kind.characteristics, {"class": "X", "Max": "10", "e": ""}
    )
    assert problems.keys() == {"class", "e"}


@pytest.mark.parametrize(
    ("accuracy_class", "e", "load", "mpe"),
    [
        ("I", "0.001", "50", "0.0005"),
        ("I", "0.001", "200.001", "0.0015"),
        ("II", "0.01", "50", "0.005"),
        ("II", "0.01", "50.01", "0.01"),
        ("II", "0.01", "1000", "0.015"),
        ("III", "5", "2500", "2.5"),
        ("III", "5", "2500.0001", "5"),
        ("III", "5", "10000", "5"),
        ("III", "5", "15000", "7.5"),
        ("IIII", "20", "1000", "10"),
        ("IIII", "20", "4000", "20"),
        ("IIII", "20", "4000.1", "30"),
    ],
)
def test_the_steps_of_r76_for_all_classes(catalogue, accuracy_class, e, load, mpe):
    option = catalogue.table("oiml-r-76").options[0]
    given = {"class": accuracy_class, "e": Fraction(e), "load": Fraction(load)}
    assert option.limit.limits(given).plus == Fraction(mpe)
    assert option.factors == {"verification": 1, "in_service": 2}


@pytest.mark.parametrize(
    ("accuracy_class", "load"), [("III", "50001"), ("IIII", "20001")]
)
def test_beyond_the_last_step_of_r76_there_is_no_limit(catalogue, accuracy_class, load):
    option = catalogue.table("oiml-r-76").options[0]
    with pytest.raises(NoLimit):
        option.limit.limits(
            {
                "class": accuracy_class,
                "e": Fraction("5" if accuracy_class == "III" else "20"),
                "load": Fraction(load),
            }
        )


@pytest.mark.parametrize(
    ("nominal", "accuracy_class", "mg"),
    [("1000", "M1", "50"), ("20000", "M1", "1000"), ("0.005", "M1", "0.20")],
)
def test_weights_have_the_limits_of_r111(catalogue, nominal, accuracy_class, mg):
    limit = catalogue.table("oiml-r-111").options[0].limit
    given = {"nominal": Fraction(nominal), "class": accuracy_class}
    assert limit.limits(given).plus == Fraction(mg)
    with pytest.raises(NoLimit):
        limit.limits({"nominal": Fraction("0.005"), "class": "M3"})


@pytest.mark.parametrize(
    ("volume", "mpe"),
    [
        ("0.05", "0.002"),
        ("0.1", "0.002"),
        ("0.3", "0.004"),
        ("0.5", "0.005"),
        ("1.5", "0.01"),
        ("2", "0.01"),
        ("20", "0.1"),
    ],
)
def test_small_volumes_have_the_limits_of_r117(catalogue, volume, mpe):
    limit = catalogue.table("oiml-r-117").options[0].limit
    given = {
        "volume": Fraction(volume),
        "percent": Fraction("0.5"),
        "mmq": Fraction(0),  # none stated: no floor
    }
    assert limit.limits(given).plus == Fraction(mpe)


def test_a_fare_typed_with_thousands_is_no_small_one(catalogue):
    sheet = plan_sheet(
        catalogue.procedure("taximet"),
        characteristics={"K": "1000", "plate": "00A", "fare_step": "100"},
        reason=PERIODIC,
        options={},
    )
    fare = next(row for row in sheet.rows if row.check == "fare")
    for shown, computed in (("15.300", "11,300"), ("15.300", "11.300")):
        typed = {f"{fare.key}.shown": shown, f"{fare.key}.computed": computed}
        result = evaluate(sheet, typed).rows[fare.key]
        assert (result.error, result.verdict) == (D(4000), Verdict.FAIL)
    typed = {f"{fare.key}.shown": "15.3", f"{fare.key}.computed": "15.300"}
    result = evaluate(sheet, typed).rows[fare.key]
    assert result.verdict is None
    assert result.problem.details["unit"] == "VND"
