"""Types of instruments as designations and cards name them, in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from labms.catalogue.entries import InstrumentType
from labms.catalogue.rules import Both, NoSuchType
from labms.catalogue.shipped import shipped_catalogue


@dataclass(frozen=True, slots=True)
class TypeGroup:
    """The types of one field of measurement."""

    slug: str
    name_vi: str
    name_en: str
    types: tuple[InstrumentType, ...]


def type_groups(only: Iterable[str] | None = None) -> list[TypeGroup]:
    """Return the types of the catalogue by field, perhaps only some of them."""
    wanted = None if only is None else frozenset(only)
    found: dict[str, list[InstrumentType]] = {}
    for one in shipped_catalogue().types.values():
        if wanted is None or one.slug in wanted:
            found.setdefault(one.field, []).append(one)
    return [
        TypeGroup(slug, types[0].field_vi, types[0].field_en, tuple(types))
        for slug, types in found.items()
    ]


def check_types(slugs: Iterable[str]) -> frozenset[str]:
    """Return these types if the catalogue has them all. Raises NoSuchType."""
    return frozenset(shipped_catalogue().type(slug).slug for slug in slugs)


def type_name(slug: str) -> Both | str:
    """Return the name of a type in both languages, or its slug if it is unknown."""
    try:
        found = shipped_catalogue().type(slug)
    except NoSuchType:
        return slug
    return Both(found.name_vi, found.name_en)
