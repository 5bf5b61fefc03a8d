"""Plans the measurement sheet of one instrument: which rows, with which limits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from labms.catalogue.characteristics import (
    Characteristics,
    Given,
    read_characteristics,
)
from labms.catalogue.entries import (
    Check,
    CheckKind,
    LimitUse,
    Position,
    Procedure,
    Stage,
)
from labms.catalogue.rules import (
    Both,
    NoPoints,
    OutOfScope,
    UnknownOption,
    VerificationReason,
    WrongReason,
)
from labms.catalogue.sheet.rows import (
    ANSWER,
    Column,
    Row,
    Sheet,
    SheetCheck,
    SheetStage,
)
from labms.metrology.decimals import show_decimal
from labms.metrology.expressions import Value
from labms.metrology.rounding import as_decimal

__all__ = [
    "ANSWER",
    "Column",
    "Row",
    "Sheet",
    "SheetCheck",
    "SheetStage",
    "chosen_options",
    "plan_sheet",
]


def plan_sheet(
    procedure: Procedure,
    *,
    characteristics: Given,
    reason: VerificationReason | None,
    options: Mapping[str, str],
) -> Sheet:
    """Return the sheet for one instrument.

    `characteristics` are what the instrument bears, as registered; `options` names the
    option of each table of limits that has several, as the release does. Refuses with
    WrongReason, CharacteristicMissing, OutOfScope, UnknownOption or NoLimit.
    """
    if (reason is None) != procedure.is_calibration or not (
        reason is None or reason in procedure.reasons
    ):
        raise WrongReason(procedure=procedure.document)
    instrument = read_characteristics(procedure.characteristics, characteristics)
    for rule in procedure.scope:
        if not rule.rule.holds(_values(procedure, instrument, rule.unit)):
            raise OutOfScope(
                procedure=procedure.document, rule=Both(rule.text_vi, rule.text_en)
            )
    sheet = Sheet(
        procedure=procedure,
        reason=reason,
        options=chosen_options(procedure, options),
        stages=(),
    )
    stages = (_stage(sheet, stage, instrument) for stage in procedure.stages)
    return Sheet(
        procedure=procedure,
        reason=reason,
        options=sheet.options,
        stages=tuple(stage for stage in stages if stage.checks),
    )


def chosen_options(procedure: Procedure, options: Mapping[str, str]) -> dict[str, str]:
    """Return the option of each table; where there are several it has to be named."""
    chosen = {}
    for slug, table in procedure.tables.items():
        name = options.get(slug) or (
            "" if table.needs_choice else table.options[0].slug
        )
        if table.option(name) is None:
            raise UnknownOption.of(table)
        chosen[slug] = name
    return chosen


def _values(
    procedure: Procedure, instrument: Characteristics, unit: str
) -> dict[str, Value]:
    """Return what formulas may name, in a unit, with the procedure's own values."""
    values = instrument.taken_in(unit)
    for name, expression in procedure.values.items():
        if expression.names <= values.keys():
            values[name] = expression.evaluate(values)
    return values


def _stage(sheet: Sheet, stage: Stage, instrument: Characteristics) -> SheetStage:
    checks = []
    for check in stage.checks:
        unit = check.unit_on(instrument.values)
        values = _values(sheet.procedure, instrument, unit)
        if sheet.reason is not None and sheet.reason not in check.reasons:
            continue
        if check.when is not None and not check.when.holds(values):
            continue
        rows = (
            [_question(stage, check)]
            if check.kind is CheckKind.YES_NO
            else list(_readings(sheet, stage, check, values, unit))
        )
        if not rows:
            name = Both(check.name_vi, check.name_en)
            raise NoPoints(check=name, procedure=sheet.procedure.document)
        checks.append(
            SheetCheck(
                slug=check.slug,
                name_vi=check.name_vi,
                name_en=check.name_en,
                kind=check.kind,
                unit=unit,
                error_unit=check.error_unit or unit,
                rows=tuple(rows),
                note_vi=check.note_vi,
                note_en=check.note_en,
                is_unlimited=check.is_unlimited(sheet.reason),
                is_recorded=check.error is None,
            )
        )
    return SheetStage(
        slug=stage.slug,
        name_vi=stage.name_vi,
        name_en=stage.name_en,
        checks=tuple(checks),
    )


def _question(stage: Stage, check: Check) -> Row:
    return Row(
        key=f"{stage.slug}-{check.slug}",
        stage=stage.slug,
        check=check.slug,
        kind=check.kind,
        label_vi=check.name_vi,
        label_en=check.name_en,
        columns=(Column(key=ANSWER, label_vi="Đạt", label_en="As required", unit=""),),
        may_not_apply=check.may_not_apply,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A point as it falls on one instrument."""

    number: int
    nominal: Fraction
    label_vi: str
    label_en: str


def _places(check: Check, values: Mapping[str, Value]) -> list[_Place]:
    """Return the points that apply; equal ones merged, ascending if so asked."""
    found: list[tuple[Fraction, list[str], list[str]]] = []
    for point in check.points:
        if point.when is not None and not point.when.holds(values):
            continue
        nominal = point.at.number(values)
        if check.keep and not check.keep.holds({**values, "nominal": nominal}):
            continue
        same = (
            [each for each in found if each[0] == nominal] if check.is_ascending else []
        )
        if not same:
            same = [(nominal, [], [])]
            found += same
        same[0][1].append(point.label_vi)
        same[0][2].append(point.label_en or point.label_vi)
    if check.is_ascending:
        found.sort(key=lambda each: each[0])
    return [
        _Place(number, nominal, _joined(vi), _joined(en))
        for number, (nominal, vi, en) in enumerate(found, start=1)
    ]


def _joined(labels: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(label for label in labels if label))


def _walk(
    check: Check, places: Sequence[_Place], values: Mapping[str, Value]
) -> Iterator[tuple[_Place, Position | None, str | None, int]]:
    """Yield where to read, in order: up, then down without the turning point again."""
    positions: Sequence[Position | None] = (None,)
    if check.positions:
        positions = [
            each
            for each in check.positions
            if each.when is None or each.when.holds(values)
        ]
    repetitions = range(1, check.repetitions + 1)
    if not check.directions:
        for place in places:
            for position in positions:
                for repetition in repetitions:
                    yield place, position, None, repetition
        return
    turns = len(check.directions) > 1 and len(places) > 1
    for repetition in repetitions:
        for position in positions:
            for leg, direction in enumerate(check.directions):
                way = places if direction == "up" else places[::-1]
                for place in way[1:] if leg and turns else way:
                    yield place, position, direction, repetition


def _readings(
    sheet: Sheet, stage: Stage, check: Check, values: Mapping[str, Value], unit: str
) -> Iterator[Row]:
    use = check.limit_for(sheet.reason)
    columns = _columns(check, unit, values)
    is_judged = check.judges_each or check.judges_mean
    for place, position, direction, repetition in _walk(
        check, _places(check, values), values
    ):
        here = {**values, "nominal": place.nominal}
        limits = None
        planned = here | {
            column.key: column.planned.evaluate(here)
            for column in check.columns
            if column.planned is not None
        }
        if use is not None and is_judged and _is_known(use, planned):
            limits = sheet.limits_at(use, values=planned, unit=check.error_unit or unit)
        parts = [stage.slug, check.slug, str(place.number)]
        parts += [part for part in (position and position.slug, direction) if part]
        nominal = as_decimal(place.nominal)
        plain = f"{show_decimal(nominal, language='vi')} {unit}".strip()
        yield Row(
            key="-".join([*parts, str(repetition)]),
            stage=stage.slug,
            check=check.slug,
            kind=check.kind,
            label_vi=check.name_vi,
            label_en=check.name_en,
            columns=columns,
            unit=unit,
            error_unit=check.error_unit or unit,
            point_label=place.label_vi or plain,
            point_label_en=place.label_en or plain.replace(",", "."),
            position_vi=position.name_vi if position else "",
            position_en=position.name_en if position else "",
            nominal=nominal,
            direction=direction,
            repetition=repetition if check.repetitions > 1 else None,
            limit_plus=as_decimal(limits.plus) if limits else None,
            limit_minus=as_decimal(limits.minus) if limits else None,
            point_key="-".join(parts),
            point_number=place.number,
            values=here,
        )


def _is_known(use: LimitUse, values: Mapping[str, Value]) -> bool:
    """Whether the limit can be told before anything is read."""
    if use.is_unknown:
        return False
    needed = use.formula.names if use.formula else frozenset[str]()
    return needed.union(*(each.names for each in use.given.values())) <= values.keys()


def _columns(
    check: Check, unit: str, values: Mapping[str, Value]
) -> tuple[Column, ...]:
    return tuple(
        Column(
            key=column.key,
            label_vi=column.name_vi,
            label_en=column.name_en,
            unit=column.unit or unit,
            is_shared=column.is_shared,
            follows=column.follows,
            standard=column.standard,
        )
        for column in check.columns
        if column.when is None or column.when.holds(values)
    )
