"""Taking in many instruments of one type from a list of serial numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labms import clock
from labms.errors import Conflict, Invalid, LabError
from labms.i18n import N_
from labms.jobs.bench.rules import MOST_AT_ONCE, TooManyAtOnce, series
from labms.organisations.models import Organisation
from labms.policy import Actor, Permission, authorize
from labms.registry.models import Instrument
from labms.registry.queries import same_instruments
from labms.registry.rules import InstrumentState, LooksAlike, identity_key
from labms.registry.services import InstrumentDetails, add_instrument


class BadLine(Invalid):
    """A line of the list is neither a serial number nor one with its year."""

    code = "intake.bad_line"
    message = N_("“{line}”: write the serial number, then perhaps ; and the year.")


class ListedTwice(Invalid):
    """The list names one instrument twice."""

    code = "intake.listed_twice"
    message = N_("{serial} stands in the list twice.")


class NothingListed(Invalid):
    """Neither a list nor a series was entered."""

    code = "intake.nothing_listed"
    message = N_("Enter the serial numbers: a list, or the first one and how many.")


class OfAnother(Conflict):
    """The instrument is registered for another owner, or out of use."""

    code = "intake.of_another"
    message = N_(
        "It is registered already, for {owner} or as out of use. Open it and correct "
        "its owner first."
    )


class SerialsRefused(Conflict):
    """Some of the listed instruments cannot be taken in."""

    code = "intake.serials_refused"
    message = N_("{number} of the serial numbers were refused; nothing was registered.")

    def __init__(self, refusals: Mapping[str, LabError]) -> None:
        super().__init__(number=len(refusals))
        self.refusals = dict(refusals)


@dataclass(frozen=True, slots=True)
class Plate:
    """What differs from one instrument of the list to the next."""

    serial: str
    made_year: int | None = None


_LINE = re.compile(r"([^;\t]{1,100}?)\s*(?:[;\t]\s*((?:18|19|20|21)[0-9]{2})?\s*)?")


def read_list(text: str, *, first: str = "", number: int | None = None) -> list[Plate]:
    """Return the plates of a list, one a line, and of a series counted on.

    A line is a serial number, perhaps with the year behind a semicolon or a tab.
    Raises BadLine, ListedTwice, NothingListed, NoSeries or TooManyAtOnce.

    >>> read_list("A-1; 2024", first="B09", number=2)
    [Plate(serial='A-1', made_year=2024), Plate(serial='B09', made_year=None), \
Plate(serial='B10', made_year=None)]
    """
    plates = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            raise BadLine(line=line[:60])
        plates.append(Plate(found[1], int(found[2]) if found[2] else None))
    if first.strip():
        plates += [Plate(serial) for serial in series(first, max(1, number or 1))]
    if not plates:
        raise NothingListed
    if len(plates) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    seen: set[str] = set()
    for plate in plates:
        if (key := identity_key(plate.serial)) in seen:
            raise ListedTwice(serial=plate.serial)
        seen.add(key)
    return plates


def register_listed(
    customer: Organisation,
    plates: Sequence[Plate],
    alike: InstrumentDetails,
    *,
    actor: Actor,
    look_alikes_compared: bool = False,
) -> list[Instrument]:
    """Return the listed instruments of a customer; those that are new are registered.

    `alike` is what all of them have in common. Refuses with NotAllowed, what
    `add_instrument` says of all, or SerialsRefused for some.
    """
    authorize(actor, Permission.INSTRUMENT_EDIT)
    known = same_instruments(
        alike.type_slug, alike.maker, [plate.serial for plate in plates]
    )
    refusals: dict[str, LabError] = {}
    found: list[Instrument] = []
    for plate in plates:
        there = known.get(identity_key(plate.serial))
        try:
            if there is None:
                details = replace(
                    alike,
                    serial=plate.serial,
                    made_year=plate.made_year or alike.made_year,
                    owner_id=customer.id,
                )
                there = add_instrument(
                    details,
                    actor=actor,
                    on=clock.today(),
                    look_alikes_compared=look_alikes_compared,
                )
            elif (
                there.owner_id != customer.id
                or there.state is not InstrumentState.IN_USE
            ):
                raise OfAnother(owner=there.owner.name)
            found.append(there)
        except (LooksAlike, OfAnother) as error:
            refusals[plate.serial] = error
    if refusals:
        raise SerialsRefused(refusals)
    return found
