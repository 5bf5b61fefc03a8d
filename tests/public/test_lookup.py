"""What a stranger with a phone reads."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import render_template
from sqlalchemy.exc import OperationalError

from labms import clock
from labms.certificates.rules import RevocationReason
from labms.certificates.services import (
    finish_issuing,
    revoke_certificate,
    void_reserved,
)
from labms.db import db, plain_rows, transaction
from labms.filestore import read
from labms.jobs.models import Job
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.policy import Role
from labms.public import queries
from labms.public.views import lookup
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.rules import EndingReason
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState


def page_of(client, certificate, **args):
    return client.get(f"/c/{certificate.lookup_token}", query_string=args)


def text_of(answer):
    return answer.get_data(as_text=True)


def instrument_of(certificate):
    return db.session.scalars(
        db.select(Instrument).where(Instrument.id == certificate.instrument_id)
    ).one()


def end(make, certificate, *, reason=EndingReason.REPAIRED, **given):
    now = clock.now() + timedelta(minutes=5)
    defaults = {
        "instrument_id": certificate.instrument_id,
        "reason": reason,
        "ended_at": now,
        "ended_on": clock.day_of(now),
        "recorded_by_id": make.user(Role.VERIFIER).id,
    }
    return make._add(EvidenceEnding(**defaults | given))


def test_a_valid_certificate_says_so_in_vietnamese(client, work, issue):
    certificate = issue(work.job())

    answer = page_of(client, certificate)

    assert answer.status_code == 200
    assert "Còn hiệu lực" in text_of(answer)
    assert certificate.number in text_of(answer)
    assert instrument_of(certificate).serial in text_of(answer)
    assert certificate.valid_until.strftime("%d/%m/%Y") in text_of(answer)


def test_it_says_so_in_english_too(client, work, issue):
    assert "Valid" in text_of(page_of(client, issue(work.job()), lang="en"))


def test_the_page_is_light_and_has_no_script(client, work, issue):
    page = text_of(page_of(client, issue(work.job())))
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    weight = len(page.encode()) + sum(len(client.get(one).data) for one in sheets)

    assert weight < 30_000
    assert "<script" not in page


def test_the_page_is_not_stored_and_not_searched(client, work, issue):
    headers = page_of(client, issue(work.job())).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_a_look_up_is_one_query(client, monkeypatch, work, issue, selects):
    address = f"/c/{issue(work.job()).lookup_token}"
    client.get(address)
    plain = []

    def counted(statement, given):
        plain.append(statement)
        return plain_rows(statement, given)

    monkeypatch.setattr(queries, "plain_rows", counted)
    selects.clear()

    client.get(address)

    assert (len(plain), len(selects)) == (1, 0)


@pytest.mark.parametrize("how", ["c", "stamp"])
def test_a_natural_persons_name_is_never_shown(make, client, work, issue, how):
    owner = make.organisation(
        kind=OrganisationKind.PERSON, name="Nguyễn Thị Bưởi", address="Sạp 14"
    )
    instrument = make.instrument(owner_id=owner.id)
    job = work.job(instrument_id=instrument.id)
    certificate = issue(job)
    stamp = put_on(make, work, job, serial="26V.00077", confirmed_at=clock.now())

    page = (
        text_of(page_of(client, certificate))
        if how == "c"
        else text_of(client.get(f"/s/{work.body.code}/{stamp.serial}"))
    )

    assert "Bưởi" not in page
    assert "Sạp 14" not in page
    assert "Phường Phú Khương" in page
    assert work.verifier.full_name not in page


def test_the_legal_person_and_the_commune_are_shown(make, client, work, issue):
    owner = make.organisation(name="Công ty TNHH Dừa Xanh")
    certificate = issue(work.job(instrument_id=make.instrument(owner_id=owner.id).id))

    page = text_of(page_of(client, certificate))

    assert "Công ty TNHH Dừa Xanh" in page
    assert "Phường Phú Khương" in page


def test_revoking_shows_at_once_with_its_reason(client, work, issue):
    certificate = issue(work.job())
    with transaction():
        revoke_certificate(
            certificate,
            actor=work.signatory,
            reason=RevocationReason.WRONG_RESULT,
            text="Quả cân bị nhầm khi kiểm định",
            on=clock.today(),
        )

    page = text_of(page_of(client, certificate))

    assert "Đã bị thu hồi" in page
    assert "Quả cân bị nhầm khi kiểm định" in page
    assert "Còn hiệu lực" not in page


def test_what_ended_shows_when_and_why(make, client, work, issue):
    certificate = issue(work.job())
    end(make, certificate, reason=EndingReason.FAILED)

    page = text_of(page_of(client, certificate))

    assert "Đã chấm dứt hiệu lực" in page
    assert "04/03/2031" in page
    assert "Còn hiệu lực" not in page


def test_what_had_expired_when_it_was_ended_has_expired(make, client, work, issue):
    certificate = issue(work.job())
    with clock.at(date(2032, 5, 2)):  # its last day is in March
        end(make, certificate, reason=EndingReason.FAILED, ended_on=clock.today())
        page = text_of(page_of(client, certificate))

    assert "<h1>Hết hiệu lực</h1>" in page
    assert "chấm dứt" not in page.lower()


def test_english_stays_english_along_the_way(client, work, issue):
    certificate = issue(work.job())
    tail = (
        certificate.number,
        client.get(f"/c/{certificate.lookup_token}.json").json["instrument"]["serial"],
    )

    for asked in (
        {"number": tail[0], "serial": tail[1]},
        {"code": certificate.lookup_token},
    ):
        answer = client.get("/verify", query_string=asked | {"lang": "en"})
        assert answer.location.endswith(f"/c/{certificate.lookup_token}?lang=en")
    page = client.get(f"/c/{certificate.lookup_token}?lang=en").text
    assert 'href="/verify?lang=en"' in page
    assert 'href="/verify"' not in page


def test_an_ending_that_was_withdrawn_ends_nothing(make, client, work, issue):
    certificate = issue(work.job())
    end(make, certificate, withdrawn_at=clock.now())

    assert "Còn hiệu lực" in text_of(page_of(client, certificate))


def test_an_ending_before_the_measurements_ends_nothing(make, client, work, issue):
    certificate = issue(work.job())
    end(make, certificate, ended_at=certificate.evidence_at - timedelta(seconds=1))

    assert "Còn hiệu lực" in text_of(page_of(client, certificate))


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2032, 2, 28), "Còn hiệu lực"),
        (date(2032, 3, 31), "Còn hiệu lực, sắp hết hạn"),
        (date(2032, 4, 1), "Hết hiệu lực"),
    ],
)
def test_the_calendar_decides_on_the_day_of_reading(client, work, issue, day, word):
    certificate = issue(work.job())

    with clock.at(day):
        page = text_of(page_of(client, certificate))

    assert f"<h1>{word}</h1>" in page


def test_a_notice_says_that_the_instrument_failed(client, work, issue):
    notice = issue(work.job(verdict=Verdict.FAIL))

    page = text_of(page_of(client, notice))

    assert "Còn hiệu lực" not in page
    assert "<h1>Không đạt</h1>" in page


def shape(answer):
    page = re.sub(r"[0-9A-Z]{18}", "CODE", text_of(answer))
    return answer.status_code, page, sorted(answer.headers.keys())


def test_reserved_void_and_unknown_codes_are_answered_alike(client, work, reserve):
    unknown = shape(client.get("/c/" + "0" * 18))
    reserved = reserve(work.job())
    void = reserve(work.job())
    with transaction():
        void_reserved(void, actor=work.signatory, reason="Nhầm phương tiện đo")

    assert unknown[0] == 404
    assert shape(page_of(client, reserved)) == unknown
    assert shape(page_of(client, void)) == unknown
    assert shape(client.get("/c/nonsense")) == unknown


def test_a_code_may_be_typed_with_hyphens_and_small_letters(client, work, issue):
    code = issue(work.job()).lookup_token.lower()

    assert client.get(f"/c/{code[:6]}-{code[6:12]}-{code[12:]}").status_code == 200


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
    assert "Ký tay trên bản giấy" in text_of(page_of(client, issue(work.job())))


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


def upload(client, data):
    return client.post("/verify", data={"file": (BytesIO(data), "giay.pdf")})


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


def test_when_the_database_is_away_nothing_is_called_invalid(client, monkeypatch):
    def away(*_args):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "plain_rows", away)

    answer = client.get("/c/" + "0" * 18)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Hết hiệu lực" not in text_of(answer)
    assert "chưa thể trả lời" in text_of(answer).lower()


def test_a_page_that_is_filled_in_is_the_page_that_the_template_makes(
    client, monkeypatch, make, work, issue
):
    owner = make.organisation(name='Công ty "Dừa & <b>Xanh</b>"')
    certificate = issue(work.job(instrument_id=make.instrument(owner_id=owner.id).id))
    twice = [text_of(page_of(client, certificate)) for _ in range(2)]

    def plainly(template, *, shape, values):
        return render_template(template, **shape, **values)

    monkeypatch.setattr(lookup, "filled", plainly)
    client.set_cookie("language", "vi")  # not plain, so Flask answers

    assert twice == [text_of(page_of(client, certificate))] * 2
    assert "<b>Xanh" not in twice[0]


def test_the_doorway_says_what_flask_would(app, client, monkeypatch, work, issue):
    certificate = issue(work.job())
    by_flask = page_of(client, certificate)
    monkeypatch.setattr(app, "full_dispatch_request", None)

    by_the_doorway = page_of(client, certificate)

    assert by_the_doorway.data == by_flask.data
    assert sorted(by_the_doorway.headers) == sorted(by_flask.headers)


@pytest.mark.parametrize("query", ["lang=en", "lang=xx", "lang=en&x=1"])
def test_flask_and_the_doorway_agree_on_the_language(client, work, issue, query):
    address = f"/c/{issue(work.job()).lookup_token}?{query}"

    first, second = client.get(address), client.get(address)

    assert first.data == second.data
    assert ("Valid until" in text_of(first)) is query.startswith("lang=en")


def put_on(make, work, job, *, serial="26V.00001", **given):
    defaults = {
        "body_id": work.body.id,
        "serial": serial,
        "instrument_id": job.instrument_id,
        "job_id": job.id,
        "applied_at": job.submitted_at,
        "applied_on": job.performed_on,
        "applied_by_id": work.verifier.id,
        "valid_until": job.valid_until,
    }
    return make._add(Stamp(**defaults | given))


def stamp_page(client, work, stamp):
    return client.get(f"/s/{work.body.code}/{stamp.serial}")


def test_a_stamp_awaits_its_job(make, client, work):
    stamp = put_on(make, work, work.job())

    page = text_of(stamp_page(client, work, stamp))
    assert "<h1>Chờ xác nhận</h1>" in page
    assert "Khi xác nhận, có giá trị đến" in page
    answer = client.get("/verify?stamp=26v.00001")
    assert answer.location.endswith(f"/s/{work.body.code}/26V.00001")
    other = work.job()
    put_on(make, work, other, body_id=make.body().id)
    assert client.get("/verify?stamp=26V.00001").text.count('class="button"') == 2
    assert client.get("/verify?stamp=26V.00002").status_code == 404


def test_a_stamp_is_confirmed_by_its_certificate(settings, make, client, work, reserve):
    job = work.job()
    stamp = put_on(make, work, job)
    certificate = finish_issuing(reserve(job).id, settings=settings)

    page = text_of(stamp_page(client, work, stamp))

    assert "<h1>Còn hiệu lực</h1>" in page
    assert certificate.number in page


def test_a_stamp_leads_to_its_certificate_whoever_knows_the_instrument(
    settings, make, client, work, reserve
):
    job = work.job()
    stamp = put_on(make, work, job)
    certificate = finish_issuing(reserve(job).id, settings=settings)
    secret = f"/c/{certificate.lookup_token}"
    serial = instrument_of(certificate).serial
    address = f"/s/{work.body.code}/{stamp.serial}?serial="

    walked_by = text_of(stamp_page(client, work, stamp))
    guessed = client.get(address + "XXXX")
    read_off = text_of(client.get(address + serial[-4:]))

    for page in (walked_by, text_of(guessed)):
        assert secret not in page
        assert serial not in page
    assert guessed.status_code == 403
    assert secret in read_off
    assert serial in read_off


def test_a_stamp_may_stand_alone(make, client, work):
    stamp = put_on(make, work, work.job(), confirmed_at=clock.now())

    assert "<h1>Còn hiệu lực</h1>" in text_of(stamp_page(client, work, stamp))


def test_an_expired_stamp_says_so(make, client, work):
    stamp = put_on(
        make, work, work.job(), confirmed_at=clock.now(), valid_until=date(2031, 3, 3)
    )

    assert "<h1>Hết hiệu lực</h1>" in text_of(stamp_page(client, work, stamp))


def test_a_stamp_ends_with_its_instruments_evidence(make, client, work):
    job = work.job()
    stamp = put_on(make, work, job, confirmed_at=clock.now())
    end(make, db.session.scalars(db.select(Job).where(Job.id == job.id)).one())

    assert "<h1>Đã chấm dứt hiệu lực</h1>" in text_of(stamp_page(client, work, stamp))


def test_a_destroyed_stamp_says_so(make, client, work):
    stamp = put_on(
        make,
        work,
        work.job(),
        state=StampState.CANCELLED,
        cancel_reason="Bị rách khi dán",
        cancelled_on=clock.today(),
    )

    page = text_of(stamp_page(client, work, stamp))

    assert "<h1>Đã hủy</h1>" in page


def test_a_stamp_of_a_revoked_certificate_is_revoked_too(
    settings, make, client, work, reserve
):
    job = work.job()
    stamp = put_on(make, work, job)
    certificate = finish_issuing(reserve(job).id, settings=settings)
    with transaction():
        revoke_certificate(
            certificate,
            actor=work.signatory,
            reason=RevocationReason.OTHER,
            text="Nhầm phương tiện đo",
            on=clock.today(),
        )

    assert "<h1>Đã bị thu hồi</h1>" in text_of(stamp_page(client, work, stamp))


def test_an_unknown_stamp_is_answered_like_an_unknown_code(client, work):
    answer = client.get(f"/s/{work.body.code}/99X.99999")

    assert shape(answer) == shape(client.get("/c/" + "0" * 18))
