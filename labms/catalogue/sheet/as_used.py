"""Whether standards are accurate enough for as much as was drawn from them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from labms.catalogue.entries import StandardRequirement
from labms.catalogue.rules import Both
from labms.catalogue.sheet.fitting import amount_in_words
from labms.catalogue.sheet.offers import StandardOffer
from labms.catalogue.sheet.results import Evaluation
from labms.catalogue.sheet.rows import Row, Sheet
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.metrology.units import convert, convertible


def inaccurate_as_used(
    sheet: Sheet,
    evaluation: Evaluation,
    *,
    requirement: str,
    offers: Sequence[StandardOffer],
) -> tuple[Message, ...]:
    """Return where none of the chosen is accurate enough for what was drawn, or ().

    A vessel of 100 L ± 0.2 L is accurate enough when it is full, and not for the first
    10 L of it: its limit stays what it is. Filled several times it is wrong by it each
    time.
    """
    needed = sheet.procedure.standard(requirement)
    usable = [each for each in offers if convertible(each.unit, needed.unit)]
    if needed.drawn is None or needed.accuracy is None or not usable:
        return ()
    found: dict[Fraction, Message] = {}
    for row in sheet.rows:
        for drawn in _drawn(needed, row, evaluation):
            if not any(_serves(needed, each, drawn) for each in usable):
                found.setdefault(drawn, _message(needed, usable[0], drawn))
    return tuple(found.values())


def _drawn(
    needed: StandardRequirement, row: Row, evaluation: Evaluation
) -> Iterator[Fraction]:
    """Yield what was drawn at a line, in the unit of the need, if it was typed."""
    numbers = evaluation.rows[row.key].numbers
    units = {each.key: each.unit for each in row.columns}
    if needed.drawn is None or not needed.drawn.names <= numbers.keys():
        return
    taken = {
        name: convert(numbers[name], unit=units[name], into=needed.unit)
        for name in needed.drawn.names
        if convertible(units[name], needed.unit)
    }
    try:
        drawn = needed.drawn.number(taken)
    except LabError:
        return
    if drawn > 0:
        yield drawn


def _serves(needed: StandardRequirement, offer: StandardOffer, drawn: Fraction) -> bool:
    accuracy = offer.accuracy_in(needed.use)
    if accuracy is None or needed.accuracy is None:
        return True  # that nothing is stated is told elsewhere
    capacity = convert(offer.range_to, unit=offer.unit, into=needed.unit)
    times = max(Fraction(1), drawn / capacity) if capacity else Fraction(1)
    uncertainty = accuracy if offer.uncertainty is None else offer.uncertainty
    try:
        return needed.accuracy.holds(
            {
                "accuracy": times
                * convert(accuracy, unit=offer.unit, into=needed.unit),
                "uncertainty": times
                * convert(uncertainty, unit=offer.unit, into=needed.unit),
                "capacity": drawn,
            }
        )
    except LabError:
        return True  # a rule that names more is judged at the points


def _message(
    needed: StandardRequirement, offer: StandardOffer, drawn: Fraction
) -> Message:
    accuracy = convert(
        offer.accuracy_in(needed.use) or Decimal(0), unit=offer.unit, into=needed.unit
    )
    return Message(
        N_("Not accurate enough for the {drawn} that were drawn: ±{accuracy}. {rule}"),
        {
            "drawn": amount_in_words(drawn, needed.unit),
            "accuracy": amount_in_words(accuracy, needed.unit),
            "rule": Both(needed.text_vi, needed.text_en),
        },
    )
