from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from labms.paper.qr import draw_qr, qr_matrix, qr_svg
from tests.paper.examples import URL
from tests.paper.reading import codes_in, picture


def test_an_address_with_a_host_of_17_letters_fits_29_modules() -> None:
    code = "7G3K9QW2ZX5T8M4N6P"

    assert len(qr_matrix(f"https://{'d' * 17}/c/{code}")) == 29
    assert len(qr_matrix(f"https://{'d' * 30}/c/{code}")) == 33


def test_a_code_of_20_mm_is_read_at_150_dpi() -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    draw_qr(canvas, URL, 100, 100, 25 * 72 / 25.4)
    canvas.save()

    assert codes_in(picture(buffer.getvalue())) == [URL]


def test_a_label_cannot_break_out_of_the_picture() -> None:
    svg = qr_svg(URL, label='"><script>')

    assert "<script" not in svg
    assert "aria-label=" in svg
    assert "style=" not in svg
