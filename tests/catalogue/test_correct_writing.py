"""What is written as TOML reads back as the same document."""

import tomllib
from datetime import date

import pytest

from labms.catalogue.files.writing import as_toml
from labms.catalogue.shipped import shipped_folder


def test_every_file_of_the_catalogue_reads_back_the_same():
    for path in sorted(shipped_folder().glob("[lp]*s/*[ant]-2*.toml")):
        document = tomllib.loads(path.read_text("utf-8"))

        assert tomllib.loads(as_toml(document)) == document, path.name


def test_any_text_key_and_depth_read_back_the_same():
    document = {
        "text": 'a "quoted" \\ back\nline\ttab \x00\x7f é “ ”',
        "": "an empty key",
        "with space": [True, False, 3, -4, 0.5, date(2026, 4, 15), [], [["", "1"]]],
        "points": ["Min", {"at": "50 * e", "label_vi": "50e"}],
        "mixed": ["a", {"b": {"c": []}}],
        "empty": {},
        "none": [],
        "stage": [
            {"check": [{"slug": "x", "given": {"d": "1"}}, {"limit": [{"plus": "1"}]}]},
            {"a.b": {"ä": {"deep": "x"}}, "last": "y"},
        ],
    }

    assert tomllib.loads(as_toml(document)) == document


def test_what_does_not_belong_there_is_refused():
    with pytest.raises(TypeError):
        as_toml({"nothing": None})
