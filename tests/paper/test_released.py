"""Content of every released schema is drawn for ever: one file of each is kept here."""

import json
from pathlib import Path
from typing import Any

import pytest

from labms.certificates.pdf import _DRAW
from tests.paper.reading import text_of

KEPT = sorted(Path(__file__).with_name("released").glob("*.json"))


def content_in(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def test_a_file_of_every_schema_is_kept() -> None:
    assert {file.stem for file in KEPT} == set(_DRAW)


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_what_was_released_can_still_be_drawn(file: Path) -> None:
    says = content_in(file)

    text = text_of(_DRAW[says["schema"]](says))

    assert says["number"] in text
    assert says["instrument"]["serial"] in text
    assert says["owner"]["name"] in text
