"""Many like instruments on one bench: by exception, in one grid, through one path."""

import re
import time
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from labms.catalogue.rules import Evidence, VerificationReason
from labms.db import transaction
from labms.jobs.queries import jobs_of_order
from labms.jobs.rules import JobState
from labms.jobs.services import register_order
from labms.metrology.verdicts import Verdict
from labms.registry.models import Instrument
from labms.registry.queries import instrument_by_id
from tests.jobs.laboratory import laboratory, rewrite
from tests.jobs.meters import (
    METER,
    ROW,
    confirmed,
    filled,
    on_the_bench,
    ordered,
)

pytestmark = pytest.mark.long


@pytest.fixture
def bench(make):
    """A body that verifies water meters, with a volume standard of 100 L."""
    lab = laboratory(make, type_slug=METER)
    lab.release = make.procedure_release(lab.body, procedure_slug="dong-ho-nuoc-lanh")
    lab.tank = make.traceable_standard(
        lab.body,
        kind_slug="water-bench",
        unit="L",
        range_from=Decimal(100),
        range_to=Decimal(100),
        mpe=Decimal("0.2"),
    )
    return lab


def verdicts(jobs):
    return [job.verdict for job in jobs]


def test_the_grid_says_that_a_large_uncertainty_only_warns(bench, client):
    _, address = on_the_bench(bench, client, 2)

    assert (
        "1/3 giới hạn (chỉ cảnh báo, không chặn kết luận đạt)"
        in client.get(address).text
    )


def test_forty_meters_are_entered_by_exception_in_one_request(bench, client, selects):
    jobs, address = on_the_bench(bench, client, 40)
    order_id = jobs[0].order_id
    selects.clear()
    assert client.get(address).text.count('name="line"') == 40
    assert len(selects) < 40  # whatever the number of lines
    form = filled(bench, jobs, errors={(6, 1): "2.01"}, action="submit")
    form[f"answer.{jobs[21].id}.technical-tightness"] = "no"

    selects.clear()
    begun = time.process_time()
    answer = client.post(address, data=form)
    took = time.process_time() - begun
    assert len(selects) < 5 * len(jobs)
    assert answer.status_code == 409  # the two that fail are asked about
    assert answer.text.count('name="fails"') == 2
    answer = client.post(address, data=confirmed(answer, form))

    assert answer.status_code == 302
    done = jobs_of_order(order_id)
    assert {job.state for job in done} == {JobState.AWAITING_REVIEW}
    assert verdicts(done).count(Verdict.PASS) == 38
    failed = [job for job in done if job.verdict is Verdict.FAIL]
    assert [(jobs.index(job), job.failed_stage) for job in failed] == [
        (6, "metrological"),
        (21, "technical"),
    ]
    assert {job.evidence for job in done} == {Evidence.STAMP_AND_MARK, None}
    assert done[39].stamp_serial == "31V.00040"
    assert took < 2, f"{took:.2f} s"


def test_what_is_not_confirmed_is_not_answered_and_stays_with_the_verifier(
    bench, client
):
    jobs, address = on_the_bench(bench, client, 3)
    form = filled(bench, jobs, action="submit", confirmed="")
    form[f"answer.{jobs[1].id}.external-markings"] = "no"

    answer = client.post(address, data=form)
    client.post(address, data=confirmed(answer, form))

    first, second, third = jobs_of_order(jobs[0].order_id)
    assert second.verdict is Verdict.FAIL
    assert {first.state, third.state} == {JobState.IN_PROGRESS}
    assert len(first.readings) == 12
    page = client.get(address).text
    assert page.count('name="line"') == 2
    assert f'name="reading.{first.id}.{ROW.format(1)}.V2" value="1100,5"' in page


def test_a_refused_line_is_named_and_nothing_typed_is_lost(bench, client):
    jobs, address = on_the_bench(bench, client, 4)
    form = filled(bench, jobs, action="submit")
    form[f"stamp.{jobs[1].id}"] = "31V.00001"  # as on the first
    form[f"version.{jobs[2].id}"] = "7"  # saved in another window meanwhile
    form[f"reading.{jobs[3].id}.{ROW.format(2)}.V2"] = "11oo"

    answer = client.post(address + "?lang=en", data=form)

    assert answer.status_code == 409
    states = [job.state for job in jobs_of_order(jobs[0].order_id)]
    assert states == [JobState.AWAITING_REVIEW] + [JobState.IN_PROGRESS] * 3
    assert "Stamp 31V.00001 was used before" in answer.text
    assert "saved in another window" in answer.text
    assert 'value="11oo"' in answer.text
    assert f'name="reading.{jobs[2].id}.{ROW.format(1)}.V2" value="1100,5"' in (
        answer.text
    )
    assert {
        reading.typed for reading in jobs_of_order(jobs[0].order_id)[3].readings
    } > {"11oo"}


def test_only_the_performer_fills_in_a_line(bench, client):
    jobs, address = on_the_bench(bench, client, 2)
    other = bench.make.user(*bench.verifier.roles, body=bench.body)
    bench.make.card(other, METER)
    bench.make.sign_in(client, other)

    assert client.post(address, data=filled(bench, jobs)).status_code == 403
    assert (
        client.post(
            f"/jobs/{jobs[0].id}/bench/evaluate", data=filled(bench, jobs)
        ).status_code
        == 403
    )
    assert not any(job.readings for job in jobs_of_order(jobs[0].order_id))


def test_a_bench_is_refused_as_a_whole_by_what_is_common(bench, client):
    jobs, address = on_the_bench(bench, client, 2)

    for changed in (
        {"performed_on": "05/03/2031"},  # tomorrow
        {"performed_on": "31/02/2031"},
        {"standard.water-bench": str(bench.weights.id)},
    ):
        answer = client.post(
            address, data=filled(bench, jobs, action="submit", **changed)
        )
        assert answer.status_code in (400, 409, 422), changed
        assert 'value="1100,5"' in answer.text
    states = {job.state for job in jobs_of_order(jobs[0].order_id)}
    assert states == {JobState.IN_PROGRESS}


def test_results_come_for_the_lines_that_were_touched_alone(bench, client):
    jobs, _ = on_the_bench(bench, client, 3)
    form = filled(bench, jobs[1:2], errors={(0, 2): "-2.5"})

    found = client.post(f"/jobs/{jobs[0].id}/bench/evaluate", data=form).json

    [(key, line)] = found["lines"].items()
    assert (int(key), line["verdict"], line["missing"]) == (jobs[1].id, "fail", 0)
    assert line["rows"][ROW.format(2)] == {
        "error": "\u22122,50",
        "limit": "±2 %",
        "verdict": "fail",
        "problem": "",
    }
    assert found["conditions"] == {"water-temperature": "", "temperature": ""}


def test_stamps_are_counted_on_to_what_has_not_failed(bench, client):
    jobs, address = on_the_bench(bench, client, 4)
    form = filled(bench, jobs, errors={(1, 1): "9"}, action="stamps")
    for job in jobs:
        form[f"stamp.{job.id}"] = ""
    form[f"stamp.{jobs[2].id}"] = "31V.777"
    form["stamp_first"] = "31V.00099"

    page = client.post(address, data=form)

    assert page.status_code == 200
    stamps = re.findall(r'name="stamp\.\d+" value="([^"]*)"', page.text)
    assert stamps == ["31V.00099", "", "31V.777", "31V.00100"]
    form["stamp_first"] = "Tem"
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert 'value="Tem"' in refused.text


def test_a_meter_goes_on_from_its_last_reading(bench, client):
    jobs, address = on_the_bench(bench, client, 2)
    form = filled(bench, jobs, action=f"{ROW.format(2)}.V1")
    form[f"reading.{jobs[0].id}.{ROW.format(2)}.V1"] = ""

    page = client.post(address, data=form).text

    first, second = (f'name="reading.{job.id}.{ROW.format(2)}.V1"' for job in jobs)
    assert f'{first} value="1100,5"' in page
    assert f'{second} value="1000"' in page
    assert not any(job.readings for job in jobs_of_order(jobs[0].order_id))


def test_what_the_standard_showed_may_differ_and_then_stays(bench, client):
    jobs, address = on_the_bench(bench, client, 2)
    key = f"{ROW.format(1)}.Vc2"
    client.post(address, data=filled(bench, jobs[:1]))
    client.post(address, data=filled(bench, jobs[1:], **{f"shared.{key}": "99,98"}))

    page = client.get(address).text
    assert f'name="mixed" value="{key}"' in page

    form = filled(bench, jobs_of_order(jobs[0].order_id), **{f"shared.{key}": ""})
    form.add("mixed", key)
    assert client.post(address, data=form).status_code == 302
    first, second = jobs_of_order(jobs[0].order_id)
    typed = [{r.key: r.typed for r in job.readings}[key] for job in (first, second)]
    assert typed == ["100,00", "99,98"]


def test_an_order_is_divided_by_type_and_points(bench, client):
    order_id = ordered(bench, 3)
    jobs = jobs_of_order(order_id)
    rewrite(
        Instrument,
        Instrument.id == jobs[1].instrument_id,
        characteristics={"DN": "20", "class": "2", "Q3": "4", "ratio": "160"},
    )
    rewrite(
        Instrument,
        Instrument.id == jobs[2].instrument_id,
        characteristics={"DN": "15", "class": "2", "Q3": "2.5"},
    )
    bench.make.sign_in(client, bench.verifier)

    page = client.get(f"/jobs/orders/{order_id}/bench?lang=en").text

    assert page.count('action="/jobs/orders/') == 2
    assert "bear the ratio R" in page
    assert "Measure together" in client.get(f"/jobs/orders/{order_id}?lang=en").text
    nothing = client.post(f"/jobs/orders/{order_id}/bench", follow_redirects=True)
    assert nothing.status_code == 200
    begun = client.post(
        f"/jobs/orders/{order_id}/bench", data={"job": [job.id for job in jobs]}
    )
    assert begun.location == f"/jobs/{jobs[0].id}/bench?places=1-2"
    states = [job.state for job in jobs_of_order(order_id)]
    assert states == [JobState.IN_PROGRESS] * 2 + [JobState.REGISTERED]
    assert client.get(begun.location).text.count('name="line"') == 1


def test_a_bench_begins_nothing_without_a_card(bench, client):
    order_id = ordered(bench, 2)
    other = bench.make.user(*bench.verifier.roles, body=bench.body)
    bench.make.sign_in(client, other)

    ids = [job.id for job in jobs_of_order(order_id)]
    page = client.post(
        f"/jobs/orders/{order_id}/bench?lang=en",
        data={"job": ids},
        follow_redirects=True,
    )

    assert page.status_code == 200
    assert {job.state for job in jobs_of_order(order_id)} == {JobState.REGISTERED}


def test_scales_go_on_a_grid_as_well(lab, client):
    owner = lab.make.organisation()
    instruments = [lab.make.instrument(owner_id=owner.id) for _ in range(2)]
    with transaction():
        rows = [instrument_by_id(each.id) for each in instruments]
        order_id = register_order(
            rows[0].owner,
            rows,
            reason=VerificationReason.PERIODIC,
            actor=lab.receptionist,
        ).id
    lab.make.sign_in(client, lab.verifier)
    ids = [job.id for job in jobs_of_order(order_id)]
    address = client.post(f"/jobs/orders/{order_id}/bench", data={"job": ids}).location
    jobs = jobs_of_order(order_id)
    form = MultiDict(
        {
            "action": "submit",
            "performed_on": "04/03/2031",
            "environment.temperature.begin": "28",
            "standard.weights": str(lab.weights.id),
            "confirmed": "1",
            "evidence": "certificate",
        }
    )
    for job in jobs:
        form.add("line", str(job.id))
        form.add(f"version.{job.id}", str(job.version))
        typed = lab.typed(job).readings
        form |= {f"reading.{job.id}.{key}": text for key, text in typed.items()}

    assert 'name="confirmed"' in client.get(address).text
    assert client.post(address, data=form).status_code == 302
    done = jobs_of_order(order_id)
    assert {job.state for job in done} == {JobState.AWAITING_REVIEW}
    assert verdicts(done) == [Verdict.PASS, Verdict.PASS]
