"""What an example says and nobody evaluates must not go unnoticed."""

import json

import pytest

from labms.golden.comparing import Tolerance
from labms.golden.running import run_file, run_vector
from labms.golden.shipped import DATA
from tests.golden.test_variations import evaluator


def first_of(name):
    told = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return told["schema"], told["vectors"]


def agrees(schema, vector, tolerance=None):
    outer = tolerance or Tolerance()
    return run_vector(vector, evaluate=evaluator(schema), outer=outer)


@pytest.mark.parametrize(
    "name",
    sorted(path.stem for path in DATA.glob("*.json") if "monte" not in path.stem),
)
def test_a_key_that_means_nothing_is_refused_by_name(name):
    schema, vectors = first_of(name)
    for vector in vectors[:40]:
        for place in ("given", "chain", "recall", None):
            if place and place not in vector:
                continue
            changed = json.loads(json.dumps(vector))
            (changed[place] if place else changed)["frobnicate"] = "1"
            found = agrees(schema, changed)
            assert not found.agrees
            assert "frobnicate" in found.failure


def test_a_key_that_the_form_knows_or_a_remark_is_no_reason_to_refuse():
    told = json.loads((DATA / "mpe.json").read_text(encoding="utf-8"))
    vector = next(v for v in told["vectors"] if v["given"]["check"] == "gas_meter")
    harmless = [
        vector | {"seen_by": "somebody who read the text"},
        vector | {"given": vector["given"] | {"unit": "m³/h", "line": "A"}},
        vector | {"given": vector["given"] | {"frobnicate": None}},
    ]
    harmful = [
        vector | {"given": vector["given"] | {"frobnicate": "somebody said so"}},
        vector | {"frobnicate": "2"},
    ]
    found = list(run_file(told | {"vectors": [*harmless, *harmful]}))
    assert [each.agrees for each in found] == [True] * 3 + [False] * 2


def test_a_document_that_the_check_is_not_about_is_refused_by_name():
    schema, vectors = first_of("mpe")
    for vector in vectors[::9]:
        if vector["given"]["check"] == "plain":
            continue
        for document in ("R999", "R 1", "lunch", ""):
            found = agrees(schema, vector | {"document": document})
            assert not found.agrees
            assert document in found.failure
        named = re_named(vector["document"])
        assert agrees(schema, vector | {"document": named}).agrees


def re_named(document):
    """Return the document with its publisher and a year, as papers name it."""
    if document.startswith("IEC"):
        return "IEC 62053-21:2003"
    return f"OIML R {document[1:]}-1:2006"


def test_an_error_beside_readings_that_do_not_give_it_is_refused():
    told = {"range_low": "0", "range_high": "10", "class": "1.6", "reference": "5"}
    vector = {
        "document": "R101",
        "given": {"check": "pressure_gauge", **told, "indication": "5.1"},
        "expected": {"verdict": "pass"},
    }
    vector["given"]["error"] = "0.10"
    assert agrees("mpe-vectors-v1", vector).agrees
    vector["given"]["error"] = "0.11"
    assert not agrees("mpe-vectors-v1", vector).agrees
