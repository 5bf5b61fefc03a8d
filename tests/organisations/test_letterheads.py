"""What a body's documents bear: its languages, and a logo made plain."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from labms.organisations.logos import SIDE, BadLogo, plain_logo
from labms.organisations.queries import letterhead_of, picture_called
from labms.organisations.rules import DocumentLanguage
from labms.paper.pictures import picture_of
from labms.policy import Role


def drawn(kind: str = "PNG", mode: str = "RGBA", side: int = 900) -> bytes:
    """A red disc, on nothing where there may be nothing."""
    picture = Image.new(mode, (side, side), (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).ellipse((1, 1, side - 2, side - 2), fill="red")
    buffer = BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def body(make: Any) -> Any:
    return make.body()


@pytest.fixture
def keeper(make: Any, client: Any, body: Any) -> Any:
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=body))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("JPEG", "RGB")])
def test_a_logo_becomes_small_and_loses_what_shines_through(kind: str, mode: str):
    plain = plain_logo(drawn(kind, mode))
    picture = Image.open(BytesIO(plain))

    assert picture.size == (SIDE, SIDE)
    assert picture.mode == "P"
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert picture_of(plain).width == SIDE
    assert plain_logo(drawn(kind, mode)) == plain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"GIF89a" + bytes(40),
        drawn()[:200],
        drawn(side=9),
        bytes(2_000_001),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_what_is_no_logo_is_refused(data: bytes):
    with pytest.raises(BadLogo):
        plain_logo(data)


def test_a_body_says_what_its_documents_bear(keeper, body):
    answer = keeper.post(
        f"/organisations/{body.id}/letterhead",
        data={"language": "vietnamese", "logo": (BytesIO(drawn()), "logo.png")},
        follow_redirects=True,
    )

    assert answer.status_code == 200
    found = letterhead_of(body.id)
    assert found is not None
    assert found.language is DocumentLanguage.VIETNAMESE
    shown = keeper.get(f"/organisations/{body.id}/logo.png")
    assert shown.data == picture_called(found.logo_hash or "")


def test_a_file_that_is_no_picture_stays_on_the_page(keeper, body):
    answer = keeper.post(
        f"/organisations/{body.id}/letterhead",
        data={"language": "vietnamese", "logo": (BytesIO(b"%PDF"), "logo.png")},
    )

    assert 'id="logo-errors"' in answer.text
    assert letterhead_of(body.id) is None


def test_a_logo_can_be_given_up(keeper, body):
    address = f"/organisations/{body.id}/letterhead"
    keeper.post(
        address,
        data={"language": "bilingual", "logo": (BytesIO(drawn()), "logo.png")},
    )
    keeper.post(address, data={"language": "bilingual", "no_logo": "y"})

    found = letterhead_of(body.id)
    assert found is not None
    assert found.logo_hash is None
    assert keeper.get(f"/organisations/{body.id}/logo.png").status_code == 404
