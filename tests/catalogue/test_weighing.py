"""The weighing procedures: a sheet for a typical instrument, passing and failing."""

from decimal import Decimal

import pytest

from labms.catalogue.rules import NoPoints, OutOfScope, VerificationReason
from labms.catalogue.sheet import (
    Around,
    StandardOffer,
    evaluate,
    overloads,
    plan_sheet,
    standards_fit,
)
from labms.metrology.verdicts import Verdict

D = Decimal
PERIODIC, IN_SERVICE = VerificationReason.PERIODIC, VerificationReason.IN_SERVICE
BENCH = {"class": "III", "Max": "150", "e": "50"}
DIAL = BENCH | {"display": "kim hoặc thước đòn"}
TRUCK = {"class": "III", "Max": "60", "e": "20", "supports": "6"}
BALANCE = {"class": "I", "Max": "220", "e": "1", "d": "0.1"}
SET = {"class": "M1", "nominal_mass": "500", "least": "0.1", "composition": "1-2-2-5"}


def planned(catalogue, slug, plate, reason=PERIODIC):
    return plan_sheet(
        catalogue.procedure(slug), characteristics=plate, reason=reason, options={}
    )


def perfect(sheet, **given):
    """Return entries without any error; `given` are the texts of some columns."""
    return {
        f"{row.key}.{column.key}": given.get(
            column.key, "yes" if row.nominal is None else str(row.nominal)
        )
        for row in sheet.rows
        for column in row.columns
    }


def weights(largest, u, *, count=1, accuracy_class="F1"):
    return StandardOffer(
        unit="g",
        range_from=D("0.001"),
        range_to=D(largest),
        mpe=D(u) * 3,
        uncertainty=D(u),
        accuracy_class=accuracy_class,
        count=count,
    )


def problems(sheet, *offers):
    return standards_fit(sheet.procedure, sheet, requirement="weights", offers=offers)


def rows_of(sheet, check):
    return [row for row in sheet.rows if row.check == check]


@pytest.mark.parametrize("slug", ["can-ban", "can-dia"])
def test_a_digital_scale_is_read_by_its_change_points(catalogue, slug):
    sheet = planned(catalogue, slug, BENCH)
    up = [row for row in rows_of(sheet, "loads") if row.direction == "up"]
    assert [(row.nominal, row.limit) for row in up] == [
        (1000, 25), (25000, 25), (75000, 50), (100000, 50), (150000, 75),
    ]  # fmt: skip
    assert {len(row.columns) for row in up} == {2}
    good = perfect(sheet, added="25")  # E = I + d/2 - ΔL - L - E0
    assert evaluate(sheet, good).verdict is Verdict.PASS
    key = up[1].key
    on_limit = good | {f"{key}.indication": "25050", f"{key}.added": "50"}
    assert evaluate(sheet, on_limit).verdict is Verdict.PASS  # 50 + 25 - 50 = 25
    over = evaluate(sheet, on_limit | {f"{key}.added": "49"})
    assert over.failures == (key,)
    zero = "metrological-zero-1-1.added"
    shifted = evaluate(sheet, on_limit | {f"{key}.added": "49", zero: "24"})
    assert shifted.verdict is Verdict.PASS  # E0 of +1 g is taken off


def test_a_dial_has_one_column_and_no_error_at_zero(catalogue):
    sheet = planned(catalogue, "can-ban", DIAL)
    assert {len(row.columns) for row in sheet.rows} == {1}
    assert not rows_of(sheet, "zero")
    assert {row.check for row in sheet.rows} >= {"mobility"}
    assert evaluate(sheet, perfect(sheet)).verdict is Verdict.PASS
    key = rows_of(sheet, "eccentricity")[2].key
    bad = evaluate(sheet, perfect(sheet) | {f"{key}.indication": "50051"})
    assert bad.failures == (key,)


@pytest.mark.parametrize(
    ("slug", "plate"),
    [
        ("can-ban", BENCH),
        ("can-o-to", TRUCK),
        ("can-phan-tich-ky-thuat", BALANCE),
        ("can-dong-ho-lo-xo", {"class": "IIII", "Max": "30", "e": "100"}),
    ],
)
def test_in_service_twice_the_error_is_allowed(catalogue, slug, plate):
    first = rows_of(planned(catalogue, slug, plate), "loads")
    later = rows_of(planned(catalogue, slug, plate, IN_SERVICE), "loads")
    assert [row.limit for row in later] == [2 * row.limit for row in first]


def test_weights_of_a_set_have_the_limits_of_their_class(catalogue):
    sheet = planned(catalogue, "can-ban", BENCH)
    blocks = weights(20000, "0.3", count=7, accuracy_class="M1")
    box = weights(10000, "0.15", accuracy_class="M1")
    assert problems(sheet, blocks, box) == ()
    assert problems(sheet, box)[0].text.startswith("Together they make")
    result = evaluate(
        sheet, perfect(sheet, added="25"), around=Around(standards={"weights": [box]})
    )
    assert all(budget.is_small_enough for budget in result.budgets.values())


def test_a_weighbridge_is_read_over_each_support(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    over = rows_of(sheet, "eccentricity")
    assert [row.position_en for row in over][-1] == "support 6"
    assert {row.nominal for row in over} == {12000}  # Max / (n - 1)
    few = planned(catalogue, "can-o-to", TRUCK | {"supports": "4"})
    assert {row.nominal for row in rows_of(few, "eccentricity")} == {20000}


def truck_entries(sheet, *, available, standards):
    entries = perfect(sheet, added="10", available=str(available))
    for row in rows_of(sheet, "loads"):
        known = min(row.nominal, D(standards))
        entries[f"{row.key}.standards"] = str(known)
        entries[f"{row.key}.substitution"] = str(row.nominal - known)
    return entries


def test_a_substitution_load_makes_up_what_the_standards_lack(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    entries = truck_entries(sheet, available=12000, standards=12000)
    assert evaluate(sheet, entries).verdict is Verdict.PASS
    top = next(row for row in rows_of(sheet, "loads") if row.nominal == 60000)
    bad = evaluate(sheet, entries | {f"{top.key}.substitution": "47969"})
    assert bad.failures == (top.key,)  # 31 kg of error, 30 kg are allowed


def test_too_few_standards_are_no_failure_but_no_measurement_either(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    entries = truck_entries(sheet, available=12000, standards=12000)
    third = rows_of(sheet, "repeatability")[2].key
    spread = entries | {f"{third}.added": "4"}  # 6 kg = 0.3 e: a third is needed
    result = evaluate(sheet, spread)
    assert result.verdict is None
    assert result.missing == ("metrological-standards-1-1.available",)
    enough = spread | {"metrological-standards-1-1.available": "20000"}
    assert evaluate(sheet, enough).verdict is Verdict.PASS
    worse = enough | {f"{third}.added": "3"}
    assert evaluate(sheet, worse).verdict is None


def test_no_more_standards_lie_on_a_scale_than_were_brought(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)

    def told(*, available, standards, count=20):
        entries = truck_entries(sheet, available=available, standards=standards)
        return overloads(
            sheet,
            evaluate(sheet, entries),
            requirement="weights",
            offers=[weights(1_000_000, "16", count=count)],  # tonnes
        )

    assert told(available=20000, standards=20000) == ()
    (refusal,) = told(available=20000, standards=30000)
    assert (refusal.details["used"].en, refusal.details["total"].en) == (
        "30000 kg",
        "20000 kg",
    )
    (refusal,) = told(available=20001, standards=20000)
    assert refusal.details["used"].en == "20001 kg"
    assert told(available=30000, standards=30000, count=30) == ()


def test_a_load_far_from_its_point_is_a_slip(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    entries = truck_entries(sheet, available=30000, standards=30000)
    key = rows_of(sheet, "loads")[3].key
    result = evaluate(sheet, entries | {f"{key}.substitution": "1000"})
    assert "near the point" in result.rows[key].problem.details["rule"].en
    assert result.verdict is None


def test_what_builds_on_a_check_waits_for_it(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    entries = truck_entries(sheet, available=30000, standards=30000)
    del entries["metrological-zero-1-1.added"]
    row = evaluate(sheet, entries).rows[rows_of(sheet, "loads")[0].key]
    assert row.problem.text.startswith("An earlier check")


def test_standards_repeated_by_substitution_are_wrong_as_often(catalogue):
    sheet = planned(catalogue, "can-o-to", TRUCK)
    assert problems(sheet, weights(20000, "0.3", count=600)) == ()
    coarse = problems(sheet, weights(20000, "1.5", count=600))
    assert coarse
    assert coarse[0].text.startswith("Not accurate")


def test_a_balance_passes_and_fails_by_a_tenth_of_a_milligram(catalogue):
    sheet = planned(catalogue, "can-phan-tich-ky-thuat", BALANCE)
    up = [row for row in rows_of(sheet, "loads") if row.direction == "up"]
    assert [row.nominal for row in up] == [
        D("0.1"), D("1.1"), 11, 55, 110, 165, 220,
    ]  # fmt: skip
    assert [row.limit for row in up] == [D("0.5")] * 3 + [1, 1, 1, D("1.5")]
    assert len(rows_of(sheet, "repeatability")) == 6
    assert not problems(sheet, weights(200, "0.0001"), weights(20, "0.000025"))
    good = perfect(sheet, deviation="0")
    assert evaluate(sheet, good).verdict is Verdict.PASS
    key = f"{up[2].key}.indication"
    assert evaluate(sheet, good | {key: "11.0005"}).verdict is Verdict.PASS
    bad = evaluate(sheet, good | {key: "11.0006"})
    assert bad.failures == (up[2].key,)
    deviation = f"{up[2].key}.deviation"
    right = evaluate(sheet, good | {key: "11.0006", deviation: "0.1"})
    assert right.verdict is Verdict.PASS


def weight_entries(sheet, *, difference="0", deviation="0", s="0.001"):
    """Return entries with the largest weight compared; all in mg but the difference."""
    entries = perfect(sheet, deviation="0", scatter=s)
    entries[f"{rows_of(sheet, 'reference')[-1].key}.deviation"] = deviation
    row = rows_of(sheet, "comparison-m")[-1]
    entries[f"{row.key}.B1"] = str(row.nominal + D(difference))
    return entries


def test_a_set_has_a_line_for_each_weight(catalogue):
    sheet = planned(catalogue, "qua-can", SET)
    labels = [row.point_label_en for row in rows_of(sheet, "comparison-m")]
    assert labels == [
        "100 mg", "200 mg", "*", "500 mg",
        "1 g", "2 g", "*", "5 g", "10 g", "20 g", "*", "50 g",
        "100 g", "200 g", "*", "500 g",
    ]  # fmt: skip
    alone = planned(catalogue, "qua-can", {"class": "F2", "nominal_mass": "20000"})
    assert [row.nominal for row in rows_of(alone, "comparison-f")] == [20000, 20000]
    with pytest.raises(NoPoints):
        planned(catalogue, "qua-can", {"class": "M1", "nominal_mass": "25000"})
    with pytest.raises(OutOfScope):
        planned(catalogue, "qua-can", {"class": "F1", "nominal_mass": "1000"})


def test_a_weight_is_decided_with_its_uncertainty(catalogue):
    sheet = planned(catalogue, "qua-can", SET)
    around = Around(standards={"weights": [weights(500, "0.0008")]})

    def judged(**given):
        return evaluate(sheet, weight_entries(sheet, **given), around=around)

    good = judged(difference="0.020")  # 20 mg of 25 mg, and U is some 3.8 mg
    assert good.verdict is Verdict.PASS
    assert good.groups[-1].limit < 25
    bad = judged(difference="0.022")  # within 25 mg, but not within 25 mg less U
    assert bad.verdict is Verdict.FAIL
    assert bad.failures == (good.groups[-1].key,)
    assert judged(difference="0.022", deviation="-3").verdict is Verdict.PASS
    unsure = judged(s="0.3")
    assert unsure.verdict is None
    assert not unsure.missing
    assert "larger than a third" in unsure.obstacles[0].text


def test_a_weight_without_uncertainty_fails_beyond_its_limit_and_never_passes(
    catalogue,
):
    sheet = planned(catalogue, "qua-can", SET)
    nothing_known = evaluate(sheet, weight_entries(sheet))
    assert nothing_known.verdict is None
    assert "without its uncertainty" in nothing_known.obstacles[0].text
    bad = evaluate(sheet, weight_entries(sheet, difference="0.026"))
    assert bad.verdict is Verdict.FAIL
