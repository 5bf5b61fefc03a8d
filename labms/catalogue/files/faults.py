"""Reads tables of TOML key by key, and notes every fault with its file and key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from labms.catalogue.entries import Source
from labms.catalogue.rules import Confidence
from labms.errors import LabError
from labms.metrology.decimals import read_decimal
from labms.metrology.expressions import Expression, Kind, parse
from labms.metrology.units import UNITS

Word = TypeVar("Word", bound=StrEnum)

_REQUIRED: Any = object()


class Fault(NamedTuple):
    """Something that is wrong in a file of the catalogue."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}\t{self.key}\t{self.message}"


@dataclass(slots=True)
class Table:
    """A table of a TOML file. Reading a key takes note that it is known.

    What cannot be read is noted as a fault, and a harmless value takes its place, so
    that one pass finds all faults of a file. Nothing made of a faulty file is used.
    """

    file: str
    path: str
    data: Mapping[str, Any]
    faults: list[Fault]
    known: set[str] = field(default_factory=set)

    def fault(self, key: str, message: str) -> None:
        """Note a fault at a key of this table."""
        self.faults.append(Fault(self.file, f"{self.path}{key}", message))

    def finish(self) -> None:
        """Note the keys that nobody asked for: they are misspelt or misplaced."""
        for key in self.data:
            if key not in self.known:
                self.fault(key, "unknown key")

    def value(self, key: str, kind: type, default: Any = _REQUIRED) -> Any:
        """Return what stands at a key, of a kind that is given."""
        self.known.add(key)
        if key not in self.data:
            if default is _REQUIRED:
                self.fault(key, "missing")
                return None
            return default
        value = self.data[key]
        wrong = not isinstance(value, kind) or (
            isinstance(value, bool) and kind is not bool
        )
        if wrong or (kind is date and isinstance(value, datetime)):
            self.fault(key, f"should be {_words(kind)}, not {value!r:.60}")
            return None
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        """Return a text that is not empty, or the default."""
        value = self.value(key, str, default)
        if value is not None and not value.strip() and value != default:
            self.fault(key, "is empty")
        return value or ""

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.value(key, list, default) or ()
        for value in values:
            if not isinstance(value, str) or not value.strip():
                self.fault(key, f"should list texts, not {value!r:.60}")
        return tuple(value for value in values if isinstance(value, str))

    def flag(self, key: str, default: Any = _REQUIRED) -> bool:
        """Return true or false."""
        return bool(self.value(key, bool, default))

    def whole(self, key: str, default: Any = _REQUIRED, *, most: int) -> int:
        """Return a whole number above zero, of at most so much."""
        value = self.value(key, int, default)
        if value is not None and value != default and value < 1:
            self.fault(key, "should be above zero")
        if value is not None and value > most:
            self.fault(key, f"should be at most {most}")
            return most
        return int(value or 1)

    def day(self, key: str, default: Any = _REQUIRED) -> date | None:
        """Return a day."""
        value: date | None = self.value(key, date, default)
        return value

    def decimal(self, key: str, default: Any = _REQUIRED) -> Decimal | None:
        """Return a number that is written as a text, so that no digit is lost."""
        text = self.value(key, str, default)
        return None if text is None else as_number(self, key, text)

    def word(self, key: str, words: type[Word], default: Any = _REQUIRED) -> Word:
        """Return one of a set of words."""
        value = self.value(key, str, default)
        if value in list(words):
            return words(value)
        if value is not None:
            self.fault(key, f"“{value}” is none of {', '.join(words)}")
        return next(iter(words))

    def words(
        self, key: str, words: type[Word], default: Any = _REQUIRED
    ) -> tuple[Word, ...]:
        """Return several of a set of words, each once."""
        values = self.texts(key, default)
        for value in values:
            if value not in list(words):
                self.fault(key, f"“{value}” is none of {', '.join(words)}")
        if len(set(values)) != len(values):
            self.fault(key, "names something twice")
        return tuple(words(value) for value in values if value in list(words))

    def unit(self, key: str, default: Any = _REQUIRED) -> str:
        """Return a unit that is known."""
        value = self.text(key, default)
        if value and value not in UNITS:
            self.fault(key, f"unknown unit “{value}”")
        return value

    def expression(self, key: str, default: Any = _REQUIRED) -> Expression | None:
        """Return an expression; what its names mean is checked elsewhere."""
        text = self.value(key, str, default)
        return None if text is None else as_expression(self, key, text)

    def source(self, prefix: str = "") -> Source:
        """Return where the figures of this table come from."""
        names = self.texts(f"{prefix}checked_by", ())
        if len({name.strip().casefold() for name in names}) < len(names):
            self.fault(f"{prefix}checked_by", "names one person twice")
        return Source(
            text=self.text(f"{prefix}source"),
            confidence=self.word(f"{prefix}confidence", Confidence),
            checked_by=names,
        )

    def tables(self, key: str, default: Any = _REQUIRED) -> Iterator["Table"]:
        """Yield the tables of a list, and close each for unknown keys."""
        values = self.value(key, list, default) or ()
        for place, value in enumerate(values, start=1):
            if isinstance(value, dict):
                name = value.get("slug") or value.get("key") or place
                yield from self._open(f"{key}[{name}]", value)
            else:
                self.fault(f"{key}[{place}]", "should be a table")

    def table(self, key: str, default: Any = _REQUIRED) -> Iterator["Table"]:
        """Yield the table at a key, if there is one, and close it."""
        value = self.value(key, dict, default)
        if value is not None:
            yield from self._open(key, value)

    def _open(self, name: str, value: Mapping[str, Any]) -> Iterator["Table"]:
        inner = Table(self.file, f"{self.path}{name}.", value, self.faults)
        yield inner
        inner.finish()


def as_number(table: Table, key: str, text: object) -> Decimal | None:
    """Read a number that stands as a text, noting a fault if it is none."""
    try:
        if isinstance(text, str) and "," not in text:
            return read_decimal(text)
    except LabError:
        pass
    table.fault(key, f"should be a number in quotes, not {text!r:.60}")
    return None


def as_expression(table: Table, key: str, text: object) -> Expression | None:
    """Parse an expression, noting a fault if it is none."""
    if not isinstance(text, str):
        table.fault(key, f"should be an expression in quotes, not {text!r:.60}")
        return None
    try:
        return parse(text)
    except LabError as error:
        table.fault(key, english(error))
        return None


def check_kind(
    table: Table,
    key: str,
    expression: Expression | None,
    *,
    names: Mapping[str, Kind],
    wanted: Kind = Kind.NUMBER,
    is_exact: bool = True,
) -> None:
    """Note a fault if an expression uses unknown names or is not of a kind."""
    if expression is None:
        return
    try:
        found = expression.kind(names, is_exact=is_exact)
    except LabError as error:
        table.fault(key, english(error))
        return
    if found is not wanted:
        table.fault(key, f"should be a {wanted}, not a {found}")


def check_unique(
    table: Table, key: str, values: list[str], *, say: Callable[[str], str] = str
) -> None:
    """Note a fault for each value that stands there twice."""
    for value in sorted({value for value in values if values.count(value) > 1}):
        table.fault(key, f"“{say(value)}” stands there twice")


def english(error: LabError) -> str:
    """Return the message of a refusal in the language of the files."""
    return error.message.format(**error.details).strip()


def fraction(text: str) -> Fraction:
    """Return the exact value of a number that was checked before."""
    return Fraction(read_decimal(text))


def _words(kind: type) -> str:
    return {
        str: "a text in quotes",
        bool: "true or false",
        int: "a whole number",
        date: "a day (2026-04-15)",
        list: "a list",
        dict: "a table",
    }[kind]
