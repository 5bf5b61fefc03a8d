"""Provinces, districts and communes, and what became of them on 2025-07-01.

Everything here holds from a day to a day. A code alone does not tell a commune:
28756 is the old phường Phú Khương until 2025-06-30 and the new one, which is larger,
from the day after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from labms.errors import NotFound
from labms.i18n import N_, Message, language

#: The last day of districts, and of the province of Bến Tre (202/2025/QH15).
EVE_OF_CHANGE = date(2025, 6, 30)


class CommuneKind(StrEnum):
    """What a commune is called by law; the value is the word in the data."""

    RURAL = "xã"
    WARD = "phường"
    TOWN = "thị trấn"


class Part(StrEnum):
    """How much of an old commune went to a successor."""

    WHOLE = "whole"
    PART = "part"


class UnknownPlace(NotFound):
    """No province, district, commune or area has this code on this day."""

    code = "place.unknown"
    message = N_("No place is known under {place}.")


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Vietnamese and English, when they are data and not texts."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Validity:
    """From a day to a day, both included; None where it has no end."""

    valid_from: date | None
    valid_until: date | None

    def holds(self, on: date) -> bool:
        """Whether `on` lies within."""
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_until is None or on <= self.valid_until)

    def overlaps(self, other: "Validity") -> bool:
        """Whether there is a day that lies within both."""
        first, last = date.min, date.max
        return max(self.valid_from or first, other.valid_from or first) <= min(
            self.valid_until or last, other.valid_until or last
        )


@dataclass(frozen=True, slots=True)
class Province:
    """A province or a city of that rank."""

    code: str
    name: str
    kind: str
    validity: Validity

    @property
    def full_name(self) -> str:
        """The name with its kind, as in an address."""
        return _with_kind(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class District:
    """A district (huyện), a level that ended on 2025-06-30."""

    code: str
    name: str
    kind: str
    province_code: str
    validity: Validity

    @property
    def full_name(self) -> str:
        """The name with its kind, as in an address."""
        return _with_kind(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of whatever kind, as it is from a day to a day."""

    code: str
    name: str
    kind: CommuneKind
    province_code: str
    province_name: str
    #: Of an old commune; empty since there are no districts.
    district_code: str
    #: Of a commune of 2025: the province in which it would have lain before.
    former_province_code: str
    validity: Validity
    #: A point in it, in degrees (WGS 84), for sketch maps; None for old communes.
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    area_km2: Decimal | None = None

    @property
    def key(self) -> str:
        """What tells this commune from a later one with the same code."""
        begin = self.validity.valid_from
        return f"{self.code}@{begin.isoformat() if begin else 'before'}"

    @property
    def full_name(self) -> str:
        """The name with its kind, as in an address: "Xã Giao Long"."""
        return _with_kind(self.kind, self.name)

    @property
    def old_province_code(self) -> str:
        """The province in which it lies, or lay, by the map before 2025-07-01."""
        return self.former_province_code or self.province_code


@dataclass(frozen=True, slots=True)
class Succession:
    """An old commune of which the whole or a part went to a new one."""

    old_code: str
    new_code: str
    part: Part
    #: Whether a person compared it with the resolution.
    is_checked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A succession that a source states and that the data refuses, with the reason."""

    old_code: str
    old_name: str
    old_district: str
    old_province_code: str
    new_code: str
    new_name: str
    new_former_province_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Area:
    """A stretch of land for which figures are kept, by the map before 2025-07-01."""

    code: str
    name: Words
    #: The provinces of before 2025-07-01 that make it up.
    old_province_codes: frozenset[str]
    #: None if the area may be asked for on any day.
    exists_from: date | None = None


AREAS: Mapping[str, Area] = {
    area.code: area
    for area in (
        Area("ben-tre-old", Words("Bến Tre cũ", "Old Bến Tre"), frozenset({"83"})),
        Area(
            "vinh-long-new",
            Words("Vĩnh Long mới", "New Vĩnh Long"),
            frozenset({"83", "84", "86"}),
            exists_from=date(2025, 7, 1),
        ),
    )
}


def area_named(code: str) -> Area:
    """Return the area with this code. Raises UnknownPlace if there is none."""
    try:
        return AREAS[code]
    except KeyError:
        raise UnknownPlace(place=code) from None


def lies_in(commune: Commune, area: Area) -> bool:
    """Whether a commune, old or new, belongs to an area."""
    return commune.old_province_code in area.old_province_codes


def leaves_its_province(old: Commune, new: Commune) -> bool:
    """Whether a successor lies outside the province of before 2025-07-01.

    No commune of Bến Tre was merged across its border, but tables that were joined
    by name alone say so of communes with a namesake in another province.
    """
    return old.old_province_code != new.old_province_code


@dataclass(frozen=True)
class Places:
    """All places that labms knows, with the ways to ask for them."""

    provinces: Sequence[Province]
    districts: Sequence[District]
    communes: Sequence[Commune]
    successions: Sequence[Succession]
    refusals: Sequence[Refusal] = ()
    #: Pairs (old code, new code) that may leave their province: confirmed by hand.
    confirmed: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def _by_code(self) -> Mapping[str, Sequence[Commune]]:
        found: dict[str, list[Commune]] = {}
        for commune in self.communes:
            found.setdefault(commune.code, []).append(commune)
        return found

    @cached_property
    def _by_key(self) -> Mapping[str, Commune]:
        return {commune.key: commune for commune in self.communes}

    @cached_property
    def _district_by_code(self) -> Mapping[str, District]:
        return {district.code: district for district in self.districts}

    def commune(self, code: str, *, on: date) -> Commune:
        """Return the commune with this code on that day, or raise UnknownPlace."""
        for commune in self._by_code.get(code, ()):
            if commune.validity.holds(on):
                return commune
        raise UnknownPlace(place=code)

    def commune_with_key(self, key: str) -> Commune:
        """Return the commune with this `key`, or raise UnknownPlace."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownPlace(place=key) from None

    def district_of(self, commune: Commune) -> District | None:
        """Return the district of an old commune; None for a new one."""
        return self._district_by_code.get(commune.district_code)

    def communes_of(self, area: str, *, on: date) -> tuple[Commune, ...]:
        """Return the communes of an area as they were or are on a day.

        Before an area existed it had none. Raises UnknownPlace for an unknown area.
        """
        where = area_named(area)
        if where.exists_from and on < where.exists_from:
            return ()
        return tuple(
            commune
            for commune in self.communes
            if lies_in(commune, where) and commune.validity.holds(on)
        )

    def successors(self, code: str) -> tuple[Succession, ...]:
        """Return what became of the old commune with this code."""
        return tuple(s for s in self.successions if s.old_code == code)

    def predecessors(self, code: str) -> tuple[Succession, ...]:
        """Return the old communes of which the new one with this code was made."""
        return tuple(s for s in self.successions if s.new_code == code)


def faults(places: Places) -> tuple[Message, ...]:
    """Return everything in the data that cannot be right, in the order of the files."""
    return tuple(
        Message(text, {"place": place})
        for text, place in (
            *_faults_of_codes(places),
            *_faults_of_communes(places),
            *_faults_of_successions(places),
        )
    )


#: A text with the placeholder {place}, and what fills it.
_Fault = tuple[str, str]


def _faults_of_codes(places: Places) -> Iterator[_Fault]:
    kinds: tuple[Sequence[Province | District | Commune], ...] = (
        places.provinces,
        places.districts,
        places.communes,
    )
    for kind in kinds:
        for place in _overlapping(kind):
            yield N_("Two places have the code {place} on the same day."), place.code


def _overlapping(
    places: Iterable[Province | District | Commune],
) -> Iterator[Province | District | Commune]:
    seen: dict[str, list[Validity]] = {}
    for place in places:
        earlier = seen.setdefault(place.code, [])
        if any(place.validity.overlaps(other) for other in earlier):
            yield place
        earlier.append(place.validity)


def _faults_of_communes(places: Places) -> Iterator[_Fault]:
    provinces = {province.code for province in places.provinces}
    districts = {district.code for district in places.districts}
    for commune in places.communes:
        known = {commune.province_code, commune.old_province_code} <= provinces
        if not known:
            yield N_("The province of {place} is not known."), commune.code
        if commune.district_code and commune.district_code not in districts:
            yield N_("The district of {place} is not known."), commune.code


def _faults_of_successions(places: Places) -> Iterator[_Fault]:
    old = {c.code: c for c in places.communes if c.validity.valid_until}
    new = {c.code: c for c in places.communes if not c.validity.valid_until}
    refused = {(refusal.old_code, refusal.new_code) for refusal in places.refusals}
    parts: dict[str, list[Part]] = {code: [] for code in old}
    for succession in places.successions:
        pair = (succession.old_code, succession.new_code)
        shown = " → ".join(pair)
        if pair[0] not in old or pair[1] not in new:
            yield N_("The succession {place} names an unknown commune."), shown
            continue
        parts[pair[0]].append(succession.part)
        if pair in refused:
            yield N_("The succession {place} was refused, with a reason."), shown
        if leaves_its_province(old[pair[0]], new[pair[1]]) and (
            pair not in places.confirmed
        ):
            yield N_("The succession {place} leaves its old province."), shown
    for code, shares in parts.items():
        if not shares:
            yield N_("Nothing says what became of {place}."), code
        elif Part.WHOLE in shares and len(shares) > 1:
            yield N_("{place} went as a whole to more than one commune."), code


def _with_kind(kind: str, name: str) -> str:
    if name.lower().startswith(kind):  # "Phường 8" says what it is already
        return name
    return f"{kind[0].upper()}{kind[1:]} {name}"
