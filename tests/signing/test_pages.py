"""The pages on which documents are signed, sent in, and looked at."""

import io
import re
import zipfile
from datetime import date

import pikepdf
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, live_document_of
from labms.certificates.rules import FileKind
from labms.db import db
from labms.filestore import hash_of, read
from labms.policy import Role
from labms.signing.rules import SigningWay
from tests.paper.reading import text_of as words_in
from tests.signing.authority import holder, signed
from tests.signing.conftest import PASSWORD, rows_of
from tests.signing.test_reading import page

pytestmark = pytest.mark.long


def shown_on(answer):
    text = answer.get_data(as_text=True)
    return re.search(r'name="shown"[^>]*value="([0-9a-f]{64})"', text).group(1)


def text_of(answer):
    return answer.get_data(as_text=True)


def sent(*files):
    return [
        FileStorage(io.BytesIO(data), filename=name, content_type="application/pdf")
        for name, data in files
    ]


KY = holder("Le Van Ky")


def send_in(desk, data, **given):
    """Send a signed file in, with the tick that it is taken whoever vouches for it."""
    return desk.post(
        "/certificates/to-sign",
        data={"files": sent(("a.pdf", data)), "nevertheless": "y", **given},
        content_type="multipart/form-data",
    )


def test_who_signs_in_the_bodys_name_enters_the_password(desk, work, signs):
    signs()
    job_id = work.job().id
    reading = desk.get(f"/certificates/issue/{job_id}")
    assert 'name="password"' in text_of(reading)
    shown = shown_on(reading)

    for password in ("", "wrong password"):
        answer = desk.post(
            f"/certificates/issue/{job_id}", data={"shown": shown, "password": password}
        )
        assert answer.status_code == 422
        assert live_document_of(job_id) is None
    assert "Sai mật khẩu." in text_of(answer)  # there is no login to be wrong
    answer = desk.post(
        f"/certificates/issue/{job_id}", data={"shown": shown, "password": PASSWORD}
    )

    assert answer.status_code == 302
    assert [row.kind for row in rows_of(live_document_of(job_id))] == [FileKind.SEALED]


def test_by_hand_nobody_is_asked_again(desk, work):
    job_id = work.job().id
    reading = desk.get(f"/certificates/issue/{job_id}")
    assert 'name="password"' not in text_of(reading)

    answer = desk.post(
        f"/certificates/issue/{job_id}", data={"shown": shown_on(reading)}
    )

    assert answer.status_code == 302


def test_too_many_wrong_passwords_lock_the_pen_as_they_lock_the_door(desk, work, signs):
    signs()
    job_id = work.job().id
    shown = shown_on(desk.get(f"/certificates/issue/{job_id}"))
    for _ in range(12):
        desk.post(
            f"/certificates/issue/{job_id}", data={"shown": shown, "password": "x"}
        )

    desk.post(
        f"/certificates/issue/{job_id}", data={"shown": shown, "password": PASSWORD}
    )

    assert live_document_of(job_id) is None


def test_all_that_wait_are_downloaded_signed_and_sent_in(
    settings, desk, work, issue, signs
):
    signs(SigningWay.TOKEN)
    person = holder("Le Van Ky")
    documents = [issue(work.job()) for _ in range(3)]
    listed = text_of(desk.get("/certificates/to-sign"))
    assert all(one.number in listed for one in documents)

    answer = desk.get("/certificates/to-sign.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        plain = {name: packed.read(name) for name in packed.namelist()}
    assert {hash_of(data) for data in plain.values()} == {
        one.file_hash for one in documents
    }
    back = io.BytesIO()
    with zipfile.ZipFile(back, "w") as made:
        for name, data in plain.items():
            made.writestr(f"da-ky/{name}", signed(data, person))

    def send(**ticked):
        files = ("tat-ca.zip", back.getvalue()), ("khac.pdf", signed(page(), person))
        return desk.post(
            "/certificates/to-sign",
            data={"files": sent(*files), **ticked},
            content_type="multipart/form-data",
        )

    first = text_of(send())
    assert "không biết tổ chức nào bảo đảm cho chứng thư số của Le Van Ky" in first
    assert 'name="nevertheless"' in first
    assert first.count("badge--good") == 0
    answer = send(nevertheless="y")

    assert answer.status_code == 422
    told = text_of(answer)
    assert told.count("badge--good") == 3
    assert told.count("badge--bad") == 1
    assert "khac.pdf" in told
    assert "Không có giấy nào" in text_of(desk.get("/certificates/to-sign"))
    for one in documents:
        assert [row.kind for row in rows_of(one)] == [FileKind.TOKEN]


def test_without_a_file_nothing_is_lost_but_a_word(desk):
    assert desk.post("/certificates/to-sign", data={}).status_code == 422


def test_a_documents_page_shows_its_files_and_gives_each(
    settings, desk, work, issue, signs
):
    signs(SigningWay.TOKEN)
    certificate = issue(work.job())
    issued = read(settings.files_dir, certificate.file_hash)
    data = signed(issued, holder("Le Van Ky"))
    send_in(desk, data)
    address = f"/certificates/{certificate.id}"

    shown = text_of(desk.get(address))

    assert "Le Van Ky" in shown
    for digest, wanted in ((certificate.file_hash, issued), (hash_of(data), data)):
        assert f"{address}/files/{digest}" in shown
        answer = desk.get(f"{address}/files/{digest}")
        assert answer.data == wanted
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert desk.get(f"{address}.pdf").data == data
    assert desk.get(f"{address}/files/{'0' * 64}").status_code == 404


def test_what_the_server_signed_is_handed_over_and_its_print_sealed(
    desk, work, issue, signs
):
    signs()
    certificate = issue(work.job())
    where = f"/certificates/{certificate.id}"
    assert f"{where}/handed-over" in text_of(desk.get(where))

    sealed = desk.post(
        f"{where}/signed", data={"signed_on": "04/03/2031", "sealed_on": "04/03/2031"}
    )
    early = desk.post(f"{where}/handed-over", data={"to": "Bà Sáu", "on": "03/03/2031"})
    handed = desk.post(
        f"{where}/handed-over", data={"to": "Bà Sáu", "on": "04/03/2031"}
    )

    assert [one.status_code for one in (sealed, early, handed)] == [302, 422, 302]
    db.session.expire_all()
    after = certificate_by_id(certificate.id)
    assert after.sealed_on == after.handed_over_on == date(2031, 3, 4)
    assert "Đã giao ngày 04/03/2031 cho Bà Sáu" in text_of(desk.get(where))


def test_nothing_is_handed_over_before_the_token_has_signed(
    settings, desk, work, issue, signs
):
    signs(SigningWay.TOKEN)
    certificate = issue(work.job())
    where = f"/certificates/{certificate.id}"
    given = {"to": "Bà Sáu", "on": "04/03/2031"}
    assert f"{where}/handed-over" not in text_of(desk.get(where))
    assert desk.post(f"{where}/handed-over", data=given).status_code == 422

    send_in(desk, signed(read(settings.files_dir, certificate.file_hash), KY))

    assert f"{where}/handed-over" in text_of(desk.get(where))
    assert desk.post(f"{where}/handed-over", data=given).status_code == 302


def picture(kind="PNG"):
    made = io.BytesIO()
    Image.new("L", (60, 80), 200).save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (page(), "application/pdf"),
    ],
)
def test_a_scan_is_kept_with_its_document(desk, work, issue, data, media_type):
    certificate = issue(work.job())
    address = f"/certificates/{certificate.id}"

    for wanted in (302, 409):  # the very file is kept once
        answer = desk.post(
            f"{address}/scan",
            data={"scan": sent(("quet", data))[0]},
            content_type="multipart/form-data",
        )
        assert answer.status_code == wanted

    (row,) = rows_of(certificate)
    assert (row.kind, row.media_type) == (FileKind.SCAN, media_type)
    answer = desk.get(f"{address}/files/{hash_of(data)}")
    assert (answer.data, answer.mimetype) == (data, media_type)
    assert desk.get(f"{address}.pdf").data != data


def test_an_electronic_file_of_ours_is_no_scan(settings, desk, work, issue):
    certificate, other = issue(work.job()), issue(work.job())
    issued = read(settings.files_dir, other.file_hash)
    anew = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued)) as pdf:
        pdf.save(anew)

    for data in (issued, issued + b"\n% more\n", anew.getvalue()):
        answer = desk.post(
            f"/certificates/{certificate.id}/scan",
            data={"scan": sent(("quet", data))[0]},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 422
        assert "không phải bản quét" in text_of(answer)
    assert rows_of(certificate) == []


def test_a_preview_does_not_say_that_it_is_signed(settings, desk, work, issue, signs):
    signs()
    job = work.job()

    told = words_in(desk.get(f"/certificates/preview/{job.id}.pdf").data)

    assert "SẼ ĐƯỢC KÝ SỐ" in told
    assert "ĐÃ KÝ SỐ" not in told
    certificate = issue(job)
    assert "ĐÃ KÝ SỐ" in words_in(read(settings.files_dir, certificate.file_hash))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a rubbish",
        b"%PDF-1.4 and nothing",
        picture("GIF"),
        b"<html><script>alert(1)</script>",
        picture("PNG")[:20],
    ],
)
def test_what_is_no_scan_is_refused_whatever_it_is_called(desk, work, issue, data):
    certificate = issue(work.job())

    answer = desk.post(
        f"/certificates/{certificate.id}/scan",
        data={"scan": sent(("quet.pdf", data))[0]},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert rows_of(certificate) == []


def test_only_the_bodys_own_people_send_in_and_attach(make, client, work, issue):
    certificate = issue(work.job())
    stranger = make.sign_in(client, make.user(Role.SIGNATORY, body=make.body()))

    answer = stranger.post(
        f"/certificates/{certificate.id}/scan",
        data={"scan": sent(("quet.png", picture()))[0]},
        content_type="multipart/form-data",
    )

    assert answer.status_code in {403, 404}
    assert db.session.get(Certificate, certificate.id) is not None
    assert rows_of(certificate) == []
