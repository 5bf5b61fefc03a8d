"""What a reviewer is shown first: what is near a limit, where U is too large."""

import re

import pytest
from flask import render_template_string

from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import speaking
from labms.jobs.laying import laid_out
from labms.jobs.standing_out import nearest, too_uncertain

DISPENSER = plan_sheet(
    shipped_catalogue().procedure("cot-do-xang-dau"),
    characteristics={"Qmax": "50", "Qmin": "5", "Vmin": "2", "liquid": "xăng"},
    reason=VerificationReason.PERIODIC,
    options={"cot-do-xang-dau": "dlvn-10-2013"},
)


def dispensed(**typed):
    """The sheet of a dispenser that shows what was measured, but for some readings."""
    entries = {}
    for row in DISPENSER.rows:
        for key in row.entry_keys:
            entries[key] = "yes" if row.nominal is None else f"{row.nominal:f}"
    last = [row for row in DISPENSER.rows if row.nominal == 2]
    for row, reference in zip(last, typed.pop("smallest", ()), strict=False):
        entries[f"{row.key}.reference"] = reference
    return laid_out(DISPENSER, evaluate(DISPENSER, entries))


def test_readings_that_lie_apart_are_named_before_errors_further_from_their_limit():
    laid = dispensed(smallest=("2.001", "2.000", "2.002"))
    with speaking("vi"):
        first, *others = nearest(laid)
    assert first.share == 83
    assert first.key.endswith("-spread")
    assert "2 L" in first.place
    assert (first.value, first.limit) == ("0,10 %", "≤ 0,12 %")
    assert all(each.share < 83 for each in others)


READINGS = """{% from "jobs/_parts.html" import readings with context %}
{{ readings(laid, worst) }}"""


def test_what_is_near_its_limit_is_marked_below_its_readings(app):
    laid = dispensed(smallest=("2.001", "2.000", "2.002"))
    with app.test_request_context("/jobs/"):
        keys = [each.key for each in nearest(laid, most=1)]
        marked = render_template_string(READINGS, laid=laid, worst=keys)
        plain = render_template_string(READINGS, laid=laid, worst=[])
    (row,) = re.findall(r'<tr class="row--close">(.*?)</tr>', marked, re.DOTALL)
    assert "83 %" in row
    assert "row--close" not in plain


def test_a_flawless_instrument_has_nothing_near_a_limit():
    assert nearest(dispensed()) == []


def mean_of(share, *rows):
    row = {
        "position_vi": "",
        "position_en": "",
        "direction": None,
        "repetition": None,
        "nominal": "10",
        "unit": "g",
        "point_vi": "10 g",
        "point_en": "10 g",
        "error_shown": "0.1",
        "limit_plus": "2",
        "limit_minus": "2",
        "verdict": None,
    }
    group = {
        "key": "mean",
        "kind": "mean",
        "rows": [key for key, _ in rows],
        "value_shown": "0.1",
        "limit": "2",
        "verdict": None,
        "share": share,
    }
    check = {
        "name_vi": "Khối lượng",
        "name_en": "Mass",
        "error_unit": "mg",
        "rows": [row | {"key": key, "share": each} for key, each in rows],
        "groups": [group],
    }
    return {"stages": [{"checks": [check]}]}


@pytest.mark.parametrize(("share", "named"), [(6, ["mean"]), (5, ["b"]), (7, ["mean"])])
def test_a_mean_and_its_readings_are_told_once(share, named):
    found = nearest(mean_of(share, ("a", 5), ("b", 6)))
    assert [each.key for each in found][:1] == named
    assert "mean" not in [each.key for each in found][1:]
    if named == ["mean"]:
        assert len(found) == 1


def uncertain(*large):
    check = mean_of(1, *((str(n), 1) for n in range(len(large))))["stages"][0]["checks"]
    budgets = [
        {"rows": [str(n)], "uncertainty": "14", "is_small_enough": not one}
        for n, one in enumerate(large)
    ]
    with speaking("en"):
        return too_uncertain(
            {"stages": [{"checks": [check[0] | {"budgets": budgets}]}]}
        )


def test_an_uncertainty_too_large_everywhere_is_one_line():
    assert uncertain(True, True, True) == [
        "Mass: Too large beside the limit at all 3 points."
    ]


def test_an_uncertainty_too_large_somewhere_says_where():
    assert uncertain(False, True) == ["Mass: Too large beside the limit at: 10 g."]
    assert uncertain(False, False) == []
