"""Who knows how the serial number ends opens the document."""

from labms.certificates.handing import record_signing
from labms.certificates.queries import certificate_by_id
from labms.db import transaction
from labms.filestore import read
from tests.public.looking import instrument_of, page_of, text_of


def test_the_file_opens_with_the_end_of_the_serial(settings, client, work, issue):
    certificate = issue(work.job())
    tail = instrument_of(certificate).serial[-4:].lower()

    answer = client.get(f"/c/{certificate.lookup_token}.pdf?serial={tail}")

    assert answer.status_code == 200
    assert answer.data == read(settings.files_dir, certificate.file_hash)


def test_without_the_serial_neither_file_nor_content_open(client, work, issue):
    certificate = issue(work.job())

    assert client.get(f"/c/{certificate.lookup_token}.pdf").status_code == 403
    wrong = client.get(f"/c/{certificate.lookup_token}.json?serial=9999")
    assert wrong.status_code == 403
    assert "content" not in client.get(f"/c/{certificate.lookup_token}.json").json


def test_a_wrong_end_of_the_serial_stays_in_its_field(client, work, issue):
    certificate = issue(work.job())
    address = f"/c/{certificate.lookup_token}"

    told = text_of(client.get(f'{address}.pdf?serial=<"9X'))

    assert 'value="&lt;&#34;9X"' in told
    assert "9X" not in text_of(client.get(f"{address}?serial=9X"))


def test_it_says_that_it_is_signed_by_hand(client, work, issue):
    certificate = issue(work.job())
    told = text_of(page_of(client, certificate))
    assert "Ký tay trên bản giấy (tổ chức chưa ghi nhận việc ký" in told

    with transaction():
        record_signing(
            certificate_by_id(certificate.id),
            signed_on=certificate.issued_on,
            sealed_on=None,
            actor=work.signatory,
        )

    told = text_of(page_of(client, certificate))
    assert "Ký tay trên bản giấy" in told
    assert "chưa ghi nhận" not in told


def test_all_content_opens_as_json_with_the_serial(client, work, issue):
    certificate = issue(work.job())
    tail = instrument_of(certificate).serial[-4:]

    told = client.get(f"/c/{certificate.lookup_token}.json?serial={tail}").json

    assert told["standing"] == "valid"
    assert told["content"]["number"] == certificate.number


def test_a_colleague_who_is_signed_in_needs_no_serial(make, client, work, issue):
    certificate = issue(work.job())
    make.sign_in(client, work.signatory)

    assert client.get(f"/c/{certificate.lookup_token}.pdf").status_code == 200


def test_guessing_serials_is_slowed_down_and_looking_is_not(client, work, issue):
    certificate = issue(work.job())
    answers = [
        client.get(f"/c/{certificate.lookup_token}.pdf?serial={n:04}").status_code
        for n in range(12)
    ]

    assert answers == [403] * 10 + [429] * 2
    assert page_of(client, certificate).status_code == 200


def test_right_serials_are_not_counted(client, work, issue):
    certificate = issue(work.job())
    tail = instrument_of(certificate).serial[-4:]
    address = f"/c/{certificate.lookup_token}.pdf?serial={tail}"

    assert {client.get(address).status_code for _ in range(15)} == {200}


def test_a_number_with_its_serial_leads_to_the_page(client, work, issue):
    certificate = issue(work.job())
    tail = instrument_of(certificate).serial[-4:]

    right = client.get(
        "/verify", query_string={"number": certificate.number, "serial": tail}
    )
    wrong = client.get(
        "/verify", query_string={"number": certificate.number, "serial": "0000"}
    )
    missing = client.get("/verify", query_string={"number": "X", "serial": tail})

    assert right.location.endswith(f"/c/{certificate.lookup_token}")
    assert wrong.status_code == missing.status_code == 404
