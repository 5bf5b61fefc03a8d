"""Every fault of shape and meaning is found, with its file and its key."""

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from labms.catalogue.files.checking import check_folder
from labms.catalogue.files.loading import load_catalogue
from labms.catalogue.rules import CatalogueFaults
from labms.catalogue.shipped import shipped_folder

SCALE = "procedures/can-dong-ho-lo-xo-2026-1.toml"
DISPENSER = "procedures/cot-do-xang-dau-2026-1.toml"
WEIGHTS = "procedures/qua-can-2026-1.toml"
TRUCK = "procedures/can-o-to-2026-1.toml"
GAUGE = "procedures/ap-ke-lo-xo-2026-1.toml"
GAUGE_CALIBRATION = "procedures/hieu-chuan-ap-ke-2026-1.toml"
MASS = "types/khoi-luong.toml"
PRESSURE = "types/ap-suat.toml"
R76 = "limits/oiml-r-76.toml"
R111 = "limits/oiml-r-111.toml"
TT07, TT03, TT04 = (
    f"lists/tt-{name}.toml" for name in ("07-2019", "03-2024", "04-2026")
)

#: What a careless hand does to a file, and the key under which it is found.
FAULTS = [
    (MASS, 'slug = "can-ban"', 'slug = "Cân bàn"', "type[Cân bàn].slug"),
    (MASS, 'slug = "can-ban"', 'slug = "can-dia"', "type[can-dia].slug"),
    (MASS, 'code = "08.2"', 'code = "08.3"', "type[can-dia].code"),
    (MASS, 'name_vi = "Cân bàn"', "", "type[can-ban].name_vi"),
    (MASS, 'name_en = "Platform scale"', 'nam_en = "x"', "type[can-ban].nam_en"),
    (MASS, 'unit = "kg"', 'unit = "kilo"', ".unit"),
    (MASS, 'kind = "choice"', 'kind = "chioce"', "characteristic[class].kind"),
    (MASS, 'choices = ["IIII"]', "", "characteristic[class].choices"),
    (MASS, 'key = "Max"', 'key = "max"', "characteristic[max].key"),
    (MASS, 'default = "10 * e"', 'default = "10 * f"', "characteristic[Min].default"),
    (MASS, 'default = "10 * e"', "default = 10", "characteristic[Min].default"),
    (MASS, 'confidence = "seen"', 'confidence = "sure"', "confidence"),
    (MASS, 'field = "khoi-luong"', "", "field"),
    (PRESSURE, 'unit_from = "unit"', 'unit_from = "class"', "lower].unit_from"),
    (R76, '["200", "1.0"], ["1000"', '["20", "1.0"], ["1000"', "steps.IIII[2]"),
    (R76, '["1000", "1.5"]', '["1000"]', "steps.IIII[3]"),
    (R76, '["1000", "1.5"]', '["1000", "-1.5"]', "steps.IIII[3]"),
    (R76, '["1000", "1.5"]', '["1000", 1.5]', "steps.IIII[3]"),
    (R76, '["50", "0.5"]', '["", "0.5"]', "steps.IIII[1]"),
    (R76, 'by = "class"', 'by = "load"', ".by"),
    (R76, 'of = "load / e"', 'of = "load / f"', ".of"),
    (R76, 'result = "limit * e"', 'result = "limit * "', ".result"),
    (R76, 'kind = "steps"', 'kind = "stairs"', ".kind"),
    (R76, "source =", "sauce =", ".source"),
    (R76, '["1000", "1.5"]', '["1000", "0.9"]', "steps.IIII[3]"),
    (R76, '["200", "1.0"]', '["50", "1.0"]', "steps.IIII[2]"),
    (R76, 'load = "number"', 'load = "kg"', "inputs.load"),
    (R76, 'result = "limit * e"', "result = \"class == 'I'\"", ".result"),
    (R76, 'in_service = "2"', 'in_service = "twice"', "factors.in_service"),
    (R76, 'in_service = "2"', 'in_service = "0.5"', "factors.in_service"),
    (R76, '"50000", "0.5"', '"50.000,00.0", "0.5"', "steps.I[1]"),
    (R111, '"0.06"', '"0.07"', "cells.0.002"),
    (R111, 'row = "nominal"', 'row = "class"', ".row"),
    (R111, '"0.06", ', "", "cells.0.001"),
    (R111, '"0.05" =', '"499" =', "cells.0.1"),
    (TT07, 'type = "taximet"', 'type = "taxi"', "].type"),
    (TT07, "cycle_months = 18", "", "cycle_months"),
    (TT07, "cycle_months = 18", "cycle_months = 0", "cycle_months"),
    (TT07, "cycle_months = 18", 'cycle_months = "18"', "cycle_months"),
    (TT07, '"periodic", ', "", "cycle_months"),
    (TT07, '"periodic"', '"yearly"', "controls"),
    (TT07, "in_force_from = 2020-01-01", "in_force_from = 2027-01-01", "until"),
    (TT04, "in_force_from = 2026-04-15", "in_force_from = 2026-04-14", "taximet"),
    (TT04, "in_force_from = 2026-04-15", "in_force_from = 2026-04-16", "taximet"),
    (TT03, "[[dropped]]", "[[droped]]", "droped"),
    (TT03, "checked_by = []", "", "checked_by"),
    (SCALE, 'revision = "2026-1"', "", "revision"),
    (SCALE, 'types = ["can-dong-ho-lo-xo"]', 'types = ["can"]', "types"),
    (SCALE, 'reasons = ["initial", ', 'reasons = ["first", ', "reasons"),
    (SCALE, 'default = "certificate"', 'default = "mark"', "evidence.default"),
    (SCALE, "[evidence]", "[evidense]", "evidense"),
    (SCALE, "class == 'IIII'", "class = 'IIII'", "scope[1].rule"),
    (SCALE, "class == 'IIII'", "class", "scope[1].rule"),
    (SCALE, "Max <= 200000", "Mex <= 200000", "scope[2].rule"),
    (SCALE, 'min = "-10"', 'min = "50"', "environment[temperature].max"),
    (SCALE, 'min = "-10"', "min = -10", "environment[temperature].min"),
    (SCALE, 'checks = ["loads", ', 'checks = ["load", ', "standard[weights].checks"),
    (SCALE, "tolerance / 3", "tolerance / third", "standard[weights].accuracy"),
    (SCALE, 'slug = "technical"', 'slug = "external"', "stage"),
    (SCALE, 'slug = "condition"', 'slug = "markings"', "stage"),
    (SCALE, 'kind = "reading"', 'kind = "number"', "check[loads].kind"),
    (SCALE, 'kind = "reading"', 'kind = "yes_no"', "check[loads].points"),
    (SCALE, 'at = "200 * e"', 'at = "200 * E"', "check[loads].points[3].at"),
    (SCALE, 'at = "200 * e"', 'at = "class"', "check[loads].points[3].at"),
    (SCALE, '{ at = "200 * e",', "{", "check[loads].points[3].at"),
    (SCALE, '["up", "down"]', '["up", "left"]', "check[loads].directions"),
    (SCALE, 'error = "indication - nominal"', "", "check[loads].error"),
    (SCALE, "indication - nominal", "reading - nominal", "check[loads].error"),
    (SCALE, 'keep = "nominal <= Max"', 'keep = "Max"', "check[loads].keep"),
    (SCALE, 'table = "oiml-r-76"', 'table = "r-76"', "check[loads].limit[1].table"),
    (SCALE, 'load = "nominal", ', "", "check[loads].limit[1].given"),
    (SCALE, 'load = "nominal"', 'load = "class"', "limit[1].given.load"),
    (SCALE, 'e = "e" }', 'e = "e", x = "e" }', "limit[1].given.x"),
    (SCALE, 'factor = "verification"', "", "limit[1].factor"),
    (SCALE, 'factor = "verification"', 'factor = "use"', "limit[1].factor"),
    (SCALE, "repetitions = 3", "", "check[repeatability].spread"),
    (SCALE, 'limit = "mpe"', 'limit = "mpf"', "check[repeatability].spread.limit"),
    (SCALE, 'slug = "back"', 'slug = "front"', "check[eccentricity].positions"),
    (SCALE, 'unit = "g"\nunit_', 'unit = "gr"\nunit_', "check[loads].unit"),
    (SCALE, 'at = "200 * e"', 'at = "200 / (Max - Max)"', "example"),
    (SCALE, '"Max <= 200000"', '"1 / Max > 0"', "example"),  # Max may be 0
    (SCALE, "Max >= 100 * e", "Max / e >= 100", "example"),
    (SCALE, 'at = "200 * e"', 'at = "sqrt(Max)"', "check[loads].points[3].at"),
    (SCALE, 'class = "IIII"', 'class = "V"', "example"),
    (SCALE, 'class = "IIII"', 'klass = "IIII"', "example.klass"),
    (SCALE, 'reasons = ["in_service"]', 'reasons = ["counter"]', "check[loads].limit"),
    (SCALE, 'reasons = ["in_service"]', 'reasons = ["initial"]', "check[loads].limit"),
    (SCALE, "[evidence]", "[values]\na = 'b'\nb = 'a'\n[evidence]", "values.a"),
    (SCALE, "[evidence]", "[values]\nMax = 'Max'\n[evidence]", "values.Max"),
    (SCALE, "error + reading", "error + readings", "check[loads].uncertainty.model"),
    (SCALE, "error + reading", "error", "check[loads].uncertainty.input[reading]"),
    (SCALE, 'max_share = "1 / 3"', 'max_share = "0"', "uncertainty.max_share"),
    (SCALE, 'max_share = "1 / 3"\n', "", "check[loads].uncertainty.excess"),
    (SCALE, 'excess = "warn"', 'excess = "shrug"', "check[loads].uncertainty.excess"),
    (TRUCK, 'l", standard = "weights"', 'l", standard = "x"', "columns[available].st"),
    (SCALE, 'half_width = "d / 10"', "", "input[reading].half_width"),
    (SCALE, 'half_width = "d / 10"', 'half_width = "D / 10"', "input[reading].half_"),
    (SCALE, 'half_width = "d / 10"', 'half_width = "-d / 10"', "[reading].half_width"),
    (SCALE, '"standard_accuracy"', '"-standard_accuracy"', "input[load].half_width"),
    (SCALE, '"standard_accuracy"', '"0 - 2 * e"', "input[load].half_width"),
    (WEIGHTS, 'dof = "9"', 'dof = "-9"', "input[process].dof"),
    (SCALE, '"rectangular"', '"normal"', "input[reading].distribution"),
    (SCALE, '"rectangular"', '"square"', "input[reading].distribution"),
    (SCALE, 'repeats = "repeatability"', 'repeats = "loads"', "input[repeat].repeats"),
    (SCALE, 'standard = "weights"', 'standard = "weight"', "input[load].standard"),
    (SCALE, 'source = "Own model', 'sauce = "Own model', "uncertainty.source"),
    (WEIGHTS, 'decision = "r111"', 'decision = "iso"', "comparison-f].decision"),
    (WEIGHTS, 'decision = "r111"', 'decision = "guarded"', "comparison-f].decision"),
    (WEIGHTS, 'judge = "mean"', 'judge = "each"', "comparison-f].decision"),
    (WEIGHTS, 'judge = "mean"', 'judge = "median"', "comparison-f].judge"),
    (WEIGHTS, 'points_from = "reference"', 'points_from = "later"', "points_from"),
    (WEIGHTS, '"reference.scatter"', '"reference.spread"', "comparison-f].uses.s"),
    (WEIGHTS, "{ deviation =", "{ nominal =", "check[comparison-f].columns"),
    (WEIGHTS, 'use = "corrected"', 'use = "as it is"', "standard[weights].use"),
    (WEIGHTS, '"oiml-r-111"', '"oiml-r-76"', "standard[weights].class_limits"),
    (WEIGHTS, 'coverage_factor = "standard_k"', "", "input[standard].coverage_factor"),
    (WEIGHTS, 'coverage_factor = "2"', 'coverage_factor = "-2"', "coverage_factor"),
    (WEIGHTS, 'dof = "9"', 'dof = "s ="', "input[process].dof"),
    (WEIGHTS, "least > 0 and", "1 / least > 0 and", "example"),
    (GAUGE, 'value = "after - before"', "", "shift.value"),
    (GAUGE, "after - before", "after - behind", "shift.value"),
    (GAUGE, 'limit = "mpe / 2"', 'unknown = true\nlimit = "mpe / 2"', "shift.limit"),
    (GAUGE, 'table = "en-837"', 'unknown = true\ntable = "en-837"', "limit[1].table"),
    (GAUGE, '["up", "down"]', '["up"]', "hysteresis"),
    (GAUGE_CALIBRATION, 'kind = "calibration"', 'kind = "comparison"', "kind"),
    (GAUGE_CALIBRATION, 'kind = "calibration"', "", "reasons"),
    (GAUGE_CALIBRATION, 'unit_from = "unit"', 'unit_from = "span"', "unit_from"),
    (GAUGE_CALIBRATION, 'per = "nominal"', 'per = "gauge"', "uncertainty.per"),
    (GAUGE_CALIBRATION, "hysteresis / 2", "hysteresis / two", "hysteresis_part]"),
    (GAUGE_CALIBRATION, "lower < upper", "lower <= upper < 9", "scope[1].rule"),
    (DISPENSER, 'order = "as_written"', 'order = "down"', ".order"),
    (DISPENSER, 'error_unit = "%"', 'error_unit = "mL"', ".limit[1].table"),
    (DISPENSER, 'key = "reference"', 'key = "nominal"', ".key"),
    (DISPENSER, 'key = "reference"', 'key = "Qmax"', ".columns"),
]


@pytest.mark.long
def test_the_shipped_catalogue_has_no_fault(folder):
    assert check_folder(folder) == []


@cache
def needed_by(file: str) -> tuple[Path, ...]:
    """The files that another needs to be read, itself among them.

    Reading them alone takes a tenth of the time, and shows that no other is blamed.
    """
    folder = shipped_folder()
    text = (folder / file).read_text("utf-8")
    found = {folder / file}
    of = file.partition("/")[0]
    kinds = {"procedures": ("types", "limits"), "lists": ("types", "lists")}
    for kind in kinds.get(of, ()):
        for path in (folder / kind).glob("*.toml"):
            slugs = re.findall(r'^slug = "(.+)"', path.read_text("utf-8"), re.MULTILINE)
            if of == "lists" or any(f'"{slug}"' in text for slug in slugs):
                found.add(path)
    return tuple(found)


def faults_after(tmp_path, file, right, wrong):
    """The faults that one change makes."""
    for kind in ("types", "limits", "lists", "procedures"):
        (tmp_path / kind).mkdir()
    for path in needed_by(file):
        shutil.copy(path, tmp_path / path.parent.name)
    text = (tmp_path / file).read_text("utf-8")
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong, 1), "utf-8")
    return check_folder(tmp_path)


@pytest.mark.parametrize("file", sorted({file for file, *_ in FAULTS}))
def test_each_of_these_files_has_no_fault(tmp_path, file):
    assert faults_after(tmp_path, file, "", "") == []


@pytest.mark.parametrize(("file", "right", "wrong", "key"), FAULTS)
def test_a_fault_is_found_with_its_file_and_key(tmp_path, file, right, wrong, key):
    faults = faults_after(tmp_path, file, right, wrong)

    assert any(f.file == file and key in f.key for f in faults), faults
    assert {f.file.partition("/")[0] for f in faults} == {file.partition("/")[0]}


def test_a_file_that_is_not_toml_does_not_hide_the_faults_of_others(folder):
    (folder / R76).write_text("slug = ", "utf-8")
    (folder / "types/ap-suat.toml").write_text("field = 'x'\n", "utf-8")
    files = {fault.file for fault in check_folder(folder)}
    assert {R76, "types/ap-suat.toml"} <= files


def test_a_missing_folder_is_a_fault(tmp_path):
    assert [fault.file for fault in check_folder(tmp_path)] == [
        "limits", "lists", "procedures", "types",
    ]  # fmt: skip


def test_one_revision_cannot_stand_in_two_files(folder):
    text = (folder / SCALE).read_text("utf-8")
    (folder / "procedures/copy.toml").write_text(text, "utf-8")
    assert any("stands in another file" in f.message for f in check_folder(folder))


def test_a_table_without_a_limit_for_some_reason_is_a_fault(folder):
    path = folder / SCALE
    text = path.read_text("utf-8").replace(
        'reasons = ["initial", "periodic", "after_repair"]\ntable',
        'reasons = ["initial"]\ntable',
        1,
    )
    path.write_text(text, "utf-8")
    assert any("0 limits for periodic" in f.message for f in check_folder(folder))


def test_a_spread_cannot_be_a_share_of_a_limit_that_is_not_there(folder):
    path = folder / DISPENSER
    text = path.read_text("utf-8")
    text = text.replace('[[stage.check.limit]]\ntable = "cot-do-xang-dau"\n', "")
    path.write_text(text, "utf-8")
    assert [fault.key for fault in check_folder(folder)] == [
        "stage[metrological].check[volume-error].spread"
    ]


def test_loading_names_all_faults_at_once(folder):
    for file in (SCALE, DISPENSER):
        path = folder / file
        path.write_text(path.read_text("utf-8") + "\nunknown = 1\n", "utf-8")
    with pytest.raises(CatalogueFaults) as refused:
        load_catalogue(folder)
    assert {fault.file for fault in refused.value.faults} == {SCALE, DISPENSER}


@pytest.mark.long
def test_a_kind_of_verification_that_no_list_ever_has_is_a_fault(folder):
    for path in (folder / "lists").glob("*.toml"):
        entries = path.read_text("utf-8").split("[[entry]]")
        path.write_text(
            "[[entry]]".join(
                each.replace(', "after_repair"', "")
                if 'type = "can-dong-ho-lo-xo"' in each
                else each
                for each in entries
            ),
            "utf-8",
        )
    [found] = check_folder(folder)
    assert (found.file, found.key) == (SCALE, "reasons")
    assert "“after_repair”" in found.message
