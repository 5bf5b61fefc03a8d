"""Writes the documents of the catalogue as TOML: what is read back is the same."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: Lists of small tables that stand on one line each.
_IN_LINES = frozenset({"points", "positions", "columns"})


def as_toml(document: Mapping[str, Any]) -> str:
    """Return a document of texts, numbers, days, lists and tables as TOML."""
    return "\n".join(_table(document, ())).strip("\n") + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: first its values, then the tables within it."""
    inner = {key: value for key, value in table.items() if _is_inner(key, value)}
    for key, value in table.items():
        if key not in inner:
            said = _listed(value) if key in _IN_LINES else _value(value)
            yield f"{_key(key)} = {said}"
    for key, value in inner.items():
        name = ".".join(_key(part) for part in (*path, key))
        if isinstance(value, list):
            for each in value:
                yield from ("", f"[[{name}]]", *_table(each, (*path, key)))
        else:
            yield from ("", f"[{name}]", *_table(value, (*path, key)))


def _is_inner(key: str, value: Any) -> bool:
    if isinstance(value, list):
        tables = bool(value) and all(isinstance(each, Mapping) for each in value)
        return tables and key not in _IN_LINES
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _listed(values: Any) -> str:
    if not isinstance(values, list) or not values:
        return _value(values)
    return "\n".join(["[", *(f"    {_value(each)}," for each in values), "]"])


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in value)}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} does not stand in the catalogue's files")


def _text(text: str) -> str:
    written = "".join(_ESCAPES.get(letter) or _visible(letter) for letter in text)
    return f'"{written}"'


def _visible(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or letter == "\x7f" else letter
