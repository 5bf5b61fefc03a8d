import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from labms.errors import NotFound
from labms.traceability.cli import impact_command, trace_command
from labms.traceability.queries import Used, calibration_in_force


def run(command, *given):
    return CliRunner().invoke(command, given, catch_exceptions=False)


def nothing(_number):
    return None


def test_trace_prints_the_chain_link_by_link(make):
    make.traceable_standard(inventory_number="CC-07", name="Quả cân M1")

    result = run(trace_command(nothing), "cc-07")

    first, second = result.output.splitlines()
    assert result.exit_code == 0
    assert first.startswith("CC-07 Quả cân M1\t2031-03-04\tHC")
    assert second.startswith("  ST-")


def test_trace_as_json_has_links_and_problems(make):
    make.traceable_standard(inventory_number="CC-07")

    result = run(trace_command(nothing), "CC-07", "--on", "2029-12-31", "--json")

    told = json.loads(result.output)
    assert result.exit_code == 1
    assert [link["level"] for link in told["links"]] == [0]
    assert [problem["rule"] for problem in told["problems"]] == ["T15"]


def test_trace_asks_the_parts_above_first(make):
    standard = make.traceable_standard()
    used = {standard.id: make._calibration_id(standard)}
    later = make.calibration(standard, calibrated_on=date(2030, 1, 1))  # entered later

    result = run(
        trace_command(lambda number: Used(used, date(2030, 1, 1))),
        "V31.00001",
        "--json",
    )

    first = json.loads(result.output)["links"][0]
    assert first["on"] == "2030-01-01"
    assert first["calibration"]["number"] != later.number


def test_a_number_that_nobody_has_or_several_have_is_refused(make):
    make.standard(inventory_number="A", serial="77")
    make.standard(inventory_number="B", serial="77")

    with pytest.raises(NotFound, match="no certificate"):
        run(trace_command(nothing), "unheard-of")
    with pytest.raises(NotFound, match="several"):
        run(trace_command(nothing), "77")


def test_impact_lists_what_was_calibrated_and_what_rests_on_it(make):
    bad = make.standard(inventory_number="BAD")
    below = make.standard(inventory_number="BELOW")
    row = make.calibration(below, reference_id=bad.id, uncertainty=Decimal(2))
    asked = []

    def dependents(calibration_ids, standard_id, since, until):
        asked.append((list(calibration_ids), standard_id, since, until))
        return [{"certificate": "V30.00007"}]

    result = run(
        impact_command(dependents),
        "BAD",
        "--from",
        "2030-01-01",
        "--to",
        "2030-06-30",
        "--json",
    )

    told = json.loads(result.output)
    assert [each["standard"] for each in told["standards"]] == ["BELOW"]
    assert told["certificates"] == [{"certificate": "V30.00007"}]
    assert asked == [([row.id], bad.id, date(2030, 1, 1), date(2030, 6, 30))]
    assert calibration_in_force(below.id, date(2030, 1, 1)) == row
