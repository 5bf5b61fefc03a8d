"""The golden files that come with the program, worked out in this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from labms.errors import NotFound
from labms.golden.comparing import Comparison, Standing
from labms.golden.running import Outcome, read_file, run_file
from labms.golden.shipped import shipped_files
from labms.i18n import N_

#: What each file is about. The texts inside the files are data, in English.
TITLES: Mapping[str, str] = {
    "budgets": N_("Uncertainty budgets"),
    "coverage_factors": N_("Coverage factors"),
    "decision": N_("Decision rules and risks"),
    "intervals": N_("Calibration intervals"),
    "montecarlo": N_("Propagation of distributions"),
    "mpe": N_("Limits of error and verdicts"),
    "regression": N_("Lines and the analysis of variance"),
    "rounding": N_("Rounding of results"),
    "traceability": N_("Chains of traceability"),
    "welch_satterthwaite": N_("Effective degrees of freedom"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenFile:
    """One file of worked examples."""

    name: str
    title: str
    """Marked for translation."""
    told: Mapping[str, Any]

    @property
    def count(self) -> int:
        """How many examples it has."""
        return len(self.told["vectors"])


@cache
def golden_files() -> tuple[GoldenFile, ...]:
    """Return the files that come with the program, by name."""
    return tuple(
        GoldenFile(
            name=path.stem,
            title=TITLES.get(path.stem, path.stem),
            told=read_file(path),
        )
        for path in shipped_files()
    )


def golden_file(name: str) -> GoldenFile:
    """Return one file by its name, or raise NotFound."""
    for one in golden_files():
        if one.name == name:
            return one
    raise NotFound


@cache
def outcomes_of(name: str) -> tuple[Outcome, ...]:
    """Return how every example of a file stands; worked out once in each process."""
    return tuple(run_file(golden_file(name).told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One example as the page shows it."""

    outcome: Outcome
    title: str
    source: str
    confidence: str
    notes: tuple[str, ...]
    values: tuple[Comparison, ...]


def shown(outcome: Outcome) -> Shown:
    """Return an example with its source and remarks, whatever form they have."""
    vector = outcome.vector
    source = vector.get("source")
    told = source if isinstance(source, dict) else {"document": source or ""}
    document = told.get("document") or vector.get("document") or ""
    notes = [vector.get("note"), *vector.get("notes", [])]
    given = vector.get("given")
    case = given.get("case", "") if isinstance(given, dict) else ""
    return Shown(
        outcome=outcome,
        title=str(vector.get("title") or vector.get("method") or case),
        source=" · ".join(filter(None, (document, told.get("clause")))),
        confidence=str(told.get("confidence", "")),
        notes=tuple(str(note) for note in notes if note),
        values=tuple(
            one for one in outcome.comparisons if one.standing is not Standing.SHOWN
        ),
    )
