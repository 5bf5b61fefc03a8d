from io import BytesIO
from typing import Any

import pypdf
import pytest

from labms.paper.certificate import certificate_pdf
from labms.paper.embedding import MOST, coded
from labms.paper.fonts import ASCII, FACES, SYMBOLS, VIETNAMESE, Fonts, NotPrintable
from labms.paper.notice import notice_pdf
from tests.paper.examples import certificate, notice


def programs_in(data: bytes) -> dict[str, bytes]:
    """Return the program of every font in a file, by its name."""
    page = pypdf.PdfReader(BytesIO(data)).pages[0]
    found: dict[str, bytes] = {}
    resources: Any = page["/Resources"]
    for font in resources["/Font"].values():
        descriptor = font.get_object()["/FontDescriptor"]
        found[descriptor["/FontName"]] = descriptor["/FontFile2"].get_data()
    return found


def test_all_of_vietnamese_is_one_font_of_a_face(fonts: Fonts) -> None:
    usual = ASCII + VIETNAMESE + SYMBOLS

    assert len(set(usual)) <= MOST
    for face in FACES:
        [run] = fonts.runs(usual, face)
        assert run.text == usual
        assert not run.font.endswith("-Rest")


def test_every_document_carries_the_same_bytes_of_a_font() -> None:
    one = programs_in(certificate_pdf(certificate()))
    other = programs_in(notice_pdf(notice()))

    shared = one.keys() & other.keys()
    assert len(shared) == 3
    assert all(one[name] == other[name] for name in shared)


def test_a_foreign_letter_brings_one_font_more_and_no_larger_first_one() -> None:
    plain = programs_in(certificate_pdf(certificate()))
    foreign = programs_in(certificate_pdf(certificate(place="Straße der Jäger")))

    assert plain.items() < foreign.items()
    assert len(foreign) == len(plain) + 1


def test_what_a_font_lacks_is_never_printed_as_nothing(fonts: Fonts) -> None:
    [run] = fonts.runs("Cân", "serif")
    font = run.part.ready()

    assert font.encoded("C") == "(C)"
    with pytest.raises(NotPrintable):
        font.encoded("Jäger")


def test_brackets_and_strokes_are_escaped(fonts: Fonts) -> None:
    [run] = fonts.runs("(", "serif")

    assert run.part.ready().encoded("a(b)\\c") == "(a\\(b\\)\\\\c)"


def test_more_than_255_characters_are_not_one_font() -> None:
    assert max(coded([chr(n) for n in range(0x100, 0x100 + MOST)]).values()) == 255
    with pytest.raises(ValueError, match="256"):
        coded([chr(n) for n in range(0x100, 0x101 + MOST)])
