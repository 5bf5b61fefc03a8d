"""Two hundred meters are taken in within minutes, and reviewed as a list."""

import pytest

from labms.jobs.bench.intake import BadLine, ListedTwice, NothingListed, read_list
from labms.jobs.bench.rules import (
    NoSeries,
    TooManyAtOnce,
    read_places,
    series,
    show_places,
)
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, jobs_of_order
from labms.jobs.rules import JobState
from labms.policy import Role
from tests.jobs.laboratory import rewrite

PLATE = {
    "maker": "Nhơn Hòa",
    "model": "NHS-60",
    "c_Max": "60",
    "c_e": "200",
    "c_class": "IIII",
    "reason": "periodic",
}


def test_a_list_is_read_line_by_line_and_a_series_counted_on():
    found = read_list("TT-1\n\n TT-2 ; 2024 \nTT-3\t2023\r\n", first="A099", number=2)

    assert [(plate.serial, plate.made_year) for plate in found] == [
        ("TT-1", None),
        ("TT-2", 2024),
        ("TT-3", 2023),
        ("A099", None),
        ("A100", None),
    ]
    for text, refusal in (
        ("TT-1; năm nay", BadLine),
        ("TT-1\ntt-1", ListedTwice),
        ("  \n", NothingListed),
    ):
        with pytest.raises(refusal):
            read_list(text)
    with pytest.raises(NoSeries):
        series("Tem", 2)
    with pytest.raises(TooManyAtOnce):
        series("A1", 501)


def test_places_are_written_short_and_read_back():
    assert show_places([3, 1, 2, 9, 7, 10]) == "1-3,7,9-10"
    assert read_places("1-3,7,9-10") == {1, 2, 3, 7, 9, 10}
    assert read_places("1;drop") == read_places("") == frozenset()
    assert len(read_places("1-999999")) < 10_000


def test_a_list_of_serial_numbers_becomes_an_order(lab, client):
    customer = lab.make.organisation()
    known = lab.make.instrument(owner_id=customer.id, serial="NH-0002")
    lab.make.sign_in(client, lab.receptionist)
    address = f"/jobs/orders/new/intake?customer={customer.id}&type={lab.type_slug}"

    page = client.get(address)
    assert 'name="serials"' in page.text
    answer = client.post(
        address,
        data=PLATE
        | {
            "serials": "NH-0001; 2026\nNH-0002",
            "first": "NH-0100",
            "number": "3",
            "commune_key": known.commune_key,
        },
    )

    assert answer.status_code == 302
    jobs = jobs_of_order(int(answer.location.rsplit("/", 1)[1]))
    assert [job.instrument.serial for job in jobs] == [
        "NH-0001",
        "NH-0002",
        "NH-0100",
        "NH-0101",
        "NH-0102",
    ]
    assert jobs[0].instrument.made_year == 2026
    assert jobs[1].instrument_id == known.id
    assert "60" in jobs[2].instrument.characteristics["Max"]


def test_a_list_is_taken_in_as_a_whole_or_not_at_all(lab, client):
    customer = lab.make.organisation()
    others = lab.make.instrument(serial="NH-0002")
    order = lab.make.order(lab.body, customer_id=customer.id)
    lab.make.sign_in(client, lab.receptionist)
    address = f"/jobs/orders/{order.id}/intake?type={lab.type_slug}&lang=en"
    plate = PLATE | {"commune_key": others.commune_key}

    for serials, said in (
        ("NH-0001\nNH-0002", "registered already, for"),
        ("NH-0001\nNH-OOO2", "looks like NH-0002"),
        ("NH-0001\nNH-0001", "twice"),
        ("", "a list, or the first one"),
    ):
        page = client.post(address, data=plate | {"serials": serials})
        assert page.status_code == 200
        assert said in page.text
        assert "NH-0001" in page.text or not serials
    page = client.post(address, data=plate | {"serials": "NH-1", "c_Max": "sáu mươi"})
    assert 'value="sáu mươi"' in page.text
    assert jobs_of_order(order.id) == []

    assert 'name="type"' in client.get(f"/jobs/orders/{order.id}/intake").text


@pytest.mark.long
def test_a_reviewer_agrees_with_what_does_not_stand_out(lab, client):
    close = lab.submitted(readings={"metrological-loads-5-up-1.indication": "60250"})
    fine = lab.submitted()
    rewrite(Job, Job.id == fine.id, order_id=close.order_id, position=2)
    lab.make.sign_in(client, lab.reviewer)
    address = f"/jobs/orders/{close.order_id}/review"
    assert address in client.get(f"/jobs/orders/{close.order_id}").text

    page = client.get(f"{address}?lang=en").text
    assert page.index('class="row--close"') < page.index(f'value="{fine.id}"')
    stale = {"job": fine.id, f"version.{fine.id}": fine.version - 1}
    client.post(address, data=stale)
    assert job_by_id(fine.id).state is JobState.AWAITING_REVIEW

    client.post(address, data=stale | {f"version.{fine.id}": fine.version})
    assert job_by_id(fine.id).state is JobState.APPROVED
    assert job_by_id(close.id).state is JobState.AWAITING_REVIEW

    lab.make.sign_in(client, lab.make.user(Role.REVIEWER, body=lab.make.body()))
    assert client.get(address).status_code == 404


def test_nobody_agrees_with_their_own_list(lab, client):
    both = lab.make.user(Role.VERIFIER, Role.REVIEWER, body=lab.body)
    lab.make.card(both, lab.type_slug)
    lab.verifier = both
    waiting = lab.submitted()
    lab.make.sign_in(client, both)
    address = f"/jobs/orders/{waiting.order_id}/review"

    assert waiting.subject_snapshot["serial"] not in client.get(address).text
    client.post(address, data={"job": waiting.id})
    assert job_by_id(waiting.id).state is JobState.AWAITING_REVIEW
