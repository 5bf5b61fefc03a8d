"""What a stranger, and the laboratory, read of an instrument today."""

import html
from datetime import timedelta

import pytest

from labms import clock
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.db import db, transaction
from labms.jobs.models import Job
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import OrganisationKind
from labms.policy import Role
from labms.registry.models import Instrument
from labms.registry.papers import papers_of, worth_of
from labms.registry.rules import EndingReason
from labms.registry.standings import Paper, Standing, paper_that_counts
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState
from tests.public.looking import end, instrument_of, put_on

LATER = timedelta(days=30)


def page(client, code, **args):
    answer = client.get(f"/c/{code}/instrument", query_string=args)
    return html.unescape(answer.get_data(as_text=True))


def again(work, issue, first, **given):
    """The same instrument, measured a month later."""
    with clock.at(clock.now() + LATER):
        return issue(work.job(instrument_id=first.instrument_id, **given))


@pytest.mark.long
def test_an_old_document_leads_to_what_counts_today(client, work, issue):
    old = issue(work.job())
    new = again(work, issue, old)
    with clock.at(clock.now() + LATER):
        told = page(client, old.lookup_token)
        data = client.get(f"/c/{old.lookup_token}/instrument.json").get_json()

    assert "<h1>Còn hiệu lực</h1>" in told
    assert told.index(new.number) < told.index(old.number), "the newest first"
    assert data["standing"] == "valid"
    assert data["counts"]["code"] == new.lookup_token
    assert [one["code"] for one in data["papers"]] == [
        new.lookup_token,
        old.lookup_token,
    ]


def test_the_documents_page_leads_to_it(client, work, issue):
    certificate = issue(work.job())
    address = f"/c/{certificate.lookup_token}/instrument"

    assert address in client.get(f"/c/{certificate.lookup_token}").text
    assert client.get(address).status_code == 200
    assert "lang=en" in client.get(f"{address}?lang=en").text


def test_a_failure_decides_until_it_is_verified_again(make, client, work, issue):
    old = issue(work.job())
    with clock.at(clock.now() + LATER):
        notice = issue(work.job(instrument_id=old.instrument_id, verdict=Verdict.FAIL))
        ended_at = clock.now() - timedelta(minutes=1)
        end(
            make,
            old,
            reason=EndingReason.FAILED,
            ended_at=ended_at,
            ended_on=clock.day_of(ended_at),
        )
        told = page(client, old.lookup_token)

    assert "<h1>Không đạt</h1>" in told
    assert notice.number in told
    assert "Đã chấm dứt hiệu lực" in told, "what the first document is worth now"


def test_the_stamp_alone_leads_to_it_whoever_reads_the_serial(make, client, work):
    job = work.job()
    stamp = put_on(make, work, job, confirmed_at=clock.now())
    serial = db.session.get(Instrument, job.instrument_id).serial
    address = f"/s/{work.body.code}/{stamp.serial}"

    read_off = client.get(f"{address}?serial={serial[-4:]}").text
    asked = client.get(f"{address}/instrument")
    wrong = client.get(f"{address}/instrument?serial=XXXX")
    right = client.get(f"{address}/instrument?serial={serial[-4:]}")

    assert "/instrument" not in client.get(address).text
    assert f"{address}/instrument?serial={serial[-4:]}" in html.unescape(read_off)
    assert (asked.status_code, wrong.status_code) == (200, 403)
    assert serial not in asked.text + wrong.text
    assert "<h1>Còn hiệu lực</h1>" in right.text
    assert stamp.serial in right.text


@pytest.mark.long
def test_guessing_the_serial_under_a_stamp_is_slowed_down(make, client, work):
    stamp = put_on(make, work, work.job(), confirmed_at=clock.now())
    address = f"/s/{work.body.code}/{stamp.serial}/instrument"

    answers = [client.get(f"{address}?serial=X{n:03}").status_code for n in range(11)]

    assert answers == [403] * 10 + [429]


def test_a_stamp_names_only_the_document_that_it_was_given_with(
    make, client, work, issue
):
    job = work.job()
    stamp = put_on(make, work, job)
    own = issue(job)
    other = again(work, issue, own)
    serial = instrument_of(own).serial

    with clock.at(clock.now() + LATER):
        told = client.get(
            f"/s/{work.body.code}/{stamp.serial}/instrument?serial={serial[-4:]}"
        ).text

    assert own.lookup_token in told
    assert other.lookup_token not in told
    assert other.number not in told


def test_who_had_it_before_reads_what_it_is_worth_and_opens_nothing(
    make, client, work, issue
):
    sold = issue(work.job())
    buyer = make.organisation(name="Công ty Mua Lại")
    instrument = instrument_of(sold)
    instrument.owner_id = buyer.id
    make._add(instrument)
    new = again(work, issue, sold)

    with clock.at(clock.now() + LATER):
        told = page(client, sold.lookup_token)

    assert "<h1>Còn hiệu lực</h1>" in told
    assert new.number not in told
    assert new.lookup_token not in told
    assert "cơ sở khác" in told
    assert sold.number not in page(client, new.lookup_token)


def test_inside_too_nobody_is_led_to_another_owners_document(make, client, work, issue):
    bought = issue(work.job())
    buyer = make.organisation(name="Công ty Mua Lại")
    instrument = instrument_of(bought)
    instrument.owner_id = buyer.id
    make._add(instrument)
    desk = make.sign_in(client, make.user(Role.ENTERPRISE, organisation_id=buyer.id))

    told = desk.get(f"/instruments/{bought.instrument_id}").text

    assert "Còn hiệu lực" in told
    assert bought.number not in told
    assert bought.lookup_token not in told


def test_a_natural_person_is_not_named(make, client, work, issue):
    owner = make.organisation(kind=OrganisationKind.PERSON, name="Nguyễn Thị Bưởi")
    certificate = issue(work.job(instrument_id=make.instrument(owner_id=owner.id).id))

    told = page(client, certificate.lookup_token)

    assert "Bưởi" not in told
    assert "Cá nhân, hộ kinh doanh" in told


@pytest.mark.parametrize("tail", ["instrument", "instrument.json"])
def test_unknown_reserved_and_mistyped_codes_lead_nowhere(client, work, reserve, tail):
    reserved = reserve(work.job())
    for code in ("0" * 18, "x", reserved.lookup_token):
        assert client.get(f"/c/{code}/{tail}").status_code == 404
    assert client.get("/s/khong/T.1/instrument?serial=1").status_code == 404


def test_it_stays_light_however_old_the_instrument_is(
    make, client, work, issue, selects
):
    certificate = issue(work.job())
    job = db.session.get(Job, certificate.job_id)
    stamps = [
        Stamp(
            body_id=work.body.id,
            serial=f"26V.{n:05}",
            instrument_id=job.instrument_id,
            job_id=job.id,
            applied_at=clock.now(),
            applied_on=clock.today(),
            applied_by_id=work.verifier.id,
            state=StampState.CANCELLED,
            cancel_reason="Rách",
            cancelled_on=clock.today(),
        )
        for n in range(40)
    ]
    db.session.add_all(stamps[1:])
    make._add(stamps[0])
    selects.clear()

    told = client.get(f"/c/{certificate.lookup_token}/instrument")

    assert len(told.data) < 30_000
    assert "Và 11 giấy, tem cũ hơn." in told.text
    assert len(selects) <= 8
    assert "<script" not in told.text
    assert told.headers["Cache-Control"] == "no-store"


def test_inside_and_outside_say_the_same_of_one_instrument(make, client, work, issue):
    certificate = issue(work.job())
    with transaction():
        revoke_certificate(
            certificate,
            actor=work.signatory,
            reason=RevocationReason.OTHER,
            text="Nhầm phương tiện đo",
            on=clock.today(),
        )
    colleague = make.sign_in(client, make.user(Role.VERIFIER, body=work.body))

    for address in (
        f"/instruments/{certificate.instrument_id}",
        f"/certificates/{certificate.id}",
        f"/c/{certificate.lookup_token}/instrument",
    ):
        assert "Đã bị thu hồi" in colleague.get(address).text, address


def test_a_mark_without_paper_counts(make, work):
    job = work.job(state="evidenced", evidence="mark")

    paper = worth_of(job.instrument_id, on=clock.today(), expiring_days=30).counts

    assert (paper.kind, paper.standing) == ("mark", Standing.VALID)


def test_an_instrument_that_nobody_verified_has_nothing_in_force(make):
    instrument = make.instrument()

    assert papers_of(instrument.id, on=clock.today(), expiring_days=30) == []
    worth = worth_of(instrument.id, on=clock.today(), expiring_days=30)
    assert (worth.standing, worth.counts) == (Standing.NOTHING, None)


def given(standing, day, *, kind="verification", until=None):
    on = clock.today()
    return Paper(
        kind=kind,
        number=standing,
        standing=Standing(standing),
        given_on=on + timedelta(days=day),
        valid_until=until,
    )


@pytest.mark.parametrize(
    ("papers", "counts"),
    [
        ([("revoked", 2), ("valid", 1)], "valid"),
        ([("suspended", 2), ("expired", 1)], "suspended"),
        ([("suspended", 2), ("valid", 1)], "valid"),
        ([("under_review", 1), ("suspended", 2)], "under_review"),
        ([("awaiting", 2), ("ended", 1)], "awaiting"),
        ([("notice", 2), ("ended", 1)], "notice"),
        ([("ended", 2), ("notice", 1)], "ended"),
        ([("revoked", 2), ("expired", 1)], "expired"),
        ([("superseded", 2), ("revoked", 1)], "revoked"),
        ([("cancelled", 2), ("superseded", 1)], None),
    ],
)
def test_what_counts_is_what_is_in_force_then_what_is_newest(papers, counts):
    found = paper_that_counts([given(*one) for one in papers])

    assert (found.standing if found else None) == counts


def test_values_say_nothing_about_whether_an_instrument_complies():
    values = given("calibrated", 1, kind="calibration")

    assert paper_that_counts([values]) is None
