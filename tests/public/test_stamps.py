"""What a stranger reads of a stamp."""

from datetime import date

from labms import clock
from labms.certificates.finishing import finish_issuing
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.registry.models import Instrument
from labms.stamps.rules import StampState
from tests.public.looking import end, instrument_of, put_on, shape, stamp_page, text_of


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


def test_a_stamp_page_speaks_of_the_stamp_and_of_what_of_the_serial_is_shown(
    make, client, work
):
    job = work.job()
    stamp = put_on(make, work, job, confirmed_at=clock.now())
    address = f"/s/{work.body.code}/{stamp.serial}"
    serial = db.session.get_one(Instrument, job.instrument_id).serial

    masked = text_of(client.get(address))
    whole = text_of(client.get(f"{address}?serial={serial[-4:]}"))

    assert "đúng từng chữ số" not in masked
    assert "đúng từng chữ số" in whole
    for page in (masked, whole):
        assert "giấy này" not in page
        assert "<h2>Tem</h2>" in page


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

    page = text_of(stamp_page(client, work, stamp))
    assert "<h1>Đã bị thu hồi</h1>" in page
    assert "giấy này" not in page


def test_an_unknown_stamp_is_answered_like_an_unknown_code(client, work):
    answer = client.get(f"/s/{work.body.code}/99X.99999")

    assert shape(answer) == shape(client.get("/c/" + "0" * 18))
