"""What is not known can be recorded, and gives no pass; rules say what counts."""

import tomllib

import pytest

from labms.catalogue.files.faults import Table
from labms.catalogue.files.procedures import read_procedure
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.catalogue.shipped import shipped_folder
from labms.metrology.verdicts import Verdict

SCALE = "procedures/can-dong-ho-lo-xo-2026-1.toml"
TRUCK = "procedures/can-o-to-2026-1.toml"
WEIGHTS = "procedures/qua-can-2026-1.toml"
PLATE = {"class": "IIII", "Max": "10", "e": "20"}
KNOWN = """[[stage.check.limit]]
reasons = ["initial", "periodic", "after_repair"]
table = "oiml-r-76"
given = { class = "class", load = "nominal", e = "e" }
factor = "verification"
"""
UNKNOWN = """[[stage.check.limit]]
reasons = ["initial", "periodic", "after_repair"]
unknown = true
source = "nobody has seen it"
confidence = "memory"
"""


def read(catalogue, file, *pairs):
    """Read a procedure with some of its text exchanged; return it and its faults."""
    text = (shipped_folder() / file).read_text("utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    top = Table(file, "", tomllib.loads(text), [])
    found = read_procedure(top, types=catalogue.types, tables=catalogue.tables)
    top.finish()
    return found, top.faults


@pytest.fixture(scope="module")
def procedure(catalogue):
    found, faults = read(catalogue, SCALE, (KNOWN, UNKNOWN))
    assert not faults
    return found


def planned(procedure, reason=VerificationReason.PERIODIC):
    return plan_sheet(procedure, characteristics=PLATE, reason=reason, options={})


def perfect(sheet):
    return {
        key: "yes" if row.nominal is None else str(row.nominal)
        for row in sheet.rows
        for key in row.entry_keys
    }


def test_an_unknown_limit_gives_no_pass_and_says_why(procedure):
    sheet = planned(procedure)
    result = evaluate(sheet, perfect(sheet))
    assert (result.verdict, result.missing, result.failures) == (None, (), ())
    assert result.stages["metrological"] is None
    (obstacle,) = result.obstacles
    assert "the limit is not known" in obstacle.text
    assert obstacle.details["check"].en == "Errors at the loads"
    assert [check.slug for check in procedure.unlimited] == ["loads"]


def test_beside_an_unknown_limit_the_other_checks_still_fail(procedure):
    sheet = planned(procedure)
    entries = perfect(sheet) | {"external-markings.answer": "no"}
    result = evaluate(sheet, entries)
    assert (result.verdict, result.obstacles) == (Verdict.FAIL, ())


def test_a_limit_that_is_known_for_another_reason_still_decides(procedure):
    sheet = planned(procedure, VerificationReason.IN_SERVICE)
    assert evaluate(sheet, perfect(sheet)).verdict is Verdict.PASS


FAULTS = [
    (SCALE, "factor =", "unknown = true\nfactor =", "].factor"),
    (SCALE, 'limit = "mpe"', 'limit = "mpe"\nunknown = true', "spread.limit"),
    (SCALE, 'error = "indication - nominal"', "", "].error"),
    (TRUCK, '"repeatability.spread"', '"repeatability.mean"', "uses.R"),
    (TRUCK, '"repeatability.spread"', '"loads.spread"', "uses.R"),
    (TRUCK, 'rule = "available', 'rule = "avail', "requires[1].rule"),
    (TRUCK, 'rule = "available >= ', 'rule = "available + ', "requires[1].rule"),
    (
        TRUCK,
        'when = "supports >= 3"',
        'when = "feet >= 3"',
        "[support-3].when",
    ),
    (TRUCK, 'planned = "0"', 'planned = "none"', "columns[substitution].planned"),
    (TRUCK, 'reach = "min(nominal', 'reach = "min(load', "standard[weights].reach"),
    (TRUCK, 'judge = "spread"', 'judge = "range"', "check[repeatability].judge"),
    (WEIGHTS, 'judge = "mean"\n', "", "check[comparison-f].decision"),
    (WEIGHTS, 'decision = "r111"', 'decision = "guarded"', "comparison-f].decision"),
    (WEIGHTS, 'use = "corrected"', 'use = "better"', "standard[weights].use"),
    (WEIGHTS, '"oiml-r-111"', '"oiml-r-76"', "standard[weights].class_limits"),
    (WEIGHTS, 'points_from = "reference"', 'points_from = "x"', "points_from"),
    (WEIGHTS, 'at = "0.002", when =', 'at = "0.002", wen =', "].wen"),
]


def test_what_goes_wrong_is_named_with_its_key(catalogue):
    for file, old, new, key in FAULTS:
        _, faults = read(catalogue, file, (old, new))
        assert any(key in fault.key for fault in faults), (old, new, faults)
