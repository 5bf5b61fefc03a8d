"""A procedure is tried with the typical instrument that it names."""

import pytest

from labms.catalogue.correction.own_revisions import read_document
from labms.catalogue.trial.trying import example_faults
from tests.factories import SPRING_SCALE


def tried(catalogue, slug=SPRING_SCALE, **example):
    document = {**catalogue.procedure(slug).raw, "example": example}
    procedure, faults = read_document(document, tables={}, catalogue=catalogue)
    return [*faults, *example_faults(procedure)]


def test_every_procedure_names_one(catalogue):
    """That it works for it is seen where the shipped catalogue is checked."""
    for procedure in catalogue.procedures:
        assert procedure.is_calibration or procedure.example, procedure.name


@pytest.mark.parametrize(
    "example",
    [
        {"class": "IIII", "Max": "0", "e": "100"},  # nothing to divide
        {"class": "IIII", "Max": "30", "e": "0"},  # a division by zero
        {"class": "IIII", "Max": "3", "e": "100"},  # outside the scope
        {"class": "II", "Max": "30", "e": "100"},  # no such class
        {"class": "IIII", "Max": "30"},  # something is missing
        {"class": "IIII", "Max": "30", "e": "100", "colour": "red"},
    ],
)
def test_what_does_not_work_for_it_is_a_fault(catalogue, example):
    faults = tried(catalogue, **example)

    assert len(faults) > 0
    assert faults[0].key.startswith("example")
