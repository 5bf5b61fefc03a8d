import unicodedata
from pathlib import Path

import pytest

from labms.paper import fonts as module
from labms.paper.fonts import (
    FACES,
    VIETNAMESE,
    Fonts,
    NotComposed,
    NotPrintable,
    check_printable,
    prepare_fonts,
    web_font,
)


def test_every_vietnamese_letter_is_in_every_face(fonts: Fonts) -> None:
    composed = {
        unicodedata.normalize("NFC", letter + mark + tone)
        for letter in "aeiouyAEIOUY"
        for mark in ("", "\u0302", "\u0306", "\u031b")
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    }
    letters = {one for one in composed if len(one) == 1 and not one.isascii()}
    wanted = set(VIETNAMESE)

    assert len(VIETNAMESE) == len(wanted) == 134
    assert wanted - set("Đđ") <= letters
    for face in FACES:
        assert len(fonts.runs(VIETNAMESE, face)) == 1


@pytest.mark.parametrize("sign", "±×÷≤≥≈√µμΩΔ°²³−–—…“”⁻₂‰№½→☐")
def test_signs_of_measurement_can_be_printed(sign: str) -> None:
    check_printable(f"5 {sign} 3")


def test_a_foreign_maker_is_printed_with_the_second_subset(fonts: Fonts) -> None:
    runs = fonts.runs("Dräger Straße", "serif")

    assert "".join(run.text for run in runs) == "Dräger Straße"
    assert [run.text for run in runs if run.font.endswith("-Rest")] == ["ä", "ß"]


def test_a_character_that_no_font_has_is_named_with_its_place() -> None:
    with pytest.raises(NotPrintable) as refusal:
        check_printable("Cân 電子", where="instrument.name_vi")

    assert refusal.value.details == {
        "character": "電",
        "code": "U+96FB",
        "position": 5,
        "where": "instrument.name_vi",
    }


@pytest.mark.parametrize("hidden", ["\t", "\u200b", "\u202e", "\u00ad", "\x00"])
def test_invisible_characters_are_refused(hidden: str) -> None:
    with pytest.raises(NotPrintable):
        check_printable(f"a{hidden}b")


def test_separate_accents_are_refused() -> None:
    with pytest.raises(NotComposed) as refusal:
        check_printable(unicodedata.normalize("NFD", "Đo lường"))

    assert refusal.value.details["character"] == "ư"
    assert refusal.value.details["position"] == 5


def test_cached_faces_are_not_made_again(
    font_folder: Path, fonts: Fonts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_made", None)
    files = {path.name for path in font_folder.iterdir()}

    prepare_fonts(font_folder)

    assert {path.name for path in font_folder.iterdir()} == files
    assert not any(name.endswith(".part") for name in files)


@pytest.mark.long
def test_web_fonts_are_small_woff_files(font_folder: Path) -> None:
    paths = web_font(font_folder)

    assert set(paths) == {"regular", "semibold"}
    for path in paths.values():
        data = path.read_bytes()
        assert data[:4] == b"wOFF"
        assert len(data) < 60_000
