"""The tables of limits: a value of each document, and what always holds."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.catalogue.shipped import shipped_catalogue
from labms.metrology.limits import Cells, NoLimit, Steps
from labms.metrology.units import convert
from labms.metrology.verdicts import judge


def limits(slug, option=0, **given_values):
    values = {
        name.rstrip("_"): value if isinstance(value, str) else Fraction(value)
        for name, value in given_values.items()
    }
    return shipped_catalogue().table(slug).options[option].limit.limits(values)


def number(text):
    """A number for a table, where a plain text would be one."""
    return Decimal(text)


N = number
WATER = {"Q1": N("0.025"), "Q2": N("0.04"), "Q4": N("3.125"), "temperature": 20}
POWER = {"Ist": N("0.02"), "Imin": N("0.25"), "Itr": N("0.5"), "Imax": 60}


@pytest.mark.parametrize(
    ("slug", "values", "mpe"),
    [
        ("oiml-r-49", {"class_": "2", "flow": N("0.04"), **WATER}, "2"),
        ("oiml-r-49", {"class_": "1", "flow": N("0.03"), **WATER}, "3"),
        ("oiml-r-137", {"class_": "1.5", "flow": 1, "Qt": 2}, "3"),
        ("oiml-r-46", {"class_": "B", "pf": "1", "I": N("0.1"), **POWER}, "3.75"),
        ("oiml-r-46", {"class_": "C", "pf": "0.5L", "I": 5, **POWER}, "0.6"),
        (
            "iec-62053-21",
            {"class_": "2", "pf": "0.5L", "ratio": N("0.15"), "top": 10},
            "2.5",
        ),
        ("iec-62053-22", {"class_": "0.2S", "pf": "1", "ratio": 1, "top": 1}, "0.2"),
        (
            "mid-mi-003",
            {"class_": "C", "I": 10, "Imin": 1, "Itr": 2, "Imax": 60},
            "0.7",
        ),
        ("oiml-r-16", {"unit": "kPa", "stage": "in_service"}, "0.5"),
        ("iec-80601-2-30", {"reading": 200}, "4"),
        ("en-837", {"percent": N("1.6"), "span": 10}, "0.16"),
        ("oiml-r-21", {"quantity": "time", "reference": 100, "least": 0}, "0.2"),
        ("oiml-r-115", {"kind": "infrared_ear", "reference": 43}, "0.3"),
        ("oiml-r-87", {"nominal": N("49.5")}, "4.5"),
        ("oiml-r-87-chieu-dai", {"kind": "number", "nominal": 51}, "1"),
        (
            "oiml-r-134",
            {"class_": "5", "stage": "verification", "reference": 1010, "d": 20},
            "20",
        ),
        ("oiml-r-50", {"class_": "0.5"}, "0.25"),
        ("oiml-r-106", {"class_": "2"}, "1"),
        ("oiml-r-51", {"category": "Y", "class_": "III", "load": 500, "e": 1}, "1"),
        (
            "oiml-r-60",
            {"class_": "C", "load": 501, "v": 1, "share": N("0.7")},
            "0.7",
        ),
        ("oiml-r-91", {"setting": "field", "speed": 150}, "4.5"),
        ("oiml-r-126", {"reference": N("0.8"), "stage": "in_service"}, "0.06"),
        ("oiml-r-35", {"class_": "II", "length": N("4.2")}, "1.3"),
        ("oiml-r-120", {"volume": 20}, "0.01"),
        ("oiml-r-138", {"kind": "bottle", "nominal": 750}, "10"),
        (
            "oiml-r-75",
            {
                "class_": "2",
                "difference": 30,
                "least_difference": 3,
                "flow": 1,
                "permanent_flow": 5,
            },
            "3.5",
        ),
        ("oiml-r-117-cap", {"class_": N("0.5"), "line": "A-B"}, "0.2"),
        ("oiml-r-117", {"volume": 1, "percent": 1, "mmq": N("1.5")}, "0.04"),
    ],
)
def test_each_document_gives_its_limit(slug, values, mpe):
    assert limits(slug, **values).plus == Fraction(mpe)


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("oiml-r-49", {"class_": "2", "flow": N("3.1251"), **WATER}),
        ("oiml-r-49", {"class_": "3", "flow": 1, **WATER}),
        ("oiml-r-137", {"class_": "2", "flow": 1, "Qt": 2}),
        ("oiml-r-46", {"class_": "A", "pf": "1", "I": 61, **POWER}),
        ("iec-62053-21", {"class_": "2", "pf": "0.8C", "ratio": 1, "top": 10}),
        ("oiml-r-16", {"unit": "bar", "stage": "verification"}),
        ("oiml-r-115", {"kind": "unheard of", "reference": 43}),
        ("oiml-r-87", {"nominal": 0}),
        ("oiml-r-126", {"reference": N("2.1"), "stage": "verification"}),
        ("oiml-r-60", {"class_": "C", "load": 1, "v": 1, "share": N("0.9")}),
        ("oiml-r-138", {"kind": "bottle", "nominal": 49}),
        ("oiml-r-51", {"category": "Z", "class_": "III", "load": 1, "e": 1}),
    ],
)
def test_where_a_document_is_silent_there_is_no_limit(slug, values):
    with pytest.raises(NoLimit):
        limits(slug, **values)


def test_limits_of_a_mercury_thermometer_differ_on_either_side():
    found = limits("oiml-r-7")
    assert (found.plus, found.minus) == (Fraction("0.1"), Fraction("0.15"))


loads = st.fractions(0, 10_000, max_denominator=1000)


@given(loads, loads, st.sampled_from(["I", "II", "III"]))
def test_a_limit_never_falls_with_the_load(one, other, name):
    low, high = sorted((one, other))
    found = [limits("oiml-r-76", class_=name, load=x, e=1).plus for x in (low, high)]
    assert found[0] <= found[1]


quantities = st.fractions("0.001", 30_000, max_denominator=1000)


@given(quantities, quantities)
def test_deficiencies_and_volumes_have_limits_that_never_fall(one, other):
    low, high = sorted((one, other))
    for slug, name, more in (
        ("oiml-r-87", "nominal", {}),
        ("oiml-r-117", "volume", {"percent": Fraction("0.5"), "mmq": 5}),
    ):
        found = [limits(slug, **{name: x}, **more).plus for x in (low, high)]
        assert found[0] <= found[1]


@given(st.decimals("-9", "9", places=4), st.decimals("0", "9", places=4))
def test_a_verdict_does_not_change_with_trailing_zeros_or_the_unit(error, mpe):
    longer = error.quantize(Decimal("1.00000000"))
    assert judge(longer, mpe=mpe) is judge(error, mpe=mpe)
    assert judge(error * 1000, mpe=mpe * 1000) is judge(error, mpe=mpe)


def test_no_table_of_steps_or_cells_has_a_limit_that_falls():
    for table in shipped_catalogue().tables.values():
        for limit in (option.limit for option in table.options):
            if isinstance(limit, Steps):
                for stairs in limit.steps.values():
                    found = [step.limit for step in stairs]
                    assert found == sorted(found), table.slug
            if isinstance(limit, Cells):
                for name in {column for _, column in limit.cells}:
                    cells = sorted(limit.cells.items())
                    found = [value for (_, column), value in cells if column == name]
                    assert found == sorted(found), (table.slug, name)


def test_a_better_class_of_weights_never_has_a_wider_limit():
    cells = shipped_catalogue().table("oiml-r-111").options[0].limit.cells
    classes = ("E1", "E2", "F1", "F2", "M1", "M1-2", "M2", "M2-3", "M3")
    for nominal in sorted({nominal for nominal, _ in cells}):
        found = [cells[nominal, name] for name in classes if (nominal, name) in cells]
        assert found == sorted(found), nominal


@settings(max_examples=5)
@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 9))
def test_a_gauge_has_one_verdict_in_every_unit(before, after, zeros):
    verdicts = set()
    for unit in ("bar", "kPa", "MPa"):

        def in_unit(bar, unit=unit):
            number = convert(bar, unit="bar", into=unit)
            return format(Decimal(number.numerator) / number.denominator, "f")

        sheet = plan_sheet(
            shipped_catalogue().procedure("ap-ke-lo-xo"),
            characteristics={
                "unit": unit, "upper": in_unit(16), "d": in_unit(Fraction(1, 2)),
                "class": "1.6",
            },
            reason=VerificationReason.PERIODIC,
            options={"en-837": "en-837-1-1996"},
        )  # fmt: skip
        errors = {"before": before, "after": after}
        entries = {}
        for row in sheet.rows:
            for key in row.entry_keys:
                entries[key] = "yes"
                if row.nominal is not None:
                    error = Fraction(errors[key.rpartition(".")[2]], 100)
                    bar = convert(row.nominal, unit=unit, into="bar") + error
                    text = in_unit(bar)
                    entries[key] = text + "0" * zeros if "." in text else text
        verdicts.add(evaluate(sheet, entries).verdict)
    assert len(verdicts - {None}) == 1
