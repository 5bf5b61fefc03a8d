from io import BytesIO

import pypdf
import pytest
from click.testing import CliRunner

from labms import clock
from labms.organisations.queries import body_by_id
from labms.policy import Role
from labms.stamps.cli import group
from labms.stamps.printing import BadRange, authority_of, serials_between
from labms.stamps.rules import BadStampSerial
from tests.paper.reading import codes_in, picture, text_of


@pytest.fixture
def keeper(lab, client):
    return lab.make.sign_in(client, lab.receptionist)


def test_serials_of_a_roll_keep_their_zeros():
    assert serials_between("26v.00099", "26V.00101") == [
        "26V.00099",
        "26V.00100",
        "26V.00101",
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("26V.00002", "26V.00001"),
        ("26V.1", "26V.10"),
        ("26V.00001", "27V.00002"),
        ("26V.00001", "26V.02001"),
        ("ABC", "ABD"),
    ],
)
def test_what_is_no_roll_is_refused(first, last):
    with pytest.raises(BadRange):
        serials_between(first, last)


def test_a_serial_is_still_a_serial():
    with pytest.raises(BadStampSerial):
        serials_between("Ộ1", "Ộ2")


def test_a_roll_is_printed_from_its_page(keeper, lab, settings):
    page = keeper.get("/stamps/print")
    assert "25 × 35" in page.text

    answer = keeper.get(
        "/stamps/print?first=26V.00001&last=26V.00012&size=25x35&dpi=203"
    )

    assert answer.mimetype == "application/pdf"
    body = body_by_id(lab.body.id)
    assert len(pypdf.PdfReader(BytesIO(answer.data)).pages) == 12
    [code] = codes_in(picture(answer.data, dpi=203))
    assert code == f"{settings.public_url}/s/{body.code}/26V.00001"
    assert authority_of(body, clock.today()) in text_of(answer.data)


def test_a_wrong_range_stays_on_the_page(keeper):
    answer = keeper.get("/stamps/print?first=26V.9&last=26V.1&size=25x35&dpi=203")

    assert answer.mimetype == "text/html"
    assert 'value="26V.9"' in answer.text
    assert "26V.1" in answer.text


def test_used_stamps_are_not_printed_again(keeper, lab):
    serial = lab.submitted(stamp="26V.00005").stamp_serial

    answer = keeper.get(
        f"/stamps/print?first={serial}&last={serial}&size=25x35&dpi=203"
    )

    assert answer.mimetype == "text/html"
    assert serial in answer.text


def test_an_order_has_its_stickers(keeper, lab, settings):
    job = lab.approved(stamp="26V.00007")
    address = f"/certificates/stickers/{job.order_id}"
    assert "26V.00007" in keeper.get(address).text

    answer = keeper.get(f"{address}?size=45x28&dpi=300")

    assert answer.mimetype == "application/pdf"
    assert "26V.00007" in text_of(answer.data)
    assert f"{job.valid_until.month:02}/{job.valid_until.year}" in text_of(answer.data)


def test_a_roll_is_printed_by_a_command_too(lab, tmp_path):
    file = tmp_path / "roll.pdf"
    words = ["print", "26V.00001", "26V.00003", "--as", lab.receptionist.login]
    done = CliRunner().invoke(group, [*words, "--output", str(file)])

    assert done.exit_code == 0, done.output
    assert len(pypdf.PdfReader(file).pages) == 3


def test_a_reviewer_prints_no_stamps(lab, client):
    reviewer = lab.make.sign_in(client, lab.make.user(Role.REVIEWER, body=lab.body))

    assert reviewer.get("/stamps/print").status_code == 403
