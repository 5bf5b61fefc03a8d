"""The limits of a check over the measuring range of one instrument, as a picture.

Lines are worked out by the very functions that plan a sheet; here they only become
coordinates. Kinds of verification with the same limits share a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10

from labms.catalogue.characteristics import Given
from labms.catalogue.entries import Check, LimitUse, Procedure, Source
from labms.catalogue.limit_standing import limit_sources
from labms.catalogue.rules import UnknownOption, VerificationReason
from labms.catalogue.sheet.planning import Row, Sheet, chosen_options, plan_sheet
from labms.errors import LabError
from labms.i18n import Message
from labms.metrology.limits import Limits
from labms.metrology.rounding import as_decimal

WIDTH, HEIGHT = 640, 300
#: Room around for numbers and units, in letters that are as large on a phone.
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 34, 60
#: So many places between the ends of the range are looked at.
PLACES = 160

Spot = tuple[Fraction, Limits | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A number at an axis: where it stands, and what it is."""

    at: float
    value: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """The limits of some kinds of verification, as paths of a picture."""

    number: int
    reasons: tuple[VerificationReason, ...]
    upper: str
    lower: str
    dots: tuple[tuple[float, float], ...]
    """The points that are measured."""


@dataclass(frozen=True, slots=True)
class PointLimits:
    """What stands in the table below: a point, and its limits line by line."""

    label_vi: str
    label_en: str
    nominal: Decimal
    limits: tuple[tuple[Decimal, Decimal] | None, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One check's limits over the range of one instrument."""

    check: Check
    unit: str
    error_unit: str
    lines: tuple[Line, ...]
    points: tuple[PointLimits, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    unknown: tuple[VerificationReason, ...] = ()
    """Kinds of verification whose limit nobody knows."""
    sources: tuple[Source, ...] = ()
    """Where its limits come from, and how they are known."""

    @property
    def size(self) -> str:
        """The box of the picture, as its viewBox."""
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def has_range(self) -> bool:
        """Whether there is more than one point, so that a picture says something."""
        return len(self.points) > 1

    @property
    def zero(self) -> float:
        """Where no error is."""
        return (TOP + HEIGHT - BOTTOM) / 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """All pictures of a procedure for one instrument, or why there are none."""

    drawings: tuple[Drawing, ...] = ()
    problem: Message | None = None


def draw(
    procedure: Procedure,
    *,
    characteristics: Given,
    options: Mapping[str, str] | None = None,
) -> Drawn:
    """Return a picture for each check with limits over a range."""
    chosen = _options(procedure, options or {})
    sheets: dict[VerificationReason, Sheet] = {}
    for reason in procedure.reasons:
        try:
            sheets[reason] = plan_sheet(
                procedure,
                characteristics=characteristics,
                reason=reason,
                options=chosen,
            )
        except LabError as error:
            return Drawn(problem=error.text)
    checks = [check for stage in procedure.stages for check in stage.checks]
    found = (_drawing(check, sheets) for check in checks if check.limits)
    return Drawn(
        drawings=tuple(
            replace(each, sources=_sources(procedure, each.check, chosen))
            for each in found
            if each is not None
        )
    )


def _sources(
    procedure: Procedure, check: Check, options: Mapping[str, str]
) -> tuple[Source, ...]:
    found = [
        source
        for reason in procedure.reasons
        if reason in check.reasons
        for source in limit_sources(procedure, check, reason, options)
    ]
    return tuple(dict.fromkeys(found))


def _options(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """Return an option for each table: the one released, else the first."""
    try:
        return chosen_options(procedure, given)
    except UnknownOption:
        first = {
            slug: table.options[0].slug for slug, table in procedure.tables.items()
        }
        return chosen_options(procedure, {**first, **given})


@dataclass(frozen=True, slots=True)
class _Curve:
    reasons: list[VerificationReason]
    spots: list[Spot]
    rows: list[tuple[Row, Limits | None]]


def _drawing(
    check: Check, sheets: Mapping[VerificationReason, Sheet]
) -> Drawing | None:
    curves: list[_Curve] = []
    unknown = []
    for reason, sheet in sheets.items():
        use, rows = check.limit_for(reason), _rows(check, sheet)
        if use is None or not rows:
            continue
        if use.is_unknown:
            unknown.append(reason)
            continue
        curve = _curve(sheet, use, rows)
        if not any(limits for _, limits in curve.rows):
            continue  # it depends on what is read
        curve.reasons.append(reason)
        same = [each for each in curves if _is_same(each, curve)]
        if same:
            same[0].reasons.append(reason)
        else:
            curves.append(curve)
    if not curves:
        return None
    return _laid_out(check, curves, tuple(unknown))


def _is_same(one: _Curve, other: _Curve) -> bool:
    own = [limits for _, limits in one.rows], one.spots
    return own == ([limits for _, limits in other.rows], other.spots)


def _rows(check: Check, sheet: Sheet) -> list[Row]:
    """Return one row for each point of a check, from the lowest on."""
    rows = {
        row.nominal: row
        for row in reversed(sheet.rows)
        if row.check == check.slug and row.nominal is not None
    }
    return [rows[nominal] for nominal in sorted(rows)]


def _curve(sheet: Sheet, use: LimitUse, rows: Sequence[Row]) -> _Curve:
    """Return the limits at the points, and at many places between them."""
    at_points = [
        (
            row,
            Limits(Fraction(row.limit_plus), Fraction(row.limit_minus))
            if row.limit_plus is not None and row.limit_minus is not None
            else None,
        )
        for row in rows
    ]
    low, high = (Fraction(row.nominal or 0) for row in (rows[0], rows[-1]))
    if 0 < low <= high / 2:  # what begins near zero is drawn from there
        low = Fraction(0)
    spots: list[Spot] = []
    for place in range(PLACES + 1) if len(rows) > 1 else ():
        nominal = low + (high - low) * place / PLACES
        spots.append((nominal, _limits(sheet, use, rows[0], nominal)))
    spots += [(Fraction(row.nominal or 0), limits) for row, limits in at_points]
    return _Curve([], sorted(spots, key=lambda spot: spot[0]), at_points)


def _limits(sheet: Sheet, use: LimitUse, row: Row, nominal: Fraction) -> Limits | None:
    """Return the limits at any place; None where the table has none."""
    try:
        values = {**row.values, "nominal": nominal}
        values |= {
            column.key: column.planned.evaluate(values)
            for column in sheet.check(row.check).columns
            if column.planned is not None
        }
        return sheet.limits_at(use, values=values, unit=row.error_unit)
    except (LabError, KeyError):
        return None


def _laid_out(
    check: Check, curves: Sequence[_Curve], unknown: tuple[VerificationReason, ...]
) -> Drawing:
    spots = [spot for curve in curves for spot in curve.spots]
    low, high = min(x for x, _ in spots), max(x for x, _ in spots)
    widest = max(
        max(abs(limits.plus), abs(limits.minus)) for _, limits in spots if limits
    )
    scale = _Scale(low, high if high > low else low + 1, widest or Fraction(1))
    first = curves[0].rows[0][0]
    return Drawing(
        check=check,
        unit=first.unit,
        error_unit=first.error_unit,
        lines=tuple(
            _line(number, curve, scale) for number, curve in enumerate(curves, start=1)
        ),
        points=_points(curves),
        across=tuple(
            Tick(scale.x(x), as_decimal(x)) for x in _ticks(scale.low, scale.high)
        ),
        upwards=tuple(
            Tick(scale.y(y), as_decimal(y))
            for y in (-scale.widest, Fraction(0), scale.widest)
        ),
        unknown=unknown,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: Fraction
    high: Fraction
    widest: Fraction

    def x(self, nominal: Fraction) -> float:
        share = (nominal - self.low) / (self.high - self.low)
        return round(float(LEFT + share * (WIDTH - LEFT - RIGHT)), 1)

    def y(self, error: Fraction | int) -> float:
        half = Fraction(HEIGHT - TOP - BOTTOM, 2)
        return round(
            float(TOP + half - Fraction(error) / self.widest * half * 9 / 10), 1
        )


def _ticks(low: Fraction, high: Fraction) -> list[Fraction]:
    """Return round numbers of a range, at most six."""
    least = (high - low) / 5
    unit = Fraction(10) ** floor(log10(least))
    step = next(
        size * unit for size in (1, 2, Fraction(5, 2), 5, 10) if size * unit >= least
    )
    return [step * n for n in range(ceil(low / step), floor(high / step) + 1)]


def _line(number: int, curve: _Curve, scale: _Scale) -> Line:
    upper = [(x, limits.plus if limits else None) for x, limits in curve.spots]
    lower = [(x, -limits.minus if limits else None) for x, limits in curve.spots]
    return Line(
        number=number,
        reasons=tuple(curve.reasons),
        upper=_path(upper, scale),
        lower=_path(lower, scale),
        dots=tuple(
            (scale.x(Fraction(row.nominal or 0)), scale.y(error))
            for row, limits in curve.rows
            if limits
            for error in (limits.plus, -limits.minus)
        ),
    )


def _path(spots: Sequence[tuple[Fraction, Fraction | None]], scale: _Scale) -> str:
    """Return a line through the places that have a limit, broken where none is."""
    parts: list[str] = []
    pen_is_down = False
    for place, (x, y) in enumerate(spots):
        if y is None:
            pen_is_down = False
            continue
        near = [each for _, each in spots[max(0, place - 1) : place + 2]]
        if pen_is_down and len(near) == 3 and near[0] == near[1] == near[2]:
            continue  # on the way along a step
        parts.append(f"{'L' if pen_is_down else 'M'}{scale.x(x)} {scale.y(y)}")
        pen_is_down = True
    return " ".join(parts)


def _points(curves: Sequence[_Curve]) -> tuple[PointLimits, ...]:
    """Return the points that any of the lines has, with the limits of each."""
    rows = {row.nominal: row for curve in curves for row, _ in curve.rows}
    by_curve = [{row.nominal: limits for row, limits in curve.rows} for curve in curves]
    return tuple(
        PointLimits(
            label_vi=row.point_label,
            label_en=row.point_label_en,
            nominal=nominal or Decimal(0),
            limits=tuple(_shown(limits.get(nominal)) for limits in by_curve),
        )
        for nominal, row in sorted(rows.items(), key=lambda each: each[0] or 0)
    )


def _shown(limits: Limits | None) -> tuple[Decimal, Decimal] | None:
    if limits is None:
        return None
    return as_decimal(limits.plus), as_decimal(limits.minus)
