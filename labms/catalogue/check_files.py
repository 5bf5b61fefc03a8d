"""Reads the stages and checks of a procedure."""

from collections.abc import Mapping

from labms.catalogue.entries import (
    Check,
    CheckKind,
    EntryColumn,
    GroupLimit,
    LimitTable,
    LimitUse,
    Point,
    Position,
    Stage,
)
from labms.catalogue.faults import Table, as_expression, check_kind, check_unique
from labms.catalogue.limit_files import read_formula
from labms.catalogue.rules import VerificationReason
from labms.catalogue.type_files import NAME, read_slug
from labms.catalogue.uncertainty_files import Around, read_uncertainty
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.tree import WORDS
from labms.metrology.units import UNITS, convertible

DIRECTIONS = ("up", "down")
#: Keys that only a check with readings has.
_OF_READINGS = (
    "unit", "unit_from", "points", "keep", "order", "positions", "directions",
    "repetitions", "columns", "error", "error_unit", "error_places", "uses", "limit",
    "judge", "spread", "hysteresis", "one_sign", "uncertainty",
)  # fmt: skip
Reasons = frozenset[VerificationReason]
Kinds = Mapping[str, Kind]


def read_stage(
    table: Table,
    *,
    kinds: Kinds,
    tables: Mapping[str, LimitTable],
    reasons: Reasons,
    around: Around,
) -> Stage:
    """Return one stage with its checks, noting their faults."""
    checks: list[Check] = []
    for each in table.tables("check"):
        earlier = {
            check.slug: check.repetitions
            for check in checks
            if check.kind is CheckKind.READING
        }
        checks.append(_check(each, kinds, tables, reasons, earlier, around))
    if not checks:
        table.fault("check", "a stage needs something to check")
    return Stage(
        slug=read_slug(table),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        checks=tuple(checks),
    )


def _check(
    table: Table,
    kinds: Kinds,
    tables: Mapping[str, LimitTable],
    reasons: Reasons,
    earlier: Mapping[str, int],
    around: Around,
) -> Check:
    when = table.expression("when", None)
    check_kind(table, "when", when, names=kinds, wanted=Kind.TRUTH)
    own_reasons = frozenset(table.words("reasons", VerificationReason, ()))
    if not own_reasons <= reasons:
        table.fault("reasons", "names a kind of verification the procedure is not for")
    common = {
        "slug": read_slug(table),
        "kind": table.word("kind", CheckKind),
        "name_vi": table.text("name_vi"),
        "name_en": table.text("name_en"),
        "source": table.source(),
        "reasons": own_reasons or reasons,
        "when": when,
        "may_not_apply": table.flag("may_not_apply", False),
    }
    if common["kind"] is CheckKind.YES_NO:
        for key in _OF_READINGS:
            if key in table.data:
                table.known.add(key)
                table.fault(key, "only a check with readings has this")
        return Check(**common)  # type: ignore[arg-type]
    return _reading(table, common, kinds, tables, earlier, around)


def _reading(
    table: Table,
    common: dict[str, object],
    kinds: Kinds,
    tables: Mapping[str, LimitTable],
    earlier: Mapping[str, int],
    around: Around,
) -> Check:
    unit_from = table.text("unit_from", "")
    if unit_from and kinds.get(unit_from) is not Kind.TEXT:
        table.fault("unit_from", f"“{unit_from}” is not a characteristic with choices")
    unit = table.unit("unit", "") if unit_from else table.unit("unit")
    columns = tuple(_column(each, unit) for each in table.tables("columns", []))
    columns = columns or (
        EntryColumn(
            key="indication", name_vi="Chỉ thị", name_en="Indication", unit=unit
        ),
    )
    check_unique(table, "columns", [column.key for column in columns])
    uses = _uses(table, earlier)
    at_point = {**kinds, "nominal": Kind.NUMBER}
    entered = {column.key: Kind.NUMBER for column in columns}
    for name in sorted((entered.keys() | uses.keys()) & at_point.keys()):
        table.fault("columns", f"“{name}” already means something else")
    read = {**at_point, **entered, **dict.fromkeys(uses, Kind.NUMBER)}
    error, keep = table.expression("error"), table.expression("keep", None)
    check_kind(table, "error", error, names=read)
    check_kind(table, "keep", keep, names=at_point, wanted=Kind.TRUTH)
    error_unit = table.unit("error_unit", "") or unit
    repetitions = table.whole("repetitions", 1)
    judge = table.text("judge", "each")
    if judge not in ("each", "mean"):
        table.fault("judge", f"“{judge}” is neither each nor mean")
    directions = _directions(table)
    limits = _limits(table, read, tables, common["reasons"], error_unit)  # type: ignore[arg-type]
    in_groups = {**at_point, "mpe": Kind.NUMBER}
    spread = _group(table, "spread", in_groups)
    hysteresis = _group(table, "hysteresis", in_groups)
    one_sign = _group(table, "one_sign", in_groups)
    if spread and repetitions < 2:
        table.fault("spread", "goes with repetitions")
    groups = {"spread": spread, "hysteresis": hysteresis, "one_sign": one_sign}
    for key, group in groups.items():
        if group and "mpe" in group.limit.names and not limits:
            table.fault(key, "names the limit of a reading, and there is none")
    if hysteresis and len(directions) < 2:
        table.fault("hysteresis", "goes with both directions")
    order = table.text("order", "ascending")
    if order not in ("ascending", "as_written"):
        table.fault("order", f"“{order}” is neither ascending nor as_written")
    places = table.whole("error_places", None) if "error_places" in table.data else None
    return Check(
        **common,  # type: ignore[arg-type]
        unit=unit,
        unit_from=unit_from,
        points=_points(table, kinds),
        keep=keep,
        is_ascending=order == "ascending",
        positions=_positions(table),
        directions=directions,
        repetitions=repetitions,
        columns=columns,
        error=error,
        error_unit=error_unit,
        error_places=places,
        uses=uses,
        limits=limits,
        judges_mean=judge == "mean",
        spread=spread,
        hysteresis=hysteresis,
        one_sign=one_sign,
        uncertainty=read_uncertainty(
            table,
            names=read,
            repeated={**earlier, str(common["slug"]): repetitions},
            around=around,
            has_limit=bool(limits),
        ),
    )


def _points(table: Table, kinds: Kinds) -> tuple[Point, ...]:
    """Return the points: formulas alone, or with what a person calls them."""
    points: list[Point] = []
    values = table.value("points", list) or []
    for place, value in enumerate(values, start=1):
        key = f"points[{place}]"
        own = value if isinstance(value, dict) else {"at": value}
        inner = Table(table.file, f"{table.path}{key}.", own, table.faults)
        at = as_expression(inner, "at", own.get("at"))
        inner.known.add("at")
        check_kind(inner, "at", at, names=kinds)
        points.append(
            Point(
                at=at or parse("0"),
                label_vi=inner.text("label_vi", ""),
                label_en=inner.text("label_en", ""),
            )
        )
        inner.finish()
    if not points:
        table.fault("points", "a check with readings needs at least one point")
    return tuple(points)


def _positions(table: Table) -> tuple[Position, ...]:
    positions = tuple(
        Position(
            slug=read_slug(each),
            name_vi=each.text("name_vi"),
            name_en=each.text("name_en"),
        )
        for each in table.tables("positions", [])
    )
    check_unique(table, "positions", [position.slug for position in positions])
    return positions


def _directions(table: Table) -> tuple[str, ...]:
    directions = table.texts("directions", ())
    for direction in directions:
        if direction not in DIRECTIONS:
            table.fault("directions", f"“{direction}” is neither up nor down")
    check_unique(table, "directions", list(directions))
    return directions


def _column(table: Table, unit: str) -> EntryColumn:
    key = table.text("key")
    if key and (not NAME.fullmatch(key) or key in WORDS or key == "nominal"):
        table.fault("key", f"“{key}” cannot be a name in formulas")
    return EntryColumn(
        key=key,
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        unit=table.unit("unit", "") or unit,
        is_shared=table.flag("shared", False),
    )


def _uses(table: Table, earlier: Mapping[str, int]) -> dict[str, str]:
    uses = {}
    for inner in table.table("uses", None):
        for name in inner.data:
            uses[name] = inner.text(name)
            if not NAME.fullmatch(name) or name in WORDS:
                inner.fault(name, "cannot be a name in formulas")
            if uses[name] not in earlier:
                inner.fault(name, f"“{uses[name]}” is no earlier check of the stage")
    return uses


def _group(table: Table, key: str, names: Kinds) -> GroupLimit | None:
    found = None
    for inner in table.table(key, None):
        limit = inner.expression("limit")
        check_kind(inner, "limit", limit, names=names)
        found = GroupLimit(
            limit=limit or parse("0"),
            source=inner.source(),
            reasons=frozenset(
                inner.words("reasons", VerificationReason, tuple(VerificationReason))
            ),
        )
    return found


def _limits(
    table: Table,
    names: Kinds,
    tables: Mapping[str, LimitTable],
    reasons: Reasons,
    error_unit: str,
) -> tuple[LimitUse, ...]:
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
