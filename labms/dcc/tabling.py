"""Values with units and uncertainties: the tables of a certificate, its conditions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from labms.dcc.markup import name, only, text, within
from labms.dcc.rules import (
    CONDITION_TYPES,
    CONFORMITY,
    REF_TYPES,
    UNREADABLE,
    NoTwin,
)
from labms.dcc.units import DigitalUnit, digital, written
from labms.i18n import Message

#: Of an expanded uncertainty; the policy of all our certificates (JCGM 100:2008, G.1).
PROBABILITY = "0.9545"
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_EMPTY = frozenset({"", "—"})
#: Columns that become values of their own, in this order.
_VALUES = ("nominal", "reference", "reading", "hysteresis", "error", "correction")
_WORDS = ("mark", "position", "direction")
#: What carries the uncertainty of a line.
_STATED = ("error", "correction")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """U in the unit of its values, and k, point by point."""

    expanded: Sequence[str]
    factors: Sequence[str]


@lru_cache(maxsize=1024)
def _plain(printed: str) -> str:
    """Return a printed number with a point. Raises NoTwin for anything else.

    U, k and limits are the same on many lines, and are kept.
    """
    plain = printed.strip().replace("\u2212", "-").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise NoTwin(reason=Message(UNREADABLE, {"value": printed}))
    return plain.removeprefix("+")


def number(printed: str) -> Decimal:
    """Return a number as it was printed. Raises NoTwin for anything else."""
    return Decimal(_plain(printed))


def digits(printed: str, unit: DigitalUnit) -> str:
    """Return a printed number in a D-SI unit: the same digits, at most shifted."""
    if unit.factor is None:
        return _plain(printed)
    return written(number(printed), unit)


def limits(printed: str) -> tuple[Decimal, Decimal]:
    """Return both limits of "±0,5" or "−0,5 / +1"."""
    if printed.startswith("±"):
        limit = number(printed[1:])
        return -limit, limit
    lower, _, upper = printed.partition(" / ")
    return number(lower), number(upper)


def quantity(
    values: Sequence[str],
    unit: DigitalUnit,
    *,
    named: str,
    kind: str = "",
    uncertainty: Uncertainty | None = None,
    points: Sequence[int] = (),
    more: str = "",
) -> str:
    """Return a list of values in a D-SI unit as one quantity.

    `points` numbers the lines that have a value, where some have none. `more` is
    metadata about all of them.
    """
    label = ""
    if points:
        label = f"<si:labelXMLList>{' '.join(map(str, points))}</si:labelXMLList>"
    listed = " ".join(values)
    return within(
        "quantity",
        (
            named,
            f"<si:realListXMLList>{label}<si:valueXMLList>{listed}</si:valueXMLList>"
            f"<si:unitXMLList>{unit.name}</si:unitXMLList>",
            _uncertain(uncertainty) if uncertainty else "",
            "</si:realListXMLList>\n",
            _metadata(unit, more),
        ),
        kind=kind,
    )


def _uncertain(given: Uncertainty) -> str:
    factors = " ".join(given.factors)
    probability = " ".join([PROBABILITY] * len(given.expanded))
    return (
        "<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList>"
        "<si:valueExpandedMUXMLList>"
        f"{' '.join(given.expanded)}</si:valueExpandedMUXMLList>"
        f"<si:coverageFactorXMLList>{factors}</si:coverageFactorXMLList>"
        f"<si:coverageProbabilityXMLList>{probability}</si:coverageProbabilityXMLList>"
        "</si:expandedMUXMLList></si:measurementUncertaintyUnivariateXMLList>"
    )


def _metadata(unit: DigitalUnit, more: str) -> str:
    beside = ""
    if unit.beside:
        beside = within(
            "metaData",
            (
                only("nonSIDefinition", "as printed on the certificate"),
                only("nonSIUnit", unit.beside),
            ),
        )
    found = more + beside
    return within("measurementMetaData", (found,)) if found else ""


class _Table:
    """A printed table, its columns by what they are."""

    def __init__(
        self, table: Mapping[str, Any], position: int, *, needs_uncertainty: bool
    ) -> None:
        self._table, self._position = table, position
        self._needs_u = needs_uncertainty
        self._rows: list[list[str]] = table["rows"]
        self._places: dict[str, list[int]] = {}
        for place, column in enumerate(table["columns"]):
            self._places.setdefault(column.get("role", ""), []).append(place)

    def written(self) -> str:
        parts = [self._words(role) for role in _WORDS]
        parts += [
            self._column(place, role)
            for role in _VALUES
            for place in self._places.get(role, ())
        ]
        parts += [self._limits(place) for place in self._places.get("limit", ())]
        table = self._table
        return within(
            "result",
            (
                name(table["title_vi"], table.get("title_en", "")),
                within(
                    "data", (within("list", parts, kind=f"gp_table{self._position}"),)
                ),
            ),
            kind=f"gp_measuringResult{self._position}",
        )

    def _cells(self, place: int) -> list[tuple[int, str]]:
        """Return the cells that hold something, with the number of their line."""
        return [
            (line, row[place])
            for line, row in enumerate(self._rows, start=1)
            if row[place] not in _EMPTY
        ]

    def _points(self, cells: Sequence[tuple[int, str]]) -> list[int]:
        if len(cells) == len(self._rows):
            return []
        return [line for line, _ in cells]

    def _named(self, place: int) -> str:
        column = self._table["columns"][place]
        return name(column["vi"], column["en"])

    def _unit(self, place: int) -> DigitalUnit:
        return digital(self._table["columns"][place]["unit"])

    def _column(self, place: int, role: str) -> str:
        cells = self._cells(place)
        if not cells:
            return ""
        unit = self._unit(place)
        is_stated = role in _STATED
        return quantity(
            [digits(cell, unit) for _, cell in cells],
            unit,
            named=self._named(place),
            kind=REF_TYPES[role],
            points=self._points(cells),
            uncertainty=self._uncertainty(cells) if is_stated else None,
            more=self._conformity(cells) if is_stated else "",
        )

    def _uncertainty(self, cells: Sequence[tuple[int, str]]) -> Uncertainty | None:
        """Return U and k of these lines; None where the table states none at all.

        Raises NoTwin for a calibration that states none, or for a line without.
        """
        (u_place,), (k_place,) = (
            self._places.get(role, [-1]) for role in ("uncertainty", "coverage_factor")
        )
        if u_place < 0 or k_place < 0:
            if self._needs_u:
                raise NoTwin(reason=Message(UNREADABLE, {"value": "U"}))
            return None
        unit = self._unit(u_place)
        rows = [self._rows[line - 1] for line, _ in cells]
        return Uncertainty(
            [digits(row[u_place], unit) for row in rows],
            [_plain(row[k_place]) for row in rows],
        )

    def _conformity(self, cells: Sequence[tuple[int, str]]) -> str:
        """Return what the agreed rule says of each line, where it says it of all."""
        for place in self._places.get("conformity", ()):
            said = [
                CONFORMITY.get(self._rows[line - 1][place].rpartition(" / ")[2])
                for line, _ in cells
            ]
            listed = " ".join(filter(None, said))
            if None in said:
                return self._partly(place, cells)
            return within(
                "metaData",
                (self._named(place), only("conformityXMLList", listed)),
                kind=REF_TYPES["conformity"],
            )
        return ""

    def _partly(self, place: int, cells: Sequence[tuple[int, str]]) -> str:
        """Return in words what the list of the schema has no word for."""
        said = [(line, self._rows[line - 1][place].split(" / ")) for line, _ in cells]
        vi = "; ".join(f"{line}: {words[0]}" for line, words in said)
        en = "; ".join(f"{line}: {words[-1]}" for line, words in said)
        return within(
            "metaData",
            (self._named(place), text("declaration", vi, en)),
            kind=REF_TYPES["conformity"],
        )

    def _limits(self, place: int) -> str:
        cells = self._cells(place)
        if not cells:
            return ""
        both = [limits(cell) for _, cell in cells]
        column, unit = self._table["columns"][place], self._unit(place)
        sides = (("lower", 0, "dưới"), ("upper", 1, "trên"))
        return "".join(
            quantity(
                [written(pair[side], unit) for pair in both],
                unit,
                named=name(f"{column['vi']} {vi}", f"{column['en']} ({which})"),
                kind=REF_TYPES[which],
                points=self._points(cells),
            )
            for which, side, vi in sides
        )

    def _words(self, role: str) -> str:
        """Return a column of words; a list in XML has no spaces within its items."""
        for place in self._places.get(role, ()):
            cells = [row[place].rpartition(" / ")[2].strip() for row in self._rows]
            listed = " ".join("_".join(cell.split()) or "—" for cell in cells)
            return within(
                "quantity",
                (self._named(place), only("charsXMLList", listed)),
                kind=REF_TYPES[role],
            )
        return ""


def results(
    tables: Iterable[Mapping[str, Any]], *, needs_uncertainty: bool = True
) -> str:
    """Return tables of results as lists of quantities.

    Without `needs_uncertainty`, as in verifications, a table may state no U at all.
    """
    return "".join(
        _Table(table, position, needs_uncertainty=needs_uncertainty).written()
        for position, table in enumerate(tables, start=1)
    )


def conditions(environment: Iterable[Mapping[str, Any]]) -> str:
    """Return the conditions of the measurements, from the lowest to the highest."""
    found = [_condition(one) for one in environment]
    if not found:
        found = [
            within(
                "influenceCondition",
                (
                    name("Điều kiện môi trường", "Ambient conditions"),
                    within("data", (text("text", "không ghi", "not recorded"),)),
                ),
            )
        ]
    return within("influenceConditions", found)


def _condition(one: Mapping[str, Any]) -> str:
    kind = CONDITION_TYPES.get(one.get("key", ""), "")
    named = name(one["name_vi"], one.get("name_en", ""))
    if "low" not in one:
        return within(
            "influenceCondition",
            (named, within("data", (text("text", one["value"]),))),
            kind=kind,
        )
    low, high = number(one["low"]), number(one["high"])
    unit = digital(one["unit"])
    if low == high:
        data = _single(low, unit, named, kind)
    else:
        ends = (("Min", low, "nhỏ nhất"), ("Max", high, "lớn nhất"))
        data = "".join(
            _single(
                value, unit, name(vi, which.lower() + "imum"), kind and kind + which
            )
            for which, value, vi in ends
        )
    return within("influenceCondition", (named, within("data", (data,))), kind=kind)


def _single(value: Decimal, unit: DigitalUnit, named: str, kind: str) -> str:
    return within(
        "quantity",
        (
            named,
            f"<si:real><si:value>{written(value, unit)}</si:value>"
            f"<si:unit>{unit.name}</si:unit></si:real>\n",
            _metadata(unit, ""),
        ),
        kind=kind,
    )
