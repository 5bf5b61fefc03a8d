"""What a DCC says, whoever wrote it: versions 2 and 3 of the schema, as far as common.

Numbers stay decimals with all their digits. What is not understood is left out here
and named by whoever shows it; nothing is guessed. Source: PTB's schemas 2.1.0 to 3.3.0
on D-SI 1.3 to 2.2.1; the element names of both generations of uncertainties are read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from lxml import etree

from labms.dcc.opening import dcc_within, opened
from labms.dcc.rules import NAMESPACE, SI
from labms.dcc.signed import Signed, signed_by
from labms.dcc.units import KELVIN, symbol_of

_DCC, _SI = f"{{{NAMESPACE}}}", f"{{{SI}}}"
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][-+]?[0-9]{1,3})?")
#: Quantities below these are no results: conditions, limits, what metadata adds.
_ASIDE = (f"{_DCC}influenceConditions", f"{_DCC}measurementMetaData")
#: Longer lists are measurement data, not what a standard is calibrated at.
MOST_VALUES = 5000
MOST_LEVELS = 12
MOST_SERIES = 400
#: The language in which a reader wants texts, while a DCC is read.
_wanted: ContextVar[str] = ContextVar("wanted", default="vi")


@dataclass(frozen=True, slots=True)
class Point:
    """A value, with U and k if they are stated; in the unit of its series."""

    value: Decimal
    uncertainty: Decimal | None = None
    factor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one quantity."""

    name: str
    kinds: tuple[str, ...]
    """Its `refType`s."""
    unit: str
    """As we write it, or as the file does where we don't know it."""
    is_known: bool
    """Whether we know the unit."""
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A certificate that the file refers to, and the one above it."""

    equipment: str
    number: str
    issuer: str
    procedure: str
    value: str
    serials: tuple[str, ...] = ()
    above: "Report | None" = None

    def upwards(self) -> Iterator[tuple[int, "Report"]]:
        """Yield it and those above, with their level."""
        level, one = 0, self
        while one is not None:
            yield level, one
            level, one = level + 1, one.above  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was calibrated."""

    name: str
    model: str
    maker: str
    numbers: tuple[str, ...]
    """What it is known by: serial and inventory numbers."""


@dataclass(frozen=True)
class Received:
    """A DCC as it was read."""

    version: str
    identifier: str
    number: str
    """Of the certificate, if it is named apart from the identifier."""
    issuer: str
    issuer_code: str
    country: str
    calibrated_from: date | None
    calibrated_on: date | None
    issued_on: date | None
    due_on: date | None
    """The last day, or the day of recalibration, if it states one."""
    customer: str
    items: tuple[Item, ...]
    methods: tuple[str, ...]
    series: tuple[Series, ...]
    reports: tuple[Report, ...]
    statements: tuple[str, ...]
    signed: Signed

    @cached_property
    def links(self) -> tuple[tuple[int, Report], ...]:
        """All reports that it refers to, each followed by those above it."""
        return tuple(step for one in self.reports for step in one.upwards())


def read_dcc(data: bytes, *, language: str = "vi") -> Received:
    """Return what a DCC says, in XML or within a PDF. Raises NotADcc.

    Of texts in several languages the one in `language` is read, else English, else the
    first.
    """
    token = _wanted.set(language)
    try:
        return _read(data)
    finally:
        _wanted.reset(token)


def _read(data: bytes) -> Received:
    root = opened(dcc_within(data))
    core = root.find(f"{_DCC}administrativeData/{_DCC}coreData")
    core = etree.Element("none") if core is None else core
    laboratory = f"{_DCC}administrativeData/{_DCC}calibrationLaboratory"
    identifier = _text(core, "uniqueIdentifier")
    return Received(
        version=root.get("schemaVersion", ""),
        identifier=identifier,
        number=_number_of(core) or identifier,
        issuer=_name(root.find(f"{laboratory}/{_DCC}contact")),
        issuer_code=_text(root.find(laboratory), "calibrationLaboratoryCode"),
        country=_text(core, "countryCodeISO3166_1"),
        calibrated_from=_day(_text(core, "beginPerformanceDate")),
        calibrated_on=_day(_text(core, "endPerformanceDate"))
        or _day(_text(core, "beginPerformanceDate")),
        issued_on=_day(_text(core, "issueDate")),
        due_on=_due(root),
        customer=_name(root.find(f"{_DCC}administrativeData/{_DCC}customer")),
        items=tuple(map(_item, root.iterfind(f".//{_DCC}items/{_DCC}item"))),
        methods=tuple(dict.fromkeys(map(_method, root.iter(f"{_DCC}usedMethod")))),
        series=tuple(_series(root)),
        reports=tuple(_reports(root)),
        statements=tuple(_statements(root)),
        signed=signed_by(root),
    )


def _text(parent: etree._Element | None, tag: str) -> str:
    found = None if parent is None else parent.findtext(f"{_DCC}{tag}")
    return " ".join((found or "").split())


def _said(parent: etree._Element | None) -> str:
    """Return the text of an element in the language that is wanted, if it has it."""
    if parent is None:
        return ""
    found = {
        one.get("lang", ""): " ".join((one.text or "").split())
        for one in reversed(parent.findall(f"{_DCC}content"))
    }
    for language in (_wanted.get(), "en", "vi"):
        if found.get(language):
            return found[language]
    return next(iter(reversed(found.values())), "")


def _name(parent: etree._Element | None) -> str:
    return "" if parent is None else _said(parent.find(f"{_DCC}name"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number_of(core: etree._Element) -> str:
    """Return the number that the laboratory gave the certificate, apart from others."""
    for one in core.iterfind(f"{_DCC}identifications/{_DCC}identification"):
        kinds = one.get("refType", "").lower()
        if "certificatenumber" in kinds or "calibrationmark" in kinds:
            return _text(one, "value")
    return ""


def _due(root: etree._Element) -> date | None:
    for one in root.iter(f"{_DCC}statement", f"{_DCC}metaData"):
        kinds = one.get("refType", "").split()
        if {"basic_recalibration", "labms_validUntil"} & set(kinds):
            return _day(_text(one, "date"))
    return None


def _item(item: etree._Element) -> Item:
    numbers = item.iterfind(f"{_DCC}identifications/{_DCC}identification/{_DCC}value")
    return Item(
        name=_name(item),
        model=_text(item, "model"),
        maker=_name(item.find(f"{_DCC}manufacturer")),
        numbers=tuple(" ".join((one.text or "").split()) for one in numbers),
    )


def _method(method: etree._Element) -> str:
    norms = [one.text or "" for one in method.iterfind(f"{_DCC}norm")]
    return ", ".join(filter(None, (*norms, _name(method))))


def _statements(root: etree._Element) -> Iterator[str]:
    for one in root.iterfind(f".//{_DCC}statements/{_DCC}statement"):
        if said := _said(one.find(f"{_DCC}declaration")):
            yield said


def _reports(root: etree._Element) -> Iterator[Report]:
    for equipment in root.iter(f"{_DCC}measuringEquipment"):
        certificate = equipment.find(f"{_DCC}certificate")
        if certificate is None:
            continue
        numbers = equipment.iterfind(
            f"{_DCC}identifications/{_DCC}identification/{_DCC}value"
        )
        serials = tuple(" ".join((one.text or "").split()) for one in numbers)
        yield _report(certificate, _name(equipment), serials, MOST_LEVELS)


def _report(
    one: etree._Element, equipment: str, serials: tuple[str, ...], levels: int
) -> Report:
    linked = one.find(f"{_DCC}linkedReport")
    above = None
    if linked is not None and levels:
        told = _said(linked.find(f"{_DCC}description"))
        above = _report(linked, told, (), levels - 1)
    return Report(
        equipment=equipment,
        number=_text(one, "referralID"),
        issuer=_said(one.find(f"{_DCC}referral")),
        procedure=_text(one, "procedure"),
        value=_text(one, "value"),
        serials=serials,
        above=above,
    )


def _series(root: etree._Element) -> Iterator[Series]:
    count = 0
    for quantity in root.iterfind(f".//{_DCC}results//{_DCC}quantity"):
        if next(quantity.iterancestors(*_ASIDE), None) is not None:
            continue
        found = _values(quantity)
        if found is None or not found[1]:
            continue
        unit, points = found
        symbol = symbol_of(unit)
        yield Series(
            name=_name(quantity),
            kinds=tuple(quantity.get("refType", "").split()),
            unit=symbol or unit,
            is_known=symbol is not None,
            points=tuple(points),
        )
        count += 1
        if count >= MOST_SERIES:
            return


def _values(quantity: etree._Element) -> tuple[str, list[Point]] | None:
    """Return unit and points of a quantity, of the first form that we can use."""
    found = [each for each in map(_form, _forms(quantity)) if each is not None]
    known = [each for each in found if symbol_of(each[0])]
    ours = [each for each in known if symbol_of(each[0]) != KELVIN]
    return next(iter([*ours, *known, *found]), None)


def _forms(quantity: etree._Element) -> Iterator[etree._Element]:
    for child in quantity:
        if child.tag == f"{_SI}hybrid":
            yield from child
        else:
            yield child


def _form(one: etree._Element) -> tuple[str, list[Point]] | None:
    if one.tag in (f"{_SI}real", f"{_SI}constant"):
        return _unit(one, "unit"), _points([one])
    if one.tag in (f"{_SI}list", f"{_SI}realList"):
        reals = one.findall(f"{_SI}real")
        unit = _unit(one, "listUnit") or (_unit(reals[0], "unit") if reals else "")
        return unit, _points(reals)
    if one.tag == f"{_SI}realListXMLList":
        return _listed(one)
    return None


def _unit(one: etree._Element, tag: str) -> str:
    return (one.findtext(f"{_SI}{tag}") or "").strip()


def _points(reals: Iterable[etree._Element]) -> list[Point]:
    found = []
    for one in reals:
        value = _decimal(one.findtext(f"{_SI}value") or "")
        if value is None:
            continue
        stated = [
            _decimal((each.text or "").strip())
            for tags in (_EXPANDED, _FACTOR)
            for each in [next(_under(one, tags), None)]
            if each is not None
        ]
        if len(stated) == 2 and None not in stated:
            found.append(Point(value, stated[0], stated[1]))
        else:
            found.append(Point(value))
    return found


#: Where U and k stand, in D-SI 2 and in D-SI 1.
_EXPANDED = ("valueExpandedMU", "uncertainty")
_FACTOR = ("coverageFactor",)


def _under(one: etree._Element, tags: Sequence[str]) -> Iterator[etree._Element]:
    yield from one.iter(*(f"{_SI}{tag}" for tag in tags))


def _listed(one: etree._Element) -> tuple[str, list[Point]] | None:
    values = _decimals(one, ("valueXMLList",))
    units = (one.findtext(f"{_SI}unitXMLList") or "").split()
    if values is None or not units or len(set(units)) > 1:
        return None
    n = len(values)
    expanded = _spread(
        _decimals(one, ("valueExpandedMUXMLList", "uncertaintyXMLList")), n
    )
    factors = _spread(_decimals(one, ("coverageFactorXMLList",)), n)
    points = [
        Point(value, u, k) if u is not None and k is not None else Point(value)
        for value, u, k in zip(values, expanded, factors, strict=True)
        if value is not None
    ]
    return units[0], points


def _decimals(one: etree._Element, tags: Sequence[str]) -> list[Decimal | None] | None:
    found = next(_under(one, tags), None)
    if found is None:
        return None
    texts = (found.text or "").split(maxsplit=MOST_VALUES)[:MOST_VALUES]
    return [_decimal(text) for text in texts]


def _spread(given: list[Decimal | None] | None, count: int) -> list[Decimal | None]:
    """Return one of each for every value: a single one holds for all of them."""
    if given and len(given) == 1:
        return given * count
    return given if given and len(given) == count else [None] * count


def _decimal(text: str) -> Decimal | None:
    """Return a number with its digits; None for NaN, or what is none."""
    text = text.strip()
    if len(text) > 60 or not _NUMBER.fullmatch(text):
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if abs(found.adjusted()) < 60 else None
