"""Reads the stages and checks of a procedure."""

from collections.abc import Mapping
from typing import TypedDict

from labms.catalogue.entries import (
    Check,
    CheckKind,
    EntryColumn,
    GroupLimit,
    LimitTable,
    LimitUse,
    Point,
    Position,
    ReadingRule,
    Source,
    Stage,
)
from labms.catalogue.files.faults import Table, as_expression, check_kind, check_unique
from labms.catalogue.files.limit_uses import Kinds, Reasons, read_group, read_limits
from labms.catalogue.files.types import NAME, read_slug
from labms.catalogue.files.uncertainty import Around, read_uncertainty
from labms.catalogue.rules import VerificationReason
from labms.metrology.decision import Rule
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.tree import WORDS

DIRECTIONS = ("up", "down")
#: More than anybody reads at one point, or prints of one figure.
MOST_REPETITIONS, MOST_PLACES = 100, 12
#: More lines than one sheet can be filled in with, and points than a check has.
MOST_ROWS, MOST_POINTS = 2000, 200
#: What is judged: each reading, the mean at a point, or their spread alone.
JUDGED = ("each", "mean", "spread")
#: How a verification may be decided; weights have a rule of their own.
DECISIONS = (Rule.SIMPLE, Rule.R_111)
#: Keys that only a check with readings has.
_OF_READINGS = (
    "unit", "unit_from", "points", "points_from", "keep", "order", "positions",
    "directions", "repetitions", "columns", "error", "error_unit", "error_places",
    "uses", "limit", "judge", "spread", "hysteresis", "one_sign", "uncertainty",
    "shift", "requires", "decision",
)  # fmt: skip


class _Common(TypedDict):
    """What a question and a check with readings both have."""

    slug: str
    kind: CheckKind
    name_vi: str
    name_en: str
    source: Source
    reasons: Reasons
    when: Expression | None
    may_not_apply: bool
    note_vi: str
    note_en: str


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
            check.slug: check for check in checks if check.kind is CheckKind.READING
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
    earlier: Mapping[str, Check],
    around: Around,
) -> Check:
    when = table.expression("when", None)
    check_kind(table, "when", when, names=kinds, wanted=Kind.TRUTH)
    own_reasons = frozenset(table.words("reasons", VerificationReason, ()))
    if not own_reasons <= reasons:
        table.fault("reasons", "names a kind of verification the procedure is not for")
    common = _Common(
        slug=read_slug(table),
        kind=table.word("kind", CheckKind),
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        source=table.source(),
        reasons=own_reasons or reasons,
        when=when,
        may_not_apply=table.flag("may_not_apply", False),
        note_vi=table.text("note_vi", ""),
        note_en=table.text("note_en", ""),
    )
    if common["kind"] is CheckKind.YES_NO:
        for key in _OF_READINGS:
            if key in table.data:
                table.known.add(key)
                table.fault(key, "only a check with readings has this")
        return Check(**common)
    return _reading(table, common, kinds, tables, earlier, around)


def _reading(
    table: Table,
    common: _Common,
    kinds: Kinds,
    tables: Mapping[str, LimitTable],
    earlier: Mapping[str, Check],
    around: Around,
) -> Check:
    unit_from = table.text("unit_from", "")
    if unit_from and kinds.get(unit_from) is not Kind.TEXT:
        table.fault("unit_from", f"“{unit_from}” is not a characteristic with choices")
    unit = table.unit("unit", "") if unit_from else table.unit("unit")
    fixed = (
        "" if unit_from else unit
    )  # else it is the plate's, known with an instrument
    columns = tuple(_column(each, fixed, kinds) for each in table.tables("columns", []))
    columns = columns or (
        EntryColumn(
            key="indication", name_vi="Chỉ thị", name_en="Indication", unit=fixed
        ),
    )
    check_unique(table, "columns", [column.key for column in columns])
    for column in columns:
        if column.follows and column.follows not in {each.key for each in columns}:
            table.fault("columns", f"there is no column “{column.follows}” to follow")
        if column.standard and column.standard not in around.standards:
            message = f"there is no need for standards “{column.standard}”"
            table.fault(f"columns[{column.key}].standard", message)
    uses = _uses(table, earlier)
    at_point = {**kinds, "nominal": Kind.NUMBER}
    entered = {column.key: Kind.NUMBER for column in columns}
    for name in sorted((entered.keys() | uses.keys()) & at_point.keys()):
        table.fault("columns", f"“{name}” already means something else")
    read = {**at_point, **entered, **dict.fromkeys(uses, Kind.NUMBER)}
    error, keep = table.expression("error", None), table.expression("keep", None)
    check_kind(table, "error", error, names=read)
    check_kind(table, "keep", keep, names=at_point, wanted=Kind.TRUTH)
    error_unit = table.unit("error_unit", "") or fixed
    repetitions = table.whole("repetitions", 1, most=MOST_REPETITIONS)
    judge = table.text("judge", "each")
    if judge not in JUDGED:
        table.fault("judge", f"“{judge}” is none of {', '.join(JUDGED)}")
    directions = _directions(table)
    limits = read_limits(table, read, tables, common["reasons"], error_unit or unit)
    in_groups = {**at_point, "mpe": Kind.NUMBER}
    spread = read_group(table, "spread", in_groups)
    hysteresis = read_group(table, "hysteresis", in_groups)
    shift = read_group(table, "shift", in_groups, of=read)
    one_sign = read_group(table, "one_sign", in_groups)
    groups = {"spread": spread, "hysteresis": hysteresis, "one_sign": one_sign}
    groups["shift"] = shift
    _check_groups(table, groups, limits, repetitions, directions)
    if error is None and (limits or any(groups.values())):
        table.fault("error", "missing, though there is something to judge")
    order = table.text("order", "ascending")
    if order not in ("ascending", "as_written"):
        table.fault("order", f"“{order}” is neither ascending nor as_written")
    same = _same_points(table, earlier)
    places = None
    if "error_places" in table.data:
        places = table.whole("error_places", None, most=MOST_PLACES)
    return Check(
        **common,
        unit=unit,
        unit_from=unit_from,
        points=same.points if same else _points(table, kinds),
        keep=same.keep if same else keep,
        is_ascending=same.is_ascending if same else order == "ascending",
        positions=_positions(table, kinds),
        directions=directions,
        repetitions=repetitions,
        columns=columns,
        error=error,
        error_unit=error_unit,
        error_places=places,
        uses=uses,
        requires=tuple(_rule(each, read) for each in table.tables("requires", [])),
        limits=limits,
        judges_mean=judge == "mean",
        judges_each=judge == "each",
        decision=_decision(table, limits),
        spread=spread,
        hysteresis=hysteresis,
        shift=shift,
        one_sign=one_sign,
        uncertainty=read_uncertainty(
            table,
            names=read,
            around=around,
            columns=[column.key for column in columns],
            has_limit=bool(limits),
        ),
    )


def _check_groups(
    table: Table,
    groups: Mapping[str, GroupLimit | None],
    limits: tuple[LimitUse, ...],
    repetitions: int,
    directions: tuple[str, ...],
) -> None:
    for key, group in groups.items():
        named = group.limit.names if group and group.limit else frozenset()
        if "mpe" in named and not limits:
            table.fault(key, "names the limit of a reading, and there is none")
    if groups["spread"] and repetitions < 2:
        table.fault("spread", "goes with repetitions")
    if groups["hysteresis"] and len(directions) < 2:
        table.fault("hysteresis", "goes with both directions")


def rows_at_most(check: Check) -> int:
    """Return how many lines of a sheet a check can come to."""
    if check.kind is CheckKind.YES_NO:
        return 1
    each = len(check.points) * max(1, len(check.positions))
    return each * max(1, len(check.directions)) * check.repetitions


def _decision(table: Table, limits: tuple[LimitUse, ...]) -> Rule:
    decision = table.word("decision", Rule, "simple")
    if decision not in DECISIONS:
        table.fault("decision", f"“{decision}” is not a rule of verification")
    if decision is Rule.R_111 and not (limits and "uncertainty" in table.data):
        table.fault("decision", "needs a limit and an uncertainty")
    if decision is Rule.R_111 and table.data.get("judge") != "mean":
        table.fault("decision", "judges the mean of what was read")
    return decision


def _points(table: Table, kinds: Kinds) -> tuple[Point, ...]:
    """Return the points: formulas alone, or with what a person calls them."""
    points: list[Point] = []
    values = table.value("points", list) or []
    if len(values) > MOST_POINTS:
        table.fault("points", f"should be at most {MOST_POINTS}")
        values = values[:MOST_POINTS]
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
                when=_when(inner, kinds),
            )
        )
        inner.finish()
    if not points:
        table.fault("points", "a check with readings needs at least one point")
    return tuple(points)


def _same_points(table: Table, earlier: Mapping[str, Check]) -> Check | None:
    """Return the earlier check whose points are taken over, if there is one."""
    slug = table.text("points_from", "")
    if not slug:
        return None
    for key in ("points", "keep", "order"):
        if key in table.data:
            table.fault(key, "does not go with points_from")
    if slug not in earlier:
        table.fault("points_from", f"“{slug}” is no earlier check of the stage")
    return earlier.get(slug)


def _when(table: Table, kinds: Kinds) -> Expression | None:
    when = table.expression("when", None)
    check_kind(table, "when", when, names=kinds, wanted=Kind.TRUTH)
    return when


def _planned(table: Table, kinds: Kinds) -> Expression | None:
    planned = table.expression("planned", None)
    check_kind(table, "planned", planned, names={**kinds, "nominal": Kind.NUMBER})
    return planned


def _rule(table: Table, names: Kinds) -> ReadingRule:
    rule = table.expression("rule")
    check_kind(table, "rule", rule, names=names, wanted=Kind.TRUTH)
    return ReadingRule(
        rule=rule or parse("true"),
        text_vi=table.text("text_vi"),
        text_en=table.text("text_en"),
        source=table.source(),
    )


def _positions(table: Table, kinds: Kinds) -> tuple[Position, ...]:
    positions = tuple(
        Position(
            slug=read_slug(each),
            name_vi=each.text("name_vi"),
            name_en=each.text("name_en"),
            when=_when(each, kinds),
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


def _column(table: Table, unit: str, kinds: Kinds) -> EntryColumn:
    key = table.text("key")
    if key and (not NAME.fullmatch(key) or key in WORDS or key == "nominal"):
        table.fault("key", f"“{key}” cannot be a name in formulas")
    return EntryColumn(
        key=key,
        name_vi=table.text("name_vi"),
        name_en=table.text("name_en"),
        unit=table.unit("unit", "") or unit,
        when=_when(table, kinds),
        planned=_planned(table, kinds),
        is_shared=table.flag("shared", False),
        follows=table.text("follows", ""),
        standard=table.text("standard", ""),
    )


def _uses(table: Table, earlier: Mapping[str, Check]) -> dict[str, str]:
    uses = {}
    for inner in table.table("uses", None):
        for name in inner.data:
            uses[name] = inner.text(name)
            if not NAME.fullmatch(name) or name in WORDS:
                inner.fault(name, "cannot be a name in formulas")
            slug, _, group = uses[name].partition(".")
            if slug not in earlier or (not group and earlier[slug].error is None):
                inner.fault(name, f"“{slug}” is no earlier check of the stage")
            elif group and not _offers(earlier[slug], group):
                inner.fault(name, f"“{slug}” has no {group}")
    return uses


def _offers(check: Check, name: str) -> bool:
    """Whether readings of a check are judged together in this way, or it types this."""
    return name in [column.key for column in check.columns] or {
        "spread": check.spread is not None,
        "hysteresis": check.hysteresis is not None,
        "mean": check.judges_mean,
    }.get(name, False)
