"""Types of instruments, and what their plates bear."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from labms.catalogue.entries.sources import Source
from labms.metrology.expressions import Expression

#: A class of accuracy, as 1.6 or 0.5S.
_CLASS = re.compile(r"^(\d+)\.(\d+S?)$")


class CharacteristicKind(StrEnum):
    """What a characteristic is written as."""

    DECIMAL = "decimal"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """Something that an instrument bears on its plate, as Max or its class."""

    key: str
    name_vi: str
    name_en: str
    kind: CharacteristicKind
    unit: str = ""
    unit_from: str = ""
    """The choice that says in which unit the plate gives it, if `unit` does not."""
    choices: tuple[str, ...] = ()
    choices_en: tuple[str, ...] = ()
    """What they are called in English, where they are words."""
    is_signed: bool = False
    """Whether it may lie below zero, as the lower limit of a thermometer."""
    is_required: bool = True
    default: Expression | None = None
    """From the other characteristics, taken in this one's unit."""

    def unit_of(self, given: Mapping[str, object]) -> str:
        """Return the unit in which an instrument's plate gives it."""
        return str(given.get(self.unit_from) or "").strip() or self.unit

    def worded(self, value: str, *, language: str) -> str:
        """Return a choice in the words of a language; anything else as it is."""
        if language != "en":  # a class such as 1.6 has the language's decimal mark
            return _CLASS.sub(r"\1,\2", value)
        words = dict(zip(self.choices, self.choices_en, strict=False))
        return words.get(value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentType:
    """A kind of instrument under legal control, by the name the lists use."""

    slug: str
    code: str
    name_vi: str
    name_en: str
    field: str
    field_vi: str
    field_en: str
    unit: str
    dlvn: str
    dlvn_source: Source | None
    source: Source
    characteristics: tuple[Characteristic, ...] = ()
    stays: bool = False
    """Whether it is verified where it stands, as a fuel dispenser is."""

    def characteristic(self, key: str) -> Characteristic:
        """Return one characteristic by its key, or raise KeyError."""
        return {each.key: each for each in self.characteristics}[key]
