"""No point, limit or error divides by zero for an instrument in the scope."""

import shutil

import pytest

from labms.catalogue.correction.fault_words import in_words
from labms.catalogue.files.checking import check_folder
from labms.i18n import speaking
from tests.catalogue.test_checking import needed_by

SCALE = "procedures/can-dong-ho-lo-xo-2026-1.toml"
POINT = "check[loads].points[3].at"
LIMIT = """table = "oiml-r-76"
given = { class = "class", load = "nominal", e = "e" }
factor = "verification\""""


def own_limit(formula):
    return f'plus = "{formula}"\nsource = "x"\nconfidence = "memory"\nchecked_by = []'


#: A spring scale of 30 kg with e = 100 g is the typical one, and is fine with each.
POLES = [
    # Beside the typical instrument, at a place that is no end of anything.
    ('"200 * e"', '"200 * e / (60000 - Max)"', POINT, "Max = 60"),
    ('"200 * e"', '"200 * e / (Max - 60000) ** 2"', POINT, "Max = 60"),
    ('"200 * e"', '"e / abs(e - 140)"', POINT, "e = 140"),
    ('"200 * e"', '"e / (3 * Max - 70001)"', POINT, "Max = 23.33"),
    ('"200 * e"', '"200 * e * (60000 - Max) ** -1"', POINT, "Max = 60"),
    ('"200 * e"', '"e / (Max - 25000) / (Max - 26000)"', POINT, "Max = 2"),
    # Of two figures, where neither is as on the typical instrument.
    ('"200 * e"', '"e / abs(Max * e - 40000000)"', POINT, "Max = "),
    ('"200 * e"', '"e / abs(Max + 100 * e - 250000)"', POINT, "e = "),
    # Only where a condition lets it.
    ('"200 * e"', '"if(Max > 59000, e / (Max - 60000), e)"', POINT, "Max = 60"),
    # At the end of the scope: Max of at most 1000 e.
    ('"200 * e"', '"Max / (1000 * e - Max)"', POINT, "Max = 100"),
    # Functions and powers that have no value somewhere.
    ('"200 * e"', '"round(200 * e, 60000 - Max)"', POINT, "Max = 60"),
    ('"200 * e"', '"e * 4 ** (Max / 30000)"', POINT, "Max = "),
    # Limits of the procedure's own, and what a table is given.
    (LIMIT, own_limit("e * 100 / (e - 50)"), "loads].limit[1].plus", "e = 50"),
    (LIMIT, own_limit("e * 9000 / abs(nominal - 21000)"), "limit[1].plus", "Max = 21"),
    ('load = "nominal"', 'load = "nominal * e / (140 - e)"', "given.load", "e = 140"),
]

#: Divisions that no instrument of the scope brings to zero.
SAFE = [
    ('"200 * e"', '"if(Max > 61000, e / (Max - 60000), e)"'),
    ('"200 * e"', '"e / (Max - 400000)  * -1"'),
    ('"200 * e"', '"if(Max == 60000, e, abs(e / (Max - 60000)))"'),
    ('"200 * e"', '"200 * e / if(Max > 60000, 2, 1)"'),
    ('"200 * e"', '"min(e / max(e, 0.001) * e, Max)"'),
    ('"200 * e"', '"Max / (2000 * e - Max) * e"'),
    ('"200 * e"', '"if(Max == 60000, e, e * e / (Max - 60000) * 0 + e)"'),
]


GAUGE = "procedures/hieu-chuan-ap-ke-2026-1.toml"
ERROR, MODEL = "check[deviations].error", "check[deviations].uncertainty."
TYPICAL = "has no value for the typical instrument"
ONE = 'error = "indication - nominal"'

#: A gauge of 0 to 1.6 bar with its lowest point at 0; what follows from readings.
OF_READINGS = [
    (ONE, 'error = "(indication - nominal) / nominal"', ERROR, TYPICAL),
    (ONE, 'error = "(indication - nominal) / (upper - upper)"', ERROR, TYPICAL),
    (ONE, 'error = "(indication - nominal) / 0"', ERROR, TYPICAL),
    (ONE, 'error = "(indication - nominal) / (upper - 3)"', ERROR, "upper = 3"),
    (ONE, 'error = "indication / (indication - indication)"', ERROR, TYPICAL),
    (ONE, 'error = "1 / (indication - nominal)"', ERROR, TYPICAL),
    ('"spread / 2"', '"spread / (2 - 2)"', MODEL + "input[spread_part]", TYPICAL),
    ('"d / 10"', '"d / (upper - 3)"', MODEL + "input[reading]", "upper = 3"),
    (
        'model = "indication - nominal',
        'model = "sqrt(indication) / (upper - upper)',
        MODEL + "model",
        TYPICAL,
    ),
    (
        '"upper - lower"',
        '"(upper - lower) / (upper - 3) * (upper - 3)"',
        "values.span",
        "upper = 3",
    ),
    (
        'use = "corrected"',
        'use = "corrected"\naccuracy = "accuracy <= 1 / (upper - 3)"',
        "standard[pressure-standard].accuracy",
        "upper = 3",
    ),
]


def faults_of(tmp_path, file, right, wrong):
    """The faults that one change makes, with the files that the scale needs alone."""
    for kind in ("types", "limits", "lists", "procedures"):
        (tmp_path / kind).mkdir()
    for path in needed_by(file if file == GAUGE else SCALE):
        shutil.copy(path, tmp_path / path.parent.name)
    text = (tmp_path / file).read_text("utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1), "utf-8")
    return check_folder(tmp_path)


def cases(of, *, at_once):
    """The first of them each time, the others in the long run."""
    return [
        pytest.param(*each, marks=[] if place < at_once else [pytest.mark.long])
        for place, each in enumerate(of)
    ]


@pytest.mark.long
@pytest.mark.parametrize(("right", "wrong", "key", "where"), cases(POLES, at_once=2))
def test_a_pole_in_the_range_is_found_with_its_key(tmp_path, right, wrong, key, where):
    faults = faults_of(tmp_path, SCALE, right, wrong)

    found = [each for each in faults if key in each.key]
    assert found, faults
    assert {each.file for each in found} == {SCALE}
    assert where in found[0].message, found


@pytest.mark.parametrize(("right", "safe"), cases(SAFE, at_once=1))
def test_a_division_that_never_meets_zero_is_no_fault(tmp_path, right, safe):
    assert faults_of(tmp_path, SCALE, right, safe) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("right", "wrong", "key", "where"), cases(OF_READINGS, at_once=2)
)
def test_a_formula_of_readings_that_has_no_value_is_found(
    tmp_path, right, wrong, key, where
):
    faults = faults_of(tmp_path, GAUGE, right, wrong)

    found = [each for each in faults if key in each.key]
    assert found, faults
    assert {each.file for each in found} == {GAUGE}
    assert where in found[0].message, found


@pytest.mark.long
def test_to_divide_by_what_is_read_or_by_the_range_is_no_fault(tmp_path):
    safe = 'error = "100 * (indication - nominal) / upper / (indication + 1)"'

    assert faults_of(tmp_path, GAUGE, ONE, safe) == []


@pytest.mark.long
def test_a_pole_of_a_table_is_named_in_the_file_of_the_table(tmp_path):
    table = "limits/oiml-r-76.toml"
    for right, wrong, key in (
        ('result = "limit * e"', 'result = "limit * e * e / abs(e - 140)"', "result"),
        ('of = "load / e"', 'of = "load / e * 0 + load / abs(e - 140)"', "of"),
    ):
        folder = tmp_path / key
        folder.mkdir()
        (fault, *_) = [
            each
            for each in faults_of(folder, table, right, wrong)
            if each.key != "example"
        ]
        assert (fault.file, fault.message) == (table, "has no value where e = 140")
        assert fault.key.endswith(f".{key}")


def test_it_is_told_in_the_language_of_the_page():
    with speaking("vi"):
        assert (
            in_words("has no value where Max = 60") == "không có giá trị khi Max = 60"
        )
