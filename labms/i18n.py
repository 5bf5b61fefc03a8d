"""Texts in English, marked here and translated where they are shown.

Rules and errors mark a text with `N_` and know no language. Pages, PDFs and
commands translate with `gettext` in the language that was chosen with `speaking`.
"""

import gettext as _gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"

#: The languages of the screen; the first is the one a stranger sees.
LANGUAGES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT_LANGUAGE = "vi"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def N_(text: str) -> str:  # noqa: N802 (the name that gettext's tools look for)
    """Mark a text for translation, and return it unchanged."""
    return text


class Grouped(int):
    """A whole number in a message: in groups of three, as the language writes them."""

    def __format__(self, form: str) -> str:
        mark = "." if language() == "vi" else ","
        return format(f"{int(self):,}".replace(",", mark), form)


@dataclass(frozen=True, slots=True)
class Message:
    """A marked text and what fills its placeholders, translated when shown."""

    text: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = {
            name: gettext(value) if isinstance(value, str) else value
            for name, value in self.details.items()
        }
        return gettext(self.text).format(**shown)


@cache
def _translations(language: str) -> _gettext.NullTranslations:
    """Read the language's catalogues, one for each feature, as they were written."""
    together = Catalog(locale=language)
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                together[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def language() -> str:
    """Return the code of the language in use."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Translate into `code` within the block; an unknown code means the default."""
    token = _language.set(code if code in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(text: str) -> str:
    """Return `text` in the language in use, or unchanged if it isn't translated."""
    return _translations(language()).gettext(text) if text else text


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a text that goes with `number`."""
    return _translations(language()).ngettext(singular, plural, number)
