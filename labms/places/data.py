"""Reads the tables of places that come with labms, once for each process."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from labms.i18n import Message
from labms.places.rules import (
    Commune,
    CommuneKind,
    District,
    Part,
    Places,
    Province,
    Refusal,
    Succession,
    Validity,
    faults,
)

DATA = Path(__file__).parent / "data"

Row = Mapping[str, str]


@cache
def places() -> Places:
    """Return all places that labms knows."""
    return places_in(DATA)


def communes_of(area: str, *, on: date) -> tuple[Commune, ...]:
    """Return the communes of an area on a day; see `Places.communes_of`."""
    return places().communes_of(area, on=on)


def successors(code: str) -> tuple[Succession, ...]:
    """Return what became of the old commune with this code."""
    return places().successors(code)


def check() -> tuple[Message, ...]:
    """Return the faults of the data that comes with labms: none, we hope."""
    return faults(places())


def sources() -> Mapping[str, Mapping[str, object]]:
    """Return, for each table, where it comes from and how sure it is."""
    return tomllib.loads((DATA / "SOURCES.toml").read_text(encoding="utf-8"))


def places_in(folder: Path) -> Places:
    """Read the tables in a folder."""
    return Places(
        provinces=tuple(map(_province, _rows(folder / "provinces.csv"))),
        districts=tuple(map(_district, _rows(folder / "districts.csv"))),
        communes=tuple(map(_commune, _rows(folder / "communes.csv"))),
        successions=tuple(map(_succession, _rows(folder / "successions.csv"))),
        refusals=tuple(Refusal(**row) for row in _rows(folder / "refusals.csv")),
    )


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, strict=True)


def _province(row: Row) -> Province:
    return Province(row["code"], row["name"], row["kind"], _validity(row))


def _district(row: Row) -> District:
    return District(
        row["code"], row["name"], row["kind"], row["province_code"], _validity(row)
    )


def _commune(row: Row) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        kind=CommuneKind(row["kind"]),
        province_code=row["province_code"],
        province_name=row["province_name"],
        district_code=row["district_code"],
        former_province_code=row["former_province_code"],
        validity=_validity(row),
        latitude=_decimal(row["latitude"]),
        longitude=_decimal(row["longitude"]),
        area_km2=_decimal(row["area_km2"]),
    )


def _succession(row: Row) -> Succession:
    return Succession(
        old_code=row["old_code"],
        new_code=row["new_code"],
        part=Part(row["part"]),
        is_checked=row["checked"] == "yes",
        note=row["note"],
    )


def _validity(row: Row) -> Validity:
    return Validity(_day(row["valid_from"]), _day(row["valid_until"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
