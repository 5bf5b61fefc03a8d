"""Reads the steps and criteria that come with labms; each says how sure it is."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labms.catalogue.rules import Confidence
from labms.places.rules import Words
from labms.tasks.rules import Criterion, UnknownCriteria, UnknownStep

_HERE = Path(__file__).parent

#: The list of steps that new programmes follow.
STEPS_IN_USE = "bao-dam-do-luong-2019"
#: The set of criteria that new assessments use.
CRITERIA_IN_USE = "phong-thi-nghiem-do-luong"


@dataclass(frozen=True, slots=True)
class Sourced:
    """Where data is from: and whether somebody compared it with that."""

    name: Words
    source: Words
    confidence: Confidence
    checked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a measurement-assurance programme."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class StepList:
    """The steps of a programme, in order."""

    slug: str
    about: Sourced
    steps: tuple[Step, ...]

    def step(self, code: str) -> Step:
        """Return one of them. Raises UnknownStep."""
        for each in self.steps:
            if each.code == code:
                return each
        raise UnknownStep


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """Criteria that are used together."""

    slug: str
    revision: str
    about: Sourced
    criteria: tuple[Criterion, ...]

    @property
    def reference(self) -> str:
        """How an assessment names it."""
        return f"{self.slug}@{self.revision}"

    @property
    def most(self) -> Decimal:
        """The greatest sum of scores."""
        return sum((each.most for each in self.criteria), Decimal(0))


@cache
def step_lists() -> Mapping[str, StepList]:
    """Return all lists of steps, by slug."""
    return MappingProxyType(
        {
            slug: StepList(
                slug,
                _sourced(table),
                tuple(Step(s["code"], Words(**s["name"])) for s in table["steps"]),
            )
            for slug, table in _read("steps.toml").items()
        }
    )


@cache
def criteria_sets() -> Mapping[str, CriteriaSet]:
    """Return all sets of criteria, by what an assessment calls them."""
    found = (
        CriteriaSet(
            slug,
            table["revision"],
            _sourced(table),
            tuple(_criteria(table["criteria"])),
        )
        for slug, table in _read("criteria.toml").items()
    )
    return MappingProxyType({each.reference: each for each in found})


def criteria_in_use() -> CriteriaSet:
    """Return the set that new assessments use."""
    return next(s for s in criteria_sets().values() if s.slug == CRITERIA_IN_USE)


def criteria_named(reference: str) -> CriteriaSet:
    """Return the set that an assessment names. Raises UnknownCriteria."""
    try:
        return criteria_sets()[reference]
    except KeyError:
        raise UnknownCriteria from None


def _criteria(tables: list[dict[str, Any]]) -> list[Criterion]:
    return [
        Criterion(t["code"], t["name"]["vi"], t["name"]["en"], Decimal(t["most"]))
        for t in tables
    ]


def _sourced(table: Mapping[str, Any]) -> Sourced:
    return Sourced(
        Words(**table["name"]),
        Words(**table["source"]),
        Confidence(table["confidence"]),
        tuple(table["checked_by"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
