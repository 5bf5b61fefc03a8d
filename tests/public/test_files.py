"""A file that anybody sends: each way in which it lies is named."""

import html
import threading
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from labms import clock
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.db import transaction
from labms.filestore import read
from labms.public import examination
from labms.public.doorway import Doorway
from tests.public.looking import upload


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def document(work, issue):
    return issue(work.job())


@pytest.fixture
def file(settings, document):
    return read(settings.files_dir, document.file_hash)


def saved_anew(data, change=None):
    """The file as another program saves it, perhaps with something changed."""
    with pikepdf.open(BytesIO(data)) as pdf:
        if change:
            change(pdf)
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def with_more_on_the_page(pdf):
    pdf.pages[0].contents_add(b"q 0 0 100 100 re f Q")


def without_words(pdf):
    del pdf.attachments["content.json"]


def with_strangers_file(pdf):
    pdf.attachments["thu.txt"] = b"xin chao"


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (lambda data: data + b" ", "thêm"),
        (lambda data: data[:-200], "Không đọc được tệp"),
        (lambda data: saved_anew(data, with_more_on_the_page), "Trang 1"),
        (lambda data: saved_anew(data, with_strangers_file), "thu.txt"),
        (lambda _data: saved_anew_blank(), "Không phải tệp"),
    ],
    ids=["extended", "cut off", "page changed", "file put in", "another file"],
)
def test_each_lie_is_named(client, file, document, lie, named):
    answer = upload(client, lie(file))

    page = text_of(answer)
    assert answer.status_code == 404
    assert named in page
    assert "Còn hiệu lực" not in page


def test_a_photo_is_called_no_pdf_and_not_a_forgery(client):
    page = text_of(upload(client, b"\xff\xd8\xff\xe0" + bytes(500)))

    assert "Không phải tệp PDF" in page
    assert "Không được tin" not in page
    assert "Không được tin" in text_of(upload(client, b"%PDF-1.7 nothing"))


def saved_anew_blank():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_a_genuine_file_of_a_revoked_document_is_no_good_news(
    client, file, document, work
):
    with transaction():
        revoke_certificate(
            certificate_by_id(document.id, for_update=True),
            actor=work.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Kết quả đo sai.",
            on=clock.today(),
        )

    page = text_of(upload(client, file))

    assert "không còn hiệu lực" in page
    assert "Đã bị thu hồi" in page


def test_too_many_at_once_come_again_later(client, file, monkeypatch):
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(examination, "_places", places)
    with places:
        answer = upload(client, file + b" ")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert upload(client, file).status_code == 200, "a known file needs no place"
    assert upload(client, file + b" ").status_code == 404


def test_a_file_too_large_and_too_many_files_are_refused(client, monkeypatch):
    monkeypatch.setattr("labms.public.views.verifying.MOST_BYTES", 1000)
    monkeypatch.setattr(examination, "MOST_BYTES", 1000)
    assert upload(client, b"%PDF" + b"0" * 1000).status_code == 422
    monkeypatch.setattr("labms.public.views.verifying.MOST_FROM_ADDRESS", 1)
    answer = upload(client, b"%PDF-1.7 nothing")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"


def test_an_address_of_earlier_years_leads_to_todays(app, settings):
    former = replace(settings, former_urls=("https://cu.example.vn",))
    door, told = Doorway(app, former), {}

    def start(status, headers):
        told.update(dict(headers), status=status)

    environ = {
        "HTTP_HOST": "cu.example.vn",
        "PATH_INFO": "/c/ABC",
        "QUERY_STRING": "lang=en",
        "REQUEST_METHOD": "GET",
    }
    door(environ, start)

    assert told["status"].startswith("308")
    assert told["Location"] == f"{settings.public_url}/c/ABC?lang=en"


def test_a_file_that_was_issued_is_recognised(settings, client, work, issue):
    certificate = issue(work.job())
    data = read(settings.files_dir, certificate.file_hash)

    answer = upload(client, data)

    assert answer.status_code == 200
    assert certificate.number in text_of(answer)
    assert "Còn hiệu lực" in text_of(answer)


def test_a_file_with_one_changed_byte_is_not(settings, client, work, issue):
    certificate = issue(work.job())
    data = read(settings.files_dir, certificate.file_hash)

    answer = upload(client, data + b" ")

    assert answer.status_code == 404
    assert "Còn hiệu lực" not in text_of(answer)
    assert f"/c/{certificate.lookup_token}" in text_of(answer), "what was issued"


def test_no_file_is_asked_for_again(client):
    assert upload(client, b"").status_code == 422
