import random

import pytest

from labms.paper.pages import document
from labms.paper.qr import qr_rows, qr_svg, searched_rows
from labms.paper.qr_tables import OFTEN, Tables
from tests.paper.examples import URL
from tests.paper.reading import codes_in, picture

#: The letters of a secret code: Crockford's base 32.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_an_address_with_a_host_of_17_letters_fits_29_modules() -> None:
    code = "7G3K9QW2ZX5T8M4N6P"

    assert len(qr_rows(f"https://{'d' * 17}/c/{code}")) == 29
    assert len(qr_rows(f"https://{'d' * 30}/c/{code}")) == 33


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


@pytest.mark.parametrize(
    "host",
    [
        "do.vinhlong.gov.vn",
        pytest.param("kiemdinh.vinhlong.example", marks=pytest.mark.long),
    ],
)
def test_codes_from_tables_are_those_of_the_encoder(host: str) -> None:
    tables = Tables(searched_rows, shortest_run=8)
    chance = random.Random(host)
    codes = ["".join(chance.choices(CROCKFORD, k=18)) for _ in range(OFTEN + 40)]
    codes[-1] = "A1234567890BCDEFGH"  # digits that are packed in another way

    made = {code: tables.rows(f"https://{host}/c/{code}") for code in codes}

    assert [code for code, rows in made.items() if rows is None] == [
        *codes[: OFTEN - 1],
        codes[-1],
    ]
    for code, rows in made.items():
        if rows is not None:
            assert rows == searched_rows(f"https://{host}/c/{code}")


def test_the_tables_are_for_few_addresses() -> None:
    asked: list[str] = []

    def encode(text: str) -> tuple[str, ...]:
        asked.append(text)
        return ("10", "01")

    tables = Tables(encode, shortest_run=8)
    for host in range(20):
        for _ in range(OFTEN):
            tables.rows(f"https://h{host}.example/c/ABCDEFGHJK")

    assert len({text.split("/c")[0] for text in asked}) == 8
