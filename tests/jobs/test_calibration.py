"""A calibration from its order to its certificate: values with U, and no verdict."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from labms import clock
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.queries import content_of_document, job_to_certify
from labms.certificates.rules import DocumentKind
from labms.certificates.services import reserve_certificate
from labms.db import db, transaction
from labms.indicators.queries import passes
from labms.jobs.calibrating import (
    Agreement,
    NotCalibrated,
    RecalibrationTooEarly,
    UncertaintyUnknown,
)
from labms.jobs.conformity import (
    AgreedRule,
    NothingToConformTo,
    RuleAgreedAlready,
    RuleNotForThis,
)
from labms.jobs.models import Job
from labms.jobs.queries import job_by_id, job_to_change
from labms.jobs.rules import JobKind, JobState
from labms.jobs.services import (
    Typed,
    agree_on,
    approve_job,
    register_order,
    save_readings,
    start_job,
    submit_job,
)
from labms.policy import Role
from labms.public.queries import document_by_code
from labms.registry.evidence import valid_until
from labms.registry.queries import instrument_by_id
from labms.registry.standings import Standing

GAUGE = "ap-ke-lo-xo"
THERMOMETER = "nhiet-ke-thuy-tinh-chat-long"
PLATES = {
    GAUGE: {"unit": "bar", "upper": "1.6", "class": "1", "d": "0.02"},
    THERMOMETER: {"lower": "0", "upper": "100", "d": "1"},
}
D = Decimal


class Bench:
    """A body that calibrates gauges and thermometers, and those who work there."""

    def __init__(self, make):
        self.make, self.body = make, make.body()
        for slug in ("hieu-chuan-ap-ke", "hieu-chuan-nhiet-ke"):
            make.procedure_release(
                self.body, procedure_slug=slug, options={"en-837": "en-837-1-1996"}
            )
        self.people = {
            role: make.user(role, body=self.body)
            for role in (
                *(Role.RECEPTIONIST, Role.VERIFIER, Role.REVIEWER, Role.SIGNATORY),
            )
        }
        self.standards = {
            "pressure-standard": self._standard(
                "pressure-standard", "MPa", "10", "0.0005"
            ),
            "thermometer": self._standard("thermometer", "°C", "200", "0.04"),
        }

    def _standard(self, kind, unit, to, uncertainty):
        given = {
            "kind_slug": kind,
            "unit": unit,
            "range_from": D(0),
            "range_to": D(to),
            "mpe": None,
        }
        national = self.make.standard(**given)
        self.make.calibration(national, uncertainty=D(uncertainty) / 4)
        standard = self.make.standard(self.body, **given)
        self.make.calibration(
            standard, reference_id=national.id, uncertainty=D(uncertainty)
        )
        return standard.id

    def ordered(self, type_slug, plate=None, **agreed):
        instrument = self.make.instrument(
            type_slug=type_slug, characteristics=plate or PLATES[type_slug]
        )
        with transaction():
            row = instrument_by_id(instrument.id)
            order = register_order(
                row.owner,
                [row],
                reason=None,
                agreement=Agreement(**agreed),
                actor=self.people[Role.RECEPTIONIST],
            )
            order_id = order.id
        return self.make.first_job_of(order_id)

    def started(self, type_slug, **agreed):
        job_id = self.ordered(type_slug, **agreed)
        with transaction():
            start_job(job_to_change(job_id), actor=self.people[Role.VERIFIER])
        return job_id

    def typed(self, job_id, **changed):
        page = pages(job_id)
        readings = {}
        for row in page.rows:
            for column, key in zip(row.columns, row.entry_keys, strict=True):
                plain = "yes" if row.nominal is None else f"{row.nominal:f}"
                readings[key] = {"uniformity": "0,02", "stability": "0,01"}.get(
                    column.key, plain
                )
        readings |= changed.pop("readings", {})
        need = page.procedure.standards[0].slug
        given = {
            "performed_on": clock.today(),
            "environment": {
                "temperature": {"begin": "23,1", "end": "23,3"},
                "humidity": {"begin": "55", "end": ""},
            },
            "standards": {need: [self.standards[need]]},
            "readings": readings,
        }
        return Typed(**given | changed)

    def submitted(self, type_slug, *, job_id=None, **given):
        agreed = {k: given.pop(k) for k in ("rule", "recalibration_on") if k in given}
        job_id = job_id or self.started(type_slug, **agreed)
        typed = self.typed(job_id, **given)
        with transaction():
            save_readings(
                job_to_change(job_id), typed, actor=self.people[Role.VERIFIER]
            )
        with transaction():
            submit_job(job_to_change(job_id), actor=self.people[Role.VERIFIER])
        return job_id

    def issued(self, settings, type_slug, **given):
        job_id = self.submitted(type_slug, **given)
        with transaction():
            approve_job(job_to_change(job_id), actor=self.people[Role.REVIEWER])
        with transaction():
            job = job_to_certify(job_id)
            reserved = reserve_certificate(
                job,
                actor=self.people[Role.SIGNATORY],
                shown=content_hash(job),
                settings=settings,
            )
            certificate_id = reserved.id
        return finish_issuing(certificate_id, settings=settings)


def pages(job_id):
    """The measurement sheet of a job that has begun."""
    from labms.catalogue.queries import procedure_release_by_id
    from labms.jobs.sheets import sheet_of

    job = job_by_id(job_id)
    return sheet_of(job, procedure_release_by_id(job.release_id))


@pytest.fixture
def bench(make) -> Bench:
    return Bench(make)


@pytest.mark.long
def test_a_gauge_is_calibrated_and_certified_with_its_results(bench, settings):
    off = {f"measurement-deviations-6-up-{n}.indication": f"1,6{n}" for n in (1, 2)}
    again = clock.today() + timedelta(days=365)

    certificate = bench.issued(
        settings, GAUGE, rule=AgreedRule.SIMPLE, recalibration_on=again, readings=off
    )

    job = job_by_id(certificate.job_id)
    assert (job.state, job.verdict, job.kind) == (
        JobState.CERTIFIED,
        None,
        JobKind.CALIBRATION,
    )
    assert certificate.kind is DocumentKind.CALIBRATION
    assert certificate.number.startswith("HC")
    assert certificate.valid_until is None
    says = content_of_document(certificate)
    (table,) = says["results"]
    heads = [column["vi"] for column in table["columns"]]
    assert heads == [
        "Điểm đo", "Chỉ thị, chiều tăng", "Chỉ thị, chiều giảm", "Hồi sai", "Sai số",
        "U", "k", "Giới hạn", "Kết luận",
    ]  # fmt: skip
    last = dict(zip(heads, table["rows"][-1], strict=True))
    assert last["Chỉ thị, chiều tăng"] == "1,615"
    assert last["Sai số"] == "+0,0150"
    assert (
        last["U"] == "0,0080"
    )  # of 0.0025, 0.02 / 10 and 0.01 / 2 by the root of three
    assert last["Kết luận"] == "đạt / pass"
    lines = [dict(zip(heads, row, strict=True)) for row in table["rows"]]
    both_ways = [line for line in lines if line["Hồi sai"] != "—"]
    assert both_ways
    for line in both_ways:  # zero has as many places as the error beside it
        assert places_in(line["Hồi sai"]) == places_in(line["Sai số"])
    assert "stamp_number" not in says
    assert "valid_until" not in says
    assert says["recalibration_on"] == again.isoformat()
    assert any("chấp nhận đơn giản" in one["vi"] for one in says["statements"])

    found = document_by_code(
        certificate.lookup_token, on=clock.today() + timedelta(5000), expiring_days=30
    )
    assert found.standing is Standing.CALIBRATED
    assert valid_until([certificate.instrument_id]) == {}
    year = {"first": date(clock.today().year, 1, 1), "last": clock.today()}
    assert passes("ben-tre-old", **year) == {}


def places_in(number):
    return len(number.partition(",")[2])


@pytest.mark.long
def test_conditions_are_printed_from_the_lowest_to_the_highest(bench, settings):
    falling = {
        "temperature": {"begin": "23,3", "end": "23,1"},
        "humidity": {"begin": "58", "end": "57"},
    }

    says = content_of_document(bench.issued(settings, GAUGE, environment=falling))

    assert [one["value"] for one in says["environment"]] == [
        "(23,1 ÷ 23,3) °C",
        "(57 ÷ 58) %RH",
    ]


@pytest.mark.long
def test_a_thermometer_gets_corrections_without_any_statement(bench, settings):
    read = {f"measurement-comparison-5-{n}.indication": f"100,{n}" for n in (1, 2, 3)}
    certificate = bench.issued(settings, THERMOMETER, readings=read)

    (table,) = content_of_document(certificate)["results"]
    heads = [column["vi"] for column in table["columns"]]
    assert heads == ["Điểm đo", "Nhiệt độ chuẩn", "Chỉ thị", "Số hiệu chính", "U", "k"]
    assert table["rows"][-1][:4] == ["100", "100,0", "100,20", "−0,20"]


def test_what_is_agreed_stays_once_measuring_has_begun(bench):
    clerk = bench.people[Role.RECEPTIONIST]
    job_id = bench.ordered(GAUGE)
    with transaction():
        agree_on(job_to_change(job_id), Agreement(rule=AgreedRule.GUARDED), actor=clerk)
    with transaction(), pytest.raises(RecalibrationTooEarly):
        agree_on(
            job_to_change(job_id),
            Agreement(recalibration_on=clock.today()),
            actor=clerk,
        )
    with transaction():
        start_job(job_to_change(job_id), actor=bench.people[Role.VERIFIER])

    with transaction(), pytest.raises(RuleAgreedAlready):
        agree_on(job_to_change(job_id), Agreement(), actor=clerk)
    assert job_by_id(job_id).agreed_rule is AgreedRule.GUARDED


def test_a_rule_needs_limits_to_judge_by(bench):
    with pytest.raises(NothingToConformTo):
        bench.started(THERMOMETER, rule=AgreedRule.SIMPLE)
    with pytest.raises(RuleNotForThis):
        bench.started(GAUGE, rule=AgreedRule.R_111)


@pytest.mark.long
def test_nothing_is_handed_in_without_uncertainty_or_in_bad_state(bench):
    job_id = bench.started(THERMOMETER)
    with pytest.raises(NotCalibrated):
        bench.submitted(
            THERMOMETER, job_id=job_id, readings={"external-column.answer": "no"}
        )
    plate = {key: value for key, value in PLATES[GAUGE].items() if key != "d"}
    with pytest.raises(UncertaintyUnknown):
        bench.submitted(GAUGE, job_id=bench.started(GAUGE, plate=plate))


def test_the_pages_of_a_calibration_say_what_it_is(bench, client):
    instrument = bench.make.instrument(type_slug=GAUGE, characteristics=PLATES[GAUGE])
    clerk = bench.make.sign_in(client, bench.people[Role.RECEPTIONIST])
    answer = clerk.post(
        f"/jobs/orders/new?customer={instrument.owner_id}",
        data={
            "instruments": [instrument.id],
            "kind": "calibration",
            "reason": "periodic",
            "agreed_rule": "simple",
        },
        follow_redirects=True,
    )
    assert answer.status_code == 200
    job = db.session.scalars(sa.select(Job).order_by(Job.id.desc())).first()
    assert (job.kind, job.reason) == (JobKind.CALIBRATION, None)
    shown = clerk.get(f"/jobs/{job.id}").text
    assert "Hiệu chuẩn" in shown
    assert "Chấp nhận đơn giản" in shown


@pytest.mark.long
def test_whoever_reviews_a_calibration_sees_what_the_agreed_rule_says(bench, client):
    off = {f"measurement-deviations-6-up-{n}.indication": "1,63" for n in (1, 2)}
    job_id = bench.started(GAUGE, rule=AgreedRule.SIMPLE)
    verifier = bench.make.sign_in(client, bench.people[Role.VERIFIER])
    with transaction():
        save_readings(
            job_to_change(job_id),
            bench.typed(job_id, readings=off),
            actor=bench.people[Role.VERIFIER],
        )
    measuring = " ".join(verifier.get(f"/jobs/{job_id}/measure").text.split())
    assert re.search(r"1,6 bar [^;]*, không đạt", measuring)
    assert re.search(r"tại [0-9]+ điểm còn lại: [^;]*, đạt", measuring)
    with transaction():
        submit_job(job_to_change(job_id), actor=bench.people[Role.VERIFIER])

    reviewer = bench.make.sign_in(client, bench.people[Role.REVIEWER])
    for where in (f"/jobs/{job_id}/review", f"/jobs/{job_id}"):
        text = " ".join(reviewer.get(where).text.split())
        heads = re.findall(r"<th[^>]*>([^<]+)", text.split("Kết quả: ")[1])
        assert heads[:2] == ["Điểm đo ", "Kết luận"]
        assert "Chấp nhận đơn giản" in text
        assert "±0,016" in text
        assert 'data-label="U (bar)"' in text  # a card on a telephone has no heads
        assert 'data-label="Giới hạn (bar)"' in text
        assert not re.search(r"<(?:td|th)[^>]*>[^<]*[0-9][.][0-9]", text)
    text = reviewer.get(f"/jobs/{job_id}/review").text
    assert "verdict--fail" in text
    assert "verdict--pass" not in text
    assert "1 trong 6 điểm không đạt" in text
    assert "None" not in text


def test_a_calibration_without_a_statement_is_neither_green_nor_red(bench, client):
    job_id = bench.submitted(THERMOMETER)
    reviewer = bench.make.sign_in(client, bench.people[Role.REVIEWER])
    text = reviewer.get(f"/jobs/{job_id}/review").text
    assert '<p class="verdict">' in text
    assert '">Kết quả</th>' not in text  # nothing is judged: no empty column
    assert "Chỉ nêu giá trị" in text or "không kết luận" in text
    assert "None" not in text
