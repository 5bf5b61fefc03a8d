"""How fast readings are judged and uncertainties worked out, on one core.

    python -m tests.benchmarks.bench_metrology

Bars, by processor time: 200,000 bare comparisons a second; 100,000 verdicts a second
where the limit is looked up in the catalogue, no two readings alike; 50,000 budgets of
nine inputs a second; and under 2 s for ten inputs and 10⁶ draws. Beside each stands a
floor: the least that could be written by hand for the same figures, measured in turns
with it, and checked to come to the same. The exit status is 1 below any bar. The last
result is kept beside this file.
"""

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from labms.catalogue.shipped import shipped_catalogue
from labms.metrology.budget import (
    Contribution,
    combined_standard_uncertainty,
    effective_degrees_of_freedom,
)
from labms.metrology.distributions import Distribution
from labms.metrology.expressions import parse
from labms.metrology.montecarlo import RandomInput, simulate
from labms.metrology.verdicts import Verdict, judge, judge_between

ROUNDS = 7
READINGS = 20_000
BUDGETS = 5_000
TRIALS = 1_000_000
RESULT = Path(__file__).with_name("metrology.json")

#: Of a platform scale of class III with e = 5 g, in kilograms: load and error.
E = Decimal("0.005")
LOADS = [Decimal(n).scaleb(-3) * 2 for n in range(1, READINGS + 1)]
ERRORS = [Decimal(n % 21 - 10).scaleb(-3) for n in range(READINGS)]
MPE = Decimal("0.0075")
BOUNDS = ((Decimal(500) * E, E / 2), (Decimal(2000) * E, E), (None, 3 * E / 2))


def bare() -> int:
    """Judge each error by one limit; return how many pass."""
    return sum(judge(error, mpe=MPE) is Verdict.PASS for error in ERRORS)


def bare_by_hand() -> int:
    """Compare, and no more."""
    return sum(-MPE <= error <= MPE for error in ERRORS)


def looked_up() -> int:
    """Judge each error by the limit at its load, from the catalogue."""
    catalogue = shipped_catalogue()
    passed, interval = 0, Fraction(E)
    for load, error in zip(LOADS, ERRORS, strict=True):
        option = catalogue.table("oiml-r-76").option("r-76-1-2006")
        assert option is not None
        limits = option.limit.limits({"class": "III", "load": load, "e": interval})
        verdict = judge_between(error, plus=limits.plus, minus=limits.minus)
        passed += verdict is Verdict.PASS
    return passed


def looked_up_by_hand() -> int:
    """Do the same with the three steps of this one scale written out."""
    passed = 0
    for load, error in zip(LOADS, ERRORS, strict=True):
        for bound, limit in BOUNDS:
            if bound is None or load <= bound:
                passed += -limit <= error <= limit
                break
    return passed


#: Nine lines: u, ∂y/∂x, ν.
LINES = [
    (0.1 + 0.3 * n, (-1.0) ** n / (n + 1), (math.inf, 9.0)[n % 2]) for n in range(9)
]


def budgets() -> float:
    """Return u and ν_eff of nine inputs, many times over, added up."""
    total = 0.0
    for n in range(BUDGETS):
        budget = [
            Contribution(f"x{i}", u + n, c, v) for i, (u, c, v) in enumerate(LINES)
        ]
        total += combined_standard_uncertainty(budget)
        total += effective_degrees_of_freedom(budget)
    return total


def budgets_by_hand() -> float:
    """Do the same with sums of floats, and no names."""
    total = 0.0
    for n in range(BUDGETS):
        parts = [((u + n) * c, v) for u, c, v in LINES]
        size = math.hypot(*(part for part, _ in parts))
        total += size
        total += 1 / sum((part / size) ** 4 / v for part, v in parts)
    return total


MODEL = parse("(a + b) * c / (d + 1) + exp(e / 100) * f - g * h + i / (j + 50)")
INPUTS = [
    RandomInput(name=name, distribution=Distribution.NORMAL, mean=1.0, spread=0.1)
    for name in "abcdefghij"
]


def simulated() -> float:
    """Return u of a model with ten inputs, by draws."""
    return simulate(MODEL, INPUTS, trials=TRIALS, seed=1).standard_deviation


def simulated_by_hand() -> float:
    """Do the same with numpy and plain draws."""
    draws = np.random.default_rng(1).normal(1.0, 0.1, (10, 2**20))
    a, b, c, d, e, f, g, h, i, j = draws
    values = (a + b) * c / (d + 1) + np.exp(e / 100) * f - g * h + i / (j + 50)
    values.sort()
    return float(values.std(ddof=1))


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, how often it happens in one call, and its bar."""

    name: str
    work: Callable[[], float]
    floor: Callable[[], float]
    count: int
    bar: float
    """So many a second at least."""
    agreement: float = 1e-12
    """By how much, of the result, the floor may differ."""


MEASURES = (
    Measure("bare verdicts", bare, bare_by_hand, READINGS, 200_000),
    Measure("verdicts looked up", looked_up, looked_up_by_hand, READINGS, 100_000),
    Measure("budgets of nine inputs", budgets, budgets_by_hand, BUDGETS, 50_000),
    Measure("simulations", simulated, simulated_by_hand, 1, 1 / 2, agreement=1e-2),
)


def timed(work: Callable[[], float]) -> tuple[float, float]:
    """Return the processor time of a call, and what it returned."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def measured(one: Measure) -> dict[str, Any]:
    """Measure both in turns, so that noise hits both; the least disturbed counts."""
    times, floors = [], []
    for _ in range(ROUNDS):
        seconds, found = timed(one.work)
        floor, expected = timed(one.floor)
        if not math.isclose(found, expected, rel_tol=one.agreement):
            raise ArithmeticError(one.name)
        times.append(seconds)
        floors.append(floor)
    per_second = one.count / min(times)
    return {
        "bar_per_second": one.bar,
        "per_second": float(f"{per_second:.3g}"),
        "floor_per_second": float(f"{one.count / min(floors):.3g}"),
        "ratio": round(min(floors) / min(times), 3),
        "cleared": per_second >= one.bar,
    }


def main() -> int:
    """Measure, print, keep the result, and say whether each bar was cleared."""
    results = {one.name: measured(one) for one in MEASURES}
    RESULT.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    for one in MEASURES:
        name, result = one.name, results[one.name]
        print(
            f"{name}: {result['per_second']:,.3g}/s, bar {one.bar:,}/s, "
            f"ratio {result['ratio']:.3f}, floor {result['floor_per_second']:,.3g}/s"
            f"{'' if result['cleared'] else ': BELOW THE BAR'}"
        )
    return 0 if all(result["cleared"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
