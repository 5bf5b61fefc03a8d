"""A calibration of the house becomes that of the standard that was calibrated."""

import re
from decimal import Decimal

import pytest

from labms import clock
from labms.certificates.queries import certificate_by_id
from labms.certificates.standards import standard_of
from labms.db import db
from labms.jobs.queries import job_by_id
from labms.policy import Role
from labms.registry.queries import standard_by_id
from labms.traceability.models import Calibration
from labms.traceability.queries import chain_as_used
from tests.catalogue.test_correcting import fields
from tests.jobs.test_calibration import GAUGE, Bench


@pytest.fixture
def bench(make):
    return Bench(make)


def own_gauge(bench, certificate_id, **given):
    """The gauge that was calibrated, as a standard of the body."""
    job = job_by_id(certificate_by_id(certificate_id).job_id)
    subject = job.subject_snapshot
    bears = {
        "kind_slug": "working-gauge",
        "name": "Áp kế mẫu công tác",
        "maker": subject["maker"].upper(),
        "serial": subject["serial"].lower(),
        "unit": "bar",
        "range_from": Decimal(0),
        "range_to": Decimal("1.6"),
        "accuracy_class": "",
        "mpe": None,
        "interval_months": 12,
    }
    return bench.make.standard(bench.body, **bears | given).id


@pytest.mark.long
def test_a_certificate_of_the_house_fills_in_the_standards_calibration(
    bench, settings, client
):
    certificate_id = bench.issued(settings, GAUGE).id
    standard_id = own_gauge(bench, certificate_id)
    manager = bench.make.user(Role.QUALITY_MANAGER, body=bench.body)
    bench.make.sign_in(client, manager)

    page = client.get(f"/certificates/{certificate_id}").text
    assert "Ghi nhận là lần hiệu chuẩn" in page
    sent = client.post(f"/certificates/{certificate_id}/as-calibration")
    assert sent.status_code == 302
    shown = client.get(sent.location).text
    filled = fields(shown)
    certificate = certificate_by_id(certificate_id)
    assert filled["number"] == certificate.number
    assert filled["issuer_kind"] == "in_house"
    assert filled["uncertainty"]
    references = [str(bench.standards["pressure-standard"])]
    assert re.search(
        rf'checked[^>]*name="references"[^>]*value="{references[0]}"', shown
    )
    for box in ("is_root", "is_not_stated"):  # boxes that nobody ticks
        filled.pop(box)

    confirmed = client.post(sent.location, data=filled | {"references": references})

    assert confirmed.status_code == 302, confirmed.text
    calibration = db.session.query(Calibration).filter_by(standard_id=standard_id).one()
    assert calibration.number == certificate.number
    assert calibration.file_hash
    assert calibration.due_on > clock.today()
    chain = chain_as_used({standard_id: calibration.id}, on=clock.today())
    assert [str(each) for each in chain.problems] == []
    assert len(chain.links) == 3  # the gauge, what it was compared with, the national


@pytest.mark.long
@pytest.mark.parametrize(
    "given", [{"serial": "another"}, {"maker": "Hãng khác"}, {"state": "retired"}]
)
def test_another_gauge_is_not_taken_for_it(bench, settings, client, given):
    certificate_id = bench.issued(settings, GAUGE).id
    own_gauge(bench, certificate_id, **given)
    manager = bench.make.user(Role.QUALITY_MANAGER, body=bench.body)
    bench.make.sign_in(client, manager)

    assert "as-calibration" not in client.get(f"/certificates/{certificate_id}").text
    refused = client.post(f"/certificates/{certificate_id}/as-calibration")
    assert refused.status_code == 409


@pytest.mark.long
def test_nobody_else_and_no_other_document_is_offered(bench, settings, lab, client):
    certificate_id = bench.issued(settings, GAUGE).id
    own_gauge(bench, certificate_id)
    bench.make.sign_in(client, bench.people[Role.VERIFIER])
    assert "as-calibration" not in client.get(f"/certificates/{certificate_id}").text
    posted = client.post(f"/certificates/{certificate_id}/as-calibration")
    assert posted.status_code == 403
    assert standard_of(certificate_by_id(certificate_id)) is not None


@pytest.mark.long
def test_the_same_serial_number_twice_is_nobodys(bench, settings):
    certificate_id = bench.issued(settings, GAUGE).id
    own_gauge(bench, certificate_id)
    assert standard_of(certificate_by_id(certificate_id)) is not None
    own_gauge(bench, certificate_id)
    assert standard_of(certificate_by_id(certificate_id)) is None
    assert standard_by_id(bench.standards["thermometer"]).serial == ""
