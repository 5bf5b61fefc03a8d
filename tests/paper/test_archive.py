import re
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from PIL import Image, ImageCms

from labms.paper.attachments import Attachment
from labms.paper.certificate import certificate_pdf
from labms.paper.colour import srgb_profile
from tests.paper.examples import certificate
from tests.paper.preflight import verdict_on
from tests.paper.reading import text_by_pdfium, text_of
from tests.paper.test_documents import KINDS

ENCLOSED = [
    Attachment("content.json", b'{"a": 1}', "application/json", "Nội dung", "Source"),
    Attachment("V26.00123.xml", b"<a/>", "text/xml", "DCC"),
]


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.Pdf.open(BytesIO(data))


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_the_file_says_that_it_is_for_archives(draw: Any, content: Any) -> None:
    data = draw(content())
    with opened(data) as pdf, pdf.open_metadata() as says:
        assert pdf.check_pdf_syntax() == []
        assert data.startswith(b"%PDF-1.7")
        assert says.pdfa_status == "3B"
        intent = pdf.Root.OutputIntents[0]
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes() == srgb_profile()


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_both_places_for_facts_about_the_file_agree(draw: Any, content: Any) -> None:
    with opened(draw(content())) as pdf, pdf.open_metadata() as says:
        old = pdf.docinfo
        assert says["dc:title"] == str(old.Title)
        assert says["dc:creator"] == [str(old.Author)]
        assert says["dc:description"] == str(old.Subject)
        assert says["dc:language"] == {str(pdf.Root.Lang)} == {"vi-VN"}
        assert says["xmp:CreatorTool"] == str(old.Creator)
        assert says["pdf:Producer"] == str(old.Producer)
        written = re.sub(r"[-:T]", "", says["xmp:CreateDate"])
        assert str(old.CreationDate) == f"D:{written}"
        assert set(old.keys()) <= {
            *("/Title", "/Author", "/Subject", "/Creator", "/Producer"),
            *("/CreationDate", "/ModDate"),
        }


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_every_font_lies_within_the_file(draw: Any, content: Any) -> None:
    data = draw(content(test_print=True))
    reader = pypdf.PdfReader(BytesIO(data))

    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font
    assert b"Helvetica" not in data


def test_every_stream_ends_on_a_line_of_its_own() -> None:
    data = certificate_pdf(certificate(), attachments=ENCLOSED)

    ends = [m.start() for m in re.finditer(rb"endstream\nendobj", data)]
    assert len(ends) > 8
    assert all(data[place - 1 : place] == b"\n" for place in ends)


def test_enclosed_files_say_what_they_are_to_the_document() -> None:
    with opened(certificate_pdf(certificate(), attachments=ENCLOSED)) as pdf:
        assert pdf.check_pdf_syntax() == []
        found = {str(one.UF): one for one in pdf.Root.AF}

        assert {name: str(one.AFRelationship) for name, one in found.items()} == {
            "content.json": "/Source",
            "V26.00123.xml": "/Data",
        }
        for one in found.values():
            assert str(one.EF.F.Params.ModDate) == "D:20261124000000Z"
        assert str(found["V26.00123.xml"].EF.F.Subtype) == "/text/xml"
        assert str(found["content.json"].Desc) == "Nội dung"


def test_the_identifier_follows_from_everything_in_the_file() -> None:
    def identifier(data: bytes) -> bytes:
        found: Any = pypdf.PdfReader(BytesIO(data)).trailer["/ID"]
        assert found[0] == found[1]
        return bytes(found[0].original_bytes)

    one = certificate_pdf(certificate())
    other = certificate_pdf(certificate(place="Chợ Vĩnh Long"))
    more = certificate_pdf(certificate(), attachments=ENCLOSED)

    assert identifier(one) == identifier(certificate_pdf(certificate()))
    assert len({identifier(data) for data in (one, other, more)}) == 3


@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_what_is_read_from_paper_is_composed(draw: Any, content: Any) -> None:
    data = draw(content())

    for text in (text_of(data), text_by_pdfium(data)):
        assert unicodedata.is_normalized("NFC", text)
        assert "\ufffd" not in text


def test_the_colours_are_those_that_everybody_calls_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    theirs = ImageCms.createProfile("sRGB")
    shades = [(r, g, b) for r in (0, 90, 255) for g in (0, 160, 255) for b in (9, 200)]
    picture = Image.new("RGB", (len(shades), 1))
    picture.putdata(shades)

    seen = ImageCms.profileToProfile(picture, ours, theirs)
    assert seen is not None
    for place, was in enumerate(shades):
        now = seen.getpixel((place, 0))
        assert isinstance(now, tuple)
        assert all(abs(a - b) <= 1 for a, b in zip(was, now, strict=True))


@pytest.mark.long
@pytest.mark.parametrize(("draw", "content"), KINDS)
def test_a_judge_of_archives_finds_nothing(
    draw: Any, content: Any, tmp_path: Path
) -> None:
    data = draw(content(test_print=True))

    assert "is a valid PDF/A-1b file" in verdict_on(data, tmp_path)


@pytest.mark.long
def test_the_judge_finds_a_stream_that_does_not_end_its_line(tmp_path: Path) -> None:
    data = certificate_pdf(certificate())
    place = data.index(b"\nendstream")
    spoilt = data[:place] + b" " + data[place + 1 :]

    assert "is a valid" not in verdict_on(spoilt, tmp_path)
