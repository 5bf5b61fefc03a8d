"""Reads the plans and the definitions of indicators that come with labms."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labms.i18n import Message
from labms.places.rules import Words
from labms.plan.faults import faults
from labms.plan.rules import (
    Comparison,
    Count,
    IndicatorDefinition,
    Passage,
    Period,
    Phase,
    Plan,
    StandsIn,
    Target,
    Task,
    Unit,
    UnknownIndicator,
    UnknownPlan,
)

DATA = Path(__file__).parent / "data"

#: What TOML gives: a misspelt or missing key fails when the row is built from it.
Table = Mapping[str, Any]


@cache
def plans() -> tuple[Plan, ...]:
    """Return all plans, the oldest first."""
    found = (plan_in(_read(file)) for file in DATA.glob("plan-*.toml"))
    return tuple(sorted(found, key=lambda plan: (plan.issued_on, plan.code)))


def plan(code: str) -> Plan:
    """Return the plan with this code ("3446"). Raises UnknownPlan."""
    for each in plans():
        if each.code == code:
            return each
    raise UnknownPlan(plan=code)


@cache
def definitions() -> Mapping[str, IndicatorDefinition]:
    """Return the definitions of all indicators by code, in the order of the file."""
    tables = _read(DATA / "indicators.toml")
    return MappingProxyType(
        {code: _definition(code, table) for code, table in tables.items()}
    )


def definition(code: str) -> IndicatorDefinition:
    """Return the definition of an indicator. Raises UnknownIndicator."""
    try:
        return definitions()[code]
    except KeyError:
        raise UnknownIndicator(indicator=code) from None


def check() -> tuple[Message, ...]:
    """Return the faults of the plans that come with labms: none, we hope."""
    return tuple(fault for each in plans() for fault in faults(each, definitions()))


def plan_in(table: Table) -> Plan:
    """Build a plan from what its file says."""
    return Plan(
        **{
            **table,
            "notes": tuple(Words(**each) for each in table["notes"]),
            "phases": tuple(Phase(**each) for each in table["phases"]),
            "targets": tuple(map(_target, table["targets"])),
            "tasks": tuple(map(_task, table["tasks"])),
            "passages": tuple(map(_passage, table["passages"])),
        }
    )


def _target(table: Table) -> Target:
    return Target(
        **{
            **table,
            "stands_in": StandsIn(table["stands_in"]),
            "comparison": Comparison(table["comparison"]),
            "value": Decimal(table["value"]),
            "unit": Unit(table["unit"]),
            "beside": tuple(table.get("beside", ())),
            "reading": _words(table.get("reading")),
        }
    )


def _task(table: Table) -> Task:
    return Task(
        **{
            **table,
            "blank": tuple(table["blank"]),
            "repeats_the_task": tuple(table["repeats_the_task"]),
            "indicators": tuple(table["indicators"]),
            "note": _words(table.get("note")),
        }
    )


def _passage(table: Table) -> Passage:
    return Passage(**{**table, "text": tuple(table["text"])})


def _definition(code: str, table: Table) -> IndicatorDefinition:
    worded = ("name", "definition", "numerator", "denominator", "source")
    return IndicatorDefinition(
        code=code,
        **{
            **table,
            **{key: Words(**table[key]) for key in worded},
            "period": Period(table["period"]),
            "unit": Unit(table["unit"]),
            "counts": Count(table["counts"]),
            "comparison": Comparison(table["comparison"]),
        },
    )


def _words(table: Table | None) -> Words | None:
    return Words(**table) if table else None


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
