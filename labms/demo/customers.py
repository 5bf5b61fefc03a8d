"""The enterprises of the demo, and the registration of what they use."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from labms import clock
from labms.demo import fiction, holdings
from labms.demo.cast import DISPENSER, SPRING_SCALE, Cast, Staff
from labms.demo.fiction import Named
from labms.demo.holdings import Model, scaled
from labms.demo.timeline import Timeline, workday
from labms.organisations.services import Details, add_organisation
from labms.registry.services import (
    ApprovalDetails,
    InstrumentDetails,
    add_instrument,
    add_type_approval,
)

STATIONS, HOUSEHOLDS, SHOPS = 16, 18, 10
#: Types for which the bodies of the demo have released a procedure.
VERIFIED = (SPRING_SCALE, DISPENSER)


@dataclass(slots=True)
class Held:
    """An instrument of the demo, once it is registered."""

    id: int
    model: Model
    last: date | None = None
    """The day on which it was last verified."""


@dataclass(slots=True)
class Customer:
    """An enterprise, its body, and what it has."""

    named: Named
    models: Sequence[Model]
    staff: Staff
    commune_key: str
    address: str
    tax_code: str
    phone: str
    joined: date
    id: int = 0
    instruments: list[Held] = field(default_factory=list)

    def of_type(self, type_slug: str) -> list[Held]:
        """Return its instruments of a type."""
        return [held for held in self.instruments if held.model.type_slug == type_slug]

    @property
    def uses(self) -> str | None:
        """The type for which it is visited; None if nobody has a procedure for it."""
        slugs = {model.type_slug for model in self.models}
        return next((slug for slug in VERIFIED if slug in slugs), None)


def customers(
    cast: Cast,
    *,
    rng: random.Random,
    names: Iterator[str],
    communes: Sequence[str],
    start: date,
    scale: float,
) -> list[Customer]:
    """Return all enterprises of the demo, before they are entered."""
    drafts = list(_drafts(rng=rng, names=names, scale=scale))
    taxes, phones = fiction.tax_codes(), itertools.islice(fiction.phones(), 10, None)
    shares = itertools.cycle((0, 0, 1, 0, 2, 0, 1, 2))
    shuffled = [*communes]
    rng.shuffle(shuffled)
    where = itertools.cycle(shuffled)
    return [
        Customer(
            named=named,
            models=models,
            staff=cast.bodies[next(shares)],
            commune_key=next(where),
            address=fiction.address(rng),
            tax_code=next(taxes),
            phone=next(phones),
            joined=workday(start + timedelta(days=rng.randint(3, 75))),
        )
        for named, models in drafts
    ]


def _drafts(
    *, rng: random.Random, names: Iterator[str], scale: float
) -> Iterator[tuple[Named, list[Model]]]:
    """Yield who there is, and what they have."""
    households = scaled(HOUSEHOLDS, scale) + (scale < 1)
    for some, number, of in (
        (fiction.stations(), scaled(STATIONS, scale), holdings.of_station),
        (fiction.households(names), households, holdings.of_household),
        (fiction.shops(), scaled(SHOPS, scale), holdings.of_shop),
    ):
        for named in itertools.islice(some, number):
            yield named, list(of(rng))
    for key, named in fiction.UNIQUE.items():
        if rng.random() < max(scale * 4, 0.2):
            yield named, list(holdings.of_unique(key, scale))


def plan_approvals(timeline: Timeline, cast: Cast, *, start: date) -> dict[str, int]:
    """Let models' approvals be entered on the first day; then: model → id."""
    approvals: dict[str, int] = {}
    timeline.then(start, "09:00", _enter_approvals, approvals, cast, start)
    return approvals


def _enter_approvals(approvals: dict[str, int], cast: Cast, start: date) -> None:
    models = {m.model: m for m in (*holdings.SCALES, *holdings.DISPENSERS)}
    for number, model in enumerate(models.values(), start=11):
        issued_on = start - timedelta(days=120 * (number - 8))
        approvals[model.model] = add_type_approval(
            ApprovalDetails(
                number=f"PDM {number:03}-{issued_on.year}",
                type_slug=model.type_slug,
                maker=model.maker,
                model=model.model,
                issued_by=fiction.COMMITTEE,
                issued_on=issued_on,
                valid_until=issued_on + timedelta(days=3652),
            ),
            actor=cast.home.receptionist,
        ).id


class Serials:
    """Numbers on plates: each maker counts on."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._last: dict[str, int] = {}

    def next(self, prefix: str) -> str:
        """Return the next serial number of a model, with gaps as in real life."""
        last = self._last.get(prefix, 10000)
        self._last[prefix] = last = last + self._rng.randint(3, 61)
        return f"{prefix}{last}"


def enter_customer(
    customer: Customer, *, serials: Serials, approvals: dict[str, int]
) -> None:
    """Enter an enterprise and register what it uses."""
    actor, today = customer.staff.receptionist, clock.today()
    customer.id = add_organisation(
        Details(
            kind=customer.named.kind,
            name=customer.named.name,
            tax_code=customer.tax_code,
            address=customer.address,
            commune_key=customer.commune_key,
            phone=customer.phone,
        ),
        actor=actor,
    ).id
    for number, model in enumerate(customer.models):
        serial = serials.next(model.prefix)
        instrument = add_instrument(
            InstrumentDetails(
                type_slug=model.type_slug,
                maker=model.maker,
                model=model.model,
                serial=serial,
                made_in=model.made_in,
                made_year=today.year - 1 - number % 7,
                owner_id=customer.id,
                commune_key=customer.commune_key,
                place_of_use=_place(model, number),
                characteristics=model.characteristics,
                type_approval_id=approvals.get(model.model),
            ),
            actor=actor,
            on=today,
            look_alikes_compared=True,
        )
        customer.instruments.append(Held(instrument.id, model))


def _place(model: Model, number: int) -> str:
    if model.type_slug == DISPENSER:
        return f"Trụ số {number + 1}"
    if model.type_slug == SPRING_SCALE:
        return f"Quầy {number + 1}"
    return ""
