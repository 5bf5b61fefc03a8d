"""Every text that a person can see is there in Vietnamese, once and whole."""

import hashlib
import json
import os
import re
from collections import defaultdict
from io import BytesIO

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from labms.i18n import LOCALES, gettext, ngettext, speaking
from tests.invariants.places import LABMS, ROOT, modules, templates
from tests.keeping import kept_texts

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
#: Letters that only Vietnamese has, in whichever case.
VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
#: Names, which stay what they are in English.
NAMES = (
    "Bến Tre",
    "Vĩnh Long",
    "Trà Vinh",
    "Tiếng Việt",
    "Việt Nam",
    "ĐLVN",
    "QĐ",
    "NĐ",
    "KH-UBND",
    "Giám đốc",
    "Bà Rịa - Vũng Tàu",
    "Thừa Thiên Huế",
    "TĐC",
)
PLACEHOLDER = re.compile(r"\{[a-z_]*[^{}]*\}|%\([a-z_]+\)s|%[sd]")


def used():
    """Every text in the source, with the places that use it."""
    found = defaultdict(set)
    for path in (*modules(), *templates()):
        place = path.relative_to(ROOT).as_posix()
        for line, text in texts_in(path.read_bytes(), path.suffix):
            found[text].add(f"{place}:{line}")
    return found


def texts_in(source, suffix):
    """The texts in a file by line; kept for the next run, under what the file is."""
    name = hashlib.sha256(repr((source, suffix, KEYWORDS)).encode()).hexdigest()
    kept = kept_texts() / f"{name}.json"
    if kept.exists():
        return json.loads(kept.read_text("utf-8"))
    is_python = suffix == ".py"
    messages = extract(
        "python" if is_python else "jinja2.ext:babel_extract",
        BytesIO(source),
        keywords=KEYWORDS,
        options={} if is_python else {"extensions": "jinja2.ext.i18n"},
    )
    texts = (
        (line, said if isinstance(said, str) else said[0])
        for line, said, *_ in messages
    )
    found = [(line, text) for line, text in texts if text]
    begun = kept.with_suffix(f".{os.getpid()}")
    begun.write_text(json.dumps(found), "utf-8")
    begun.replace(kept)
    return found


@pytest.fixture(scope="module")
def texts():
    return used()


@pytest.fixture(scope="module")
def translations():
    """Every translation in every catalogue: text → its translations, by file."""
    found = defaultdict(lambda: defaultdict(set))
    for path in sorted((LOCALES / "vi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if not message.id:
                    continue
                one = message.id if isinstance(message.id, str) else message.id[0]
                said = (
                    message.string
                    if isinstance(message.string, str)
                    else message.string[0]
                )
                state = " (fuzzy)" if message.fuzzy else ""
                found[one][said].add(path.name + state)
    return found


def test_every_text_has_its_vietnamese(texts, translations):
    missing = {
        text: min(places)
        for text, places in texts.items()
        if not any(translations.get(text, {}))
    }
    assert missing == {}
    assert len(texts) > 300


def test_no_translation_is_a_guess_or_empty(translations):
    unsure = {
        text: sorted(files)
        for text, said in translations.items()
        for one, files in said.items()
        if not one.strip() or any(name.endswith("(fuzzy)") for name in files)
    }
    assert unsure == {}


def test_one_text_is_translated_in_one_way(translations):
    """Catalogues are loaded together: two translations would be a matter of luck."""
    several = {text: dict(said) for text, said in translations.items() if len(said) > 1}
    assert several == {}


def test_a_translation_fills_in_the_same_things(texts, translations):
    different = {
        text: one
        for text in texts
        for one in translations.get(text, {})
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(one))
    }
    assert different == {}


def test_english_is_english(texts):
    def strange(text):
        for name in NAMES:
            text = text.replace(name, "")
        return VIETNAMESE.search(text)

    assert {text: min(at) for text, at in texts.items() if strange(text)} == {}


#: What the catalogue says in English: names and notes, and where a figure is from.
TOLD_IN_ENGLISH = re.compile(r'\b(?:source|\w+_(?:source|en)) = "([^"]*)"')


def test_the_catalogue_says_in_english_where_its_figures_are_from():
    """But for names."""

    def strange(text):
        for name in NAMES:
            text = text.replace(name, "")
        return VIETNAMESE.search(text)

    told = {
        text: path.name
        for path in (ROOT / "instruments_catalog").rglob("*.toml")
        for text in TOLD_IN_ENGLISH.findall(path.read_text("utf-8"))
    }
    assert {text: name for text, name in told.items() if strange(text)} == {}


def test_catalogues_are_of_texts_that_are_used(texts, translations):
    """But for those of elsewhere and of data, which are not marked in our source."""
    elsewhere = {"web.po", "places.po", "plan.po", "indicators.po"}
    stale = {
        text: sorted(name for files in said.values() for name in files)
        for text, said in translations.items()
        if text not in texts
        and not elsewhere & {name for files in said.values() for name in files}
    }
    assert stale == {}


WORDS_IN_MARKUP = re.compile(r">([^<>{}]*[A-Za-z]{3,}[^<>{}]*)<")


def test_no_template_says_something_without_translating_it():
    bare = {}
    for path in templates():
        source = path.read_text("utf-8")
        for hidden in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"<!--.*?-->"):
            source = re.sub(hidden, "{}", source, flags=re.DOTALL)
        source = re.sub(r"<(code|kbd|svg|pre)\b.*?</\1>", "", source, flags=re.DOTALL)
        for words in WORDS_IN_MARKUP.findall(source):
            if words.strip() not in ALLOWED:
                bare.setdefault(path.relative_to(ROOT).as_posix(), []).append(
                    words.strip()
                )
    assert bare == {}


#: The same in both languages.
ALLOWED = {"labms", "ĐLVN", "CSV", "XLSX", "PDF", "JSON", "Tiếng Việt", "English"}


def test_a_text_that_is_missing_would_be_seen(texts):
    with speaking("vi"):
        assert gettext("A text that nobody has translated") == (
            "A text that nobody has translated"
        )
        assert ngettext("one", "many", 2) in {"one", "many"}
    assert "A text that nobody has translated" not in texts


def test_the_program_is_where_texts_are_looked_for():
    assert (LABMS / "locales" / "vi").is_dir()
