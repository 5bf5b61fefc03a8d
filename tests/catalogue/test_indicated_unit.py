"""A scale is read in the unit that it indicates in: 30 is 30 kg where it says kg."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate
from labms.catalogue.sheet.planning import plan_sheet

SCALES = ("can-ban", "can-dia", "can-dong-ho-lo-xo")
D = Decimal


def sheet_of(catalogue, slug, **plate):
    procedure = catalogue.procedure(slug)
    return plan_sheet(
        procedure,
        characteristics={**procedure.example, **plate},
        reason=VerificationReason.PERIODIC,
        options={},
    )


def in_grams(row, value):
    """What somebody types on the scale in grams, as it is in the unit of the row."""
    plain = Fraction(value) / (1000 if row.unit == "kg" else 1)
    return format(D(plain.numerator) / D(plain.denominator), "f")


def typed(sheet, off):
    """Readings that are off by so many grams; small weights are in grams always."""
    entries = {}
    for row in sheet.rows:
        for column in row.columns:
            if row.nominal is None:
                value = "yes"
            elif column.key == "added":
                assert column.unit == "g"
                value = "0.5"
            else:
                grams = row.nominal * (1000 if row.unit == "kg" else 1)
                value = in_grams(row, grams + off)
            entries[f"{row.key}.{column.key}"] = value
    return entries


@pytest.mark.parametrize("slug", SCALES)
@pytest.mark.parametrize("off", [D(0), D(1), D(-3), D("4.5"), D(100), D(-700)])
def test_the_verdict_is_the_same_in_kilograms_and_in_grams(catalogue, slug, off):
    grams, kilograms = (sheet_of(catalogue, slug, unit=unit) for unit in ("g", "kg"))
    one, other = (evaluate(sheet, typed(sheet, off)) for sheet in (grams, kilograms))

    assert one.verdict == other.verdict
    for left, right in zip(grams.rows, kilograms.rows, strict=True):
        if left.nominal is None:
            continue
        assert (left.unit, right.unit) == ("g", "kg")
        assert (left.error_unit, right.error_unit) == ("g", "kg")
        assert left.nominal == right.nominal * 1000
        assert left.limit_plus == right.limit_plus * 1000
        before, after = one.rows[left.key], other.rows[right.key]
        assert before.verdict == after.verdict
        assert before.error == (after.error or 0) * 1000


@pytest.mark.parametrize("slug", SCALES)
def test_a_plate_that_names_no_unit_is_read_in_grams_as_before(catalogue, slug):
    assert {row.unit for row in sheet_of(catalogue, slug).rows} == {"", "g"}


def test_thirty_is_thirty_kilograms(catalogue):
    sheet = sheet_of(catalogue, "can-dong-ho-lo-xo", Max="30", e="100", unit="kg")
    row = next(row for row in sheet.rows if row.point_label.startswith("Max"))

    fine = evaluate(sheet, {f"{row.key}.indication": "30"}).rows[row.key]
    out = evaluate(sheet, {f"{row.key}.indication": "30,16"}).rows[row.key]
    slipped = evaluate(sheet, {f"{row.key}.indication": "30000"}).rows[row.key]

    assert (row.nominal, row.unit) == (D(30), "kg")
    assert (fine.verdict, fine.error) == ("pass", D(0))
    assert (out.verdict, out.error_shown) == ("fail", D("0.16"))
    assert slipped.warning


def test_small_weights_are_taken_in_grams_beside_an_indication_in_kilograms(catalogue):
    sheet = sheet_of(
        catalogue,
        "can-ban",
        **{"class": "III", "Max": "15", "e": "5", "d": "5", "display": "hiện số"},
        unit="kg",
    )
    entries = {**typed(sheet, D(0))}
    row = next(row for row in sheet.rows if row.check == "loads")
    entries[f"{row.key}.added"] = "1.5"

    found = evaluate(sheet, entries).rows[row.key]

    # E = I + e/2 - ΔL - L = 2.5 g - 1.5 g, less E0 = 2.5 g - 0.5 g: with 0.5 g at zero
    assert found.error == D("-0.001")
    assert found.error_shown == D("-0.0010")
    assert found.numbers["added"] == D("1.5")  # as it was typed


def test_elsewhere_a_column_of_another_unit_is_left_to_the_formula(catalogue):
    procedure = catalogue.procedure("can-phan-tich-ky-thuat")
    check = next(
        check
        for stage in procedure.stages
        for check in stage.checks
        if any(column.unit == "mg" for column in check.columns)
    )
    units = {column.key: column.unit for column in check.columns}
    numbers = dict.fromkeys(units, D(2))
    assert check.taken(numbers, units, unit="g") == numbers
    moved = replace(check, unit_from="unit").taken(numbers, units, unit="g")
    assert moved["deviation"] == D("0.002")
