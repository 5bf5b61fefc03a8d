"""Whether the standards at hand are good enough for a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import Procedure, StandardRequirement, StandardUse
from labms.catalogue.rules import Both
from labms.catalogue.sheet.offers import (
    Pieces,
    StandardOffer,
    at_size,
    load_of,
    summed,
)
from labms.catalogue.sheet.results import Evaluation
from labms.catalogue.sheet.rows import Row, Sheet
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.metrology.decimals import show_decimal
from labms.metrology.expressions import Value
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert, convertible

__all__ = [
    "StandardOffer",
    "amount_in_words",
    "offer_problems",
    "overloads",
    "standards_fit",
]

#: As many weights of a size as a load takes.
MANY = 10**6


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
        many = replace(offer, count=MANY)
        found = [tuple(_of_load(needed, row, [many])) for row in rows]
    else:
        found = [tuple(_at(needed, row, [offer])) for row in rows]
    return () if not found or () in found else found[0]


def overloads(
    sheet: Sheet,
    evaluation: Evaluation,
    *,
    requirement: str,
    offers: Sequence[StandardOffer],
) -> tuple[Message, ...]:
    """Return where more of the standards is said to be used than the chosen ones make.

    Only the columns that a procedure marks as an amount of them are looked at.
    """
    needed = sheet.procedure.standard(requirement)
    if not offers or not all(convertible(each.unit, needed.unit) for each in offers):
        return ()
    total = _total(needed, offers)
    used = max(
        (
            convert(number, unit=column.unit, into=needed.unit)
            for row in sheet.rows
            for column in row.columns
            if column.standard == requirement and convertible(column.unit, needed.unit)
            for number in (evaluation.rows[row.key].numbers.get(column.key),)
            if number is not None
        ),
        default=Fraction(0),
    )
    if used <= total:
        return ()
    return (
        Message(
            N_("{used} of them are said to be used, and together they make {total}."),
            {
                "used": amount_in_words(used, needed.unit),
                "total": amount_in_words(total, needed.unit),
            },
        ),
    )


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
    elif needed.accuracy is not None and offer.accuracy_in(needed.use) is None:
        if needed.use is StandardUse.CORRECTED:
            yield Message(N_("Its uncertainty is not stated."))
        else:
            yield Message(
                N_("Neither its limit of error nor its uncertainty is stated.")
            )
    elif not needed.checks:
        yield from _inaccurate(needed, None, [(offer, 1)])


def _unreached(
    needed: StandardRequirement, sheet: Sheet, offers: Sequence[StandardOffer]
) -> Iterator[Message]:
    rows = _served(needed, sheet)
    loads = [reach for row in rows if needed.several and (reach := _reach(needed, row))]
    if loads and (total := _total(needed, offers)) < max(loads):
        yield _too_small(needed, total, max(loads))  # the others are beside it
        return
    least = min((_in(needed, each, each.range_from) for each in offers), default=0)
    if loads and min(loads) < least:
        yield Message(
            N_("The smallest of them is {least}, and a load of {point} is needed."),
            {
                "least": amount_in_words(Fraction(least), needed.unit),
                "point": amount_in_words(min(loads), needed.unit),
            },
        )
        return
    for row in rows:
        yield from _at(needed, row, offers)


def _at(
    needed: StandardRequirement, row: Row, offers: Sequence[StandardOffer]
) -> Iterator[Message]:
    """Yield why none of the standards, or not all together, serve at one point."""
    nominal = _nominal(needed, row)
    if needed.several:
        reach = _reach(needed, row)
        total = _total(needed, offers)
        if total < reach:
            yield _too_small(needed, total, reach)
        else:
            yield from _of_load(needed, row, offers)
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
            {"point": amount_in_words(nominal, needed.unit)},
        )
        return
    found = [
        [*_inaccurate(needed, row, [(at_size(needed, offer, nominal), 1)])]
        for offer in reaching
    ]
    if [] not in found:
        yield from found[0]


def _total(needed: StandardRequirement, offers: Sequence[StandardOffer]) -> Fraction:
    return sum((_in(needed, o, o.range_to) * o.count for o in offers), Fraction(0))


def _too_small(
    needed: StandardRequirement, total: Fraction, nominal: Fraction
) -> Message:
    return Message(
        N_("Together they make {total}, and {point} is needed."),
        {
            "total": amount_in_words(total, needed.unit),
            "point": amount_in_words(nominal, needed.unit),
        },
    )


def _of_load(
    needed: StandardRequirement, row: Row, offers: Sequence[StandardOffer]
) -> Iterator[Message]:
    """Yield why no load of these is accurate enough: of all, or of those of one kind.

    What a substitution load repeats, its standards are wrong by again.
    """
    nominal, reach = _nominal(needed, row), _reach(needed, row)
    repeated = nominal / reach if reach else Fraction(1)
    alone = [[each] for each in offers if _in(needed, each, each.range_to) >= reach]
    found = [
        [*_inaccurate(needed, row, load_of(needed, reach, one), repeated)]
        for one in (offers, *(alone if len(offers) > 1 else ()))
    ]
    if [] not in found:
        yield from found[0]


def _reach(needed: StandardRequirement, row: Row) -> Fraction:
    """Return how much of a point the standards have to make, in their unit."""
    if needed.reach is None or not convertible(row.unit, needed.unit):
        return _nominal(needed, row)
    own = needed.reach.number({**row.values, "nominal": Fraction(row.nominal or 0)})
    return convert(own, unit=row.unit, into=needed.unit)


def _inaccurate(
    needed: StandardRequirement,
    row: Row | None,
    pieces: Pieces,
    repeated: Fraction = Fraction(1),
) -> Iterator[Message]:
    """Yield why a load is not accurate enough at a point, if it is not."""
    accuracy = summed(pieces, lambda o: o.accuracy_in(needed.use), into=needed.unit)
    if needed.accuracy is None or accuracy is None:
        return
    uncertainty = summed(pieces, lambda o: o.uncertainty, into=needed.unit)
    values: dict[str, Value] = {
        "accuracy": accuracy * repeated,
        "uncertainty": (accuracy if uncertainty is None else uncertainty) * repeated,
        "capacity": max(_in(needed, offer, offer.range_to) for offer, _ in pieces),
    }
    try:
        if row is not None:
            values |= {**row.values, "nominal": _nominal(needed, row)}
            if row.limit_plus is not None and row.limit_minus is not None:
                values["mpe"] = _mpe(needed, row)
            values["tolerance"] = needed.tolerance.number(values)
        if needed.accuracy.holds(values):
            return
    except LabError as error:
        yield error.text
        return
    details = {
        "accuracy": amount_in_words(values["accuracy"], needed.unit),
        "rule": Both(needed.text_vi, needed.text_en),
    }
    if row is None:
        yield Message(N_("Not accurate enough: ±{accuracy}. {rule}"), details)
        return
    details["point"] = amount_in_words(values["nominal"], needed.unit)
    yield Message(N_("Not accurate enough at {point}: ±{accuracy}. {rule}"), details)


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


def amount_in_words(value: Value, unit: str) -> Both:
    """Return an amount as both languages write it, to six places."""
    number = round(as_decimal(Fraction(value)), 6)
    vi, en = (show_decimal(number, language=code) for code in ("vi", "en"))
    if "." in en:
        vi, en = vi.rstrip("0").rstrip(","), en.rstrip("0").rstrip(".")
    return Both(f"{vi} {unit}", f"{en} {unit}")
