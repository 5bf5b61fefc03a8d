"""Which texts on a page are in the wrong language."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import sqlalchemy as sa
from babel.messages.pofile import read_po

from labms.db import Model, db
from labms.i18n import LOCALES
from tests.invariants.test_texts import NAMES, VIETNAMESE
from tests.stories.crawling import Visit

_GAP = re.compile(r"\\\{[^{}]*\\\}")


@cache
def _english() -> tuple[frozenset[str], re.Pattern[str]]:
    """Every English text whose Vietnamese differs: as it is, and with gaps."""
    whole, gaps = set(), []
    for path in sorted((LOCALES / "vi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="vi"):
                for said in _forms(message.id):
                    one = " ".join(said.split())
                    if not one or said == message.string:
                        continue
                    if "{" not in one:
                        whole.add(one)
                    elif len(re.findall("[A-Za-z]{3,}", _without_gaps(one))) > 1:
                        gaps.append(_GAP.sub(".+", re.escape(one)))
    return frozenset(whole), re.compile("|".join(gaps))


def _forms(said: str | Iterable[str]) -> Iterable[str]:
    return (said,) if isinstance(said, str) else said


def _without_gaps(text: str) -> str:
    return re.sub(r"\{.*?\}", "", text)


@lru_cache(maxsize=50_000)
def _is_english_of_ours(text: str) -> bool:
    whole, gaps = _english()
    return text in whole or gaps.fullmatch(text) is not None


def untranslated(visit: Visit) -> set[str]:
    """Return the English texts of ours on a Vietnamese page."""
    return {
        words.text
        for words in visit.reading.words
        if words.lang == "vi" and not words.is_code and _is_english_of_ours(words.text)
    }


class Data:
    """What people have entered; it stays what it is in every language."""

    def __init__(self) -> None:
        """Read every text in the database."""
        found: set[str] = set(NAMES)
        for table in Model.metadata.tables.values():
            for row in db.session.execute(sa.select(table)):
                for value in row:
                    found.update(_texts(value))
        self._texts = sorted(
            {text for text in found if VIETNAMESE.search(text)}, key=len, reverse=True
        )
        self._known: dict[str, bool] = {}

    def explain(self, text: str) -> bool:
        """Whether no Vietnamese remains when what people entered is taken away."""
        if text not in self._known:
            rest = text
            if not VIETNAMESE.search(rest):
                return True
            for one in self._texts:
                if one in rest:
                    rest = rest.replace(one, " ")
                    if not VIETNAMESE.search(rest):
                        break
            self._known[text] = not VIETNAMESE.search(rest)
        return self._known[text]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


#: A word that is quoted is not translated.
_QUOTED = re.compile("“[^”]*”")


def unmarked(visit: Visit, data: Data) -> set[str]:
    """Return the Vietnamese of ours on an English page, where it isn't marked so."""
    return {
        words.text
        for words in visit.reading.words
        if words.lang == "en"
        and not words.is_code
        and not data.explain(_QUOTED.sub("", words.text))
    }
