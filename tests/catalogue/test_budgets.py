"""Uncertainty budgets: from readings, standards and surroundings to U at each point."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest

from labms.catalogue.files.faults import Table
from labms.catalogue.files.procedures import read_procedure
from labms.catalogue.sheet import Around, StandardOffer, evaluate, plan_sheet
from labms.catalogue.shipped import shipped_folder
from labms.metrology.distributions import from_readings

D = Decimal
SCALE = "procedures/can-dong-ho-lo-xo-2026-1.toml"
HOLD = '[[stage.check]]\nslug = "eccentricity"'
BLOCK = """
[stage.check.uncertainty]
model = "indication + reading - nominal - load + repeat"
max_share = "1 / 3"
source = "a test"
confidence = "memory"

[[stage.check.uncertainty.input]]
key = "reading"
name_vi = "Đọc"
name_en = "Reading"
half_width = "d / 2"

[[stage.check.uncertainty.input]]
key = "load"
name_vi = "Quả cân"
name_en = "Weights"
standard = "weights"
half_width = "standard_accuracy"

[[stage.check.uncertainty.input]]
key = "repeat"
name_vi = "Độ lặp lại"
name_en = "Repeatability"
repeats = "repeatability"

"""
#: A key to change in the block, what to write, and the key of the fault.
FAULTS = [
    ('max_share = "1 / 3"', 'max_share = "1 - 1"', ".max_share"),
    ('max_share = "1 / 3"', 'excess = "refuse"', ".excess"),
    ("- load", "- lod", "uncertainty.model"),
    ("- load", "", "input[load]"),
    ('"d / 2"', '"D / 2"', "input[reading].half_width"),
    ('"d / 2"', '"d / 2"\ndistribution = "normal"', "input[reading].distribution"),
    ('"d / 2"', '"d / 2"\nexpanded = "d"', "input[reading].half_width"),
    ('half_width = "d / 2"', 'expanded = "d"', "input[reading].coverage_factor"),
    ('"standard_accuracy"', '"standard_accurate"', "input[load].half_width"),
    ('standard = "weights"', 'standard = "weight"', "input[load].standard"),
    ('repeats = "repeatability"', 'repeats = "loads"', "input[repeat].repeats"),
    ('repeats = "repeatability"', 'repeats = "x"', "input[repeat].repeats"),
    ('"repeatability"\n', '"repeatability"\ndof = "3"\n', "input[repeat].dof"),
    ('"repeatability"\n', '"repeatability"\nsensitivity = "1"\n', ".sensitivity"),
    ('model = "', 'per = "day"\nmodel = "', "uncertainty.per"),
    ('"d / 2"', '"d / 2"\nat = "nominal"', "input[reading].at"),
    ('standard = "weights"', 'standard = "weights"\nat = "nomin"', "input[load].at"),
    ('model = "', 'values = { m = "sqrt(class)" }\nmodel = "', "values.m"),
    ('model = "', 'values = { m = "n * x" }\nmodel = "', "values.m"),
    ('model = "', 'values = { n = "d" }\nmodel = "', "values.n"),
]


def procedure(catalogue, block, file=SCALE, before=HOLD):
    """The shipped procedure with a model, and the faults of its file."""
    text = (shipped_folder() / file).read_text("utf-8")
    start, end = text.index("[stage.check.uncertainty]"), text.index(before)
    data = tomllib.loads(text[:start] + block + text[end:])
    top = Table(file, "", data, [])
    found = read_procedure(top, types=catalogue.types, tables=catalogue.tables)
    top.finish()
    return found, top.faults


@pytest.fixture(scope="module")
def sheet(catalogue):
    modelled, faults = procedure(catalogue, BLOCK)
    assert faults == []
    return plan_sheet(
        modelled,
        characteristics={"class": "IIII", "Max": "10", "e": "20"},
        reason=modelled.reasons[0],
        options={},
    )


def entries(sheet, **changed):
    found = {
        key: "yes" if row.nominal is None else str(row.nominal)
        for row in sheet.rows
        for key in row.entry_keys
    }
    return found | {f"metrological-{k}.indication": v for k, v in changed.items()}


WEIGHTS = StandardOffer(
    unit="kg",
    range_from=D(1),
    range_to=D(5),
    mpe=D("0.00025"),
    uncertainty=D("0.0001"),
    count=2,
)
SMALL = StandardOffer(unit="g", range_from=D(1), range_to=D(500), mpe=D("0.025"))
REPEATED = {
    "repeatability-1-1": "5000",
    "repeatability-1-2": "5002",
    "repeatability-1-3": "5004",
}


def budgets(sheet, *offers, **changed):
    around = Around(standards={"weights": offers})
    return evaluate(sheet, entries(sheet, **changed), around=around).budgets


def test_each_point_has_its_budget_with_everything_that_contributes(sheet):
    found = budgets(sheet, WEIGHTS, SMALL, **REPEATED)

    assert len(found) == 9  # of the loads, up and down
    full = found["metrological-loads-5-up"]
    assert full.nominal == 10_000
    reading, load, repeat = full.lines
    assert reading.standard_uncertainty == pytest.approx(10 / sqrt(3))
    assert load.standard_uncertainty == pytest.approx(2 * 0.25 / sqrt(3))  # two of 5 kg
    assert repeat.standard_uncertainty == pytest.approx(2)
    assert repeat.degrees_of_freedom == 2
    assert load.sensitivity == -1
    assert full.standard_uncertainty == pytest.approx(
        sqrt(100 / 3 + 0.25 / 3 + 4), rel=1e-12
    )
    assert full.coverage.factor > 2
    assert full.uncertainty == Fraction(
        full.coverage.factor * full.standard_uncertainty
    )


def test_several_weights_make_a_load_the_largest_first(sheet):
    light = budgets(sheet, WEIGHTS, SMALL, **REPEATED)["metrological-loads-1-up"]
    assert light.nominal == 200
    assert light.lines[1].standard_uncertainty == pytest.approx(0.025 / sqrt(3))


def test_an_uncertainty_is_set_beside_its_limit(sheet):
    found = budgets(sheet, WEIGHTS, SMALL, **REPEATED)
    light, full = found["metrological-loads-1-up"], found["metrological-loads-5-up"]
    assert light.is_small_enough is False  # U of 12 g beside 10 g
    assert full.is_small_enough is False  # beside a third of 30 g
    assert light.is_refused is False  # the procedure warns


@pytest.mark.parametrize(
    ("offers", "changed"),
    [((), REPEATED), ((WEIGHTS,), {"repeatability-1-2": ""})],
    ids=["no standard", "no repetitions"],
)
def test_what_is_not_stated_gives_no_uncertainty_and_never_zero(sheet, offers, changed):
    changed = {**changed, **({} if offers == () else {"repeatability-1-3": ""})}
    found = budgets(sheet, *offers, **changed)["metrological-loads-5-up"]
    assert found.coverage is None
    assert found.uncertainty is None
    assert found.problem is not None


def test_a_point_that_was_not_read_has_no_budget(sheet):
    found = budgets(sheet, WEIGHTS, SMALL, **{"loads-5-up-1": ""})
    assert "metrological-loads-5-up" not in found


@pytest.mark.parametrize(("right", "wrong", "key"), FAULTS)
def test_a_wrong_model_is_refused_with_its_key(catalogue, right, wrong, key):
    assert right in BLOCK
    _, faults = procedure(catalogue, BLOCK.replace(right, wrong, 1))
    assert any(key in fault.key for fault in faults), faults


def test_a_calibration_without_any_model_is_a_fault(catalogue):
    file = "procedures/hieu-chuan-nhiet-ke-2026-1.toml"
    text = (shipped_folder() / file).read_text("utf-8")
    start = text.index("[stage.check.uncertainty]")
    data = tomllib.loads(text[:start])
    top = Table(file, "", data, [])
    read_procedure(top, types=catalogue.types, tables=catalogue.tables)
    assert any("with uncertainty" in fault.message for fault in top.faults)


def thermometer(catalogue):
    return plan_sheet(
        catalogue.procedure("hieu-chuan-nhiet-ke"),
        characteristics={"lower": "0", "upper": "100", "d": "1"},
        reason=None,
        options={},
    )


def test_a_calibration_has_no_verdict_but_the_uncertainty_of_each_value(catalogue):
    sheet = thermometer(catalogue)
    typed = {}
    for row in sheet.rows:
        for column, key in zip(row.columns, row.entry_keys, strict=True):
            typed[key] = {"uniformity": "0.02", "stability": "0.01"}.get(
                column.key, "yes" if row.nominal is None else f"{row.nominal:f}"
            )
    last = [row for row in sheet.rows if row.nominal == 50][-3:]
    for row, read in zip(last, ("50.2", "50.3", "50.4"), strict=True):
        typed[f"{row.key}.indication"] = read
    standard = StandardOffer(
        unit="°C", range_from=D(0), range_to=D(200), uncertainty=D("0.04")
    )

    found = evaluate(
        sheet, typed, around=Around(standards={"thermometer": (standard,)})
    )

    budget = found.budgets[last[0].point_key]
    readings = from_readings([Fraction(x, 10) for x in (502, 503, 504)])
    parts = [readings.standard_uncertainty, 0.02, 0.02 / sqrt(3), 0.02 / sqrt(3)]
    parts += [0.01 / sqrt(3), 0.1 / sqrt(3)]
    assert budget.standard_uncertainty == pytest.approx(sqrt(sum(p * p for p in parts)))
    assert budget.value == Fraction(3, 10)
    assert {row.verdict for key, row in found.rows.items() if "comp" in key} == {None}
    assert found.missing == ()


def test_the_density_of_air_counts_for_the_finest_weights(catalogue):
    sheet = plan_sheet(
        catalogue.procedure("hieu-chuan-qua-can-e2"),
        characteristics={"nominal_mass": "200", "class": "E2"},
        reason=None,
        options={},
    )
    given = {
        "deviation_given": "0.05",
        "U_given": "0.03",
        "scatter": "0.01",
        "density_given": "8000",
        "density_test": "7900",
        "air_density": "1.1",
        "A1": "200.0001",
        "A2": "200.0001",
        "B1": "200.0002",
        "B2": "200.0002",
    }
    typed = {
        key: given.get(column.key, "yes")
        for row in sheet.rows
        for column, key in zip(row.columns, row.entry_keys, strict=True)
    }
    standard = StandardOffer(
        unit="g", range_from=D(1), range_to=D(500), uncertainty=D("0.00003")
    )

    found = evaluate(sheet, typed, around=Around(standards={"weights": (standard,)}))

    budget = found.budgets["measurement-comparison-1"]
    buoyancy = 200_000 * Fraction(-1, 10) * (Fraction(1, 7900) - Fraction(1, 8000))
    assert budget.value == Fraction(1, 10) + Fraction(5, 100) + buoyancy
    dt = next(line for line in budget.lines if line.key == "dt")
    assert dt.sensitivity == pytest.approx(200_000 * 0.1 / 7900**2)
    assert budget.warnings == ()


def test_a_dispenser_has_its_resolution_the_can_and_its_own_scatter(catalogue):
    procedure = catalogue.procedure("cot-do-xang-dau")
    sheet = plan_sheet(
        procedure,
        characteristics=procedure.example,
        reason=procedure.reasons[0],
        options={"cot-do-xang-dau": "dlvn-10-2013"},
    )
    typed = {
        key: "yes" if row.nominal is None else f"{row.nominal:f}"
        for row in sheet.rows
        for key in row.entry_keys
    }
    typed["metrological-volume-error-1-3.indication"] = "20.03"  # 0, 0 and 0.15 %
    can = StandardOffer(unit="L", range_from=D(1), range_to=D(20), mpe=D("0.02"))

    found = evaluate(sheet, typed, around=Around(standards={"cans": (can,)})).budgets

    at_20_litres = found["metrological-volume-error-1"]
    assert {
        line.key: line.contribution for line in at_20_litres.lines
    } == pytest.approx(
        {
            "indication": 100 / 20 * 0.005 / sqrt(3),
            "reference": 100 * 20.01 / 20**2 * 0.02 / sqrt(3),
            "repeat": 0.05,  # s is 0.15 / sqrt(3), and three runs make the mean
        }
    )
    assert at_20_litres.is_small_enough is None  # nobody has read that it must be
