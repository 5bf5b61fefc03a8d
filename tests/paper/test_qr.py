from labms.paper.pages import document
from labms.paper.qr import qr_matrix, qr_svg
from tests.paper.examples import URL
from tests.paper.reading import codes_in, picture


def test_an_address_with_a_host_of_17_letters_fits_29_modules() -> None:
    code = "7G3K9QW2ZX5T8M4N6P"

    assert len(qr_matrix(f"https://{'d' * 17}/c/{code}")) == 29
    assert len(qr_matrix(f"https://{'d' * 30}/c/{code}")) == 33


def test_a_code_of_20_mm_is_read_at_150_dpi() -> None:
    data = document(
        [lambda sheet: sheet.qr(100, 100, URL, 25 * 72 / 25.4)],
        title="",
        author="",
        subject="",
        made_on="2026-11-24",
    )

    assert codes_in(picture(data)) == [URL]


def test_a_label_cannot_break_out_of_the_picture() -> None:
    svg = qr_svg(URL, label='"><script>')

    assert "<script" not in svg
    assert "aria-label=" in svg
    assert "style=" not in svg
