"""Whether the standards at hand are good enough for a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from labms.catalogue.entries import Procedure, StandardRequirement
from labms.catalogue.planning import Row, Sheet
from labms.catalogue.rules import Both
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import show_decimal
from labms.metrology.expressions import Value
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert, convertible


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardOffer:
    """What a standard can do; everything is in `unit`."""

    unit: str
    range_from: Decimal
    range_to: Decimal
    mpe: Decimal | None = None
    """The limit of its error, as of its class."""
    error: Decimal | None = None
    """Its error by the last calibration, where no limit is stated."""
    uncertainty: Decimal | None = None
    """Expanded."""
    coverage_factor: Decimal = Decimal(2)
    accuracy_class: str = ""
    count: int = 1
    """How many of them there are, as 20 weights of 20 kg."""

    @property
    def accuracy(self) -> Decimal | None:
        """The most it may be wrong by; None if nothing is stated."""
        if self.mpe is not None:
            return self.mpe
        if self.error is not None:
            return abs(self.error) + (self.uncertainty or 0)
        return self.uncertainty


def standards_fit(
    procedure: Procedure,
    sheet: Sheet,
    *,
    requirement: str,
    offers: Sequence[StandardOffer],
) -> tuple[Message, ...]:
    """Return what is wrong with the standards chosen for one requirement, or ().

    Together they have to reach every point of the checks that the requirement serves;
    several may make one load where the procedure says so.
    """
    needed = procedure.standard(requirement)
    if not offers:
        return (Message(N_("No standard was chosen.")),) if needed.is_required else ()
    problems = [each for offer in offers for each in _unusable(needed, offer)]
    problems = problems or list(_unreached(needed, sheet, offers))
    return tuple(
        {(m.text, str(sorted(m.details.items()))): m for m in problems}.values()
    )


def offer_problems(
    procedure: Procedure, sheet: Sheet, *, requirement: str, offer: StandardOffer
) -> tuple[Message, ...]:
    """Return why one standard cannot serve at any point of a requirement, or ().

    A can of 5 L is usable although the 20 L point needs another one.
    """
    needed = procedure.standard(requirement)
    if unusable := tuple(_unusable(needed, offer)):
        return unusable
    rows = _served(needed, sheet)
    if needed.several:
        found = [tuple(_inaccurate(needed, row, offer)) for row in rows]
    else:
        found = [tuple(_at(needed, row, [offer])) for row in rows]
    return () if not found or () in found else found[0]


def _served(needed: StandardRequirement, sheet: Sheet) -> list[Row]:
    """Return the rows that it serves, one of those that ask the same of it.

    Where nobody knows the limit there is nothing to be accurate enough for.
    """
    rows = [
        row
        for stage in sheet.stages
        for check in stage.checks
        if check.slug in needed.checks and not check.is_unlimited
        for row in check.rows
    ]
    found = {
        (row.check, row.nominal, row.unit, row.limit_plus, row.limit_minus): row
        for row in reversed(rows)
        if row.nominal is not None
    }
    return list(reversed(found.values()))


def _unusable(needed: StandardRequirement, offer: StandardOffer) -> Iterator[Message]:
    if not convertible(offer.unit, needed.unit):
        yield Message(
            N_("It measures in {unit}, not in {needed}."),
            {"unit": offer.unit, "needed": needed.unit},
        )
    elif needed.accuracy is not None and offer.accuracy is None:
        yield Message(N_("Neither its limit of error nor its uncertainty is stated."))
    elif not needed.checks:
        yield from _inaccurate(needed, None, offer)


def _unreached(
    needed: StandardRequirement, sheet: Sheet, offers: Sequence[StandardOffer]
) -> Iterator[Message]:
    for row in _served(needed, sheet):
        yield from _at(needed, row, offers)


def _at(
    needed: StandardRequirement, row: Row, offers: Sequence[StandardOffer]
) -> Iterator[Message]:
    """Yield why none of the standards, or not all together, serve at one point."""
    nominal = _nominal(needed, row)
    if needed.several:
        total = sum((_in(needed, o, o.range_to) * o.count for o in offers), Fraction(0))
        if total < nominal:
            yield _too_small(needed, total, nominal)
        elif not any(not [*_inaccurate(needed, row, offer)] for offer in offers):
            yield from _inaccurate(needed, row, offers[0])
        return
    told = convertible(row.unit, needed.unit)  # or it is known by a percentage alone
    reaching = [
        offer
        for offer in offers
        if not told
        or _in(needed, offer, offer.range_from)
        <= nominal
        <= _in(needed, offer, offer.range_to)
    ]
    if not reaching:
        yield Message(
            N_("None of them reaches the point {point}."),
            {"point": _shown(nominal, needed.unit)},
        )
    elif not any(not [*_inaccurate(needed, row, offer)] for offer in reaching):
        yield from _inaccurate(needed, row, reaching[0])


def _too_small(
    needed: StandardRequirement, total: Fraction, nominal: Fraction
) -> Message:
    return Message(
        N_("Together they make {total}, and {point} is needed."),
        {
            "total": _shown(total, needed.unit),
            "point": _shown(nominal, needed.unit),
        },
    )


def _inaccurate(
    needed: StandardRequirement, row: Row | None, offer: StandardOffer
) -> Iterator[Message]:
    """Yield why a standard is not accurate enough at a point, if it is not."""
    if needed.accuracy is None or offer.accuracy is None:
        return
    accuracy = _in(needed, offer, offer.accuracy)
    uncertainty = _in(needed, offer, offer.uncertainty or offer.accuracy)
    values: dict[str, Value] = {
        "accuracy": accuracy,
        "uncertainty": uncertainty,
        "capacity": _in(needed, offer, offer.range_to),
    }
    try:
        if row is not None:
            pieces = _pieces(needed, row, offer)
            values |= {**row.values, "nominal": _nominal(needed, row)}
            if row.limit_plus is not None and row.limit_minus is not None:
                values["mpe"] = _mpe(needed, row)
            values["tolerance"] = needed.tolerance.number(values)
            values["accuracy"] = accuracy * pieces
            values["uncertainty"] = uncertainty * pieces
        if needed.accuracy.holds(values):
            return
    except LabError as error:
        yield error.text
        return
    details = {
        "accuracy": _shown(values["accuracy"], needed.unit),
        "rule": Both(needed.text_vi, needed.text_en),
    }
    if row is None:
        yield Message(N_("Not accurate enough: ±{accuracy}. {rule}"), details)
        return
    details["point"] = _shown(values["nominal"], needed.unit)
    yield Message(N_("Not accurate enough at {point}: ±{accuracy}. {rule}"), details)


def _pieces(needed: StandardRequirement, row: Row, offer: StandardOffer) -> int:
    """Return how many of a standard make the load, at the worst all wrong alike."""
    largest = _in(needed, offer, offer.range_to)
    if not needed.several or largest <= 0:
        return 1
    return max(1, ceil(_nominal(needed, row) / largest))


def _nominal(needed: StandardRequirement, row: Row) -> Fraction:
    nominal = row.nominal or Decimal(0)
    if not convertible(row.unit, needed.unit):
        return Fraction(nominal)
    return convert(nominal, unit=row.unit, into=needed.unit)


def _mpe(needed: StandardRequirement, row: Row) -> Fraction:
    """Return the narrower limit at a point, in the standard's unit if it has one."""
    limit = min(row.limit_plus or Decimal(0), row.limit_minus or Decimal(0))
    if not convertible(row.error_unit, needed.unit):
        return Fraction(limit)  # a percentage: the procedure's tolerance converts it
    return convert(limit, unit=row.error_unit, into=needed.unit)


def _in(needed: StandardRequirement, offer: StandardOffer, value: Decimal) -> Fraction:
    return convert(value, unit=offer.unit, into=needed.unit)


def _shown(value: Value, unit: str) -> Both:
    number = round(as_decimal(Fraction(value)), 6)
    vi, en = (show_decimal(number, language=code) for code in ("vi", "en"))
    if "." in en:
        vi, en = vi.rstrip("0").rstrip(","), en.rstrip("0").rstrip(".")
    return Both(f"{vi} {unit}", f"{en} {unit}")
