"""A standard's digital certificate: sent, looked at, confirmed or not, entered."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from click.testing import CliRunner

from labms.db import db
from labms.dcc.writing import dcc_of
from labms.filestore import read
from labms.paper.attachments import Attachment
from labms.paper.calibration import calibration_pdf
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import prepare_fonts
from labms.policy import Role
from labms.traceability.dcc_cli import group
from labms.traceability.models import Calibration, ReceivedDcc
from labms.traceability.queries import calibrations_of, chain_of
from tests.dcc.examples import calibration, released
from tests.keeping import kept_fonts
from tests.paper.examples import certificate

D = Decimal


@pytest.fixture
def held(make):
    """A pressure standard of a body, and the national one above it."""
    given = {
        "kind_slug": "pressure-standard",
        "unit": "MPa",
        "range_from": D(0),
        "range_to": D(10),
        "mpe": None,
    }
    national = make.standard(**given)
    make.calibration(national, number="HC00012", uncertainty=D("0.00001"))
    body = make.body()
    standard = make.standard(body, serial="nh 000017", interval_months=12, **given)
    return body, standard, national.id


@pytest.fixture(scope="module", autouse=True)
def fonts():
    """The faces of the PDFs, made once."""
    prepare_fonts(kept_fonts())


@pytest.fixture
def quality(make, client, held):
    """A browser on which the body's quality manager is signed in."""
    return make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=held[0]))


def sent(browser, standard_id, data, name="HC31.00001.xml", **given):
    return browser.post(
        f"/standards/{standard_id}/dcc",
        data={"file": (BytesIO(data), name)},
        content_type="multipart/form-data",
        **given,
    )


CONFIRMED = {
    "number": "HC31.00001",
    "issuer_name": "Trung tâm Kiểm định 1",
    "issuer_kind": "accredited",
    "accreditation_number": "VLAC-000",
    "accreditation_until": "01/01/2033",
    "calibrated_on": "04/03/2031",
    "issued_on": "04/03/2031",
    "due_on": "04/03/2032",
    "range_from": "0",
    "range_to": "0,16",
    "unit": "MPa",
    "error": "0,0015",
    "uncertainty": "0,0008",
    "coverage_factor": "2,00",
}


def test_it_fills_in_a_calibration_which_a_person_confirms(held, quality, files):
    _, standard, national_id = held
    data = released("calibration-1")

    page = sent(quality, standard.id, data, follow_redirects=True)
    (row,) = db.session.scalars(db.select(ReceivedDcc))
    address = page.request.path
    for name, value in CONFIRMED.items():
        if name.startswith(("accreditation", "issuer_kind")):
            continue
        assert f'value="{value}"' in page.text, name
    box = 'checked id="references-0" name="references" type="checkbox"'
    assert f'{box} value="{national_id}"' in page.text
    assert "badge--good" in page.text  # it is this standard
    assert f'<a href="/standards/{national_id}">HC00012</a>' in page.text
    assert page.text.count("HC00010") == 1  # further up, and not entered here
    assert "/standards/new?outside=1" in page.text
    assert calibrations_of(standard.id) == []
    again = sent(quality, standard.id, data)
    assert again.location == address

    wrong = quality.post(address, data=CONFIRMED | {"due_on": "01/01/2031"})
    assert 'id="due_on-errors"' in wrong.text
    assert 'value="01/01/2031"' in wrong.text
    assert 'value="VLAC-000"' in wrong.text
    done = quality.post(
        address,
        data=CONFIRMED | {"references": [national_id]},
        follow_redirects=True,
    )

    assert "HC31.00001" in done.text
    (made,) = calibrations_of(standard.id)
    assert (made.uncertainty, made.coverage_factor) == (D("0.0008"), D("2.00"))
    assert (made.range_to, made.error) == (D("0.16"), D("0.0015"))
    assert made.due_on == date(2032, 3, 4)
    assert read(files, made.file_hash) == data
    assert db.session.get_one(ReceivedDcc, row.id).calibration_id == made.id
    assert chain_of([standard.id], on=date(2031, 4, 1)).is_whole
    assert "card-form" not in quality.get(address).text
    assert quality.post(address, data=CONFIRMED).status_code == 200
    assert len(calibrations_of(standard.id)) == 1
    file = quality.get(f"{address}/file")
    assert (file.data, file.mimetype) == (data, "text/xml")


def test_it_is_found_in_a_pdf(held, quality):
    says = calibration(number="HC31.77777")
    says["instrument"]["serial"] = "NH-OTHER"
    inside = Attachment("HC31.77777.xml", dcc_of(says), "text/xml")
    pdf = calibration_pdf(says, attachments=[inside])

    page = sent(quality, held[1].id, pdf, "giay.pdf", follow_redirects=True)

    assert "HC31.77777" in page.text
    assert "badge--bad" in page.text  # of another serial number


def test_a_pdf_without_one_is_refused_and_nothing_kept(held, quality):
    other = Attachment("a.xml", b"<?xml version='1.0'?><a/>", "text/xml")
    for pdf in (
        certificate_pdf(certificate()),
        certificate_pdf(certificate(), attachments=[other]),
        b"%PDF-1.7 nonsense",
        b"hello",
    ):
        page = sent(quality, held[1].id, pdf, "giay.pdf")
        assert page.status_code == 200
        assert 'id="file-errors"' in page.text
    assert db.session.scalars(db.select(ReceivedDcc)).all() == []


def test_it_can_be_discarded_once(held, quality):
    sent(quality, held[1].id, released("calibration-1"))
    (row,) = db.session.scalars(db.select(ReceivedDcc))
    address = f"/dcc/{row.id}"
    assert address in quality.get(f"/standards/{held[1].id}").text

    quality.post(f"{address}/discard")

    assert address not in quality.get(f"/standards/{held[1].id}").text
    assert quality.post(f"{address}/discard").status_code == 409
    quality.post(address, data=CONFIRMED | {"references": [held[2]]})
    assert (
        db.session.scalars(
            db.select(Calibration).where(Calibration.standard_id == held[1].id)
        ).all()
        == []
    )


def test_nobody_else_reads_it(held, make, client, quality):
    sent(quality, held[1].id, released("calibration-1"))
    (row,) = db.session.scalars(db.select(ReceivedDcc))
    key = row.id
    other = make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=make.body()))

    assert other.get(f"/dcc/{key}").status_code == 404
    assert other.get(f"/dcc/{key}/file").status_code == 404
    assert other.post(f"/dcc/{key}/discard").status_code == 404
    verifier = make.sign_in(client, make.user(Role.VERIFIER, body=held[0]))
    assert "card-form" not in verifier.get(f"/dcc/{key}").text  # to read, no more
    assert verifier.post(f"/dcc/{key}", data=CONFIRMED).status_code == 403


def test_a_command_does_the_same(held, make, tmp_path):
    body, standard, national_id = held
    file = tmp_path / "HC31.xml"
    file.write_bytes(released("calibration-1"))
    person = make.user(Role.QUALITY_MANAGER, body=body)
    words = ["import-dcc", str(file), "--standard", "nh 000017"]

    def run(*more):
        return CliRunner().invoke(group, [*words, *more])

    looked = run("--json")
    told = json.loads(looked.output)
    assert looked.exit_code == 0
    assert (told["number"], told["uncertainty"], told["standard"]) == (
        "HC31.00001",
        "0.0008",
        "same",
    )
    assert told["chain"] == ["HC00012", "  HC00010"]
    assert calibrations_of(standard.id) == []
    assert run("--as", person.login).exit_code == 1  # accredited by whom?
    assert calibrations_of(standard.id) == []

    done = run("--as", person.login, "--issuer-kind", "national_institute")

    assert done.exit_code == 0, done.stderr
    (made,) = calibrations_of(standard.id)
    assert [one.standard_id for one in made.reference_rows] == [national_id]
    assert run("--as", person.login, "--issuer-kind", "in_house").exit_code == 1
    file.write_bytes(b"<a/>")
    assert "DCC" in run().stderr
