"""What the standards at hand are worth at a point, for an uncertainty budget."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import StandardRequirement
from labms.catalogue.sheet.offers import (
    Pieces,
    StandardOffer,
    at_size,
    load_of,
    times_repeated,
)
from labms.catalogue.sheet.planning import Row
from labms.metrology.expressions import Value
from labms.metrology.units import convert, convertible

#: What was worked out before: the same weights make the same loads all day. The need
#: is kept beside it, since it is told by its `id`.
_known: dict[Hashable, tuple[StandardRequirement, dict[str, Value]]] = {}
MOST_KNOWN = 4096


def standard_values(
    needed: StandardRequirement,
    row: Row,
    offers: Sequence[StandardOffer],
    *,
    load: Fraction | None = None,
) -> dict[str, Value]:
    """Return what `worked_out` says, which see; found once for each load.

    `load` is what they make, in the unit of the row, if that is not its nominal value.
    """
    size = Fraction(row.nominal or 0) if load is None else load
    key = (id(needed), row.unit, size, tuple(offers))
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = (needed, worked_out(needed, row.unit, size, offers))
    return _known[key][1]


def worked_out(
    needed: StandardRequirement,
    unit: str,
    nominal: Fraction,
    offers: Sequence[StandardOffer],
) -> dict[str, Value]:
    """Return the `standard_…` names of a model at a point; what is not stated lacks.

    In the unit of the point, or of the need where that is another quantity. Several
    weights make one load, the largest first, and at the worst all wrong alike; of
    several standards that each reach the point, the worst one counts.
    """
    offers = [each for each in offers if convertible(each.unit, needed.unit)]
    if not offers:
        return {}
    into, at = needed.unit, None
    if convertible(unit, needed.unit):
        into, at = unit, convert(nominal, unit=unit, into=needed.unit)
    if needed.several and at is not None:
        found = _summed(load_of(needed, at, offers), into)
        repeated = times_repeated(needed, at, offers)
        return {
            name: value * repeated if name != "standard_k" else value
            for name, value in found.items()
            if isinstance(value, Fraction)
        }
    if at is not None:
        offers = [at_size(needed, each, at) for each in offers]
    return _summed([(_worst(needed, at, offers), 1)], into)


def _worst(
    needed: StandardRequirement,
    nominal: Fraction | None,
    offers: Sequence[StandardOffer],
) -> StandardOffer:
    reaching = [
        each
        for each in offers
        if nominal is None
        or convert(each.range_from, unit=each.unit, into=needed.unit)
        <= nominal
        <= convert(each.range_to, unit=each.unit, into=needed.unit)
    ]
    return max(
        reaching or offers,
        key=lambda each: convert(
            each.accuracy or Decimal(0), unit=each.unit, into=needed.unit
        ),
    )


def _summed(pieces: Pieces, into: str) -> dict[str, Value]:
    def total(values: list[Decimal | None]) -> Fraction | None:
        found = Fraction(0)
        for value, (offer, times) in zip(values, pieces, strict=True):
            if value is None:
                return None
            found += convert(value, unit=offer.unit, into=into) * times
        return found

    offers = [offer for offer, _ in pieces]
    expanded = total([each.uncertainty for each in offers])
    found = {
        "standard_U": expanded,
        "standard_u": _standard(pieces, into),
        "standard_error": total(
            [None if each.error is None else abs(each.error) for each in offers]
        ),
        "standard_mpe": total([each.mpe for each in offers]),
        "standard_accuracy": total([each.accuracy for each in offers]),
    }
    values: dict[str, Value] = {k: v for k, v in found.items() if v is not None}
    single = found["standard_u"]
    if expanded is not None and single is not None:
        values["standard_k"] = expanded / single if single else Fraction(2)
    return values


def _standard(pieces: Pieces, into: str) -> Fraction | None:
    found = Fraction(0)
    for offer, times in pieces:
        if offer.uncertainty is None or not offer.coverage_factor:
            return None
        expanded = convert(offer.uncertainty, unit=offer.unit, into=into)
        found += expanded / Fraction(offer.coverage_factor) * times
    return found
