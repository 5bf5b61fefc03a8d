"""Reads the files of `procedures/`."""

from collections.abc import Mapping
from decimal import Decimal

from labms.catalogue.entries import (
    Characteristic,
    Check,
    EnvironmentItem,
    EvidenceRule,
    InstrumentType,
    LimitTable,
    Procedure,
    ScopeRule,
    StandardRequirement,
    StandardUse,
)
from labms.catalogue.files.checks import MOST_ROWS, read_stage, rows_at_most
from labms.catalogue.files.faults import Table, check_kind, check_unique
from labms.catalogue.files.limits import read_limit_table
from labms.catalogue.files.types import NAME, kind_of, read_slug
from labms.catalogue.files.uncertainty import around_of
from labms.catalogue.rules import Evidence, ProcedureKind, VerificationReason
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.tree import WORDS
from labms.metrology.units import UNITS

#: Between which values surroundings can be at all, by unit: plausibility, no source.
PLAUSIBLE = {
    "°C": (Decimal(-50), Decimal(200)),
    "%RH": (Decimal(0), Decimal(100)),
    "hPa": (Decimal(300), Decimal(1200)),
    "kPa": (Decimal(30), Decimal(120)),
}
_PLAIN_TOLERANCE = parse("mpe")


def read_procedure(
    top: Table,
    *,
    types: Mapping[str, InstrumentType],
    tables: Mapping[str, LimitTable],
) -> Procedure:
    """Return one revision of a procedure, noting its faults."""
    type_slugs = top.texts("types")
    characteristics = _characteristics(top, type_slugs, types)
    kinds = {each.key: kind_of(each) for each in characteristics}
    values = _values(top, kinds)
    tables = {**tables, **_own_tables(top, tables)}
    kinds |= dict.fromkeys(values, Kind.NUMBER)
    kind = top.word("kind", ProcedureKind, "verification")
    asked = kind is ProcedureKind.VERIFICATION
    reasons = top.words("reasons", VerificationReason) if asked else ()
    if asked and not reasons:
        top.fault("reasons", "a procedure is for at least one")
    around = around_of(top.data)
    stages = tuple(
        read_stage(
            each,
            kinds=kinds,
            tables=tables,
            reasons=frozenset(reasons),
            around=around,
        )
        for each in top.tables("stage")
    )
    check_unique(top, "stage", [stage.slug for stage in stages])
    checks = [check for stage in stages for check in stage.checks]
    check_unique(top, "stage", [check.slug for check in checks])
    if not checks:
        top.fault("stage", "a procedure needs something to check")
    if sum(map(rows_at_most, checks)) > MOST_ROWS:
        top.fault("stage", f"a sheet has at most {MOST_ROWS} lines")
    used = {use.table for check in checks for use in check.limits if use.table}
    standards = tuple(
        _standard(each, kinds, checks, tables) for each in top.tables("standard", [])
    )
    check_unique(top, "standard", [each.slug for each in standards])
    used |= {each.class_limits.slug for each in standards if each.class_limits}
    environment = tuple(_environment(each) for each in top.tables("environment", []))
    check_unique(top, "environment", [each.key for each in environment])
    evidence = [_evidence(each) for each in top.table("evidence")] if asked else []
    ends = {
        key: top.text(key) if asked else ""
        for key in ("on_pass_vi", "on_pass_en", "on_fail_vi", "on_fail_en")
    }
    if not asked:
        _check_values(top, checks)
    _check_removed(top, [check.slug for check in checks])
    return Procedure(
        slug=read_slug(top),
        revision=top.text("revision"),
        types=type_slugs,
        document=top.text("document"),
        title_vi=top.text("title_vi"),
        title_en=top.text("title_en"),
        record_title_vi=top.text("record_title_vi"),
        record_title_en=top.text("record_title_en"),
        reasons=reasons,
        source=top.source(),
        **ends,
        evidence=evidence[0] if evidence else _no_evidence(top),
        scope=tuple(_scope(each, kinds) for each in top.tables("scope", [])),
        values=values,
        environment=environment,
        standards=standards,
        stages=stages,
        kind=kind,
        characteristics=characteristics,
        tables={slug: tables[slug] for slug in sorted(used & tables.keys())},
        example=_example(top, kinds),
        raw=top.data,
    )


def _check_removed(top: Table, slugs: list[str]) -> None:
    """Check what is said of questions that a body took out by the official text."""
    removed = []
    for each in top.tables("removed", []):
        removed.append(read_slug(each))
        if removed[-1] in slugs:
            each.fault("slug", f"“{removed[-1]}” is still there")
        for key in ("name_vi", "name_en"):
            each.text(key)
        each.source()
    check_unique(top, "removed", removed)


def _example(top: Table, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Return what a typical instrument bears, as it is typed."""
    found: dict[str, str] = {}
    for table in top.table("example", None):
        for name in table.data:
            found[name] = table.text(name)
            if name not in kinds:
                table.fault(name, "is no characteristic of its types")
    return found


def _check_values(top: Table, checks: list[Check]) -> None:
    """Note that a calibration states nothing: values have their uncertainty."""
    if not any(check.uncertainty for check in checks):
        top.fault("stage", "a calibration states at least one value with uncertainty")


def _characteristics(
    top: Table, slugs: tuple[str, ...], types: Mapping[str, InstrumentType]
) -> tuple[Characteristic, ...]:
    """Return what all the types have; a unit must not depend on the type."""
    if not slugs:
        top.fault("types", "a procedure is for at least one type")
    check_unique(top, "types", list(slugs))
    shared: dict[str, Characteristic] = {}
    for place, slug in enumerate(slugs):
        if slug not in types:
            top.fault("types", f"there is no type “{slug}”")
            continue
        own = {each.key: each for each in types[slug].characteristics}
        for key, other in own.items():
            if key in shared and (shared[key].unit, shared[key].kind) != (
                other.unit,
                other.kind,
            ):
                top.fault("types", f"“{key}” has another unit in “{slug}”")
        shared = own if not place else {k: v for k, v in shared.items() if k in own}
    return tuple(shared.values())


def _own_tables(top: Table, shared: Mapping[str, LimitTable]) -> dict[str, LimitTable]:
    """Return the tables of limits that stand in the procedure, for itself alone."""
    own = [read_limit_table(each) for each in top.tables("table", [])]
    check_unique(top, "table", [table.slug for table in own])
    for table in own:
        if table.slug in shared:
            top.fault(f"table[{table.slug}].slug", "stands in limits/ already")
    return {table.slug: table for table in own}


def _values(top: Table, kinds: Mapping[str, Kind]) -> dict[str, Expression]:
    values: dict[str, Expression] = {}
    for table in top.table("values", None):
        for name in table.data:
            expression = table.expression(name)
            if not NAME.fullmatch(name) or name in WORDS or name in kinds:
                table.fault(name, "cannot be a name of its own in formulas")
            known = {**kinds, **dict.fromkeys(values, Kind.NUMBER)}
            check_kind(table, name, expression, names=known)
            if expression is not None:
                values[name] = expression
    return values


def _scope(table: Table, kinds: Mapping[str, Kind]) -> ScopeRule:
    rule = table.expression("rule")
    check_kind(table, "rule", rule, names=kinds, wanted=Kind.TRUTH)
    return ScopeRule(
        rule=rule or parse("true"),
        unit=table.unit("unit", ""),
        text_vi=table.text("text_vi"),
        text_en=table.text("text_en"),
        source=table.source(),
    )


def _environment(table: Table) -> EnvironmentItem:
    minimum, maximum = table.decimal("min", None), table.decimal("max", None)
    if minimum is not None and maximum is not None and minimum > maximum:
        table.fault("max", "lies below min")
    unit = table.unit("unit")
    least, most = PLAUSIBLE.get(unit, (Decimal("-Infinity"), Decimal("Infinity")))
    for key, value in (("min", minimum), ("max", maximum)):
        if value is not None and not least <= value <= most:
            table.fault(key, f"should be between {least} and {most}")
    return EnvironmentItem(
        key=read_slug(table, "key"),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        is_required=table.flag("required"),
        source=table.source(),
    )


def _standard(
    table: Table,
    kinds: Mapping[str, Kind],
    checks: list[Check],
    tables: Mapping[str, LimitTable],
) -> StandardRequirement:
    known = {**kinds, "mpe": Kind.NUMBER, "nominal": Kind.NUMBER}
    tolerance = table.expression("tolerance", None)
    accuracy = table.expression("accuracy", None)
    check_kind(table, "tolerance", tolerance, names=known)
    of_its_own = ("accuracy", "uncertainty", "tolerance", "capacity")
    own = dict.fromkeys(of_its_own, Kind.NUMBER)
    check_kind(table, "accuracy", accuracy, names={**known, **own}, wanted=Kind.TRUTH)
    reach = table.expression("reach", None)
    check_kind(table, "reach", reach, names={**kinds, "nominal": Kind.NUMBER})
    drawn = table.expression("drawn", None)
    columns = {column.key for check in checks for column in check.columns}
    check_kind(table, "drawn", drawn, names=dict.fromkeys(columns, Kind.NUMBER))
    supported = table.texts("checks")
    for slug in supported:
        if slug not in [check.slug for check in checks]:
            table.fault("checks", f"there is no check “{slug}”")
    quantity, unit = table.text("quantity"), table.unit("unit")
    if unit in UNITS and UNITS[unit].quantity not in (quantity, "ratio"):
        table.fault("unit", f"“{unit}” is no unit of “{quantity}”")
    return StandardRequirement(
        slug=read_slug(table),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        quantity=quantity,
        unit=unit,
        is_required=table.flag("required"),
        several=table.flag("several", False),
        checks=supported,
        tolerance=tolerance or _PLAIN_TOLERANCE,
        accuracy=accuracy,
        use=table.word("use", StandardUse, "nominal"),
        reach=reach,
        drawn=drawn,
        class_limits=_class_limits(table, tables),
        text_vi=table.text("text_vi", ""),
        text_en=table.text("text_en", ""),
        source=table.source(),
    )


def _class_limits(table: Table, tables: Mapping[str, LimitTable]) -> LimitTable | None:
    """Return the table of what a standard of a class may be wrong by, if one is named.

    It is asked with the nominal value in the unit of the need, and the class.
    """
    slug = table.text("class_limits", "")
    if not slug:
        return None
    if slug not in tables or tables[slug].inputs.keys() != {"nominal", "class"}:
        table.fault("class_limits", f"“{slug}” has no limits by nominal and class")
        return None
    return tables[slug]


def _evidence(table: Table) -> EvidenceRule:
    allowed = table.words("allowed", Evidence)
    default = table.word("default", Evidence)
    if default not in allowed:
        table.fault("default", f"“{default}” is not among what is allowed")
    return EvidenceRule(allowed=allowed, default=default, source=table.source())


def _no_evidence(top: Table) -> EvidenceRule:
    nothing = Table(top.file, "", {}, [])
    return EvidenceRule(
        allowed=(Evidence.CERTIFICATE,),
        default=Evidence.CERTIFICATE,
        source=nothing.source(),
    )
