"""Cold-water meters: flow rates by the plate, errors, zones, and errors of one sign."""

from decimal import Decimal

import pytest

from labms.catalogue.rules import CharacteristicMissing, OutOfScope, VerificationReason
from labms.catalogue.sheet import (
    StandardOffer,
    evaluate,
    inaccurate_as_used,
    plan_sheet,
    standards_fit,
)
from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import speaking
from labms.metrology.verdicts import Verdict

NEW = {"DN": "15", "class": "2", "Q3": "2.5", "ratio": "160"}
OLD = {"DN": "15", "class": "B", "Q3": "1.5"}


def planned(meter=NEW, reason=VerificationReason.PERIODIC):
    procedure = shipped_catalogue().procedure("dong-ho-nuoc-lanh", "2026-1")
    return plan_sheet(procedure, characteristics=meter, reason=reason, options={})


def judged(errors, meter=NEW, reason=VerificationReason.PERIODIC, **answers):
    """Pass 100 L at each flow rate through a meter with these errors in percent."""
    sheet = planned(meter, reason)
    entries = {}
    rates = iter(errors)
    for row in sheet.rows:
        if row.nominal is None:
            entries[f"{row.key}.answer"] = answers.get(row.check, "yes")
            continue
        end = Decimal(1000) + 100 + Decimal(next(rates))
        read = {"V1": "1000", "V2": str(end), "Vc1": "0", "Vc2": "100,00"}
        entries |= {f"{row.key}.{key}": text for key, text in read.items()}
    return evaluate(sheet, entries)


@pytest.mark.parametrize(
    ("meter", "flows", "limits"),
    [
        (NEW, ["2500", "25", "15.625"], ["2", "2", "5"]),
        (NEW | {"class": "1"}, ["2500", "25", "15.625"], ["1", "1", "3"]),
        (OLD, ["1500", "120", "30"], ["2", "2", "5"]),
        (OLD | {"class": "A"}, ["1500", "150", "60"], ["2", "2", "5"]),
        (OLD | {"class": "C"}, ["1500", "22.5", "15"], ["2", "2", "5"]),
        (OLD | {"Q3": "15"}, ["15000", "3000", "450"], ["2", "2", "5"]),
        (OLD | {"Q2": "0.11"}, ["1500", "110", "30"], ["2", "2", "5"]),
    ],
)
def test_flow_rates_and_limits_follow_from_the_plate(meter, flows, limits):
    rows = [row for row in planned(meter).rows if row.nominal is not None]

    assert [row.nominal for row in rows] == [Decimal(flow) for flow in flows]
    assert [row.limit for row in rows] == [Decimal(limit) for limit in limits]


def test_a_meter_without_a_ratio_or_a_class_is_refused():
    with pytest.raises(OutOfScope):
        planned({**NEW, "ratio": ""})
    with pytest.raises(OutOfScope):
        planned(OLD | {"class": "D", "Q3": "20"})
    with pytest.raises(CharacteristicMissing):
        planned({**NEW, "class": ""})


def test_an_error_on_the_limit_passes_and_the_next_digit_fails_its_row():
    assert judged(["2.00", "-2.00", "5.00"]).verdict is Verdict.PASS

    at_transition = judged(["0.5", "2.01", "-1"])
    assert at_transition.verdict is Verdict.FAIL
    assert at_transition.failures == ("metrological-error-2-1",)


def test_a_leaking_meter_fails_before_any_volume_counts():
    found = judged(["0", "0", "0"], tightness="no")
    assert (found.verdict, found.failed_stage) == (Verdict.FAIL, "technical")


@pytest.mark.parametrize(
    ("errors", "reason", "verdict"),
    [
        (["1.5", "1.6", "4"], VerificationReason.INITIAL, Verdict.FAIL),
        (["-1.5", "-1.6", "-4"], VerificationReason.INITIAL, Verdict.FAIL),
        (["1.5", "1.6", "2.5"], VerificationReason.INITIAL, Verdict.PASS),
        (["1.5", "-1.6", "4"], VerificationReason.INITIAL, Verdict.PASS),
        (["1.5", "1.6", "4"], VerificationReason.PERIODIC, Verdict.PASS),
    ],
)
def test_errors_of_one_sign_are_not_all_large_at_the_initial_verification(
    errors, reason, verdict
):
    assert judged(errors, reason=reason).verdict is verdict


def test_a_volume_standard_has_to_be_right_to_a_third_of_the_narrowest_limit():
    def problems(mpe):
        offer = StandardOffer(
            unit="L", range_from=Decimal(100), range_to=Decimal(100), mpe=Decimal(mpe)
        )
        sheet = planned()
        return standards_fit(
            sheet.procedure, sheet, requirement="water-bench", offers=[offer]
        )

    assert problems("0.3") == ()
    assert problems("0.31")


def vessel(volume, mpe):
    volume = Decimal(volume)
    return StandardOffer(unit="L", range_from=volume, range_to=volume, mpe=Decimal(mpe))


@pytest.mark.parametrize(
    ("drawn", "offers", "short"),
    [
        ("100", [vessel(100, "0.2")], []),
        ("70", [vessel(100, "0.2")], []),  # 0.21 L may be
        ("10", [vessel(100, "0.2")], ["10 L"]),
        ("10", [vessel(100, "0.2"), vessel(10, "0.02")], []),
        ("200", [vessel(100, "0.2")], []),  # filled twice, and twice wrong
        ("200", [vessel(100, "0.4")], ["200 L"]),
    ],
)
def test_a_vessel_is_judged_by_as_much_as_was_drawn_from_it(drawn, offers, short):
    sheet = planned()
    last = next(row for row in reversed(sheet.rows) if row.nominal is not None)
    read = {"V1": "0", "V2": drawn, "Vc1": "0", "Vc2": drawn}
    found = inaccurate_as_used(
        sheet,
        evaluate(sheet, {f"{last.key}.{key}": text for key, text in read.items()}),
        requirement="water-bench",
        offers=offers,
    )

    assert [str(each.details["drawn"]) for each in found] == short
    with speaking("vi"):
        assert all("thể tích đã dùng" in str(each) for each in found)
