"""What a chain has to know of standards and their calibrations, without a database."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from labms.traceability.rules import IssuerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardFacts:
    """What a chain has to know of a standard."""

    key: Hashable
    name: str
    holder: str = ""
    body: Hashable | None = None
    """Whose it is among ours; None: somebody else's."""
    outages: tuple[tuple[date, date | None], ...] = ()
    """From a day to a day, both included, it was suspended, damaged or retired."""

    def to_json(self) -> dict[str, Any]:
        """Return what identifies it."""
        return {"id": self.key, "name": self.name, "holder": self.holder}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One line of what an issuer is accredited for, in its unit."""

    unit: str
    range_from: Decimal
    range_to: Decimal
    best_uncertainty: Decimal | None = None
    """The capability (CMC): no certificate may state less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFacts:
    """What a chain has to know of a calibration; figures are in `unit`."""

    key: Hashable
    number: str
    issuer_kind: IssuerKind
    calibrated_on: date
    due_on: date
    unit: str
    range_from: Decimal
    range_to: Decimal
    uncertainty: Decimal | None
    coverage_factor: Decimal | None
    references: tuple[Hashable, ...] = ()
    is_root: bool = False
    is_withdrawn: bool = False
    issuer_name: str = ""
    issued_on: date | None = None
    accreditation_number: str = ""
    accreditation_from: date | None = None
    accreditation_until: date | None = None
    scope: tuple[Scope, ...] | None = None
    """None: not known, and not asked."""
    file_hash: str = ""
    """SHA-256 of the file of the certificate; "" if we have none."""
    accuracy_class: str = ""
    """Of the standard, as of weights; "" if it has none."""

    def to_json(self) -> dict[str, Any]:
        """Return what a reader of the chain asks for, decimals as strings."""

        def day(value: date | None) -> str | None:
            return value.isoformat() if value else None

        def figure(value: Decimal | None) -> str | None:
            return None if value is None else format(value, "f")

        return {
            "id": self.key,
            "number": self.number,
            "issuer": self.issuer_name,
            "issuer_kind": self.issuer_kind.value,
            "accreditation": self.accreditation_number,
            "accreditation_until": day(self.accreditation_until),
            "calibrated_on": day(self.calibrated_on),
            "issued_on": day(self.issued_on),
            "due_on": day(self.due_on),
            "range_from": figure(self.range_from),
            "range_to": figure(self.range_to),
            "unit": self.unit,
            "uncertainty": figure(self.uncertainty),
            "coverage_factor": figure(self.coverage_factor),
            "is_root": self.is_root,
        }
