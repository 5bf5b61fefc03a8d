"""No number of a file makes a sheet that nobody can fill in, or endless work."""

import pytest

from labms.catalogue.correction.fault_words import in_words
from labms.catalogue.files.checking import check_folder
from labms.i18n import speaking
from tests.catalogue.test_checking import faults_after

GAUGE = "procedures/hieu-chuan-ap-ke-2026-1.toml"
R_76 = "limits/oiml-r-76.toml"
POINTS = "points = [\n"
MANY = "".join(f'    "upper * {n} / 1000",\n' for n in range(1, 196))

TOO_MANY = [
    ("repetitions = 2", "repetitions = 101", "repetitions"),
    ("repetitions = 2", "repetitions = 1000000000", "repetitions"),
    ("repetitions = 2", "repetitions = 2\nerror_places = 1000000", "error_places"),
    (POINTS, POINTS + MANY, "points"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), TOO_MANY)
def test_a_number_beyond_all_use_is_refused_with_its_key(tmp_path, right, wrong, key):
    faults = faults_after(tmp_path, GAUGE, right, wrong)

    assert [(each.file, each.key.rpartition(".")[2]) for each in faults] == [
        (GAUGE, key)
    ]
    with speaking("vi"):
        assert "phải không quá" in in_words(faults[0].message)


def test_a_sheet_of_thousands_of_lines_is_refused(tmp_path):
    right = 'directions = ["up", "down"]\nrepetitions = 2'
    wrong = right.replace("= 2", "= 100")
    points = POINTS + "".join(f'    "upper * {n} / 1000",\n' for n in range(1, 6))
    fault, *others = faults_after(tmp_path, GAUGE, right, wrong) or [None]
    assert fault is None, (fault, others)  # 6 points are 1,200 lines

    folder = tmp_path / "more"
    folder.mkdir()
    text = (tmp_path / GAUGE).read_text("utf-8")
    for kind in ("types", "limits", "lists", "procedures"):
        (tmp_path / kind).rename(folder / kind)
    (folder / GAUGE).write_text(text.replace(POINTS, points, 1), "utf-8")
    (found,) = check_folder(folder)
    assert (found.file, found.key) == (GAUGE, "stage")
    assert found.message == "a sheet has at most 2000 lines"


NOT_MEANT = [
    (GAUGE, 'quantity = "pressure"', 'quantity = "mass"', "standard].unit", "mass"),
    (GAUGE, 'unit = "MPa"', 'unit = "kg"', "standard].unit", "kg"),
    (GAUGE, "checked_by = []", 'checked_by = ["A", "a "]', "checked_by", "hai lần"),
    (GAUGE, '{ at = "upper",', '{ at = "2 * upper",', "deviations].points", "upper"),
    (GAUGE, 'max = "28"', 'max = "1234.5"', "temperature].max", "-50 đến 200"),
    (GAUGE, 'min = "18"', 'min = "-51"', "temperature].min", "-50 đến 200"),
    (GAUGE, 'max = "80"', 'max = "101"', "humidity].max", "0 đến 100"),
    (R_76, '"0.5"', '"0"', "steps", "lớn hơn 0"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "key", "said"), NOT_MEANT)
def test_what_nobody_can_mean_is_refused_with_file_and_key(
    tmp_path, file, right, wrong, key, said
):
    faults = faults_after(tmp_path, file, right, wrong)

    (fault, *_) = [each for each in faults if key in each.key] or [None]
    assert fault is not None, faults
    assert fault.file == file
    with speaking("vi"):
        assert said in in_words(fault.message)
