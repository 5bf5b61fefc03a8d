"""The format carries very different procedures as data, without code for a type."""

from decimal import Decimal

import pytest

from labms.catalogue.files.loading import load_catalogue
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.metrology.verdicts import Verdict

D = Decimal
PERIODIC, INITIAL = VerificationReason.PERIODIC, VerificationReason.INITIAL

HEAD = """
revision = "t-1"
document = "test"
title_vi = "Quy trình"
title_en = "Procedure"
record_title_vi = "Biên bản"
record_title_en = "Record"
source = "test"
confidence = "memory"
on_pass_vi = "x"
on_pass_en = "x"
on_fail_vi = "x"
on_fail_en = "x"
[evidence]
allowed = ["stamp", "mark"]
default = "stamp"
source = "test"
confidence = "memory"
"""

CHECK = """
[[stage.check]]
slug = "{slug}"
name_vi = "x"
name_en = "x"
kind = "reading"
source = "test"
confidence = "memory"
"""

STAGE = """
[[stage]]
slug = "metrological"
name_vi = "Kiểm tra đo lường"
name_en = "Metrological examination"
"""

FORMULA = """
[[stage.check.limit]]
source = "test"
confidence = "memory"
"""

WATER_METER = (
    """
slug = "water-meter"
types = ["dong-ho-do-nuoc-lanh-co-khi"]
reasons = ["initial", "periodic", "counter"]
"""
    + HEAD
    + STAGE
    + CHECK.format(slug="error")
    + """
unit = "L/h"
order = "as_written"
points = [
  { at = "Q3", label_vi = "Q3", label_en = "Q3" },
  { at = "Q2", label_vi = "Q2", label_en = "Q2" },
  { at = "Q1", label_vi = "Q1", label_en = "Q1" },
]
columns = [
  { key = "V1", name_vi = "V1", name_en = "V1", unit = "L" },
  { key = "V2", name_vi = "V2", name_en = "V2", unit = "L" },
  { key = "reference", name_vi = "Bình", name_en = "Tank", unit = "L" },
]
error = "100 * (V2 - V1 - reference) / reference"
error_unit = "%"
"""
    + FORMULA
    + """reasons = ["initial", "counter"]
plus = "if(nominal < Q2, if(class == '1', 3, 5), if(class == '1', 1, 2))"
"""
    + FORMULA
    + """reasons = ["periodic"]
plus = "2 * if(nominal < Q2, 5, 2)"
"""
)

GAUGE = (
    """
slug = "gauge"
types = ["ap-ke-lo-xo"]
reasons = ["periodic"]
"""
    + HEAD
    + '[values]\nspan = "upper - lower"\n'
    + STAGE
    + CHECK.format(slug="error")
    + """
unit_from = "unit"
points = ["lower", "lower + span / 4", "lower + span / 2", "upper"]
directions = ["up", "down"]
columns = [
  { key = "indication", name_vi = "Chỉ thị", name_en = "Indication" },
  { key = "reference", name_vi = "Chuẩn", name_en = "Reference" },
]
error = "indication - reference"
hysteresis.limit = "mpe"
hysteresis.source = "test"
hysteresis.confidence = "memory"
"""
    + FORMULA
    + """plus = "span * if(class == '1.6', 1.6, 1) / 100"
"""
)

DIGITAL_SCALE = (
    """
slug = "digital"
types = ["can-ban"]
reasons = ["periodic"]
"""
    + HEAD
    + STAGE
    + CHECK.format(slug="zero")
    + """
unit = "g"
points = ["10 * e"]
columns = [
  { key = "indication", name_vi = "Chỉ thị", name_en = "Indication" },
  { key = "added", name_vi = "Thêm", name_en = "Added" },
]
error = "indication + e / 2 - added - nominal"
"""
    + CHECK.format(slug="loads")
    + """
unit = "g"
when = "class == 'III'"
points = ["500 * e", "Max"]
columns = [
  { key = "indication", name_vi = "Chỉ thị", name_en = "Indication" },
  { key = "added", name_vi = "Thêm", name_en = "Added" },
]
uses = { zero_error = "zero" }
error = "indication + e / 2 - added - nominal - zero_error"
repetitions = 2
judge = "mean"
[[stage.check.limit]]
table = "oiml-r-76"
given = { class = "class", load = "nominal", e = "e" }
factor = "verification"
"""
)


@pytest.fixture
def plan(folder):
    def make(text, plate, reason=PERIODIC):
        (folder / "procedures/other.toml").write_text(text, "utf-8")
        catalogue = load_catalogue(folder)
        slug = text.split('slug = "')[1].split('"')[0]
        return plan_sheet(
            catalogue.procedure(slug), characteristics=plate, reason=reason, options={}
        )

    return make


def judged(sheet, *typed):
    """Judge a sheet by what was typed, one text for each entry in order."""
    return evaluate(sheet, dict(zip(sheet.entry_keys, typed, strict=False)))


METER = {"DN": "15", "class": "2", "Q3": "1,6", "ratio": "80"}


def test_a_water_meter_runs_from_the_largest_flow_to_the_smallest(plan):
    sheet = plan(WATER_METER, METER, INITIAL)
    assert [row.nominal for row in sheet.rows] == [1600, 32, 20]
    assert [row.limit for row in sheet.rows] == [2, 2, 5]


def test_a_water_meter_has_wider_limits_in_service(plan):
    sheet = plan(WATER_METER, METER, PERIODIC)
    assert [row.limit for row in sheet.rows] == [4, 4, 10]


def test_a_ratio_of_differences_exactly_on_its_limit_passes(plan):
    sheet = plan(WATER_METER, METER, INITIAL)
    first = ("100", "103,06", "3")  # 2 % exactly, though 3.06/3 - 1 has no float
    rest = ("0", "10,2", "10", "0", "10,5", "10")
    assert judged(sheet, *first, *rest).verdict is Verdict.PASS
    over = judged(sheet, "100", "103,0601", "3", *rest)
    assert over.verdict is Verdict.FAIL


PLATE = {"unit": "bar", "upper": "10", "class": "1.6"}


def test_a_gauge_is_read_in_the_unit_of_its_dial(plan):
    sheet = plan(GAUGE, PLATE)
    assert {row.unit for row in sheet.rows} == {"bar"}
    assert [row.nominal for row in sheet.rows] == [0, D("2.5"), 5, 10, 5, D("2.5"), 0]
    assert {row.limit for row in sheet.rows} == {D("0.16")}


def test_the_difference_between_up_and_down_has_its_own_limit(plan):
    sheet = plan(GAUGE, PLATE)
    level = [("0", "0"), ("2,5", "2,5"), ("4,9", "5"), ("10", "10")]
    back = [("5,1", "5"), ("2,5", "2,5"), ("0", "0")]
    typed = [text for pair in (*level, *back) for text in pair]
    result = judged(sheet, *typed)
    assert all(row.verdict is Verdict.PASS for row in result.rows.values())
    assert result.failures == ("metrological-error-3-1-hysteresis",)


def test_a_digital_scale_is_corrected_by_its_error_at_zero(plan):
    sheet = plan(DIGITAL_SCALE, {"class": "III", "Max": "15", "e": "5"})
    zero = ("50", "2,0")  # E0 = +0.5 g
    result = judged(sheet, *zero, "2500", "1", "2500", "2", "15000", "2", "15000", "2")
    errors = [row.error for row in result.rows.values()]
    assert errors == [D("0.5"), 1, 0, 0, 0]
    means = {group.key: group for group in result.groups}
    assert means["metrological-loads-1-mean"].value == D("0.5")
    assert means["metrological-loads-1-mean"].limit == D("2.5")
    assert result.verdict is Verdict.PASS


def test_the_mean_is_judged_where_the_procedure_says_so(plan):
    sheet = plan(DIGITAL_SCALE, {"class": "III", "Max": "15", "e": "5"})
    rest = ("15000", "2,5", "15000", "2,5")
    good = judged(sheet, "50", "2,5", "2505", "2,5", "2500", "2,5", *rest)
    assert good.verdict is Verdict.PASS  # +5 and 0: their mean is exactly 2.5 g
    bad = judged(sheet, "50", "2,5", "2505", "2,4", "2500", "2,5", *rest)
    assert bad.failures == ("metrological-loads-1-mean",)


def test_a_check_is_left_out_where_its_condition_does_not_hold(plan):
    sheet = plan(DIGITAL_SCALE, {"class": "IIII", "Max": "15", "e": "50"})
    assert {row.check for row in sheet.rows} == {"zero"}
