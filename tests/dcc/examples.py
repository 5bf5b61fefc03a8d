"""Contents as they were frozen, and what was written of them."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).parent / "released"


def frozen(name: str) -> dict[str, Any]:
    """Return frozen content that is kept: "calibration-1" or "certificate-1"."""
    found: dict[str, Any] = json.loads(
        (RELEASED / f"{name}.content.json").read_text("utf-8")
    )
    return found


def released(name: str) -> bytes:
    """Return the DCC of it, as a released version wrote it."""
    return (RELEASED / f"{name}.xml").read_bytes()


def calibration(**changed: Any) -> dict[str, Any]:
    """Return the content of a gauge's calibration, but for what is said."""
    return deepcopy(frozen("calibration-1") | changed)


def in_grams() -> dict[str, Any]:
    """Return a calibration whose points are in grams, their errors in milligrams."""
    says = calibration()
    (table,) = says["results"]
    for column in table["columns"]:
        if column["role"] in ("nominal", "reading", "hysteresis"):
            column["unit"] = "g" if column["unit"] else ""
        elif column["unit"]:
            column["unit"] = "mg"
    return says
