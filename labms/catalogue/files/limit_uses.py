"""Reads which limits a check has: from tables, by formulas of its own, or unknown."""

from collections.abc import Mapping

from labms.catalogue.entries import GroupLimit, LimitTable, LimitUse
from labms.catalogue.files.faults import Table, check_kind
from labms.catalogue.files.limits import read_formula
from labms.catalogue.rules import VerificationReason
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.units import UNITS, convertible

Reasons = frozenset[VerificationReason]
Kinds = Mapping[str, Kind]


def read_group(
    table: Table, key: str, names: Kinds, *, of: Kinds | None = None
) -> GroupLimit | None:
    """Return the limit on several readings together, if there is one.

    With `of`, the names of a reading, it is on a `value` of each of them.
    """
    found = None
    for inner in table.table(key, None):
        limit = None
        if not _is_unknown(inner, "limit"):
            limit = inner.expression("limit") or parse("0")
            check_kind(inner, "limit", limit, names=names)
        value = None if of is None else inner.expression("value")
        check_kind(inner, "value", value, names=of or {})
        found = GroupLimit(
            limit=limit,
            value=value,
            source=inner.source(),
            reasons=frozenset(
                inner.words("reasons", VerificationReason, tuple(VerificationReason))
            ),
        )
    return found


def _is_unknown(table: Table, *others: str) -> bool:
    """Whether a limit is marked as unknown; then it says nothing else."""
    if not table.flag("unknown", False):
        return False
    for key in others:
        if key in table.data:
            table.known.add(key)
            table.fault(key, "a limit that is unknown cannot say this")
    return True


def read_limits(
    table: Table,
    names: Kinds,
    tables: Mapping[str, LimitTable],
    reasons: Reasons,
    error_unit: str,
) -> tuple[LimitUse, ...]:
    """Return how a check gets its limits: one way for each kind of verification."""
    limits = tuple(
        _limit(each, names, tables, reasons, error_unit)
        for each in table.tables("limit", [])
    )
    if limits:
        for reason in sorted(reasons):
            found = sum(reason in use.reasons for use in limits)
            if found != 1:
                table.fault("limit", f"{found} limits for {reason} verification")
    return limits


def _limit(
    table: Table,
    names: Kinds,
    tables: Mapping[str, LimitTable],
    reasons: Reasons,
    error_unit: str,
) -> LimitUse:
    own = frozenset(table.words("reasons", VerificationReason, ())) or reasons
    if _is_unknown(table, "table", "given", "factor", "plus", "minus"):
        return LimitUse(reasons=own, is_unknown=True, source=table.source())
    if "table" not in table.data:
        return LimitUse(
            reasons=own, formula=read_formula(table, names), source=table.source()
        )
    slug, factor = table.text("table"), table.text("factor", "")
    given: dict[str, Expression] = {}
    for inner in table.table("given", None):
        for name in inner.data:
            given[name] = inner.expression(name) or parse("0")
    if slug not in tables:
        table.fault("table", f"there is no table of limits “{slug}”")
    else:
        _check_use(table, tables[slug], given, factor, names, error_unit)
    return LimitUse(reasons=own, table=slug, given=given, factor=factor)


def _check_use(
    table: Table,
    limits: LimitTable,
    given: Mapping[str, Expression],
    factor: str,
    names: Kinds,
    error_unit: str,
) -> None:
    for name in sorted(limits.inputs.keys() - given.keys()):
        table.fault("given", f"the table needs “{name}”")
    for name, expression in given.items():
        if name not in limits.inputs:
            table.fault(f"given.{name}", "the table does not know this name")
            continue
        text = limits.inputs[name] == "text"
        wanted = Kind.TEXT if text else Kind.NUMBER
        check_kind(table, f"given.{name}", expression, names=names, wanted=wanted)
    for option in limits.options:
        if bool(option.factors) != bool(factor) or (
            factor and factor not in option.factors
        ):
            offered = ", ".join(option.factors) or "none"
            table.fault("factor", f"option {option.slug} has these factors: {offered}")
    known = limits.unit in UNITS and error_unit in UNITS
    if known and not convertible(limits.unit, error_unit):
        table.fault("table", f"its limits are in {limits.unit}, not in {error_unit}")
