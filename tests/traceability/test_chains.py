"""The chain on values alone; the examples are those of a weight of 20 kg."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from labms.traceability.chains import MOST_LEVELS, Network, Use, chain_from
from labms.traceability.facts import CalibrationFacts, StandardFacts
from labms.traceability.rules import IssuerKind

USED = date(2026, 1, 15)

E1 = CalibrationFacts(
    key="C-E1",
    number="C-E1",
    issuer_kind=IssuerKind.NATIONAL_INSTITUTE,
    calibrated_on=date(2024, 3, 1),
    due_on=date(2027, 3, 1),
    unit="kg",
    range_from=Decimal("0.001"),
    range_to=Decimal(20),
    uncertainty=Decimal("0.000004"),
    coverage_factor=Decimal(2),
    is_root=True,
)
F1 = replace(
    E1,
    key="C-F1",
    number="C-F1",
    issuer_kind=IssuerKind.ACCREDITED,
    accreditation_number="VLAC-000",
    accreditation_until=date(2027, 1, 1),
    calibrated_on=date(2025, 2, 10),
    due_on=date(2027, 2, 10),
    uncertainty=Decimal("0.00003"),
    is_root=False,
    references=("E1",),
)
M1 = replace(
    F1,
    key="C-M1",
    number="C-M1",
    issuer_kind=IssuerKind.IN_HOUSE,
    range_from=Decimal(20),
    calibrated_on=date(2025, 6, 1),
    due_on=date(2026, 6, 1),
    uncertainty=Decimal("0.0003"),
    references=("F1",),
)


def found(m1=M1, f1=F1, e1=E1, *, use=None, outages=None):
    """Return the problems of a use of M1, as (rule, standard or calibration)."""
    outages = outages or {}
    network = Network(
        {
            key: StandardFacts(key=key, name=key, outages=outages.get(key, ()))
            for key in ("M1", "F1", "E1")
        },
        {
            key: (row,) if row else ()
            for key, row in (("M1", m1), ("F1", f1), ("E1", e1))
        },
    )
    chain = chain_from(network, ["M1"], use or Use(on=USED))
    return [(p.code, p.standard_key) for p in chain.problems]


def test_a_chain_that_reaches_the_national_standard_has_no_problem():
    use = Use(on=USED, value=Decimal(20), mpe=Decimal("0.001"), unit="kg")

    assert found(use=use) == []


@pytest.mark.parametrize("day", [M1.calibrated_on, M1.due_on])
def test_both_days_of_a_calibration_count(day):
    assert found(use=Use(on=day)) == []


def test_a_day_after_the_last_it_is_overdue():
    assert found(use=Use(on=date(2026, 6, 2))) == [("T04", "M1")]


def test_a_reference_overdue_when_it_was_relied_upon_breaks_the_chain():
    assert found(f1=replace(F1, due_on=date(2025, 5, 31))) == [("T04", "F1")]


def test_a_reference_that_ran_out_since_breaks_nothing():
    assert found(f1=replace(F1, due_on=date(2025, 6, 1))) == []


def test_a_standard_without_any_calibration_breaks_the_chain():
    assert found(m1=None) == [("T01", "M1")]


def test_a_calibration_made_after_the_use_cannot_support_it():
    assert found(use=Use(on=date(2025, 5, 31))) == [("T15", "M1")]


def test_a_chain_has_to_end_at_a_root():
    assert found(f1=replace(F1, references=())) == [("T02", "F1")]


def test_an_accreditation_counts_on_the_day_of_calibration_and_not_today():
    assert found(f1=replace(F1, accreditation_until=date(2025, 12, 31))) == []
    assert found(f1=replace(F1, accreditation_until=date(2025, 2, 9))) == [
        ("T07", "F1")
    ]
    assert found(f1=replace(F1, accreditation_until=None)) == [("T07", "F1")]


def test_an_issuer_without_known_competence_breaks_the_chain():
    assert found(f1=replace(F1, issuer_kind=IssuerKind.OTHER)) == [("T06", "F1")]
    assert found(f1=replace(F1, accreditation_number="")) == [("T06", "F1")]


@pytest.mark.parametrize(
    "change",
    [
        {"uncertainty": None, "coverage_factor": None},
        {"coverage_factor": None},
        {"coverage_factor": Decimal(0)},
    ],
)
def test_an_uncertainty_not_stated_is_not_zero(change):
    assert found(m1=replace(M1, **change)) == [("T05", "M1")]


def test_an_uncertainty_cannot_shrink_down_the_chain():
    smaller = replace(M1, uncertainty=Decimal("0.00002"))
    equal = replace(M1, uncertainty=Decimal("0.00003"))
    in_grams = replace(M1, unit="g", uncertainty=Decimal("0.02"))

    assert found(m1=smaller) == [("T10", "M1")]
    assert found(m1=equal) == []
    assert found(m1=in_grams) == [("T10", "M1")]


def test_a_circle_of_calibrations_is_no_chain():
    day = date(2025, 6, 1)
    same = {"calibrated_on": day, "uncertainty": M1.uncertainty, "is_root": False}
    house = {"issuer_kind": IssuerKind.IN_HOUSE, **same}

    assert found(
        m1=replace(M1, **house),
        f1=replace(F1, **house),
        e1=replace(E1, references=("M1",), **house),
    ) == [("T03", "M1")]


def test_a_weight_of_20_kg_does_not_cover_10_kg():
    use = Use(on=USED, value=Decimal(10), unit="kg")

    assert found(use=use) == [("T11", "M1")]


def test_a_third_of_the_limit_passes_and_anything_more_does_not():
    exactly = Use(on=USED, mpe=Decimal("0.9"), unit="g")
    over = Use(on=USED, mpe=Decimal("0.0008999"), unit="kg")
    quarter = Use(on=USED, mpe=Decimal("0.0012"), unit="kg", ratio=Decimal(4))

    assert found(use=exactly) == []
    assert found(use=over) == [("T12", "M1")]
    assert found(use=quarter) == []


def test_a_standard_out_of_use_on_the_day_breaks_what_was_done_with_it_then():
    out = {"F1": ((date(2025, 5, 20), date(2025, 7, 1)),)}

    assert found(outages=out) == [("T14", "F1")]
    assert found(m1=replace(M1, calibrated_on=date(2025, 7, 2)), outages=out) == []


def test_a_withdrawn_calibration_counts_for_no_day():
    assert found(m1=replace(M1, is_withdrawn=True)) == [("T14", "M1")]


def test_what_several_standards_share_is_told_once():
    network = Network(
        {key: StandardFacts(key=key, name=key) for key in ("A", "B", "F1", "E1")},
        {
            "A": (replace(M1, key="C-A"),),
            "B": (replace(M1, key="C-B"),),
            "F1": (replace(F1, references=()),),
        },
    )

    chain = chain_from(network, ["A", "B"], Use(on=USED))

    assert [(x.standard.key, x.level, x.is_repeated) for x in chain.links] == [
        ("A", 0, False),
        ("F1", 1, False),
        ("B", 0, False),
        ("F1", 1, True),
    ]
    assert [p.code for p in chain.problems] == ["T02"]


def test_a_chain_without_end_is_given_up():
    keys = [f"S{n}" for n in range(MOST_LEVELS + 3)]
    network = Network(
        {key: StandardFacts(key=key, name=key) for key in keys},
        {
            key: (replace(M1, key=f"C-{key}", references=(above,)),)
            for key, above in itertools.pairwise(keys)
        },
    )

    chain = chain_from(network, ["S0"], Use(on=USED))

    assert len(chain.links) == MOST_LEVELS
    assert [p.code for p in chain.problems] == ["T02"]
