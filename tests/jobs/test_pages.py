"""The pages of orders and jobs: they work, refuse, keep what was typed, and scale."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from werkzeug.datastructures import MultiDict

from labms import clock
from labms.db import db, transaction
from labms.jobs.queries import job_by_id, job_to_change, jobs_of_instrument
from labms.jobs.rules import JobState
from labms.jobs.services import close_job
from labms.metrology.verdicts import Verdict
from labms.policy import Role
from labms.registry.models import Instrument
from labms.registry.queries import endings_of
from tests.jobs.laboratory import laboratory, rewrite

pytestmark = pytest.mark.long

MAX_UP = "metrological-loads-5-up-1.indication"
UNTAKEN = "metrological-loads-4-down-1.indication"


def filled(lab, job, **changed):
    """What a browser sends from a page that was filled in."""
    typed = lab.typed(job)
    form = MultiDict(
        {
            "version": str(job.version),
            "performed_on": "04/03/2031",
            "environment.temperature.begin": "28,4",
            "standard.weights": str(lab.weights.id),
            "evidence": "certificate",
        }
    )
    form.update({f"reading.{key}": value for key, value in typed.readings.items()})
    form.update(changed)
    for key, value in changed.items():
        form[key] = value
    return form


def test_the_measurement_page_is_made_from_the_procedure(lab, client):
    job = lab.started()

    page = lab.make.sign_in(client, lab.verifier).get(f"/jobs/{job.id}/measure")

    assert page.status_code == 200
    for key in lab.sheet(job).entry_keys:
        assert f'name="reading.{key}"' in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_a_job_opens_at_every_step(lab, client, language):
    fresh = lab.job()
    begun, waiting, agreed = lab.started(), lab.submitted(), lab.approved()
    client = lab.make.sign_in(client, lab.verifier)
    for job in (fresh, begun, waiting, agreed):
        page = client.get(f"/jobs/{job.id}?lang={language}")
        assert page.status_code == 200
        assert job.number in page.text
    for path in (
        "/jobs/",
        "/jobs/orders",
        f"/jobs/orders/{begun.order_id}",
        "/stamps/",
    ):
        assert client.get(f"{path}?lang={language}").status_code == 200
    client = lab.make.sign_in(client, lab.reviewer)
    page = client.get(f"/jobs/{waiting.id}/review?lang={language}")
    assert page.status_code == 200
    client = lab.make.sign_in(client, lab.receptionist)
    for path in ("assign", "cancel"):
        page = client.get(f"/jobs/{fresh.id}/{path}?lang={language}")
        assert page.status_code == 200


def test_a_job_walks_through_its_pages(lab, client):
    instrument = lab.make.instrument()
    client = lab.make.sign_in(client, lab.receptionist)
    assert "Thử nghiệm" in client.get("/jobs/orders/new/customer?q=thu nghiem").text
    address = f"/jobs/orders/new?customer={instrument.owner_id}"
    assert instrument.serial in client.get(address).text
    answer = client.post(
        address, data={"instruments": instrument.id, "reason": "periodic"}
    )
    assert answer.status_code == 302
    [job] = jobs_of_instrument(instrument.id)

    client = lab.make.sign_in(client, lab.verifier)
    assert client.post(f"/jobs/{job.id}/start").status_code == 302
    job = job_by_id(job.id)
    form = filled(lab, job, action="submit", stamp="31V.00099")
    assert client.post(f"/jobs/{job.id}/measure", data=form).status_code == 302
    assert job_by_id(job.id).state is JobState.AWAITING_REVIEW

    client = lab.make.sign_in(client, lab.reviewer)
    short = client.post(f"/jobs/{job.id}/return", data={"reason": "Xem"})
    assert short.status_code == 200
    assert "Xem</textarea>" in short.text
    client.post(f"/jobs/{job.id}/return", data={"reason": "Đọc lại mức tải 60 kg."})
    assert job_by_id(job.id).state is JobState.IN_PROGRESS

    client = lab.make.sign_in(client, lab.verifier)
    assert "Đọc lại mức tải 60 kg." in client.get(f"/jobs/{job.id}/measure").text
    form = filled(lab, job_by_id(job.id), action="submit", stamp="31V.00099")
    client.post(f"/jobs/{job.id}/measure", data=form)
    version = job_by_id(job.id).version
    client = lab.make.sign_in(client, lab.reviewer)
    client.post(f"/jobs/{job.id}/approve", data={"version": version})

    done = job_by_id(job.id)
    assert (done.state, done.verdict) == (JobState.APPROVED, Verdict.PASS)


def test_what_keeps_a_job_from_being_begun_stands_on_its_page(lab, client):
    instrument = lab.make.instrument(
        characteristics={"Max": "5", "e": "7000", "class": "IIII"}
    )
    client = lab.make.sign_in(client, lab.receptionist)
    address = f"/jobs/orders/new?customer={instrument.owner_id}"
    client.post(address, data={"instruments": instrument.id, "reason": "periodic"})
    [job] = jobs_of_instrument(instrument.id)

    client = lab.make.sign_in(client, lab.verifier)
    answer = client.post(f"/jobs/{job.id}/start")
    assert answer.status_code == 422
    assert "Số độ chia kiểm từ 100 đến 1000" in answer.text
    assert job.number in answer.text
    assert f'action="/jobs/{job.id}/start"' in answer.text
    assert f"/instruments/{instrument.id}/edit" in answer.text
    assert job_by_id(job.id).state is JobState.REGISTERED
    plain = client.post(f"/jobs/{job.id}/start", headers={"Accept": "application/json"})
    assert plain.json["error"] == "catalogue.out_of_scope"

    begun = lab.started()
    again = client.post(f"/jobs/{begun.id}/start")
    assert again.status_code == 409
    assert begun.number in again.text
    # what is not for this person at all has the page of refusals, as everywhere
    client = lab.make.sign_in(client, lab.reviewer)
    assert job.number not in client.post(f"/jobs/{job.id}/start").text


def test_a_refused_submission_keeps_what_was_typed_and_saves_it(lab, client):
    job = lab.started()
    client = lab.make.sign_in(client, lab.verifier)
    form = filled(
        lab,
        job,
        action="submit",
        stamp="31V.00005",
        note="Kim bị kẹt nhẹ",
        **{f"reading.{MAX_UP}": "6o123", "environment.temperature.begin": "nóng"},
    )

    answer = client.post(f"/jobs/{job.id}/measure", data=form)

    assert answer.status_code == 409
    for typed in ("6o123", "nóng", "31V.00005", "Kim bị kẹt nhẹ"):
        assert typed in answer.text
    kept = {reading.key: reading.typed for reading in job_by_id(job.id).readings}
    assert kept[MAX_UP] == "6o123"
    assert job_by_id(job.id).environment["temperature"]["begin"] == "nóng"


def test_a_failure_is_asked_about_once_and_ends_nothing_before_that(
    lab, client, request
):
    """One slipped digit must not fail an instrument in public."""
    approved = lab.approved(stamp="31V.00007")
    close_job(approved, JobState.CERTIFIED, actor=lab.signatory)
    db.session.commit()
    job = lab.started(approved.instrument)
    client = lab.make.sign_in(client, lab.verifier)
    address = f"/jobs/{job.id}/measure"
    changed = {f"reading.{MAX_UP}": "65000", f"reading.{UNTAKEN}": ""}
    form = filled(lab, job, action="submit", **changed)
    later = clock.at(clock.now() + timedelta(minutes=5))
    later.__enter__()
    request.addfinalizer(lambda: later.__exit__(None, None, None))

    asked = client.post(address + "?lang=en", data=form)

    assert asked.status_code == 409
    assert job_by_id(job.id).state is JobState.IN_PROGRESS
    assert not endings_of(job.instrument_id)
    page = " ".join(asked.text.split())
    assert "60 000 g (Max) increasing: +5000 g (±300 g)" in page
    assert "1 reading has not been taken" in page
    assert "stamp 31V.00007" in page
    form["version"] = job_by_id(job.id).version
    form["fails"] = re.search(r'name="fails" value="(\w+)"', page)[1]
    form[f"reading.{MAX_UP}"] = "65001"
    again = client.post(address, data=form)
    assert again.status_code == 409  # what was confirmed was another reading
    form["version"] = job_by_id(job.id).version
    form["fails"] = re.search(r'name="fails" value="(\w+)"', again.text)[1]
    assert client.post(address, data=form).status_code == 302

    assert endings_of(job.instrument_id)
    shown = client.get(f"/jobs/{job.id}?lang=en").text
    assert "With it has ended: stamp 31V.00007." in " ".join(shown.split())
    lab.make.sign_in(client, lab.reviewer)
    page = client.get(f"/jobs/{job.id}/review?lang=en").text
    assert "Not taken" in page
    assert "decreasing</li>" in " ".join(page.split())


def test_a_day_that_cannot_be_read_stays_on_the_page(lab, client):
    job = lab.started()
    client = lab.make.sign_in(client, lab.verifier)
    form = filled(lab, job, performed_on="31/02/2031", action="submit")

    answer = client.post(f"/jobs/{job.id}/measure", data=form)

    assert answer.status_code == 422
    assert 'value="31/02/2031"' in answer.text
    assert len(job_by_id(job.id).readings) == len(form) - 6


def test_the_second_window_gets_back_what_it_typed_and_sees_what_is_saved(lab, client):
    job = lab.started()
    client = lab.make.sign_in(client, lab.verifier)
    first = filled(lab, job, **{f"reading.{MAX_UP}": "60100"})
    second = filled(lab, job, **{f"reading.{MAX_UP}": "60200"})
    assert client.post(f"/jobs/{job.id}/measure", data=first).status_code == 302

    answer = client.post(f"/jobs/{job.id}/measure?lang=en", data=second)

    assert answer.status_code == 409
    assert 'value="60200"' in answer.text
    assert "saved: 60100" in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    second["version"] = version
    assert client.post(f"/jobs/{job.id}/measure", data=second).status_code == 302


def test_results_come_live_by_the_servers_rules_and_nothing_is_kept(lab, client):
    job = lab.started()
    client = lab.make.sign_in(client, lab.verifier)
    form = filled(lab, job, **{f"reading.{MAX_UP}": "60.300,5"})

    answer = client.post(f"/jobs/{job.id}/evaluate?lang=vi", data=form)

    results = json.loads(answer.text)
    row = results["rows"]["metrological-loads-5-up-1"]
    assert (row["error"], row["limit"]) == ("+300,5 g", "±300 g")
    assert (row["verdict"], results["verdict"]) == ("fail", "fail")
    assert job_by_id(job.id).readings == []


def test_nobody_else_opens_the_measurement_page(lab, client, make):
    job = lab.started()
    other = make.user(Role.VERIFIER, body=lab.body)
    stranger = laboratory(make).verifier
    for user, status in ((other, 403), (stranger, 404), (lab.reviewer, 403)):
        browser = make.sign_in(client, user)
        assert browser.get(f"/jobs/{job.id}/measure").status_code == status
        assert browser.post(f"/jobs/{job.id}/measure").status_code == status
        assert browser.post(f"/jobs/{job.id}/evaluate").status_code == status


def test_a_page_of_a_job_that_is_gone_says_so(lab, client):
    client = lab.make.sign_in(client, lab.verifier)

    for path in ("/jobs/99999", "/jobs/99999/measure", "/jobs/orders/99999"):
        assert client.get(path).status_code == 404


def test_the_reviewer_sees_what_stands_out_and_what_changed(lab, client, make):
    instrument = make.instrument(place_of_use="Sạp 14")
    lab.approved(lab.started(instrument))
    [first] = jobs_of_instrument(instrument.id)
    with transaction():
        close_job(job_to_change(first.id), JobState.CERTIFIED, actor=lab.signatory)
    rewrite(Instrument, Instrument.id == instrument.id, place_of_use="Sạp 27")
    instrument = db.session.get(Instrument, instrument.id)
    job = lab.submitted(lab.started(instrument), readings={MAX_UP: "60250"})

    page = make.sign_in(client, lab.reviewer).get(f"/jobs/{job.id}/review?lang=en")

    for shown in ("84 %", "Sạp 14", "Sạp 27", "+250 g", lab.weights.inventory_number):
        assert shown in page.text


def test_unsuitable_verifiers_are_listed_with_the_reason(lab, client, make):
    other = make.user(Role.VERIFIER, body=lab.body, full_name="Lê Chưa Thẻ")

    page = make.sign_in(client, lab.receptionist).get(
        f"/jobs/{lab.job().id}/assign?lang=en"
    )

    assert other.full_name in page.text
    assert "has no verifier card" in page.text
    assert f'value="{other.id}"' not in page.text


def test_several_jobs_are_assigned_at_once_all_or_none(lab, client, make):
    job = lab.job()
    client = make.sign_in(client, lab.receptionist)
    other = make.user(Role.VERIFIER, body=lab.body)
    address = f"/jobs/orders/{job.order_id}/assign"

    client.post(address, data={"job": [job.id], "verifier": other.id})
    assert job_by_id(job.id).assigned_to_id is None

    client.post(address, data={"job": [job.id], "verifier": lab.verifier.id})
    assert job_by_id(job.id).assigned_to_id == lab.verifier.id


def test_jobs_are_found_by_serial_owner_and_number_without_accents(lab, client, make):
    owner = make.organisation(name="Chợ Bến Tre Đông")
    owner.folded = "cho ben tre dong"
    job = lab.job(make.instrument(owner_id=owner.id, serial="ABC-123"))
    lab.job()
    client = make.sign_in(client, lab.verifier)

    for q in ("abc-123", "ben tre dong", job.number, job.order.number.lower()):
        page = client.get("/jobs/", query_string={"q": q})
        assert page.text.count("<tr>") == 2, q


def test_lists_run_as_many_queries_however_long_they_are(lab, client, selects):
    client = lab.make.sign_in(client, lab.verifier)
    counts = {}
    for number in (1, 5):
        for _ in range(number):
            lab.submitted(stamp="")
        for path in ("/jobs/", "/jobs/?board=all", "/jobs/orders", "/stamps/"):
            selects.clear()
            assert client.get(path).status_code == 200
            counts.setdefault(path, []).append(len(selects))

    assert all(few == many for few, many in counts.values()), counts
    assert max(many for _, many in counts.values()) <= 10


@pytest.mark.parametrize("readings", [{}, {MAX_UP: "61000"}])
def test_the_record_says_what_was_measured(lab, client, readings):
    job = lab.approved(readings=readings)

    browser = lab.make.sign_in(client, lab.verifier)
    answer = browser.get(f"/certificates/record/{job.id}.pdf")

    text = text_of(answer.data)
    for shown in (
        job.number,
        job.subject_snapshot["serial"],
        job.subject_snapshot["owner_name"],
        lab.weights.inventory_number,
        "28,4 °C",
        "ĐLVN 30:2019",
        "Không đạt yêu cầu" if readings else "Đạt yêu cầu kỹ thuật đo lường",
        lab.verifier.full_name,
        lab.reviewer.full_name,
    ):
        assert shown in text
    assert ("+1000" in text) == bool(readings)


def test_the_blank_record_has_points_and_limits_but_no_results(lab, client):
    fresh, begun = lab.job(), lab.saved(readings={MAX_UP: "60123"})
    client = lab.make.sign_in(client, lab.verifier)
    for job in (fresh, begun):
        text = text_of(client.get(f"/jobs/{job.id}/blank.pdf").data)
        assert "60 000 g (Max)" in text
        assert "±300" in text
        assert "60123" not in text


def text_of(data):
    """Return the text of a PDF, in one line."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    return " ".join(" ".join(pages).split())


def test_nothing_is_cut_off_and_no_window_is_skipped(lab, client):
    job = lab.started()
    client = lab.make.sign_in(client, lab.verifier)
    address = f"/jobs/{job.id}/measure"
    long = "N" * 300

    cut = client.post(address, data={"version": job.version, "place": long})
    unnamed = client.post(address, data={"place": "Chợ An Hội"})
    unreadable = client.post(address, data={"version": "x", "place": "Chợ An Hội"})

    assert (cut.status_code, unnamed.status_code, unreadable.status_code) == (
        422,
        409,
        409,
    )
    assert long in cut.text
    assert "Chợ An Hội" in unnamed.text
    assert job_by_id(job.id).place == ""
