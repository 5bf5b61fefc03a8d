"""Results as they are reported (`rounding-v1`)."""

from collections.abc import Mapping
from typing import Any

from labms.golden.reading import number
from labms.metrology.rounding import ReportRule, round_result


def work_out(vector: Mapping[str, Any]) -> dict[str, Any]:
    """Return value and U as they are printed, trailing zeros included."""
    value, uncertainty = round_result(
        number(vector["y"]),
        number(vector["U"]),
        digits=int(number(vector["significant_digits"])),
        rule=ReportRule(str(vector["rule"])),
    )
    return {"y": format(value, "f"), "U": format(uncertainty, "f")}
