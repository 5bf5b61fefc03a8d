"""What one types on the sheet of a typical instrument, flawless or with a bad reading.

And a body that has whatever a procedure asks for: standards in date, cards, releases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from labms.accounts.models import User
from labms.catalogue.entries import Procedure, StandardRequirement
from labms.catalogue.sheet import ANSWER
from labms.catalogue.sheet.rows import Row, Sheet
from labms.organisations.models import Body
from labms.policy import Role
from labms.registry.models import Standard
from tests.factories import Make

D = Decimal

#: What is typed for a column; where nothing is written, the nominal value.
TYPED: Mapping[str, str] = {
    ANSWER: "yes",
    "shown": "0",
    "minutes": "1",
    "seconds": "8",
    "computed": "15000",
    "substitution": "0",
    "uniformity": "0.02",
    "stability": "0.01",
    "deviation": "0",
    "deviation_given": "0",
    "U_given": "0.05",
    "scatter": "0.02",
    "density_given": "8000",
    "density_test": "8000",
    "air_density": "1.2",
    "V1": "0",
    "Vc1": "0",
    "V2": "10",
    "Vc2": "10",
}
#: The column that is spoilt: what the instrument shows.
SHOWN = ("indication", "after", "V2", "B1", "shown")
#: Parts of the unit of a reading in one of its error.
PARTS = {("mg", "g"): D(1000)}


def flawless(sheet: Sheet, plate: Mapping[str, str]) -> dict[str, str]:
    """Return readings without any error, under the keys of the sheet."""
    entries = {}
    for row in sheet.rows:
        for column in row.columns:
            typed = TYPED.get(
                column.key, f"{D(0) if row.nominal is None else row.nominal:f}"
            )
            if row.check == "fare":
                typed = "15000"
            if column.key == "added":  # the indication changes in the middle
                half = D(plate.get("d") or plate["e"]) / 2
                typed = f"{half:f}"
            entries[f"{row.key}.{column.key}"] = typed
    return entries


def spoilt(sheet: Sheet, entries: Mapping[str, str]) -> tuple[Row, dict[str, str]]:
    """Return the last reading with a limit, and the sheet with it far out."""
    row = [row for row in sheet.rows if row.limit_plus][-1]
    key = next(f"{row.key}.{name}" for name in SHOWN if f"{row.key}.{name}" in entries)
    before, limit = D(entries[key]), 5 * (row.limit_plus or D(0))
    if row.error_unit == "%" and not key.endswith(".shown"):
        after = before * (1 + limit / 100)
    else:
        after = before + limit / PARTS.get((row.error_unit, row.unit), D(1))
    return row, {**entries, key: f"{after.normalize():f}"}


@dataclass
class Workshop:
    """A body that may do everything by one procedure, and who works there."""

    make: Make
    body: Body
    procedure: Procedure
    type_slug: str
    people: Mapping[Role, User]
    standards: Mapping[str, Standard]


def workshop(make: Make, procedure: Procedure) -> Workshop:
    """Return a body with all that a procedure asks for."""
    body = make.body()
    slug = procedure.types[0]
    make.designation(body, slug)
    make.cycle_release(body)
    make.procedure_release(
        body,
        procedure_slug=procedure.slug,
        revision=procedure.revision,
        options={
            table.slug: table.options[0].slug
            for table in procedure.tables.values()
            if table.needs_choice
        },
    )
    roles = (Role.RECEPTIONIST, Role.VERIFIER, Role.REVIEWER, Role.SIGNATORY)
    people = {role: make.user(role, body=body) for role in roles}
    make.card(people[Role.VERIFIER], slug)
    standards = {need.slug: _standard(make, body, need) for need in procedure.standards}
    return Workshop(make, body, procedure, slug, people, standards)


def _standard(make: Make, body: Body, need: StandardRequirement) -> Standard:
    """A standard that is far better than anything asks for, traced to the national."""
    bears = {
        "kind_slug": need.slug,
        "unit": need.unit,
        "range_from": D(-100) if need.unit == "°C" else D(0),
        "range_to": D(10) ** 8,
        "mpe": D("0.000002"),
        "accuracy_class": "",
    }
    national = make.standard(**bears)
    make.calibration(national, uncertainty=D("0.0000002"))
    own = make.standard(body, **bears)
    make.calibration(own, reference_id=national.id, uncertainty=D("0.000001"))
    return own
