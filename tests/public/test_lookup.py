"""What a stranger with a phone reads."""

import re
from datetime import date, timedelta

import pytest
from flask import render_template
from sqlalchemy.exc import OperationalError

from labms import clock
from labms.certificates.rules import RevocationReason
from labms.certificates.services import (
    revoke_certificate,
    void_reserved,
)
from labms.db import transaction
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.public import queries
from labms.public.plain import plain_rows
from labms.public.views import lookup
from labms.registry.rules import EndingReason
from tests.public.looking import end, instrument_of, page_of, put_on, shape, text_of


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
