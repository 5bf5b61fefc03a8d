"""A mistaken report, from the page where it is made to what anybody reads."""

import re
from datetime import timedelta

import pytest

from labms import clock
from labms.policy import Role
from tests.public.looking import page_of, put_on, text_of

NOTE = "Thay lò xo chính tại xưởng."
WHY = "Báo nhầm máy khác của cùng cơ sở."


@pytest.fixture
def reported(make, client, work, issue):
    """A certificate with a stamp, ended by a verifier of another body an hour later."""
    job = work.job()
    certificate = issue(job)
    put_on(make, work, job, confirmed_at=clock.now())
    stranger = make.user(Role.VERIFIER, body=make.body())
    with clock.at(clock.now() + timedelta(hours=1)):
        make.sign_in(client, stranger)
        data = {"reason": "repaired", "on": f"{clock.today():%d/%m/%Y}", "note": NOTE}
        page = f"/instruments/{certificate.instrument_id}"
        done = client.post(f"{page}/end", data=data, follow_redirects=True)
        assert stranger.full_name in done.text
        yield certificate, stranger, page


def standings(client, work, certificate):
    stamp = client.get(f"/s/{work.body.code}/26V.00001?lang=en")
    return (
        "Ended" in text_of(page_of(client, certificate, lang="en")),
        "Ended" in text_of(stamp),
    )


@pytest.mark.long
def test_the_issuer_sees_who_ended_it_and_anybody_reads_no_name(
    make, client, work, reported
):
    certificate, stranger, page = reported
    assert standings(client, work, certificate) == (True, True)
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=work.body))

    for inside in (f"/certificates/{certificate.id}", page):
        shown = client.get(inside).text
        assert stranger.full_name in shown
        assert "/endings/" in shown
    assert stranger.full_name not in text_of(page_of(client, certificate))
    assert NOTE not in text_of(page_of(client, certificate))


@pytest.mark.long
def test_it_is_taken_back_with_a_reason_and_counts_again_at_once(
    make, client, work, reported
):
    certificate, _stranger, page = reported
    manager = make.user(Role.QUALITY_MANAGER, body=work.body)
    make.sign_in(client, manager)
    shown = client.get(page).text
    (address,) = re.findall(rf'href="({page}/endings/\d+/take-back)"', shown)

    refused = client.post(address, data={"text": "nhầm"})
    assert ">nhầm</textarea>" in refused.text.replace("\r\n", "")
    assert standings(client, work, certificate) == (True, True)

    done = client.post(address, data={"text": WHY}, follow_redirects=True)
    assert WHY in done.text
    assert manager.full_name in done.text
    assert standings(client, work, certificate) == (False, False)


def test_a_day_before_the_certificate_is_refused_and_what_was_typed_stays(
    make, client, work, issue
):
    certificate = issue(work.job())
    address = f"/instruments/{certificate.instrument_id}/end"
    data = {"reason": "repaired", "on": "01/01/2020", "note": NOTE}

    with clock.at(clock.now() + timedelta(days=2)):
        make.sign_in(client, make.user(Role.RECEPTIONIST, body=work.body))
        refused = client.post(address, data=data).text
        assert f"{clock.day_of(certificate.evidence_at):%d/%m/%Y}" in refused
        assert 'value="01/01/2020"' in refused
        assert NOTE in refused
        assert "Còn hiệu lực" in text_of(page_of(client, certificate))

        same_day = f"{clock.day_of(certificate.evidence_at):%d/%m/%Y}"
        asked = client.post(address, data=data | {"on": same_day}).text
        assert 'name="order"' in asked
        given = data | {"on": same_day, "order": "after"}
        client.post(address, data=given)
        assert "Còn hiệu lực" not in text_of(page_of(client, certificate))
