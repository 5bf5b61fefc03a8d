"""An instrument type that nobody programmed: a scale of five loads, as data alone."""

import shutil
from pathlib import Path

from labms.catalogue.files.loading import Catalogue, load_catalogue
from labms.catalogue.shipped import shipped_folder

SLUG = "can-thu"
REVISION = "2026-1"
LIST = "tt-thu"
#: The loads of a scale of 10 kg, in g.
LOADS = ("1000", "2500", "5000", "7500", "10000")

_KNOWN = """
source = "written for a test"
confidence = "seen"
checked_by = []
"""

_TYPE = f"""
field = "khoi-luong"
field_vi = "Khối lượng"
field_en = "Mass"

[[type]]
slug = "{SLUG}"
code = "99.9"
name_vi = "Cân thử năm mức"
name_en = "Five-load trial scale"
unit = "g"
source = "written for a test"
confidence = "seen"

[[type.characteristic]]
key = "Max"
name_vi = "Mức cân lớn nhất"
name_en = "Maximum capacity"
kind = "decimal"
unit = "kg"
required = true
"""

_LIST = f"""
slug = "{LIST}"
title = "TT thử"
in_force_from = 2026-01-01
checked_by = []

[[entry]]
type = "{SLUG}"
code = "99.9"
controls = ["initial", "periodic"]
controls_source = "written for a test"
controls_confidence = "seen"
cycle_months = 6
{_KNOWN}
"""

_PROCEDURE = f"""
slug = "{SLUG}"
revision = "{REVISION}"
types = ["{SLUG}"]
document = "ĐLVN thử:2026"
title_vi = "Cân thử năm mức - Quy trình kiểm định"
title_en = "Five-load trial scale - Verification procedure"
record_title_vi = "Biên bản kiểm định cân thử năm mức"
record_title_en = "Verification record of a five-load trial scale"
reasons = ["initial", "periodic"]
on_pass_vi = "Dán tem và cấp giấy chứng nhận."
on_pass_en = "Stick the stamp and issue the certificate."
on_fail_vi = "Gỡ tem."
on_fail_en = "Remove the stamp."
{_KNOWN}

[evidence]
allowed = ["certificate", "stamp"]
default = "certificate"
{_KNOWN}

[[environment]]
key = "temperature"
name_vi = "Nhiệt độ"
name_en = "Temperature"
unit = "°C"
min = "10"
max = "40"
required = true
{_KNOWN}

[[standard]]
slug = "weights"
name_vi = "Quả cân chuẩn"
name_en = "Standard weights"
quantity = "mass"
unit = "g"
required = true
checks = ["loads"]
accuracy = "accuracy <= tolerance / 3"
text_vi = "Sai số không quá 1/3 giới hạn."
text_en = "Within one third of the limit."
{_KNOWN}

[[stage]]
slug = "look"
name_vi = "Bên ngoài"
name_en = "Outside"

[[stage.check]]
slug = "marked"
kind = "yes_no"
name_vi = "Nhãn đọc được"
name_en = "The label can be read"
{_KNOWN}

[[stage.check]]
slug = "whole"
kind = "yes_no"
name_vi = "Cân nguyên vẹn"
name_en = "The scale is whole"
{_KNOWN}

[[stage]]
slug = "measure"
name_vi = "Đo lường"
name_en = "Measurement"

[[stage.check]]
slug = "loads"
kind = "reading"
name_vi = "Sai số ở năm mức tải"
name_en = "Errors at five loads"
unit = "g"
points = [
    {{ at = "Max / 10" }},
    {{ at = "Max / 4" }},
    {{ at = "Max / 2" }},
    {{ at = "3 * Max / 4" }},
    {{ at = "Max" }},
]
error = "indication - nominal"
{_KNOWN}

[[stage.check.limit]]
plus = "10 + 0.001 * nominal"
{_KNOWN}
"""


def catalogue_with_the_trial_scale(folder: Path) -> Catalogue:
    """Write a copy of the shipped catalogue with three more files, and load it."""
    shutil.copytree(shipped_folder(), folder)
    for name, text in (
        ("types/thu.toml", _TYPE),
        (f"lists/{LIST}.toml", _LIST),
        (f"procedures/{SLUG}-{REVISION}.toml", _PROCEDURE),
    ):
        (folder / name).write_text(text, "utf-8")
    return load_catalogue(folder)
